/**
 * JSON that people write: every value knows its line, a key that stands twice is refused, and a mistake is told with its line.
 * Machines' JSON goes through JSON.parse (values.ts), which knows no lines.
 */
import { visible } from "../core/text.ts";
import { depthMax, refusedAt } from "./values.ts";

export type JsonNode =
  | { readonly kind: "object"; readonly line: number; readonly entries: ReadonlyMap<string, JsonEntry> }
  | { readonly kind: "list"; readonly line: number; readonly items: readonly JsonNode[] }
  | { readonly kind: "scalar"; readonly line: number; readonly value: string | number | boolean | null };

export interface JsonEntry {
  /** Of the key. */
  readonly line: number;
  readonly node: JsonNode;
}

/** Reads one value that fills all of `text`, whose first line is line `firstLine` of `file`. Throws `invalid`. */
export function parseJson(text: string, file: string, firstLine = 1): JsonNode {
  const reader: Reader = { text, file, at: 0, line: firstLine, depth: 0 };
  skipBlanks(reader);
  const node = readValue(reader);
  skipBlanks(reader);
  if (reader.at < text.length) throw refusal(reader, `something stands after the end: ${shown(reader)}`);
  return node;
}

interface Reader {
  readonly text: string;
  readonly file: string;
  at: number;
  line: number;
  depth: number;
}

function readValue(reader: Reader): JsonNode {
  const { line } = reader;
  const first = reader.text[reader.at];
  if (first !== "{" && first !== "[") {
    const value = first === '"' ? readString(reader) : readWord(reader);
    return { kind: "scalar", line, value };
  }
  reader.depth += 1;
  if (reader.depth > depthMax) throw refusal(reader, "this is nested too deeply");
  reader.at += 1;
  const node: JsonNode =
    first === "{"
      ? { kind: "object", line, entries: readEntries(reader) }
      : { kind: "list", line, items: readItems(reader) };
  reader.depth -= 1;
  return node;
}

function readEntries(reader: Reader): Map<string, JsonEntry> {
  const entries = new Map<string, JsonEntry>();
  for (let more = !skipped(reader, "}"); more; more = continues(reader, "}")) {
    skipBlanks(reader);
    const { line } = reader;
    if (reader.text[reader.at] !== '"') throw refusal(reader, `a key in quotes is missing before ${shown(reader)}`);
    const key = readString(reader);
    const before = entries.get(key);
    if (before !== undefined) {
      throw refusal({ ...reader, line }, `the key “${cut(key)}” stands twice, first in line ${before.line}`);
    }
    if (!skipped(reader, ":")) throw refusal(reader, `a colon is missing after “${cut(key)}”`);
    skipBlanks(reader);
    entries.set(key, { line, node: readValue(reader) });
  }
  return entries;
}

function readItems(reader: Reader): JsonNode[] {
  const items: JsonNode[] = [];
  for (let more = !skipped(reader, "]"); more; more = continues(reader, "]")) {
    skipBlanks(reader);
    items.push(readValue(reader));
  }
  return items;
}

/** True after a comma, false after the closing bracket. */
function continues(reader: Reader, close: "}" | "]"): boolean {
  if (skipped(reader, ",")) return true;
  if (skipped(reader, close)) return false;
  throw refusal(reader, `a comma or “${close}” is missing before ${shown(reader)}`);
}

function skipped(reader: Reader, character: string): boolean {
  skipBlanks(reader);
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function skipBlanks(reader: Reader): void {
  for (; reader.at < reader.text.length; reader.at++) {
    const character = reader.text[reader.at];
    if (character === "\n") reader.line += 1;
    else if (character !== " " && character !== "\t" && character !== "\r") return;
  }
}

const wordPattern = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;

function readString(reader: Reader): string {
  const { text, at } = reader;
  const end = endOfString(text, at + 1);
  if (end === undefined) throw refusal(reader, "a text has no closing quote in its line");
  reader.at = end;
  const raw = text.slice(at, end);
  try {
    return JSON.parse(raw) as string; // It begins and ends with a quote and has none in between.
  } catch {
    throw refusal(reader, `not a text of JSON: ${cut(raw)}`);
  }
}

/** Where the text ends whose first character is at `from`, its closing quote included. */
function endOfString(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"') return at + 1;
    if (character === "\\") at += 1;
    if (text[at] === "\n") return undefined;
  }
  return undefined;
}

function readWord(reader: Reader): number | boolean | null {
  wordPattern.lastIndex = reader.at;
  const raw = wordPattern.exec(reader.text)?.[0];
  if (raw === undefined) throw refusal(reader, `a value is missing before ${shown(reader)}`);
  reader.at += raw.length;
  return JSON.parse(raw) as number | boolean | null; // The pattern lets through these alone.
}

function shown({ text, at }: Reader): string {
  if (at >= text.length) return "the end of the file";
  return `“${cut(text.slice(at, at + 100).split("\n", 1)[0] ?? "")}”`;
}

function cut(text: string): string {
  return visible(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function refusal({ file, line }: Pick<Reader, "file" | "line">, problem: string) {
  return refusedAt(`${file}:${line}`, problem, "It should be JSON.");
}
