/**
 * Taking in a pack: for each tip that was asked for it is seen whether all it stands on came or is here, and is sound. Only then is what it
 * stands on written, and nothing else that came.
 */
import type { Oid } from "../core/commit.ts";
import { type NamedObject, nameObject } from "../store/objects.ts";
import type { ReceivedPack } from "../store/received-pack.ts";
import { linksOf, type ObjectLink } from "../store/soundness.ts";
import type { Store } from "../store/store.ts";

export interface Intake {
  /** What came that the good tips stand on. */
  readonly objects: readonly Oid[];
  /** Why a tip can't be taken, by its oid. `faulty`: for what came, not for what didn't. */
  readonly refused: ReadonlyMap<Oid, { readonly reason: string; readonly faulty: boolean }>;
}

/** Looks through what came. */
export async function inspect(store: Store, pack: ReceivedPack, tips: readonly Oid[]): Promise<Intake> {
  const walks = tips.map((tip) => walk(store, pack, tip));
  const outside = await findOutside(store, walks);
  const refused = new Map<Oid, { reason: string; faulty: boolean }>();
  const objects = new Set<Oid>();
  for (const { tip, came, needs, wrong } of walks) {
    const lacking = [...needs].find(([oid, type]) => outside.get(oid) !== type);
    const reason = wrong ?? (lacking && `the remote did not send ${lacking[1]} ${lacking[0]}`);
    if (reason !== undefined) refused.set(tip, { reason, faulty: wrong !== undefined });
    else for (const oid of came) objects.add(oid);
  }
  return { objects: [...objects], refused };
}

/** Writes objects that came, a bounded number of bytes at a time. */
export async function keep(store: Store, pack: ReceivedPack, oids: readonly Oid[]): Promise<void> {
  if (oids.length === 0) return;
  // Git knows the empty tree without having it, but its fsck misses it.
  let held: NamedObject[] = [nameObject(store.hash, { type: "tree", bytes: new Uint8Array() })];
  let bytes = 0;
  for (const oid of oids) {
    const object = pack.read(oid);
    if (object === undefined) continue;
    held.push({ ...object, oid });
    bytes += object.bytes.length;
    if (bytes < writtenBytes) continue;
    await store.writeObjects(held);
    held = [];
    bytes = 0;
  }
  await store.writeObjects(held);
}

/** So many are written at once. */
const writtenBytes = 16 * 1024 * 1024;

interface Walk {
  readonly tip: Oid;
  readonly came: ReadonlySet<Oid>;
  /** What must be here already. */
  readonly needs: ReadonlyMap<Oid, ObjectLink["type"]>;
  readonly wrong: string | undefined;
}

function walk(store: Store, pack: ReceivedPack, tip: Oid): Walk {
  const came = new Set<Oid>();
  const needs = new Map<Oid, ObjectLink["type"]>();
  const waiting: ObjectLink[] = [{ oid: tip, type: "commit" }];
  for (let link = waiting.pop(); link !== undefined; link = waiting.pop()) {
    const { oid, type } = link;
    if (came.has(oid) || (oid === store.emptyTree && type === "tree")) continue;
    const object = pack.read(oid);
    if (object === undefined) {
      needs.set(oid, type);
      continue;
    }
    const links = object.type === type ? linksOf(object) : `it is a ${object.type}, not a ${type}`;
    if (typeof links === "string") return { tip, came, needs, wrong: `${oid} can't be taken: ${links}` };
    came.add(oid);
    waiting.push(...links);
  }
  return { tip, came, needs, wrong: undefined };
}

/** The types of those objects that are here. */
async function findOutside(store: Store, walks: readonly Walk[]): Promise<Map<Oid, ObjectLink["type"]>> {
  const sought = [...new Set(walks.flatMap(({ needs }) => [...needs.keys()]))];
  const found = new Map<Oid, ObjectLink["type"]>();
  for (let at = 0; at < sought.length; at += lookedUpMax) {
    const part = sought.slice(at, at + lookedUpMax);
    const objects = await store.readObjects(part);
    for (const [i, oid] of part.entries()) {
      const object = objects[i];
      if (object !== undefined && !("damage" in object)) found.set(oid, object.type);
    }
  }
  return found;
}

/** So many are read at once, since all are in memory then. */
const lookedUpMax = 64;
