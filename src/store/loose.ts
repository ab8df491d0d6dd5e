/** Loose objects: one compressed file each, named by its hash, as git writes them. */
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { Chance } from "../platform/chance.ts";
import {
  claimName,
  createFile,
  errnoOf,
  type Flush,
  flushFile,
  flushFolder,
  makeFolder,
  readFileIfAny,
  removeFile,
  takeName,
} from "../platform/files.ts";
import { compress, decompress } from "./compression.ts";
import type { Damage, Found } from "./found.ts";
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

/** An object as its file holds it. */
export interface LooseObject {
  readonly oid: Oid;
  readonly file: Uint8Array;
}

export function encodeLoose(object: NamedObject): LooseObject {
  return { oid: object.oid, file: compress(concatenate([objectHeader(object), object.bytes])) };
}

/**
 * Writes objects that may be there already, and reads them back. A valid one is never replaced, a damaged one is. Throws
 * `unavailable` if one can't be read back; what is left of it is removed.
 */
export function writeLoose(writer: LooseWriter, objects: readonly LooseObject[]): void {
  const folders = new Set<string>();
  for (const object of objects) {
    const path = loosePath(writer.objectsDir, object.oid);
    folders.add(dirname(path));
    writeOne(writer, object, path);
  }
  if (writer.flush === "flushed") for (const folder of folders) flushFolder(folder);
  for (const { oid } of objects) readBack(writer, oid);
}

export function hasLoose(objectsDir: string, oid: Oid): boolean {
  return (statSync(loosePath(objectsDir, oid), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Reads and verifies one object; undefined if it isn't there. `bytesMax` bounds its content. */
export function readLoose(objectsDir: string, hash: Hash, oid: Oid, bytesMax: number): Found {
  const file = readFileIfAny(loosePath(objectsDir, oid));
  return file === undefined ? undefined : decodeLoose(hash, { oid, file }, bytesMax);
}

/** Decodes and verifies one object. `bytesMax` bounds its content. */
export function decodeLoose(hash: Hash, { oid, file }: LooseObject, bytesMax: number): GitObject | Damage {
  if (file.length === 0) return { damage: `object ${oid} is an empty file`, empty: true };
  const object = inflate(file, bytesMax);
  if (object === undefined) return { damage: `object ${oid} is damaged or bigger than ${bytesMax} bytes` };
  return nameObject(hash, object).oid === oid ? object : { damage: `object ${oid} is damaged` };
}

export function loosePath(objectsDir: string, oid: Oid): string {
  return join(objectsDir, oid.slice(0, 2), oid.slice(2));
}

/** Room for git's header before the content. */
const headerBytesMax = 32;
const decoder = new TextDecoder();

function writeOne(writer: LooseWriter, { oid, file }: LooseObject, path: string): void {
  if (existsSync(path) && isSound(writer, oid)) {
    if (writer.flush === "flushed") flushFile(path); // Whoever wrote it may not have flushed it.
    return;
  }
  for (let tries = 1; ; tries++) {
    try {
      writeNew(writer, { oid, file }, path);
      return;
    } catch (error) {
      // Git removes folders that are empty, and files that look left over.
      if (errnoOf(error) !== "ENOENT" || tries === writeTriesMax) throw error;
    }
  }
}

const writeTriesMax = 20;

function writeNew(writer: LooseWriter, { oid, file }: LooseObject, path: string): void {
  const folder = dirname(path);
  const isNew = makeFolder(folder, "buffered");
  const temporary = join(folder, `tmp_obj_${writer.chance.hex(8)}`); // A name that `git prune` cleans up.
  createFile({ path: temporary, parts: [file], mode: 0o444, flush: writer.flush });
  if (isNew && writer.flush === "flushed") flushFolder(dirname(folder)); // Not before: git removes a folder that is empty.
  if (claimName(temporary, path)) return;
  if (isSound(writer, oid)) removeFile(temporary);
  else takeName(temporary, path);
}

/** That it is gone is no fault of the disk: a garbage collection takes what no ref points to yet. */
function readBack({ objectsDir, hash }: LooseWriter, oid: Oid): void {
  const found = readLoose(objectsDir, hash, oid, writtenBytesMax);
  if (found === undefined || !("damage" in found)) return;
  const path = loosePath(objectsDir, oid);
  removeFile(path);
  throw new TrackerError(
    "unavailable",
    `What was written to ${path} can't be read back`,
    "Check the disk; nothing has changed.",
  );
}

function isSound({ objectsDir, hash }: LooseWriter, oid: Oid): boolean {
  const found = readLoose(objectsDir, hash, oid, writtenBytesMax);
  return found !== undefined && !("damage" in found);
}

/** What is written here has passed other limits before. */
const writtenBytesMax = 2 ** 30;

function inflate(file: Uint8Array, bytesMax: number): GitObject | undefined {
  const whole = decompress(file, bytesMax + headerBytesMax);
  const end = whole?.subarray(0, headerBytesMax).indexOf(0) ?? -1;
  if (whole === undefined || end === -1) return undefined;
  const [name = "", size] = decoder.decode(whole.subarray(0, end)).split(" ");
  const type = objectType(name);
  const bytes = whole.subarray(end + 1);
  return type === undefined || Number(size) !== bytes.length || bytes.length > bytesMax ? undefined : { type, bytes };
}
