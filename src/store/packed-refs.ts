/** Packing refs: moves the loose refs of ours into `packed-refs`, where ten thousand take a thousandth of the time to list. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { errnoOf, flushFolder, refusingDiskErrors, removeFile } from "../platform/files.ts";
import { looseRefNames, type RefFolder, readLooseRef } from "./ref-files.ts";
import { type FileLock, tryLock } from "./reflock.ts";
import { refs } from "./refs.ts";

/**
 * Does nothing when there are few, and when somebody else is changing packed-refs. At no moment can a ref be missed: it is removed
 * as a file only after it is durable in packed-refs, and only if it is what was packed.
 */
export function packRefFiles(folder: RefFolder): void {
  if (looseRefNames(folder, refs.root).length <= looseRefsMax) return;
  const path = join(folder.commonDir, "packed-refs");
  const lock = tryLock(path, "flushed");
  if (lock === undefined) return;
  let packed: Map<string, Oid> | undefined;
  try {
    packed = refusingDiskErrors(path, () => rewrite(folder, path, lock));
  } finally {
    lock.release();
  }
  if (packed === undefined) return;
  flushFolder(folder.commonDir);
  for (const [ref, oid] of packed) removeLoose(folder, ref, oid);
}

/** Up to so many loose refs are faster to read than packing them would pay. */
const looseRefsMax = 200;
/** What git writes, and what it needs to read in the file's header to trust order and peeled lines. */
const header = "# pack-refs with: peeled fully-peeled sorted \n";

/** Writes packed-refs with our loose refs in it. Returns those, or undefined if the file is one that only git may rewrite. */
function rewrite(folder: RefFolder, path: string, lock: FileLock): Map<string, Oid> | undefined {
  const lines = readLines(path);
  if (lines === undefined) return undefined;
  const packed = new Map<string, Oid>();
  for (const ref of looseRefNames(folder, refs.root).sort()) {
    const oid = readLooseRef(folder, ref);
    if (oid !== undefined && !/^0+$/.test(oid)) packed.set(ref, oid);
  }
  lock.commit(header + merge(lines, packed).join(""));
  return packed;
}

/** One string for each ref: its line and the peeled line that follows it, byte for byte. */
function readLines(path: string): string[] | undefined {
  let text = "";
  try {
    text = readFileSync(path, "latin1");
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  if (text === "") return [];
  const end = text.indexOf("\n") + 1;
  const traits = text.slice(0, end).trimEnd().split(" ");
  if (!text.startsWith("#") || !text.endsWith("\n")) return undefined;
  if (!traits.includes("fully-peeled") || !traits.includes("sorted")) return undefined;
  return text
    .slice(end)
    .split(/(?<=\n)(?!\^)/)
    .filter((line) => line !== "");
}

/** Both are in order of name, and a ref of ours replaces the line of the same name. */
function merge(lines: readonly string[], ours: ReadonlyMap<string, Oid>): string[] {
  const others = lines.map((line) => ({ name: nameOf(line), line })).filter(({ name }) => !ours.has(name));
  const added = [...ours].map(([name, oid]) => ({ name, line: `${oid} ${name}\n` }));
  return [...others, ...added].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ line }) => line);
}

function nameOf(line: string): string {
  return line.slice(line.indexOf(" ") + 1, line.indexOf("\n"));
}

function removeLoose(folder: RefFolder, ref: string, packed: Oid): void {
  const path = join(folder.commonDir, ref);
  const lock = tryLock(path, "buffered");
  if (lock === undefined) return; // Somebody moves it just now; what they write hides the packed one.
  try {
    if (readLooseRef(folder, ref) === packed) removeFile(path);
  } finally {
    lock.release();
  }
}
