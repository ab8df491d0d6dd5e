/**
 * Tables of issues whose columns say what they like → histories. A column is known by its name, or by the map from fields to columns
 * that the person gave. Columns that nothing is known of are left out.
 */
import type { Moment } from "../core/commit.ts";
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { encodeDuration, parseDuration } from "../core/when.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { type DateOrder, dayOf, orderOf, readAnyMoment, timeHint } from "./dates.ts";
import { fitBody, fitTitle } from "./fit.ts";
import { labelSet, personOf, toImportedIssues } from "./history.ts";
import { plainHistory } from "./plain.ts";
import type { ImportContext } from "./source.ts";
import { refusedAt, type SourceFile } from "./values.ts";
import { fitNamedStatus, fitPriority, fitType, resolutionOf } from "./vocabulary.ts";

const system = "csv";

/** The fields that a column can hold, and other names for them, spelled without blanks and in small letters. */
const fieldNames = {
  title: ["summary", "name", "subject", "task"],
  body: ["description", "text", "notes", "content", "details"],
  status: ["state", "column", "list", "stage"],
  resolution: ["reason", "statereason"],
  labels: ["label", "tags", "tag", "components", "keywords"],
  assignee: ["assignees", "assignedto", "owner", "responsible"],
  author: ["reporter", "creator", "createdby", "reportedby"],
  created: ["createdat", "creationdate", "dateopened", "opened", "openedat", "createddate", "createtime"],
  updated: ["updatedat", "modified", "modifiedat", "lastupdated", "changed", "lastmodified"],
  started: ["startedat", "begun"],
  closed: ["closedat", "completed", "completedat", "resolved", "resolvedat", "finished", "dateclosed"],
  due: ["duedate", "deadline", "dueat", "dueon"],
  priority: ["urgency", "importance", "severity"],
  type: ["issuetype", "kind", "category", "tracker"],
  estimate: ["originalestimate", "timeestimate", "effort"],
  milestone: ["version", "fixversion", "release", "targetversion"],
  sprint: ["iteration", "cycle"],
  parent: ["parentid", "parentissue", "epic", "parentkey"],
  "blocked-by": ["blockedby", "dependson", "depends", "dependencies"],
  id: ["key", "number", "issueid", "issuekey", "#", "externalid", "no", "nr", "uuid", "iid"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Field = keyof typeof fieldNames;
export const csvFields = Object.keys(fieldNames) as readonly Field[]; // Object.keys widens the keys of a literal to string.

/** Reads whole tables, one after the other. Throws `invalid` with file, line and column, for an unknown field and for a missing column. */
export async function* importCsv(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  for await (const file of files) {
    const table = await readCsv(file);
    const columns = findColumns(table.columns, file.name, context);
    const rows = [...table.rows];
    const source = { base: baseName(file.name), columns, order: orderOf(datesIn(rows, columns)) };
    const named = nameRows(rows, source);
    yield* toImportedIssues(
      named.rows.map(({ row, name }) =>
        plainHistory(readRow(row, name, { ...source, titles: named.titles }, context), context),
      ),
      context,
    );
  }
}

/** True if columns of these names hold titles and something else that is known. */
export function holdsIssues(names: readonly string[]): boolean {
  const fields = new Set(names.map(fieldOf));
  return (
    fields.has("title") && (fields.has("status") || fields.has("priority") || fields.has("due") || fields.has("labels"))
  );
}

/** What a table's file is called, without folders and ending: its issues are named by it and their ids. */
export function baseName(fileName: string): string {
  const base = fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
  const name = visible(base.replace(/\.[a-z]{1,5}$/i, ""))
    .slice(0, 200)
    .trim();
  return name === "-" || name === "" ? "table" : name;
}

/** The text of a cell. Programs that write tables put an apostrophe before what a spreadsheet would run as a formula. */
export function cellText(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

interface Source {
  readonly base: string;
  /** Field → the places of its columns. */
  readonly columns: ReadonlyMap<Field, readonly number[]>;
  readonly order: DateOrder | undefined;
}

function findColumns(names: readonly string[], file: string, context: ImportContext): Source["columns"] {
  const columns = new Map<Field, number[]>();
  const given = new Map<number, Field>();
  for (const [field, column] of context.columns ?? []) {
    const index = names.findIndex((name) => name.toLowerCase() === column.trim().toLowerCase());
    if (index === -1) throw unknownColumn(file, column, names);
    given.set(index, checkField(field));
  }
  const taken = new Set(given.values());
  for (const [index, name] of names.entries()) {
    const known = fieldOf(name);
    const field = given.get(index) ?? (known !== undefined && !taken.has(known) ? known : undefined);
    if (field === undefined) context.skipped?.(`column ${visible(name.slice(0, 60)) || `number ${index + 1}`}`);
    else columns.set(field, [...(columns.get(field) ?? []), index]);
  }
  if (!columns.has("title")) {
    const hint = `Name the column: --map title=COLUMN. There are: ${shownNames(names)}.`;
    throw refusedAt(`${file}:1`, "no column holds the titles", hint);
  }
  return columns;
}

function fieldOf(column: string): Field | undefined {
  const plain = column
    .toLowerCase()
    .replace(/\(utc\)/g, "")
    .replace(/[\s_-]+/g, "");
  return csvFields.find(
    (field) => field.replace("-", "") === plain || (fieldNames[field] as readonly string[]).includes(plain), // A list of literals.
  );
}

function checkField(name: string): Field {
  const field = csvFields.find((one) => one === name.trim().toLowerCase());
  if (field !== undefined) return field;
  const near = nearest(name, csvFields);
  const hint = near === undefined ? `Fields are: ${csvFields.join(", ")}.` : `Did you mean \`${near}\`?`;
  throw new TrackerError("invalid", `There is no field \`${visible(name.slice(0, 60))}\` to map a column to`, hint);
}

function unknownColumn(file: string, column: string, names: readonly string[]): TrackerError {
  const near = nearest(column, names);
  const hint = near === undefined ? `There are: ${shownNames(names)}.` : `Did you mean “${visible(near)}”?`;
  return refusedAt(`${file}:1`, `there is no column “${column.slice(0, 60)}”`, hint);
}

function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => visible(name.slice(0, 60)));
  return names.length > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}

const dateFields = ["created", "updated", "started", "closed", "due"] as const;

function* datesIn(rows: readonly CsvRow[], columns: Source["columns"]): Generator<string> {
  for (const { cells } of rows) {
    for (const field of dateFields) for (const index of columns.get(field) ?? []) yield cells[index] ?? "";
  }
}

/** A row without an id is named by its title: it is the same issue as long as that stays. */
function nameRows(rows: readonly CsvRow[], source: Source) {
  const titles = new Map<string, string>();
  const counts = new Map<string, number>();
  const named = rows.map((row) => {
    const title = valuesOf(row, "title", source)[0] ?? "";
    const id = valuesOf(row, "id", source)[0] ?? digest(title, counts);
    const name = `${source.base}#${fitTitle(id.slice(0, 400))}`;
    if (title !== "" && !titles.has(title)) titles.set(title, name);
    return { row, name };
  });
  return { rows: named, titles };
}

function digest(title: string, counts: Map<string, number>): string {
  const count = (counts.get(title) ?? 0) + 1;
  counts.set(title, count);
  return new Bun.CryptoHasher("sha1").update(`${count} ${title}`).digest("hex").slice(0, 12);
}

function valuesOf({ cells }: CsvRow, field: Field, { columns }: Source): string[] {
  return (columns.get(field) ?? []).map((index) => cellText(cells[index] ?? "").trim()).filter((value) => value !== "");
}

interface NamedSource extends Source {
  /** Title → the name of the first issue with that title. */
  readonly titles: ReadonlyMap<string, string>;
}

function readRow(row: CsvRow, name: string, source: NamedSource, context: ImportContext) {
  const { place } = row;
  const has = (field: Field) => source.columns.has(field);
  const value = (field: Field) => valuesOf(row, field, source)[0];
  const list = (field: Field) => valuesOf(row, field, source).flatMap((text) => text.split(/[,;]/));
  const date = (field: Field) => readDate(value(field), { place, field, order: source.order });
  const people = list("assignee").flatMap((text) => personFrom(text) ?? []);
  const due = date("due");
  const estimate = value("estimate");
  const fitted = fitNamedStatus(context, value("status") ?? (date("closed") === undefined ? "todo" : "done"));
  const reason = fitted.resolution === null && !has("resolution") ? null : resolutionOf(value("resolution") ?? "");
  const nameOf = (id: string) => source.titles.get(id.trim()) ?? `${source.base}#${id.trim()}`;
  const parent = value("parent");
  return {
    system,
    name,
    place,
    title: fitTitle(value("title") ?? ""),
    body: has("body") ? fitBody(value("body"), place, "body") : undefined,
    status: { ...fitted, resolution: reason ?? fitted.resolution },
    labels: has("labels") ? labelSet(list("labels")) : undefined,
    assignees: has("assignee") ? new Set(people.map(({ email }) => email)) : undefined,
    type: has("type") ? fitType(context, value("type") ?? "") : undefined,
    priority: has("priority") ? fitPriority(context, value("priority") ?? "") : undefined,
    due: has("due") ? (due === undefined ? null : dayOf(due)) : undefined,
    estimate: has("estimate") ? readEstimate(estimate, place, context) : undefined,
    milestone: has("milestone") ? ([...labelSet([value("milestone") ?? ""])][0] ?? null) : undefined,
    sprint: has("sprint") ? ([...labelSet([value("sprint") ?? ""])][0] ?? null) : undefined,
    author: personFrom(value("author") ?? ""),
    created: date("created"),
    started: date("started"),
    closed: date("closed"),
    updated: date("updated"),
    parent: parent === undefined ? undefined : nameOf(parent),
    tells: (["parent", "blocked-by"] as const).filter(has),
    blockedBy: list("blocked-by")
      .filter((id) => id.trim() !== "")
      .map(nameOf),
  };
}

/** `Ada`, `ada@example.com` or `Ada <ada@example.com>`. */
function personFrom(text: string) {
  const [, name = text, email] = /^([^<>]*)<([^<>]*)>\s*$/.exec(text) ?? [];
  return personOf(system, { name, email });
}

function readDate(
  text: string | undefined,
  { place, field, order }: { readonly place: string; readonly field: Field; readonly order: DateOrder | undefined },
): Moment | undefined {
  if (text === undefined) return undefined;
  const moment = readAnyMoment(text, order);
  if (moment !== undefined) return moment;
  throw refusedAt(place, `${field}: “${text.slice(0, 60)}” is no time that can be read`, timeHint(text));
}

function readEstimate(text: string | undefined, place: string, { settings, skipped }: ImportContext): string | null {
  if (text === undefined) return null;
  if (/^[\d.]+$/.test(text)) {
    if (Number(text) !== 0) skipped?.("estimate without a unit");
    return null;
  }
  try {
    return encodeDuration(parseDuration(text, settings.hoursPerDay));
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    throw refusedAt(place, `estimate: ${error.message}`, error.hint);
  }
}
