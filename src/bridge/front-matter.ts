/**
 * The YAML between the `---` lines at the beginning of a Markdown file, as programs write it there: keys with a text or a list of texts. It is a
 * small part of YAML on purpose: no anchors, tags or nesting, so that a hostile file is refused before it can grow. Numbers and dates stay
 * the texts they are written as.
 */
import { refusedAt } from "./values.ts";

export interface FrontMatter {
  /** Undefined: what the key holds is neither a text nor a list. */
  readonly values: ReadonlyMap<string, FrontValue>;
  /** What follows it; the whole text where there is none. */
  readonly body: string;
  readonly isPresent: boolean;
}

export interface FrontValue {
  readonly line: number;
  readonly value: string | readonly string[] | undefined;
}

/** Throws `invalid` with file and line for what begins like front matter and is none that is understood. */
export function readFrontMatter(text: string, file: string): FrontMatter {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  const end = lines[0]?.trimEnd() === "---" ? lines.findIndex((line, at) => at > 0 && line.trimEnd() === "---") : -1;
  if (lines[0]?.trimEnd() !== "---") return { values: new Map(), body: lines.join("\n"), isPresent: false };
  if (end === -1) throw refusedAt(`${file}:1`, "the front matter does not end", "It ends with a line of three dashes.");
  return { values: readKeys(lines.slice(1, end), file, 2), body: lines.slice(end + 1).join("\n"), isPresent: true };
}

/** Reads lines of `key: value`. Throws `invalid`. */
export function readKeys(lines: readonly string[], file: string, firstLine = 1): Map<string, FrontValue> {
  const values = new Map<string, FrontValue>();
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const place = `${file}:${at + firstLine}`;
    if (isBlank(line)) {
      at++;
      continue;
    }
    const [, key, rest = ""] = /^([A-Za-z_][\w-]*)\s*:(?:[ \t]+(.*))?$/.exec(line) ?? [];
    if (key === undefined) throw refusedAt(place, "a key is missing here", hint);
    const before = values.get(key);
    if (before !== undefined) throw refusedAt(place, `the key ${key} stands twice, first in line ${before.line}`, hint);
    let next = at + 1;
    while (next < lines.length && /^(?:\s|-(?:\s|$)|$)/.test(lines[next] ?? "")) next++;
    values.set(key, { line: at + firstLine, value: readValue(rest.trim(), lines.slice(at + 1, next), place) });
    at = next;
  }
  return values;
}

const hint = "Front matter is read as `key: text`, or `key:` and a list of `- text`.";

function readValue(rest: string, below: readonly string[], place: string): FrontValue["value"] {
  const block = /^([|>])[-+]?$/.exec(rest)?.[1];
  if (block !== undefined) return blockText(below, block === ">" ? " " : "\n");
  if (rest.startsWith("[")) return readFlow(rest, place);
  const filled = below.filter((line) => !isBlank(line));
  if (rest !== "" && !rest.startsWith("#")) {
    // A text may go on in lines that are set in.
    return readText([rest, ...filled.map((line) => line.trim())].join(" "), place);
  }
  if (filled.length === 0) return "";
  const items = filled.map((line) => /^\s*-(?:\s+(.*))?$/.exec(line));
  return items.includes(null) ? undefined : items.map((item) => readText(item?.[1]?.trim() ?? "", place));
}

function blockText(lines: readonly string[], joint: string): string {
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length),
  );
  return lines
    .map((line) => line.slice(Number.isFinite(indent) ? indent : 0))
    .join(joint)
    .trim();
}

/** `[a, "b, c"]`, in one line. */
function readFlow(text: string, place: string): string[] {
  const items: string[] = [];
  const item = /\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,[\]{}"'][^,[\]{}]*)\s*([,\]])/y;
  item.lastIndex = 1;
  if (/^\[\s*\]\s*(?:#.*)?$/.test(text)) return items;
  for (let match = item.exec(text); match !== null; match = item.exec(text)) {
    const [, value = "", end] = match;
    items.push(readText(value.trim(), place));
    if (end === "]" && /^\s*(?:#.*)?$/.test(text.slice(item.lastIndex))) return items;
    if (end === "]") break;
  }
  throw refusedAt(place, "this list can't be read", hint);
}

function readText(text: string, place: string): string {
  if (text.startsWith('"')) return doubleQuoted(text, place);
  const single = /^'((?:[^']|'')*)'\s*(?:#.*)?$/.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  if (/^['&*!{|>%`]/.test(text)) throw refusedAt(place, "this is YAML that is not read here", hint);
  const plain = text.replace(/\s#.*$/, "").trim();
  return plain === "null" || plain === "~" ? "" : plain;
}

function doubleQuoted(text: string, place: string): string {
  const raw = /^("(?:[^"\\]|\\.)*")\s*(?:#.*)?$/.exec(text)?.[1];
  try {
    if (raw !== undefined) return String(JSON.parse(raw));
  } catch {
    // YAML knows more escapes than JSON; nobody needs them here.
  }
  throw refusedAt(place, "this text in quotes can't be read", hint);
}

function isBlank(line: string): boolean {
  return /^\s*(?:#.*)?$/.test(line);
}
