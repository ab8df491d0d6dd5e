import { expect, test } from "bun:test";
import fc from "fast-check";
import type { IssueSummary } from "../../src/core/view.ts";
import { renderBoard } from "../../src/render/board.ts";
import { renderDependencyTree } from "../../src/render/deps.ts";
import { renderList, renderTree } from "../../src/render/list.ts";
import { renderLog } from "../../src/render/log.ts";
import { renderHits } from "../../src/render/search.ts";
import { renderIssue } from "../../src/render/show.ts";
import { ada, comment, issue, oid, style, summary } from "./sample.ts";

const piece = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.lorem({ maxCount: 5 }),
  fc.constantFrom(
    "世界",
    "👨‍👩‍👧",
    "🇩🇪",
    "🇩",
    "e\u0301\u0302",
    "שלום",
    "\u200d",
    "\ufe0f",
    "👍🏽",
    "\u{1f3fd}",
    "क्षि",
    "1\ufe0f\u20e3",
    "각",
    " ",
  ),
  fc.constantFrom(
    "x".repeat(300),
    "世".repeat(150),
    "\u0301".repeat(60),
    "ᄀ".repeat(150),
    "`code`",
    "**b**",
    "> q\n",
    "- [ ] i\n",
    "| a | b |\n|--|--|\n",
    "```\n",
  ),
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
const word = text.map((value) => value.slice(0, 40));
const width = fc.integer({ min: 40, max: 200 });

const summaries: fc.Arbitrary<IssueSummary[]> = fc.array(
  fc
    .record({
      title: text,
      status: word,
      category: fc.constantFrom("todo" as const, "active" as const, "done" as const),
      priority: fc.option(word),
      labels: fc.array(word, { maxLength: 4 }),
      assignees: fc.array(word, { maxLength: 3 }),
      blocked: fc.boolean(),
      conflicted: fc.boolean(),
      digit: fc.constantFrom(..."0123456789"),
      parent: fc.option(fc.constantFrom(..."0123456789").map(oid)),
    })
    .map(({ digit, ...fields }) => summary({ ...fields, id: oid(digit) })),
  { maxLength: 6 },
);

function expectFit(output: string, width: number): void {
  for (const line of output.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
}

test("a list fits any terminal", () => {
  fc.assert(
    fc.property(summaries, width, (items, width) => {
      const page = { items, total: 1000, next: "x" };
      expectFit(renderList(page, style({ width, color: "ansi" })), width);
      expectFit(renderTree(page, style({ width })), width);
    }),
  );
});

test("every issue is in the tree once", () => {
  fc.assert(
    fc.property(summaries, (items) => {
      const tree = renderTree({ items, total: items.length, next: null }, style());
      const ids = tree
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split("\t")[0] ?? "");
      expect(ids.sort()).toEqual([...new Set(items.map(({ shortId }) => shortId))].sort());
    }),
  );
});

test("a board fits any terminal", () => {
  fc.assert(
    fc.property(fc.array(summaries, { minLength: 1, maxLength: 7 }), word, width, (cells, name, width) => {
      const columns = cells.map(() => ({ name, category: "active" as const, limit: 2 }));
      const counts = cells.map((cards) => cards.length);
      for (const by of [null, "label"]) {
        const view = {
          columns,
          by,
          lanes: [
            { name, cells },
            { name: null, cells },
          ],
          counts,
        };
        expectFit(renderBoard(view, style({ width, color: "ansi" }), { cardsMax: 3 }), width);
      }
    }),
    { numRuns: 50 },
  );
});

test("an issue fits any terminal, its Markdown too", () => {
  fc.assert(
    fc.property(text, text, word, width, (title, body, name, width) => {
      const view = issue({
        title,
        body,
        status: name,
        labels: [name, name],
        parent: oid("b"),
        related: { [oid("b")]: { shortId: "bbbbbbb", title, status: name, category: "done" } },
        comments: [comment({ body, author: { name, email: name } })],
        conflicts: [{ field: name, values: [{ value: title, author: ada, at: "", commit: oid("1") }] }],
      });
      expectFit(renderIssue(view, style({ width, color: "ansi" }), { comments: "last", hoursPerDay: 8 }), width);
    }),
  );
});

test("trail, hits and dependencies fit any terminal", () => {
  fc.assert(
    fc.property(text, word, width, (title, name, width) => {
      const dress = style({ width, color: "ansi" });
      const event = { type: "title-changed", to: title } as const;
      const commit = {
        oid: oid("1"),
        author: { name, email: name },
        subject: title,
        events: [event, event],
        unread: [],
        signed: true,
        parents: [],
      };
      expectFit(
        renderLog([{ issue: oid("a"), shortId: "aaaaaaa", title, commit, at: "2026-03-10T00:00:00Z" }], dress),
        width,
      );
      const hit = {
        issue: summary({ title, status: name }),
        field: "comment",
        excerpt: title,
        marks: [[0, 2]],
      } as const;
      expectFit(renderHits({ items: [hit], total: 1, next: null }, dress), width);
      const node = { shortId: "aaaaaaa", title, status: name, category: "todo" } as const;
      const nodes = [oid("a"), oid("b")].map((id) => ({ ...node, id }));
      const edges = [{ source: oid("a"), kind: "blocks", target: oid("b") }] as const;
      expectFit(renderDependencyTree({ nodes, edges }, oid("a"), dress), width);
    }),
  );
});
