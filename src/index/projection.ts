/** What became of streams, written into the index's tables. */
import type { Oid } from "../core/commit.ts";
import type { Issue } from "../core/issue.ts";
import type { Connection } from "./connection.ts";
import { type ChangedEdges, noEdges, settleCycles } from "./cycles.ts";
import {
  commitsOf,
  countCommits,
  forgetHistory,
  hasCommit,
  historyLength,
  noPeople,
  type People,
  personOf,
  writeHistory,
} from "./history.ts";
import type { Action, Edge, HistoryEntry, Projection } from "./index.ts";
import { recordAction, tip } from "./queries.ts";
import { caseless, createLateIndexes } from "./schema.ts";
import { forgetShortId, learnShortId } from "./short.ts";
import { separated } from "./words.ts";

/** Writes all of them, that the index is current as of `stamp`, and the command that did it, in one transaction. */
export function project(
  connection: Connection,
  projections: Iterable<Projection>,
  stamp?: string | undefined,
  action?: Action | undefined,
): void {
  connection.write(() => {
    const writer = newWriter(connection);
    let replaced = 0;
    for (const projection of projections) {
      if (projection.kind === "replace") replaced++;
      write(writer, projection);
    }
    // Whoever fills the index in batches brings the last streams without a stamp, and then a stamp or at least no more streams.
    if (stamp !== undefined || replaced === 0) createLateIndexes(connection);
    countCommits(connection, writer.people);
    settleCycles(connection, writer.cycles);
    if (stamp !== undefined) writeStamp(connection, stamp);
    if (action !== undefined) recordAction(connection, action);
  });
}

export function writeStamp(connection: Connection, stamp: string): void {
  connection.prepared("INSERT OR REPLACE INTO meta (key, value) VALUES ('stamp', ?)").run(stamp);
}

/** What one transaction has written already and needn't write again. */
interface Writer {
  readonly connection: Connection;
  /** False: no stream is broken, so that none needs to be looked for among those. */
  anyBroken: boolean;
  readonly words: Set<string>;
  readonly people: People;
  readonly cycles: ChangedEdges;
}

function newWriter(connection: Connection): Writer {
  const anyBroken = connection.prepared("SELECT 1 FROM broken LIMIT 1").get() !== null;
  return { connection, anyBroken, words: new Set(), people: noPeople(), cycles: noEdges() };
}

/** An issue's row. */
interface Row {
  readonly seq: number;
  readonly tip: Oid;
}

/** What the index holds of an issue. */
interface Known {
  readonly seq: number;
  readonly issue: Issue;
}

function write(writer: Writer, projection: Projection): void {
  const { connection } = writer;
  const id = "issue" in projection ? projection.issue.id : projection.id;
  const row = rowOf(connection, id);
  if (isLate(writer, projection, row, id)) return;
  switch (projection.kind) {
    case "replace":
      replace(writer, row, projection.issue, projection.history);
      return;
    case "append":
      append(writer, row, projection.issue, projection.history);
      return;
    case "broken":
      remove(writer, projection.id);
      writer.anyBroken = true;
      connection
        .prepared("INSERT INTO broken (id, tip, reason, refused) VALUES (?, ?, ?, ?)")
        .run(projection.id, projection.tip, projection.reason, Number(projection.refused ?? false));
      learnShortId(connection, projection.id);
      return;
    case "gone":
      remove(writer, projection.id);
      forgetShortId(connection, projection.id);
      return;
  }
}

function isLate(writer: Writer, projection: Projection, row: Row | undefined, id: Oid): boolean {
  if (projection.kind === "append" || projection.over === undefined) return false;
  const known = row?.tip ?? (writer.anyBroken ? tip(writer.connection, id) : undefined);
  return known !== projection.over.tip;
}

function replace(writer: Writer, row: Row | undefined, issue: Issue, history: readonly HistoryEntry[]): void {
  const { connection, people } = writer;
  if (row !== undefined) forgetHistory(connection, people, row.seq);
  const seq = row === undefined ? writeNew(writer, issue) : writeAgain(writer, issue, known(connection, row));
  writeHistory(connection, people, seq, 0, history);
}

function append(writer: Writer, row: Row | undefined, issue: Issue, history: readonly HistoryEntry[]): void {
  const { connection, people } = writer;
  if (row === undefined) {
    // Without what came before, the history would have a gap that nobody notices. The stream will be read in full, since its tip
    // is not known here.
    if (history[0]?.commit === issue.id) replace(writer, row, issue, history);
    return;
  }
  // Another process was faster, and may have written on top of it.
  if (hasCommit(connection, row.seq, issue.revision)) return;
  writeAgain(writer, issue, known(connection, row));
  const there = commitsOf(connection, row.seq);
  const news = history.filter(({ commit }) => !there(commit));
  writeHistory(connection, people, row.seq, historyLength(connection, row.seq), news);
}

/** Takes out all that there is of a stream. */
function remove({ connection, people, cycles }: Writer, id: Oid): void {
  connection.prepared("DELETE FROM broken WHERE id = ?").run(id);
  const row = rowOf(connection, id);
  if (row === undefined) return;
  const { seq, issue } = known(connection, row);
  forgetTexts(connection, seq, issue);
  forgetLists(connection, seq, issue);
  forgetHistory(connection, people, seq);
  cycles.removed.push(...edgesOf(issue));
  connection.prepared("DELETE FROM edge WHERE source = ?").run(id);
  connection.prepared("DELETE FROM issue WHERE seq = ?").run(seq);
  connection.prepared("DELETE FROM state WHERE seq = ?").run(seq);
}

function writeNew(writer: Writer, issue: Issue): number {
  const { connection } = writer;
  if (writer.anyBroken) connection.prepared("DELETE FROM broken WHERE id = ?").run(issue.id);
  const short = learnShortId(connection, issue.id);
  const inserted = connection.prepared(insertIssue).run(...issueValues(issue), issue.id, short, issue.parent);
  const seq = Number(inserted.lastInsertRowid);
  connection.prepared("INSERT INTO state (seq, json) VALUES (?, ?)").run(seq, JSON.stringify(issue));
  writeLists(writer, seq, issue);
  writeTexts(connection, seq, issue);
  writeEdges(writer, edgesOf(issue));
  return seq;
}

function writeAgain(writer: Writer, issue: Issue, { seq, issue: before }: Known): number {
  const { connection } = writer;
  connection.prepared("UPDATE state SET json = ? WHERE seq = ?").run(JSON.stringify(issue), seq);
  connection.prepared(updateIssue).run(...issueValues(issue), seq);
  forgetLists(connection, seq, before);
  writeLists(writer, seq, issue);
  if (!haveSameTexts(before, issue)) {
    forgetTexts(connection, seq, before);
    writeTexts(connection, seq, issue);
  }
  const lost = without(edgesOf(before), edgesOf(issue));
  const news = without(edgesOf(issue), edgesOf(before));
  forgetEdges(writer, lost);
  writeEdges(writer, news);
  if (lost.length > 0 || news.length > 0) writer.cycles.touched.add(issue.id);
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

function rowOf(connection: Connection, id: Oid): Row | undefined {
  return connection.prepared<Row>("SELECT seq, revision AS tip FROM issue WHERE id = ?").get(id) ?? undefined;
}

function known(connection: Connection, { seq }: Row): Known {
  const state = connection.prepared<{ readonly json: string }>("SELECT json FROM state WHERE seq = ?").get(seq);
  return { seq, issue: JSON.parse(state?.json ?? "") };
}

/** Labels, assignees and names in other systems. */
function writeLists(writer: Writer, seq: number, issue: Issue): void {
  const { connection, people } = writer;
  for (const label of issue.labels)
    connection.prepared("INSERT OR IGNORE INTO label (label, issue) VALUES (?, ?)").run(label, seq);
  for (const email of issue.assignees) {
    connection.prepared("INSERT OR IGNORE INTO assignee (email, issue) VALUES (?, ?)").run(email, seq);
    personOf(connection, people, email, "");
  }
  for (const [system, name] of Object.entries(issue.externalIds))
    connection.prepared("INSERT OR IGNORE INTO external (system, name, issue) VALUES (?, ?, ?)").run(system, name, seq);
  personOf(connection, people, issue.author.email, issue.author.name);
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

function without(edges: readonly SinceEdge[], others: readonly SinceEdge[]): SinceEdge[] {
  return edges.filter((edge) => !others.some((other) => Bun.deepEquals(edge, other)));
}

function writeEdges({ connection, cycles }: Writer, edges: readonly SinceEdge[]): void {
  for (const { source, kind, target, since } of edges)
    connection
      .prepared("INSERT OR IGNORE INTO edge (source, kind, target, since, broken) VALUES (?, ?, ?, ?, 0)")
      .run(source, kind, target, since);
  cycles.added.push(...edges);
}

function forgetEdges({ connection, cycles }: Writer, edges: readonly SinceEdge[]): void {
  for (const { source, kind, target } of edges)
    connection.prepared("DELETE FROM edge WHERE source = ? AND kind = ? AND target = ?").run(source, kind, target);
  cycles.removed.push(...edges);
}
