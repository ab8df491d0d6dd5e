/** Tables whose columns have the names that a program gives them, some of them several times: rows are asked for values by name. */
import type { Moment } from "../core/commit.ts";
import { readCsv } from "./csv.ts";
import { cellText } from "./csv-issues.ts";
import { type DateOrder, dayOf, orderOf, readAnyMoment, timeHint } from "./dates.ts";
import { refusedAt, type SourceFile } from "./values.ts";

export interface NamedRow {
  /** `file:line`. */
  readonly place: string;
  /** The first value of the columns of that name; undefined where there is none. */
  value(column: string): string | undefined;
  /** All values of the columns of that name. */
  values(column: string): string[];
  /** Throws `invalid` for what is no time. */
  moment(column: string): Moment | undefined;
  /** As in `2026-12-01`. Throws `invalid` for what is no time. */
  day(column: string): string | undefined;
}

export interface NamedTable {
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly NamedRow[];
}

/** Reads a table that must have certain columns. Throws `invalid` with file and line. Case and blanks of names don't matter. */
export async function readNamedColumns(
  file: SourceFile,
  required: readonly string[],
  hint: string,
): Promise<NamedTable> {
  const table = await readCsv(file);
  const places = new Map<string, number[]>();
  for (const [index, name] of table.columns.entries()) {
    places.set(plain(name), [...(places.get(plain(name)) ?? []), index]);
  }
  const missing = required.find((name) => !places.has(plain(name)));
  if (missing !== undefined) throw refusedAt(`${file.name}:1`, `there is no column “${missing}”`, hint);
  const rows = [...table.rows];
  const order = orderOf(datesIn(rows, places));
  return {
    columns: new Set(table.columns),
    rows: rows.map(({ cells, place }) => namedRow(cells, place, places, order)),
  };
}

function namedRow(
  cells: readonly string[],
  place: string,
  places: ReadonlyMap<string, readonly number[]>,
  order: DateOrder | undefined,
): NamedRow {
  const values = (column: string) =>
    (places.get(plain(column)) ?? []).map((index) => cellText(cells[index] ?? "").trim()).filter((text) => text !== "");
  const value = (column: string) => values(column)[0];
  const moment = (column: string) => {
    const text = value(column);
    if (text === undefined) return undefined;
    const read = readAnyMoment(text, order);
    if (read !== undefined) return read;
    const problem = `${column}: “${text.slice(0, 60)}” is no time that can be read`;
    throw refusedAt(place, problem, timeHint(text));
  };
  const day = (column: string) => {
    const read = moment(column);
    return read === undefined ? undefined : dayOf(read);
  };
  return { place, value, values, moment, day };
}

const dateColumns = ["created", "updated", "resolved", "due date", "created at (utc)", "due", "completed"];

function* datesIn(
  rows: readonly { readonly cells: readonly string[] }[],
  places: ReadonlyMap<string, readonly number[]>,
) {
  for (const { cells } of rows) {
    for (const name of dateColumns) for (const index of places.get(name) ?? []) yield cells[index] ?? "";
  }
}

function plain(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, " ");
}
