/** Packed refs: many in one file, where ten thousand take a thousandth of the time to list that a file for each would. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { errnoOf, flushFolder, readFolderIfAny, refusingDiskErrors, removeFile } from "../platform/files.ts";
import { type FileLock, type RefWriter, tryLock } from "./lock-file.ts";
import { packedName } from "./packed-lookup.ts";
import { looseRefNames, type RefFolder, readLooseRef } from "./ref-files.ts";
import { clash } from "./reflock.ts";
import { isPlainRef, refs } from "./refs.ts";
import type { RefUpdate, SwapResult } from "./store.ts";

/**
 * Packs our loose refs. Does nothing when there are few, and when somebody else is changing packed-refs. At no moment can a ref be
 * missed: its file is removed only after it is durable in packed-refs, and only if it is what was packed. `before` is told what will
 * be packed.
 */
export function packRefFiles(folder: RefFolder, before: (packed: ReadonlyMap<string, Oid>) => void): void {
  if (packable(folder).length <= looseRefsMax) return;
  const path = join(folder.commonDir, "packed-refs");
  const lock = refusingDiskErrors(path, () => tryLock(path, "flushed"));
  if (lock === undefined) return;
  let packed: Map<string, Oid> | undefined;
  try {
    packed = refusingDiskErrors(path, () => rewrite(folder, path, lock, before));
  } finally {
    lock.release();
  }
  if (packed === undefined) return;
  flushFolder(folder.commonDir);
  for (const [ref, oid] of packed) removeLoose(folder, ref, oid);
}

/**
 * Creates many refs at once, packed from the start: a file for each would take longer than all else of an import, and one rename makes
 * all of them or none, also when the power fails. The names are of new issues, made of what they hold, so nobody else creates
 * them with another tip, and a lock for each is not needed. Returns undefined, and does nothing, if they are few, not all new,
 * locked by somebody, or packed-refs is locked or one that only git may rewrite.
 */
export async function createPackedRefs(
  writer: RefWriter,
  updates: readonly RefUpdate[],
): Promise<SwapResult | undefined> {
  const path = join(writer.commonDir, "packed-refs");
  const created = new Map(updates.flatMap(({ ref, from, to }) => (from || !to ? [] : [[ref, to]])));
  if (created.size <= looseCreationsMax || created.size < updates.length) return undefined;
  if (isLockedAmong(writer, created)) return undefined;
  const lock = refusingDiskErrors(path, () => tryLock(path, writer.flush));
  if (lock === undefined) return undefined;
  try {
    const lines = readLines(path);
    if (lines === undefined) return undefined;
    const moved = takenAmong(writer, lines, created);
    if (moved !== undefined) return moved;
    refusingDiskErrors(path, () => {
      lock.fill(header + merge(lines, created).join(""));
      lock.commit();
    });
  } finally {
    lock.release();
  }
  if (writer.flush === "flushed") flushFolder(writer.commonDir);
  return { kind: "updated" };
}

/** Up to so many refs are created as files. */
const looseCreationsMax = 100;
/** Up to so many loose refs are read faster than packing them would pay: every command after a change reads them. */
const looseRefsMax = 64;
/** What git writes, and what it needs to read in the file's header to trust order and peeled lines. */
const header = "# pack-refs with: peeled fully-peeled sorted \n";

/** Writes packed-refs with our loose refs in it. Returns those, or undefined if the file is one that only git may rewrite. */
function rewrite(
  folder: RefFolder,
  path: string,
  lock: FileLock,
  before: (packed: ReadonlyMap<string, Oid>) => void,
): Map<string, Oid> | undefined {
  const lines = readLines(path);
  if (lines === undefined) return undefined;
  const packed = new Map<string, Oid>();
  for (const ref of packable(folder).sort()) {
    const oid = readLooseRef(folder, ref);
    if (oid !== undefined && !/^0+$/.test(oid)) packed.set(ref, oid);
  }
  before(packed);
  lock.fill(header + merge(lines, packed).join(""));
  lock.commit();
  return packed;
}

/** Whatever else lies there may have a name that would break the file. */
function packable(folder: RefFolder): string[] {
  return looseRefNames(folder, refs.root).filter(isPlainRef);
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
  const added = [...ours].map(([ref, oid]) => ({ name: packedName(ref), line: `${oid} ${packedName(ref)}\n` }));
  const replaced = new Set(added.map(({ name }) => name));
  const others = lines.map((line) => ({ name: nameOf(line), line })).filter(({ name }) => !replaced.has(name));
  return [...others, ...added].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ line }) => line);
}

/** The answer if one of the names is taken. Throws `conflict` if one is below another name, or above one. */
function takenAmong(
  writer: RefWriter,
  lines: readonly string[],
  created: ReadonlyMap<string, Oid>,
): SwapResult | undefined {
  const packed = new Map(lines.map((line) => [nameOf(line), line.slice(0, line.indexOf(" "))]));
  const names = new Set([...packed.keys(), ...[...created.keys()].map(packedName)]);
  const folders = new Set([...names].flatMap(foldersOf));
  for (const ref of created.keys()) {
    const name = packedName(ref);
    const loose = existsSync(join(writer.commonDir, ref));
    const actual = (loose ? readLooseRef(writer, ref) : undefined) ?? packed.get(name);
    if (actual !== undefined) return { kind: "moved", ref, actual };
    const [below] = loose ? looseRefNames(writer, `${ref}/`) : [];
    const other = below ?? (folders.has(name) ? `${ref}/` : foldersOf(name).find((above) => names.has(above)));
    if (other !== undefined) throw clash(ref, other);
  }
  for (const [folder, ref] of foldersOfRefs(created))
    if (isFile(join(writer.commonDir, folder))) throw clash(ref, folder);
  return undefined;
}

function isLockedAmong({ commonDir }: RefWriter, created: ReadonlyMap<string, Oid>): boolean {
  return [...foldersOfRefs(created).keys()].some((folder) =>
    (readFolderIfAny(join(commonDir, folder)) ?? []).some(
      ({ name }) => name.endsWith(".lock") && created.has(`${folder}/${name.slice(0, -".lock".length)}`),
    ),
  );
}

/** Every folder that one of the refs is in, however deep, with one of those refs. */
function foldersOfRefs(created: ReadonlyMap<string, Oid>): Map<string, string> {
  return new Map([...created.keys()].flatMap((ref) => foldersOf(ref).map((folder): [string, string] => [folder, ref])));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** `a/b/c` → `a`, `a/b`. */
function foldersOf(name: string): string[] {
  const folders: string[] = [];
  for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) folders.push(name.slice(0, at));
  return folders;
}

function nameOf(line: string): string {
  return line.slice(line.indexOf(" ") + 1, line.indexOf("\n"));
}

function removeLoose(folder: RefFolder, ref: string, packed: Oid): void {
  const path = join(folder.commonDir, ref);
  if (!existsSync(path)) return;
  const lock = tryLock(path, "buffered");
  if (lock === undefined) return; // Somebody moves it just now; what they write hides the packed one.
  try {
    if (readLooseRef(folder, ref) === packed) removeFile(path);
  } finally {
    lock.release();
  }
}
