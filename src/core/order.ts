/**
 * Stream order: the one order in which every replica folds the same commits. By generation (1 + the highest of the parents'),
 * then author time, then oid: ancestors always come first, and a wrong clock decides only between edits that are equally deep.
 */
import type { Commit, Oid } from "./commit.ts";

export type Graph = readonly Pick<Commit, "oid" | "parents" | "time">[];

/** A commit's place in stream order as text: comparing two such texts compares the commits, also of different streams. */
export function placeOf(generation: number, commit: Graph[number]): string {
  return `${padded(generation, "0000000")}.${padded(commit.time.seconds, "000000000000")}.${commit.oid}`;
}

function padded(value: number, zeros: string): string {
  const digits = String(value);
  return zeros.slice(digits.length) + digits;
}

/** The commits from the root on if they came from the newest on and never fork, as most streams do: then nothing else is to be found out. */
function inOneLine<C extends Graph[number]>(commits: readonly C[]): C[] | undefined {
  const last = commits.length - 1;
  for (let i = 0; i < last; i++) {
    const parents = commits[i]?.parents;
    if (parents?.length !== 1 || parents[0] !== commits[i + 1]?.oid) return undefined;
  }
  return commits[last]?.parents.length === 0 ? commits.toReversed() : undefined;
}

/**
 * Generations of all commits, the root's being 1. A parent that isn't among them counts as absent. The walk keeps its own
 * stack, since a stream may be longer than the machine's.
 */
export function generations(commits: Graph): Map<Oid, number> {
  const line = inOneLine(commits);
  if (line !== undefined) return new Map(line.map(({ oid }, index) => [oid, index + 1]));
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]));
  const done = new Map<Oid, number>();
  for (const start of commits) {
    const stack = [start];
    for (let commit = stack.at(-1); commit !== undefined; commit = stack.at(-1)) {
      let highest = 0;
      let pending = false;
      for (const parent of done.has(commit.oid) ? [] : commit.parents) {
        const known = done.get(parent);
        const unvisited = known === undefined ? byOid.get(parent) : undefined;
        if (unvisited !== undefined) {
          stack.push(unvisited);
          pending = true;
        } else if (known !== undefined && known > highest) highest = known;
      }
      if (pending) continue;
      if (!done.has(commit.oid)) done.set(commit.oid, highest + 1);
      stack.pop();
    }
  }
  return done;
}

/** The commits in stream order. */
export function inStreamOrder<C extends Graph[number]>(
  commits: readonly C[],
  generation?: ReadonlyMap<Oid, number>,
): C[] {
  return inOneLine(commits) ?? sorted(commits, generation ?? generations(commits));
}

function sorted<C extends Graph[number]>(commits: readonly C[], generation: ReadonlyMap<Oid, number>): C[] {
  return [...commits].sort((a, b) => {
    const deeper = (generation.get(a.oid) ?? 0) - (generation.get(b.oid) ?? 0);
    return deeper || a.time.seconds - b.time.seconds || (a.oid < b.oid ? -1 : a.oid > b.oid ? 1 : 0);
  });
}

/**
 * Answers whether one commit is an ancestor of another in constant time. Every run of commits without forks is a chain; a commit
 * knows, for each chain, how far its history reaches into it. Commits of one chain share that knowledge, so it costs memory only
 * where histories fork and merge (vector clocks over chains instead of replicas).
 */
export function ancestry(ordered: Graph): (ancestor: Oid, descendant: Oid) => boolean {
  const places = new Map<
    Oid,
    { readonly chain: number; readonly position: number; readonly reach: ReadonlyMap<number, number> }
  >();
  const extended = new Set<Oid>();
  let chains = 0;
  for (const commit of ordered) {
    const parents = commit.parents.flatMap((parent) => places.get(parent) ?? []);
    const [first] = parents;
    const [firstOid] = commit.parents;
    if (first !== undefined && firstOid !== undefined && commit.parents.length === 1 && !extended.has(firstOid)) {
      extended.add(firstOid);
      places.set(commit.oid, { ...first, position: first.position + 1 });
      continue;
    }
    const reach = new Map<number, number>();
    for (const parent of parents) {
      for (const [chain, position] of parent.reach) reach.set(chain, Math.max(position, reach.get(chain) ?? -1));
      reach.set(parent.chain, Math.max(parent.position, reach.get(parent.chain) ?? -1));
    }
    places.set(commit.oid, { chain: chains++, position: 0, reach });
  }
  return (ancestor, descendant) => {
    const a = places.get(ancestor);
    const d = places.get(descendant);
    if (a === undefined || d === undefined) return false;
    return a.chain === d.chain ? a.position <= d.position : (d.reach.get(a.chain) ?? -1) >= a.position;
  };
}
