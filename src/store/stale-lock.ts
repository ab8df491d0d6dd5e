/**
 * Lock files that a dead program left. Git never removes them, and removing a live one loses its holder's write; so one counts as stale
 * only if it is old, and no program can be its holder any more. That can be told on Linux, where `/proc` shows who is alive; elsewhere
 * no lock ever counts as stale, and a person is told of it.
 */
import { readdirSync, readlinkSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import type { Clock } from "../platform/clock.ts";
import { errnoOf, makeFolder, readTextIfAny, statIfAny } from "../platform/files.ts";

/** A lock file as it was seen at some moment: another one of the same name, or one that was written to, looks different. */
export interface LockSight {
  readonly inode: number;
  readonly changed: number;
}

export function seeLock(path: string): LockSight | undefined {
  const stats = statIfAny(path);
  return stats?.isFile() ? { inode: stats.ino, changed: stats.mtimeMs } : undefined;
}

/**
 * Moves a stale lock into `folder`, never deleting it, if it still is what was seen some seconds ago. Returns true if it is out of
 * the way.
 */
export function setAside(path: string, seen: LockSight, folder: string, clock: Clock): boolean {
  const now = seeLock(path);
  if (now?.inode !== seen.inode || now.changed !== seen.changed) return now === undefined;
  if (clock.now() - now.changed < oldMs || mayBeHeld(path, now.changed)) return false;
  makeFolder(folder, "buffered");
  try {
    renameSync(path, join(folder, `${basename(path)}-${now.inode}-${Math.trunc(now.changed)}`));
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  return true;
}

/** Git holds the lock of a ref for milliseconds. */
const oldMs = 10_000;
/** The unit in which Linux tells when a process began. */
const ticksPerSecond = 100;
/** The namespace in which every process can be seen. */
const allProcesses = "pid:[4026531836]";
/** A process's start and a file's time come from different clocks, in milliseconds. */
const slackMs = 2000;

/** True if some program has the lock open, or is a git that was there before it. Git closes a lock that it still holds. */
function mayBeHeld(path: string, changed: number): boolean {
  if (linkOf("/proc/self/ns/pid") !== allProcesses) return true; // In a container others can't be seen.
  const bootSeconds = Number(/^btime (\d+)$/m.exec(readTextIfAny("/proc/stat") ?? "")?.[1]);
  if (!bootSeconds) return true;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => hasOpen(pid, path) || isGitSince(pid, bootSeconds, changed));
}

function hasOpen(pid: string, path: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => linkOf(`/proc/${pid}/fd/${descriptor}`) === path);
  } catch {
    return false; // It has ended, or is another person's.
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The process's name stands in brackets and may hold anything; the 20th field after it is when it began. */
function isGitSince(pid: string, bootSeconds: number, changed: number): boolean {
  const text = readTextIfAny(`/proc/${pid}/stat`) ?? "";
  const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (!/^git(?!-tracker)/.test(name) || fields[0] === "Z") return false;
  const began = (bootSeconds + Number(fields[19]) / ticksPerSecond) * 1000;
  return began <= changed + slackMs;
}
