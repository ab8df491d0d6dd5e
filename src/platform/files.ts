/**
 * Files that survive a power cut: written beside their place, flushed, and moved there in one step, so that a reader sees the old
 * file, the new one or none, and an error leaves nothing behind.
 */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TrackerError } from "../core/errors.ts";

/** `flushed` is on the disk when the call returns; `buffered` is whenever the system gets to it. */
export type Flush = "flushed" | "buffered";

export interface NewFile {
  readonly path: string;
  /** One after the other. */
  readonly parts: readonly Uint8Array[];
  /** Permissions, as in 0o444. Undefined: what the umask leaves of 0o666. */
  readonly mode?: number;
  readonly flush: Flush;
}

/** Creates a file that must not exist yet. If that fails nothing is left of it. */
export function createFile(file: NewFile): void {
  const descriptor = fs.openSync(file.path, "wx", file.mode);
  try {
    for (const part of file.parts) writeFully(descriptor, part);
    const length = file.parts.reduce((sum, part) => sum + part.length, 0);
    if (fs.fstatSync(descriptor).size !== length) throw lostWrite(file.path);
    if (file.flush === "flushed") fs.fsyncSync(descriptor);
  } catch (error) {
    fs.closeSync(descriptor);
    removeFile(file.path);
    throw error;
  }
  fs.closeSync(descriptor);
}

/** Moves a complete file to its name in the same folder, whatever was there. If that fails the file is removed. */
export function takeName(temporary: string, path: string): void {
  try {
    fs.renameSync(temporary, path);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
}

/**
 * Moves a complete file to a name that is free. Returns false, and leaves it where it is, if that name is taken. Where the file
 * system has no hard links a file that comes into being at the same moment is replaced. If it fails the file is removed. `both`: it
 * keeps its first name, too, where that can be.
 */
export function claimName(temporary: string, path: string, names: "new" | "both" = "new"): boolean {
  try {
    fs.linkSync(temporary, path);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    if (!linkless.has(errnoOf(error) ?? "")) {
      removeFile(temporary);
      throw error;
    }
    if (fs.existsSync(path)) return false;
    takeName(temporary, path);
    return true;
  }
  if (names === "new") removeFile(temporary);
  return true;
}

/** Makes a folder's entries durable: new, moved and removed files. File systems that can't flush a folder are left alone. */
export function flushFolder(path: string): void {
  flush(path, unflushable);
}

/** Makes the content of a file durable that somebody else may have written. */
export function flushFile(path: string): void {
  flush(path, new Set());
}

/**
 * Makes a folder and those above it that are missing, and flushes the ones that got a new entry if asked. Returns whether any was
 * missing.
 */
export function makeFolder(path: string, how: Flush): boolean {
  const first = fs.mkdirSync(path, { recursive: true });
  if (first === undefined) return false;
  for (let folder = path; how === "flushed" && folder.length >= first.length; folder = dirname(folder)) {
    flushFolder(dirname(folder));
  }
  return true;
}

/** Removes a file; that it isn't there is fine. */
export function removeFile(path: string): void {
  try {
    fs.unlinkSync(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** Makes a folder for what is not to stay. Whoever asked for it removes it. */
export function makeTemporaryFolder(): string {
  return fs.mkdtempSync(join(tmpdir(), "git-tracker-"));
}

/** Removes a folder and all that is in it. */
export function removeFolder(path: string): void {
  fs.rmSync(path, { recursive: true, force: true });
}

/** The first bytes of a file, or undefined if there is no such file. */
export function readStartIfAny(path: string, bytesMax: number): Uint8Array | undefined {
  return unlessAbsent(() => {
    if (!fs.statSync(path).isFile()) return undefined;
    const descriptor = fs.openSync(path, "r");
    try {
      const bytes = new Uint8Array(bytesMax);
      return bytes.subarray(0, fs.readSync(descriptor, bytes));
    } finally {
      fs.closeSync(descriptor);
    }
  });
}

/** The bytes of a file, or undefined if there is none. */
export function readFileIfAny(path: string): Uint8Array | undefined {
  return unlessAbsent(() => fs.readFileSync(path));
}

/** The text of a UTF-8 file, or undefined if there is none. */
export function readTextIfAny(path: string): string | undefined {
  return unlessAbsent(() => fs.readFileSync(path, "utf8"));
}

/** The entries of a folder, or undefined if there is none. */
export function readFolderIfAny(path: string): fs.Dirent[] | undefined {
  return unlessAbsent(() => fs.readdirSync(path, { withFileTypes: true }));
}

/** What the system says of a file, or undefined if there is none. */
export function statIfAny(path: string): fs.Stats | undefined {
  return unlessAbsent(() => fs.statSync(path));
}

/** As in ENOENT; undefined for an error that is not the system's. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** The error for a file that does not hold what was written to it, though the system said so. */
export function lostWrite(path: string): Error {
  return Object.assign(new Error(`what was written to ${path} is not there`), { code: "EIO" });
}

/** Runs `write`, and turns the system's errors that a person can do something about into refusals that name `path`. */
export function refusingDiskErrors<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw diskRefusal(path, error) ?? error;
  }
}

/** The refusal for an error of the system that a person can do something about; undefined for any other. */
export function diskRefusal(path: string, error: unknown): TrackerError | undefined {
  switch (errnoOf(error)) {
    case "EACCES":
    case "EPERM":
      return new TrackerError(
        "not-permitted",
        `No permission to write in ${path}`,
        "Ask its owner, or use your own clone.",
      );
    case "EROFS":
      return new TrackerError(
        "not-permitted",
        `${path} is on a read-only file system`,
        "Use a clone that you can write to.",
      );
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return new TrackerError("unavailable", `No space left for ${path}`, "Free some space and run it again.");
    case "EIO":
    case "EMFILE":
    case "ENFILE":
    case "ENOTDIR":
    case "EEXIST":
    case "EISDIR":
    case "ENOENT":
      return new TrackerError("unavailable", `Can't write in ${path}: ${String(error)}`, "Check it with `git fsck`.");
    default:
      return undefined;
  }
}

/** What systems answer that can't link here: FAT, some network mounts, Android. */
const linkless: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EMLINK"]);
/** What systems answer that can't flush a folder: Windows, some network mounts. */
const unflushable: ReadonlySet<string> = new Set(["EINVAL", "EISDIR", "EPERM", "EACCES", "EBADF", "ENOTSUP", "ENOENT"]);

function flush(path: string, forgiven: ReadonlySet<string>): void {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(path, "r");
    fs.fsyncSync(descriptor);
  } catch (error) {
    if (!forgiven.has(errnoOf(error) ?? "")) throw error;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** Writes all of the bytes, where the system takes only some at once. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += fs.writeSync(descriptor, bytes, written);
}

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === "ENOENT" || errno === "ENOTDIR";
}
