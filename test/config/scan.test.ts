import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "smol-toml";
import { locate, type Path, readKey, scan } from "../../src/config/scan.ts";
import { tomlText } from "./documents.ts";

test("what stands at a path is what the parser finds there", () => {
  fc.assert(
    fc.property(tomlText, (text) => {
      const document = parse(text);
      for (const { kind, path, key, value } of scan(text)) {
        if (kind === "header") {
          expect(text.slice(value.start, value.end)).toMatch(/^\[.*\]$/);
          expect(typeof valueAt(document, path)).toBe("object");
          continue;
        }
        expect(parse(`x = ${text.slice(value.start, value.end)}`).x).toEqual(valueAt(document, path) as never); // Both are unknown to the types.
        if (kind === "pair") expect(Object.keys(parse(`${text.slice(key.start, key.end)} = 1`))).toHaveLength(1);
      }
    }),
    { numRuns: 500 },
  );
});

test("nothing the parser finds is left out", () => {
  fc.assert(
    fc.property(tomlText, (text) => {
      const found = new Set(scan(text).map(({ path }) => JSON.stringify(path)));
      for (const path of leafPaths(parse(text), [])) expect(found).toContain(JSON.stringify(path));
    }),
    { numRuns: 500 },
  );
});

test("locate falls back to what is inside, then to what is around", () => {
  const text = "list.limit = 3\n[board]\nby = 'type'\n";
  const items = scan(text);
  const keyAt = (path: Path) => {
    const item = locate(items, path);
    return item && text.slice(item.key.start, item.key.end);
  };
  expect(keyAt(["board", "by"])).toBe("by");
  expect(keyAt(["list"])).toBe("list.limit");
  expect(keyAt(["board", "by", "deeper"])).toBe("by");
  expect(keyAt(["color"])).toBeUndefined();
});

test("a key is read as TOML spells it", () => {
  expect(readKey('a . \'b.c\'."d\\u0065\\x66\\"" = 1', 0)).toEqual({ parts: ["a", "b.c", 'def"'], end: 25 });
  expect(readKey("a..b", 0)).toBeUndefined();
  expect(readKey('"open', 0)).toBeUndefined();
});

test("a hostile key of many parts is cut off", () => {
  const text = `[${"a.".repeat(50_000)}b]\nc = 1\n`;
  expect(scan(text).at(-1)?.path.length).toBeLessThan(100);
});

function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const part of path) value = Reflect.get(Object(value), part);
  return value;
}

function* leafPaths(value: unknown, path: Path): Generator<Path> {
  if (typeof value !== "object" || value === null || value instanceof Date) {
    yield path;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* leafPaths(item, [...path, index]);
  } else {
    for (const [name, item] of Object.entries(value)) yield* leafPaths(item, [...path, name]);
  }
}
