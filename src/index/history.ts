/**
 * Who committed what when, for the audit trail. Commits that were projected together share a row, so that a rebuild writes one row
 * for a stream and a command adds one; reading takes the rows apart again.
 */
import type { Actor, Oid } from "../core/commit.ts";
import type { Connection } from "./connection.ts";
import type { HistoryEntry, Index } from "./index.ts";
import { caseless } from "./schema.ts";
import { emailsOf } from "./where.ts";

/** The people of one transaction: their rows, and by how many commits each has more or fewer now. */
export interface People {
  readonly rows: Map<string, number>;
  readonly commits: Map<number, number>;
}

export function noPeople(): People {
  return { rows: new Map(), commits: new Map() };
}

/** The row of that person, who is made known if need be. Somebody of whom only the address is known has an empty name. */
export function personOf(connection: Connection, people: People, email: string, name: string): number {
  const key = `${email}\n${name}`;
  let id = people.rows.get(key);
  if (id !== undefined) return id;
  connection
    .prepared("INSERT OR IGNORE INTO person (email, name, email_key, name_key, commits) VALUES (?, ?, ?, ?, 0)")
    .run(email, name, caseless(email), caseless(name));
  id = connection.prepared<Row>("SELECT id FROM person WHERE email = ? AND name = ?").get(email, name)?.id ?? 0;
  people.rows.set(key, id);
  return id;
}

/** Writes what `people` has counted. */
export function countCommits(connection: Connection, people: People): void {
  for (const [id, more] of people.commits)
    connection.prepared("UPDATE person SET commits = commits + ? WHERE id = ?").run(more, id);
}

/** Adds commits after those that are there. */
export function writeHistory(
  connection: Connection,
  people: People,
  issue: number,
  history: readonly HistoryEntry[],
): void {
  if (history.length === 0) return;
  const entries = history.map(({ commit, seconds, author }): Entry => {
    const person = personOf(connection, people, author.email, author.name);
    people.commits.set(person, (people.commits.get(person) ?? 0) + 1);
    return [commit, seconds, person];
  });
  const newest = entries.reduce((highest, [, seconds]) => Math.max(highest, seconds), entries[0]?.[1] ?? 0);
  connection
    .prepared(
      `INSERT INTO history (issue, place, newest, entries)
       VALUES (?1, (SELECT ifnull(max(place + json_array_length(entries)), 0) FROM history WHERE issue = ?1), ?2, ?3)`,
    )
    .run(issue, newest, JSON.stringify(entries));
}

export function forgetHistory(connection: Connection, people: People, issue: number): void {
  for (const [, , person] of entriesOf(connection, issue))
    people.commits.set(person, (people.commits.get(person) ?? 0) - 1);
  connection.prepared("DELETE FROM history WHERE issue = ?").run(issue);
}

export function hasCommit(connection: Connection, issue: number, commit: Oid): boolean {
  const found = connection.prepared("SELECT 1 FROM history WHERE issue = ? AND instr(entries, ?) > 0");
  return found.get(issue, `"${commit}"`) !== null;
}

/** Newest first: one issue's commits in stream order, the last first; those of many by time. */
export function history(
  connection: Connection,
  { issue, author, since, limit = Number.POSITIVE_INFINITY }: Parameters<Index["history"]>[0],
): (HistoryEntry & { readonly issue: Oid })[] {
  const rows = connection
    .prepared<HistoryRow>(issue === undefined ? selectAll : selectOne)
    .iterate(...(issue === undefined ? [since ?? 0] : [since ?? 0, issue]));
  const people = author === undefined ? undefined : peopleOf(connection, author);
  const found: Found[] = [];
  for (const row of rows) {
    // No row that follows has anything newer than this one's newest.
    if (found.length >= limit && (issue !== undefined || isNewerThan(found, limit, row.newest))) break;
    const entries: Entry[] = JSON.parse(row.entries);
    for (const [commit, seconds, person] of entries.reverse()) {
      if (seconds < (since ?? 0) || people?.has(person) === false) continue;
      found.push({ issue: row.issue, commit, seconds, person });
    }
    if (issue === undefined) found.sort((a, b) => b.seconds - a.seconds).splice(limit);
  }
  const names = new Map<number, Actor>();
  return found.slice(0, limit).map(({ person, ...entry }) => {
    let actor = names.get(person);
    if (actor === undefined) names.set(person, (actor = actorOf(connection, person)));
    return { ...entry, author: actor };
  });
}
