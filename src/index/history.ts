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
  /** By email, then by name. */
  readonly rows: Map<string, Map<string, number>>;
  readonly commits: Map<number, number>;
}

export function noPeople(): People {
  return { rows: new Map(), commits: new Map() };
}

/** The row of that person, who is made known if need be. Somebody of whom only the address is known has an empty name. */
export function personOf(connection: Connection, people: People, email: string, name: string): number {
  let names = people.rows.get(email);
  let id = names?.get(name);
  if (id !== undefined) return id;
  connection
    .prepared("INSERT OR IGNORE INTO person (email, name, email_key, name_key, commits) VALUES (?, ?, ?, ?, 0)")
    .run(email, name, caseless(email), caseless(name));
  id = connection.prepared<Row>("SELECT id FROM person WHERE email = ? AND name = ?").get(email, name)?.id ?? 0;
  names ??= new Map();
  people.rows.set(email, names.set(name, id));
  return id;
}

/** Writes what `people` has counted. */
export function countCommits(connection: Connection, people: People): void {
  for (const [id, more] of people.commits)
    connection.prepared("UPDATE person SET commits = commits + ? WHERE id = ?").run(more, id);
}

/** Adds commits after those that are there; `place` says how many these are. */
export function writeHistory(
  connection: Connection,
  people: People,
  issue: number,
  place: number,
  history: readonly HistoryEntry[],
): void {
  if (history.length === 0) return;
  let newest = Number.NEGATIVE_INFINITY;
  const entries = history.map(({ commit, seconds, author, signed }): Entry => {
    const person = personOf(connection, people, author.email, author.name);
    people.commits.set(person, (people.commits.get(person) ?? 0) + 1);
    newest = Math.max(newest, seconds);
    const code = signedCodes.indexOf(signed);
    return code > 0 ? [commit, seconds, person, code] : [commit, seconds, person];
  });
  connection
    .prepared("INSERT INTO history (issue, place, newest, entries) VALUES (?, ?, ?, ?)")
    .run(issue, place, newest, JSON.stringify(entries));
}

/** How many commits of an issue there are. */
export function historyLength(connection: Connection, issue: number): number {
  const last = connection
    .prepared<{ readonly n: number }>(
      "SELECT place + json_array_length(entries) AS n FROM history WHERE issue = ? ORDER BY place DESC LIMIT 1",
    )
    .get(issue);
  return last?.n ?? 0;
}

export function forgetHistory(connection: Connection, people: People, issue: number): void {
  const rows = connection.prepared<HistoryRow>("SELECT entries FROM history WHERE issue = ?").all(issue);
  for (const [, , person] of rows.flatMap(({ entries }) => parseEntries(entries)))
    people.commits.set(person, (people.commits.get(person) ?? 0) - 1);
  connection.prepared("DELETE FROM history WHERE issue = ?").run(issue);
}

export function hasCommit(connection: Connection, issue: number, commit: Oid): boolean {
  const found = connection.prepared("SELECT 1 FROM history WHERE issue = ? AND instr(entries, ?) > 0");
  return found.get(issue, `"${commit}"`) !== null;
}

/** Says which commits an issue's history has. Asked often, it reads the history only once. */
export function commitsOf(connection: Connection, issue: number): (commit: Oid) => boolean {
  let asked = 0;
  let all: ReadonlySet<Oid> | undefined;
  return (commit) => {
    if (++asked <= askedSinglyMax) return hasCommit(connection, issue, commit);
    all ??= new Set(
      connection
        .prepared<HistoryRow>("SELECT entries FROM history WHERE issue = ?")
        .all(issue)
        .flatMap(({ entries }) => parseEntries(entries).map(([oid]) => oid)),
    );
    return all.has(commit);
  };
}

/** Searching the text of a history so often costs less than reading it. */
const askedSinglyMax = 4;

type Filter = Parameters<Index["history"]>[0];
type Dated = HistoryEntry & { readonly issue: Oid };

/** Newest first: one issue's commits in stream order, the last first; those of many by time. */
export function history(connection: Connection, { author, ...filter }: Filter): Dated[] {
  const people = author === undefined ? undefined : peopleOf(connection, author);
  const since = filter.since ?? Number.NEGATIVE_INFINITY;
  const isWanted = ({ seconds, person }: Found) => seconds >= since && (people === undefined || people.has(person));
  const limit = filter.limit ?? Number.POSITIVE_INFINITY;
  const found =
    filter.issue === undefined
      ? newestOfAll(connection, limit, isWanted)
      : newestOf(connection, filter.issue, limit, isWanted);

  const actors = new Map<number, Actor>();
  const actorOf = (id: number): Actor => {
    const actor = actors.get(id) ?? readActor(connection, id);
    actors.set(id, actor);
    return actor;
  };
  return found.map(({ issue, commit, seconds, person, signed }) => ({
    issue,
    commit,
    seconds,
    author: actorOf(person),
    signed,
  }));
}

type Entry = readonly [commit: Oid, seconds: number, person: number, signed?: number];

/** What an entry says in a number: most are not signed, and say nothing. */
const signedCodes: readonly HistoryEntry["signed"][] = ["unsigned", "signed", "needless"];

interface Row {
  readonly id: number;
}

interface HistoryRow {
  readonly issue: Oid;
  readonly place: number;
  readonly newest: number;
  readonly entries: string;
}

interface Found {
  readonly issue: Oid;
  readonly commit: Oid;
  readonly seconds: number;
  readonly person: number;
  readonly signed: HistoryEntry["signed"];
  readonly place: number;
}

const select = `SELECT i.id AS issue, h.place, h.newest, h.entries
  FROM history h CROSS JOIN issue i ON i.seq = h.issue`;

function newestOf(connection: Connection, issue: Oid, limit: number, isWanted: (entry: Found) => boolean): Found[] {
  const found: Found[] = [];
  const rows = connection.all<HistoryRow>(
    `${select} WHERE h.issue = (SELECT seq FROM issue WHERE id = ?) ORDER BY h.place DESC`,
    [issue],
  );
  for (const row of rows) {
    if (found.length >= limit) break;
    found.push(...takeApart(row).reverse().filter(isWanted));
  }
  return found.slice(0, limit);
}

/** Reads no more rows than it takes: none that follows has anything newer than its `newest`. */
function newestOfAll(connection: Connection, limit: number, isWanted: (entry: Found) => boolean): Found[] {
  const found: Found[] = [];
  let oldestKept = Number.NEGATIVE_INFINITY;
  for (const row of connection.prepared<HistoryRow>(`${select} ORDER BY h.newest DESC`).iterate()) {
    if (row.newest < oldestKept) break;
    for (const entry of takeApart(row)) if (entry.seconds >= oldestKept && isWanted(entry)) found.push(entry);
    if (found.length < 2 * limit) continue;
    found.sort(newestFirst).splice(limit);
    oldestKept = found.at(-1)?.seconds ?? oldestKept;
  }
  return found.sort(newestFirst).slice(0, limit);
}

function newestFirst(a: Found, b: Found): number {
  return b.seconds - a.seconds || (a.issue < b.issue ? -1 : a.issue > b.issue ? 1 : b.place - a.place);
}

function takeApart({ issue, place, entries }: HistoryRow): Found[] {
  return parseEntries(entries).map(([commit, seconds, person, code = 0], index) => ({
    issue,
    commit,
    seconds,
    person,
    signed: signedCodes[code] ?? "unsigned",
    place: place + index,
  }));
}

function parseEntries(json: string): Entry[] {
  return JSON.parse(json);
}

/** The rows of everybody whom `person` may mean. */
function peopleOf(connection: Connection, person: string): Set<number> {
  const { text, bindings } = emailsOf(person);
  return new Set(connection.all<Row>(`SELECT id FROM person WHERE email IN (${text})`, bindings).map((row) => row.id));
}

function readActor(connection: Connection, id: number): Actor {
  const actor = connection.prepared<Actor>("SELECT name, email FROM person WHERE id = ?").get(id);
  return { name: actor?.name ?? "", email: actor?.email ?? "" };
}
