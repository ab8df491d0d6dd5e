/**
 * Issues with the values that they are ordered by, so that whoever has them from several indexes can merge them in the order that
 * each index alone would give.
 */
import type { Oid } from "../core/commit.ts";
import type { Query } from "../core/query.ts";
import type { Binding, Connection } from "./connection.ts";
import {
  afterCursor,
  type CursorValues,
  lateLast,
  mindsLate,
  notACursor,
  type OrderKey,
  orderBy,
  orderOf,
} from "./order.ts";
import { compileWhere, type Meaning, sql } from "./where.ts";

/** What something is ordered by: as many values for everything in one order. */
export type Keys = readonly Binding[];

export interface Ranked {
  readonly id: Oid;
  readonly keys: Keys;
}

/** Which way each of the keys goes. */
export type Ways = readonly OrderKey["direction"][];

export interface Ranking<T extends Ranked = Ranked> {
  readonly rows: readonly T[];
  readonly ways: Ways;
}

export interface RankOptions {
  readonly limit?: number | undefined;
  /** Only what comes after those keys, or, where they count too, is just there. */
  readonly after?: { readonly keys: Keys; readonly inclusive: boolean } | undefined;
}

/** The issues that a query means, in its order. */
export function rank(connection: Connection, query: Query, options: RankOptions, meaning: Meaning): Ranking {
  const where = compileWhere(query.where, meaning);
  const late = lateLast(connection, query.sort, meaning);
  const order = [...late, ...orderOf(query.sort, meaning)];
  // An index without issues that are ahead of their time has no key for them, and then none is.
  const isImplied = mindsLate(query.sort) && late.length === 0;
  const ways = [...(isImplied ? ["ASC" as const] : []), ...order.map(({ direction }) => direction)];
  const { keys: given = [], inclusive = false } = options.after ?? {};
  if (options.after !== undefined && given.length !== ways.length) throw notACursor();
  if (isImplied && given[0] === 1) return { rows: [], ways };
  const start = isImplied ? given.slice(1) : given;
  const after = options.after === undefined ? sql("1") : afterCursor(order, start, inclusive);
  const keys = keyColumns(order);
  const rows = connection.all<{ readonly id: Oid } & CursorValues>(
    `SELECT i.id, ${keys.text} FROM issue i WHERE ${where.text} AND ${after.text} ORDER BY ${orderBy(order)} LIMIT ?`,
    [
      ...keys.bindings,
      ...where.bindings,
      ...after.bindings,
      ...order.flatMap(({ value }) => value.bindings),
      options.limit ?? Number.MAX_SAFE_INTEGER,
    ],
  );
  return {
    rows: rows.map((row) => ({ id: row.id, keys: [...(isImplied ? [0] : []), ...keysOf(row, order.length)] })),
    ways,
  };
}

/** The values of an order as the columns `k0`, `k1` and so on. */
export function keyColumns(order: readonly OrderKey[]) {
  return sql(
    order.map(({ value }, at) => `${value.text} AS k${at}`).join(", "),
    ...order.flatMap(({ value }) => value.bindings),
  );
}

export function keysOf(row: CursorValues, count: number): Binding[] {
  return Array.from({ length: count }, (_, at) => row[`k${at}`] ?? null);
}

/** Compares as SQLite's ORDER BY does: numbers before texts, texts by their bytes. */
export function compareKeys(a: Keys, b: Keys, ways: Ways): number {
  for (const [at, way] of ways.entries()) {
    const order = compareValues(a[at] ?? null, b[at] ?? null);
    if (order !== 0) return way === "ASC" ? order : -order;
  }
  return 0;
}

function compareValues(a: Binding, b: Binding): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") {
    // UTF-16 and UTF-8 differ in their order only where there are surrogates.
    if (beyondBasic.test(a) || beyondBasic.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
    return a < b ? -1 : 1;
  }
  if (typeof a === "number" && typeof b === "number") return a - b;
  return rankOfType(a) - rankOfType(b);
}

const beyondBasic = /[\ud800-\udfff]/;

function rankOfType(value: Binding): number {
  return value === null ? 0 : typeof value === "number" ? 1 : 2;
}
