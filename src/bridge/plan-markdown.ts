/**
 * Plans as Markdown: every list item with a box is an issue.
 *
 *     - [ ] Sign in with SSO #auth @ada !high est:2h ^sso
 *       Text that is indented under an item is its body.
 *       - [x] Choose a provider
 *     - [ ] Write the manual due:2026-12-01 (after: ^sso)
 *
 * An item indented under another one is its child. `[x]` is done, `[-]`, `[~]` and `[/]` are in progress. Attributes stand at the end of
 * the title, in any order: `#label`, `@person`, `!priority`, `^name` (for others to refer to), and `p:`, `type:`, `due:`, `est:`,
 * `milestone:`, `sprint:`, `status:`, `parent:`, `after:` or `blocked-by:`, `blocks:` with a value without blanks; the last three
 * also in brackets, as above, with several references parted by commas. The first word from the end that is none of these ends them;
 * `\#` is a number sign that belongs to the title, as is one before digits alone (`#12`). Everything else (headings, text that is not
 * under an item, lists without boxes) is for people and makes no issues.
 */
import type { Category, Workflow } from "../core/settings.ts";
import { firstStatus } from "../core/workflow.ts";
import { isListField, type ListField, type TextField, type WrittenItem } from "./plan-item.ts";
import { refusedAt } from "./values.ts";

export function readMarkdownPlan(text: string, file: string, workflow: Workflow): WrittenItem[] {
  const items: OpenItem[] = [];
  const open: OpenItem[] = [];
  let fence: string | undefined;
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n?|\n/)
    .entries()) {
    const line = indented(raw, index + 1);
    const wasInFence = fence !== undefined;
    fence = fenceAfter(fence, line.text.trimEnd());
    if (line.text === "") {
      open.at(-1)?.body.push(line);
      continue;
    }
    // Inside a fence code may stand further left than its item; it is still the item's.
    if (!wasInFence) while ((open.at(-1)?.indent ?? -1) >= line.indent) open.pop();
    const found = wasInFence ? null : itemPattern.exec(line.text);
    if (found === null) {
      if (!wasInFence) refuseEmptyBox(line, file);
      open.at(-1)?.body.push(line);
      continue;
    }
    const item = openItem(found[1] ?? " ", found[2] ?? "", line, open.at(-1)?.position, items.length, file, workflow);
    items.push(item);
    open.push(item);
  }
  return items.map(closed);
}

interface IndentedLine {
  /** In columns. */
  readonly indent: number;
  /** Without its indentation; two blanks at the end are a line break in Markdown. Empty for a blank line. */
  readonly text: string;
  readonly line: number;
}

interface OpenItem {
  readonly item: WrittenItem;
  readonly position: number;
  readonly indent: number;
  readonly body: IndentedLine[];
}

const tabColumns = 4;
const itemPattern = /^(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX~/-])\](?:[ \t]+(.*))?$/;
const emptyBoxPattern = /^(?:[-*+]|\d{1,9}[.)])[ \t]+\[\][ \t]/;
const fencePattern = /^(?:`{3,}|~{3,})/;

const categories: Readonly<Record<string, Category>> = {
  x: "done",
  X: "done",
  "-": "active",
  "~": "active",
  "/": "active",
};

/** Attributes that are written as `name:value`. */
const attributes: ReadonlyMap<string, TextField | ListField> = new Map([
  ["p", "priority"],
  ["priority", "priority"],
  ["type", "type"],
  ["due", "due"],
  ["est", "estimate"],
  ["estimate", "estimate"],
  ["milestone", "milestone"],
  ["sprint", "sprint"],
  ["status", "status"],
  ["parent", "parent"],
  ["after", "blockedBy"],
  ["blocked-by", "blockedBy"],
  ["blocks", "blocking"],
]);

function indented(raw: string, line: number): IndentedLine {
  let indent = 0;
  let at = 0;
  for (; raw[at] === " " || raw[at] === "\t"; at++) {
    indent = raw[at] === " " ? indent + 1 : (Math.floor(indent / tabColumns) + 1) * tabColumns;
  }
  return { indent, text: raw.trim() === "" ? "" : raw.slice(at), line };
}

/** The fence that is open after this line: its marks, which a closing one must at least have. */
function fenceAfter(fence: string | undefined, text: string): string | undefined {
  const marks = fencePattern.exec(text)?.[0];
  if (fence === undefined) return marks;
  return marks !== undefined && text === marks && marks.startsWith(fence) ? undefined : fence;
}

function refuseEmptyBox({ text, line }: IndentedLine, file: string): void {
  if (!emptyBoxPattern.test(text)) return;
  throw refusedAt(`${file}:${line}`, "a box without a blank in it", "Write it as: - [ ] What is to be done");
}

function openItem(
  box: string,
  text: string,
  { indent, line }: IndentedLine,
  above: number | undefined,
  position: number,
  file: string,
  workflow: Workflow,
): OpenItem {
  const item: WrittenItem = { line, above, texts: new Map(), lists: new Map() };
  const title = takeAttributes(item, text.trim(), file);
  item.texts.set("title", { text: title.replace(/\\([\\#@!^(])/g, "$1"), line });
  const category = categories[box];
  if (category !== undefined) setField(item, "status", firstStatus(workflow, category), file);
  return { item, position, indent, body: [] };
}

/** Takes attributes from the end of `text` until there is none. Returns what is left. */
function takeAttributes(item: WrittenItem, text: string, file: string): string {
  let rest = text;
  for (;;) {
    const start = rest.endsWith(")")
      ? rest.lastIndexOf("(")
      : Math.max(rest.lastIndexOf(" "), rest.lastIndexOf("\t")) + 1;
    if (start === -1 || rest === "" || /\S/.test(rest[start - 1] ?? " ")) return rest;
    if (!takeAttribute(item, rest.slice(start), file)) return rest;
    rest = rest.slice(0, start).trimEnd();
  }
}

function takeAttribute(item: WrittenItem, word: string, file: string): boolean {
  const attribute = markedAttribute(word) ?? namedAttribute(word);
  if (attribute === undefined) return false;
  const { field, value } = attribute;
  if (!isListField(field)) setField(item, field, value, file);
  else {
    const values = value.split(",").map((text) => ({ text, line: item.line }));
    // Attributes are taken from the end, so what comes later was written earlier.
    item.lists.set(field, [...values, ...(item.lists.get(field) ?? [])]);
  }
  return true;
}

interface Attribute {
  readonly field: TextField | ListField;
  readonly value: string;
}

function markedAttribute(word: string): Attribute | undefined {
  const value = word.slice(1);
  if (word === "@me") return { field: "assignees", value: word };
  if (/^#(?!\d+$)[^#,]+$/.test(word)) return { field: "labels", value };
  if (/^@[\w.+-]+(?:@[\w.-]+)?$/.test(word)) return { field: "assignees", value };
  if (/^!\p{L}[\p{L}\d-]*$/u.test(word)) return { field: "priority", value };
  if (/^\^[A-Za-z0-9][\w.-]*$/.test(word)) return { field: "key", value };
  return undefined;
}

function namedAttribute(word: string): Attribute | undefined {
  const match = /^([a-z-]+):([^\s:]+)$/i.exec(word) ?? /^\((after|blocked-by|blocks):([^()]*)\)$/i.exec(word);
  const [, name = "", written = ""] = match ?? [];
  const value = written.trim();
  const field = attributes.get(name.toLowerCase());
  return field === undefined || value === "" ? undefined : { field, value };
}

function setField(item: WrittenItem, field: TextField, text: string, file: string): void {
  if (item.texts.has(field)) throw refusedAt(`${file}:${item.line}`, `two values for ${field}`, "Leave one of them.");
  item.texts.set(field, { text, line: item.line });
}

function closed({ item, body }: OpenItem): WrittenItem {
  const indents = body.filter(({ text }) => text !== "").map(({ indent }) => indent);
  const margin = indents.reduce((least, indent) => Math.min(least, indent), Number.POSITIVE_INFINITY);
  const text = body.map((line) => (line.text === "" ? "" : " ".repeat(line.indent - margin) + line.text)).join("\n");
  const first = body[0];
  if (indents.length > 0 && first !== undefined) {
    item.texts.set("body", { text: text.replace(/^\n+/, ""), line: first.line });
  }
  return item;
}
