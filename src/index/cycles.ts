/**
 * Which edges give way because they would close a circle. That is decided over all edges of a kind; here it is kept up to date with
 * as little of that as a change needs.
 */
import type { Oid } from "../core/commit.ts";
import { breakCycles, type DatedEdge } from "../core/graph.ts";
import type { Connection } from "./connection.ts";
import type { Edge } from "./index.ts";

/** The edges that a transaction has written and taken out. */
export interface ChangedEdges {
  readonly added: Edge[];
  readonly removed: Edge[];
  /** Issues whose row may say something else of its edges now. */
  readonly touched: Set<Oid>;
}

export function noEdges(): ChangedEdges {
  return { added: [], removed: [], touched: new Set() };
}

/** Only these must not run in circles; `relates` may. */
const acyclicKinds = ["blocks", "parent", "duplicates"] as const;

/** Following an edge further than this costs more than looking at all edges at once. */
const reachedMax = 1000;

export function settleCycles(connection: Connection, { added, removed, touched }: ChangedEdges): void {
  for (const kind of acyclicKinds) {
    const isOf = (edge: Edge) => edge.kind === kind;
    if (decidesNothing(connection, kind, added.filter(isOf), removed.filter(isOf))) continue;
    for (const source of breakEdges(connection, kind)) touched.add(source);
  }
  for (const id of touched) showEdges(connection, id);
}

/** True if no edge can be broken or whole because of these changes: none makes a circle, and none undoes one. */
function decidesNothing(
  connection: Connection,
  kind: Edge["kind"],
  added: readonly Edge[],
  removed: readonly Edge[],
): boolean {
  if (removed.length > 0) {
    const broken = connection.prepared("SELECT 1 FROM edge WHERE kind = ? AND broken = 1 LIMIT 1").get(kind);
    if (broken !== null) return false;
  }
  return added.every((edge) => isLoose(connection, edge) || !mayReach(connection, kind, edge.target, edge.source));
}

/** True if nothing leads to where it starts, or nothing goes on from where it ends: then it is part of no circle. Most edges are such. */
function isLoose(connection: Connection, { source, kind, target }: Edge): boolean {
  return (
    connection.prepared("SELECT 1 FROM edge WHERE target = ? AND kind = ? LIMIT 1").get(source, kind) === null ||
    connection.prepared("SELECT 1 FROM edge WHERE source = ? AND kind = ? LIMIT 1").get(target, kind) === null
  );
}

/** False only if there is no path. Edges that are broken count: they close the circles that others are part of. */
function mayReach(connection: Connection, kind: Edge["kind"], from: Oid, to: Oid): boolean {
  const reached = connection
    .prepared<{ readonly n: number; readonly found: number }>(
      `WITH RECURSIVE reached (id) AS (
         SELECT ?1
         UNION SELECT e.target FROM reached r CROSS JOIN edge e ON e.source = r.id WHERE e.kind = ?3 LIMIT ${reachedMax})
       SELECT count(*) AS n, ifnull(max(id = ?2), 0) AS found FROM reached`,
    )
    .get(from, to, kind);
  return reached === null || reached.found === 1 || reached.n === reachedMax;
}

/** Decides about all edges of a kind. Returns where those start that are broken now and weren't, or the other way round. */
function breakEdges(connection: Connection, kind: Edge["kind"]): Oid[] {
  const edges = connection
    .prepared<DatedEdge & { readonly broken: number }>("SELECT source, target, since, broken FROM edge WHERE kind = ?")
    .all(kind);
  const { kept, broken } = breakCycles(edges);
  const changed = [...kept.filter((edge) => edge.broken === 1), ...broken.filter((edge) => edge.broken === 0)];
  for (const edge of changed)
    connection
      .prepared("UPDATE edge SET broken = ? WHERE source = ? AND kind = ? AND target = ?")
      .run(1 - edge.broken, edge.source, kind, edge.target);
  return changed.map(({ source }) => source);
}

/** Writes into an issue's row what follows from its edges. */
function showEdges(connection: Connection, id: Oid): void {
  connection
    .prepared(
      `UPDATE issue SET
         parent = (SELECT target FROM edge WHERE source = issue.id AND kind = 'parent' AND broken = 0),
         cyclic = EXISTS (SELECT 1 FROM edge WHERE source = issue.id AND broken = 1)
       WHERE id = ?`,
    )
    .run(id);
}
