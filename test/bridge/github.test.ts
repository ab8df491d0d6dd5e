import { describe, expect, test } from "bun:test";
import { importGitHub } from "../../src/bridge/github.ts";
import { bodyBytesMax } from "../../src/bridge/source.ts";
import type { SourceFile } from "../../src/bridge/values.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { limits } from "../../src/core/limits.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import type { ImportedDraft, ImportedIssue } from "../../src/tracker/import.ts";

const encoder = new TextEncoder();
const now = { seconds: 1_800_000_000, zone: "+0000" };
const ada = { login: "ada", id: 7, name: null };
const ben = { login: "ben", id: 8 };
const adasEmail = "7+ada@users.noreply.github.com";

interface Imported {
  readonly issues: ImportedIssue[];
  readonly skipped: string[];
}

async function run(file: SourceFile): Promise<Imported> {
  const issues: ImportedIssue[] = [];
  const skipped: string[] = [];
  const context = { settings: defaultSettings, now, skipped: (kind: string) => skipped.push(kind) };
  for await (const issue of importGitHub({ files: [file] }, context)) issues.push(issue);
  return { issues, skipped };
}

function lines(...objects: unknown[]): SourceFile {
  return { name: "export.jsonl", bytes: encoder.encode(objects.map((object) => JSON.stringify(object)).join("\n")) };
}

/** The drafts of each commit of the only issue, as `key author seconds draft…`. */
async function history(file: SourceFile): Promise<string[]> {
  const [issue] = (await run(file)).issues;
  return (issue?.commits ?? []).map(({ key, author, time, drafts }) =>
    [key.replace(/^final:.*/, "final"), author.name, time.seconds % 1000, ...drafts.map(short)].join(" "),
  );
}

function short(draft: ImportedDraft): string {
  const { type, ...fields } = draft;
  if (type === "issue-created") return type;
  return `${type} ${JSON.stringify(fields).replace(/["{}]/g, "")}`;
}

async function refusal(file: SourceFile): Promise<string> {
  try {
    await run(file);
  } catch (error) {
    if (error instanceof TrackerError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
}

/** A time that many seconds after a round one. */
const at = (second: number) => new Date((1_700_000_000 + second) * 1000).toISOString().replace(".000Z", "Z");
const url = "https://api.github.com/repos/owner/repo/issues/12";

function rest(issue: object, events: readonly object[] = []) {
  const base = { number: 12, title: "New", body: "Text\r\n", user: ada, url, state: "open", labels: [], assignees: [] };
  return {
    type: "issue",
    issue: { ...base, milestone: null, created_at: at(0), updated_at: at(99), ...issue },
    events: events.map((event, index) => ({ id: index + 1, actor: ben, ...event })),
  };
}

describe("a REST timeline", () => {
  test("becomes one commit for each event, by its actor, at its time", async () => {
    const events = [
      { event: "renamed", created_at: at(1), rename: { from: "Old", to: "New" } },
      { event: "labeled", created_at: at(2), label: { name: "bug" } },
      { event: "assigned", created_at: at(3), assignee: ada },
      { event: "milestoned", created_at: at(4), milestone: { title: "v1" } },
      { event: "milestoned", created_at: at(5), milestone: { title: "v2" } },
      { event: "commented", created_at: at(6), updated_at: at(6), user: ada, actor: ada, body: "Hm\n" },
      { event: "referenced", created_at: at(7), commit_id: "a".repeat(40) },
      { event: "closed", created_at: at(8), state_reason: "not_planned", commit_id: "b".repeat(40) },
      { event: "reopened", created_at: at(9) },
      { event: "unlabeled", created_at: at(10), label: { name: "bug" } },
      { event: "unassigned", created_at: at(11), assignee: ada },
      { event: "demilestoned", created_at: at(12), milestone: { title: "v2" } },
    ];
    expect(await history(lines(rest({}, events)))).toEqual([
      "issue ada 0 issue-created",
      "event:1 ben 1 title-changed from:Old,to:New",
      "event:2 ben 2 label-added label:bug",
      `event:3 ben 3 assignee-added assignee:${adasEmail}`,
      "event:4 ben 4 milestone-changed to:v1",
      "event:5 ben 5 milestone-changed from:v1,to:v2",
      "comment:6 ada 6 comment-added body:Hm,external:github issuecomment-6",
      `event:7 ben 7 commit-linked commit:${"a".repeat(40)}`,
      `event:8 ben 8 status-changed from:todo,to:done,resolution:not-planned commit-linked commit:${"b".repeat(40)}`,
      "event:9 ben 9 status-changed from:done,to:todo",
      "event:10 ben 10 label-removed label:bug",
      `event:11 ben 11 assignee-removed assignee:${adasEmail}`,
      "event:12 ben 12 milestone-changed from:v2",
    ]);
  });

  test("begins with the first title, and with the same bytes whenever it is imported", async () => {
    const events = [
      { event: "renamed", created_at: at(2), rename: { from: "Second", to: "New" } },
      { event: "renamed", created_at: at(1), rename: { from: "First", to: "Second" } },
    ];
    const [once, again] = await Promise.all([run(lines(rest({}, events))), run(lines(rest({}, events)))]);
    expect(once).toEqual(again);
    expect(once.issues[0]).toMatchObject({ system: "github", name: "owner/repo#12" });
    expect(once.issues[0]?.commits[0]).toMatchObject({
      author: { name: "ada", email: adasEmail },
      time: { seconds: 1_700_000_000, zone: "+0000" },
      drafts: [{ title: "First", body: "Text", status: "todo", external: ["github owner/repo#12"] }],
    });
  });

  test("gives comments the name that another import finds them by", async () => {
    const comment = (id: unknown) => ({ event: "commented", created_at: at(1), body: "Hm", id });
    const names = await Promise.all(
      [46, "IC_kw", null].map(async (id) => (await run(lines(rest({}, [comment(id)])))).issues[0]?.commits[1]?.drafts),
    );
    expect(names).toEqual([
      [{ type: "comment-added", body: "Hm", external: "github issuecomment-46" }],
      [{ type: "comment-added", body: "Hm", external: undefined }],
      [{ type: "comment-added", body: "Hm", external: undefined }],
    ]);
  });

  test("takes the last reason from the issue where its events have none", async () => {
    const closed = (second: number) => ({ event: "closed", created_at: at(second) });
    const issue = { state: "closed", state_reason: "completed", closed_at: at(2) };
    expect(await history(lines(rest(issue, [closed(1), closed(2)])))).toEqual([
      "issue ada 0 issue-created",
      "event:1 ben 1 status-changed from:todo,to:done",
      "event:2 ben 2 status-changed from:done,to:done,resolution:completed",
    ]);
  });

  test("that lacks the closing gets it when and by whom the issue says", async () => {
    const issue = { state: "closed", state_reason: "duplicate", closed_at: at(5), closed_by: ada };
    const events = [{ event: "commented", created_at: at(9), body: "Later" }];
    expect(await history(lines(rest(issue, events)))).toEqual([
      "issue ada 0 issue-created",
      "closed:1700000005 ada 5 status-changed from:todo,to:done,resolution:duplicate",
      "comment:1 ben 9 comment-added body:Later,external:github issuecomment-1",
    ]);
  });

  test("gives way to the issue where they disagree", async () => {
    const issue = { title: "Final", labels: [{ name: "b" }], assignees: [ada], milestone: { title: "v9" } };
    const events = [
      { event: "labeled", created_at: at(1), label: { name: "a" } },
      { event: "renamed", created_at: at(1), rename: { from: "Old", to: "New" } },
      { event: "closed", created_at: at(2) },
    ];
    expect((await history(lines(rest(issue, events)))).at(-1)).toBe(
      "final ben 99 title-changed from:New,to:Final status-changed from:done,to:todo label-removed label:a " +
        `label-added label:b assignee-added assignee:${adasEmail} milestone-changed to:v9`,
    );
  });

  test("gives way to the issue about the reason, too", async () => {
    const events = [{ event: "closed", created_at: at(1), state_reason: "completed" }];
    expect((await history(lines(rest({ state: "closed", state_reason: "duplicate" }, events)))).at(-1)).toBe(
      "final ben 99 status-changed from:done,to:done,resolution:duplicate",
    );
  });

  test("has the same last key until something about its fields happens", async () => {
    const last = async (...events: object[]) => {
      const { issues } = await run(lines(rest({ labels: ["x"] }, events)));
      return issues[0]?.commits.at(-1)?.key;
    };
    const labeled = { event: "labeled", created_at: at(1), label: { name: "a" } };
    const unlabeled = { event: "unlabeled", created_at: at(2), label: { name: "a" } };
    const commented = { event: "commented", created_at: at(3), body: "Hm" };
    expect(await last(commented)).toBe(await last());
    expect(await last(labeled, unlabeled)).not.toBe(await last());
  });

  test("keeps events without an id apart", async () => {
    const events = ["a", "b"].map((name) => ({ event: "labeled", id: "", created_at: at(1), label: { name } }));
    expect((await history(lines(rest({ labels: ["a", "b"] }, events)))).slice(1)).toEqual([
      "event:1700000001.0 ben 1 label-added label:a",
      "event:1700000001.1 ben 1 label-added label:b",
    ]);
  });

  test("names the original of a duplicate, and the parent", async () => {
    const events = [
      { event: "commented", created_at: at(1), body: "Thanks.\n\n Duplicate of #3" },
      { event: "marked_as_duplicate", created_at: at(2) },
    ];
    const parent_issue_url = "https://api.github.com/repos/owner/other/issues/5";
    const [issue] = (await run(lines(rest({ parent_issue_url }, events)))).issues;
    expect(issue?.links).toMatchObject([
      { kind: "duplicates", targetName: "owner/repo#3", author: { name: "ben" } },
      { kind: "parent", targetName: "owner/other#5", author: { name: "ada" } },
    ]);
    const unmarked = { event: "unmarked_as_duplicate", created_at: at(3) };
    expect((await run(lines(rest({}, [...events, unmarked])))).issues[0]?.links).toEqual([]);
  });

  test("says what was left out", async () => {
    const events = [
      { event: "subscribed", created_at: at(1) },
      { event: "committed", sha: "a" },
      { event: "commented", created_at: at(1), body: " \n" },
      { event: "marked_as_duplicate", created_at: at(1) },
      { event: "labeled", created_at: at(1), label: null },
      { event: "referenced", created_at: at(1), commit_id: "abc" },
      { event: "reopened", created_at: at(2), id: 99 },
      { event: "reopened", created_at: at(2), id: 99 },
    ];
    const { skipped } = await run(lines(rest({}, events), rest({ number: 13, pull_request: {} })));
    expect(skipped.sort()).toEqual([
      "comment without a text",
      "event committed",
      "event labeled without a value",
      "event marked_as_duplicate without a comment that says of what",
      "event referenced without a value",
      "event subscribed",
      "event that is there twice",
      "pull request",
    ]);
  });
});

describe("people", () => {
  const author = async (user: unknown) => (await run(lines(rest({ user })))).issues[0]?.commits[0]?.author;

  test.each([
    [{ login: "ada", id: 7, name: "Ada <L>\n" }, "Ada L", adasEmail],
    [{ login: "ada", id: "MDQ6" }, "ada", "ada@users.noreply.github.com"],
    [{ login: "dependabot[bot]", id: 9 }, "dependabot[bot]", "9+dependabot[bot]@users.noreply.github.com"],
    [{ login: "app/dependabot" }, "dependabot[bot]", "dependabot[bot]@users.noreply.github.com"],
    [{ login: "" }, "ghost", "ghost@users.noreply.github.com"],
    [null, "ghost", "ghost@users.noreply.github.com"],
  ])("%j", async (user, name, email) => {
    expect(await author(user)).toEqual({ name, email });
  });
});

describe("other exports", () => {
  const listed = {
    number: 12,
    title: "T",
    body: "B",
    state: "CLOSED",
    stateReason: "NOT_PLANNED",
    author: { id: "U_x", is_bot: false, login: "ada", name: "Ada" },
    assignees: [{ id: "U_y", login: "ben", name: "" }],
    labels: [{ id: "L", name: "bug", description: "", color: "d73a4a" }],
    milestone: { number: 1, title: "v1", description: "", dueOn: null },
    comments: [
      {
        id: "IC_kw",
        author: { login: "ben" },
        body: "Hm",
        createdAt: at(3),
        url: "https://github.com/owner/repo/issues/12#issuecomment-46",
      },
    ],
    createdAt: at(0),
    updatedAt: at(9),
    closedAt: at(5),
    url: "https://github.com/owner/repo/issues/12",
  };

  test("what gh prints", async () => {
    const file = { name: "list.json", bytes: encoder.encode(JSON.stringify([listed], null, 2)) };
    expect(await history(file)).toEqual([
      "issue Ada 0 issue-created",
      "comment:46 ben 3 comment-added body:Hm,external:github issuecomment-46",
      "closed:1700000005 ghost 5 status-changed from:todo,to:done,resolution:not-planned external-linked external:github owner/repo#12",
      "final ben 9 label-added label:bug assignee-added assignee:ben@users.noreply.github.com milestone-changed to:v1 external-linked external:github owner/repo#12",
    ]);
    expect((await run(file)).issues[0]?.name).toBe("owner/repo#12");
  });

  test("what gh prints when only few fields are asked for", async () => {
    const file = { name: "some/where/shop.json", bytes: encoder.encode('[{"number":1,"title":"T"}]') };
    const { issues } = await run(file);
    expect(issues).toMatchObject([
      { name: "shop#1", commits: [{ key: "issue", time: now, author: { name: "ghost" } }] },
    ]);
    expect(issues[0]?.commits).toHaveLength(1);
  });

  test("a REST issue alone, a list of them, one file for each", async () => {
    const { issue } = rest({ labels: ["a"], comments: 3 });
    const expected = [
      "issue ada 0 issue-created",
      "final ada 99 label-added label:a external-linked external:github owner/repo#12",
    ];
    expect(await history(lines(issue))).toEqual(expected);
    expect(await history({ name: "a.json", bytes: encoder.encode(JSON.stringify([issue], null, 2)) })).toEqual(
      expected,
    );
    const second = lines({ ...issue, number: 13 });
    const found: string[] = [];
    for await (const { name } of importGitHub({ files: [lines(issue), second] }, { settings: defaultSettings, now })) {
      found.push(name);
    }
    expect(found).toEqual(["owner/repo#12", "owner/repo#13"]);
  });
});

describe("what does not fit", () => {
  /** One character, as Unicode sees it, whose 999th unit is half of a pair. */
  const manyAsOne = `👩\u0301\u0301${"\u200d👩".repeat(400)}`;

  test.each([
    ["", "(no title)"],
    [" a\u0000\n b ", "a b"],
    ["x".repeat(1000), "x".repeat(1000)],
    ["x".repeat(1001), `${"x".repeat(999)}…`],
    [`${"x".repeat(998)}👩‍👩‍👧`, `${"x".repeat(998)}…`],
    [manyAsOne, `${manyAsOne.slice(0, 998)}\ufffd…`],
    [`${"x".repeat(998)}\ud800yz`, `${"x".repeat(998)}\ufffd…`],
  ])("a title is made to fit (%#)", async (title, expected) => {
    expect((await run(lines(rest({ title })))).issues[0]?.commits[0]?.drafts[0]).toMatchObject({ title: expected });
  });

  test.each([
    ["no number", rest({ number: undefined }), "issue.number: missing"],
    ["a number that is none", rest({ number: 0 }), "issue.number: should be a number from 1 on"],
    ["no title", rest({ title: undefined }), "issue.title: missing"],
    ["a title that is none", rest({ title: 3 }), "issue.title: should be string, not 3"],
    ["a state that is none", rest({ state: "merged" }), "issue.state: should be open or closed"],
    ["a login that is none", rest({ user: { login: "a b>" } }), "issue.user.login: should be a login name"],
    ["a time that is none", rest({ created_at: "yesterday" }), "issue.created_at: should be a time"],
    ["a time before git's", rest({ created_at: "1969-12-31T23:59:59Z" }), "issue.created_at: should be a time"],
    ["a day that is none", rest({ created_at: "2026-02-30T00:00:00Z" }), "issue.created_at: should be a time"],
    ["a label that is too long", rest({ labels: ["x".repeat(401)] }), "issue.labels.0: should have at most 400"],
    ["too many labels", rest({ labels: Array(1001).fill("x") }), "issue.labels: should have at most 1000 entries"],
    ["a text that is too long", rest({ body: "x".repeat(bodyBytesMax + 1) }), "body: the text is larger than"],
    ["an event that is none", rest({}, [{ event: 5 }]), "events.0.event: should be string, not 5"],
    ["an event without a time", rest({}, [{ event: "closed" }]), "events.0.created_at: missing"],
    ["events that are none", { ...rest({}), events: {} }, "events: should be array, not Object"],
    ["an issue that is none", { issue: [] }, "issue.number: missing"],
    ["another kind of line", { type: "repository" }, "number: missing"],
  ])("%s", async (_, object, message) => {
    expect(await refusal(lines(object))).toStartWith(`invalid export.jsonl:1: ${message}`);
  });

  test("more events than a stream may hold", async () => {
    const events = Array.from({ length: limits.streamCommitsMax }, () => ({ event: "reopened", created_at: at(1) }));
    expect(await refusal(lines(rest({}, events)))).toBe(
      "invalid export.jsonl:1: owner/repo#12 has more than 100000 events",
    );
  });

  test("more changes at the end than one message may hold", async () => {
    const events = Array.from({ length: 2001 }, (_, index) => ({
      event: "labeled",
      created_at: at(1),
      label: { name: `l${index}` },
    }));
    expect(await refusal(lines(rest({}, events)))).toStartWith(
      "invalid export.jsonl:1: the events of owner/repo#12 miss",
    );
  });

  test("the same issue twice", async () => {
    expect(await refusal(lines(rest({}), rest({ number: 13 }), rest({})))).toBe(
      "invalid export.jsonl:3: owner/repo#12 is there twice, first at export.jsonl:1",
    );
  });

  test("a __proto__ that would fill in what is missing", async () => {
    const text = '{"__proto__":{"number":1,"title":"T"},"constructor":{"title":"T"}}';
    expect(await refusal({ name: "f", bytes: encoder.encode(text) })).toBe("invalid f:1: number: missing");
  });

  test("an event type that is a name of JavaScript's", async () => {
    const { skipped } = await run(lines(rest({}, [{ event: "__proto__" }, { event: "constructor" }])));
    expect(skipped).toEqual(["event __proto__", "event constructor"]);
  });
});
