/**
 * Locks: writers of one repository take turns, and so do syncs that were outrun. A lock is an SQLite transaction on a file of its own, because that is a lock
 * which the kernel frees when its holder dies, on every platform that Bun runs on. Readers never take it.
 */
import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { systemChance } from "./chance.ts";
import { makeShared } from "./sharing.ts";
import { systemSleep } from "./sleep.ts";

/** Long enough for a crowd of writers to have its turn each, short enough to tell a person that one of them hangs. */
export const lockWaitMsMax = 30_000;

/** Runs `work` while nobody else writes. Throws `unavailable` when the lock can't be had in time, `not-permitted` in a read-only folder. */
export async function withWriterLock<T>(folder: string, waitMsMax: number, work: () => Promise<T>): Promise<T> {
  const lock = await acquire(folder, waitMsMax, { briefTries: 8, pauseMsMin: 8, pauseMsMax: 80 });
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/** Runs what mostly takes some tenths of a second when its turn comes, one at a time; also if the lock can't be had in time, or at all: it is only a courtesy. */
export async function inTurn<T>(folder: string, waitMsMax: number, work: () => Promise<T>): Promise<T> {
  let lock: Database | undefined;
  try {
    lock = await acquire(folder, waitMsMax, { briefTries: 0, pauseMsMin: 60, pauseMsMax: 600 });
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
  }
  try {
    return await work();
  } finally {
    lock?.close();
  }
}

/** How often is asked for a lock. */
interface Pace {
  /** Asked shortly after one another: one writer is soon done; what takes longer is a crowd. */
  readonly briefTries: number;
  /** Between two of the others, in milliseconds. */
  readonly pauseMsMin: number;
  readonly pauseMsMax: number;
}

async function acquire(folder: string, waitMsMax: number, pace: Pace): Promise<Database> {
  const lock = open(folder);
  try {
    lock.run("PRAGMA busy_timeout = 0");
    await take(lock, folder, waitMsMax, pace);
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Whoever has waited longest asks most often, so that a crowd gets its turns about in order, and never so often that asking keeps the
 * machine busy. (SQLite's own waiting asks ever less often, and newcomers overtake.)
 */
async function take(lock: Database, folder: string, waitMsMax: number, pace: Pace): Promise<void> {
  const { briefTries, pauseMsMin, pauseMsMax } = pace;
  for (let waited = 0, tries = 1; ; tries++) {
    try {
      lock.run("PRAGMA journal_mode = MEMORY"); // Nothing is written, so there is nothing to roll back from a file.
      lock.run("BEGIN IMMEDIATE");
      return;
    } catch (error) {
      if (!isBusy(error) || waited >= waitMsMax) throw refusal(error, folder);
      const share = 0.5 + Number.parseInt(systemChance.hex(1), 16) / 256;
      const pause = (tries <= briefTries ? briefMs : Math.max(pauseMsMin, pauseMsMax / (1 + waited / agingMs))) * share;
      await systemSleep(pause);
      waited += pause;
    }
  }
}

/** SQLite takes paths of 512 bytes. */
const pathLengthMax = 450;
const briefMs = 3;
/** After so long somebody asks twice as often. */
const agingMs = 300;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}

function open(folder: string): Database {
  try {
    mkdirSync(folder, { recursive: true });
    makeShared(join(folder, "lock"));
    return new Database(join(folder, "lock"), { create: true });
  } catch (error) {
    throw refusal(error, folder);
  }
}

function refusal(error: unknown, folder: string): TrackerError {
  if (isBusy(error)) {
    return new TrackerError(
      "unavailable",
      "Another git-tracker is writing and does not finish",
      "Try again; see who it is with: ps",
    );
  }
  if (folder.length > pathLengthMax) {
    return new TrackerError(
      "unavailable",
      `The path of this repository is too long for SQLite: it has ${folder.length} characters`,
      "Move it to a shorter path.",
    );
  }
  return new TrackerError(
    "not-permitted",
    `Nothing can be written in ${folder}`,
    "Check that the repository is yours to write to, and that the disk is not full or read-only.",
  );
}
