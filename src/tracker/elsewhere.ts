/** What the repositories of a workspace say of each other's issues: the edges between them, and what became of their ends. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { findPath } from "../core/graph.ts";
import type { Elsewhere, ForeignEnd } from "../index/elsewhere.ts";
import type { Edge } from "../index/index.ts";
import { recovering, refresh } from "./refresh.ts";
import type { Neighbour, Tracker } from "./tracker.ts";

/** One of the repositories that are looked at together. */
export interface Met extends Neighbour {
  /** What marks its issues; undefined: nothing. */
  readonly mark: string | undefined;
}

/** Brings every index up to date, and says for each what the others know of its issues. What can't be read is left out, with a warning. */
export async function meet(asked: readonly Met[]): Promise<ReadonlyMap<Tracker, Elsewhere>> {
  const leaving: Leaving[] = [];
  for (const { name, tracker } of asked) {
    try {
      leaving.push({ name, tracker, edges: await readFresh(tracker, outgoingOf) });
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
      tracker.warn(error.message);
    }
  }
  const all = asked.filter(({ tracker }) => leaving.some((each) => each.tracker === tracker));
  const wanted = [...new Set(leaving.flatMap(({ edges }) => edges.flatMap(({ source, target }) => [source, target])))];
  const ends = new Map(
    all.map(({ name, tracker }) => [tracker, wanted.length === 0 ? none : endsOf({ name, tracker }, wanted)]),
  );
  return new Map(
    all.map(({ tracker, mark }) => {
      const own = ends.get(tracker) ?? none;
      const incoming = uniqueEdges(
        leaving
          .filter((other) => other.tracker !== tracker)
          .flatMap(({ edges }) => edges.filter((edge) => own.has(edge.target))),
      ).filter(({ source }) => !own.has(source));
      const needed = new Set([
        ...incoming.map(({ source }) => source),
        ...(leaving.find((each) => each.tracker === tracker)?.edges.map(({ target }) => target) ?? []),
      ]);
      return [tracker, { here: mark, incoming, ends: firstOf(needed, [...ends.values()]) }];
    }),
  );
}

interface Leaving extends Neighbour {
  readonly edges: readonly Edge[];
}

const none: ReadonlyMap<Oid, ForeignEnd> = new Map();

function outgoingOf({ index }: Tracker): Edge[] {
  return index.outgoing();
}

async function readFresh<T>(tracker: Tracker, read: (tracker: Tracker) => T): Promise<T> {
  return await recovering(tracker, async () => {
    await refresh(tracker);
    return read(tracker);
  });
}

function endsOf({ name, tracker }: Neighbour, ids: readonly Oid[]): ReadonlyMap<Oid, ForeignEnd> {
  return new Map([...tracker.index.ends(ids)].map(([id, end]) => [id, { ...end, repository: name }]));
}

/** A fork has the edges of what it was forked from. */
function uniqueEdges(edges: readonly Edge[]): Edge[] {
  return [...new Map(edges.map((edge) => [`${edge.source} ${edge.kind} ${edge.target}`, edge])).values()];
}

/** Of an issue that several repositories have, the first one's. */
function firstOf(ids: Iterable<Oid>, found: readonly ReadonlyMap<Oid, ForeignEnd>[]): Map<Oid, ForeignEnd> {
  const ends = new Map<Oid, ForeignEnd>();
  for (const id of ids) {
    const end = found.find((each) => each.has(id))?.get(id);
    if (end !== undefined) ends.set(id, end);
  }
  return ends;
}

/** The ids of other repositories that begin with `prefix`, each with the repositories that have it. At most `limit` of each. */
export async function findAbroad(tracker: Tracker, prefix: string, limit: number): Promise<Map<Oid, Neighbour[]>> {
  const found = new Map<Oid, Neighbour[]>();
  for (const neighbour of (await tracker.surroundings?.neighbours()) ?? []) {
    const ids = await readFresh(neighbour.tracker, ({ index }) => index.withPrefix(prefix, limit));
    for (const id of ids) found.set(id, [...(found.get(id) ?? []), neighbour]);
  }
  return found;
}

/** A path along the edges of one kind of this repository and its neighbours; undefined if there is none. */
export async function pathAnywhere(
  tracker: Tracker,
  kind: Edge["kind"],
  from: Oid,
  to: Oid,
): Promise<Oid[] | undefined> {
  const edges = tracker.index.edges([kind]);
  for (const neighbour of (await tracker.surroundings?.neighbours()) ?? [])
    edges.push(...(await readFresh(neighbour.tracker, ({ index }) => index.edges([kind]))));
  return findPath(edges, from, to);
}
