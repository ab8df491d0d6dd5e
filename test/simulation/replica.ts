/**
 * One clone: a store of its own, a clock of its own that may be wrong, and states that it keeps between commands, as the index does.
 * It writes as the verbs do (objects, then the ref by compare-and-swap) and takes over others' tips as sync does: fast-forward, or
 * the merge commit.
 */
import type { Actor, Commit, Moment, Oid } from "../../src/core/commit.ts";
import { foldOnTop, foldStream } from "../../src/core/fold.ts";
import type { Issue } from "../../src/core/issue.ts";
import { mergeCommit } from "../../src/core/merge.ts";
import { ancestry, inStreamOrder } from "../../src/core/order.ts";
import { refs } from "../../src/store/refs.ts";
import { type MemoryStore, memoryStore } from "../support/memory-store.ts";
import type { Chance } from "./chance.ts";
import { Broken, type Meant, type World } from "./world.ts";

/** Where the next write is cut off: its objects are there, its ref has not moved; or all is done and nobody was told. */
export type Fault = "crash-before-ref" | "crash-after-ref";

/** The process died. What it kept in memory is gone. */
export class Crash extends Error {}

export interface Replica {
  readonly actor: Actor;
  readonly store: MemoryStore;
  /** States kept between commands. */
  readonly index: Map<Oid, Issue>;
  /** What callers were told is stored. */
  readonly acked: { readonly issue: Oid; readonly oid: Oid }[];
  /** Seconds that its clock is wrong by. */
  skew: number;
  fault: Fault | undefined;
}

export function createReplica(actor: Actor, skew: number): Replica {
  const store = memoryStore();
  const replica: Replica = {
    actor,
    skew,
    fault: undefined,
    index: new Map(),
    acked: [],
    store: {
      ...store,
      async swap(updates) {
        const { fault } = replica;
        replica.fault = undefined;
        if (fault === "crash-before-ref") throw new Crash();
        const result = await store.swap(updates);
        if (fault === "crash-after-ref") throw new Crash();
        return result;
      },
    },
  };
  return replica;
}

export interface Writing extends Meant {
  readonly message: string;
  readonly parents: readonly Oid[];
  readonly time: Moment;
}

/**
 * Writes one commit and moves the issue's ref to it. A lost race is made good by writing again on the new tip. Returns the
 * commit's name, which is also the issue's if there was none.
 */
export async function write(world: World, replica: Replica, issue: Oid | undefined, writing: Writing): Promise<Oid> {
  const { actor: author, store } = replica;
  const { parents, time, message, drafts, unread } = writing;
  const content = { tree: store.emptyTree, parents, author, time, message };
  const [oid = ""] = await store.writeCommits([content]);
  if (oid !== store.nameCommit(content)) throw new Broken("a commit was stored under another name");
  world.record({ oid, parents, author, seconds: Math.max(0, time.seconds), drafts, unread });
  const id = issue ?? oid;
  const moved = await store.swap([{ ref: refs.issue(id), from: parents[0], to: oid }]);
  if (moved.kind === "moved") {
    if (moved.actual === undefined) throw new Broken("a ref is gone");
    return write(world, replica, issue, { ...writing, parents: [moved.actual] });
  }
  replica.acked.push({ issue: id, oid });
  const before = replica.index.get(id);
  const commit = commitIn(world, replica, oid);
  if (before !== undefined && parents.length === 1 && before.revision === parents[0]) {
    replica.index.set(id, foldOnTop(before, [commit]));
  }
  return oid;
}

/** Takes over tips of others. Returns the tip that the issue has then. */
export async function integrate(world: World, replica: Replica, issue: Oid, theirs: readonly Oid[]): Promise<Oid> {
  const { store } = replica;
  const ref = refs.issue(issue);
  const ours = await store.readRef(ref);
  const tips = [...new Set([...(ours === undefined ? [] : [ours]), ...theirs])];
  if (ours !== undefined && tips.length === 1) return ours;
  const isAncestor = ancestry(inStreamOrder(reachable(world, replica, tips)));
  const newest = tips.filter((tip) => !tips.some((other) => other !== tip && isAncestor(tip, other)));
  const [only] = newest;
  const to = newest.length === 1 && only !== undefined ? only : await writeMerge(world, replica, newest);
  if (to !== ours) await store.swap([{ ref, from: ours, to }]);
  return to;
}

async function writeMerge(world: World, replica: Replica, tips: readonly Oid[]): Promise<Oid> {
  const { store } = replica;
  const commits = tips.map((tip) => commitIn(world, replica, tip));
  const content = mergeCommit(commits, store.emptyTree);
  if (store.nameCommit(mergeCommit(commits.toReversed(), store.emptyTree)) !== store.nameCommit(content)) {
    throw new Broken("merge(a, b) is not merge(b, a)");
  }
  const [oid = ""] = await store.writeCommits([content]);
  const { parents, author, time } = content;
  if (parents.length !== tips.length) throw new Broken("a merge does not have the tips as its parents");
  if (time.seconds !== Math.max(...tips.map((tip) => world.fact(tip).seconds))) {
    throw new Broken("a merge does not carry the latest of its parents' times");
  }
  world.record({ oid, parents, author, seconds: time.seconds, drafts: [], unread: [] });
  return oid;
}

/** Copies the objects that `tip` is made of, in any order, from one store into another. */
export function copyObjects(world: World, chance: Chance, tip: Oid, from: Replica, to: Replica): void {
  for (const { oid } of chance.shuffled(reachable(world, from, [tip]))) {
    const object = from.store.objects.get(oid);
    if (object !== undefined) to.store.objects.set(oid, object);
  }
}

/** The issue's state as the replica's commands see it: kept, or read again if the ref moved or the process is a new one. */
export async function stateOf(world: World, replica: Replica, issue: Oid): Promise<Issue> {
  const tip = await replica.store.readRef(refs.issue(issue));
  const kept = replica.index.get(issue);
  if (kept !== undefined && kept.revision === tip) return kept;
  if (tip === undefined) throw new Broken("an issue is gone");
  const state = fold(world, issue, tip, reachable(world, replica, [tip]));
  replica.index.set(issue, state);
  return state;
}

export function fold(world: World, issue: Oid, tip: Oid, commits: readonly Commit[]): Issue {
  const folded = foldStream(issue, tip, commits, world.strategy);
  if (typeof folded === "string") throw new Broken(`a stream does not fold: ${folded}`);
  return folded.issue;
}

/** Every commit that is an ancestor of one of the tips, as the replica has it. */
export function reachable(world: World, replica: Replica, tips: readonly Oid[]): Commit[] {
  const found = new Map<Oid, Commit>();
  const pending = [...tips];
  for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
    if (found.has(oid)) continue;
    const commit = commitIn(world, replica, oid);
    found.set(oid, commit);
    pending.push(...commit.parents);
  }
  return [...found.values()];
}

function commitIn(world: World, replica: Replica, oid: Oid): Commit {
  const object = replica.store.objects.get(oid);
  if (object === undefined) throw new Broken(`commit ${oid} is missing`);
  return world.decode(oid, object.bytes);
}
