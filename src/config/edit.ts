/**
 * Changes one key of a TOML text and leaves every other byte alone: comments, order, blank lines and quoting are the person's. What
 * an edit makes is parsed again before it is returned, and differs in the asked key alone, or the edit is refused.
 */
import { TrackerError } from "../core/errors.ts";
import { checkLeaf, typedPath } from "./combine.ts";
import { type Document, isTable, parseToml } from "./document.ts";
import type { Source } from "./refusal.ts";
import { type Item, type Path, type Span, samePath, scan, startsWith } from "./scan.ts";
import { findSetting, parseKey } from "./schema.ts";
import { renderKey, renderToml, type TomlValue } from "./toml.ts";
import { readText } from "./value.ts";

/**
 * Reads what was typed for a setting: lists are separated by commas, a status is `name:category:limit`. Throws `invalid` for an
 * unknown key and for a value that the setting doesn't take.
 */
export function parseSetting(key: string, text: string): TomlValue {
  const source: Source = { kind: "typed", layer: "flags" };
  const path = typedPath(source, key);
  const shape = findSetting(path)?.shape ?? { kind: "line" };
  const value = readText(shape, text);
  checkLeaf(source, path, value);
  return value;
}

/**
 * Sets `key` (dotted, parts quoted where needed) in a TOML text. Throws `invalid` for a text that isn't TOML, `conflict` where the
 * key is written in a way that can't be changed without touching the rest.
 */
export function setInToml(text: string, key: string, value: TomlValue): string {
  const path = pathOf(key);
  const before = parseToml(text, textName);
  const existing = valueAt(before, path, key);
  const items = scan(text);
  const pair = findPair(items, path);
  if (isTable(existing) || (existing !== undefined && pair === undefined)) throw tooIntricate(key);
  const after =
    pair === undefined ? insert(text, items, path, renderToml(value)) : replace(text, pair.value, renderToml(value));
  const expected = withValue(before, path, value);
  return verified(after, key, (document) => Bun.deepEquals(document, expected));
}

/** Removes `key` from a TOML text; a text without it is returned as it is. Throws as `setInToml` does. */
export function unsetInToml(text: string, key: string): string {
  const path = pathOf(key);
  const before = parseToml(text, textName);
  if (valueAt(before, path, key) === undefined) return text;
  const items = scan(text);
  const pair = findPair(items, path);
  if (pair === undefined) throw tooIntricate(key);
  const span = pair.container === "section" ? linesOf(text, pair) : memberSpan(text, items, pair, key);
  const expected = withoutValue(before, path);
  return verified(
    replace(text, span, ""),
    key,
    (document) => valueAt(document, path, key) === undefined && Bun.deepEquals(withoutValue(document, path), expected),
  );
}

const textName = "settings";

function pathOf(key: string): readonly string[] {
  const path = parseKey(key);
  if (path !== undefined) return path;
  throw new TrackerError("invalid", `${key} is not a key.`, "Write it as in list.limit; quote parts with blanks.");
}

function tooIntricate(key: string): TrackerError {
  return new TrackerError(
    "conflict",
    `${key} is written in a way that can't be changed without touching what is around it.`,
    "Change it by hand: `git tracker config edit`.",
  );
}

/** Returns the edited text if it says what it should. */
function verified(after: string, key: string, isRight: (document: Document) => boolean): string {
  try {
    if (isRight(parseToml(after, textName))) return after;
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
  }
  throw tooIntricate(key);
}

/** Throws `conflict` if the way to `path` leads through something that isn't a table. */
function valueAt(document: Document, path: readonly string[], key: string): unknown {
  let value: unknown = document;
  for (const name of path) {
    if (!isTable(value)) throw tooIntricate(key);
    if (!Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function findPair(items: readonly Item[], path: Path): Item | undefined {
  return items.find((item) => item.kind === "pair" && samePath(item.path, path));
}

function replace(text: string, span: Span, replacement: string): string {
  return text.slice(0, span.start) + replacement + text.slice(span.end);
}

/** Writes a key that isn't there where a person would: with its table, however that is written; else in a new table at the end. */
function insert(text: string, items: readonly Item[], path: readonly string[], value: string): string {
  for (let length = path.length - 1; length > 0; length--) {
    const table = path.slice(0, length);
    const inline = findPair(items, table);
    if (inline !== undefined) return insertMember(text, items, inline, path.slice(length), value);
    const dotted = items.findLast((item) => isLine(item) && item.base.length < length && startsWith(item.path, table));
    if (dotted !== undefined) return insertLineAfter(text, dotted, path.slice(dotted.base.length), value);
    const header = items.find((item) => item.kind === "header" && samePath(item.path, table));
    if (header !== undefined && length === path.length - 1) {
      const last = items.findLast((item) => isLine(item) && samePath(item.base, table));
      return insertLineAfter(text, last ?? header, path.slice(length), value);
    }
    if (items.some((item) => item.kind === "header" && startsWith(item.path, table))) break;
  }
  return path.length === 1 ? insertAtRoot(text, items, path, value) : appendTable(text, path, value);
}

/** A pair on lines of its own, not in an inline table. */
function isLine(item: Item): boolean {
  return item.kind === "pair" && item.container === "section";
}

function insertMember(
  text: string,
  items: readonly Item[],
  table: Item,
  rest: readonly string[],
  value: string,
): string {
  const member = `${renderKey(rest)} = ${value}`;
  const last = membersOf(items, table.path).at(-1);
  if (last !== undefined) return replace(text, { start: last.value.end, end: last.value.end }, `, ${member}`);
  const inside = text.slice(table.value.start + 1, table.value.end - 1);
  return replace(text, table.value, `{ ${member}${inside === "" ? " " : inside}}`);
}

function membersOf(items: readonly Item[], table: Path): readonly Item[] {
  return items.filter((item) => item.container === "inline" && samePath(item.base, table));
}

function insertLineAfter(text: string, item: Item, key: readonly string[], value: string): string {
  const indent = text.slice(lineStart(text, item.key.start), item.key.start).match(/^[ \t]*/)?.[0] ?? "";
  const end = lineEnd(text, item.value.end);
  const line = `${indent}${renderKey(key)} = ${value}${newline(text)}`;
  return `${endLine(text.slice(0, end), newline(text))}${line}${text.slice(end)}`;
}

/** After the last key that is in no table; without one, before the first table and the comments that belong to it. */
function insertAtRoot(text: string, items: readonly Item[], path: readonly string[], value: string): string {
  const last = items.findLast((item) => isLine(item) && item.base.length === 0);
  if (last !== undefined) return insertLineAfter(text, last, path, value);
  const line = `${renderKey(path)} = ${value}${newline(text)}`;
  const [first] = items;
  if (first === undefined) return `${endLine(text, newline(text))}${line}`;
  let start = lineStart(text, first.key.start);
  while (start > 0 && /^[ \t]*#/.test(text.slice(lineStart(text, start - 1), start)))
    start = lineStart(text, start - 1);
  return replace(text, { start, end: start }, line + newline(text));
}

function appendTable(text: string, path: readonly string[], value: string): string {
  const eol = newline(text);
  const ended = endLine(text, eol);
  const gap = ended === "" || /\n\r?\n$/.test(ended) ? "" : eol;
  return `${ended}${gap}[${renderKey(path.slice(0, -1))}]${eol}${renderKey(path.slice(-1))} = ${value}${eol}`;
}

function linesOf(text: string, pair: Item): Span {
  return { start: lineStart(text, pair.key.start), end: lineEnd(text, pair.value.end) };
}

/** A member of an inline table together with one of the commas beside it. */
function memberSpan(text: string, items: readonly Item[], pair: Item, key: string): Span {
  const members = membersOf(items, pair.base);
  const index = members.indexOf(pair);
  const next = members[index + 1];
  const previous = members[index - 1];
  const span = {
    start: next === undefined && previous !== undefined ? previous.value.end : pair.key.start,
    end: next === undefined ? pair.value.end : next.key.start,
  };
  // A comment between two members belongs to somebody: only the person can say to which.
  const between = text.slice(span.start, pair.key.start) + text.slice(pair.value.end, span.end);
  if (between.includes("#")) throw tooIntricate(key);
  return span;
}

function lineStart(text: string, at: number): number {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  return at > 0 && start > 0 ? start : byteOrderMarkLength(text);
}

/** Where the next line begins. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

function newline(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function endLine(text: string, eol: string): string {
  return text.length === byteOrderMarkLength(text) || text.endsWith("\n") ? text : text + eol;
}

function byteOrderMarkLength(text: string): number {
  return text.startsWith("\ufeff") ? 1 : 0;
}

type Table = Readonly<Record<string, unknown>>;

function withValue(table: Table, path: readonly string[], value: unknown): Table {
  const [name = "", ...rest] = path;
  const inner = table[name];
  return { ...table, [name]: rest.length === 0 ? value : withValue(isTable(inner) ? inner : {}, rest, value) };
}

/** Tables that are left empty go too: those written as dotted keys have nothing left to stand on. */
function withoutValue(table: Table, path: readonly string[]): Table {
  const [name = "", ...rest] = path;
  const { [name]: inner, ...others } = table;
  if (rest.length === 0 || !isTable(inner)) return others;
  const left = withoutValue(inner, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [name]: left };
}
