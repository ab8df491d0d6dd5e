/** Issues for the index's tests: a plain one to change, and arbitrary ones for laws. */
import fc from "fast-check";
import type { Issue } from "../../src/core/issue.ts";
import { defaultSettings, type Settings } from "../../src/core/settings.ts";
import type { Index, Projection } from "../../src/index/index.ts";
import { openIndex } from "../../src/index/open.ts";

export const ada = { name: "Ada Lovelace", email: "ada@example.com" };
export const ben = { name: "Ben Ruß", email: "ben@example.com" };
export const today = "2026-06-15";

export const settings: Settings = {
  ...defaultSettings,
  workflow: {
    ...defaultSettings.workflow,
    statuses: [
      { name: "todo", category: "todo", limit: null },
      { name: "Doing", category: "active", limit: null },
      { name: "done", category: "done", limit: null },
      { name: "dropped", category: "done", limit: null },
    ],
  },
};

/** `7` → `0700…`; `a1b2` → `a1b200…`. */
export function oid(name: number | string): string {
  const digits = typeof name === "number" ? name.toString(16).padStart(2, "0") : name;
  return digits.padEnd(40, "0");
}

export function issue(name: number | string, fields: Partial<Issue> = {}): Issue {
  return {
    id: oid(name),
    title: "A title",
    body: "",
    status: "todo",
    statusAt: "2026-01-01T00:00:00Z",
    resolution: null,
    type: null,
    priority: null,
    labels: [],
    assignees: [],
    watchers: [],
    author: ada,
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "2026-01-01T00:00:00Z",
    due: null,
    estimate: null,
    parent: null,
    parentSince: null,
    sprint: null,
    milestone: null,
    rank: null,
    links: [],
    comments: [],
    reactions: {},
    attachments: [],
    commits: [],
    externalIds: {},
    conflicts: [],
    quarantined: [],
    archived: false,
    deleted: false,
    revision: oid(name),
    generation: 1,
    ...fields,
  };
}

export function comment(body: string, deleted = false): Issue["comments"][number] {
  const at = "2026-01-02T00:00:00Z";
  const empty = { editedAt: null, replyTo: null, reactions: {} };
  return { id: oid("c0"), author: ben, body, createdAt: at, deleted, ...empty };
}

/** `since` in stream order: the generation, the second, the commit. */
export function since(generation: number, commit: number | string = generation): string {
  return `${String(generation).padStart(7, "0")}.000000000001.${oid(commit)}`;
}

export function blocks(target: number | string, generation = 2): Issue["links"][number] {
  return { kind: "blocks", target: oid(target), since: since(generation) };
}

export function replacing(state: Issue): Projection {
  const seconds = Date.parse(state.createdAt) / 1000;
  return {
    kind: "replace",
    issue: state,
    history: [{ commit: state.id, seconds, author: state.author, signed: "unsigned" }],
  };
}

export function indexOf(...issues: readonly Issue[]): Index {
  const index = openIndex({ path: ":memory:", settings, today });
  index.project(issues.map(replacing));
  return index;
}

const moments = [1, 2, 3, 4, 5].map((day) => `2026-01-0${day}T12:00:00Z`);
const orNull = <const T>(...values: readonly T[]) => fc.constantFrom(null, ...values);
const wordList = ["parser", "Parsing", "crash", "Über", "uber", "漢字", "分漢", "login", "re-open"];
const phrase = fc.array(fc.constantFrom(...wordList), { maxLength: 4 }).map((words) => words.join(" "));

/** A small world: ids, labels and people come up again and again, so that queries find something. */
export const idCount = 8;
const anyId = fc.nat({ max: idCount - 1 }).map(oid);
const anySince = fc.nat({ max: 5 }).map((generation) => since(generation, "dd"));

export const anyIssue: fc.Arbitrary<Issue> = fc
  .record({
    title: phrase.map((text) => text || "untitled"),
    body: phrase,
    status: fc.constantFrom("todo", "Doing", "done", "dropped", "strange"),
    statusAt: fc.constantFrom(...moments),
    resolution: orNull("completed", "duplicate"),
    type: orNull("bug", "Bug", "feature"),
    priority: orNull("low", "high", "unheard-of"),
    labels: fc.uniqueArray(fc.constantFrom("ui", "UI", "area/x", "Ärger", "ärger", "a*"), { maxLength: 3 }),
    assignees: fc.uniqueArray(
      fc.constantFrom("ada@example.com", "ben@example.com", "ruben@example.com", "Eve@Test.org"),
      {
        maxLength: 2,
      },
    ),
    author: fc.constantFrom(ada, ben),
    createdAt: fc.constantFrom(...moments),
    updatedAt: fc.constantFrom(...moments),
    due: orNull("2026-06-01", "2026-06-15", "2026-07-01"),
    estimate: orNull(0, 3600, 7200),
    parent: fc.option(anyId),
    parentSince: anySince,
    sprint: orNull("s1", "S1", "s2"),
    milestone: orNull("v1", "v2"),
    rank: orNull("a", "b", "c"),
    links: fc.uniqueArray(
      fc.record({ kind: fc.constantFrom("blocks", "relates", "duplicates"), target: anyId, since: anySince }),
      { maxLength: 3, selector: ({ kind, target }) => kind + target },
    ),
    comments: fc.array(fc.tuple(phrase, fc.boolean()), { maxLength: 2 }).map((list) => list.map((c) => comment(...c))),
    externalIds: fc.constantFrom({}, { github: "a/b#1" }, { jira: "X-1" }),
    conflicts: fc.constantFrom([], [{ field: "title", values: [] }]),
    archived: fc.boolean(),
    deleted: fc.boolean(),
  })
  .map((fields) => issue(0, { ...fields, parentSince: fields.parent === null ? null : fields.parentSince }));

/** Issues with ids of their own. */
export const anyIssues: fc.Arbitrary<Issue[]> = fc
  .array(anyIssue, { maxLength: idCount })
  .map((list) => list.map((state, index) => ({ ...state, id: oid(index), revision: oid(index) })));
