/**
 * Where everything stands in a TOML text: the parser gives values without positions, and both a caret under a mistake and an edit
 * that leaves the rest alone need them. Only texts that the parser has accepted may be scanned, so nothing is checked here.
 */

/** Offsets into the text (UTF-16), end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** From the root. A number counts in an array. */
export type Path = readonly (string | number)[];

export interface Item {
  /** `[a.b]`, `[[a.b]]`; `a.b = 1`; one value in an array. */
  readonly kind: "header" | "pair" | "element";
  readonly path: Path;
  /** What the item is written in: lines of the text, an inline table or an array; `base` is that section's, table's or array's path. */
  readonly container: "section" | "inline" | "array";
  readonly base: Path;
  /** The key as written. An element's key is its value. */
  readonly key: Span;
  /** The value as written. A header's value is the header, brackets included. */
  readonly value: Span;
}

/** Deeper than any setting lies; parts beyond it are dropped, so that a hostile key can't cost much. */
const partsMax = 64;

/** Lists everything in the text in the order of its beginning. */
export function scan(text: string): Item[] {
  const items: Item[] = [];
  const arrayLengths = new Map<string, number>();
  let section: Path = [];
  let at = skipBlank(text, text.startsWith("\ufeff") ? 1 : 0);
  while (at < text.length) {
    if (text[at] === "[") {
      const header = readHeader(text, at, arrayLengths);
      items.push(header);
      section = header.path;
      at = header.value.end;
    } else {
      at = readPair(text, at, section, "section", items);
    }
    at = skipBlank(text, at);
  }
  return items;
}

/** Reads a dotted key. Returns its parts and where it ends, or undefined if there is none at `at`. */
export function readKey(text: string, at: number): { readonly parts: string[]; readonly end: number } | undefined {
  const parts: string[] = [];
  let next = at;
  for (;;) {
    const end = endOfKeyPart(text, next);
    if (end === undefined) return undefined;
    if (parts.length < partsMax) parts.push(decodeKeyPart(text.slice(next, end)));
    const dot = skipSpaces(text, end);
    if (text[dot] !== ".") return { parts, end };
    next = skipSpaces(text, dot + 1);
  }
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && startsWith(a, b);
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => part === path[index]);
}

/** Finds what stands for `path`: the item itself, else the first one inside of it, else what it would be inside of. */
export function locate(items: readonly Item[], path: Path): Item | undefined {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    const found = items.find((item) => samePath(item.path, part)) ?? items.find((item) => startsWith(item.path, part));
    if (found !== undefined) return found;
  }
  return undefined;
}

function readHeader(text: string, start: number, arrayLengths: Map<string, number>): Item {
  const brackets = text[start + 1] === "[" ? 2 : 1;
  const keyStart = skipSpaces(text, start + brackets);
  const { parts, end: keyEnd } = keyAt(text, keyStart);
  const path: (string | number)[] = [];
  for (const [index, part] of parts.entries()) {
    path.push(part);
    const name = JSON.stringify(path);
    const length = arrayLengths.get(name);
    const declares = brackets === 2 && index === parts.length - 1;
    if (declares) arrayLengths.set(name, (length ?? 0) + 1);
    if (declares || length !== undefined) path.push(declares ? (length ?? 0) : (length ?? 1) - 1);
  }
  const value = { start, end: skipSpaces(text, keyEnd) + brackets };
  return { kind: "header", path, container: "section", base: [], key: { start: keyStart, end: keyEnd }, value };
}

/** Reads a pair and what is inside of its value. Returns where it ends. */
function readPair(text: string, start: number, base: Path, container: "section" | "inline", items: Item[]): number {
  const { parts, end: keyEnd } = keyAt(text, start);
  const valueStart = skipSpaces(text, skipSpaces(text, keyEnd) + 1);
  const path = [...base, ...parts];
  const inside: Item[] = [];
  const end = readValue(text, valueStart, path, inside);
  const value = { start: valueStart, end };
  items.push({ kind: "pair", path, container, base, key: { start, end: keyEnd }, value }, ...inside);
  return end;
}

/** Where the parser saw a key there is one; going on without would go on forever. */
function keyAt(text: string, at: number): { readonly parts: string[]; readonly end: number } {
  const key = readKey(text, at);
  if (key === undefined) throw new Error(`The scan of a TOML text found no key at ${at}.`);
  return key;
}

function readValue(text: string, start: number, path: Path, items: Item[]): number {
  const first = text[start];
  if (first === '"' || first === "'") return endOfString(text, start);
  if (first === "[") return readArray(text, start, path, items);
  if (first === "{") return readInlineTable(text, start, path, items);
  let end = start;
  while (end < text.length && !",]}#\r\n".includes(text.charAt(end))) end++;
  if (end === start) throw new Error(`The scan of a TOML text found no value at ${start}.`);
  return start + text.slice(start, end).trimEnd().length;
}

function readArray(text: string, start: number, path: Path, items: Item[]): number {
  let at = skipBlank(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== "]"; index++) {
    const element = [...path, index];
    const inside: Item[] = [];
    const span = { start: at, end: readValue(text, at, element, inside) };
    items.push({ kind: "element", path: element, container: "array", base: path, key: span, value: span }, ...inside);
    at = skipComma(text, span.end);
  }
  return at + 1;
}

function readInlineTable(text: string, start: number, path: Path, items: Item[]): number {
  let at = skipBlank(text, start + 1);
  while (at < text.length && text[at] !== "}") at = skipComma(text, readPair(text, at, path, "inline", items));
  return at + 1;
}

function skipComma(text: string, at: number): number {
  const next = skipBlank(text, at);
  return text[next] === "," ? skipBlank(text, next + 1) : next;
}

function skipSpaces(text: string, at: number): number {
  let next = at;
  while (text[next] === " " || text[next] === "\t") next++;
  return next;
}

/** Skips white space, line ends and comments. */
function skipBlank(text: string, at: number): number {
  let next = at;
  while (next < text.length) {
    if (text[next] === "#") while (next < text.length && text[next] !== "\n") next++;
    else if (!" \t\r\n".includes(text.charAt(next))) break;
    next++;
  }
  return Math.min(next, text.length);
}

function endOfString(text: string, start: number): number {
  const quote = text.charAt(start);
  const fence = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let at = start + fence.length;
  while (at < text.length && !text.startsWith(fence, at)) at += quote === '"' && text[at] === "\\" ? 2 : 1;
  at += fence.length;
  // A string of many lines may end in one or two quotes of its own.
  if (fence.length === 3) while (text[at] === quote) at++;
  return at;
}

function endOfKeyPart(text: string, at: number): number | undefined {
  if (text[at] === '"' || text[at] === "'") {
    const end = endOfString(text, at);
    return end <= text.length ? end : undefined;
  }
  let end = at;
  while (/[A-Za-z0-9_-]/.test(text.charAt(end))) end++;
  return end === at ? undefined : end;
}

const escapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", e: "\x1b" };

function decodeKeyPart(part: string): string {
  if (part.startsWith("'")) return part.slice(1, -1);
  if (!part.startsWith('"')) return part;
  return part
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g,
      (_, short?: string, four?: string, eight?: string, single?: string) => {
        if (single !== undefined) return escapes[single] ?? single;
        return String.fromCodePoint(Number.parseInt(short ?? four ?? eight ?? "0", 16));
      },
    );
}
