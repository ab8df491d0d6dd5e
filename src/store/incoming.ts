/**
 * Where what a remote sends is kept until all of it is there: a folder of objects beside the repository's own, as git's receive-pack
 * has it. What breaks off leaves nothing among the objects, how much came is the size of a folder, and only a whole fetch is let in.
 */
import * as fs from "node:fs";
import { join } from "node:path";
import type { Chance } from "../platform/chance.ts";
import type { Clock } from "../platform/clock.ts";
import {
  claimName,
  type Flush,
  flushFolder,
  makeFolder,
  readFolderIfAny,
  refusingDiskErrors,
} from "../platform/files.ts";
import { withWriterLock } from "../platform/lock.ts";

export interface Incoming {
  /** For the git that is to write there and to read all that the repository has. */
  readonly variables: Readonly<Record<string, string>>;
  /** How many bytes have come so far. */
  bytes(): number;
  /**
   * Lets in what came, flushed, and runs `point`, which has refs point to it. What a garbage collection takes away in between is put
   * back.
   */
  admit(point: () => Promise<void>): Promise<void>;
}

export interface IncomingOptions {
  readonly objectsDir: string;
  readonly flush: Flush;
  readonly chance: Chance;
  readonly clock: Clock;
}

/** Runs `work` with a new such folder, which is gone afterwards; those that dead processes left go first. */
export async function withIncoming<T>(options: IncomingOptions, work: (incoming: Incoming) => Promise<T>): Promise<T> {
  const { objectsDir } = options;
  await sweep(options);
  const folder = join(objectsDir, `${prefix}${options.chance.hex(8)}`);
  const objects = join(folder, "objects");
  refusingDiskErrors(objectsDir, () => makeFolder(join(objects, "pack"), "buffered"));
  try {
    return await withWriterLock(folder, lockWaitMsMax, () =>
      work({
        variables: { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(objectsDir) },
        bytes: () => bytesBelow(objects),
        admit: (point) => admit(objects, options, point),
      }),
    );
  } finally {
    remove(folder);
  }
}

/** Not `tmp_…`, which a collection with `--prune=now` would remove while it is in use. */
const prefix = "incoming-git-tracker-";
/** Nobody else knows its name. */
const lockWaitMsMax = 1000;
/** So long it takes at most from making such a folder to locking it. */
const youngMs = 60_000;

async function sweep({ objectsDir, clock }: IncomingOptions): Promise<void> {
  for (const { name } of readFolderIfAny(objectsDir) ?? []) {
    const folder = join(objectsDir, name);
    const stats = name.startsWith(prefix) ? fs.statSync(folder, { throwIfNoEntry: false }) : undefined;
    if (stats === undefined || Math.abs(clock.now() - stats.mtimeMs) < youngMs) continue;
    // Its lock is free if nobody uses it; and what can't be removed does not matter.
    await withWriterLock(folder, 0, async () => remove(folder)).catch(() => undefined);
  }
}

/** A git that was told to end may still be writing there. */
function remove(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The next fetch tries again.
  }
}

async function admit(from: string, { objectsDir, flush }: IncomingOptions, point: () => Promise<void>): Promise<void> {
  const files = objectFiles(from);
  const link = (names: readonly string[]) =>
    refusingDiskErrors(objectsDir, () => {
      const folders = new Set<string>([objectsDir]);
      for (const name of names) {
        const folder = join(objectsDir, name, "..");
        makeFolder(folder, "buffered");
        folders.add(folder);
        claimName(join(from, name), join(objectsDir, name), "both");
      }
      if (flush === "flushed" && names.length > 0) for (const folder of folders) flushFolder(folder);
    });
  link(files);
  await point();
  link(files.filter((name) => !fs.existsSync(join(objectsDir, name)) && fs.existsSync(join(from, name))));
}

/** An index comes after its pack: who finds it must find the pack. */
function objectFiles(folder: string): string[] {
  const names = (readFolderIfAny(folder) ?? []).flatMap(({ name }) =>
    (readFolderIfAny(join(folder, name)) ?? []).map((entry) => `${name}/${entry.name}`),
  );
  const whole = names.filter((name) => /^(?:[0-9a-f]{2}\/[0-9a-f]{38,62}|pack\/pack-[0-9a-f]+\.\w+)$/.test(name));
  const isIndex = (name: string) => name.endsWith(".idx");
  return [...whole.filter((name) => !isIndex(name)), ...whole.filter(isIndex)].filter(
    (name) => !name.endsWith(".keep"),
  );
}

function bytesBelow(folder: string): number {
  return (readFolderIfAny(folder) ?? []).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + bytesBelow(path);
    return sum + (fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}

/** A list of paths has colons between them. */
function quoted(path: string): string {
  return /[:"\\]/.test(path) ? `"${path.replace(/["\\]/g, "\\$&")}"` : path;
}
