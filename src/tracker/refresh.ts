/**
 * Freshness: brings the index up to what the refs say, reading only the streams whose tip moved. So a plain `git fetch`, another
 * process or another tool is always noticed, and a quiet repository costs a few stats.
 */
import type { Commit, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { type Folded, foldOnTop, foldStream } from "../core/fold.ts";
import type { Issue } from "../core/issue.ts";
import { decodeCommit } from "../core/message.ts";
import { IndexBroken } from "../index/connection.ts";
import type { HistoryEntry, Projection } from "../index/index.ts";
import { decodeCommitObject } from "../store/objects.ts";
import { issueOfRef, refs } from "../store/refs.ts";
import type { RawCommit, StreamRead } from "../store/store.ts";
import type { Tracker } from "./tracker.ts";

/** So many streams are projected in one transaction: enough to be fast, few enough to keep memory flat. */
const batchStreamsMax = 1000;

/** Makes the index current. Returns how many streams were read again. */
export async function refresh(tracker: Tracker): Promise<number> {
  const { store, index } = tracker;
  const stamp = store.stampRefs();
  if (stamp !== undefined && stamp === index.stamp()) return 0;

  const known = index.tips();
  const moved: { id: Oid; tip: Oid }[] = [];
  for (const [ref, tip] of await store.listRefs(refs.issues)) {
    const id = issueOfRef(ref);
    if (id === undefined) continue;
    if (known.get(id) !== tip) moved.push({ id, tip });
    known.delete(id);
  }
  if (moved.length === 0 && known.size === 0) {
    if (stamp !== undefined) index.touch(stamp);
    return 0;
  }
  const gone = [...known.keys()].map((id): Projection => ({ kind: "gone", id }));
  for await (const projections of inBatches(readProjections(tracker, moved))) index.project(projections);
  index.project(gone, stamp);
  return moved.length;
}

/**
 * Runs `read` on a current index. One that turns out to be broken is made anew, and `read` runs again: so it must only read.
 */
export async function onFreshIndex<T>(tracker: Tracker, read: () => T | Promise<T>): Promise<T> {
  try {
    await refresh(tracker);
    return await read();
  } catch (error) {
    if (!(error instanceof IndexBroken)) throw error;
    tracker.resetIndex();
    await refresh(tracker);
    return await read();
  }
}

/** A stream as it stands in the store, folded; a text says why it can't be. */
export async function readStream(tracker: Tracker, id: Oid, tip: Oid): Promise<Folded | string> {
  for await (const read of tracker.store.readStreams([tip])) return foldRead(tracker, id, read);
  return "it can't be read";
}

export function decode(raw: RawCommit): Commit {
  const { content, signed } = decodeCommitObject(raw.bytes);
  return decodeCommit(raw.oid, content, signed);
}

/** What the index is to hold of commits that came on top of `before`. */
export function appended(before: Issue, commits: readonly Commit[]): Projection & { kind: "append" } {
  return { kind: "append", issue: foldOnTop(before, commits), history: commits.map(historyOf) };
}

export function replaced({ issue, ordered }: Folded): Projection & { kind: "replace" } {
  return { kind: "replace", issue, history: ordered.map(historyOf) };
}

async function* readProjections(
  tracker: Tracker,
  streams: readonly { readonly id: Oid; readonly tip: Oid }[],
): AsyncGenerator<Projection> {
  let done = 0;
  for await (const read of tracker.store.readStreams(streams.map(({ tip }) => tip))) {
    const id = streams[done++]?.id;
    if (id === undefined) return;
    tracker.progress("Reading issues", done, streams.length);
    const folded = foldRead(tracker, id, read);
    yield typeof folded === "string" ? { kind: "broken", id, tip: read.tip, reason: folded } : replaced(folded);
  }
}

/** What a stream that was read folds to; a text says why it folds to nothing. */
export function foldRead(tracker: Tracker, id: Oid, read: StreamRead): Folded | string {
  if ("broken" in read) return read.broken;
  try {
    return foldStream(id, read.tip, read.commits.map(decode), tracker.config.mergeStrategy);
  } catch (error) {
    if (error instanceof TrackerError && error.code === "corrupt") return error.message;
    throw error;
  }
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < batchStreamsMax) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function historyOf(commit: Commit): HistoryEntry {
  return { commit: commit.oid, seconds: commit.time.seconds, author: commit.author };
}
