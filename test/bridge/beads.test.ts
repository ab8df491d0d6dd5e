import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { importBeads } from "../../src/bridge/beads.ts";
import type { SourceFile } from "../../src/bridge/values.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import { changeStatus } from "../../src/tracker/flow.ts";
import { type ImportedIssue, importIssues } from "../../src/tracker/import.ts";
import { editIssues } from "../../src/tracker/issues.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import { newsBetween, tell, toldOf } from "../../src/tracker/snapshot.ts";
import { makeRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

const root = join(import.meta.dir, "../..");
const real = join(root, "../shared/data/beads.jsonl.gz");
const now = { seconds: 1_800_000_000, zone: "+0000" };

async function* files(bytes: Uint8Array): AsyncGenerator<SourceFile> {
  yield { name: "issues.jsonl", bytes };
}

function encode(...lines: unknown[]): Uint8Array {
  return new TextEncoder().encode(
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
  );
}

async function read(bytes: Uint8Array, mapped: string[] = [], skipped: string[] = []): Promise<ImportedIssue[]> {
  const context = {
    settings: defaultSettings,
    now,
    mapped: (...words: [string, string, string]) => mapped.push(words.join(" ")),
    skipped: (kind: string) => skipped.push(kind),
  };
  return await Array.fromAsync(importBeads(files(bytes), context));
}

async function history(line: object): Promise<string[]> {
  const [issue] = await read(encode({ ...base, ...line }));
  const commits = (issue?.commits ?? []).map(({ drafts, ...commit }) => {
    return { ...commit, drafts: drafts.filter((draft) => JSON.stringify(draft) !== JSON.stringify(mark)) };
  });
  return [...commits, ...lastWord(issue)].map(({ key, author, time, drafts }) => {
    const told = drafts.map(({ type, ...fields }) =>
      type === "issue-created" ? type : `${type} ${JSON.stringify(fields).replace(/["{}]/g, "")}`.trim(),
    );
    return [key, author.email, time.seconds - start, ...told].join(" ");
  });
}

/** What the verb adds behind the commits. */
function lastWord(issue: ImportedIssue | undefined) {
  if (issue?.now === undefined) return [];
  const { state, ...by } = issue.now;
  const told = toldOf(state);
  for (const draft of issue.commits.flatMap(({ drafts }) => drafts)) tell(told, draft);
  return [{ ...by, key: "now", drafts: newsBetween(told, state) }];
}

const mark = { type: "external-linked", external: "beads bd-1" };

async function refusal(...lines: unknown[]): Promise<string> {
  try {
    await read(encode(...lines));
  } catch (error) {
    if (error instanceof TrackerError) return error.message;
    throw error;
  }
  return "accepted";
}

const start = 1_700_000_000;
const at = (second: number) => new Date((start + second) * 1000).toISOString();
const base = { id: "bd-1", title: "Crash", status: "open", priority: 2, created_at: at(0), updated_at: at(9) };
const beads = "beads@beads.invalid";

describe("an issue of beads", () => {
  test("becomes a commit for each thing it tells of, and one for what it is by now", async () => {
    expect(
      await history({
        status: "closed",
        issue_type: "bug",
        created_by: "crew/ada",
        assignee: "ben@example.com",
        started_at: at(1),
        closed_at: at(5),
        close_reason: "Fixed",
        estimated_minutes: 90,
        due_at: "2026-12-01T10:00:00-08:00",
        external_ref: "gh-9",
        labels: ["ui", "ui", ""],
        comments: [
          { id: 2, author: "Ben <ben@example.com>", text: "Second\r\n", created_at: at(7) },
          { id: 1, author: "cy", text: "First", created_at: at(2) },
          { id: 3, author: "cy", text: " ", created_at: at(3) },
        ],
      }),
    ).toEqual([
      "issue crew/ada@beads.invalid 0 issue-created",
      `reference ${beads} 0 external-linked external:external-ref gh-9`,
      `started ${beads} 1 status-changed to:in-progress`,
      "comment:1 cy@beads.invalid 2 comment-added body:First,external:beads bd-1#1",
      `closed ${beads} 5 status-changed to:done`,
      `close_reason ${beads} 5 comment-added body:Fixed,external:beads bd-1#close_reason`,
      "comment:2 ben@example.com 7 comment-added body:Second,external:beads bd-1#2",
      `now ${beads} 9 type-changed to:bug priority-changed to:medium due-changed to:2026-12-01 estimate-changed to:PT1H30M label-added label:ui assignee-added assignee:ben@example.com`,
    ]);
  });

  test("has its sections in its description", async () => {
    const [issue] = await read(
      encode({ ...base, description: "Why", design: "How", acceptance_criteria: "- a", notes: " " }),
    );
    expect(issue?.commits[0]?.drafts[0]).toMatchObject({
      body: "Why\n\n## Design\n\nHow\n\n## Acceptance criteria\n\n- a",
    });
  });

  test("that was deleted is deleted, with its reason and its type of before", async () => {
    const tombstone = {
      status: "tombstone",
      deleted_at: at(3),
      deleted_by: "ada",
      delete_reason: "batch",
      original_type: "epic",
    };
    expect(await history(tombstone)).toEqual([
      "issue beads@beads.invalid 0 issue-created",
      "deleted ada@beads.invalid 3 issue-deleted",
      "delete_reason ada@beads.invalid 3 comment-added body:batch,external:beads bd-1#delete_reason",
      `now ${beads} 9 type-changed to:epic priority-changed to:medium`,
    ]);
  });

  test("names statuses, priorities and dependencies of its own, which is told", async () => {
    const mapped: string[] = [];
    const depends = (type: string) => ({ depends_on_id: "bd-2", type, created_at: "0001-01-01T00:00:00Z" });
    const dependencies = ["blocks", "parent-child", "related", "discovered-from", "duplicates"].map(depends);
    const [issue] = await read(encode({ ...base, status: "hooked", priority: 0, dependencies }), mapped);
    expect(mapped).toEqual([
      "status open todo",
      "status hooked in-progress",
      "dependency discovered-from relates",
      "priority 0 urgent",
    ]);
    expect(issue?.links.map(({ kind, time }) => [kind, time.seconds - start])).toEqual([
      ["blocked-by", 0],
      ["parent", 0],
      ["relates", 0],
      ["relates", 0],
      ["duplicates", 0],
    ]);
  });

  test("may hold what no terminal or record takes", async () => {
    const line =
      '{"id":"bd-\\u0000\\u001b1","title":"\\ud800 a\\nb","status":"x\\u202e","priority":2,"__proto__":{"status":"closed"}}';
    const [issue] = await read(encode(line));
    expect(issue).toMatchObject({ name: "bd-1", commits: [{ drafts: [{ title: "\ufffd a b", status: "todo" }] }] });
  });

  test.each([
    ["no id", [{ ...base, id: " " }], "issues.jsonl:1: id: should not be empty"],
    ["the same id twice", [base, base], "issues.jsonl:2: bd-1 is there twice, first at issues.jsonl:1"],
    [
      "a title of the wrong type",
      [base, { ...base, id: "2", title: 7 }],
      "issues.jsonl:2: title: should be string, not 7",
    ],
    [
      "an absurd date",
      [{ ...base, created_at: "1066-10-14T00:00:00Z" }],
      "issues.jsonl:1: created_at: should be a time from 1970 to 9999, such as 2026-12-01T09:30:00Z",
    ],
    [
      "a day that is none",
      [{ ...base, closed_at: "2026-02-30T00:00:00Z" }],
      "issues.jsonl:1: closed_at: should be a time from 1970 to 9999, such as 2026-12-01T09:30:00Z",
    ],
    ["a priority that is none", [{ ...base, priority: -1 }], "issues.jsonl:1: priority: should be 0 to 4"],
    [
      "labels that are none",
      [{ ...base, labels: { length: 9 } }],
      "issues.jsonl:1: labels: should be array, not Object",
    ],
    ["too deep nesting", [`{"id":${"[".repeat(200)}`], "issues.jsonl:1: this object is nested too deeply"],
    ["half a line", [JSON.stringify(base).slice(0, -3)], "issues.jsonl:1: the object that begins here does not end"],
  ])("is refused with %s", async (_, lines, message) => {
    expect(await refusal(...lines)).toStartWith(message);
  });

  test("is refused with broken UTF-8", async () => {
    const bytes = encode(base);
    bytes[12] = 0xff;
    expect(read(bytes)).rejects.toThrow("issues.jsonl:1: this is not UTF-8");
  });
});

describe("an import of beads", () => {
  test("done again after changes at the source adds them, also what was taken back", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const bring = async (line: object) => {
      const issues = await read(encode({ ...base, ...line }));
      return await importIssues(tracker, issues);
    };
    const closed = { status: "closed", closed_at: at(5), labels: ["a", "b"], updated_at: at(5) };
    expect(await bring(closed)).toMatchObject({ created: 1 });
    expect(await bring(closed)).toMatchObject({ unchanged: 1, commits: 0 });
    const { items } = await listIssues(tracker, await parse(tracker, "is:closed"));
    const ids = items.map(({ id }) => id);
    const reopened = { title: "Crash!", status: "in_progress", labels: ["b", "c"], priority: 0, updated_at: at(20) };
    expect(await bring(reopened)).toMatchObject({ updated: 1 });
    expect(await showIssues(tracker, ids)).toMatchObject([
      { title: "Crash!", status: "in-progress", labels: ["b", "c"], priority: "urgent", resolution: null },
    ]);
    expect(await bring(reopened)).toMatchObject({ unchanged: 1, commits: 0 });
    tracker.close();
  });

  test("brings what changed there, and leaves what was changed here", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const bring = async (line: object) => await importIssues(tracker, await read(encode({ ...base, ...line })));
    const before = { labels: ["a", "b"], assignee: "ada@example.com", description: "Text", issue_type: "epic" };
    await bring(before);
    const { items } = await listIssues(tracker, await parse(tracker, "type:epic"));
    const ids = items.map(({ id }) => id);
    await editIssues(tracker, ids, { title: "Ours", priority: "urgent", addLabels: ["c"], removeLabels: ["a"] });
    const later = { ...before, description: "More", labels: ["a", "b", "d"], assignee: "ben@example.com" };
    expect(await bring({ ...later, updated_at: at(20) })).toMatchObject({ updated: 1, commits: 1 });
    const now = {
      title: "Ours",
      priority: "urgent",
      body: "More",
      labels: ["b", "c", "d"],
      assignees: ["ben@example.com"],
      type: "epic",
      status: "todo",
    };
    expect(await showIssues(tracker, ids)).toMatchObject([now]);
    expect(await bring({ ...later, updated_at: at(30) })).toMatchObject({ unchanged: 1, commits: 0 });
    await changeStatus(tracker, ids, "done");
    const begun = { ...later, status: "in_progress", started_at: at(35), updated_at: at(40) };
    expect(await bring({ ...begun, title: "Theirs" })).toMatchObject({ updated: 1 });
    expect(await showIssues(tracker, ids)).toMatchObject([{ ...now, status: "in-progress", title: "Theirs" }]);
    tracker.close();
  });

  test("knows what was deleted there, and what came back", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const bring = async (line: object) => await importIssues(tracker, await read(encode({ ...base, ...line })));
    const count = async (query: string) => (await listIssues(tracker, await parse(tracker, query))).total;
    const gone = { status: "tombstone", deleted_at: at(11), delete_reason: "Twice", updated_at: at(11) };
    await bring({});
    expect(await bring(gone)).toMatchObject({ updated: 1, commits: 2, comments: 1 });
    expect(await count("is:deleted")).toBe(1);
    expect(await bring(gone)).toMatchObject({ unchanged: 1, commits: 0 });
    expect(await bring({ updated_at: at(20) })).toMatchObject({ updated: 1, commits: 1 });
    expect([await count("is:deleted"), await count("is:open")]).toEqual([0, 1]);
    tracker.close();
  });

  test("bears cycles of parents and of dependencies", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const edge = (to: string) => ["parent-child", "blocks"].map((type) => ({ depends_on_id: to, type }));
    const lines = ["1", "2", "3"].map((id, index, ids) => ({
      ...base,
      id,
      dependencies: [...edge(ids[(index + 1) % 3] ?? ""), ...edge(id), ...edge("gone")],
    }));
    expect(await importIssues(tracker, await read(encode(...lines)))).toMatchObject({ created: 3, dangling: 6 });
    expect((await listIssues(tracker, await parse(tracker, ""))).total).toBe(3);
    tracker.close();
  });

  test.skipIf(!existsSync(real))(
    `of beads' own issues comes to what they say${existsSync(real) ? "" : ` (${relative(root, real)} is not here)`}`,
    async () => {
      using repository = makeRepository();
      const tracker = await trackerAt(repository);
      const bytes = readFileSync(real);
      const raw: { status: string; issue_type: string; original_type?: string; dependencies?: { type: string }[] }[] =
        new TextDecoder()
          .decode(Bun.gunzipSync(bytes))
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
      expect(await importIssues(tracker, await read(bytes))).toMatchObject({ created: raw.length, dangling: 0 });
      const count = async (query: string) => (await listIssues(tracker, await parse(tracker, query))).total;
      const lines = (status: string) => raw.filter((line) => line.status === status).length;
      expect(await count("is:closed")).toBe(lines("closed"));
      expect(await count("is:deleted")).toBe(lines("tombstone"));
      expect(await count("status:in-progress")).toBe(lines("hooked"));
      expect(await count("is:open")).toBe(lines("open") + lines("hooked"));
      const { items } = await listIssues(tracker, await parse(tracker, "is:open OR is:closed"));
      const types = (of: readonly (string | null)[]) =>
        Object.fromEntries(
          Map.groupBy(of, String)
            .entries()
            .map(([type, { length }]) => [type, length]),
        );
      const there = raw.filter(({ status }) => status !== "tombstone").map((line) => line.issue_type);
      expect(types(items.map(({ type }) => type))).toEqual(types(there));
      expect(await importIssues(tracker, await read(bytes))).toMatchObject({ unchanged: raw.length, commits: 0 });
      tracker.close();
    },
    60_000,
  );
});
