/** Pages of issues. */
import type { Query } from "../core/query.ts";
import type { IssueSummary, Page } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import type { ListOptions } from "./index.ts";
import { afterCursor, type CursorValues, decodeCursor, encodeCursor, lateLast, orderBy, orderOf } from "./order.ts";
import { type IssueRow, rowColumns, summarize } from "./summary.ts";
import { compileWhere, type Meaning, type Sql, sql } from "./where.ts";

export function list(connection: Connection, query: Query, options: ListOptions, meaning: Meaning): Page<IssueSummary> {
  const where = compileWhere(query.where, meaning);
  const order = [...lateLast(connection, query.sort, meaning), ...orderOf(query.sort, meaning)];
  const after = options.after === undefined ? sql("1") : afterCursor(order, decodeCursor(options.after, order.length));
  const limit = options.limit ?? Number.MAX_SAFE_INTEGER - 1;
  // Where a page ends; without a limit there is only one.
  const ends =
    options.limit === undefined ? [] : order.map(({ value }, at) => sql(`${value.text} AS k${at}`, ...value.bindings));

  const rows = connection.all<IssueRow & CursorValues>(
    `SELECT ${[rowColumns, ...ends.map(({ text }) => text)].join(", ")} FROM issue i
     WHERE ${where.text} AND ${after.text} ORDER BY ${orderBy(order)} LIMIT ?`,
    [
      ...ends.flatMap(({ bindings }) => bindings),
      ...where.bindings,
      ...after.bindings,
      ...order.flatMap(({ value }) => value.bindings),
      limit + 1,
    ],
  );
  const more = rows.length > limit;
  if (more) rows.pop();
  const last = rows.at(-1);
  return {
    items: summarize(connection, rows, meaning),
    total: !more && options.after === undefined ? rows.length : countWhere(connection, where),
    next: more && last !== undefined ? encodeCursor(order.map((_, index) => last[`k${index}`] ?? null)) : null,
  };
}

export function count(connection: Connection, query: Query, meaning: Meaning): number {
  return countWhere(connection, compileWhere(query.where, meaning));
}

function countWhere(connection: Connection, where: Sql): number {
  const [row] = connection.all<{ n: number }>(`SELECT count(*) AS n FROM issue i WHERE ${where.text}`, where.bindings);
  return row?.n ?? 0;
}
