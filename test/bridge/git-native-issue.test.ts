import { describe, expect, test } from "bun:test";
import { importGitNativeIssue } from "../../src/bridge/git-native-issue.ts";
import { parseIssueMessage } from "../../src/bridge/issue-trailers.ts";
import { type ImportedIssue, importIssues } from "../../src/tracker/import.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

const now = { seconds: 1_800_000_000, zone: "+0000" };
const one = "a7f3b2c1-4e5d-4a8b-9c1e-2f3a4b5c6d7e";
const two = "b7f3b2c1-4e5d-4a8b-9c1e-2f3a4b5c6d7e";

/** Writes a commit of an issue as git-native-issue does. Returns its id. */
function commit(repository: TestRepository, seconds: number | string, message: string, ...parents: string[]): string {
  const tree = new TextDecoder().decode(repository.gitWith("", "mktree")).trim();
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author Ben <ben@example.com> ${seconds} +0130`,
    `committer Ben <ben@example.com> ${seconds} +0130`,
  ];
  const bytes = repository.gitWith(
    `${lines.join("\n")}\n\n${message}\n`,
    "hash-object",
    "-t",
    "commit",
    "-w",
    "--literally",
    "--stdin",
  );
  return new TextDecoder().decode(bytes).trim();
}

function chain(repository: TestRepository, name: string, ...messages: string[]): string {
  let tip: string | undefined;
  for (const [index, message] of messages.entries()) {
    tip = commit(repository, 100 + index, message, ...(tip === undefined ? [] : [tip]));
  }
  repository.git("update-ref", `refs/issues/${name}`, tip ?? "");
  return tip ?? "";
}

async function read(tracker: Tracker, skipped: string[] = [], mapped: string[] = []): Promise<ImportedIssue[]> {
  const repository = await tracker.openForeign(undefined);
  try {
    const context = {
      settings: tracker.config,
      now,
      skipped: (kind: string) => skipped.push(kind),
      mapped: (...words: [string, string, string]) => mapped.push(words.join(" ")),
    };
    return await Array.fromAsync(importGitNativeIssue(repository, context));
  } finally {
    repository.close();
  }
}

function short(issue: ImportedIssue | undefined): string[] {
  return (issue?.commits ?? []).map(({ author, time, drafts }) =>
    [
      author.email,
      time.seconds,
      ...drafts.map(({ type, ...fields }) => `${type} ${JSON.stringify(fields).replace(/["{}]/g, "")}`),
    ].join(" "),
  );
}

const root =
  "Crash\n\nWhy\n\nNote: read me\n\nState: open\nLabels: bug, auth,bug\nAssignee: ada@example.com\nPriority: critical\nMilestone: v1\nFormat-Version: 1";

describe("an issue of git-native-issue", () => {
  test("becomes a commit for each of its commits", async () => {
    using repository = makeRepository();
    const sha = "c".repeat(40);
    chain(
      repository,
      one,
      root,
      "I can reproduce it\n\nOn Firefox.\n\nSeen: twice",
      `Close issue\n\nState: closed\nFixed-By: ${sha}\nRelease: v2\nReason: wontfix`,
      "Not yet\n\nState: open",
      "Update title, labels\n\nTitle: Crash!\nLabels: auth, ui\nAssignee:\nPriority: low\nMilestone: ",
      "Update labels\n\nLabels: auth, ui",
      "Change state to in-progress\n\nState: in_progress",
    );
    const tracker = await trackerAt(repository);
    const [skipped, mapped]: string[][] = [[], []];
    const [issue] = await read(tracker, skipped, mapped);
    expect(issue).toMatchObject({ system: "git-native-issue", name: one });
    expect(issue?.commits[0]).toMatchObject({
      author: { name: "Ben", email: "ben@example.com" },
      time: { seconds: 100, zone: "+0130" },
      drafts: [
        {
          title: "Crash",
          body: "Why\n\nNote: read me",
          status: "todo",
          label: ["bug", "auth"],
          assignee: ["ada@example.com"],
          priority: "urgent",
          milestone: "v1",
        },
      ],
    });
    expect(
      short(issue)
        .slice(1)
        .map((line) => line.replace(/git-native-issue [0-9a-f]+/, "OID")),
    ).toEqual([
      "ben@example.com 101 comment-added body:I can reproduce it\\n\\nOn Firefox.\\n\\nSeen: twice,external:OID",
      `ben@example.com 102 status-changed from:todo,to:done,resolution:not-planned commit-linked commit:${sha}`,
      "ben@example.com 103 status-changed from:done,to:todo comment-added body:Not yet,external:OID",
      "ben@example.com 104 title-changed from:Crash,to:Crash! priority-changed from:urgent,to:low milestone-changed from:v1 label-removed label:bug label-added label:ui assignee-removed assignee:ada@example.com",
      "ben@example.com 106 status-changed from:todo,to:in-progress",
    ]);
    expect(skipped).toEqual(["commit that changes nothing"]);
    expect(mapped).toContain("priority critical urgent");
    tracker.close();
  });

  test("that was merged has the later word as the last, and what the merge resolved", async () => {
    using repository = makeRepository();
    const first = commit(repository, 100, root);
    const late = commit(repository, 130, "Update labels\n\nLabels: bug, late", first);
    const early = commit(repository, 110, "Said early", first);
    const merge = commit(
      repository,
      140,
      "Merge issue from origin\n\nState: open\nLabels: bug, late, both",
      late,
      early,
    );
    repository.git("update-ref", `refs/issues/${one}`, merge);
    const tracker = await trackerAt(repository);
    expect(
      short((await read(tracker))[0])
        .slice(1)
        .map((line) => line.replace(/,external.*/, "")),
    ).toEqual([
      "ben@example.com 110 comment-added body:Said early",
      "ben@example.com 130 label-removed label:auth label-added label:late",
      "ben@example.com 140 label-added label:both",
    ]);
    tracker.close();
  });

  test("finds its parent by the name that a provider gave it, and comes again only with what is new", async () => {
    using repository = makeRepository();
    const tip = chain(repository, one, root, "Exported\n\nProvider-ID: x:a/b#1");
    chain(repository, two, `${root}\nParent-ID: x:a/b#1`);
    const tracker = await trackerAt(repository);
    expect(await importIssues(tracker, await read(tracker))).toMatchObject({ created: 2, commits: 4, dangling: 0 });
    expect(await importIssues(tracker, await read(tracker))).toMatchObject({ unchanged: 2, commits: 0 });
    repository.git("update-ref", `refs/issues/${one}`, commit(repository, 200, "One more", tip));
    expect(await importIssues(tracker, await read(tracker))).toMatchObject({ updated: 1, commits: 1, comments: 1 });
    const { items } = await listIssues(tracker, await parse(tracker, "sort:created-asc"));
    const views = await showIssues(
      tracker,
      items.map(({ id }) => id),
    );
    const parent = views.find(({ parent }) => parent === null);
    expect(views.find((view) => view !== parent)?.parent).toBe(parent?.id ?? "");
    expect(parent?.externalIds).toEqual({ "git-native-issue": one, provider: "x:a/b#1" });
    tracker.close();
  });

  test("may hold what no record takes, but no time that git can't hold", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    chain(repository, one, "\u001b[2J\u2028\n\nState: \u202ex\nLabels: ,\u0007, __proto__");
    const issues = await read(tracker);
    expect(issues[0]?.commits[0]?.drafts[0]).toMatchObject({ title: "[2J", status: "todo", label: ["__proto__"] });
    expect(await importIssues(tracker, issues)).toMatchObject({ created: 1 });
    repository.git("update-ref", `refs/issues/${two}`, commit(repository, "999999999999999", root));
    expect(read(tracker)).rejects.toThrow("its time is not one from 1970 to 9999");
    tracker.close();
  });
});

test.each([
  ["a text alone", "Hello\n", "Hello", {}, false],
  ["a trailer alone is a text", "State: open", "State: open", {}, false],
  ["a paragraph that ends in other lines", "A\n\nState: open\nand so on", "A\n\nState: open\nand so on", {}, false],
  ["a notice", "Close issue\r\n\r\nState: closed\r\n", "Close issue", { state: "closed" }, true],
  ["the last of several", "A\n\nB\n\nSTATE: a\nstate: b\nX-Y: z", "A\n\nB", { state: "b", "x-y": "z" }, false],
])("a message: %s", (_, message, text, trailers, isNotice) => {
  const parsed = parseIssueMessage(message);
  expect({ ...parsed, trailers: Object.fromEntries(parsed.trailers) }).toEqual({ text, trailers, isNotice });
});
