/**
 * What other repositories say of the issues here. An edge is kept where it starts, so an index alone knows neither who waits for it from
 * elsewhere nor what became of the ends of its own edges there; whoever sees all repositories tells it.
 */
import type { Oid } from "../core/commit.ts";
import type { IssueReference } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import type { Edge } from "./index.ts";

/** An issue of another repository. */
export interface ForeignEnd extends IssueReference {
  readonly deleted: boolean;
}

export interface Elsewhere {
  /** The name that marks the issues of this repository where those of several stand together; undefined: nothing marks them. */
  readonly here: string | undefined;
  /** Edges that start in other repositories and end here. */
  readonly incoming: readonly Edge[];
  /** The issues of other repositories that edges from or to here have at their other ends. */
  readonly ends: ReadonlyMap<Oid, ForeignEnd>;
}

/** The edges that hold and end at no issue of this index. */
export function outgoing(connection: Connection): Edge[] {
  return connection
    .prepared<Edge>(
      `SELECT source, kind, target FROM edge e
       WHERE broken = 0 AND NOT EXISTS (SELECT 1 FROM issue i WHERE i.id = e.target) ORDER BY source, kind, target`,
    )
    .all();
}

/** The issues here that wait for an open one elsewhere. */
export function waitingForOthers(elsewhere: Elsewhere | undefined): Oid[] {
  if (elsewhere === undefined) return [];
  const open = ({ kind, source }: Edge) => {
    const end = elsewhere.ends.get(source);
    return kind === "blocks" && end !== undefined && !end.deleted && end.category !== "done";
  };
  return elsewhere.incoming.filter(open).map(({ target }) => target);
}

/** The issues here at which an edge of that kind ends that starts at one with such an id. */
export function reachedFrom(elsewhere: Elsewhere | undefined, kind: Edge["kind"], prefix: string): Oid[] {
  const edges = elsewhere?.incoming ?? [];
  return edges.filter((edge) => edge.kind === kind && edge.source.startsWith(prefix)).map(({ target }) => target);
}
