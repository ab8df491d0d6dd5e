/**
 * Graphs of issues: parents, blockers and duplicates must not run in circles. Two people can each make an edge that was fine where
 * they stood and close a circle together; then the later edge gives way, on every replica the same one.
 */
import type { Oid } from "./commit.ts";

export interface GraphEdge {
  readonly source: Oid;
  readonly target: Oid;
}

export interface DatedEdge extends GraphEdge {
  /** A place in stream order, comparable as text. */
  readonly since: string;
}

/** A shortest path along the edges, both ends included; undefined if there is none. Everything reaches itself. */
export function findPath(edges: Iterable<GraphEdge>, from: Oid, to: Oid): Oid[] | undefined {
  const targets = new Map<Oid, Oid[]>();
  for (const { source, target } of edges) push(targets, source, target);
  const cameFrom = new Map<Oid, Oid | undefined>([[from, undefined]]);
  for (const [node] of cameFrom) {
    if (node === to) break;
    for (const target of targets.get(node) ?? []) if (!cameFrom.has(target)) cameFrom.set(target, node);
  }
  if (!cameFrom.has(to)) return undefined;
  const path: Oid[] = [];
  for (let node: Oid | undefined = to; node !== undefined; node = cameFrom.get(node)) path.push(node);
  return path.reverse();
}

/**
 * Tells the edges that hold from those that give way. Edges are added in order of `since`, then source, then target; one that
 * would close a circle with those before it is broken.
 */
export function breakCycles<E extends DatedEdge>(edges: readonly E[]): { readonly kept: E[]; readonly broken: E[] } {
  const suspects = onlyCircular(edges);
  const onward = new Map<Oid, Oid[]>();
  const backward = new Map<Oid, Oid[]>();
  const broken: E[] = [];
  for (const edge of [...suspects].sort(bySince)) {
    if (reaches(onward, backward, edge.target, edge.source)) {
      broken.push(edge);
      continue;
    }
    push(onward, edge.source, edge.target);
    push(backward, edge.target, edge.source);
  }
  const lost = new Set<E>(broken);
  return { kept: edges.filter((edge) => !lost.has(edge)), broken };
}

/**
 * Leaves out edges that no circle can pass through: those of a node that nothing leads to or that leads nowhere, again and again.
 * Nearly always nothing remains, which makes the common case linear.
 */
function onlyCircular<E extends GraphEdge>(edges: readonly E[]): Set<E> {
  const left = new Set<E>(edges);
  const out = new Map<Oid, E[]>();
  const into = new Map<Oid, E[]>();
  for (const edge of edges) {
    push(out, edge.source, edge);
    push(into, edge.target, edge);
  }
  const outgoing = counts(out);
  const incoming = counts(into);
  const ends = [...new Set([...out.keys(), ...into.keys()])].filter(
    (node) => !outgoing.has(node) || !incoming.has(node),
  );
  for (let node = ends.pop(); node !== undefined; node = ends.pop()) {
    for (const edge of out.get(node) ?? [])
      if (left.delete(edge) && drop(incoming, edge.target)) ends.push(edge.target);
    for (const edge of into.get(node) ?? [])
      if (left.delete(edge) && drop(outgoing, edge.source)) ends.push(edge.source);
  }
  return left;
}

/** Searches from both ends in turn, so that the cost follows the smaller of the two sides. */
function reaches(onward: Neighbours, backward: Neighbours, from: Oid, to: Oid): boolean {
  const ahead = new Set([from]);
  const behind = new Set([to]);
  const nextAhead = ahead.values();
  const nextBehind = behind.values();
  for (;;) {
    const front = nextAhead.next();
    if (front.done) return false;
    if (behind.has(front.value)) return true;
    for (const node of onward.get(front.value) ?? []) ahead.add(node);
    const back = nextBehind.next();
    if (back.done) return false;
    if (ahead.has(back.value)) return true;
    for (const node of backward.get(back.value) ?? []) behind.add(node);
  }
}

type Neighbours = ReadonlyMap<Oid, readonly Oid[]>;

function bySince(a: DatedEdge, b: DatedEdge): number {
  return compare(a.since, b.since) || compare(a.source, b.source) || compare(a.target, b.target);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function push<T>(lists: Map<Oid, T[]>, key: Oid, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function counts(lists: ReadonlyMap<Oid, readonly unknown[]>): Map<Oid, number> {
  return new Map(Array.from(lists, ([node, list]) => [node, list.length]));
}

/** Counts one less. True if none is left. */
function drop(counters: Map<Oid, number>, node: Oid): boolean {
  const left = (counters.get(node) ?? 0) - 1;
  counters.set(node, left);
  return left === 0;
}
