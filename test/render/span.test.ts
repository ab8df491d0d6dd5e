import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  fitLine,
  joinLines,
  line,
  lineText,
  lineWidth,
  padLine,
  paintLine,
  span,
  splitLine,
  wrapLine,
} from "../../src/render/span.ts";
import { style } from "./sample.ts";

const ansi = style({ color: "ansi" });
const wild = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.constantFrom("世界", "👨‍👩‍👧", "e\u0301", "🇩🇪", "1\ufe0f\u20e3", "क्षि", "  ", "word", "longer-word"),
    ),
    { maxLength: 10 },
  )
  .map((pieces) => pieces.join(""));
const lines = fc.array(wild, { maxLength: 4 }).map((texts) => texts.map((text) => span(text)));
const graphemes = (text: string) =>
  [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].map(({ segment }) => segment);

test("a span shows what it must not do", () => {
  expect(span("a\x1b[2J\n\t\u202eb").text).toBe("a␛[2J␊␉<U+202E>b");
});

test("a mark without a base gets one, so that it can't sit on a neighbour", () => {
  expect(span("\u0301x").text).toBe("◌\u0301x");
});

test("neighbours of one paint are painted as one", () => {
  expect(paintLine([span("a", ansi.red), span("b", ansi.red), span("c")])).toBe("\x1b[31mab\x1b[39mc");
  expect(paintLine([span("", ansi.red)])).toBe("");
});

test("a line is cut at whole graphemes, and the cut is shown in the colour of what was cut", () => {
  expect(lineText(fitLine(line("Fix the login"), 20))).toBe("Fix the login");
  expect(lineText(fitLine(line("Fix the login"), 8))).toBe("Fix the…");
  expect(lineText(fitLine(line("世界世界"), 6))).toBe("世界…");
  expect(lineText(fitLine(line("a👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧"), 4))).toBe("a👨‍👩‍👧…");
  expect(paintLine(fitLine([span("ab"), span("cdef", ansi.red)], 4))).toBe("ab\x1b[31mc…\x1b[39m");
  expect(fitLine(line("x"), 0)).toEqual([]);
});

test("a fitted line fits and uses the room", () => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 40 }), (pieces, width) => {
      const fitted = fitLine(pieces, width);
      expect(lineWidth(fitted)).toBeLessThanOrEqual(width);
      if (lineWidth(pieces) <= width) expect(fitted).toEqual(pieces);
      else expect(lineText(fitted)).toEndWith("…");
    }),
  );
});

test("padding aligns by columns, not by characters", () => {
  expect(lineText(padLine(line("世"), 4))).toBe("世  ");
  expect(lineText(padLine(line("世"), 4, "right"))).toBe("  世");
  expect(lineText(padLine(line("ab"), 5, "center"))).toBe(" ab  ");
  expect(lineText(padLine(line("abc"), 2))).toBe("abc");
});

test("lines break at blanks; words of several colours hold together", () => {
  const bold = [span("see "), span("git", ansi.bold), span("-tracker now")];
  expect(wrapLine(bold, 12).map(lineText)).toEqual(["see", "git-tracker", "now"]);
  expect(wrapLine(line("a  b   c"), 3).map(lineText)).toEqual(["a b", "c"]);
  expect(wrapLine(line(""), 10).map(lineText)).toEqual([""]);
});

test("a word longer than a line is broken, beginning on the line that has begun", () => {
  expect(wrapLine(line("at https://example.com/a/b"), 10).map(lineText)).toEqual([
    "at https:/",
    "/example.c",
    "om/a/b",
  ]);
  expect(wrapLine(line("12345678 abcdefghijklm"), 10).map(lineText)).toEqual(["12345678", "abcdefghij", "klm"]);
  expect(wrapLine(line("世界世界世"), 5).map(lineText)).toEqual(["世界", "世界", "世"]);
});

test("no more lines than asked for; the last one says so", () => {
  expect(wrapLine(line("one two three four five"), 9, 2).map(lineText)).toEqual(["one two", "three…"]);
  expect(wrapLine(line("one two"), 9, 2).map(lineText)).toEqual(["one two"]);
  expect(wrapLine(line("x".repeat(100)), 9, 2).map(lineText)).toEqual(["xxxxxxxxx", "xxxxxxxx…"]);
});

test("wrapping loses nothing but blanks, and every line fits", () => {
  fc.assert(
    fc.property(lines, fc.integer({ min: 4, max: 40 }), (pieces, width) => {
      const wrapped = wrapLine(pieces, width);
      for (const shown of wrapped) expect(lineWidth(shown)).toBeLessThanOrEqual(width);
      expect(wrapped.map(lineText).join("").replaceAll(" ", "")).toBe(lineText(pieces).replaceAll(" ", ""));
    }),
  );
});

test("splitting loses nothing at all, and cuts no grapheme", () => {
  fc.assert(
    fc.property(wild, fc.integer({ min: 2, max: 40 }), (text, width) => {
      const piece = span(text);
      const parts = splitLine([piece], width).map(lineText);
      for (const part of parts) expect(Bun.stringWidth(part)).toBeLessThanOrEqual(width);
      expect(parts.join("")).toBe(piece.text);
      if (graphemes(piece.text).every((grapheme) => Bun.stringWidth(grapheme) <= width))
        expect(parts.flatMap(graphemes)).toEqual(graphemes(piece.text));
    }),
  );
});

test("a grapheme may be wider than any line", () => {
  expect(splitLine(line("ᄀ".repeat(5)), 4).map(lineText)).toEqual(["ᄀᄀ", "ᄀᄀ", "ᄀ"]);
  expect(lineText(fitLine(line("ᄀ".repeat(5)), 5))).toBe("ᄀᄀ…");
});

test("lines are joined with what stands between", () => {
  expect(lineText(joinLines([line("a"), line("b"), line("c")], ", "))).toBe("a, b, c");
  expect(joinLines([], ", ")).toEqual([]);
});
