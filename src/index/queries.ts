/** What the index knows besides issues: labels, people, edges, names in other systems. */
import type { Actor, Oid } from "../core/commit.ts";
import { findPath, type GraphEdge } from "../core/graph.ts";
import type { NamedField } from "../core/query.ts";
import type { Connection } from "./connection.ts";
import { type Action, type Edge, projectAction, type Unread } from "./index.ts";
import { afterPrefix, bound } from "./where.ts";

export function statusCounts(connection: Connection): Map<string, number> {
  const rows = connection
    .prepared<{ status: string; n: number }>(
      "SELECT status, count(*) AS n FROM issue WHERE archived = 0 AND deleted = 0 GROUP BY status ORDER BY status",
    )
    .all();
  return new Map(rows.map(({ status, n }) => [status, n]));
}

/** What issues have in that field, by name: archived and deleted ones, too. */
export function valuesInUse(connection: Connection, field: NamedField): string[] {
  return connection.all<{ value: string }>(inUse(field), []).map(({ value }) => value);
}

/** For every field that is a column. */
export function inUse(field: NamedField | "milestone" | "sprint"): string {
  return `SELECT DISTINCT ${field} AS value FROM issue WHERE ${field} IS NOT NULL ORDER BY ${field}`;
}

export function labels(connection: Connection): { readonly name: string; readonly count: number }[] {
  return connection
    .prepared<{ name: string; count: number }>(
      `SELECT l.label AS name, count(*) AS count FROM label l CROSS JOIN issue i ON i.seq = l.issue
       WHERE i.archived = 0 AND i.deleted = 0 GROUP BY l.label ORDER BY l.label`,
    )
    .all();
}

/** An assignee who never wrote anything has no name yet and is called by the address. */
export function people(connection: Connection): Actor[] {
  const rows = connection
    .prepared<Actor & { readonly commits: number }>(
      `SELECT name, email, commits FROM person
       WHERE commits > 0 OR (name = '' AND EXISTS (SELECT 1 FROM assignee a WHERE a.email = person.email))
       ORDER BY email, commits DESC, name`,
    )
    .all();
  const members = new Map<string, { readonly actor: Actor; commits: number }>();
  for (const { name, email, commits } of rows) {
    const member = members.get(email);
    if (member === undefined) members.set(email, { actor: { name: name || email, email }, commits });
    else member.commits += commits;
  }
  return [...members.values()].sort((a, b) => b.commits - a.commits).map(({ actor }) => actor);
}

export function edges(connection: Connection, kinds: readonly Edge["kind"][]): Edge[] {
  const list = bound(kinds);
  return connection.all<Edge>(
    `SELECT source, kind, target FROM edge WHERE kind IN (${list.text}) AND broken = 0 ORDER BY source, kind, target`,
    list.bindings,
  );
}

export function path(connection: Connection, kind: Edge["kind"], from: Oid, to: Oid): Oid[] | undefined {
  const reached = connection
    .prepared<GraphEdge>(
      `WITH RECURSIVE reached (id) AS (
         SELECT ?1 UNION SELECT e.target FROM reached r CROSS JOIN edge e ON e.source = r.id WHERE e.kind = ?2 AND e.broken = 0)
       SELECT e.source, e.target FROM reached r CROSS JOIN edge e ON e.source = r.id
       WHERE e.kind = ?2 AND e.broken = 0 ORDER BY e.source, e.target`,
    )
    .all(from, kind);
  return findPath(reached, from, to);
}

export function tip(connection: Connection, id: Oid): Oid | undefined {
  return connection
    .prepared<{ tip: Oid }>(
      "SELECT revision AS tip FROM issue WHERE id = ?1 UNION ALL SELECT tip FROM broken WHERE id = ?1",
    )
    .get(id)?.tip;
}

export function tips(connection: Connection, ids?: readonly Oid[]): Map<Oid, Oid> {
  const rows =
    ids === undefined
      ? connection.prepared("SELECT id, revision FROM issue UNION ALL SELECT id, tip FROM broken").values()
      : connection
          .prepared(
            "WITH wanted(id) AS (SELECT value FROM json_each(?)) SELECT i.id, i.revision FROM wanted w JOIN issue i ON i.id = w.id UNION ALL SELECT b.id, b.tip FROM wanted w JOIN broken b ON b.id = w.id",
          )
          .values(JSON.stringify(ids));
  return new Map(rows as [Oid, Oid][]); // Both columns are NOT NULL texts.
}

export function withPrefix(connection: Connection, prefix: string, limit: number): Oid[] {
  return connection
    .prepared<{ id: Oid }>("SELECT id FROM issue WHERE id >= ? AND id < ? ORDER BY id LIMIT ?")
    .all(prefix, afterPrefix(prefix), limit)
    .map(({ id }) => id);
}

/** Should two issues claim the same name, the older one that isn't deleted has it. */
export function byExternalId(connection: Connection, system: string, name: string): Oid | undefined {
  return connection
    .prepared<{ id: Oid }>(
      `SELECT i.id FROM external x CROSS JOIN issue i ON i.seq = x.issue WHERE x.system = ? AND x.name = ?
       ORDER BY i.deleted, i.created_at, i.id LIMIT 1`,
    )
    .get(system, name)?.id;
}

export function broken(connection: Connection): Unread[] {
  return connection
    .prepared<Omit<Unread, "refused"> & { refused: number }>("SELECT id, tip, reason, refused FROM broken ORDER BY id")
    .all()
    .map((row) => ({ ...row, refused: row.refused === 1 }));
}

export function quarantined(connection: Connection): Oid[] {
  return connection
    .prepared<{ id: Oid }>("SELECT id FROM issue WHERE quarantined = 1 ORDER BY id")
    .all()
    .map(({ id }) => id);
}

/** Nobody undoes further back than this. */
const actionsMax = 50;

export function recordAction(connection: Connection, action: Action): void {
  const { lastInsertRowid } = connection
    .prepared("INSERT INTO action (commits) VALUES (?)")
    .run(JSON.stringify(action.commits));
  connection.prepared("DELETE FROM action WHERE seq <= ?").run(Number(lastInsertRowid) - actionsMax);
}

/** The oldest first. */
export function actions(connection: Connection): Action[] {
  return connection
    .prepared<{ commits: string }>("SELECT commits FROM action ORDER BY seq")
    .all()
    .map(({ commits }) => ({ commits: JSON.parse(commits) }));
}

export function lastAction(connection: Connection): Action | undefined {
  const row = connection.prepared<{ commits: string }>("SELECT commits FROM action ORDER BY seq DESC LIMIT 1").get();
  return row === null ? undefined : { commits: JSON.parse(row.commits) };
}

export function lastTouched(connection: Connection): Oid | undefined {
  const rows = connection.prepared<{ commits: string }>("SELECT commits FROM action ORDER BY seq DESC").iterate();
  for (const { commits } of rows) {
    const done: Action["commits"] = JSON.parse(commits);
    const touched = done.findLast(({ issue }) => issue !== projectAction);
    if (touched !== undefined) return touched.issue;
  }
  return undefined;
}

/** What SQLite finds wrong with the file. */
export function check(connection: Connection): string[] {
  return connection
    .prepared<{ quick_check: string }>("PRAGMA quick_check")
    .all()
    .map((row) => row.quick_check)
    .filter((line) => line !== "ok");
}
