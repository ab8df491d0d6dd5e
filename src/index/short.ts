/**
 * How many digits of an id are needed to tell it from all others. Only those that begin alike can ask for more than the least, so the
 * number is kept up to date as ids come and go.
 */
import type { Oid } from "../core/commit.ts";
import type { Connection } from "./connection.ts";
import { afterPrefix } from "./where.ts";

/** Short enough to type, long enough to stay unique in most projects for ever. */
const digitsMin = 7;

/** How many digits the new `id` needs. Those that it is like may need more from now on. */
export function learnShortId(connection: Connection, id: Oid): number {
  let short = digitsMin;
  for (const other of alike(connection, id)) {
    const needed = sharedDigits(id, other) + 1;
    short = Math.max(short, needed);
    connection.prepared("UPDATE issue SET short = max(short, ?) WHERE id = ?").run(needed, other);
  }
  return short;
}

/** Those that it was like may need fewer digits, now that `id` is no more. */
export function forgetShortId(connection: Connection, id: Oid): void {
  const others = alike(connection, id);
  for (const other of others) {
    const needed = others.filter((another) => another !== other).map((another) => sharedDigits(other, another) + 1);
    connection.prepared("UPDATE issue SET short = ? WHERE id = ?").run(Math.max(digitsMin, ...needed), other);
  }
}

/** The other ids that begin as it does, also of streams that can't be read. Nearly always there are none. */
function alike(connection: Connection, id: Oid): Oid[] {
  const prefix = id.slice(0, digitsMin);
  return connection
    .prepared<{ readonly id: Oid }>(
      `SELECT id FROM issue WHERE id >= ?1 AND id < ?2 AND id <> ?3
       UNION ALL SELECT id FROM broken WHERE id >= ?1 AND id < ?2 AND id <> ?3`,
    )
    .all(prefix, afterPrefix(prefix), id)
    .map((row) => row.id);
}

function sharedDigits(a: Oid, b: Oid): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count++;
  return count;
}
