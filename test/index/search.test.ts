import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Issue } from "../../src/core/issue.ts";
import type { Query } from "../../src/core/query.ts";
import { anyIssues, comment, indexOf, issue, oid } from "./issues.ts";

const everything: Query = { where: undefined, sort: [] };

function find(text: string, ...issues: readonly Issue[]): string[] {
  const index = indexOf(...issues);
  const ids = index.search(text, everything).items.map((hit) => hit.issue.id);
  index.close();
  return ids;
}

describe("search", () => {
  test("puts titles before descriptions before comments, then the latest first", () => {
    const filler = "one two three four five";
    const ids = find(
      "needle",
      issue(1, { comments: [comment("needle")], title: filler, body: filler }),
      issue(2, { title: filler, body: "needle", comments: [comment(filler)] }),
      issue(3, { title: "needle", body: filler, comments: [comment(filler)], updatedAt: "2026-01-01T00:00:00Z" }),
      issue(4, { title: "needle", body: filler, comments: [comment(filler)], updatedAt: "2026-01-02T00:00:00Z" }),
    );
    expect(ids).toEqual([oid(4), oid(3), oid(2), oid(1)]);
  });

  test("takes words as beginnings and quoted words as they stand", () => {
    const issues = [issue(1, { title: "the parser crashed" }), issue(2, { title: "crash of a parser" })];
    expect(find("pars crash", ...issues).sort()).toEqual([oid(1), oid(2)]);
    expect(find('"crash"', ...issues)).toEqual([oid(2)]);
    expect(find('"parser crashed"', ...issues)).toEqual([oid(1)]);
    expect(find('"parser crashed', ...issues)).toEqual([oid(1)]);
    expect(find("pars missing", ...issues)).toEqual([]);
  });

  test("takes operators for text", () => {
    const issues = [issue(1, { title: "this OR that" }), issue(2, { title: "this" })];
    expect(find("this OR that", ...issues)).toEqual([oid(1)]);
    expect(find("title:this", ...issues)).toEqual([]);
    for (const text of ["NOT", "NEAR(this that, 2)", "this*", "-this", "^this", "(this", "{title} : this", "this AND"])
      expect(find(text, ...issues).length).toBeLessThan(3);
  });

  test("looks past case and accents", () => {
    expect(find("uber CAFE", issue(1, { title: "Über das Café" }))).toEqual([oid(1)]);
  });

  test("finds words in scripts that put no blanks between them", () => {
    const issues = [
      issue(1, { title: "全文検索が遅い" }),
      issue(2, { title: "索検" }),
      issue(3, { title: "버그 수정" }),
    ];
    expect(find("検索", ...issues)).toEqual([oid(1)]);
    expect(find("索", ...issues).sort()).toEqual([oid(1), oid(2)]);
    expect(find("수정", ...issues)).toEqual([oid(3)]);
    expect(find("v2検索", issue(4, { title: "新v2検索" }))).toEqual([oid(4)]);
  });

  test("gives nothing for nothing", () => {
    for (const text of ["", "   ", "!?", '""', '"', "\0", "***", "\u0301"]) expect(find(text, issue(1))).toEqual([]);
  });

  test("puts the issue first whose id is typed", () => {
    const issues = [issue(1, { title: "deadbeef deadbeef" }), issue("deadbeef", { title: "other" })];
    expect(find("DEADBE", ...issues)).toEqual([oid("deadbeef"), oid(1)]);
    expect(find("dea", ...issues)).toEqual([oid(1)]);
  });

  test("forgets texts that are gone", () => {
    const index = indexOf(issue(1, { title: "before", comments: [comment("spoken")] }));
    index.project([
      { kind: "replace", issue: issue(1, { title: "after", comments: [comment("spoken", true)] }), history: [] },
    ]);
    expect(["before", "spoken", "after"].map((text) => index.search(text, everything).total)).toEqual([0, 0, 1]);
    index.project([{ kind: "gone", id: oid(1) }]);
    expect(index.search("after", everything).total).toBe(0);
    index.close();
  });

  test("is narrowed and sorted by a query, and comes in pages", () => {
    const issues = [1, 2, 3, 4, 5].map((n) => issue(n, { title: "needle", labels: n === 3 ? [] : ["x"] }));
    const index = indexOf(...issues);
    const query: Query = {
      where: { kind: "value", field: "label", values: ["x"] },
      sort: [{ field: "created", direction: "asc" }],
    };
    const first = index.search("needle", query, { limit: 3 });
    const second = index.search("needle", query, { limit: 3, after: first.next ?? "" });
    expect([...first.items, ...second.items].map((hit) => hit.issue.id)).toEqual([oid(1), oid(2), oid(4), oid(5)]);
    expect([first.total, second.total, second.next]).toEqual([4, 4, null]);
    index.close();
  });

  test("never fails, whatever is typed", () => {
    const index = indexOf(issue(1, { title: "a b c", body: "漢字 ümläut 🎈" }));
    const check = (text: string) => {
      const { items, total } = index.search(text, everything, { limit: 5 });
      expect(items.length).toBe(total);
      expect(index.count({ where: { kind: "text", text, match: "phrase" }, sort: [] })).toBeLessThan(2);
    };
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 40 }), check), { numRuns: 500 });
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."\"'*()^-+:{},. \0aA漢\ud800🎈ß\u0301"), maxLength: 30 }),
        check,
      ),
      { numRuns: 500 },
    );
    for (const text of ["a ".repeat(5000), `"${"b ".repeat(5000)}`, "漢".repeat(5000), "x".repeat(100_000)])
      check(text);
    index.close();
  });
});

describe("excerpts", () => {
  const hit = (text: string, ...issues: readonly Issue[]) => {
    const index = indexOf(...issues);
    const [first] = index.search(text, everything).items;
    index.close();
    const marked = first?.marks.map(([start, end]) => first.excerpt.slice(start, end));
    return { field: first?.field, excerpt: first?.excerpt, marked };
  };

  test("mark the hits, where they are first", () => {
    expect(hit("pars crash", issue(1, { title: "Parser: a crash" }))).toEqual({
      field: "title",
      excerpt: "Parser: a crash",
      marked: ["Parser", "crash"],
    });
    expect(hit("crash", issue(1, { body: "It\ncrashes" }))).toEqual({
      field: "body",
      excerpt: "It crashes",
      marked: ["crashes"],
    });
    expect(hit('"a b"', issue(1, { comments: [comment("no"), comment("x a b")] }))).toMatchObject({
      field: "comment",
      excerpt: "x a b",
      marked: ["a b"],
    });
  });

  test("show a line around a hit in a long text", () => {
    const body = `${"before ".repeat(50)}needle ${"after ".repeat(50)}`;
    const { excerpt, marked } = hit("needle", issue(1, { body }));
    expect(excerpt).toMatch(/^…before before (before )+needle (after )+/);
    expect(excerpt?.endsWith("…")).toBe(true);
    expect(excerpt?.length).toBeLessThan(110);
    expect(marked).toEqual(["needle"]);
  });

  test("show a title unmarked when only the id was typed", () => {
    expect(hit("abcd", issue("abcd", { title: "other" }))).toEqual({ field: "title", excerpt: "other", marked: [] });
  });

  test("are pieces of the text, never cut inside a character, their marks in order", () => {
    const piece = fc.constantFrom("needle", "👩‍👩‍👧", "e\u0301", "漢", " ", "\n", "word", "🎈", "\u0301\u0301\u0301");
    const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 120, size: "max" }), (pieces) => {
        const body = `${pieces.join("")} needle`;
        const index = indexOf(issue(1, { body }));
        const [first] = index.search("needle", everything).items;
        index.close();
        expect(first).toBeDefined();
        if (first === undefined) return;
        const inner = first.excerpt.replace(/^…|…$/g, "");
        const flat = body.replace(/\s/g, " ");
        const start = flat.indexOf(inner);
        expect(start).not.toBe(-1);
        expect(inner.isWellFormed()).toBe(true);
        const boundaries = new Set([...graphemes.segment(flat)].map(({ index: at }) => at).concat(flat.length));
        let at = start;
        while (at !== -1 && !(boundaries.has(at) && boundaries.has(at + inner.length)))
          at = flat.indexOf(inner, at + 1);
        expect(at).not.toBe(-1);
        let last = 0;
        for (const [from, to] of first.marks) {
          expect(from).toBeGreaterThanOrEqual(last);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(first.excerpt.length);
          last = to;
        }
      }),
      { numRuns: 300 },
    );
  });

  test("come with every hit that the text has", () => {
    fc.assert(
      fc.property(anyIssues, fc.constantFrom("pars", "crash login", "uber", '"漢字"', "分"), (issues, text) => {
        const index = indexOf(...issues);
        for (const { marks } of index.search(text, everything).items) expect(marks.length).toBeGreaterThan(0);
        index.close();
      }),
    );
  });
});
