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
import type { RawCommit, RefScan, RefStamp, StreamRead } from "../store/store.ts";
import type { Tracker } from "./tracker.ts";

/** So many streams are projected in one transaction: enough to be fast, few enough to keep memory flat. */
const batchStreamsMax = 1000;

/** Makes the index current. Returns how many streams were read again. */
export async function refresh(tracker: Tracker): Promise<number> {
  const { store, index } = tracker;
  const stamp = store.stampRefs();
  const mark = decodeMark(index.stamp());
  if (stamp !== undefined && stamp === mark?.stamp) return 0;

  const scan = await store.scanRefs(refs.issues, mark?.stamp);
  const { moved, gone } = await compare(tracker, scan, mark);
  const newMark = stamp === undefined ? markWith(tracker, scan.loose) : encodeMark({ stamp, loose: scan.loose });
  if (moved.length === 0 && gone.length === 0) {
    if (stamp !== undefined && newMark !== undefined) index.touch(newMark);
    return 0;
  }
  for await (const projections of inBatches(readProjections(tracker, moved))) index.project(projections);
  index.project(
    gone.map((id): Projection => ({ kind: "gone", id })),
    newMark,
  );
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

/** What the index was current with: the refs' stamp, and which of them were loose, since only those can vanish without a new `packed-refs`. */
interface Mark {
  readonly stamp: RefStamp;
  readonly loose: readonly string[];
}

function encodeMark({ stamp, loose }: Mark): string {
  return [stamp, ...loose].join("\n");
}

function decodeMark(text: string | undefined): Mark | undefined {
  const [stamp, ...loose] = text?.split("\n") ?? [];
  return stamp === undefined ? undefined : { stamp, loose };
}

/** The index's mark, with refs that have become loose since then: they were projected, and no new stamp could be taken. */
export function markWith({ index }: Tracker, refNames: readonly string[]): string | undefined {
  const mark = decodeMark(index.stamp());
  return mark === undefined ? undefined : encodeMark({ ...mark, loose: [...new Set([...mark.loose, ...refNames])] });
}

interface Changes {
  readonly moved: readonly { readonly id: Oid; readonly tip: Oid }[];
  readonly gone: readonly Oid[];
}

async function compare(tracker: Tracker, scan: RefScan, mark: Mark | undefined): Promise<Changes> {
  if (scan.kind === "all") return compareAll(scan.refs, tracker.index.tips());
  const found = new Map(scan.refs);
  for (const ref of mark?.loose ?? []) {
    if (found.has(ref)) continue;
    const packed = await tracker.store.readRef(ref);
    if (packed !== undefined) found.set(ref, packed);
  }
  const moved = issuesOf(found).filter(({ id, tip }) => tracker.index.tip(id) !== tip);
  const vanished = (mark?.loose ?? []).filter((ref) => !found.has(ref)).flatMap((ref) => issueOfRef(ref) ?? []);
  return { moved, gone: vanished.filter((id) => tracker.index.tip(id) !== undefined) };
}

function compareAll(found: ReadonlyMap<string, Oid>, known: Map<Oid, Oid>): Changes {
  const moved: { id: Oid; tip: Oid }[] = [];
  for (const issue of issuesOf(found)) {
    if (known.get(issue.id) !== issue.tip) moved.push(issue);
    known.delete(issue.id);
  }
  return { moved, gone: [...known.keys()] };
}

function issuesOf(found: ReadonlyMap<string, Oid>): { id: Oid; tip: Oid }[] {
  return [...found].flatMap(([ref, tip]) => {
    const id = issueOfRef(ref);
    return id === undefined ? [] : [{ id, tip }];
  });
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
