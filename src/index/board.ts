/**
 * What boards are made of. They place every issue of a query and show little of each, so the little is read alone; who wants more of
 * some asks for their summaries.
 */
import type { Oid } from "../core/commit.ts";
import type { Query } from "../core/query.ts";
import type { BoardCard, IssueSummary } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import { orderBy, orderOf } from "./list.ts";
import { type IssueRow, rowColumns, summarize } from "./summary.ts";
import { compileWhere, type Meaning } from "./where.ts";

export interface PlacedCard extends BoardCard {
  readonly id: Oid;
  readonly status: string;
  /** What the issue has in the field that lanes are made by: labels and assignees as lines. */
  readonly lane: string | null;
}

/** The cards of all issues that the query means, in its order. */
export function cards(connection: Connection, query: Query, by: string | null, meaning: Meaning): PlacedCard[] {
  const where = compileWhere(query.where, meaning);
  const order = orderOf(query.sort, meaning);
  return connection.all<PlacedCard>(
    `SELECT i.id, substr(i.id, 1, i.short) AS shortId, i.title, i.status, ${laneColumn(by)} AS lane FROM issue i
     WHERE ${where.text} ORDER BY ${orderBy(order)}`,
    [...where.bindings, ...order.flatMap(({ value }) => value.bindings)],
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
