/** What a remote lacks, gathered in parcels: streams, and the objects that it needs to have of them. A parcel is bounded, so that memory is. */
import type { Oid } from "../core/commit.ts";
import { type NamedObject, nameObject } from "../store/objects.ts";
import { linksOf } from "../store/soundness.ts";
import type { RawCommit, Store } from "../store/store.ts";
import type { Refused, Sending } from "./transport.ts";

export interface Parcel {
  readonly sendings: readonly Sending[];
  readonly objects: readonly NamedObject[];
}

export interface Collected {
  readonly parcels: AsyncIterable<Parcel>;
  /** What can't be sent; complete when the parcels are. */
  readonly refused: readonly Refused[];
}

/** From so many bytes on, uncompressed, a parcel is sent. */
const parcelBytes = 32 * 1024 * 1024;

export function collect(store: Store, sendings: readonly Sending[]): Collected {
  const refused: Refused[] = [];
  return { parcels: parcels(store, sendings, refused), refused };
}

async function* parcels(store: Store, sendings: readonly Sending[], refused: Refused[]): AsyncGenerator<Parcel> {
  let held: Sending[] = [];
  let objects = new Map<Oid, NamedObject>();
  let bytes = 0;
  let at = 0;
  const parcel = () => {
    const full: Parcel = { sendings: held, objects: [emptyTreeOf(store), ...objects.values()] };
    held = [];
    objects = new Map();
    bytes = 0;
    return full;
  };
  for await (const stream of store.readStreams(sendings.map(({ to }) => to))) {
    const sending = sendings[at++];
    if (sending === undefined) break;
    const found = "broken" in stream ? stream.broken : await lackingOf(store, sending, stream.commits);
    if (typeof found === "string") {
      refused.push({ name: sending.name, by: "here", reason: found });
      continue;
    }
    held.push(sending);
    for (const object of found) {
      objects.set(object.oid, object);
      bytes += object.bytes.length;
    }
    if (bytes > parcelBytes) yield parcel();
  }
  if (held.length > 0) yield parcel();
}

/** What the remote does not have of a stream; a text says why it can't be sent. */
async function lackingOf(
  store: Store,
  { from }: Sending,
  commits: readonly RawCommit[],
): Promise<readonly NamedObject[] | string> {
  const there = new Set(from === undefined ? [] : [from]);
  // Children come before their parents, so whoever is reached from there is marked before its turn.
  const lacking: NamedObject[] = [];
  const trees = new Set<Oid>();
  const treesThere = new Set<Oid>([store.emptyTree]);
  let isForward = from === undefined;
  for (const { oid, bytes } of commits) {
    isForward ||= oid === from;
    const links = linksOf({ type: "commit", bytes });
    if (typeof links === "string") return `commit ${oid} can't be sent: ${links}`;
    const isThere = there.has(oid);
    if (!isThere) lacking.push({ oid, type: "commit", bytes });
    for (const link of links) {
      if (link.type === "commit" && isThere) there.add(link.oid);
      if (link.type === "tree") (isThere ? treesThere : trees).add(link.oid);
    }
  }
  if (!isForward) return "non-fast-forward";
  const files = await below(store, trees, treesThere);
  return typeof files === "string" ? files : [...lacking, ...files];
}

/** Trees with all that is in them, but for those that are there. */
async function below(
  store: Store,
  trees: ReadonlySet<Oid>,
  there: ReadonlySet<Oid>,
): Promise<readonly NamedObject[] | string> {
  const found = new Map<Oid, NamedObject>();
  let waiting = [...trees];
  while (waiting.length > 0) {
    const next = waiting.filter((oid) => !found.has(oid) && !there.has(oid));
    const objects = await store.readObjects(next);
    waiting = [];
    for (const [i, oid] of next.entries()) {
      const object = objects[i];
      if (object === undefined) return `${oid} is missing`;
      if ("damage" in object) return `${oid} can't be read: ${object.damage}`;
      const links = linksOf(object);
      if (typeof links === "string") return `${oid} can't be sent: ${links}`;
      found.set(oid, { ...object, oid });
      waiting.push(...links.map((link) => link.oid));
    }
  }
  return [...found.values()];
}

/** Git knows it without having it, but its fsck misses it. */
function emptyTreeOf(store: Store): NamedObject {
  return nameObject(store.hash, { type: "tree", bytes: new Uint8Array() });
}
