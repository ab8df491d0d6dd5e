/**
 * What boards are made of. They place every issue of a query and show little of each, so the little is read alone; who wants more of
 * some asks for their summaries.
 */
import type { Oid } from "../core/commit.ts";
import type { Query } from "../core/query.ts";
import type { BoardCard, IssueSummary } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import { type CursorValues, type OrderKey, orderBy, orderOf } from "./order.ts";
import { keyColumns, keysOf, type Ranked, type Ranking } from "./rank.ts";
import { type IssueRow, rowColumns, summarize } from "./summary.ts";
import { compileWhere, type Meaning, type Sql } from "./where.ts";

export interface PlacedCard extends BoardCard {
  readonly id: Oid;
  readonly status: string;
  /** What the issue has in the field that lanes are made by: labels and assignees as lines. */
  readonly lane: string | null;
}

/** The cards of all issues that the query means, in its order. */
export function cards(connection: Connection, query: Query, by: string | null, meaning: Meaning): PlacedCard[] {
  return readCards<PlacedCard>(connection, { query, by, order: orderOf(query.sort, meaning) }, meaning);
}

/** The same, each with what it is ordered by. */
export function rankCards(
  connection: Connection,
  query: Query,
  by: string | null,
  meaning: Meaning,
): Ranking<PlacedCard & Ranked> {
  const order = orderOf(query.sort, meaning);
  const keys = keyColumns(order);
  const rows = readCards<PlacedCard & CursorValues>(connection, { query, by, order, keys }, meaning);
  return {
    rows: rows.map(({ id, shortId, title, status, lane, ...row }) => {
      return { id, shortId, title, status, lane, repository: meaning.elsewhere?.here, keys: keysOf(row, order.length) };
    }),
    ways: order.map(({ direction }) => direction),
  };
}

interface Wanted {
  readonly query: Query;
  readonly by: string | null;
  readonly order: readonly OrderKey[];
  readonly keys?: Sql;
}

function readCards<Row>(connection: Connection, { query, by, order, keys }: Wanted, meaning: Meaning): Row[] {
  const where = compileWhere(query.where, meaning);
  const more = keys === undefined ? "" : `, ${keys.text}`;
  return connection.all<Row>(
    `SELECT i.id, substr(i.id, 1, i.short) AS shortId, i.title, i.status, ${laneColumn(by)} AS lane${more} FROM issue i
     WHERE ${where.text} ORDER BY ${orderBy(order)}`,
    [...(keys?.bindings ?? []), ...where.bindings, ...order.flatMap(({ value }) => value.bindings)],
  );
}

/** The summaries of these issues, in the order of the ids. */
export function summaries(connection: Connection, ids: readonly Oid[], meaning: Meaning): IssueSummary[] {
  const rows = connection
    .prepared<IssueRow>(
      `SELECT ${rowColumns} FROM json_each(?) wanted CROSS JOIN issue i ON i.id = wanted.value ORDER BY wanted.key`,
    )
    .all(JSON.stringify(ids));
  return summarize(connection, rows, meaning);
}

function laneColumn(by: string | null): string {
  switch (by) {
    case null:
      return "NULL";
    case "assignee":
      return "i.assignees";
    case "priority":
    case "type":
    case "parent":
      return `i.${by}`;
    default:
      return "i.labels";
  }
}
