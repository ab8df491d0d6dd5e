/**
 * Plans as JSON: a list of objects with the keys of `new` (or one such object per line), children nested in their parents. A key
 * that is not known is refused: it is more often a slip than something that may be left out.
 */
import { nearest } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type JsonEntry, type JsonNode, parseJson } from "./json.ts";
import { isListField, isTextField, listFields, textFields, type Written, type WrittenItem } from "./plan-item.ts";
import { refusedAt } from "./values.ts";

export function readJsonPlan(text: string, file: string): WrittenItem[] {
  const root = parseJson(text.replace(/^\ufeff/, ""), file);
  const items: WrittenItem[] = [];
  addItems(items, root.kind === "list" ? root.items : [root], undefined, file);
  return items;
}

export function readJsonLines(text: string, file: string): WrittenItem[] {
  const items: WrittenItem[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    if (line.trim() !== "") addItems(items, [parseJson(line, file, index + 1)], undefined, file);
  }
  return items;
}

const knownKeys: readonly string[] = [...textFields, ...listFields, "children"];
const keyCharactersMax = 100;

function addItems(items: WrittenItem[], nodes: readonly JsonNode[], above: number | undefined, file: string): void {
  for (const node of nodes) {
    if (node.kind !== "object") {
      throw refusedAt(`${file}:${node.line}`, "an issue is an object", 'As in {"title": "What is to be done"}.');
    }
    const item: WrittenItem = { line: node.line, above, texts: new Map(), lists: new Map() };
    const index = items.push(item) - 1;
    for (const [key, entry] of node.entries) readEntry(item, key, entry, file);
    const children = node.entries.get("children");
    if (children !== undefined) addItems(items, childrenOf(children, file), index, file);
  }
}

function readEntry(item: WrittenItem, key: string, { line, node }: JsonEntry, file: string): void {
  const isEmpty = node.kind === "scalar" && node.value === null;
  if (isTextField(key)) {
    if (!isEmpty) item.texts.set(key, textOf(node, key, file));
  } else if (isListField(key)) {
    if (!isEmpty) item.lists.set(key, textsOf(node, key, file));
  } else if (key !== "children") throw unknownKey(key, `${file}:${line}`);
}

function textOf(node: JsonNode, key: string, file: string): Written {
  if (node.kind === "scalar" && typeof node.value === "string") return { text: node.value, line: node.line };
  throw refusedAt(`${file}:${node.line}`, `“${key}” should be a text`, `As in {"${key}": "…"}.`);
}

function textsOf(node: JsonNode, key: string, file: string): Written[] {
  return node.kind === "list" ? node.items.map((item) => textOf(item, key, file)) : [textOf(node, key, file)];
}

function childrenOf({ node }: JsonEntry, file: string): readonly JsonNode[] {
  if (node.kind === "list") return node.items;
  if (node.kind === "scalar" && node.value === null) return [];
  throw refusedAt(`${file}:${node.line}`, "“children” should be a list of issues");
}

function unknownKey(key: string, place: string) {
  const shown = key.slice(0, keyCharactersMax);
  const meant = nearest(shown, knownKeys);
  const hint = meant === undefined ? `Keys are: ${knownKeys.join(", ")}.` : `Did you mean “${meant}”?`;
  return refusedAt(place, `unknown key “${visible(shown)}”`, hint);
}
