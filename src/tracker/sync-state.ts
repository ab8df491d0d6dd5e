/**
 * What is remembered of syncs, in small files of our own: when a remote was last synced with and what was refused then, how automatic syncs
 * went, and whether one is wanted. All of it may be lost or broken: then it is as if there had been none.
 */
import { join } from "node:path";
import * as v from "valibot";
import type { Chance } from "../platform/chance.ts";
import {
  createFile,
  errnoOf,
  makeFolder,
  readFolderIfAny,
  readTextIfAny,
  removeFile,
  takeName,
} from "../platform/files.ts";
import type { Store } from "../store/store.ts";

const by = v.picklist(["here", "remote"]);
const refused = v.array(v.object({ id: v.string(), reason: v.string(), by }));
const held = v.array(
  v.object({
    name: v.string(),
    tip: v.string(),
    reason: v.string(),
    by,
    /** When it was asked for, in milliseconds since 1970. */
    at: v.number(),
  }),
);
const remoteState = v.object({ at: v.number(), refused, held: v.optional(held, []) });
const autoState = v.object({
  /** When it was last tried, in milliseconds since 1970. */
  at: v.number(),
  /** How often in a row the remote could not be reached. */
  failures: v.number(),
  failure: v.nullable(v.object({ message: v.string(), hint: v.nullable(v.string()), told: v.boolean() })),
});

/**
 * The last sync with a remote that came to its end; `at` in milliseconds since 1970. `held`: what could not be fetched, which is not asked for
 * again.
 */
export type RemoteState = v.InferOutput<typeof remoteState>;
export type AutoState = v.InferOutput<typeof autoState>;

export interface SyncMemory {
  readonly store: Pick<Store, "folder">;
  readonly chance: Chance;
}

export function readRemoteState({ store }: SyncMemory, remote: string): RemoteState | undefined {
  return read(remoteState, remoteFile(store, remote));
}

export function writeRemoteState(memory: SyncMemory, remote: string, state: RemoteState): void {
  try {
    write(memory, remoteFile(memory.store, remote), JSON.stringify(state));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error; // A sync that can't be remembered was one all the same.
  }
}

export function forgetRemoteState({ store }: SyncMemory, remote: string): void {
  removeFile(remoteFile(store, remote));
}

/** When any remote was last synced with, in milliseconds since 1970; 0: never. */
export function lastSyncAt({ store }: SyncMemory): number {
  const entries = readFolderIfAny(syncFolder(store)) ?? [];
  const files = entries.filter(({ name }) => name.startsWith(remotePrefix) && name.endsWith(".json"));
  return Math.max(0, ...files.map(({ name }) => read(remoteState, join(syncFolder(store), name))?.at ?? 0));
}

export function readAutoState({ store }: SyncMemory): AutoState | undefined {
  return read(autoState, autoFile(store));
}

export function writeAutoState(memory: SyncMemory, state: AutoState): void {
  write(memory, autoFile(memory.store), JSON.stringify(state));
}

/** Says that an automatic sync is wanted: the mark is another one each time. */
export function markWanted(memory: SyncMemory): void {
  write(memory, wantedFile(memory.store), memory.chance.hex(8));
}

/** The mark of the last who wanted an automatic sync. */
export function wantedMark({ store }: SyncMemory): string | undefined {
  return readTextIfAny(wantedFile(store));
}

/** Takes the mark away, unless somebody has wanted another one since. */
export function unmarkWanted(memory: SyncMemory, mark: string): void {
  if (wantedMark(memory) === mark) removeFile(wantedFile(memory.store));
}

/** Where all of it is; whoever syncs automatically holds the lock in there. */
export function syncFolder({ folder }: SyncMemory["store"]): string {
  return join(folder, "sync");
}

const remotePrefix = "remote-";
const autoFile = (store: SyncMemory["store"]) => join(syncFolder(store), "auto.json");
const wantedFile = (store: SyncMemory["store"]) => join(syncFolder(store), "wanted");

/** A remote's name may have slashes. */
function remoteFile(store: SyncMemory["store"], remote: string): string {
  return join(syncFolder(store), `${remotePrefix}${encodeURIComponent(remote)}.json`);
}

function read<T>(schema: v.GenericSchema<unknown, T>, path: string): T | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readTextIfAny(path) ?? "null"));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function write({ store, chance }: SyncMemory, path: string, text: string): void {
  makeFolder(syncFolder(store), "buffered");
  const temporary = `${path}.${chance.hex(8)}`;
  createFile({ path: temporary, parts: [new TextEncoder().encode(text)], flush: "buffered" });
  takeName(temporary, path);
}
