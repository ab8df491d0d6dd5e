import { expect, test } from "bun:test";
import type { BoardView } from "../../src/core/view.ts";
import { renderBoard } from "../../src/render/board.ts";
import { oid, style, summary } from "./sample.ts";

const todo = [
  summary({
    id: oid("a"),
    title: "Add dark mode to the settings page",
    priority: "low",
    labels: ["ui"],
    assignees: ["ben@example.com"],
  }),
  summary({ id: oid("b"), title: "ログイン画面の文字化けを直す", blocked: true }),
  summary({ id: oid("c"), title: "Release" }),
];
const active = [
  summary({
    id: oid("d"),
    title: "The search index should be rebuilt in the background and not when somebody asks for a list",
    conflicted: true,
    children: [oid("a"), oid("b")],
    childrenDone: 1,
    assignees: ["ada.lovelace@example.com"],
  }),
];
const view: BoardView = {
  columns: [
    { name: "todo", category: "todo", limit: null },
    { name: "in-progress", category: "active", limit: 1 },
    { name: "done", category: "done", limit: 5 },
  ],
  by: null,
  lanes: [{ name: null, cells: [todo, active, []] }],
  counts: [3, 2, 0],
};
const lanes: BoardView = {
  ...view,
  by: "assignee",
  lanes: [
    { name: "ben@example.com", cells: [todo.slice(0, 1), [], []] },
    { name: null, cells: [todo.slice(1), active, []] },
  ],
};

test("columns side by side", () => {
  expect(renderBoard(view, style({ width: 80 }))).toMatchInlineSnapshot(`
    "todo 3                   │ in-progress 2/1          │ done 0/5
    ─────────────────────────┼──────────────────────────┼─────────────────────────
    aaaaaaa Add dark mode to │ ddddddd The search index │
    the settings page        │ should be rebuilt in the │
    low BE ui                │ background and not when… │
                             │ conflict AL 1/2          │
    bbbbbbb ログイン画面の文 │                          │
    字化けを直す             │                          │
    blocked                  │                          │
                             │                          │
    ccccccc Release          │                          │"
  `);
});

test("swim lanes run across", () => {
  expect(renderBoard(lanes, style({ width: 80 }))).toMatchInlineSnapshot(`
    "todo 3                   │ in-progress 2/1          │ done 0/5
    ─────────────────────────┼──────────────────────────┼─────────────────────────
    ── ben@example.com 1 ─────────────────────────────────────────────────────────
    aaaaaaa Add dark mode to │                          │
    the settings page        │                          │
    low BE ui                │                          │

    ── no assignee 3 ─────────────────────────────────────────────────────────────
    bbbbbbb ログイン画面の文 │ ddddddd The search index │
    字化けを直す             │ should be rebuilt in the │
    blocked                  │ background and not when… │
                             │ conflict AL 1/2          │
    ccccccc Release          │                          │"
  `);
});

test("columns below each other where they would be too narrow", () => {
  expect(renderBoard(view, style({ width: 50 }))).toMatchInlineSnapshot(`
    "todo 3
    ──────────────────────────────────────────────────
    aaaaaaa Add dark mode to the settings page
    low BE ui

    bbbbbbb ログイン画面の文字化けを直す
    blocked

    ccccccc Release

    in-progress 2/1
    ──────────────────────────────────────────────────
    ddddddd The search index should be rebuilt in the
    background and not when somebody asks for a list
    conflict AL 1/2

    done 0/5
    ──────────────────────────────────────────────────"
  `);
  expect(renderBoard(lanes, style({ width: 50 }))).toMatchInlineSnapshot(`
    "todo 3
    ──────────────────────────────────────────────────
    ── ben@example.com 1 ─────────────────────────────
    aaaaaaa Add dark mode to the settings page
    low BE ui

    ── no assignee 2 ─────────────────────────────────
    bbbbbbb ログイン画面の文字化けを直す
    blocked

    ccccccc Release

    in-progress 2/1
    ──────────────────────────────────────────────────
    ── no assignee 1 ─────────────────────────────────
    ddddddd The search index should be rebuilt in the
    background and not when somebody asks for a list
    conflict AL 1/2

    done 0/5
    ──────────────────────────────────────────────────"
  `);
});

test("more cards than fit are counted", () => {
  const board = renderBoard(view, style({ width: 80 }), { cardsMax: 1 });
  expect(board).toContain("+2 more");
  expect(board).not.toContain("Release");
});

test("a column over its limit is red, one within it is not", () => {
  const [head = ""] = renderBoard(view, style({ width: 80, color: "ansi" })).split("\n");
  expect(head).toContain("\x1b[1m\x1b[31m2/1\x1b[39m\x1b[22m");
  expect(head).toContain("\x1b[2m0/5\x1b[22m");
  const atLimit = { ...view, counts: [3, 1, 0] };
  expect(renderBoard(atLimit, style({ width: 80, color: "ansi" }))).toContain("\x1b[2m1/1\x1b[22m");
});

test("elsewhere one line per card", () => {
  expect(
    renderBoard(view, style())
      .split("\n")
      .map((line) => line.split("\t").slice(0, 2)),
  ).toEqual([
    ["todo", "aaaaaaa"],
    ["todo", "bbbbbbb"],
    ["todo", "ccccccc"],
    ["in-progress", "ddddddd"],
  ]);
  expect(renderBoard(lanes, style()).split("\n").slice(0, 2)).toEqual([
    "ben@example.com\ttodo\taaaaaaa\tAdd dark mode to the settings page",
    "\ttodo\tbbbbbbb\tログイン画面の文字化けを直す",
  ]);
});

test("a cell that has not all of its cards counts the others, where columns stand side by side and below each other", () => {
  const cut: BoardView = { ...lanes, lanes: [{ name: "ben@example.com", cells: [todo, [], []], counts: [12, 0, 4] }] };
  for (const width of [80, 30]) {
    const shown = renderBoard(cut, style({ width }), { cardsMax: 2 });
    expect(shown).toContain("+10 more");
    expect(shown).toContain("+4 more");
    expect(shown).toContain(`ben@example.com ${width === 80 ? 16 : 12} `);
  }
});
