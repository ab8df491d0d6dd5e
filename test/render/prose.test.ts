import { expect, test } from "bun:test";
import { layProse } from "../../src/render/prose.ts";
import { lineText, lineWidth, paintLine } from "../../src/render/span.ts";
import { style } from "./sample.ts";

const ansi = style({ color: "ansi", width: 80 });
const plain = (source: string, width = 40) => layProse(source, style(), width).map(lineText).join("\n");
const painted = (source: string) => layProse(source, ansi, 40).map(paintLine).join("\n");

test("paragraphs are wrapped; the line breaks that people made stay", () => {
  expect(plain("one two three four\nfive\n\nsix", 10)).toBe("one two\nthree four\nfive\n\nsix");
});

test("inline marks", () => {
  expect(painted("**b** *i* `c` ~~s~~")).toBe("\x1b[1mb\x1b[22m \x1b[3mi\x1b[23m \x1b[33mc\x1b[39m \x1b[9ms\x1b[29m");
  expect(painted("# Head `c`")).toBe(
    "\x1b[1m\x1b[4mHead\x1b[24m\x1b[22m\x1b[1m\x1b[4m \x1b[24m\x1b[22m\x1b[33m\x1b[1m\x1b[4mc\x1b[24m\x1b[22m\x1b[39m".replace(
      "\x1b[24m\x1b[22m\x1b[1m\x1b[4m ",
      " ",
    ),
  );
});

test("an address is shown beside its text, never hidden behind it", () => {
  expect(plain("[here](https://a.example/x) and https://b.example, ada@example.com")).toBe(
    "here (https://a.example/x) and\nhttps://b.example, ada@example.com",
  );
  expect(plain("![a cat](cat.png)\n![](dog.png)")).toBe("[image: a cat] (cat.png)\n[image: dog.png]");
  expect(painted("[here](https://a.example)")).not.toContain("\x1b]");
});

test("lists, tight and loose, nested and with boxes", () => {
  expect(plain("- a\n- b that is long\n  1. c\n  2. d\n- [x] e\n- [ ] f", 12)).toBe(
    ["• a", "• b that is", "  long", "  1. c", "  2. d", "• [x] e", "• [ ] f"].join("\n"),
  );
  expect(plain("9. a\n\n10. b")).toBe(" 9. a\n\n10. b");
});

test("quotes, rules and HTML as it stands", () => {
  expect(plain("> a\n> > b\n\n---\n\n<p>\nx\n</p>", 20)).toBe(
    ["│ a", "│", "│ │ b", "", "─".repeat(20), "", "<p>", "x", "</p>"].join("\n"),
  );
});

test("code keeps its blanks and is broken only where a line is full", () => {
  expect(plain("```sh\na  b\n\n\tc\n```\n\nend", 12)).toBe("  a  b\n\n      c\n\nend");
  expect(plain(`\`\`\`\n${"x".repeat(25)}\n\`\`\``, 12)).toBe(
    `  ${"x".repeat(10)}\n  ${"x".repeat(10)}\n  ${"x".repeat(5)}`,
  );
});

test("tables share the width", () => {
  const table = "| id | note |\n|---:|------|\n| 1 | some words that are long |\n| 200 | 世界 |";
  expect(plain(table)).toBe(
    [" id │ note", "────┼─────────────────────────", "  1 │ some words that are long", "200 │ 世界"].join("\n"),
  );
  expect(plain(table, 20)).toBe(
    [" id │ note", "────┼───────────────", "  1 │ some words", "    │ that are long", "200 │ 世界"].join("\n"),
  );
});

test("what an entity smuggles in is seen, not obeyed", () => {
  expect(painted("&#27;[2J &#x202e; `&#27;`")).toBe("␛[2J <U+202E> \x1b[33m&#27;\x1b[39m");
});

test("hostile depth and length end soon and fit", () => {
  const sources = [
    `${">".repeat(50_000)} x`,
    `${"- ".repeat(5000)}x`,
    `${"*".repeat(20_000)}x${"*".repeat(20_000)}`,
    "[".repeat(20_000),
    "世".repeat(20_000),
    `${"|a".repeat(500)}|\n${"|-".repeat(500)}|\n${"|b".repeat(500)}|`,
  ];
  for (const source of sources) {
    for (const shown of layProse(source, ansi, 40)) expect(lineWidth(shown)).toBeLessThanOrEqual(40);
  }
});
