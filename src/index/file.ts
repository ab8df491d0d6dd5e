/**
 * The index's file, opened only if it is exactly what this program left behind. SQLite does not notice a flipped bit in a row or a
 * file put together from two copies, and would answer from it. So whenever we have written to the file, a note beside it, the seal,
 * says what the file then looked like; a file that looks different was touched by somebody else and is replaced by an empty one.
 *
 * Only folding the log (`-wal`, whose frames carry checksums) into the file changes it, and that is done under a lock together
 * with the sealing. A replaced file is unlinked first: whoever still has it open goes on with a sound index of their own.
 */
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { type Connection, connect, isDamage, withLock } from "./connection.ts";
import { createSchema, schemaVersion } from "./schema.ts";

/** When the log is folded in: small enough for the next process to check it in well under a millisecond. */
const logBytesMax = 1024 * 1024;

/** Opens the file, or an empty index in its place. Where no file can be had, the index is in memory and lives as long as the process. */
export function openFile(path: string): Connection {
  if (path === ":memory:") return openMemory();
  try {
    return openSealed(path) ?? withLock(lockFile(path), () => openSealed(path) ?? replace(path));
  } catch (error) {
    if (!isDamage(error)) return openMemory();
    rmSync(lockFile(path), { force: true }); // Only the lock file itself is left to be damaged.
    return openMemory();
  }
}

/** Folds the log into the file when it has grown. */
export function foldLog(connection: Connection): void {
  const { path } = connection;
  if (path === undefined || sizeOf(`${path}-wal`) < logBytesMax) return;
  withLock(lockFile(path), () => {
    const wasOurs = isOurs(connection);
    connection.prepared("PRAGMA wal_checkpoint(TRUNCATE)").all();
    if (wasOurs) seal(path);
  });
}

/** Closes the connection. The last one to close folds the log into the file. */
export function closeFile(connection: Connection): void {
  const { path } = connection;
  if (path === undefined || sizeOf(`${path}-wal`) === 0) return connection.close();
  withLock(lockFile(path), () => {
    const wasOurs = isOurs(connection);
    connection.close();
    if (wasOurs) seal(path);
  });
}

/** Makes sure that the next to open the file replaces it. */
export function breakSeal(connection: Connection): void {
  if (connection.path !== undefined) rmSync(sealFile(connection.path), { force: true });
}
