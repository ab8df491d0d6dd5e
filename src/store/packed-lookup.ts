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
    const sorted = isSorted(readText(file, 0, headerBytesMax));
    const lines = linesIn(sorted ? narrow(file, size, name, length) : readText(file, 0, size), length);
    const later = lines.filter((line) => line.name >= name);
    const [first] = sorted ? later : later.sort((a, b) => (a.name < b.name ? -1 : 1));
    return first && { ref: Buffer.from(first.name, "latin1").toString(), oid: first.oid };
  } finally {
    closeSync(file);
  }
}

/** A page of a file. */
const pageBytes = 4096;
/** Git writes fewer. */
const headerBytesMax = 256;

interface Line {
  readonly name: string;
  readonly oid: Oid;
}

/** The lines of a sorted file among which the first from `name` on is, if there is one: by halves. */
function narrow(file: number, size: number, name: string, length: number): string {
  let [start, end] = [0, size]; // The line begins between them.
  while (end - start > 4 * pageBytes) {
    const middle = start + Math.floor((end - start) / 2);
    const page = withoutStart(readText(file, middle, pageBytes));
    const [first] = linesIn(page.slice(0, page.lastIndexOf("\n") + 1), length);
    if (first === undefined) break; // A line that is longer than a page: what is left is read as it is.
    if (first.name < name) start = middle;
    else end = middle + pageBytes;
  }
  const text = readText(file, start, end - start + pageBytes);
  return start === 0 ? text : withoutStart(text);
}

/** Others than git write it, too, in any order. */
function isSorted(beginning: string): boolean {
  const header = beginning.slice(0, Math.max(0, beginning.indexOf("\n")));
  return header.startsWith("#") && header.trimEnd().split(" ").includes("sorted");
}

/** What lines say, without the header and what tags point to. */
function linesIn(text: string, length: number): Line[] {
  return text
    .split("\n")
    .filter((line) => line[length] === " " && !line.startsWith("#"))
    .map((line) => ({ oid: line.slice(0, length), name: line.slice(length + 1) }));
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
