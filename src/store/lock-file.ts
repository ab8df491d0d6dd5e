/**
 * Lock files, as git has them: whoever creates `<file>.lock` may change the file, and does so by moving the lock into its place. Ours have a
 * second name, by which those that a dead process left are told from everybody else's.
 */
import * as fs from "node:fs";
import { join, relative } from "node:path";
import { TrackerError } from "../core/errors.ts";
import type { Chance } from "../platform/chance.ts";
import type { Clock } from "../platform/clock.ts";
import { claimName, createFile, errnoOf, type Flush, readTextIfAny, removeFile } from "../platform/files.ts";
import type { Sleep } from "../platform/sleep.ts";
import { findLockFiles, type RefFolder } from "./ref-files.ts";
import { refs } from "./refs.ts";
import { seeLock, setAside } from "./stale-lock.ts";
import type { RefUpdate } from "./store.ts";

/** How to wait for somebody else's lock. */
export interface LockWait {
  /** In milliseconds, all waits for one lock together. */
  readonly msMax: number;
  readonly sleep: Sleep;
  readonly chance: Chance;
  readonly clock: Clock;
}

export interface RefWriter extends RefFolder {
  readonly flush: Flush;
  readonly wait: LockWait;
}

/** A lock that is held. One of `commit` and `release` ends it; a second call does nothing. */
export interface FileLock {
  /** The lock file itself. */
  readonly name: string;
  /** Writes what the file is to hold, in which a character is a byte. What can't be read back is refused. */
  fill(content: string): void;
  /** Puts what was filled in into the file's place. */
  commit(): void;
  release(): void;
}

/** Takes the lock of a ref or of packed-refs. Throws `unavailable`, naming the lock, if somebody keeps it. */
export async function lockFile(path: string, { commonDir, flush, wait }: RefWriter): Promise<FileLock> {
  const seen = seeLock(lockPath(path));
  for (let waited = 0, pause = 1; ; pause = Math.min(pause * 2, pauseMsMax)) {
    const lock = tryLock(path, flush);
    if (lock !== undefined) return lock;
    if (waited >= wait.msMax) {
      if (
        seen !== undefined &&
        isOurs(commonDir, path) &&
        setAside(lockPath(path), seen, stale(commonDir), wait.clock)
      ) {
        continue;
      }
      throw lockedRefusal(lockPath(path));
    }
    const ms = Math.min(pause * (0.5 + Number.parseInt(wait.chance.hex(1), 16) / 256), wait.msMax - waited);
    await wait.sleep(ms);
    waited += ms;
  }
}

/** Takes the lock of a file, or returns undefined if somebody has it. */
export function tryLock(path: string, flush: Flush): FileLock | undefined {
  const lock = lockPath(path);
  const unmade = unmadePath(path);
  try {
    createFile({ path: unmade, parts: [encoder.encode(ourMark)], flush: "buffered" });
    if (!claimName(unmade, lock, "both")) {
      removeFile(unmade);
      return undefined;
    }
    if (!fs.existsSync(unmade)) createFile({ path: unmade, parts: [encoder.encode(aloneMark)], flush: "buffered" });
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return undefined;
    throw error;
  }
  return heldLock(path, lock, flush);
}

/** Removes the locks that a dead process of ours left on these refs and on packed-refs. */
export function breakOwnLocks({ commonDir }: Pick<RefFolder, "commonDir">, updates: readonly RefUpdate[]): void {
  for (const name of [...updates.map(({ ref }) => ref), "packed-refs"]) {
    const path = join(commonDir, name);
    const second = seeLock(unmadePath(path));
    if (second === undefined) continue;
    const lock = seeLock(lockPath(path));
    // Where files can't have two names, the second is a file of its own that says so.
    const alone = readTextIfAny(unmadePath(path)) === aloneMark;
    if (lock !== undefined && (lock.inode === second.inode || alone)) removeFile(lockPath(path));
    removeFile(unmadePath(path));
  }
}

/** Moves the stale locks of our refs out of the way. Returns what they were. */
export async function setLocksAside(writer: RefWriter): Promise<string[]> {
  const { commonDir, wait } = writer;
  const found = findLockFiles(writer).filter((path) => isOurs(commonDir, path));
  // Whoever has a second name is one of ours, and none of ours is alive.
  const own = found.filter((path) => path.endsWith(unmadePath("")));
  breakOwnLocks(
    writer,
    own.map((path) => ({
      ref: relative(commonDir, path.slice(0, -unmadePath("").length)),
      from: undefined,
      to: undefined,
    })),
  );
  const gone = found.filter((path) => seeLock(path) === undefined);
  const locks = found.filter((path) => !gone.includes(path));
  const seen = locks.map((path) => ({ path, sight: seeLock(path) }));
  if (locks.length > 0) await wait.sleep(wait.msMax);
  const stood = seen
    .filter(({ path, sight }) => sight !== undefined && setAside(path, sight, stale(commonDir), wait.clock))
    .map(({ path }) => path);
  return [...gone, ...stood];
}

/** What all refs share is never touched: too much depends on it. */
function isOurs(commonDir: string, path: string): boolean {
  return path.startsWith(join(commonDir, refs.issues)) || path === `${join(commonDir, refs.project)}.lock`;
}

/** Where stale locks go. */
function stale(commonDir: string): string {
  return join(commonDir, "git-tracker", "stale-locks");
}

/** The second name of a lock of ours, which tells it from others. It has it first. Git takes no such file for a ref. */
function unmadePath(path: string): string {
  return lockPath(`${path}.new`);
}

export function lockPath(path: string): string {
  return `${path}.lock`;
}

/** What is said when a lock stays. */
export function lockedRefusal(lock: string): TrackerError {
  return new TrackerError(
    "unavailable",
    `Somebody else holds ${lock}`,
    "Try again; if no git is running any more, a crash left it, and it may be removed.",
  );
}

/** What our locks hold until they are filled. */
const ourMark = "git-tracker\n";
/** What the second name holds where a lock has only one. */
const aloneMark = "git-tracker alone\n";
const encoder = new TextEncoder();

/** Waits between two tries at most so long, in milliseconds. */
const pauseMsMax = 100;
function heldLock(path: string, lock: string, flush: Flush): FileLock {
  let held = true;
  return {
    name: lock,
    fill(content) {
      const descriptor = fs.openSync(lock, "r+");
      try {
        fs.writeFileSync(descriptor, content, "latin1");
        if (flush === "flushed") fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      if (fs.readFileSync(lock, "latin1") === content) return;
      throw new TrackerError(
        "unavailable",
        `What was written to ${lock} can't be read back`,
        "Check the disk; nothing has changed.",
      );
    },
    commit() {
      if (!held) return;
      removeEmptyFolder(path);
      fs.renameSync(lock, path);
      removeFile(unmadePath(path));
      held = false;
    },
    release() {
      if (!held) return;
      removeFile(lock);
      removeFile(unmadePath(path));
      held = false;
    },
  };
}

/** Folders of refs that are gone may stand where a ref is to be. */
function removeEmptyFolder(path: string): void {
  const stats = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return;
  for (const entry of fs.readdirSync(path)) removeEmptyFolder(join(path, entry));
  fs.rmdirSync(path);
}
