/** Loose objects: one compressed file each, named by its hash, as git writes them. */
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../core/commit.ts";
import type { Chance } from "../platform/chance.ts";
import {
  claimName,
  createFile,
  type Flush,
  flushFile,
  flushFolder,
  makeFolder,
  readFileIfAny,
  removeFile,
  takeName,
} from "../platform/files.ts";
import { compress, decompress } from "./compression.ts";
import type { Found } from "./found.ts";
import {
  concatenate,
  type GitObject,
  type Hash,
  type NamedObject,
  nameObject,
  objectHeader,
  objectType,
} from "./objects.ts";

export interface LooseWriter {
  readonly objectsDir: string;
  readonly hash: Hash;
  readonly flush: Flush;
  readonly chance: Chance;
}

/** Writes objects that may be there already. A valid one is never replaced, a damaged one is. */
export function writeLoose(writer: LooseWriter, objects: readonly NamedObject[]): void {
  const folders = new Set<string>();
  for (const object of objects) {
    const path = loosePath(writer.objectsDir, object.oid);
    folders.add(dirname(path));
    writeOne(writer, object, path);
  }
  if (writer.flush === "flushed") for (const folder of folders) flushFolder(folder);
}

export function hasLoose(objectsDir: string, oid: Oid): boolean {
  return (statSync(loosePath(objectsDir, oid), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Reads and verifies one object; undefined if it isn't there. `bytesMax` bounds its content. */
export function readLoose(objectsDir: string, hash: Hash, oid: Oid, bytesMax: number): Found {
  const packed = readFileIfAny(loosePath(objectsDir, oid));
  if (packed === undefined) return undefined;
  if (packed.length === 0) return { damage: `object ${oid} is an empty file` };
  const object = decodeLoose(packed, bytesMax);
  if (object === undefined) return { damage: `object ${oid} is damaged or bigger than ${bytesMax} bytes` };
  return nameObject(hash, object).oid === oid ? object : { damage: `object ${oid} is damaged` };
}

export function loosePath(objectsDir: string, oid: Oid): string {
  return join(objectsDir, oid.slice(0, 2), oid.slice(2));
}

/** Room for git's header before the content. */
const headerBytesMax = 32;
const decoder = new TextDecoder();

function writeOne(writer: LooseWriter, object: NamedObject, path: string): void {
  if (existsSync(path) && isSound(writer, object)) {
    if (writer.flush === "flushed") flushFile(path); // Whoever wrote it may not have flushed it.
    return;
  }
  makeFolder(dirname(path), writer.flush);
  const temporary = join(dirname(path), `tmp_obj_${writer.chance.hex(8)}`); // A name that `git prune` cleans up.
  const bytes = compress(concatenate([objectHeader(object), object.bytes]));
  createFile({ path: temporary, parts: [bytes], mode: 0o444, flush: writer.flush });
  if (claimName(temporary, path)) return;
  if (isSound(writer, object)) removeFile(temporary);
  else takeName(temporary, path);
}

function isSound(writer: LooseWriter, object: NamedObject): boolean {
  const found = readLoose(writer.objectsDir, writer.hash, object.oid, object.bytes.length);
  return found !== undefined && !("damage" in found);
}

function decodeLoose(packed: Uint8Array, bytesMax: number): GitObject | undefined {
  const whole = decompress(packed, bytesMax + headerBytesMax);
  const end = whole?.subarray(0, headerBytesMax).indexOf(0) ?? -1;
  if (whole === undefined || end === -1) return undefined;
  const [name = "", size] = decoder.decode(whole.subarray(0, end)).split(" ");
  const type = objectType(name);
  const bytes = whole.subarray(end + 1);
  return type === undefined || Number(size) !== bytes.length || bytes.length > bytesMax ? undefined : { type, bytes };
}
