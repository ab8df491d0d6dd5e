/** What became of streams, written into the index's tables. */
import type { Oid } from "../core/commit.ts";
import type { Issue } from "../core/issue.ts";
import type { Connection } from "./connection.ts";
import { type CycleWatch, settleCycles, watchCycles } from "./cycles.ts";
import type { Edge, HistoryEntry, Projection } from "./index.ts";
import { caseless } from "./schema.ts";
import { forgetShortId, learnShortId } from "./short.ts";
import { separated } from "./words.ts";

/** Writes all of them, and that the index is current as of `stamp`, in one transaction. */
export function project(connection: Connection, projections: Iterable<Projection>, stamp: string | undefined): void {
  connection.write(() => {
    const writer: Writer = { connection, words: new Set(), people: new Map(), cycles: watchCycles() };
    for (const projection of projections) write(writer, projection);
    settleCycles(connection, writer.cycles);
    if (stamp !== undefined) writeStamp(connection, stamp);
  });
}

export function writeStamp(connection: Connection, stamp: string): void {
  connection.prepared("INSERT OR REPLACE INTO meta (key, value) VALUES ('stamp', ?)").run(stamp);
}

/** What one transaction has written already and needn't write again. */
interface Writer {
  readonly connection: Connection;
  readonly words: Set<string>;
  readonly people: Map<string, number>;
  readonly cycles: CycleWatch;
}

/** What the index holds of an issue. */
interface Known {
  readonly seq: number;
  readonly issue: Issue;
}

function write(writer: Writer, projection: Projection): void {
  switch (projection.kind) {
    case "replace":
      return replace(writer, projection.issue, projection.history);
    case "append":
      return append(writer, projection.issue, projection.history);
    case "broken":
      remove(writer, projection.id);
      writeStream(writer.connection, projection.id, projection.tip, projection.reason);
      learnShortId(writer.connection, projection.id);
      return;
    case "gone":
      remove(writer, projection.id);
      writer.connection.prepared("DELETE FROM stream WHERE id = ?").run(projection.id);
      return forgetShortId(writer.connection, projection.id);
  }
}

function replace(writer: Writer, issue: Issue, history: readonly HistoryEntry[]): void {
  const known = find(writer.connection, issue.id);
  if (known !== undefined) writer.connection.prepared("DELETE FROM history WHERE issue = ?").run(known.seq);
  const seq = writeIssue(writer, issue, known);
  writeHistory(writer, seq, history, 0);
}

function append(writer: Writer, issue: Issue, history: readonly HistoryEntry[]): void {
  const { connection } = writer;
  const known = find(connection, issue.id);
  // Without what came before, the history would have a gap that nobody notices. The stream will be read in full, since its tip is
  // not known here.
  if (known === undefined) return history[0]?.commit === issue.id ? replace(writer, issue, history) : undefined;
  // Another process was faster, and may have written on top of it.
  if (placeOf(connection, known.seq, issue.revision) !== undefined) return;
  writeIssue(writer, issue, known);
  const news = history.filter(({ commit }) => placeOf(connection, known.seq, commit) === undefined);
  writeHistory(writer, known.seq, news, historyLength(connection, known.seq));
}

/** Takes out all that there is of an issue, except that its stream exists. */
function remove(writer: Writer, id: Oid): void {
  const { connection } = writer;
  const known = find(connection, id);
  if (known === undefined) return;
  const { seq, issue } = known;
  forgetTexts(connection, seq, issue);
  forgetLists(connection, seq, issue);
  forgetEdges(writer, issue);
  for (const table of ["issue", "state"]) connection.prepared(`DELETE FROM ${table} WHERE seq = ?`).run(seq);
  connection.prepared("DELETE FROM history WHERE issue = ?").run(seq);
}

function writeIssue(writer: Writer, issue: Issue, known: Known | undefined): number {
  const { connection } = writer;
  if (known === undefined) return writeNew(writer, issue);
  const { seq, issue: before } = known;
  forgetLists(connection, seq, before);
  writeLists(writer, seq, issue);
  if (!haveSameTexts(before, issue)) {
    forgetTexts(connection, seq, before);
    writeTexts(connection, seq, issue);
  }
  writeStream(connection, issue.id, issue.revision, null);
  connection.prepared("UPDATE state SET json = ? WHERE seq = ?").run(JSON.stringify(issue), seq);
  connection.prepared(updateIssue).run(...issueValues(issue), seq);
  if (JSON.stringify(edgesOf(before)) !== JSON.stringify(edgesOf(issue))) {
    forgetEdges(writer, before);
    writeEdges(writer, issue);
  }
  return seq;
}

function writeNew(writer: Writer, issue: Issue): number {
  const { connection } = writer;
  writeStream(connection, issue.id, issue.revision, null);
  const short = learnShortId(connection, issue.id);
  const inserted = connection.prepared(insertIssue).run(...issueValues(issue), issue.id, short, issue.parent);
  const seq = Number(inserted.lastInsertRowid);
  connection.prepared("INSERT INTO state (seq, json) VALUES (?, ?)").run(seq, JSON.stringify(issue));
  writeLists(writer, seq, issue);
  writeTexts(connection, seq, issue);
  writeEdges(writer, issue);
  return seq;
}

const issueColumns = [
  ...["revision", "title", "status", "status_at", "resolution", "type", "priority", "labels", "assignees"],
  ...["author_name", "author_email", "created_at", "updated_at", "due", "estimate", "sprint", "milestone", "rank"],
  ...["external", "comments", "attachments", "described", "conflicted", "quarantined", "archived", "deleted"],
];
const insertIssue = `INSERT INTO issue (${issueColumns.join(", ")}, id, short, parent, cyclic)
  VALUES (${issueColumns.map(() => "?").join(", ")}, ?, ?, ?, 0)`;
const updateIssue = `UPDATE issue SET ${issueColumns.map((column) => `${column} = ?`).join(", ")} WHERE seq = ?`;

/** In the order of `issueColumns`. */
function issueValues(issue: Issue): (string | number | null)[] {
  const external = Object.keys(issue.externalIds).length === 0 ? "" : JSON.stringify(issue.externalIds);
  return [
    issue.revision,
    issue.title,
    issue.status,
    issue.statusAt,
    issue.resolution,
    issue.type,
    issue.priority,
    issue.labels.join("\n"),
    issue.assignees.join("\n"),
    issue.author.name,
    issue.author.email,
    issue.createdAt,
    issue.updatedAt,
    issue.due,
    issue.estimate,
    issue.sprint,
    issue.milestone,
    issue.rank,
    external,
    issue.comments.filter(({ deleted }) => !deleted).length,
    issue.attachments.length,
    Number(issue.body !== ""),
    Number(issue.conflicts.length > 0),
    Number(issue.quarantined.length > 0),
    Number(issue.archived),
    Number(issue.deleted),
  ];
}

function find(connection: Connection, id: Oid): Known | undefined {
  const row = connection
    .prepared<{ readonly seq: number; readonly json: string }>(
      "SELECT s.seq, s.json FROM issue i JOIN state s ON s.seq = i.seq WHERE i.id = ?",
    )
    .get(id);
  return row === null ? undefined : { seq: row.seq, issue: JSON.parse(row.json) };
}

function writeStream(connection: Connection, id: Oid, tip: Oid, reason: string | null): void {
  connection.prepared("INSERT OR REPLACE INTO stream (id, tip, reason) VALUES (?, ?, ?)").run(id, tip, reason);
}

/** Labels, assignees and names in other systems. */
function writeLists(writer: Writer, seq: number, issue: Issue): void {
  const { connection } = writer;
  for (const label of issue.labels)
    connection.prepared("INSERT OR IGNORE INTO label (label, issue) VALUES (?, ?)").run(label, seq);
  for (const email of issue.assignees) {
    connection.prepared("INSERT OR IGNORE INTO assignee (email, issue) VALUES (?, ?)").run(email, seq);
    personOf(writer, email, "");
  }
  for (const [system, name] of Object.entries(issue.externalIds))
    connection.prepared("INSERT OR IGNORE INTO external (system, name, issue) VALUES (?, ?, ?)").run(system, name, seq);
  personOf(writer, issue.author.email, issue.author.name);
  for (const text of issue.labels) writeWord(writer, text);
  const { status, type, priority, resolution, milestone, sprint } = issue;
  for (const text of [status, type, priority, resolution, milestone, sprint])
    if (text !== null) writeWord(writer, text);
}

function forgetLists(connection: Connection, seq: number, issue: Issue): void {
  for (const label of issue.labels)
    connection.prepared("DELETE FROM label WHERE label = ? AND issue = ?").run(label, seq);
  for (const email of issue.assignees)
    connection.prepared("DELETE FROM assignee WHERE email = ? AND issue = ?").run(email, seq);
  for (const [system, name] of Object.entries(issue.externalIds))
    connection.prepared("DELETE FROM external WHERE system = ? AND name = ? AND issue = ?").run(system, name, seq);
}

function writeWord({ connection, words }: Writer, text: string): void {
  if (words.has(text)) return;
  words.add(text);
  connection.prepared("INSERT OR IGNORE INTO word (text, key) VALUES (?, ?)").run(text, caseless(text));
}

/** The row of that person, who is made known if need be. An assignee is known by address alone: the name is empty. */
function personOf({ connection, people }: Writer, email: string, name: string): number {
  const key = `${email}\n${name}`;
  let id = people.get(key);
  if (id !== undefined) return id;
  connection
    .prepared("INSERT OR IGNORE INTO person (email, name, email_key, name_key) VALUES (?, ?, ?, ?)")
    .run(email, name, caseless(email), caseless(name));
  id =
    connection.prepared<{ id: number }>("SELECT id FROM person WHERE email = ? AND name = ?").get(email, name)?.id ?? 0;
  people.set(key, id);
  return id;
}

function writeTexts(connection: Connection, seq: number, issue: Issue): void {
  connection
    .prepared("INSERT INTO text (rowid, title, body, comments) VALUES (?, ?, ?, ?)")
    .run(seq, ...textsOf(issue).map(separated));
}

/** Takes the texts out again, which the full-text index can only do if it is told what they were. */
function forgetTexts(connection: Connection, seq: number, issue: Issue): void {
  connection
    .prepared("INSERT INTO text (text, rowid, title, body, comments) VALUES ('delete', ?, ?, ?, ?)")
    .run(seq, ...textsOf(issue).map(separated));
}

function haveSameTexts(a: Issue, b: Issue): boolean {
  const texts = textsOf(b);
  return textsOf(a).every((text, index) => text === texts[index]);
}

function textsOf({ title, body, comments }: Issue): string[] {
  const spoken = comments.filter(({ deleted }) => !deleted).map((comment) => comment.body);
  return [title, body, spoken.join("\n\n")];
}

interface SinceEdge extends Edge {
  readonly since: string;
}

function edgesOf({ id, parent, parentSince, links }: Issue): SinceEdge[] {
  const edges = links.map(({ kind, target, since }): SinceEdge => ({ source: id, kind, target, since }));
  return parent === null ? edges : [...edges, { source: id, kind: "parent", target: parent, since: parentSince ?? "" }];
}

function writeEdges({ connection, cycles }: Writer, issue: Issue): void {
  for (const edge of edgesOf(issue)) {
    connection
      .prepared("INSERT OR IGNORE INTO edge (source, kind, target, since, broken) VALUES (?, ?, ?, ?, 0)")
      .run(edge.source, edge.kind, edge.target, edge.since);
    cycles.added.push(edge);
  }
}

function forgetEdges({ connection, cycles }: Writer, issue: Issue): void {
  connection.prepared("DELETE FROM edge WHERE source = ?").run(issue.id);
  for (const edge of edgesOf(issue)) cycles.removed.push(edge);
}

function writeHistory(writer: Writer, seq: number, history: readonly HistoryEntry[], from: number): void {
  const statement = writer.connection.prepared(
    "INSERT INTO history (issue, place, oid, seconds, person) VALUES (?, ?, ?, ?, ?)",
  );
  for (const [index, { commit, seconds, author }] of history.entries())
    statement.run(seq, from + index, commit, seconds, personOf(writer, author.email, author.name));
}

function placeOf(connection: Connection, seq: number, commit: Oid): number | undefined {
  return connection
    .prepared<{ place: number }>("SELECT place FROM history WHERE issue = ? AND oid = ?")
    .get(seq, commit)?.place;
}

function historyLength(connection: Connection, seq: number): number {
  const row = connection
    .prepared<{ n: number }>("SELECT ifnull(max(place), -1) + 1 AS n FROM history WHERE issue = ?")
    .get(seq);
  return row?.n ?? 0;
}
