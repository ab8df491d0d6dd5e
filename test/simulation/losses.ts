/** What stores lose: remotes that are set back, issues that are forgotten, objects that nothing leads to. No event is lost everywhere. */
import type { Oid } from "../../src/core/commit.ts";
import { parentsOf } from "../../src/store/objects.ts";
import { refs } from "../../src/store/refs.ts";
import type { MemoryStore } from "../support/memory-store.ts";
import type { Chance } from "./chance.ts";
import type { Setting } from "./net.ts";
import type { Replica } from "./replica.ts";
import { hasSeen } from "./world.ts";

/** Somebody sets a remote back, or takes an issue out of it. */
export function rewind(
  { chance }: Setting,
  { refs: all, objects }: Pick<MemoryStore, "refs" | "objects">,
  issue: Oid,
): void {
  const tip = all.get(refs.issue(issue));
  if (tip === undefined) return;
  if (chance.of(0.3)) all.delete(refs.issue(issue));
  else all.set(refs.issue(issue), olderTip({ objects }, tip, chance));
}

/** The issue is purged, or its ref alone is deleted by hand; where another replica has all of it. */
export function forget({ world, chance, replicas }: Setting, replica: Replica, issue: Oid): void {
  const ref = refs.issue(issue);
  const tip = replica.store.refs.get(ref);
  const isElsewhere = replicas.some(({ store }) => {
    const other = store === replica.store || tip === undefined ? undefined : store.refs.get(ref);
    return other !== undefined && tip !== undefined && hasSeen(world.fact(other), world.fact(tip));
  });
  if (!isElsewhere) return;
  replica.store.refs.delete(ref);
  replica.index.delete(issue);
  if (chance.of(0.3)) return;
  for (const known of [...replica.store.refs.keys()]) if (known.endsWith(`/${issue}`)) replica.store.refs.delete(known);
  if (chance.of(0.7)) collect(replica.store);
}

/** Takes out every commit that no ref leads to. */
export function collect({ objects, refs: all }: Pick<MemoryStore, "refs" | "objects">): void {
  const reached = new Set<Oid>();
  const pending = [...all.values()];
  for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
    const object = objects.get(oid);
    if (object === undefined || reached.has(oid)) continue;
    reached.add(oid);
    pending.push(...parentsOf(object.bytes));
  }
  for (const { oid, type } of [...objects.values()]) if (type === "commit" && !reached.has(oid)) objects.delete(oid);
}

/** The tip, or what stood there some commits ago. */
export function olderTip({ objects }: Pick<MemoryStore, "objects">, tip: Oid, chance: Chance): Oid {
  let older = tip;
  for (let steps = chance.int(4); steps > 0; steps--) {
    const parents = parentsOf(objects.get(older)?.bytes ?? new Uint8Array());
    if (parents.length > 0) older = chance.pick(parents);
  }
  return older;
}
