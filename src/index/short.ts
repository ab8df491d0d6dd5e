/**
 * How many digits of an id are needed to tell it from all others. Only neighbours in order can share as many, so the number
 * is kept up to date as ids come and go.
 */
import type { Oid } from "../core/commit.ts";
import type { Connection } from "./connection.ts";

/** Short enough to type, long enough to stay unique in most projects for ever. */
const digitsMin = 7;

/** How many digits the new `id` needs. Its neighbours may need more from now on. */
export function learnShortId(connection: Connection, id: Oid): number {
  let short = digitsMin;
  for (const neighbour of neighbours(connection, id)) {
    const needed = sharedDigits(id, neighbour) + 1;
    if (needed <= digitsMin) continue;
    short = Math.max(short, needed);
    connection.prepared("UPDATE issue SET short = max(short, ?) WHERE id = ?").run(needed, neighbour);
  }
  return short;
}

/** Its neighbours may need fewer digits, now that `id` is no more. */
export function forgetShortId(connection: Connection, id: Oid): void {
  for (const neighbour of neighbours(connection, id)) {
    if (sharedDigits(id, neighbour) < digitsMin) continue;
    const needed = neighbours(connection, neighbour).map((other) => sharedDigits(neighbour, other) + 1);
    connection.prepared("UPDATE issue SET short = ? WHERE id = ?").run(Math.max(digitsMin, ...needed), neighbour);
  }
}

interface Neighbour {
  readonly id: Oid | null;
}

/** The ids right before and right after it, also of streams that can't be read. */
function neighbours(connection: Connection, id: Oid): Oid[] {
  const seek = (table: "issue" | "broken") => [
    connection.prepared<Neighbour>(`SELECT max(id) AS id FROM ${table} WHERE id < ?`).get(id)?.id,
    connection.prepared<Neighbour>(`SELECT min(id) AS id FROM ${table} WHERE id > ?`).get(id)?.id,
  ];
  return [...seek("issue"), ...seek("broken")].filter((other): other is Oid => other !== null && other !== undefined);
}

function sharedDigits(a: Oid, b: Oid): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count++;
  return count;
}
