import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "smol-toml";
import { parseKey } from "../../src/config/schema.ts";
import { renderKey, renderToml, type TomlValue } from "../../src/config/toml.ts";

const anyText = fc.string({ unit: "binary" });

const { value } = fc.letrec<{ value: TomlValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    anyText,
    fc.double(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(anyText, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test("what is rendered is what is parsed, on one line", () => {
  fc.assert(
    fc.property(value, (any) => {
      const toml = renderToml(any);
      expect(toml).not.toContain("\n");
      expect(Bun.deepEquals(parse(`x = ${toml}`).x, any)).toBe(true);
    }),
  );
});

test("a rendered key is read as the same path", () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), (path) => {
      expect(parseKey(renderKey(path))).toEqual(path);
    }),
  );
});

test.each(["", "a.", ".a", "a b", '"a', "a = 1"])("%p is no key", (key) => {
  expect(parseKey(key)).toBeUndefined();
});

test("what no TOML text may hold is escaped", () => {
  expect(renderToml("\0\x1b\x7f\ud800")).toBe('"\\u0000\\u001b\\u007f\ufffd"');
});

test("a member without a value is left out", () => {
  expect(renderToml({ name: "a", limit: undefined })).toBe('{ name = "a" }');
});
