import { expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "smol-toml";
import { parseSetting, setInToml, unsetInToml } from "../../src/config/edit.ts";
import { scan } from "../../src/config/scan.ts";
import { configTemplate } from "../../src/config/template.ts";
import { renderKey, type TomlValue } from "../../src/config/toml.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { keyPath, tomlText } from "./documents.ts";

const newValue: fc.Arbitrary<TomlValue> = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.array(fc.record({ name: fc.string(), limit: fc.nat() }), { maxLength: 2 }),
);

/** A document and a key: one that is in it about as often as one that isn't. */
const documentAndPath = tomlText.chain((text) => {
  const written = scan(text).flatMap(({ path }) => (path.every((part) => typeof part === "string") ? [path] : []));
  const beside = written.map((path) => [...path.slice(0, -1), "limit"]);
  const known = [...written, ...beside].map((path) => path.map(String));
  const path = known.length === 0 ? keyPath : fc.oneof(keyPath, fc.constantFrom(...known));
  return fc.tuple(fc.constant(text), path);
});

test("setting a key changes that key and no other byte", () => {
  fc.assert(
    fc.property(documentAndPath, newValue, ([text, path], value) => {
      const after = refusedOr(() => setInToml(text, renderKey(path), value));
      if (after === undefined) {
        expect(canBeSet(text, path)).toBe(false);
        return;
      }
      expect(Bun.deepEquals(parse(after), withValue(parse(text), path, value))).toBe(true);
      const old = scan(text).find((item) => item.kind === "pair" && Bun.deepEquals(item.path, path))?.value;
      const removed = old === undefined ? 0 : old.end - old.start;
      expect(commonPrefix(text, after) + commonSuffix(text, after)).toBeGreaterThanOrEqual(text.length - removed);
      if (old !== undefined) {
        expect(after.slice(0, old.start)).toBe(text.slice(0, old.start));
        expect(after.endsWith(text.slice(old.end))).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test("unsetting a key removes that key and no other byte", () => {
  fc.assert(
    fc.property(documentAndPath, ([text, path]) => {
      const after = refusedOr(() => unsetInToml(text, renderKey(path)));
      if (after === undefined) return;
      const old = scan(text).find((item) => item.kind === "pair" && Bun.deepEquals(item.path, path));
      if (old === undefined) {
        expect(after).toBe(text);
        return;
      }
      expect(Bun.deepEquals(pruned(parse(after)), pruned(withoutValue(parse(text), path)))).toBe(true);
      expect(commonPrefix(text, after) + commonSuffix(text, after)).toBeGreaterThanOrEqual(after.length);
      if (old.container === "section")
        expect(text.split("\n").length - after.split("\n").length).toBe(linesOf(text, old));
    }),
    { numRuns: 2000 },
  );
});

test("what was set is gone when it is unset", () => {
  fc.assert(
    fc.property(documentAndPath, newValue, ([text, path], value) => {
      const key = renderKey(path);
      const set = refusedOr(() => setInToml(text, key, value));
      const unset = set === undefined ? undefined : refusedOr(() => unsetInToml(set, key));
      if (unset === undefined) return;
      expect(Bun.deepEquals(pruned(parse(unset)), pruned(withoutValue(parse(text), path)))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test.each<[what: string, before: string, key: string, value: TomlValue, after: string]>([
  ["replaces a value", "[list]\nlimit = 5 # few\n", "list.limit", 20, "[list]\nlimit = 20 # few\n"],
  ["replaces a list of many lines", "types = [\n  'a', # x\n]\nb = 1\n", "types", ["b"], 'types = ["b"]\nb = 1\n'],
  [
    "adds to a table",
    "[list]\n  query = 'x' # y\n\n[board]\n",
    "list.limit",
    2,
    "[list]\n  query = 'x' # y\n  limit = 2\n\n[board]\n",
  ],
  ["adds to an empty table", "[list] # x\n[board]\n", "list.limit", 2, "[list] # x\nlimit = 2\n[board]\n"],
  [
    "adds beside dotted keys",
    "list.query = 'x'\ncolor = 'auto'\n",
    "list.limit",
    2,
    "list.query = 'x'\nlist.limit = 2\ncolor = 'auto'\n",
  ],
  ["adds to an inline table", "list = { query = 'x' }\n", "list.limit", 2, "list = { query = 'x', limit = 2 }\n"],
  ["adds to an empty inline table", "list = {}\n", "list.limit", 2, "list = { limit = 2 }\n"],
  ["adds a table at the end", "color = 'auto'", "list.limit", 2, "color = 'auto'\n\n[list]\nlimit = 2\n"],
  ["adds a table above one that is there", "[a.b]\nc = 1\n", "a.d", 2, "[a.b]\nc = 1\n\n[a]\nd = 2\n"],
  ["adds to an empty text", "", "list.limit", 2, "[list]\nlimit = 2\n"],
  ["adds at the root after other keys", "a = 1\n\n[list]\n", "color", "never", 'a = 1\ncolor = "never"\n\n[list]\n'],
  [
    "adds at the root before the first table",
    "# top\n\n# lists\n[list]\n",
    "color",
    "never",
    '# top\n\ncolor = "never"\n\n# lists\n[list]\n',
  ],
  [
    "keeps line ends of two characters",
    "[list]\r\nquery = 'x'\r\n",
    "list.limit",
    2,
    "[list]\r\nquery = 'x'\r\nlimit = 2\r\n",
  ],
  ["finds quoted keys", "[ \"list\" ]\n'limit' = 1\n", "list.limit", 2, "[ \"list\" ]\n'limit' = 2\n"],
  ["quotes a key that needs it", "", 'templates."a b".title', "x", '[templates."a b"]\ntitle = "x"\n'],
  [
    "sets beside an array of tables",
    "[[workflow.statuses]]\nname = 'a'\n",
    "workflow.wip",
    "warn",
    "[[workflow.statuses]]\nname = 'a'\n\n[workflow]\nwip = \"warn\"\n",
  ],
])("%s", (_, before, key, value, after) => {
  expect(setInToml(before, key, value)).toBe(after);
});

test.each<[what: string, before: string, key: string, after: string]>([
  ["removes a line with its comment", "[list]\nlimit = 5 # few\nquery = 'x'\n", "list.limit", "[list]\nquery = 'x'\n"],
  ["removes a value of many lines", "a = 1\ntypes = [\n  'a',\n]\nb = 1\n", "types", "a = 1\nb = 1\n"],
  ["removes the first of an inline table", "a = { b = 1, c = 2 }\n", "a.b", "a = { c = 2 }\n"],
  ["removes the last of an inline table", "a = { b = 1, c = 2 }\n", "a.c", "a = { b = 1 }\n"],
  ["leaves a text without the key alone", "a = 1 #\n", "b", "a = 1 #\n"],
])("%s", (_, before, key, after) => {
  expect(unsetInToml(before, key)).toBe(after);
});

test.each([
  ["an array of tables", () => setInToml("[[workflow.statuses]]\nname = 'a'\n", "workflow.statuses", ["a"])],
  [
    "a key inside of an array of tables",
    () => setInToml("[[workflow.statuses]]\nname = 'a'\n", "workflow.statuses.x", 1),
  ],
  ["a table", () => setInToml("[list]\nlimit = 1\n", "list", 5)],
  ["a key inside of a plain value", () => setInToml("list = 1\n", "list.limit", 5)],
  ["removing an array of tables", () => unsetInToml("[[workflow.statuses]]\nname = 'a'\n", "workflow.statuses")],
  ["removing what a comment stands beside", () => unsetInToml("a = {\n  b = 1, # one\n  c = 2,\n}\n", "a.c")],
])("refuses %s and tells of the editor", (_, edit) => {
  const error = refusalOf(edit);
  expect(error?.code).toBe("conflict");
  expect(error?.hint).toContain("config edit");
});

test("refuses to edit a text that isn't TOML", () => {
  expect(refusalOf(() => setInToml("a = 1\nb = = 2\n", "b", 1))?.message).toContain(":2:5: ");
});

test("setting a key of the file that init writes", () => {
  const before = configTemplate();
  const after = setInToml(setInToml(before, "list.limit", 7), "color", "never");
  expect(parse(after)).toEqual({ list: { limit: 7 }, color: "never" });
  expect(after.startsWith(before.trimEnd())).toBe(true);
});

test("what is typed for a setting becomes its value", () => {
  expect(parseSetting("list.limit", "20")).toBe(20);
  expect(parseSetting("hours-per-day", "7.5")).toBe(7.5);
  expect(parseSetting("color", "never")).toBe("never");
  expect(parseSetting("types", " bug, feature ,")).toEqual(["bug", "feature"]);
  expect(parseSetting("types", "")).toEqual([]);
  expect(parseSetting("workflow.transitions.'in review'", "done,todo")).toEqual(["done", "todo"]);
  expect(parseSetting("workflow.statuses", "todo, doing:active:3, done:done")).toEqual([
    "todo",
    { name: "doing", category: "active", limit: 3 },
    { name: "done", category: "done", limit: undefined },
  ]);
});

test.each([
  ["list.limit", "many", 'list.limit: expected a whole number of at least 1, not "many".'],
  ["list.limit", "0", "list.limit: expected a whole number of at least 1, not 0."],
  ["color", "blue", 'color: expected auto, always or never, not "blue".'],
  ["types", '["bug"]', String.raw`types: expected a list of names, not "[\"bug\"]".`],
  ["workflow.statuses", "a,b:activ", 'workflow.statuses: expected todo, active or done, not "activ".'],
  ["workflow.statuses", "a:todo:1:2,b", 'workflow.statuses: expected a whole number of at least 1, not "1:2".'],
  ["merge.strategy.statos", "manual", "merge.strategy.statos: expected one of title, status"],
  ["list.limti", "3", "There is no setting list.limti."],
])("%s can't be %s", (key, text, message) => {
  expect(refusalOf(() => parseSetting(key, text))?.message).toStartWith(message);
});

function refusalOf(edit: () => unknown): TrackerError | undefined {
  try {
    edit();
  } catch (error) {
    if (error instanceof TrackerError) return error;
    throw error;
  }
  return undefined;
}

function refusedOr(edit: () => string): string | undefined {
  let after: string | undefined;
  const error = refusalOf(() => {
    after = edit();
  });
  if (error !== undefined) expect(error.code).toBe("conflict");
  return after;
}

/** A key can be set unless a table, or a list written as `[[tables]]`, stands there, or something on the way isn't a table. */
function canBeSet(text: string, path: readonly string[]): boolean {
  let value: unknown = parse(text);
  for (const name of path) {
    if (!isTable(value)) return false;
    if (!Object.hasOwn(value, name)) return true;
    value = value[name];
  }
  return !isTable(value) && scan(text).some((item) => item.kind === "pair" && Bun.deepEquals(item.path, path));
}

type Table = Record<string, unknown>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function withValue(table: Table, [name = "", ...rest]: readonly string[], value: unknown): Table {
  const inner = table[name];
  return { ...table, [name]: rest.length === 0 ? value : withValue(isTable(inner) ? inner : {}, rest, value) };
}

function withoutValue(table: Table, [name = "", ...rest]: readonly string[]): Table {
  const { [name]: inner, ...others } = table;
  return rest.length > 0 && isTable(inner) ? { ...others, [name]: withoutValue(inner, rest) } : others;
}

/** Without empty tables: a table written as dotted keys goes with its last key. */
function pruned(value: unknown): unknown {
  if (!isTable(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, pruned(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => !isTable(member) || Object.keys(member).length > 0));
}

function linesOf(text: string, { key, value }: { key: { start: number }; value: { end: number } }): number {
  const newlines = text.slice(key.start, value.end).split("\n").length;
  return text.indexOf("\n", value.end) === -1 ? newlines - 1 : newlines;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length++;
  return length;
}

function commonSuffix(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
