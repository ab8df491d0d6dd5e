import { expect, test } from "bun:test";
import type { IssueSummary, Page } from "../../src/core/view.ts";
import { renderList, renderTree } from "../../src/render/list.ts";
import { oid, style, summary } from "./sample.ts";

const items = [
  summary({
    id: oid("a"),
    title: "Login fails when third-party cookies are blocked",
    status: "in-progress",
    category: "active",
    type: "bug",
    priority: "urgent",
    labels: ["auth", "browser"],
    assignees: ["ada@example.com", "ben@example.com"],
    updatedAt: "2026-03-10T09:00:00Z",
  }),
  summary({ id: oid("b"), title: "ログイン画面の文字化け", blocked: true, priority: "low" }),
  summary({
    id: oid("c"),
    title: "Write it down",
    status: "done",
    category: "done",
    conflicted: true,
    parent: oid("a"),
  }),
];
const page = (changes: Partial<Page<IssueSummary>> = {}) => ({ items, total: items.length, next: null, ...changes });

test("on a wide terminal", () => {
  expect(renderList(page(), style({ width: 120 }))).toMatchInlineSnapshot(`
    "id       status       priority  title                                             labels        assignee  age
    aaaaaaa  in-progress  urgent    Login fails when third-party cookies are blocked  auth browser  ada +1     3h
    bbbbbbb  todo         low       blocked ログイン画面の文字化け                                             2d
    ccccccc  done                   conflict Write it down                                                     2d"
  `);
});

test("on a narrow one, what matters least leaves", () => {
  expect(renderList(page(), style({ width: 80 }))).toMatchInlineSnapshot(`
    "id       status       priority  title                              assignee  age
    aaaaaaa  in-progress  urgent    Login fails when third-party coo…  ada +1     3h
    bbbbbbb  todo         low       blocked ログイン画面の文字化け                2d
    ccccccc  done                   conflict Write it down                        2d"
  `);
  expect(renderList(page(), style({ width: 40 }))).toMatchInlineSnapshot(`
    "id       status       title
    aaaaaaa  in-progress  Login fails when …
    bbbbbbb  todo         blocked ログイン…
    ccccccc  done         conflict Write it…"
  `);
});

test("columns that say nothing vanish", () => {
  expect(renderList(page({ items: [summary()] }), style({ width: 80 }))).toMatchInlineSnapshot(`
    "id       status  title          age
    aaaaaaa  todo    Fix the login   2d"
  `);
});

test("colours", () => {
  expect(
    renderList(page({ items: items.slice(0, 1) }), style({ width: 120, color: "ansi" })).split("\n")[1],
  ).toMatchInlineSnapshot(
    `"\x1B[36maaaaaaa\x1B[39m  \x1B[33min-progress\x1B[39m  \x1B[1m\x1B[31murgent\x1B[39m\x1B[22m    Login fails when third-party cookies are blocked  \x1B[38;5;131mauth\x1B[39m \x1B[38;5;64mbrowser\x1B[39m  ada +1     \x1B[2m3h\x1B[22m"`,
  );
});

test("a cut list says how to see more, on a terminal", () => {
  const cut = page({ total: 573, next: "x" });
  expect(
    renderList(cut, style({ width: 80 }))
      .split("\n")
      .at(-1),
  ).toBe("3 of 573 · more: --limit 6");
  expect(renderList(cut, style())).not.toContain("573");
});

test("elsewhere one line of eight fields each, uncut", () => {
  expect(
    renderList(page(), style())
      .split("\n")
      .map((line) => line.split("\t")),
  ).toEqual([
    [
      "aaaaaaa",
      "in-progress",
      "bug",
      "urgent",
      "Login fails when third-party cookies are blocked",
      "auth,browser",
      "ada@example.com,ben@example.com",
      "2026-03-10T09:00:00Z",
    ],
    ["bbbbbbb", "todo", "", "low", "ログイン画面の文字化け", "", "", "2026-03-08T12:00:00Z"],
    ["ccccccc", "done", "", "", "Write it down", "", "", "2026-03-08T12:00:00Z"],
  ]);
});

test("nothing for no issues", () => {
  expect(renderList(page({ items: [] }), style({ width: 80 }))).toBe("");
  expect(renderTree(page({ items: [] }), style())).toBe("");
});

const family = ["a", "b", "c", "d", "e"].map((digit) => ({ digit, title: digit.toUpperCase() }));
const parents: Readonly<Record<string, string>> = { b: "a", c: "b", d: "a", e: "9" };
const titles = (tree: string) => tree.split("\n").map((line) => line.split("\t")[4]);

test("children stand below their parents, in the order of the list", () => {
  const tree = family.map(({ digit, title }) => {
    const parent = parents[digit];
    return summary({ id: oid(digit), title, parent: parent === undefined ? null : oid(parent) });
  });
  expect(titles(renderTree(page({ items: tree }), style()))).toEqual(["A", "├─ B", "│  └─ C", "└─ D", "E"]);
  expect(titles(renderTree(page({ items: [...tree].reverse() }), style()))).toEqual([
    "E",
    "A",
    "├─ D",
    "└─ B",
    "   └─ C",
  ]);
});

test("a cycle of parents loses nobody", () => {
  const cycle = [
    summary({ id: oid("a"), title: "A", parent: oid("b") }),
    summary({ id: oid("b"), title: "B", parent: oid("a") }),
    summary({ id: oid("c"), title: "C", parent: oid("c") }),
  ];
  expect(titles(renderTree(page({ items: cycle }), style()))).toEqual(["A", "└─ B", "C"]);
});

test("very deep trees leave room for titles", () => {
  const chain = Array.from({ length: 500 }, (_, i) =>
    summary({ id: `${i}`, title: "T", parent: i === 0 ? null : `${i - 1}` }),
  );
  expect(titles(renderTree(page({ items: chain }), style())).at(-1)).toBe(`${" ".repeat(36)}└─ T`);
});
