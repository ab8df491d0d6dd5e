/**
 * As much of JSON Schema (2020-12) as our schemas use, to check real results against them. A keyword that isn't known here is an error,
 * and so is a property that no schema names: consumers must allow for new ones, but each must be written down.
 */
import type { JsonSchema } from "../../src/commands/schema-parts.ts";

/** What is wrong with a value, as `path: what`; empty if nothing is. */
export function violations(value: unknown, schema: JsonSchema, root: JsonSchema = schema, path = "$"): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    const check = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    if (check === undefined) return [`${path}: the schema has an unknown keyword ${keyword}`];
    return check({ value, rule, schema, root, path });
  });
}

interface Check {
  readonly value: unknown;
  readonly rule: unknown;
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
  readonly path: string;
}

const silent = () => [];
const keywords: Readonly<Record<string, (check: Check) => string[]>> = {
  $schema: silent,
  $defs: silent,
  title: silent,
  description: silent,
  $ref: ({ value, rule, root, path }) => violations(value, definition(root, String(rule)), root, path),
  const: ({ value, rule, path }) => (value === rule ? [] : [`${path}: not ${rule}`]),
  enum: ({ value, rule, path }) => (Array.isArray(rule) && rule.includes(value) ? [] : [`${path}: not one of ${rule}`]),
  type: ({ value, rule, path }) =>
    typeOf(value) === rule || (rule === "number" && typeOf(value) === "integer")
      ? []
      : [`${path}: ${typeOf(value)} is no ${rule}`],
  minimum: ({ value, rule, path }) => (Number(value) >= Number(rule) ? [] : [`${path}: less than ${rule}`]),
  pattern: ({ value, rule, path }) =>
    new RegExp(String(rule), "u").test(String(value)) ? [] : [`${path}: doesn't match ${rule}`],
  format: ({ value, rule, path }) => (formats[String(rule)]?.test(String(value)) ? [] : [`${path}: no ${rule}`]),
  anyOf: ({ value, rule, root, path }) => anyOf(value, rule as JsonSchema[], root, path), // A schema's list of schemas.
  items: ({ value, rule, root, path }) =>
    Array.isArray(value) ? value.flatMap((item, i) => violations(item, rule as JsonSchema, root, `${path}[${i}]`)) : [],
  required: ({ value, rule, path }) =>
    (rule as string[]).filter((name) => !Object.hasOwn(Object(value), name)).map((name) => `${path}: no ${name}`),
  properties: ({ value, rule, schema, root, path }) =>
    entries(value).flatMap(([name, each]) => {
      const known = (rule as Record<string, JsonSchema>)[name];
      if (known !== undefined) return violations(each, known, root, `${path}.${name}`);
      return "additionalProperties" in schema ? [] : [`${path}.${name}: in no schema`];
    }),
  additionalProperties: ({ value, rule, root, path }) =>
    typeof rule === "boolean"
      ? []
      : entries(value).flatMap(([name, each]) => violations(each, rule as JsonSchema, root, `${path}.${name}`)),
};

const formats: Readonly<Record<string, RegExp>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
};

function anyOf(value: unknown, choices: readonly JsonSchema[], root: JsonSchema, path: string): string[] {
  const results = choices.map((choice) => violations(value, choice, root, path));
  return results.find((found) => found.length === 0) ?? results.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function definition(root: JsonSchema, ref: string): JsonSchema {
  const found = (root.$defs as Record<string, JsonSchema> | undefined)?.[ref.replace("#/$defs/", "")];
  if (found === undefined) throw new Error(`The schema has no ${ref}`);
  return found;
}

function entries(value: unknown): [string, unknown][] {
  return typeOf(value) === "object" ? Object.entries(Object(value)) : [];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}
