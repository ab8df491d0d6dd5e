import { expect, test } from "bun:test";
import fc from "fast-check";
import { nearest } from "../../src/core/errors.ts";
import { isLine, toLine, toText, visible } from "../../src/core/text.ts";
import { anyText } from "../support/events.ts";

test("whatever becomes a line is one, and stays as it is", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(isLine(toLine(text))).toBe(true);
      expect(toLine(toLine(text))).toBe(toLine(text));
    }),
  );
});

test("what is taken out of a line leaves no second blank", () => {
  expect(toLine(" a \0 b\r\n\tc ")).toBe("a b c");
});

test("whatever becomes a text stays as it is, without carriage returns, NULs or blank lines at the end", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(toText(toText(text))).toBe(toText(text));
      expect(toText(text)).not.toMatch(/\r|\0|\s$/);
    }),
  );
});

test("what is made visible steers nothing", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      expect(visible(text, "lines").replace(/[\n\t]/g, "")).not.toMatch(
        /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u,
      );
    }),
  );
});

test("control characters become pictures or code points", () => {
  expect(visible("\x1b[31mred\x07\r\n\x7f\u009b\u202e")).toBe("␛[31mred␇␍␊␡<U+009B><U+202E>");
  expect(visible("a\n\tb\x1b", "lines")).toBe("a\n\tb␛");
});

test.each([
  ["lst", "list"],
  ["shwo", "show"],
  ["xyzzy", undefined],
  ["LIST", "list"],
])("the nearest of the commands to %s is %s", (word, expected) => {
  expect(nearest(word, ["list", "show", "status"])).toBe(expected as string);
});
