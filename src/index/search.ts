/**
 * Full-text search: titles count most, then descriptions, then comments. Whoever types the beginning of an issue's id gets that
 * issue first.
 */
import type { Oid } from "../core/commit.ts";
import type { Issue } from "../core/issue.ts";
import type { Query } from "../core/query.ts";
import type { Page, SearchHit } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import { excerptOf } from "./excerpt.ts";
import type { ListOptions } from "./index.ts";
import { type CursorValues, decodeCursor, encodeCursor, type OrderKey, orderBy, orderOf } from "./order.ts";
import { keyColumns, keysOf, type Ranking } from "./rank.ts";
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
  const found = find<{ readonly seq: number }>(connection, { text, words, query }, "seq", meaning).rows;
  const from = options.after === undefined ? 0 : Math.max(0, Number(decodeCursor(options.after, 1)[0]) || 0);
  const to = options.limit === undefined ? found.length : from + options.limit;
  return {
    items: read(
      connection,
      found.slice(from, to).map(({ seq }) => seq),
      words,
      meaning,
    ),
    total: found.length,
    next: to < found.length ? encodeCursor([to]) : null,
  };
}

/** All that is found, in order, with what it is ordered by. */
export function rankHits(connection: Connection, text: string, query: Query, meaning: Meaning): Ranking {
  const asked = { text, words: parseWords(text), query };
  const { rows, order } = find<{ readonly id: Oid } & CursorValues>(connection, asked, "keys", meaning);
  return {
    rows: rows.map((row) => ({ id: row.id, keys: keysOf(row, order.length) })),
    ways: order.map(({ direction }) => direction),
  };
}

/** Where the text is in those of the issues that there are, in the order of the ids. */
export function hits(connection: Connection, text: string, ids: readonly Oid[], meaning: Meaning): SearchHit[] {
  const rows = connection
    .prepared<{ readonly seq: number }>(
      "SELECT i.seq FROM json_each(?) wanted CROSS JOIN issue i ON i.id = wanted.value ORDER BY wanted.key",
    )
    .all(JSON.stringify(ids));
  return read(
    connection,
    rows.map(({ seq }) => seq),
    parseWords(text),
    meaning,
  );
}

interface Asked {
  readonly text: string;
  readonly words: readonly Word[];
  readonly query: Query;
}

/** Every issue that is found, in order: its `seq`, or its id with the values that say where it stands. */
function find<Row>(
  connection: Connection,
  { text, words, query }: Asked,
  what: "seq" | "keys",
  meaning: Meaning,
): { readonly rows: readonly Row[]; readonly order: readonly OrderKey[] } {
  // Scores are negative, the best being the lowest; -1e9 is better than any.
  const order = orderOf(query.sort.length === 0 ? byDefault : query.sort, meaning, sql("-hit.score"));
  const expression = matchExpression(words);
  if (expression === undefined) return { rows: [], order };
  const typed = text.trim().toLowerCase();
  const prefix = typed.length >= idDigitsMin && /^[0-9a-f]+$/.test(typed) ? typed : null;
  const where = compileWhere(query.where, meaning);
  const keys = keyColumns(order);
  const columns = what === "seq" ? sql("i.seq") : sql(`i.id, ${keys.text}`, ...keys.bindings);
  const rows = connection.all<Row>(
    `SELECT ${columns.text} FROM (
       SELECT seq, min(score) AS score FROM (
         SELECT rowid AS seq, bm25(text, ${weights.title}, ${weights.body}, ${weights.comments}) AS score
           FROM text WHERE text MATCH ?
         UNION ALL SELECT seq, -1e9 FROM issue WHERE id >= ? AND id < ?)
       GROUP BY seq) hit
     CROSS JOIN issue i ON i.seq = hit.seq WHERE ${where.text}
     ORDER BY ${orderBy(order)}`,
    [
      ...columns.bindings,
      expression,
      prefix,
      prefix === null ? null : afterPrefix(prefix),
      ...where.bindings,
      ...order.flatMap(({ value }) => value.bindings),
    ],
  );
  return { rows, order };
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
