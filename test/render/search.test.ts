import { expect, test } from "bun:test";
import type { SearchHit } from "../../src/core/view.ts";
import { renderHits } from "../../src/render/search.ts";
import { oid, style, summary } from "./sample.ts";

const hits: readonly SearchHit[] = [
  { issue: summary(), field: "title", excerpt: "Fix the login", marks: [[8, 13]] },
  {
    issue: summary({ id: oid("b"), title: "Dark mode", status: "done", category: "done" }),
    field: "comment",
    excerpt: "… the login page, login …",
    marks: [
      [6, 11],
      [18, 23],
    ],
  },
];

test("the hit is shown, the words set off", () => {
  expect(renderHits({ items: hits, total: 9, next: "x" }, style({ width: 60 }))).toBe(
    [
      "aaaaaaa  todo  Fix the login",
      "bbbbbbb  done  Dark mode",
      "         comment: … the login page, login …",
      "2 of 9 · more: --limit 4",
    ].join("\n"),
  );
  const [first = ""] = renderHits({ items: hits, total: 2, next: null }, style({ width: 60, color: "ansi" })).split(
    "\n",
  );
  expect(first).toEndWith("Fix the \x1b[1mlogin\x1b[22m");
});

test("elsewhere one line per hit", () => {
  expect(renderHits({ items: hits, total: 9, next: "x" }, style())).toBe(
    "aaaaaaa\ttodo\tFix the login\ttitle\tFix the login\nbbbbbbb\tdone\tDark mode\tcomment\t… the login page, login …",
  );
});

test("nothing for no hits", () => {
  expect(renderHits({ items: [], total: 0, next: null }, style({ width: 60 }))).toBe("");
});
