/**
 * Full-text search: titles count most, then descriptions, then comments. Whoever types the beginning of an issue's id gets that
 * issue first.
 */
import type { Oid } from "../core/commit.ts";
import type { Issue } from "../core/issue.ts";
import type { Query } from "../core/query.ts";
import type { Page, SearchHit } from "../core/view.ts";
import type { Binding, Connection } from "./connection.ts";
import { type Excerpt, excerptOf } from "./excerpt.ts";
import type { ListOptions } from "./index.ts";
import { decodeCursor, encodeCursor, orderOf } from "./list.ts";
import { type IssueRow, rowColumns, summarize } from "./summary.ts";
import { afterPrefix, compileWhere, type Meaning } from "./where.ts";
import { matchExpression, parseWords, type Word } from "./words.ts";

const weights = { title: 10, body: 3, comments: 1 } as const;

/** Shorter ones are words more often than ids. */
const idDigitsMin = 4;

export function search(
  connection: Connection,
  text: string,
  query: Query,
  options: ListOptions,
  meaning: Meaning,
): Page<SearchHit> {
  const words = parseWords(text);
  const expression = matchExpression(words);
  if (expression === undefined) return { items: [], total: 0, next: null };
  const [skipped] = options.after === undefined ? [0] : decodeCursor(options.after, 1);
  const limit = options.limit ?? Number.MAX_SAFE_INTEGER - 1;

  const id = text.trim().toLowerCase();
  const prefix = id.length >= idDigitsMin && /^[0-9a-f]+$/.test(id) ? id : null;
  const where = compileWhere(query.where, meaning);
  const order = query.sort.some(({ field }) => field !== "relevance") ? orderOf(query.sort, meaning) : [];
  const orderText = order.map(({ value, direction }) => `${value.text} ${direction}, `).join("");
  const hits = `SELECT seq, min(score) AS score FROM (
      SELECT rowid AS seq, bm25(text, ${weights.title}, ${weights.body}, ${weights.comments}) AS score
        FROM text WHERE text MATCH ?
      UNION ALL SELECT seq, -1e9 FROM issue WHERE id >= ? AND id < ?) GROUP BY seq`;
  const hitBindings = [expression, prefix, prefix === null ? null : afterPrefix(prefix)];

  const rows = connection.all<IssueRow & { readonly seq: number; readonly total: number }>(
    `SELECT ${rowColumns}, i.seq, count(*) OVER () AS total FROM (${hits}) hit JOIN issue i ON i.seq = hit.seq WHERE ${where.text}
     ORDER BY ${orderText} score, i.updated_at DESC, i.id LIMIT ? OFFSET ?`,
    [...hitBindings, ...where.bindings, ...order.flatMap(({ value }) => value.bindings), limit, Number(skipped)],
  );
}
