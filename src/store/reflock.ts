/** Moving refs that are files, by git's own protocol: under the lock file of each. Git waits for our locks and we for its. */
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { TrackerError } from "../core/errors.ts";
import {
  diskRefusal,
  errnoOf,
  flushFolder,
  makeFolder,
  refusingDiskErrors,
  removeFile,
  statIfAny,
} from "../platform/files.ts";
import { type FileLock, lockFile, type RefWriter } from "./lock-file.ts";
import type { StoreOptions } from "./open.ts";
import { packedName } from "./packed-lookup.ts";
import { type RefFolder, readLooseRef, readRefFile, refInTheWay } from "./ref-files.ts";
import type { RefUpdate, SwapResult } from "./store.ts";
import { flushOf } from "./writer.ts";

export function refWriterOf({ commonDir, hash }: RefFolder, options: StoreOptions): RefWriter {
  const wait = { msMax: options.lockWaitMsMax, sleep: options.sleep, chance: options.chance, clock: options.clock };
  return { commonDir, hash, flush: flushOf(options.durability), wait };
}

/** Moves refs as the port says. All locks are taken before anything changes. */
export async function swapRefFiles(writer: RefWriter, updates: readonly RefUpdate[]): Promise<SwapResult> {
  const sorted = updates.toSorted((a, b) => (a.ref < b.ref ? -1 : 1)); // In one order, so that two writers can't wait for each other.
  const folders = foldersToFlush(writer.commonDir, sorted);
  const locks: FileLock[] = [];
  try {
    for (const { ref } of sorted) locks.push(await lockRef(writer, ref));
    for (const { ref, from } of sorted) {
      const actual = readRefFile(writer, ref); // Nobody packs a ref that is locked.
      if (actual !== from) return { kind: "moved", ref, actual };
    }
    for (const { ref, from } of sorted) if (from === undefined) checkNameFree(writer, ref);
    await dropPacked(writer, sorted);
    refusingDiskErrors(join(writer.commonDir, "refs"), () => {
      // All are written before the first is moved: a full disk then stops none half-way.
      for (const [i, { from, to }] of sorted.entries()) if (to !== undefined && to !== from) locks[i]?.fill(`${to}\n`);
      for (const [i, update] of sorted.entries()) applyUpdate(writer, update, locks[i]);
    });
  } finally {
    for (const lock of locks) lock.release();
  }
  if (writer.flush === "flushed") for (const folder of folders) flushFolder(folder);
  return { kind: "updated" };
}

/** The folders that hold the names of changed refs: flushed, they make a change of refs durable. */
export function foldersToFlush(commonDir: string, updates: readonly RefUpdate[]): Set<string> {
  const folders = new Set<string>();
  for (const { ref, to } of updates) {
    if (to === undefined) folders.add(commonDir); // Where packed-refs is.
    let folder = dirname(join(commonDir, ref));
    folders.add(folder);
    for (; !fs.existsSync(folder); folder = dirname(folder)) folders.add(dirname(folder));
  }
  return folders;
}

/** Throws `conflict` if the ref would be below another or above one: `a` is a file, and `a/b` needs it to be a folder. */
export function checkNameFree(folder: RefFolder, ref: string): void {
  const other = refInTheWay(folder, ref);
  if (other !== undefined) throw clash(ref, other);
}

/** Takes the lock of a ref, and makes the folders above it. */
async function lockRef(writer: RefWriter, ref: string): Promise<FileLock> {
  const path = join(writer.commonDir, ref);
  for (let tries = 1; ; tries++) {
    try {
      return await lockFile(path, writer);
    } catch (error) {
      if (errnoOf(error) === "ENOTDIR") throw clash(ref, dirname(ref));
      if (errnoOf(error) !== "ENOENT" || tries > folderTriesMax) throw diskRefusal(dirname(path), error) ?? error;
    }
    makeRefFolder(ref, dirname(path));
  }
}

export function clash(ref: string, other: string): TrackerError {
  return new TrackerError("conflict", `${ref} can't exist beside ${other}`, `Look at it: git show-ref ${other}`);
}

/** How often a folder is made again that others remove because it is empty. */
const folderTriesMax = 5;

function makeRefFolder(ref: string, folder: string): void {
  try {
    makeFolder(folder, "buffered");
  } catch (error) {
    // A folder that git removes while it is made seems to exist.
    if (errnoOf(error) === "EEXIST" && !isBelowFile(folder)) return;
    if (errnoOf(error) === "ENOTDIR" || errnoOf(error) === "EEXIST") throw clash(ref, dirname(ref));
    throw diskRefusal(ref, error) ?? error;
  }
}

function isBelowFile(folder: string): boolean {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    const stats = statIfAny(path);
    if (stats !== undefined) return !stats.isDirectory();
  }
  return false;
}

function applyUpdate(writer: RefWriter, { ref, from, to }: RefUpdate, lock: FileLock | undefined): void {
  if (to === undefined) {
    if (readLooseRef(writer, ref) !== undefined) removeFile(join(writer.commonDir, ref));
  } else if (to !== from) {
    lock?.commit();
  }
}

/** Takes the refs that are to be deleted out of packed-refs, and the peeled lines that belong to them. */
async function dropPacked(writer: RefWriter, updates: readonly RefUpdate[]): Promise<void> {
  const gone = new Set(updates.flatMap(({ ref, to }) => (to === undefined ? [packedName(ref)] : [])));
  const path = join(writer.commonDir, "packed-refs");
  if (gone.size === 0 || !fs.existsSync(path)) return;
  const lock = await lockFile(path, writer);
  try {
    const text = fs.readFileSync(path, "latin1");
    const kept = withoutRefs(text, gone);
    if (kept === text) return;
    refusingDiskErrors(path, () => {
      lock.fill(kept);
      lock.commit();
    });
  } finally {
    lock.release();
  }
}

function withoutRefs(text: string, gone: ReadonlySet<string>): string {
  let dropping = false;
  return text
    .split(/(?<=\n)/)
    .filter((line) => {
      if (!line.startsWith("^")) dropping = gone.has(line.slice(line.indexOf(" ") + 1).trimEnd());
      return !dropping;
    })
    .join("");
}
