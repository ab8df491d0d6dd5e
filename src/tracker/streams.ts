/** Streams, from the store's bytes to what the index is to hold of them. */
import type { Commit, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { issueEvents } from "../core/event.ts";
import { type Folded, foldOnTop, foldStream } from "../core/fold.ts";
import type { Issue } from "../core/issue.ts";
import { decodeCommit } from "../core/message.ts";
import { joinRepeats, meant } from "../core/repeats.ts";
import type { HistoryEntry, Projection } from "../index/index.ts";
import { systemSleep } from "../platform/sleep.ts";
import { decodeCommitObject } from "../store/objects.ts";
import type { RawCommit, StreamRead } from "../store/store.ts";
import { anyPolicy, type Policy, type Submitted } from "./policy.ts";
import type { Tracker } from "./tracker.ts";

/** A stream to be read. */
export interface Moved {
  readonly id: Oid;
  readonly tip: Oid;
  /** The tip that the index has, over which what is read counts. */
  readonly known: Oid | undefined;
}

/** So much is projected in one transaction: enough to be fast, little enough to keep memory flat. */
const batchStreamsMax = 500;
const batchBytesMax = 4 * 1024 * 1024;
/** When so much was read, garbage is collected. Left to itself, the heap grows to several times what it holds. */
const garbageBytesMax = 4 * 1024 * 1024;

/** Reads streams, and yields what became of them in batches, each for one transaction. */
export function readProjections(tracker: Tracker, streams: readonly Moved[]): AsyncGenerator<Projection[]> {
  return inBatches(readOneByOne(tracker, streams));
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

/** What became of a stream, and how many bytes of commits that took. */
interface Outcome {
  readonly projection: Projection;
  readonly bytes: number;
}

async function* readOneByOne(tracker: Tracker, streams: readonly Moved[]): AsyncGenerator<Outcome> {
  let done = 0;
  const unfolded: Moved[] = [];
  for (const stream of streams) {
    const kept = tracker.policy === anyPolicy ? tracker.folds.take(stream.id, stream.tip) : undefined;
    if (kept === undefined) {
      unfolded.push(stream);
      continue;
    }
    tracker.progress("Reading issues", ++done, streams.length);
    yield { projection: { ...kept.projection, over: { tip: stream.known } }, bytes: kept.bytes };
  }
  let at = 0;
  for await (const read of tracker.store.readStreams(unfolded.map(({ tip }) => tip))) {
    const stream = unfolded[at++];
    if (stream === undefined) return;
    const { id, known } = stream;
    const over = { tip: known };
    tracker.progress("Reading issues", ++done, streams.length);
    const folded = foldRead(tracker, id, read);
    const projection: Projection =
      typeof folded === "string"
        ? { kind: "broken", id, tip: read.tip, reason: folded, refused: isRefused(tracker, id, read), over }
        : { ...replaced(folded), over };
    yield { projection, bytes: "commits" in read ? read.commits.reduce((sum, { bytes }) => sum + bytes.length, 0) : 0 };
  }
}

/** What a stream that was read folds to; a text says why it folds to nothing. `policy` says whose events count. */
export function foldRead(tracker: Tracker, id: Oid, read: StreamRead, policy = tracker.policy): Folded | string {
  if ("broken" in read) return read.broken;
  try {
    const commits = admit(
      policy,
      read.commits.map((raw) => ({ raw, commit: decode(raw) })),
    );
    return foldStream(id, read.tip, commits, tracker.config.mergeStrategy);
  } catch (error) {
    if (error instanceof TrackerError && error.code === "corrupt") return error.message;
    throw error;
  }
}

/** The commits as they count: events that don't are kept among what was not read. */
function admit(policy: Policy, stream: readonly Submitted[]): readonly Commit[] {
  const { refusals, repeats } = policy.judge(stream);
  const counting = stream.map(({ commit }) => {
    const reason = refusals.get(commit.oid);
    if (reason === undefined && repeats.size === 0) return commit;
    if (reason === undefined) return { ...commit, events: commit.events.map((event) => meant(event, repeats)) };
    const refused = commit.events.map((event) => ({ type: event.type, fields: issueEvents.encode(event), reason }));
    return { ...commit, events: [], unread: [...refused, ...commit.unread] };
  });
  return joinRepeats(counting, repeats);
}

/** True if nothing is wrong with it but that it doesn't count. */
function isRefused(tracker: Tracker, id: Oid, read: StreamRead): boolean {
  return tracker.policy !== anyPolicy && typeof foldRead(tracker, id, read, anyPolicy) !== "string";
}

async function* inBatches(outcomes: AsyncIterable<Outcome>): AsyncGenerator<Projection[]> {
  let batch: Projection[] = [];
  let batchBytes = 0;
  let garbageBytes = garbageBytesMax; // Finding out what to read has left some already.
  for await (const { projection, bytes } of outcomes) {
    batch.push(projection);
    batchBytes += bytes;
    if (batch.length < batchStreamsMax && batchBytes < batchBytesMax) continue;
    yield batch;
    garbageBytes += batchBytes;
    batch = [];
    batchBytes = 0;
    if (garbageBytes < garbageBytesMax) continue;
    garbageBytes = 0;
    Bun.gc(true);
    await systemSleep(0); // What was kept is read without waiting, and somebody may want to end it.
  }
  if (batch.length > 0) yield batch;
}

function historyOf(commit: Commit): HistoryEntry {
  const { oid, time, author, signed, parents, events, unread } = commit;
  const isMerge = parents.length > 1 && events.length === 0 && unread.length === 0;
  return {
    commit: oid,
    seconds: time.seconds,
    author,
    signed: signed ? "signed" : isMerge ? "needless" : "unsigned",
  };
}
