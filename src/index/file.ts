/**
 * The index's file, opened only if it is exactly what this program left behind. SQLite does not notice a flipped bit in a row or a
 * file put together from two copies, and would answer from it. So whenever we have written to the file, a note beside it, the seal,
 * says what the file then looked like; a file that looks different was touched by somebody else, or by a program of another schema,
 * and is replaced by an empty one.
 *
 * Commits go to the log (`-wal`, whose frames carry checksums). Only folding the log into the file changes the file, and that is
 * done under a lock together with the sealing. A replaced file is unlinked, never emptied: whoever still has it open goes on with a
 * sound index of their own.
 */
import { Database } from "bun:sqlite";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { type Connection, connect, isDamage, isRefusal, withLock } from "./connection.ts";
import { createSchema, schemaVersion } from "./schema.ts";

/** Opens the file, or an empty index in its place. Where no file can be had, the index is in memory and lives with the process. */
export function openFile(path: string): Connection {
  if (path === ":memory:") return openMemory();
  try {
    const sound = openSealed(path) ?? openFolding(path);
    if (sound !== undefined) return sound;
    mkdirSync(dirname(path), { recursive: true });
    return withLock(lockFile(path), () => openSealed(path) ?? replace(path));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // What was damaged is replaced by now, unless it is the lock itself.
    if (isDamage(error)) rmSync(lockFile(path), { force: true, recursive: true });
    return openMemory();
  }
}

/**
 * Folds a log that has grown into the file, and seals it. If that can't be done now, the next to write does it. Most commands only add
 * to the log: that needs no flush, since what a power cut takes from its end is read from git again.
 */
export function foldLog(connection: Connection, more: "last" | "more to come"): void {
  const { path } = connection;
  const bytesMax = more === "last" ? logBytesMax : growingLogBytesMax;
  if (path !== undefined && logBytes(path) > bytesMax) {
    changing(path, () => {
      connection.foldLog();
      beginLog(connection);
    });
  }
}

/**
 * Closes the file and leaves its log. The last connection to close would fold it, and folding without sealing costs a rebuild; one that
 * may only read can't, so such a one is closed last.
 */
export function closeFile(connection: Connection): void {
  foldLog(connection, "last");
  const { path } = connection;
  const last = path !== undefined && logBytes(path) > 0 ? openToRead(path) : undefined;
  connection.close();
  last?.close();
}

function openToRead(path: string): Database | undefined {
  let db: Database | undefined;
  try {
    db = new Database(path, { readonly: true });
    db.query("PRAGMA user_version").get(); // Only now does it know of the log.
    return db;
  } catch (error) {
    db?.close();
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}

/** Sees to it that the next to open the file replaces it. Throws what the system says if that can't be. */
export function breakSeal({ path }: Connection): void {
  if (path === undefined) return;
  try {
    unlinkSync(sealFile(path)); // Bun's rmSync gives some errors a wrong name.
  } catch (error) {
    if (statSync(sealFile(path), { throwIfNoEntry: false }) !== undefined) throw error;
  }
}

/** True if the file may be read as it is: it is what this program left behind, or is being folded. Writes nothing. */
export function isReadable(path: string): boolean {
  return isSealed(path) || isFolding(path);
}

function openSealed(path: string): Connection | undefined {
  return isSealed(path) ? openIf(path, () => isSealed(path)) : undefined;
}

/** While somebody who is alive folds the log, the file can be read, whatever it looks like: nobody waits for them. */
function openFolding(path: string): Connection | undefined {
  if (!isFolding(path) || !isHeld(lockFile(path))) return undefined;
  return openIf(path, () => isFolding(path) || isSealed(path));
}

function isHeld(lock: string): boolean {
  try {
    withLock(lock, () => undefined, 0);
    return false;
  } catch (error) {
    if (!isRefusal(error) || isDamage(error)) throw error;
    return true;
  }
}

function openIf(path: string, isSound: () => boolean): Connection | undefined {
  let connection: Connection | undefined;
  try {
    connection = connect(path);
    // Somebody may have replaced the file while we opened it and its log.
    if (isSound()) return connection;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  connection?.close();
  return undefined;
}

function openMemory(): Connection {
  const connection = connect(":memory:");
  createSchema(connection);
  return connection;
}

function replace(path: string): Connection {
  rmSync(sealFile(path), { force: true });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) renameSync(path, `${path}-aside`); // Not ours to delete.
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
  closeSync(openSync(path, "a")); // SQLite would make it for its owner alone.
  const connection = connect(path);
  createSchema(connection);
  connection.foldLog();
  beginLog(connection);
  seal(path);
  return connection;
}

/** Runs a task that changes the file, and seals it again if it was sealed, unless the lock can't be had. */
function changing(path: string, task: () => void): void {
  try {
    withLock(lockFile(path), () => {
      const sealed = isSealed(path);
      if (sealed) writeFileSync(sealFile(path), describeFolding(path));
      task();
      if (sealed) seal(path);
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function isSealed(path: string): boolean {
  const [file, log] = readSeal(path).split("\n");
  if (file !== describe(path)) return false;
  const salts = logSalts(path);
  return salts === undefined || log === salts || log === anySalts;
}

function isFolding(path: string): boolean {
  return readSeal(path) === describeFolding(path);
}

function readSeal(path: string): string {
  try {
    return readFileSync(sealFile(path), "latin1");
  } catch (error) {
    if (isRefusal(error)) return "";
    throw error;
  }
}

/** What the seal says while its file is being changed: which file that is. */
function describeFolding(path: string): string {
  return `${schemaVersion} folding ${statSync(path, { throwIfNoEntry: false })?.ino}\n`;
}

function seal(path: string): void {
  if (isSealed(path)) return;
  predate(path);
  const description = describe(path);
  // A log that could not be folded to its end may be begun anew by anybody.
  const salts = logBytes(path) > beginningBytesMax ? anySalts : (logSalts(path) ?? "");
  if (description !== undefined) writeFileSync(sealFile(path), `${description}\n${salts}\n`);
}

/** Writes something, so that the log which belongs to the file can be told from older ones by its salts. */
function beginLog(connection: Connection): void {
  connection.write(() => connection.execute("REPLACE INTO meta VALUES ('log', '')"));
}

/** What SQLite draws anew whenever it begins a log. Undefined: there is none. */
function logSalts(path: string): string | undefined {
  const header = new Uint8Array(saltsAt + saltsBytes);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(`${path}-wal`, "r");
    if (readSync(descriptor, header) < header.length) return undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return header.subarray(saltsAt).toHex();
}

const saltsAt = 16;
const saltsBytes = 8;
const anySalts = "any";
/** A log that holds no more than its beginning. */
const beginningBytesMax = 64 * 1024;

/** Moves the modification time back, so that a change within the clock's granularity is a change of it, too. */
function predate(path: string): void {
  try {
    const seconds = statSync(path).mtimeMs / 1000 - 10;
    utimesSync(path, seconds, seconds);
  } catch (error) {
    if (!isRefusal(error)) throw error; // The file is somebody else's, in a shared repository.
  }
}

function describe(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() ? `${schemaVersion} ${stat.size} ${stat.mtimeNs} ${stat.ino}` : undefined;
}

/** Whoever opens the file reads all of the log: at this size that takes a millisecond or two. */
const logBytesMax = 1024 * 1024;

/** Folding waits for the disk: whoever writes batch after batch does it seldom. */
const growingLogBytesMax = 64 * 1024 * 1024;

function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function sealFile(path: string): string {
  return `${path}-seal`;
}

function lockFile(path: string): string {
  return `${path}-lock`;
}
