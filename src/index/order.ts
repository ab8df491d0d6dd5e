/** The order that rows come in, and cursors, which say after which values of that order the next page starts. */
import { TrackerError } from "../core/errors.ts";
import type { Query, SortField } from "../core/query.ts";
import { parseDay } from "../core/when.ts";
import type { Binding, Connection } from "./connection.ts";
import { isCategory, joined, type Meaning, type Sql, sql } from "./where.ts";

/** One of the values that rows are ordered by: never null, and in parentheses where an operator beside it could bind tighter. */
export interface OrderKey {
  readonly value: Sql;
  readonly direction: "ASC" | "DESC";
}

/**
 * What to order by. Issues that have no such value come last either way, and the id decides in the end. `relevance` undefined:
 * nothing was searched for.
 */
export function orderOf(sort: Query["sort"], meaning: Meaning, relevance?: Sql): OrderKey[] {
  const known = sort.filter(({ field }) => field !== "relevance" || relevance !== undefined);
  const keys = (known.length === 0 ? byDefault : known).flatMap(({ field, direction }): OrderKey[] => {
    const { absent, value } = sortValue(field, meaning, relevance);
    const key: OrderKey = { value, direction: direction === "asc" ? "ASC" : "DESC" };
    return absent === undefined ? [key] : [{ value: absent, direction: "ASC" }, key];
  });
  return [...keys, { value: sql("i.id"), direction: "ASC" }];
}

/** Where a list begins with what changed last, changes that a wrong clock has put days ahead must not stay on top until then. */
export function lateLast(connection: Connection, sort: Query["sort"], meaning: Meaning): OrderKey[] {
  if (!mindsLate(sort)) return [];
  const bound = parseDay("+2d", meaning.today);
  const [late] = connection.all("SELECT 1 FROM issue WHERE archived = 0 AND deleted = 0 AND updated_at > ? LIMIT 1", [
    bound,
  ]);
  return late === undefined ? [] : [{ value: sql("(i.updated_at > ?)", bound), direction: "ASC" }];
}

/** True of a list that begins with what changed last. */
export function mindsLate(sort: Query["sort"]): boolean {
  const [first] = sort.length === 0 ? byDefault : sort;
  return first?.field === "updated" && first.direction === "desc";
}

export function orderBy(order: readonly OrderKey[]): string {
  return order.map(({ value, direction }) => `${value.text} ${direction}`).join(", ");
}

/** Where a page ends, as text that means nothing to anybody else. */
export function encodeCursor(values: readonly Binding[]): string {
  return new TextEncoder().encode(JSON.stringify(values)).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Reads the values of a cursor, `count` of them if told; `invalid` if it isn't one of ours. */
export function decodeCursor(cursor: string, count?: number): Binding[] {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const values: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(values) && values.every(isBinding) && (count ?? values.length) === values.length) return values;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw notACursor();
}

export function notACursor(): TrackerError {
  return new TrackerError("invalid", "This is not where a page of this list ends", "Start again from the first page.");
}

export interface CursorValues {
  readonly [key: `k${number}`]: Binding;
}

const byDefault: Query["sort"] = [{ field: "updated", direction: "desc" }];

function sortValue(
  field: SortField,
  meaning: Meaning,
  relevance: Sql | undefined,
): { readonly absent?: Sql; readonly value: Sql } {
  const { priorities, workflow } = meaning.settings;
  const nullable = (column: string, none: string) => ({
    absent: sql(`(${column} IS NULL)`),
    value: sql(`ifnull(${column}, ${none})`),
  });
  switch (field) {
    case "created":
      return { value: sql("i.created_at") };
    case "updated":
      return { value: sql("i.updated_at") };
    case "relevance":
      return { value: relevance ?? sql("0") };
    case "closed": {
      const done = isCategory("done", "i.status", meaning);
      return {
        absent: sql(`(NOT ${done.text})`, ...done.bindings),
        value: sql(`iif(${done.text}, i.status_at, '')`, ...done.bindings),
      };
    }
    case "due":
      return nullable("i.due", "''");
    case "estimate":
      return nullable("i.estimate", "0");
    case "rank":
      return nullable("i.rank", "''");
    case "priority":
      return { value: placeIn("i.priority", priorities, -1) };
    case "status": {
      const names = workflow.statuses.map(({ name }) => name);
      return { value: placeIn("i.status", names, names.length) };
    }
    case "title":
      return { value: sql("lower(i.title)") };
    case "comments":
      return { value: sql("i.comments") };
  }
}

function placeIn(column: string, names: readonly string[], otherwise: number): Sql {
  if (names.length === 0) return sql(String(otherwise));
  const cases = names.map((_, index) => `WHEN ? THEN ${index}`).join(" ");
  return sql(`CASE ${column} ${cases} ELSE ${otherwise} END`, ...names);
}

/**
 * True of what comes after those values: greater in the first key, or equal there and greater in the second, and so on. `inclusive`:
 * also of what has exactly those.
 */
export function afterCursor(order: readonly OrderKey[], values: readonly Binding[], inclusive = false): Sql {
  const [key, ...others] = order;
  const [value = null, ...otherValues] = values;
  if (key === undefined) return sql("0");
  const { text, bindings } = key.value;
  const beyond = sql(`${text} ${key.direction === "ASC" ? ">" : "<"} ?`, ...bindings, value);
  const same = sql(`${text} = ?`, ...bindings, value);
  if (others.length === 0) return inclusive ? joined([beyond, same], "OR", "0") : beyond;
  return joined([beyond, joined([same, afterCursor(others, otherValues, inclusive)], "AND", "1")], "OR", "0");
}

function isBinding(value: unknown): value is Binding {
  return typeof value === "string" || typeof value === "number";
}
