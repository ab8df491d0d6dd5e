/** Whatever other programs' data holds: it is refused with a reason, or every event that comes of it can be stored. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { importBacklog } from "../../src/bridge/backlog.ts";
import { importBeads } from "../../src/bridge/beads.ts";
import { importGitBug } from "../../src/bridge/git-bug.ts";
import { importGitNativeIssue } from "../../src/bridge/git-native-issue.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { parseEvent } from "../../src/core/event.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import { isLine } from "../../src/core/text.ts";
import type { ForeignCommit, ForeignRepository } from "../../src/tracker/foreign.ts";
import type { ImportedIssue } from "../../src/tracker/import.ts";

const context = { settings: defaultSettings, now: { seconds: 1_800_000_000, zone: "+0000" } };
const encoder = new TextEncoder();

/** Throws unless it is refused in the way of a refusal, or all that comes of it can be stored. */
async function expectStorable(source: AsyncIterable<ImportedIssue>): Promise<"storable" | "refused"> {
  const issues: ImportedIssue[] = [];
  try {
    for await (const issue of source) issues.push(issue);
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    expect(["invalid", "corrupt"]).toContain(error.code);
    expect(isLine(error.message)).toBe(true);
    return "refused";
  }
  for (const { name, commits, links } of issues) {
    expect(isLine(name) && name !== "").toBe(true);
    const keys = new Set(commits.map(({ key }) => key));
    expect(keys.size).toBe(commits.length);
    for (const { author, time } of [...commits, ...links]) {
      expect([author.name, isLine(author.name), author.name !== ""]).toEqual([author.name, true, true]);
      expect(author.email).toMatch(/^[^\s<>@]+@[^\s<>@]+$/);
      expect([time.seconds >= 0, Number.isInteger(time.seconds), /^[+-]\d{4}$/.test(time.zone)]).toEqual([
        true,
        true,
        true,
      ]);
    }
    for (const draft of commits.flatMap(({ drafts }) => drafts)) {
      const { commentKey, ...event } = { commentKey: undefined, comment: "c".repeat(40), ...draft };
      expect(commentKey === undefined || keys.has(commentKey)).toBe(true);
      expect([draft, typeof parseEvent(event)]).toEqual([draft, "object"]);
    }
  }
  return "storable";
}

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(fc.integer({ max: 0xffff }), { maxLength: 30 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    "",
    " ",
    "x".repeat(1200),
    "a\u0000b\r\nc",
    "\ud800",
    "  \u2028\u202e ",
    "a@b",
    "<a@b>",
    "A <a@b.c>",
    "@",
    "__proto__",
  ),
);
const time = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000).toISOString()),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0001-01-01T00:00:00Z",
      "2026-01-01T00:00:00.123456789-08:00",
      "1969-12-31T23:00:00Z",
      "",
    ),
  },
);

const bead = fc.record(
  {
    id: anyText,
    title: anyText,
    description: anyText,
    design: anyText,
    status: fc.oneof(anyText, fc.constantFrom("open", "closed", "tombstone", "in_progress", "blocked", null)),
    priority: fc.integer({ min: 0, max: 4 }),
    issue_type: fc.oneof(anyText, fc.constantFrom("bug", "epic", null)),
    assignee: anyText,
    owner: anyText,
    created_by: anyText,
    created_at: time,
    updated_at: time,
    started_at: time,
    closed_at: time,
    due_at: time,
    deleted_at: time,
    deleted_by: anyText,
    close_reason: anyText,
    delete_reason: anyText,
    external_ref: anyText,
    estimated_minutes: fc.oneof(fc.nat(), fc.constant(2 ** 52)),
    labels: fc.array(anyText),
    dependencies: fc.array(
      fc.record({
        depends_on_id: anyText,
        type: fc.oneof(anyText, fc.constant("blocks")),
        created_at: time,
        created_by: anyText,
      }),
    ),
    comments: fc.array(
      fc.record({ id: fc.oneof(fc.nat(3), anyText), author: anyText, text: anyText, created_at: time }),
    ),
  },
  { requiredKeys: ["id", "title"] },
);

async function* oneFile(bytes: Uint8Array) {
  yield { name: "issues.jsonl", bytes };
}

test("beads", async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(bead, { maxLength: 3 }), async (lines) => {
      const bytes = encoder.encode(lines.map((line) => JSON.stringify(line)).join("\n"));
      outcomes.add(await expectStorable(importBeads(oneFile(bytes), context)));
    }),
    { numRuns: 400 },
  );
  expect([...outcomes].sort()).toEqual(["refused", "storable"]);
}, 60_000);

/** The bytes with some of them changed, cut off, or doubled. */
function damaged(text: string) {
  return fc
    .array(
      fc.tuple(
        fc.nat(text.length),
        fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x22, 0x5b, 0x7b, 0x2d, 0x0a)),
      ),
      { maxLength: 6 },
    )
    .map((changes) => {
      const bytes = encoder.encode(text);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    });
}

const line = JSON.stringify({
  id: "bd-1",
  title: "T",
  status: "closed",
  priority: 1,
  created_at: "2026-01-01T00:00:00Z",
  closed_at: "2026-01-02T00:00:00Z",
  labels: ["a"],
  comments: [{ id: 1, author: "a", text: "b", created_at: "2026-01-01T00:00:00Z" }],
});
const task = `---\nid: TASK-1\ntitle: 'It''s'\nstatus: To Do\nassignee: [a, "b"]\ncreated_date: '2026-01-01 10:00'\nlabels:\n  - x\n---\n\n## Description\n\nText\n\n## Comments\n<!-- COMMENTS:BEGIN -->\n<!-- COMMENT:BEGIN -->\nindex: 1\ncreated: 2026-01-01\n\nSaid\n<!-- COMMENT:END -->\n<!-- COMMENTS:END -->\n`;

test("bytes of beads that are damaged", async () => {
  await fc.assert(
    fc.asyncProperty(damaged(line), async (bytes) => void (await expectStorable(importBeads(oneFile(bytes), context)))),
    { numRuns: 1000 },
  );
}, 60_000);

function taskFolder(bytes: Uint8Array) {
  return {
    exists: (path: string) => path === "tasks",
    list: async (path: string) => (path === "tasks" ? ["tasks/a.md"] : []),
    read: async () => bytes,
  };
}

test("bytes of a task that are damaged", async () => {
  await fc.assert(
    fc.asyncProperty(
      damaged(task),
      async (bytes) => void (await expectStorable(importBacklog(taskFolder(bytes), context))),
    ),
    { numRuns: 1000 },
  );
}, 60_000);

test("a task of any texts", async () => {
  const fields = fc.dictionary(
    fc.constantFrom("title", "status", "priority", "type", "milestone", "reporter", "parent_task_id"),
    anyText.map((text) => JSON.stringify(text)),
  );
  const lists = fc.dictionary(fc.constantFrom("assignee", "labels", "dependencies", "references"), fc.array(anyText));
  await fc.assert(
    fc.asyncProperty(fields, lists, anyText, async (texts, named, body) => {
      const keys = Object.entries(texts).map(([key, text]) => `${key}: ${text}`);
      for (const [key, items] of Object.entries(named))
        keys.push(`${key}:`, ...items.map((item) => `  - ${JSON.stringify(item)}`));
      const text = ["---", "id: x", ...keys, "---", body].join("\n");
      await expectStorable(importBacklog(taskFolder(encoder.encode(text)), context));
    }),
    { numRuns: 400 },
  );
}, 60_000);

/** A repository of one history, whose trees and blobs are what the tests say. */
function repositoryOf(commits: readonly ForeignCommit[], blob: Uint8Array): ForeignRepository {
  return {
    async *histories(what) {
      if (what !== "git-bug's identities") yield { ref: "refs/x/1", name: "1", commits };
    },
    readTree: async () => new Map(["ops", "version-4", "edit-clock-1"].map((name) => [name, "0".repeat(40)])),
    readBlob: async () => blob,
    close: () => {},
  };
}

function commitOf(
  index: number,
  message: string,
  seconds: number,
  name = "Ben",
  email = "ben@example.com",
): ForeignCommit {
  const parents = index === 0 ? [] : [String(index - 1)];
  return { oid: String(index), tree: "t", parents, author: { name, email }, time: { seconds, zone: "+0000" }, message };
}

test("git-bug", async () => {
  const operation = fc.record({
    type: fc.integer({ min: 1, max: 9 }),
    timestamp: fc.oneof({ weight: 30, arbitrary: fc.nat() }, { weight: 1, arbitrary: fc.double() }),
    title: anyText,
    was: anyText,
    message: fc.oneof(anyText, fc.constant(null)),
    status: fc.constantFrom(1, 2),
    target: anyText,
    added: fc.oneof(fc.array(anyText, { maxLength: 3 }), fc.constant(null)),
    removed: fc.array(anyText, { maxLength: 3 }),
    files: fc.constantFrom(null, ["a".repeat(40)]),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 5 }), async ([first, ...others]) => {
      const ops = first === undefined ? [] : [{ ...first, type: 1 }, ...others];
      const blob = encoder.encode(JSON.stringify({ author: { id: "a" }, ops }));
      await expectStorable(importGitBug(repositoryOf([commitOf(0, "", 0)], blob), context));
    }),
    { numRuns: 400 },
  );
  const pack = JSON.stringify({
    author: { id: "a" },
    ops: [
      { type: 1, timestamp: 1, title: "T", message: "M", files: [] },
      { type: 5, timestamp: 2, added: ["x"], removed: [] },
    ],
  });
  await fc.assert(
    fc.asyncProperty(
      damaged(pack),
      async (bytes) => void (await expectStorable(importGitBug(repositoryOf([commitOf(0, "", 0)], bytes), context))),
    ),
    { numRuns: 500 },
  );
}, 60_000);

test("git-native-issue", async () => {
  const key = fc.constantFrom(
    "State",
    "Labels",
    "Assignee",
    "Priority",
    "Milestone",
    "Title",
    "Reason",
    "Fixed-By",
    "Provider-ID",
    "Parent-ID",
    "X-Y",
  );
  const message = fc
    .tuple(anyText, fc.array(fc.tuple(key, anyText), { maxLength: 5 }))
    .map(
      ([text, trailers]) =>
        `${text}\n\n${trailers.map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, " ")}`).join("\n")}`,
    );
  const commit = fc.tuple(
    message,
    fc.oneof({ weight: 30, arbitrary: fc.nat() }, { weight: 1, arbitrary: fc.integer() }),
    anyText,
    anyText,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(commit, { minLength: 1, maxLength: 5 }), async (history) => {
      const commits = history.map(([text, seconds, name, email], index) => commitOf(index, text, seconds, name, email));
      await expectStorable(importGitNativeIssue(repositoryOf(commits, encoder.encode("")), context));
    }),
    { numRuns: 400 },
  );
}, 60_000);
