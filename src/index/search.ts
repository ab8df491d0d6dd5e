/**
 * Full-text search: titles count most, then descriptions, then comments. Whoever types the beginning of an issue's id gets that
 * issue first.
 */
import type { Issue } from "../core/issue.ts";
import type { Query } from "../core/query.ts";
import type { Page, SearchHit } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import { excerptOf } from "./excerpt.ts";
import type { ListOptions } from "./index.ts";
import { decodeCursor, encodeCursor, orderBy, orderOf } from "./list.ts";
import { type IssueRow, rowColumns, summarize } from "./summary.ts";
import { afterPrefix, compileWhere, type Meaning, sql } from "./where.ts";
import { matchExpression, parseWords, type Word } from "./words.ts";

const weights = { title: 10, body: 3, comments: 1 } as const;

/** Shorter ones are words more often than ids. */
const idDigitsMin = 4;

const byDefault: Query["sort"] = [
  { field: "relevance", direction: "desc" },
  { field: "updated", direction: "desc" },
];

export function search(
  connection: Connection,
  text: string,
  query: Query,
  options: ListOptions,
  meaning: Meaning,
): Page<SearchHit> {
  const words = parseWords(text);
  const found = find(connection, text, words, query, meaning);
  const from = options.after === undefined ? 0 : Math.max(0, Number(decodeCursor(options.after, 1)[0]) || 0);
  const to = options.limit === undefined ? found.length : from + options.limit;
  return {
    items: read(connection, found.slice(from, to), words, meaning),
    total: found.length,
    next: to < found.length ? encodeCursor([to]) : null,
  };
}

/** The `seq` of every issue that is found, in order. */
function find(
  connection: Connection,
  text: string,
  words: readonly Word[],
  query: Query,
  meaning: Meaning,
): readonly number[] {
  const expression = matchExpression(words);
  if (expression === undefined) return [];
  const typed = text.trim().toLowerCase();
  const prefix = typed.length >= idDigitsMin && /^[0-9a-f]+$/.test(typed) ? typed : null;
  const where = compileWhere(query.where, meaning);
  // Scores are negative, the best being the lowest; -1e9 is better than any.
  const order = orderOf(query.sort.length === 0 ? byDefault : query.sort, meaning, sql("-hit.score"));
  const rows = connection.all<{ readonly seq: number }>(
    `SELECT i.seq FROM (
       SELECT seq, min(score) AS score FROM (
         SELECT rowid AS seq, bm25(text, ${weights.title}, ${weights.body}, ${weights.comments}) AS score
           FROM text WHERE text MATCH ?
         UNION ALL SELECT seq, -1e9 FROM issue WHERE id >= ? AND id < ?)
       GROUP BY seq) hit
     CROSS JOIN issue i ON i.seq = hit.seq WHERE ${where.text}
     ORDER BY ${orderBy(order)}`,
    [
      expression,
      prefix,
      prefix === null ? null : afterPrefix(prefix),
      ...where.bindings,
      ...order.flatMap(({ value }) => value.bindings),
    ],
  );
  return rows.map(({ seq }) => seq);
}

function read(connection: Connection, seqs: readonly number[], words: readonly Word[], meaning: Meaning): SearchHit[] {
  const rows = connection
    .prepared<IssueRow & { readonly json: string }>(
      `SELECT ${rowColumns}, s.json FROM json_each(?) wanted CROSS JOIN issue i ON i.seq = wanted.value
       CROSS JOIN state s ON s.seq = i.seq ORDER BY wanted.key`,
    )
    .all(JSON.stringify(seqs));
  const issues = summarize(connection, rows, meaning);
  return issues.map((issue, index) => {
    const state: Issue = JSON.parse(rows[index]?.json ?? "");
    return { issue, ...excerptOf(state, words) };
  });
}
