/** Which objects are in packs, looked up in git's pack indexes (version 2) without starting git. */
import * as fs from "node:fs";
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { errnoOf, readFolderIfAny } from "../platform/files.ts";

/** Those of the objects that a pack of this repository holds. An index that can't be read counts as empty. */
export function packedAmong(objectsDir: string, oids: Iterable<Oid>): Set<Oid> {
  const sought = new Set(oids);
  const found = new Set<Oid>();
  const folder = join(objectsDir, "pack");
  for (const { name } of readFolderIfAny(folder) ?? []) {
    if (sought.size === 0) break;
    if (!name.endsWith(".idx") || !fs.existsSync(join(folder, name.replace(/idx$/, "pack")))) continue;
    for (const oid of inIndex(join(folder, name), sought)) {
      sought.delete(oid);
      found.add(oid);
    }
  }
  return found;
}

/** Magic number and version, then 256 counts of the names that start with at most this byte, then the names in order. */
const fanoutOffset = 8;
const namesOffset = fanoutOffset + 256 * 4;
const magic = "ff744f6300000002";

function inIndex(path: string, oids: Iterable<Oid>): Oid[] {
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return []; // A collection has just replaced it.
    throw error;
  }
  try {
    const head = readAt(descriptor, 0, namesOffset);
    if (head.subarray(0, fanoutOffset).toHex() !== magic) return [];
    return [...oids].filter((oid) => hasName(descriptor, head, oid));
  } finally {
    fs.closeSync(descriptor);
  }
}

function hasName(descriptor: number, head: Uint8Array, oid: Oid): boolean {
  const fanout = new DataView(head.buffer, fanoutOffset);
  const first = Number.parseInt(oid.slice(0, 2), 16);
  const size = oid.length / 2;
  let low = first === 0 ? 0 : fanout.getUint32((first - 1) * 4);
  let high = fanout.getUint32(first * 4);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const name = readAt(descriptor, namesOffset + middle * size, size).toHex();
    if (name === oid) return true;
    if (name < oid) low = middle + 1;
    else high = middle;
  }
  return false;
}

function readAt(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  fs.readSync(descriptor, bytes, 0, length, position);
  return bytes;
}
