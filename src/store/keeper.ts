/**
 * The keeper: sees to it that what was acked stays. Objects are written and flushed, then the journal says where the refs are to go,
 * then they go. Until the journal's objects are in packs, any that is missed is given back from there: a garbage collection that had
 * looked at the refs before they moved may take an object away even after they have.
 */
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { refusingDiskErrors, removeFile } from "../platform/files.ts";
import type { Found, ReadObject } from "./found.ts";
import { type JournalEntry, type Outcome, openJournal } from "./journal.ts";
import { breakOwnLocks } from "./lock-file.ts";
import { decodeLoose, hasLoose, type LooseObject, loosePath, writeLoose } from "./loose.ts";
import { decodeCommitObject, decodeTree, type NamedObject, parentsOf } from "./objects.ts";
import type { StoreOptions } from "./open.ts";
import { releasePack, writePack } from "./pack.ts";
import { packedAmong } from "./pack-index.ts";
import { packRefFiles } from "./packed-refs.ts";
import type { Repository } from "./repository.ts";
import type { RefUpdate, Store, SwapResult } from "./store.ts";
import { createWriter, flushOf, type Writer } from "./writer.ts";

export interface Keeper extends Writer, Pick<Store, "swap" | "recover" | "maintain" | "restore"> {
  /** The same way to read objects, but what is missing or damaged comes from the journal, and is put back. */
  restoring(read: ReadObject): ReadObject;
  /** Where the journal says that a ref pointed, newest first. */
  formerTips(ref: string): Oid[];
  /** Where the journal says that each ref ends; undefined: it was deleted. */
  lastTips(): Map<string, Oid | undefined>;
}

export interface KeeperOptions extends StoreOptions {
  readonly repository: Repository;
  /** Moves refs, and nothing else. */
  move(updates: readonly RefUpdate[]): Promise<SwapResult>;
  readRef(ref: string): Promise<Oid | undefined>;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { repository, chance, clock, move, readRef } = options;
  const { hash, objectsDir, commonDir } = repository;
  const journal = openJournal(join(commonDir, "git-tracker", "journal"), chance);
  const flush = flushOf(options.durability);
  const files = { objectsDir, hash, flush, chance };

  /** What was written since refs last moved. */
  let written: LooseObject[] = [];
  let guards: { readonly pack: string; readonly entry: string }[] = [];

  const writer = createWriter({
    ...files,
    wrote: (objects) => written.push(...objects),
    guard: (pack) => {
      const entry = journal.append({ objects: new Map(), guards: [pack], updates: [] }, "buffered");
      guards.push({ pack, entry });
    },
  });

  /** Writes again what a garbage collection has taken away since it was written. */
  const rewrite = (objects: readonly LooseObject[]) => {
    const gone = objects.filter(({ oid }) => !hasLoose(objectsDir, oid));
    if (gone.length === 0) return 0;
    const packed = packedAmong(
      objectsDir,
      gone.map(({ oid }) => oid),
    );
    const missing = gone.filter(({ oid }) => !packed.has(oid));
    refusingDiskErrors(objectsDir, () => writeLoose(files, missing));
    return missing.length;
  };

  const unmovedAmong = async (updates: readonly RefUpdate[]) => {
    const unmoved: RefUpdate[] = [];
    for (const update of updates) if ((await readRef(update.ref)) === update.from) unmoved.push(update);
    return unmoved;
  };

  /** Finishes what somebody began who is dead by now. Where nothing has moved, nothing has happened. */
  const finish = async (entry: JournalEntry) => {
    if (repository.refStorage === "files") breakOwnLocks(repository, entry.updates);
    rewrite(objectsOf([entry]));
    const unmoved = await unmovedAmong(entry.updates);
    if (unmoved.length > 0 && unmoved.length < entry.updates.length) await move(unmoved);
    for (const pack of entry.guards) releasePack(objectsDir, pack);
    journal.finish([entry.id], unmoved.length === entry.updates.length ? "left" : "done");
  };

  const settle = (entry: string, outcome: Outcome) => {
    for (const { pack } of guards) releasePack(objectsDir, pack);
    journal.finish([...guards.map((guard) => guard.entry), entry], outcome);
    guards = [];
    written = [];
  };

  /** Moves refs, and if an error stops that half-way, once more those that are left. */
  const moveAll = async (updates: readonly RefUpdate[]): Promise<SwapResult> => {
    try {
      return await move(updates);
    } catch (error) {
      const unmoved = await unmovedAmong(updates);
      if (unmoved.length === 0 || unmoved.length === updates.length) throw error;
      return await move(unmoved).catch(() => {
        throw error;
      });
    }
  };

  /** Puts all that the journal holds into a pack. Each of its objects is in the way of a collection no more, and takes less space. */
  const checkpoint = () => {
    const entries = journal.read();
    if (entries.some(({ state }) => state === "open")) return;
    const objects = objectsOf(entries).flatMap((object): NamedObject[] => {
      const decoded = decodeLoose(hash, object, objectBytesMax);
      return "damage" in decoded ? [] : [{ ...decoded, oid: object.oid }];
    });
    refusingDiskErrors(objectsDir, () => writePack({ ...files, flush: "flushed" }, objects));
    journal.clear();
    for (const { oid } of objects) removeFile(loosePath(objectsDir, oid));
  };

  /** What was behind refs that are deleted is not to come back. */
  const forget = (deleted: ReadonlySet<string>) => {
    const kept = journal.read().flatMap((entry): JournalEntry[] => {
      const updates = entry.updates.filter(({ ref, to }) => to === undefined || !deleted.has(ref));
      if (updates.length === entry.updates.length) return [entry];
      if (updates.length === 0) return [];
      const objects = reachableAmong(
        entry.objects,
        updates.flatMap(({ to }) => to ?? []),
      );
      return [{ ...entry, updates, objects }];
    });
    journal.rewrite(kept);
  };

  /** Those of the objects that these tips stand on. */
  const reachableAmong = (objects: ReadonlyMap<Oid, Uint8Array>, tips: readonly Oid[]) => {
    const found = new Map<Oid, Uint8Array>();
    const waiting = [...tips];
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      const file = objects.get(oid);
      if (file === undefined || found.has(oid)) continue;
      found.set(oid, file);
      const object = decodeLoose(hash, { oid, file }, objectBytesMax);
      if ("damage" in object) continue;
      if (object.type === "tree") waiting.push(...decodeTree(object.bytes, hash));
      if (object.type === "commit")
        waiting.push(decodeCommitObject(object.bytes).content.tree, ...parentsOf(object.bytes));
    }
    return found;
  };

  let known: { readonly version: string; readonly objects: ReadonlyMap<Oid, LooseObject> } | undefined;
  const journaled = (): ReadonlyMap<Oid, LooseObject> => {
    const look = journal.look();
    const version = `${look?.changed} ${look?.bytes}`;
    if (known?.version !== version) {
      known = { version, objects: new Map(objectsOf(journal.read()).map((object) => [object.oid, object])) };
    }
    return known.objects;
  };

  const giveBack = (oid: Oid): Found => {
    const object = journaled().get(oid);
    const decoded = object && decodeLoose(hash, object, objectBytesMax);
    if (object === undefined || decoded === undefined || "damage" in decoded) return undefined;
    try {
      writeLoose(files, [object]);
    } catch {
      // Where nothing can be written it is still worth reading.
    }
    return decoded;
  };

  return {
    ...writer,
    async swap(updates) {
      if (updates.length === 0) return { kind: "updated" };
      const objects = written;
      const packs = guards.map(({ pack }) => pack);
      const entry = journal.append({ objects: filesOf(objects), guards: packs, updates }, flush);
      rewrite(objects);
      // After an error the entry stays open: the next writer removes what is left of locks, and finishes what was half done.
      const result = await moveAll(updates);
      if (result.kind === "updated") rewrite(objects);
      settle(entry, result.kind === "updated" ? "done" : "left");
      const deleted = updates.filter(({ to }) => to === undefined).map(({ ref }) => ref);
      if (result.kind === "updated" && deleted.length > 0) forget(new Set(deleted));
      return result;
    },
    async recover() {
      if (repository.refStorage === "files") breakOwnLocks(repository, []);
      journal.makeRoom();
      const look = journal.look();
      if (look === undefined) return;
      const quiet = Math.abs(clock.now() - look.changed) > quietMs;
      if (look.state === "closed" && !quiet) return;
      const entries = journal.read();
      for (const entry of entries) if (entry.state === "open") await finish(entry);
      if (!quiet) return;
      const objects = objectsOf(entries);
      rewrite(objects);
      if (!objects.some(({ oid }) => hasLoose(objectsDir, oid))) journal.clear(); // All are in packs.
    },
    async maintain() {
      if (repository.refStorage === "files") {
        let entry: string | undefined;
        packRefFiles(repository, (packed) => {
          const updates = [...packed].map(([ref, oid]) => ({ ref, from: oid, to: oid }));
          entry = journal.append({ objects: new Map(), guards: [], updates }, "buffered");
        });
        if (entry !== undefined) journal.finish([entry], "left");
      }
      if ((journal.look()?.bytes ?? 0) > journalBytesMax) checkpoint();
    },
    async restore() {
      return rewrite(objectsOf(journal.read()));
    },
    formerTips(ref) {
      const entries = journal.read().filter(({ state }) => state !== "left");
      const moves = entries.flatMap(({ updates }) => updates.filter((update) => update.ref === ref));
      return moves.toReversed().flatMap(({ from, to }) => [to, from].filter((oid) => oid !== undefined));
    },
    lastTips() {
      const entries = journal.read().filter(({ state }) => state === "done");
      return new Map(entries.flatMap(({ updates }) => updates.map(({ ref, to }) => [ref, to] as const)));
    },
    restoring: (read) => async (oid) => {
      const found = await read(oid);
      if (found !== undefined && !("damage" in found)) return found;
      const given = giveBack(oid);
      if (given !== undefined) return given;
      // It may have gone from the journal because it came into a pack.
      return found === undefined && known?.objects.size ? read(oid) : found;
    },
  };
}

/** A journal of so many bytes, some two hundred events, becomes a pack. */
const journalBytesMax = 128 * 1024;
/** After so long without a write it is looked whether a garbage collection has taken something, in milliseconds. In a crowd that is done once. */
const quietMs = 2000;
/** What was written here has passed other limits before. */
const objectBytesMax = 2 ** 30;

function objectsOf(entries: readonly JournalEntry[]): LooseObject[] {
  const objects = new Map(entries.flatMap((entry) => [...entry.objects]));
  return [...objects].map(([oid, file]) => ({ oid, file }));
}

function filesOf(objects: readonly LooseObject[]): Map<Oid, Uint8Array> {
  return new Map(objects.map(({ oid, file }) => [oid, file]));
}
