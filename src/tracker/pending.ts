/**
 * The move of refs that is under way, noted beside the writer lock. A process that is killed meanwhile leaves the note, and perhaps
 * locks and a half-moved batch; the next writer, who holds the writer lock and so knows that the other is dead, takes the locks away and
 * finishes the move. So a batch of many issues happens whole or not at all, and nobody finds its locks in the way.
 */
import { join } from "node:path";
import * as v from "valibot";
import { createFile, readTextIfAny, removeFile } from "../platform/files.ts";
import type { RefUpdate, Store, SwapResult } from "../store/store.ts";

/** Moves refs, with a note for as long as it takes. Only for the holder of the writer lock. */
export async function swapNoted(store: Store, updates: readonly RefUpdate[]): Promise<SwapResult> {
  const path = noteOf(store);
  await store.breakLocks(updates);
  createFile({ path, parts: [new TextEncoder().encode(JSON.stringify(updates))], flush: "buffered" });
  try {
    return await store.swap(updates);
  } finally {
    removeFile(path);
  }
}

/** Finishes what a dead process had begun. Only for the holder of the writer lock. */
export async function finishPending(store: Store): Promise<void> {
  const path = noteOf(store);
  const text = readTextIfAny(path);
  if (text === undefined) return;
  const updates = decodeNote(text);
  await store.breakLocks(updates);
  const unmoved: RefUpdate[] = [];
  for (const update of updates) if ((await store.readRef(update.ref)) === update.from) unmoved.push(update);
  // Where nothing has moved, nothing has happened: whoever was stopped has not been told otherwise.
  if (unmoved.length < updates.length) await store.swap(unmoved);
  removeFile(path);
}

function noteOf({ folder }: Store): string {
  return join(folder, "pending");
}

const Note = v.array(v.object({ ref: v.string(), from: v.optional(v.string()), to: v.optional(v.string()) }));

/** A note that was not written to its end was left before anything moved. */
function decodeNote(text: string): RefUpdate[] {
  try {
    return v.parse(Note, JSON.parse(text)).map(({ ref, from, to }) => ({ ref, from, to }));
  } catch {
    return [];
  }
}
