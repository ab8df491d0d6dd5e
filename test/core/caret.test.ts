import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { clipEnd, pointAt } from "../../src/core/caret.ts";

describe("pointAt", () => {
  test.each([
    ["one two three", 4, 7, "one two three\n    ^^^"],
    ["one", 3, 4, "one\n   ^"],
    ["", 0, 0, "\n^"],
    ["日本 two", 3, 6, "日本 two\n     ^^^"],
    ["\u001b\u202e two\nthree", 3, 6, "␛<U+202E> two␊three\n          ^^^"],
    ["one t\u202eo", 4, 7, "one t<U+202E>o\n    ^^^^^^^^^^"],
  ])("%p from %p to %p", (text, start, end, lines) => {
    expect(pointAt(text, start, end)).toBe(lines);
  });

  test("cuts what is before and after, and gives one the room that the other leaves", () => {
    const [long, mark] = ["a".repeat(300), "mark"];
    const cut = (before: string, after: string) => pointAt(before + mark + after, before.length, before.length + 4);
    expect(cut(long, long)).toBe(`…${"a".repeat(47)}mark${"a".repeat(47)}…\n${" ".repeat(48)}^^^^`);
    expect(cut(long, "bb")).toBe(`…${"a".repeat(93)}markbb\n${" ".repeat(94)}^^^^`);
    expect(cut("bb", long)).toBe(`bbmark${"a".repeat(93)}…\n  ^^^^`);
  });

  test("cuts a long mistake, and leaves some of what is around it", () => {
    expect(pointAt(`bb ${"a".repeat(300)} cc`, 3, 303)).toBe(`bb ${"a".repeat(59)}… cc\n   ${"^".repeat(60)}`);
  });

  test("is two lines of at most 100 columns, the carets below the mistake", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "é", "日", "\u202e", "\n", "\ud83d\ude00"), maxLength: 200 });
    fc.assert(
      fc.property(texts, texts, texts, (before, mistake, after) => {
        const source = `${before}[${mistake}]${after}`;
        const [line = "", carets = "", ...more] = pointAt(source, before.length, source.length - after.length).split(
          "\n",
        );
        expect(more).toEqual([]);
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(100);
        expect(carets).toMatch(/^ *\^+$/);
        const start = line.indexOf("[");
        expect(Bun.stringWidth(line.slice(0, start))).toBe(carets.indexOf("^"));
        expect(Bun.stringWidth(line)).toBeGreaterThanOrEqual(carets.length);
      }),
    );
  });
});

test("clipEnd counts columns, not characters", () => {
  expect(clipEnd("abcdef", 6)).toBe("abcdef");
  expect(clipEnd("abcdefg", 6)).toBe("abcde…");
  expect(clipEnd("日本語", 6)).toBe("日本語");
  expect(clipEnd("日本語x", 6)).toBe("日本…");
});
