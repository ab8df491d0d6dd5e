/**
 * A pack that came from elsewhere, and whose sender may be anybody: all of it is checked before any of it is used. Every object is unpacked
 * and hashed, deltas included. Contents are made again when they are asked for, so that memory is bounded by the pack and a small cache.
 */
import type { Oid } from "../core/commit.ts";
import { type GitObject, type Hash, nameObject, type ObjectType } from "./objects.ts";
import { applyDelta, BadPack, type EntryHeader, inflateAt, readEntryHeader, readEnvelope } from "./pack-entry.ts";

export interface PackLimits {
  /** One object, unpacked. */
  readonly objectBytesMax: number;
  /** All of them together. */
  readonly totalBytesMax: number;
}

export interface ReceivedPack {
  /** How many objects it holds. */
  readonly count: number;
  /** Undefined if it isn't in the pack. */
  read(oid: Oid): GitObject | undefined;
}

interface Entry extends EntryHeader {
  readonly offset: number;
  /** What it is upon, once that is known. */
  below: Entry | undefined;
  /** How many deltas it takes. */
  depth: number;
  /** Undefined as long as it is not known. */
  made: ObjectType | undefined;
}

/** Git makes chains of 50, and of 4095 at most. */
const depthMax = 4095;
/** Resolving deltas may take so many times the work that unpacking takes. */
const workFactor = 8;

/** Reads a whole pack, which must hold all that its deltas are upon. Throws `BadPack`. */
export function readPack(pack: Uint8Array, hash: Hash, limits: PackLimits): ReceivedPack {
  const { count, begin, end } = readEnvelope(pack, hash);
  const entries = new Map<number, Entry>();
  const named = new Map<Oid, Entry>();
  const waiting = new Map<number | Oid, Entry[]>();
  const cache = createCache();
  let total = 0;
  let work = 0;

  const weigh = (size: number) => {
    total += size;
    if (size > limits.objectBytesMax)
      throw new BadPack(`an object in it is bigger than ${limits.objectBytesMax} bytes`);
    if (total > limits.totalBytesMax) throw new BadPack(`what is in it is bigger than ${limits.totalBytesMax} bytes`);
  };

  const contentOf = (entry: Entry): Uint8Array => {
    const chain: Entry[] = [];
    let content: Uint8Array | undefined;
    for (let each: Entry | undefined = entry; each !== undefined && content === undefined; each = each.below) {
      content = cache.get(each.offset);
      if (content === undefined) chain.push(each);
    }
    for (let each = chain.pop(); each !== undefined; each = chain.pop()) {
      const unpacked = inflateAt(pack, each, end).bytes;
      content = content === undefined ? unpacked : applyDelta(content, unpacked, limits.objectBytesMax);
      work += unpacked.length + content.length;
      cache.put(each.offset, content);
    }
    return content ?? new Uint8Array();
  };

  /** Names an entry, then those that were waiting for it, then those that were waiting for them. */
  const settle = (first: Entry) => {
    const ready = [first];
    for (let entry = ready.pop(); entry !== undefined; entry = ready.pop()) {
      if (entry.depth > depthMax) throw new BadPack("it has deltas upon deltas without end");
      const content = contentOf(entry);
      if (entry.below !== undefined) weigh(content.length);
      if (work > limits.totalBytesMax * workFactor) throw new BadPack("its deltas take too long to resolve");
      const type = entry.type ?? entry.below?.made ?? "blob";
      entry.made = type;
      const { oid } = nameObject(hash, { type, bytes: content });
      named.set(oid, entry);
      for (const key of [entry.offset, oid]) {
        for (const above of waiting.get(key) ?? []) ready.push(upon(above, entry));
        waiting.delete(key);
      }
    }
  };

  let offset = begin;
  for (let i = 0; i < count; i++) {
    const header = readEntryHeader(pack, offset, end, hash);
    weigh(header.size);
    const entry: Entry = { ...header, offset, below: undefined, depth: 0, made: undefined };
    entries.set(offset, entry);
    const unpacked = inflateAt(pack, entry, end);
    offset = unpacked.next;
    if (header.base === undefined) {
      cache.put(entry.offset, unpacked.bytes);
      settle(entry);
      continue;
    }
    const below = typeof header.base === "string" ? named.get(header.base) : entries.get(header.base);
    if (below === undefined && typeof header.base === "number") throw new BadPack("it has a delta upon nothing");
    if (below?.made !== undefined) settle(upon(entry, below));
    else waiting.set(header.base, [...(waiting.get(header.base) ?? []), entry]);
  }
  if (offset !== end) throw new BadPack("it holds more than it says");
  if (waiting.size > 0) throw new BadPack("it has deltas upon what it doesn't hold");
  return {
    count: named.size,
    read(oid) {
      const entry = named.get(oid);
      return entry?.made === undefined ? undefined : { type: entry.made, bytes: contentOf(entry) };
    },
  };
}

function upon(entry: Entry, below: Entry): Entry {
  entry.below = below;
  entry.depth = below.depth + 1;
  return entry;
}

/** So many bytes of contents are kept, since they are likely to be asked for again soon. */
const cacheBytesMax = 16 * 1024 * 1024;

/** Forgets what was put in first. */
function createCache() {
  const contents = new Map<number, Uint8Array>();
  let bytes = 0;
  return {
    get: (offset: number) => contents.get(offset),
    put(offset: number, content: Uint8Array): void {
      if (content.length > cacheBytesMax / 4 || contents.has(offset)) return;
      contents.set(offset, content);
      bytes += content.length;
      for (const [oldest, old] of contents) {
        if (bytes <= cacheBytesMax) return;
        contents.delete(oldest);
        bytes -= old.length;
      }
    },
  };
}
