/**
 * Finding single refs in packed-refs. The file is sorted by name, so some pages of it are enough, as they are for git itself: that
 * of ten thousand issues takes a megabyte, and a command that asks for one ref should hold none of it in memory.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { errnoOf } from "../platform/files.ts";
import { type Hash, oidLength } from "./objects.ts";

export interface PackedRef {
  readonly ref: string;
  readonly oid: Oid;
}

/** Where packed-refs is, and how long its oids are. */
interface PackedPlace {
  readonly commonDir: string;
  readonly hash: Hash;
}

/** A ref's name as it stands in packed-refs when that is read as Latin-1, which keeps every byte of others' names as it is. */
export function packedName(ref: string): string {
  return Buffer.from(ref).toString("latin1");
}

/** The first packed ref whose name is `ref` or comes after it, byte by byte; undefined: there is none. */
export function firstPackedFrom({ commonDir, hash }: PackedPlace, ref: string): PackedRef | undefined {
  const file = openIfAny(join(commonDir, "packed-refs"));
  if (file === undefined) return undefined;
  try {
    const name = packedName(ref);
    const length = oidLength(hash);
    const size = fstatSync(file).size;
    const found = isSorted(readText(file, 0, headerBytesMax))
      ? firstLine(narrow(file, size, name, length), length, name)
      : leastLine(readText(file, 0, size), length, name);
    return found && { ref: Buffer.from(found.name, "latin1").toString(), oid: found.oid };
  } finally {
    closeSync(file);
  }
}

/** So much is looked at to compare with. */
const lookBytes = 1024;
/** More than any line has: an oid and a path. */
const lineBytesMax = 4096 + 128;
/** Git writes fewer. */
const headerBytesMax = 256;

interface Line {
  readonly name: string;
  readonly oid: Oid;
}

/** The lines of a sorted file among which the first from `name` on is, if there is one: by halves. */
function narrow(file: number, size: number, name: string, length: number): string {
  let [start, end] = [0, size]; // The line begins between them.
  while (end - start > 4 * lookBytes) {
    const middle = start + Math.floor((end - start) / 2);
    const seen = withoutStart(readText(file, middle, lookBytes));
    const line = firstLine(seen.slice(0, seen.lastIndexOf("\n") + 1), length);
    if (line === undefined) break; // Lines are long here: what is left is read as it is.
    if (line.name < name) start = middle;
    else end = middle + lookBytes;
  }
  const text = readText(file, start, end - start + lineBytesMax);
  return start === 0 ? text : withoutStart(text);
}

/** Others than git write it, too, in any order. */
function isSorted(beginning: string): boolean {
  const header = beginning.slice(0, Math.max(0, beginning.indexOf("\n")));
  return header.startsWith("#") && header.trimEnd().split(" ").includes("sorted");
}

/** The first of the lines whose name is not before `from`. */
function firstLine(text: string, length: number, from = ""): Line | undefined {
  for (const line of linesOf(text, length)) if (line.name >= from) return line;
  return undefined;
}

/** The least of them. */
function leastLine(text: string, length: number, from: string): Line | undefined {
  let least: Line | undefined;
  for (const line of linesOf(text, length))
    if (line.name >= from && (least === undefined || line.name < least.name)) least = line;
  return least;
}

/** Without the header and what tags point to. */
function* linesOf(text: string, length: number): Generator<Line> {
  for (let start = 0; start < text.length; ) {
    const end = endOfLine(text, start);
    if (text[start + length] === " " && text[start] !== "#")
      yield { oid: text.slice(start, start + length), name: text.slice(start + length + 1, end) };
    start = end + 1;
  }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

/** Without a first line whose beginning is missing. */
function withoutStart(text: string): string {
  return text.slice(text.indexOf("\n") + 1);
}

function readText(file: number, from: number, bytes: number): string {
  const buffer = Buffer.allocUnsafe(bytes);
  return buffer.toString("latin1", 0, readSync(file, buffer, 0, bytes, from));
}

function openIfAny(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
