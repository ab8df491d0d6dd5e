import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Issue } from "../../src/core/issue.ts";
import type { Query } from "../../src/core/query.ts";
import type { Edge, HistoryEntry, Index, Projection } from "../../src/index/index.ts";
import { openIndex } from "../../src/index/open.ts";
import {
  ada,
  anyIssue,
  ben,
  blocks,
  comment,
  idCount,
  indexOf,
  issue,
  oid,
  replacing,
  settings,
  since,
  today,
} from "./issues.ts";

const everything: Query = { where: undefined, sort: [] };
const kinds = ["blocks", "parent", "duplicates", "relates"] as const;

/** All that can be asked of an index. */
function answers(index: Index): unknown {
  const flag = (name: "archived" | "deleted") => ({ kind: "flag", flag: name }) as const;
  const hidden: Query = { where: { kind: "or", terms: [flag("archived"), flag("deleted")] }, sort: [] };
  const all = [...index.list(everything).items, ...index.list(hidden).items];
  return {
    all,
    views: all.map(({ id }) => index.view(id)),
    found: ["parser", "crash login", "漢", "uber"].map((text) => index.search(text, everything)),
    assigned: ["ada@example.com", "ben", "test"].map((person) =>
      index.count({ where: { kind: "person", field: "assignee", person }, sort: [] }),
    ),
    labels: index.labels(),
    statuses: index.statusCounts(),
    people: index.people(),
    edges: index.edges(kinds),
    history: index.history({}),
    tips: [...index.tips()].sort(),
    broken: index.broken(),
    quarantined: index.quarantined(),
    external: [index.byExternalId("github", "a/b#1"), index.byExternalId("jira", "X-1")],
  };
}

type Change = { readonly id: number; readonly to: Issue | "broken" | "gone" };

const anyChange: fc.Arbitrary<Change> = fc.record({
  id: fc.nat({ max: idCount - 1 }),
  to: fc.oneof({ weight: 4, arbitrary: anyIssue }, fc.constantFrom("broken" as const, "gone" as const)),
});

function projectionOf({ id, to }: Change, revision: number): Projection {
  if (to === "gone") return { kind: "gone", id: oid(id) };
  if (to === "broken") return { kind: "broken", id: oid(id), tip: oid(revision), reason: "missing" };
  return replacing({ ...to, id: oid(id), revision: oid(revision) });
}

describe("project", () => {
  test("gives what an index made anew gives, whatever happened before", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyChange, { maxLength: 5 }), { maxLength: 6 }), (batches) => {
        const index = indexOf();
        const latest = new Map<number, Projection>();
        let revision = 16;
        for (const batch of batches) {
          const projections = batch.map((change) => projectionOf(change, revision++));
          for (const [at, change] of batch.entries()) latest.set(change.id, projections[at] as Projection); // As long as the batch.
          index.project(projections);
        }
        const fresh = indexOf();
        fresh.project(latest.values());
        expect(answers(index)).toEqual(answers(fresh));
        expect(index.check()).toEqual([]);
        index.close();
        fresh.close();
      }),
      { numRuns: 200 },
    );
  });

  test("keeps the state as it was given, and changes nothing the second time", () => {
    const state = issue(1, { title: "Ünïcode 🎈", comments: [comment("a\nb")], labels: ["x"] });
    const index = indexOf(state);
    const before = answers(index);
    index.project([replacing(state)]);
    expect(index.state(state.id)).toEqual(state);
    expect(answers(index)).toEqual(before);
    expect(index.state(oid(2))).toBeUndefined();
    expect(index.view(oid(2))).toBeUndefined();
    index.close();
  });

  test("is done whole or not at all", () => {
    const index = indexOf(issue(1));
    const failing = function* (): Generator<Projection> {
      yield replacing(issue(2));
      throw new Error("on purpose");
    };
    expect(() => index.project(failing(), "s")).toThrow("on purpose");
    expect([...index.tips().keys()]).toEqual([oid(1)]);
    expect(index.stamp()).toBeUndefined();
    index.close();
  });

  test("keeps the stamp unless another is given", () => {
    const index = indexOf();
    index.project([], "one");
    index.project([replacing(issue(1))]);
    expect(index.stamp()).toBe("one");
    index.touch("two");
    expect(index.stamp()).toBe("two");
    index.close();
  });

  test("remembers streams that can't be read by their tips", () => {
    const index = indexOf(issue(1));
    index.project([{ kind: "broken", id: oid(1), tip: oid(9), reason: "missing" }]);
    expect(index.tip(oid(1))).toBe(oid(9));
    expect(index.broken()).toEqual([{ id: oid(1), tip: oid(9), reason: "missing", refused: false }]);
    expect(index.count(everything)).toBe(0);
    index.project([replacing(issue(1))]);
    expect(index.broken()).toEqual([]);
    index.close();
  });
});

describe("append", () => {
  const entry = (commit: number, seconds: number, author = ada): HistoryEntry => ({
    commit: oid(commit),
    seconds,
    author,
    signed: "unsigned",
  });
  const created = issue(1);
  const appending = (state: Issue, ...history: HistoryEntry[]): Projection => ({
    kind: "append",
    issue: state,
    history,
  });

  test("adds to the history", () => {
    const index = indexOf();
    index.project([{ kind: "replace", issue: created, history: [entry(1, 10)] }]);
    index.project([appending({ ...created, title: "B", revision: oid(3) }, entry(2, 20, ben), entry(3, 5))]);
    expect(index.state(oid(1))?.title).toBe("B");
    expect(index.history({ issue: oid(1) }).map(({ commit }) => commit)).toEqual([oid(3), oid(2), oid(1)]);
    index.close();
  });

  test("never takes back what another process has written on top", () => {
    const index = indexOf();
    index.project([{ kind: "replace", issue: created, history: [entry(1, 10)] }]);
    const second = appending({ ...created, title: "second", revision: oid(2) }, entry(2, 20));
    const third = appending({ ...created, title: "third", revision: oid(3) }, entry(2, 20), entry(3, 30));
    index.project([third]);
    index.project([second]);
    expect(index.state(oid(1))?.title).toBe("third");
    expect(index.tip(oid(1))).toBe(oid(3));
    expect(index.history({ issue: oid(1) }).map(({ commit }) => commit)).toEqual([oid(3), oid(2), oid(1)]);
    index.close();
  });

  test("adds each of many only once, whoever wrote the first of them", () => {
    const index = indexOf();
    const many = Array.from({ length: 20 }, (_, at) => entry(at + 2, 20 + at));
    index.project([{ kind: "replace", issue: created, history: [entry(1, 10)] }]);
    index.project([appending({ ...created, revision: oid(11) }, ...many.slice(0, 10))]);
    index.project([appending({ ...created, revision: oid(21) }, ...many)]);
    const commits = index.history({ issue: oid(1) }).map(({ commit }) => commit);
    expect(commits).toEqual([entry(1, 10), ...many].map(({ commit }) => commit).reverse());
    index.close();
  });

  test("is left out where the index doesn't know what came before, so that the stream is read in full", () => {
    const index = indexOf();
    index.project([appending({ ...created, revision: oid(2) }, entry(2, 20))]);
    expect(index.tips().size).toBe(0);
    index.project([appending(created, entry(1, 10))]);
    expect(index.tip(oid(1))).toBe(oid(1));
    index.close();
  });
});

describe("cycles", () => {
  test("of one kind are broken at the later edge, which is a conflict where it starts", () => {
    const index = indexOf(issue(1, { links: [blocks(2, 2)] }));
    const later = issue(2, { links: [{ kind: "blocks", target: oid(1), since: since(3, 0xee) }], revision: oid(0xee) });
    const history = [
      { commit: oid(2), seconds: 0, author: ada, signed: "unsigned" as const },
      { commit: oid(0xee), seconds: 60, author: ben, signed: "unsigned" as const },
    ];
    index.project([{ kind: "replace", issue: later, history }]);
    expect(index.edges(["blocks"])).toEqual([{ source: oid(1), kind: "blocks", target: oid(2) }]);
    expect(index.view(oid(2))).toMatchObject({
      conflicted: true,
      links: [],
      blockedBy: [oid(1)],
      conflicts: [
        {
          field: "links",
          values: [{ value: `blocks ${oid(1)}`, author: ben, at: "1970-01-01T00:01:00Z", commit: oid(0xee) }],
        },
      ],
    });
    expect(index.view(oid(1))).toMatchObject({ conflicted: false, blocked: false, blockedBy: [], conflicts: [] });
    index.close();
  });

  test("end when an edge of theirs goes", () => {
    const parent = (of: number, to: number) => issue(of, { parent: oid(to), parentSince: since(of) });
    const index = indexOf(parent(1, 2), parent(2, 3), parent(3, 1));
    expect(index.view(oid(3))).toMatchObject({ parent: null, conflicted: true, conflicts: [{ field: "parent" }] });
    expect(index.view(oid(1))?.children).toEqual([]);
    index.project([replacing(issue(2))]);
    expect(index.view(oid(3))).toMatchObject({ parent: oid(1), conflicted: false, conflicts: [] });
    expect(index.view(oid(1))?.children).toEqual([oid(3)]);
    index.close();
  });

  test("may be made of related issues", () => {
    const relates = (target: number) => ({ kind: "relates", target: oid(target), since: since(2) }) as const;
    const index = indexOf(issue(1, { links: [relates(2)] }), issue(2, { links: [relates(1)] }));
    expect(index.edges(["relates"]).length).toBe(2);
    index.close();
  });

  test("are found however long", () => {
    const count = 3000;
    const chain = Array.from({ length: count }, (_, n) => issue(0xa000 + n, { links: [blocks(0xa000 + n + 1, n)] }));
    const index = indexOf(...chain);
    index.project([replacing(issue(0xa000 + count, { links: [blocks(0xa000, count)] }))]);
    expect(index.edges(["blocks"]).length).toBe(count);
    expect(index.view(oid(0xa000 + count))?.conflicted).toBe(true);
    index.close();
  });
});

describe("what else there is to ask", () => {
  test("paths follow edges that hold", () => {
    const index = indexOf(issue(1, { links: [blocks(2)] }), issue(2, { links: [blocks(3)] }), issue(3));
    expect(index.path("blocks", oid(1), oid(3))).toEqual([oid(1), oid(2), oid(3)]);
    expect(index.path("blocks", oid(3), oid(1))).toBeUndefined();
    expect(index.path("parent", oid(1), oid(3))).toBeUndefined();
    expect(index.path("parent", oid(1), oid(1))).toEqual([oid(1)]);
    index.close();
  });

  test("labels, statuses and counts are of issues that can be seen", () => {
    const index = indexOf(
      issue(1, { labels: ["a", "b"] }),
      issue(2, { labels: ["b"], status: "done" }),
      issue(3, { labels: ["b"], archived: true }),
      issue(4, { labels: ["c"], deleted: true }),
    );
    expect(index.labels()).toEqual([
      { name: "a", count: 1 },
      { name: "b", count: 2 },
    ]);
    expect(index.statusCounts()).toEqual(
      new Map([
        ["done", 1],
        ["todo", 1],
      ]),
    );
    index.close();
  });

  test("people come most active first, by the name they use most", () => {
    const index = indexOf();
    const history = [ben, ada, ben, { ...ben, name: "B." }].map((author, n) => ({
      commit: oid(n + 1),
      seconds: n,
      author,
      signed: "unsigned" as const,
    }));
    index.project([{ kind: "replace", issue: issue(1, { assignees: ["eve@example.com"] }), history }]);
    expect(index.people()).toEqual([ben, ada, { name: "eve@example.com", email: "eve@example.com" }]);
    index.project([replacing(issue(1))]);
    expect(index.people()).toEqual([ada]);
    index.close();
  });

  test("history is newest first, narrowed by author, time and number", () => {
    const anyEntry = fc.record({
      signed: fc.constantFrom("signed", "unsigned", "needless"),
      seconds: fc.nat({ max: 6 }),
      author: fc.constantFrom(ada, ben),
    });
    const anyFilter = fc.record({
      issue: fc.option(fc.constantFrom(oid(0), oid(1), oid(7)), { nil: undefined }),
      author: fc.constantFrom(undefined, "ben", "ada@example.com", "nobody"),
      since: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
      limit: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(anyEntry, { minLength: 1, maxLength: 4 }), { maxLength: 7, size: "max" }),
        anyFilter,
        (streams, filter) => {
          const index = indexOf();
          const all = streams.flatMap((stream, id) =>
            stream.map((entry, place) => ({ ...entry, issue: oid(id), commit: oid(`${id}b${place}`), place })),
          );
          index.project(
            streams.map((_, id) => ({
              kind: "replace",
              issue: issue(id),
              history: all.filter((e) => e.issue === oid(id)),
            })),
          );
          const author = { ben, "ada@example.com": ada, nobody: undefined }[filter.author ?? "nobody"];
          const expected = all
            .filter((entry) => filter.issue === undefined || entry.issue === filter.issue)
            .filter((entry) => filter.author === undefined || entry.author === author)
            .filter((entry) => entry.seconds >= (filter.since ?? 0))
            .sort((a, b) => {
              const newer = filter.issue === undefined ? b.seconds - a.seconds : 0;
              return newer || (a.issue === b.issue ? b.place - a.place : a.issue < b.issue ? -1 : 1);
            })
            .slice(0, filter.limit)
            .map(({ place: _, ...entry }) => entry);
          expect(index.history(filter)).toEqual(expected);
          index.close();
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a view names all issues it speaks of, and no deleted comment", () => {
    const index = indexOf(
      issue(1, { title: "one", links: [blocks(2)], comments: [comment("kept"), comment("gone", true)] }),
      issue(2, { title: "two", status: "done", parent: oid(1), parentSince: since(1) }),
    );
    const view = index.view(oid(1));
    expect(view?.comments.map(({ body }) => body)).toEqual(["kept"]);
    expect(view?.related).toEqual({
      [oid(2)]: { shortId: "0200000", title: "two", status: "done", category: "done" },
    });
    index.close();
  });

  test("ids are found by prefix, other systems' names exactly", () => {
    const index = indexOf(
      issue("ab1", { deleted: true, externalIds: { github: "o/r#1" } }),
      issue("ab2", { externalIds: { github: "o/r#1" } }),
    );
    expect(index.withPrefix("ab", 5)).toEqual([oid("ab1"), oid("ab2")]);
    expect(index.withPrefix("ab", 1)).toEqual([oid("ab1")]);
    expect(index.withPrefix("ab2", 5)).toEqual([oid("ab2")]);
    expect(index.withPrefix("%", 5)).toEqual([]);
    expect(index.byExternalId("github", "o/r#1")).toBe(oid("ab2"));
    expect(index.byExternalId("github", "o/r#")).toBeUndefined();
    index.close();
  });

  test("actions are remembered, the last fifty", () => {
    const index = openIndex({ path: ":memory:", settings, today });
    expect(index.lastAction()).toBeUndefined();
    for (let n = 0; n < 60; n++) index.project([], undefined, { commits: [{ issue: oid(1), commit: oid(n) }] });
    expect(index.lastAction()).toEqual({ commits: [{ issue: oid(1), commit: oid(59) }] });
    index.close();
  });

  test("a page of edges names each once", () => {
    const edges: Edge[] = indexOf(issue(1, { links: [blocks(2)], parent: oid(3), parentSince: since(1) })).edges(kinds);
    expect(edges.map(({ kind }) => kind)).toEqual(["blocks", "parent"]);
  });
});
