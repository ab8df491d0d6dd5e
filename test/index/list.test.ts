import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TrackerError } from "../../src/core/errors.ts";
import type { Query, Term } from "../../src/core/query.ts";
import { flags, sortFields } from "../../src/core/query-field.ts";
import { evaluate, worldOf } from "./evaluate.ts";
import { ada, anyIssues, blocks, comment, indexOf, issue, oid, replacing, since } from "./issues.ts";

const where = (term: Term | undefined): Query => ({ where: term, sort: [] });
const everything = where(undefined);
const text = fc.constantFrom(
  "pars",
  "parser",
  "CRASH",
  "uber",
  "Über log",
  "漢",
  "漢字",
  "分漢字",
  "re-open",
  "字 parser",
  "!?",
);

const { term: anyTerm } = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ kind: fc.constant("flag" as const), flag: fc.constantFrom(...flags) }),
    fc.record({ kind: fc.constant("text" as const), text, match: fc.constantFrom("prefix", "phrase") }),
    fc.record({
      kind: fc.constant("value" as const),
      field: fc.constantFrom("status", "type", "priority", "resolution", "label", "milestone", "sprint"),
      values: fc.array(
        fc.constantFrom(
          "todo",
          "doing",
          "DONE",
          "bug",
          "high",
          "completed",
          "ui",
          "ärger",
          "Ä*",
          "area/*",
          "*",
          "a*",
          "v1",
          "s1",
        ),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    fc.record({
      kind: fc.constant("person" as const),
      field: fc.constantFrom("assignee", "author"),
      person: fc.constantFrom(
        "ada@example.com",
        "ben",
        "BEN@example.com",
        "example",
        "ruß",
        "lovelace",
        "en@example.com",
        "eve",
      ),
    }),
    fc.record(
      {
        kind: fc.constant("range" as const),
        field: fc.constantFrom("created", "updated", "closed"),
        from: fc.constantFrom("2026-01-02T12:00:00Z", "2026-01-03T00:00:00Z"),
        to: fc.constantFrom("2026-01-04T12:00:00Z", "2026-01-05T00:00:00Z"),
      },
      { requiredKeys: ["kind", "field"] },
    ),
    fc.record({
      kind: fc.constant("range" as const),
      field: fc.constant("due" as const),
      to: fc.constantFrom("2026-06-15", "2026-06-16"),
    }),
    fc.record({
      kind: fc.constant("range" as const),
      field: fc.constantFrom("estimate", "comments"),
      from: fc.constantFrom(0, 1, 3600),
    }),
    fc.record({
      kind: fc.constant("issue" as const),
      field: fc.constantFrom("id", "parent", "blocks", "blocked-by", "relates"),
      prefix: fc.constantFrom("", "0", "00", "03", oid(5), "ff", "xyz"),
    }),
    fc.record({
      kind: fc.constant("has" as const),
      field: fc.constantFrom(
        ...(["status", "type", "label", "assignee", "author", "due", "estimate", "parent"] as const),
        ...(["attachment", "comments", "body", "children", "sprint"] as const),
      ),
    }),
    fc.record({ kind: fc.constantFrom("and", "or"), terms: fc.array(tie("term"), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("not" as const), term: tie("term") }),
  ) as fc.Arbitrary<Term>, // fast-check widens the literals of constantFrom.
}));
const anySort = fc.array(
  fc.record({ field: fc.constantFrom(...sortFields), direction: fc.constantFrom("asc" as const, "desc" as const) }),
  { maxLength: 3 },
);

describe("list", () => {
  test("answers every query as the issues themselves do", () => {
    fc.assert(
      fc.property(
        anyIssues,
        fc.array(fc.tuple(anyTerm, anySort), { minLength: 1, maxLength: 10 }),
        (issues, queries) => {
          const index = indexOf(...issues);
          const world = worldOf(issues);
          for (const [term, sort] of queries) {
            const expected = evaluate(world, term, sort);
            expect(index.list({ where: term, sort }).items.map(({ id }) => id)).toEqual(expected);
            expect(index.count({ where: term, sort })).toBe(expected.length);
          }
          index.close();
        },
      ),
      { numRuns: 300 },
    );
  });

  test("gives in pages what it gives at once", () => {
    fc.assert(
      fc.property(
        anyIssues,
        fc.option(anyTerm, { nil: undefined }),
        anySort,
        fc.integer({ min: 1, max: 4 }),
        (issues, term, sort, limit) => {
          const index = indexOf(...issues);
          const query = { where: term, sort };
          const whole = index.list(query);
          const items = [];
          let after: string | undefined;
          do {
            const page = index.list(query, { limit, after });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            expect(page.total).toBe(whole.total);
            items.push(...page.items);
            after = page.next ?? undefined;
          } while (after !== undefined && items.length <= whole.total);
          expect(items).toEqual([...whole.items]);
          index.close();
        },
      ),
      { numRuns: 200 },
    );
  });

  test("refuses a cursor that is none", () => {
    const index = indexOf(issue(1), issue(2));
    const byTitle = index.list({ where: undefined, sort: [{ field: "due", direction: "asc" }] }, { limit: 1 }).next;
    for (const after of ["", "!", "bnVsbA", "W10", "WzEse31d", "\0", String(byTitle)])
      expect(() => index.list(everything, { after })).toThrow(TrackerError);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (after) => {
        try {
          index.list(everything, { after });
        } catch (error) {
          expect(error).toBeInstanceOf(TrackerError);
        }
      }),
    );
    index.close();
  });

  test("takes a query of very many terms", () => {
    const index = indexOf(issue(1), issue(2, { title: "needle" }));
    const needle: Term = { kind: "text", text: "needle", match: "prefix" };
    const terms = Array.from({ length: 1500 }, (): Term => ({ kind: "flag", flag: "open" }));
    expect(index.count(where({ kind: "and", terms: [...terms, needle] }))).toBe(1);
    index.close();
  });

  test("follows the settings it was opened with", () => {
    const index = indexOf(issue(1, { status: "dropped", statusAt: "2026-02-01T00:00:00Z" }), issue(2, { status: "?" }));
    const [first, second] = index.list({ where: undefined, sort: [{ field: "status", direction: "asc" }] }).items;
    expect(first).toMatchObject({ category: "done", closedAt: "2026-02-01T00:00:00Z" });
    expect(second).toMatchObject({ category: "todo", closedAt: null });
    index.close();
  });
});

describe("summaries", () => {
  test("carry what the state says", () => {
    const state = issue("abc", {
      labels: ["a", "b"],
      assignees: ["ada@example.com"],
      externalIds: { github: "o/r#1" },
      comments: [comment("x"), comment("y", true)],
      estimate: 60,
    });
    const index = indexOf(state);
    expect(index.list(everything).items[0]).toEqual({
      ...{ id: state.id, shortId: "abc0000", title: "A title", status: "todo", category: "todo", resolution: null },
      ...{ type: null, priority: null, labels: ["a", "b"], assignees: ["ada@example.com"], author: ada, due: null },
      ...{ createdAt: state.createdAt, updatedAt: state.updatedAt, closedAt: null, estimate: 60, parent: null },
      ...{ children: [], childrenDone: 0, sprint: null, milestone: null, rank: null, links: [], blockedBy: [] },
      ...{ blocking: [], blocked: false, commentCount: 1, conflicted: false, externalIds: { github: "o/r#1" } },
      ...{ archived: false, deleted: false, revision: state.revision },
    });
    index.close();
  });

  test("name as many digits as tell an id from all others, deleted and broken ones too", () => {
    const index = indexOf(issue("1234567a"), issue("1234567b1", { deleted: true }), issue("ff"));
    index.project([{ kind: "broken", id: oid("1234567b2"), tip: oid(1), reason: "missing" }]);
    const short = () =>
      [...index.references([oid("1234567a"), oid("1234567b1"), oid("ff")]).values()].map((r) => r.shortId);
    expect(short()).toEqual(["1234567a", "1234567b1", "ff00000"]);
    index.project([{ kind: "gone", id: oid("1234567b2") }]);
    expect(short()).toEqual(["1234567a", "1234567b", "ff00000"]);
    index.project([{ kind: "gone", id: oid("1234567b1") }]);
    expect(short()).toEqual(["1234567", "ff00000"]);
    index.close();
  });

  test("name no more digits than that, whatever comes and goes", () => {
    const anyId = fc.string({ unit: fc.constantFrom("0", "1"), maxLength: 4 }).map((bits) => oid(`abcdef${bits}`));
    const anyKind = fc.constantFrom("replace", "broken", "gone");
    fc.assert(
      fc.property(fc.array(fc.tuple(anyId, anyKind), { maxLength: 20, size: "max" }), (steps) => {
        const index = indexOf();
        const ids = new Set<string>();
        for (const [id, kind] of steps) {
          if (kind === "gone") ids.delete(id);
          else ids.add(id);
          if (kind === "gone") index.project([{ kind, id }]);
          else if (kind === "broken") index.project([{ kind, id, tip: id, reason: "missing" }]);
          else index.project([replacing({ ...issue(0), id, revision: id })]);
        }
        for (const [id, { shortId }] of index.references([...ids])) {
          const isUnique = (digits: number) =>
            [...ids].every((other) => other === id || !other.startsWith(id.slice(0, digits)));
          const needed = Array.from({ length: 34 }, (_, n) => n + 7).find(isUnique);
          expect(shortId).toBe(id.slice(0, needed));
        }
        index.close();
      }),
    );
  });

  test("know blockers that are not done and children by age", () => {
    const index = indexOf(
      issue(1, { links: [blocks(3), blocks(4), { kind: "relates", target: oid(9), since: since(3) }] }),
      issue(2, { status: "done", links: [blocks(3)] }),
      issue(3, { createdAt: "2026-03-01T00:00:00Z", parent: oid(5), parentSince: since(1) }),
      issue(4, { status: "done", parent: oid(5), parentSince: since(1) }),
      issue(5),
      issue(6, { deleted: true, links: [blocks(5)], parent: oid(5), parentSince: since(1) }),
    );
    const items = new Map(index.list(everything).items.map((item) => [item.id, item]));
    expect(items.get(oid(1))).toMatchObject({ blocking: [oid(3)], blocked: false });
    expect(items.get(oid(1))?.links).toEqual([
      { kind: "blocks", target: oid(3) },
      { kind: "blocks", target: oid(4) },
      { kind: "relates", target: oid(9) },
    ]);
    expect(items.get(oid(3))).toMatchObject({ blockedBy: [oid(1)], blocked: true });
    expect(items.get(oid(4))).toMatchObject({ blockedBy: [oid(1)], blocked: false });
    expect(items.get(oid(5))).toMatchObject({ children: [oid(4), oid(3)], childrenDone: 1, blocked: false });
    const blocked = index.list(where({ kind: "flag", flag: "blocked" })).items;
    expect(blocked.map(({ id }) => id)).toEqual([oid(3)]);
    index.close();
  });

  test("are the same whether few or many are read", () => {
    const count = 600;
    const issues = Array.from({ length: count }, (_, n) =>
      issue(0xa000 + n, { links: [blocks(0xa000 + ((n * 7) % 350))], status: n % 3 === 0 ? "done" : "todo" }),
    );
    const index = indexOf(...issues);
    const all = index.list(everything).items;
    const pages = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = index.list(everything, { limit: 50, after });
      pages.push(...page.items);
      after = page.next;
    }
    expect(all.length).toBe(count);
    expect(pages).toEqual([...all]);
    index.close();
  });
});
