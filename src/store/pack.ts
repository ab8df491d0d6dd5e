/**
 * A pack: many objects in one file, with the index that finds them. Written in process, in git's pack version 2 and index version 2,
 * because ten thousand loose objects take twenty times the space and five times as long.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { TrackerError } from "../core/errors.ts";
import type { Chance } from "../platform/chance.ts";
import {
  createFile,
  type Flush,
  flushFolder,
  makeFolder,
  readTextIfAny,
  removeFile,
  takeName,
} from "../platform/files.ts";
import { compress } from "./compression.ts";
import { concatenate, type Hash, type NamedObject, type ObjectType, oidLength } from "./objects.ts";

export interface PackWriter {
  readonly objectsDir: string;
  readonly hash: Hash;
  readonly flush: Flush;
  readonly chance: Chance;
}

/**
 * Writes one pack that holds each of these objects once, and reads it back. The objects are there, all of them, when it returns.
 * `guard`, if given, is told the pack's name before the pack is there; then it is kept from collection until `releasePack`.
 */
export function writePack(writer: PackWriter, objects: readonly NamedObject[], guard?: (name: string) => void): void {
  const unique = [...new Map(objects.map((object) => [object.oid, object])).values()];
  const pack = encodePack(writer.hash, unique);
  const index = encodeIndex(writer.hash, pack);
  const folder = join(writer.objectsDir, "pack");
  const name = `pack-${pack.checksum.toHex()}`;
  const place = join(folder, name);
  makeFolder(folder, writer.flush);
  if (guard !== undefined && !existsSync(`${place}.keep`)) {
    guard(name);
    createFile({ path: `${place}.keep`, parts: [keepMark], flush: "buffered" });
  }
  if (existsSync(`${place}.idx`) && existsSync(`${place}.pack`)) return;
  const temporary = join(folder, `tmp_pack_${writer.chance.hex(8)}`); // A name that `git prune` cleans up.
  const { flush } = writer;
  createFile({ path: temporary, parts: [...pack.parts, pack.checksum], mode: 0o444, flush });
  try {
    createFile({ path: `${temporary}_idx`, parts: [index], mode: 0o444, flush });
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
  takePlaces(temporary, place);
  if (flush === "flushed") flushFolder(folder);
  const ends: [suffix: string, checksum: Uint8Array][] = [
    ["pack", pack.checksum],
    ["idx", index.subarray(-pack.checksum.length)],
  ];
  if (ends.every(([suffix, checksum]) => hashFile(writer.hash, `${place}.${suffix}`) === checksum.toHex())) return;
  for (const suffix of ["idx", "pack", "keep"]) removeFile(`${place}.${suffix}`);
  throw new TrackerError(
    "unavailable",
    `What was written to ${place}.pack can't be read back`,
    "Check the disk; nothing has changed.",
  );
}

/** Lets a pack be collected again like any other. One that somebody else keeps is left alone. */
export function releasePack(objectsDir: string, name: string): void {
  const path = join(objectsDir, "pack", `${name}.keep`);
  if (readTextIfAny(path) === keepMarkText) removeFile(path);
}

interface PackedObject {
  readonly oid: string;
  readonly offset: number;
  readonly crc: number;
}

export interface Pack {
  readonly parts: readonly Uint8Array[];
  readonly checksum: Uint8Array;
  readonly objects: readonly PackedObject[];
}

/** The numbers that stand for types in a pack. */
const typeNumbers: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };
/** "PACK" and version 2. */
const packHeader = Uint8Array.of(0x50, 0x41, 0x43, 0x4b, 0, 0, 0, 2);
/** "\377tOc" and version 2. */
const indexHeader = Uint8Array.of(0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2);
/** Offsets from here on stand in a table of their own, of 8 bytes each. */
const largeOffset = 2 ** 31;

/** What is in a `.keep` file of ours. */
const keepMarkText = "git-tracker\n";
const keepMark = new TextEncoder().encode(keepMarkText);

/** The hash of all but a file's last bytes, which say what it must be; undefined if they don't. */
function hashFile(hash: Hash, path: string): string | undefined {
  const hasher = new Bun.CryptoHasher(hash);
  const size = oidLength(hash) / 2;
  const descriptor = openSync(path, "r");
  try {
    const piece = new Uint8Array(pieceBytes);
    const end = fstatSync(descriptor).size - size;
    for (let at = 0; at < end; ) {
      const count = readSync(descriptor, piece, 0, Math.min(piece.length, end - at), at);
      if (count === 0) return undefined;
      hasher.update(piece.subarray(0, count));
      at += count;
    }
    const found = hasher.digest("hex");
    readSync(descriptor, piece, 0, size, end);
    return piece.subarray(0, size).toHex() === found ? found : undefined;
  } finally {
    closeSync(descriptor);
  }
}

const pieceBytes = 1024 * 1024;

/** The pack is moved first: git looks for objects only in packs that have an index. */
function takePlaces(temporary: string, place: string): void {
  try {
    takeName(temporary, `${place}.pack`);
  } catch (error) {
    removeFile(`${temporary}_idx`);
    throw error;
  }
  try {
    takeName(`${temporary}_idx`, `${place}.idx`);
  } catch (error) {
    if (!existsSync(`${place}.idx`)) removeFile(`${place}.pack`);
    throw error;
  }
}

/** A whole pack in memory: its parts, one after the other, then its checksum. Each object must be there once. */
export function encodePack(hash: Hash, objects: readonly NamedObject[]): Pack {
  const header = concatenate([packHeader, uint32(objects.length)]);
  const parts = [header];
  const hasher = new Bun.CryptoHasher(hash).update(header);
  const packed: PackedObject[] = [];
  let offset = header.length;
  for (const object of objects) {
    const part = concatenate([entryHeader(object), compress(object.bytes)]);
    hasher.update(part);
    packed.push({ oid: object.oid, offset, crc: Bun.hash.crc32(part) });
    parts.push(part);
    offset += part.length;
  }
  return { parts, checksum: hasher.digest(), objects: packed };
}

/** Type and size: four bits of the size in the first byte, seven in each of the next. */
function entryHeader(object: NamedObject): Uint8Array {
  let size = object.bytes.length;
  const bytes = [(typeNumbers[object.type] << 4) | (size & 15)];
  size = Math.floor(size / 16);
  while (size > 0) {
    bytes.push((bytes.pop() ?? 0) | 0x80, size & 0x7f);
    size = Math.floor(size / 128);
  }
  return Uint8Array.from(bytes);
}

function encodeIndex(hash: Hash, pack: Pack): Uint8Array {
  const sorted = pack.objects.toSorted((a, b) => (a.oid < b.oid ? -1 : 1));
  const count = sorted.length;
  const fanout = new DataView(new ArrayBuffer(256 * 4));
  const crcs = new DataView(new ArrayBuffer(count * 4));
  const offsets = new DataView(new ArrayBuffer(count * 4));
  const large: number[] = [];
  const perFirstByte = new Uint32Array(256);
  for (const [i, { oid, offset, crc }] of sorted.entries()) {
    const first = Number.parseInt(oid.slice(0, 2), 16);
    perFirstByte[first] = (perFirstByte[first] ?? 0) + 1;
    crcs.setUint32(i * 4, crc);
    offsets.setUint32(i * 4, offset < largeOffset ? offset : largeOffset + large.push(offset) - 1);
  }
  let total = 0;
  for (const [first, number] of perFirstByte.entries()) {
    total += number;
    fanout.setUint32(first * 4, total);
  }
  const body = concatenate([
    indexHeader,
    new Uint8Array(fanout.buffer),
    Uint8Array.fromHex(sorted.map(({ oid }) => oid).join("")),
    new Uint8Array(crcs.buffer),
    new Uint8Array(offsets.buffer),
    ...large.map(uint64),
    pack.checksum,
  ]);
  return concatenate([body, new Bun.CryptoHasher(hash).update(body).digest()]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
