/**
 * Pointing a broken ref back: one whose file a power cut left empty, or that points to an object that is nowhere. Events that can still
 * be read are never given up for it, and nothing is done where they may only be out of reach.
 */
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { createFile, makeFolder, readTextIfAny } from "../platform/files.ts";
import { refs } from "../store/refs.ts";
import { checkOwn } from "./received.ts";
import type { Tracker } from "./tracker.ts";

/** A stream, and where it is broken. */
export interface BrokenStream {
  readonly ref: string;
  /** What it begins with. */
  readonly root: Oid;
  readonly tip: Oid;
}

/** Returns what was done, if anything. Only for the holder of the writer lock. */
export async function pointBack(
  tracker: Tracker,
  { ref, root, tip }: BrokenStream,
): Promise<{ readonly what: string; readonly whole: boolean } | undefined> {
  const { store } = tracker;
  if (store.outOfReach().length > 0 || (await isThere(tracker, tip))) return undefined;
  const to = await firstReadable(tracker, ref, await store.formerTips(ref, root));
  // Where a power cut took even the beginning there is nothing to point to: what the ref said is kept aside.
  if (to === undefined && ((await isThere(tracker, root)) || !(await wasCut(tracker, tip)))) return undefined;
  if (to === undefined) keepAside(join(store.folder, "lost"), ref, tip);
  const last = store.lastTips().get(ref);
  const swapped = await store.swap([{ ref, from: tip, to }]);
  if (swapped.kind === "moved") return undefined;
  const what =
    to === undefined
      ? "nothing of it is left, and its ref was removed (git-tracker/lost says what it was)"
      : `it ends with ${to.slice(0, 10)} again, the last event that can be read`;
  // Only the journal knows that there was no more.
  return { what, whole: to !== undefined && to === last };
}

function keepAside(folder: string, ref: string, tip: Oid): void {
  makeFolder(folder, "flushed");
  const path = join(folder, `${ref.slice(ref.lastIndexOf("/") + 1)}-${tip.slice(0, 10)}`);
  if (readTextIfAny(path) !== undefined) return;
  createFile({ path, parts: [new TextEncoder().encode(`ref: ${ref}\ntip: ${tip}\n`)], flush: "flushed" });
}

/** True if it looks like what is left of files that nobody had flushed; what is only missing may come back. */
async function wasCut({ store, config }: Tracker, tip: Oid): Promise<boolean> {
  if (config.durability === "fast" || /^0+$/.test(tip)) return true;
  return (await store.findDamage([tip])).some(({ empty }) => empty);
}

async function isThere({ store }: Tracker, oid: Oid): Promise<boolean> {
  return (await store.findDamage([oid])).length === 0;
}

async function firstReadable(tracker: Tracker, ref: string, tips: readonly Oid[]): Promise<Oid | undefined> {
  const candidates = [...new Set(tips)];
  let best: Oid | undefined;
  for await (const read of tracker.store.readStreams(candidates)) {
    if (!("commits" in read) || typeof (await checkOwn(tracker, ref.slice(refs.root.length), read)) === "string")
      continue;
    // A later one counts if it grew out of the one before: no event that can be read is given up.
    if (best === undefined || read.commits.some(({ oid }) => oid === best)) best = read.tip;
  }
  return best;
}
