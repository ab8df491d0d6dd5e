/**
 * The tables of docs/format.md that follow from the code: what events there are, with which fields. Run alone it writes them into the
 * document; a test compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type * as v from "valibot";
import { issueSchemas } from "../src/core/event.ts";
import { count, date, duration, line, oid, said, text, title, word } from "../src/core/field.ts";
import { projectSchemas } from "../src/core/project-event.ts";

const path = join(resolve(import.meta.dir, ".."), "docs", "format.md");

type Schemas = Readonly<Record<string, { readonly entries: Readonly<Record<string, v.GenericSchema>> }>>;

const names: ReadonlyMap<v.GenericSchema, string> = new Map<v.GenericSchema, string>([
  [oid, "oid"],
  [line, "line"],
  [word, "word"],
  [title, "title"],
  [date, "date"],
  [duration, "duration"],
  [count, "count"],
]);

/** The document with its tables as the code has them now. */
export function withTables(document: string): string {
  return withTable(withTable(document, "issue events", issueSchemas), "project events", projectSchemas);
}

function withTable(document: string, name: string, schemas: Schemas): string {
  const [begin, end] = [`<!-- ${name}: bun scripts/format-tables.ts -->\n`, "<!-- end -->"];
  const start = document.indexOf(begin);
  const stop = document.indexOf(end, start);
  if (start === -1 || stop === -1) throw new Error(`docs/format.md has no place for the table of ${name}`);
  return document.slice(0, start) + begin + tableOf(schemas) + document.slice(stop);
}

function tableOf(schemas: Schemas): string {
  const rows = Object.entries(schemas).map(([type, { entries }]) => {
    const { type: _, body, ...fields } = entries;
    const told = Object.entries(fields).map(([name, schema]) => fieldOf(name, schema));
    if (body !== undefined) told.push(body === said ? "the commit's text" : "the commit's text, which may be empty");
    return `| \`${type}\` | ${told.join(", ")} |\n`;
  });
  return `| Event | fields |\n| --- | --- |\n${rows.join("")}`;
}

function fieldOf(name: string, schema: v.GenericSchema): string {
  const isOptional = "wrapped" in schema;
  const inner = isOptional ? (schema.wrapped as v.GenericSchema) : schema; // optional() wraps the field's schema.
  const isList = inner.type === "array" && "item" in inner;
  const single = isList ? (inner.item as v.GenericSchema) : inner; // array() has that of its elements.
  return `\`${keyOf(name)}\`${isList ? "\\*" : isOptional ? "?" : ""} ${valuesOf(name, single)}`;
}

function keyOf(name: string): string {
  return name.replace(/[A-Z]/g, "-$&").replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** A name that the document explains, the choices that there are, or what the schema says of itself. */
function valuesOf(name: string, schema: v.GenericSchema): string {
  const known = names.get(schema);
  if (known !== undefined) return known;
  if ("options" in schema && Array.isArray(schema.options))
    return schema.options.map((each) => `\`${each}\``).join(" or ");
  const checks = "pipe" in schema && Array.isArray(schema.pipe) ? schema.pipe : [];
  const { message } = checks.at(-1) ?? {};
  if (typeof message !== "string" || schema === text) throw new Error(`What ${name} holds has no name`);
  return message;
}

if (import.meta.main) writeFileSync(path, withTables(readFileSync(path, "utf8")));
