/**
 * Templates of `--format`: `{shortId} {title}`. Fields are those of the JSON; a dot goes into one (`{author.email}`); `{{` and `}}` are
 * braces, `\t` and `\n` a tab and a line break.
 */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { checkField, fieldText, type Item } from "./json.ts";

/** Reads a template. Throws `invalid` if a brace isn't closed or a field isn't among `known`. */
export function parseTemplate(template: string, known: readonly string[]): (item: Item) => string {
  const parts = template.match(token)?.map((part) => parsePart(part, known)) ?? [];
  return (item) => parts.map((part) => (typeof part === "string" ? part : visible(valueAt(item, part)))).join("");
}

const token = /\{\{|\}\}|\{[^{}]*\}?|\\[tn\\]|[^{}\\]+|[\s\S]/g;
const escapes: Readonly<Record<string, string>> = { "{{": "{", "}}": "}", "\\t": "\t", "\\n": "\n", "\\\\": "\\" };

/** A literal text, or the path to a value. */
function parsePart(part: string, known: readonly string[]): string | readonly string[] {
  const escaped = Object.hasOwn(escapes, part) ? escapes[part] : undefined;
  if (escaped !== undefined) return escaped;
  if (!part.startsWith("{")) return visible(part, "lines");
  if (!part.endsWith("}")) {
    throw new TrackerError("invalid", `The template's “${part}” isn't closed`, "Write a brace itself as {{");
  }
  const path = part.slice(1, -1).trim().split(".");
  checkField(path[0] ?? "", known);
  return path;
}

function valueAt(item: Item, path: readonly string[]): string {
  let value: unknown = item;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return "";
    value = (value as Item)[name]; // An object's own property, of whatever type.
  }
  return fieldText(value);
}
