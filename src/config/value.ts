/** What a setting's value may be: checks values from files, and parses what people type on a command line. */
import * as v from "valibot";
import type { Status } from "../core/settings.ts";
import { isLine, toText, visible } from "../core/text.ts";
import { categories, describeShape, type Setting, type Shape } from "./schema.ts";
import { renderToml, type TomlValue } from "./toml.ts";

/** A value as the configuration holds it: null is not set. */
export type SettingValue = string | number | null | readonly string[] | readonly Status[];

export type CheckedValue =
  | { readonly kind: "value"; readonly value: SettingValue }
  | {
      readonly kind: "mismatch";
      /** The path from the value to what is wrong in it, and what of that is wrong. */
      readonly at: readonly (string | number)[];
      readonly part: "key" | "value";
      /** Ends a sentence that begins with the setting's key. */
      readonly problem: string;
    };

export function checkValue(setting: Setting, value: unknown): CheckedValue {
  const result = v.safeParse(schemaOf(setting.shape), value);
  if (result.success) return { kind: "value", value: result.output };
  // A misspelled key says more than that the right one is missing.
  const issue = result.issues.find(({ expected }) => expected === "never") ?? result.issues[0];
  const at = (issue.path ?? []).flatMap(({ key }) => (typeof key === "string" || typeof key === "number" ? [key] : []));
  const got = issue.kind === "validation" && typeof issue.input === "object" ? undefined : describeValue(issue.input);
  const named = issue.type === "check_items" || got === undefined;
  const part = issue.expected === "never" ? "key" : "value";
  return { kind: "mismatch", at, part, problem: `expected ${issue.message}${named ? "" : `, not ${got}`}` };
}

/**
 * Reads what was typed for a setting: lists are separated by commas, a status is `name:category:limit` of which the last two may be
 * left out. Text that makes no sense is returned as it is, for `checkValue` to refuse.
 */
export function readText(shape: Shape, text: string): TomlValue {
  switch (shape.kind) {
    case "count":
    case "hours":
      return numberOr(text);
    case "names":
      return looksLikeToml(text) ? text : words(text);
    case "statuses":
      return looksLikeToml(text) ? text : words(text).map(readStatus);
    default:
      return text;
  }
}

/** What is wrong with a name: of a status, a priority, a type, a label, a template. */
export function nameProblem(name: string): string | undefined {
  return isName(name) ? undefined : `expected ${nameShape}, not ${describeValue(name)}`;
}

/** More is of no use on a board or in a menu; it bounds what a hostile file can cost. */
const itemsMax = 1000;
const tooMany = `at most ${itemsMax} of them`;

const nameShape = "a name: one line without commas";
const name = v.pipe(v.string(nameShape), v.check(isName, nameShape));
const countShape = describeShape({ kind: "count" });
const count = v.pipe(v.number(countShape), v.safeInteger(countShape), v.minValue(1, countShape));

const statusTable = v.strictObject(
  {
    name,
    category: v.optional(v.picklist(categories, describeShape({ kind: "choice", choices: categories }))),
    limit: v.optional(count),
  },
  (issue) => {
    if (issue.expected === "never") return "only name, category and limit in a status";
    return issue.expected === '"name"' ? "a status to have a name" : "a name, or a table with name, category and limit";
  },
);

type StatusInput = v.InferOutput<typeof name | typeof statusTable>;

const statuses = v.pipe(
  v.array(
    // Not a union: of its issues the one that fits the value would have to be found again.
    v.lazy((value): v.GenericSchema<unknown, StatusInput> => (typeof value === "string" ? name : statusTable)),
    describeShape({ kind: "statuses" }),
  ),
  v.maxLength(itemsMax, tooMany),
  v.transform((list) => list.map(completeStatus)),
  v.checkItems(
    (status, index, all) => all.findIndex((other) => sameName(other.name, status.name)) === index,
    (issue) => repeated(issue.input.name),
  ),
  v.check(
    (list) => (["todo", "done"] as const).every((category) => list.some((status) => status.category === category)),
    "at least one status of category todo and one of category done",
  ),
);

function schemaOf(shape: Shape): v.GenericSchema<unknown, SettingValue> {
  const expected = describeShape(shape);
  switch (shape.kind) {
    case "line":
      return v.pipe(
        v.string(expected),
        v.check((line) => isLine(line.trim()), expected),
        v.transform((line) => (line.trim() === "" ? null : line)),
      );
    case "word":
      return v.pipe(name, v.regex(/^\S+$/, expected));
    case "text":
      return v.pipe(v.string(expected), v.transform(toText));
    case "choice":
      return v.picklist(shape.choices, expected);
    case "lanes":
      return v.pipe(
        v.string(expected),
        v.regex(/^(?:|assignee|priority|type|parent|label:.+)$/, expected),
        v.check(isLine, expected),
        v.transform((by) => (by === "" ? null : by)),
      );
    case "count":
      return count;
    case "date":
      return v.pipe(
        v.string(expected),
        v.check((date) => date === "" || isDate(date), expected),
        v.transform((date) => (date === "" ? null : date)),
      );
    case "hours":
      return v.pipe(v.number(expected), v.gtValue(0, expected), v.maxValue(24, expected));
    case "names":
      return v.pipe(
        v.array(name, expected),
        v.maxLength(itemsMax, tooMany),
        v.checkItems(
          (item, index, all) => all.findIndex((other) => sameName(other, item)) === index,
          (issue) => repeated(issue.input),
        ),
      );
    case "statuses":
      return statuses;
  }
}

/** A status without a category has that of its place: the first is todo, the last done, the others active. */
function completeStatus(status: StatusInput, index: number, all: readonly unknown[]): Status {
  const table = typeof status === "string" ? { name: status } : status;
  const place = index === 0 ? "todo" : index === all.length - 1 ? "done" : "active";
  return { name: table.name, category: table.category ?? place, limit: table.limit ?? null };
}

function repeated(text: string): string {
  return `every name only once, and ${describeValue(text)} stands twice`;
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${text}T`);
}

function isName(text: string): boolean {
  return text !== "" && isLine(text) && !text.includes(",");
}

/** Queries compare names without regard to case, so names must differ in more than that. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function describeValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return abbreviate(visible(renderToml(value)));
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a date" : "a table";
}

/** Enough to recognise a value by, and no more than fits a line. */
const describedCharactersMax = 60;

function abbreviate(text: string): string {
  return text.length <= describedCharactersMax ? text : `${text.slice(0, describedCharactersMax - 1).toWellFormed()}…`;
}

function words(text: string): string[] {
  return text.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
}

/** Somebody typed a list as a file has it; read as names it would come out wrong without a word. */
function looksLikeToml(text: string): boolean {
  return text.trimStart().startsWith("[");
}

function readStatus(text: string): TomlValue {
  const [statusName = "", category, limit, ...more] = text.split(":");
  if (category === undefined) return statusName;
  return { name: statusName, category, limit: limit === undefined ? undefined : numberOr([limit, ...more].join(":")) };
}

function numberOr(text: string): number | string {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}
