/**
 * Which edges give way because they would close a circle. That is decided over all edges of a kind; here it is kept up to date with
 * as little of that as a change needs.
 */
import type { Oid } from "../core/commit.ts";
import { breakCycles, type DatedEdge } from "../core/graph.ts";
import type { Connection } from "./connection.ts";
import type { Edge } from "./index.ts";

/** The edges that a transaction has written and taken out. */
export interface CycleWatch {
  readonly added: Edge[];
  readonly removed: Edge[];
}

export function watchCycles(): CycleWatch {
  return { added: [], removed: [] };
}

/** Only these must not run in circles; `relates` may. */
const acyclicKinds = ["blocks", "parent", "duplicates"] as const;

/** With more new edges than this, looking at all edges costs less than following each. */
const followedEdgesMax = 20;

export function settleCycles(connection: Connection, { added, removed }: CycleWatch): void {
  const touched = new Set([...added, ...removed].map(({ source }) => source));
  for (const kind of acyclicKinds) {
    const news = added.filter((edge) => edge.kind === kind);
    const any = news.length > 0 || removed.some((edge) => edge.kind === kind);
    if (!any || isPlain(connection, kind, news)) continue;
    for (const source of breakEdges(connection, kind)) touched.add(source);
  }
  for (const id of touched) showEdges(connection, id);
}

/** True if no edge was broken before and none of the new ones lies on a circle. */
function isPlain(connection: Connection, kind: Edge["kind"], news: readonly Edge[]): boolean {
  const broken = connection.prepared("SELECT 1 FROM edge WHERE kind = ? AND broken = 1 LIMIT 1").get(kind);
  if (broken !== null) return false;
  if (news.length > followedEdgesMax) return false;
  return !news.some(({ source, target }) => reaches(connection, kind, target, source));
}

function reaches(connection: Connection, kind: Edge["kind"], from: Oid, to: Oid): boolean {
  const found = connection
    .prepared(
      `WITH RECURSIVE reached (id) AS (
         SELECT ? UNION SELECT e.target FROM edge e JOIN reached r ON e.source = r.id WHERE e.kind = ?)
       SELECT 1 FROM reached WHERE id = ? LIMIT 1`,
    )
    .get(from, kind, to);
  return found !== null;
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
