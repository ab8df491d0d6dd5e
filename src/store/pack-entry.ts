/** What stands in a pack, entry by entry, as its bytes say it: headers, zlib streams, deltas. (gitformat-pack) */
import { type Hash, type ObjectType, oidLength } from "./objects.ts";

/** What is wrong with a pack. */
export class BadPack extends Error {
  override readonly name = "BadPack";
}

export interface EntryHeader {
  /** Undefined: a delta. */
  readonly type: ObjectType | undefined;
  /** What the delta is upon: an offset, or an oid. */
  readonly base: number | string | undefined;
  /** Of what is unpacked, in bytes. */
  readonly size: number;
  /** Where the zlib stream begins. */
  readonly data: number;
}

/** Checks a whole pack's beginning and its checksum. Returns how many entries it has, and where they begin and end. */
export function readEnvelope(pack: Uint8Array, hash: Hash): { count: number; begin: number; end: number } {
  const end = pack.length - oidLength(hash) / 2;
  if (end < headerBytes) throw new BadPack("it is cut off");
  const view = new DataView(pack.buffer, pack.byteOffset, headerBytes);
  const version = view.getUint32(4);
  if (view.getUint32(0) !== magic || (version !== 2 && version !== 3)) throw new BadPack("it is no pack");
  const checksum = new Bun.CryptoHasher(hash).update(pack.subarray(0, end)).digest("hex");
  if (checksum !== pack.subarray(end).toHex()) throw new BadPack("its checksum is wrong");
  return { count: view.getUint32(8), begin: headerBytes, end };
}

/** Reads what stands before an entry's zlib stream. Throws `BadPack`. */
export function readEntryHeader(pack: Uint8Array, offset: number, end: number, hash: Hash): EntryHeader {
  let at = offset;
  const next = () => {
    const byte = at < end ? pack[at++] : undefined;
    if (byte === undefined) throw new BadPack("it is cut off");
    return byte;
  };
  let byte = next();
  const kind = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; byte & 0x80; factor *= 128) {
    byte = next();
    size += (byte & 0x7f) * factor;
    if (!Number.isSafeInteger(size)) throw new BadPack("an entry has a size that makes no sense");
  }
  const type = types[kind];
  if (type !== undefined) return { type, base: undefined, size, data: at };
  if (kind === offsetDelta) {
    byte = next();
    let distance = byte & 0x7f;
    while (byte & 0x80) {
      byte = next();
      distance = (distance + 1) * 128 + (byte & 0x7f);
      if (distance > offset) break;
    }
    if (distance === 0 || distance > offset) throw new BadPack("it has a delta upon nothing");
    return { type: undefined, base: offset - distance, size, data: at };
  }
  if (kind !== oidDelta) throw new BadPack(`an entry has type ${kind}, which there is none of`);
  const after = at + oidLength(hash) / 2;
  if (after > end) throw new BadPack("it is cut off");
  return { type: undefined, base: pack.subarray(at, after).toHex(), size, data: after };
}

/** Unpacks a zlib stream of which the unpacked size is known. Returns where it ends, too. Throws `BadPack`. */
export function inflateAt(
  pack: Uint8Array,
  { data, size }: EntryHeader,
  end: number,
): { bytes: Uint8Array; next: number } {
  // Loaded here because it takes 10 ms. Bun's own way to inflate doesn't tell how much it took.
  const { inflateSync }: typeof import("node:zlib") = require("node:zlib");
  try {
    const chunkSize = Math.min(Math.max(size + 1, chunkBytesMin), chunkBytesMax);
    const options = { info: true, maxOutputLength: size + 1, chunkSize };
    const result: unknown = inflateSync(pack.subarray(data, end), options);
    const { buffer, engine } = result as { buffer: Uint8Array; engine: { bytesWritten: number } }; // What `info` makes of it; the types don't know.
    if (buffer.length === size) return { bytes: buffer, next: data + engine.bytesWritten };
  } catch {
    // Told below.
  }
  throw new BadPack(`what is at byte ${data} can't be unpacked`);
}

/** The object that a delta makes of another one. Throws `BadPack`. */
export function applyDelta(base: Uint8Array, delta: Uint8Array, bytesMax: number): Uint8Array {
  let at = 0;
  const next = () => {
    const byte = delta[at++];
    if (byte === undefined) throw badDelta();
    return byte;
  };
  const number = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = next();
      value += (byte & 0x7f) * factor;
      if (!Number.isSafeInteger(value)) throw badDelta();
      if (byte < 0x80) return value;
    }
  };
  if (number() !== base.length) throw badDelta();
  const size = number();
  if (size > bytesMax) throw new BadPack(`an object in it is bigger than ${bytesMax} bytes`);
  const made = new Uint8Array(size);
  let end = 0;
  while (at < delta.length) {
    const code = next();
    let piece: Uint8Array;
    if (code & 0x80) {
      const part = (bit: number, factor: number) => (code & bit ? next() * factor : 0);
      const from = part(1, 1) + part(2, 0x100) + part(4, 0x10000) + part(8, 0x1000000);
      const length = part(16, 1) + part(32, 0x100) + part(64, 0x10000) || 0x10000;
      if (from + length > base.length) throw badDelta();
      piece = base.subarray(from, from + length);
    } else {
      if (code === 0 || at + code > delta.length) throw badDelta();
      piece = delta.subarray(at, at + code);
      at += code;
    }
    if (end + piece.length > size) throw badDelta();
    made.set(piece, end);
    end += piece.length;
  }
  if (end !== size) throw badDelta();
  return made;
}

/** "PACK". */
const magic = 0x5041434b;
const headerBytes = 12;
/** What is unpacked at once, in bytes: all of most objects. */
const chunkBytesMin = 64;
const chunkBytesMax = 1024 * 1024;
/** The types that have a number. */
const types: Readonly<Record<number, ObjectType>> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
const offsetDelta = 6;
const oidDelta = 7;

function badDelta(): BadPack {
  return new BadPack("it has a delta that doesn't fit");
}
