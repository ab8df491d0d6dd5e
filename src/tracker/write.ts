/**
 * Writing: read the tip, fold, check, encode, swap the ref, project. Everything a command changes is one batch, and a batch happens
 * whole or not at all. The writer lock makes our own processes take turns; the swap still compares, since other tools know nothing
 * of that lock, and a lost race means deciding again on what is there now.
 */
import type { Actor, Commit, CommitContent, Moment, Oid } from "../core/commit.ts";
import { systemRefusal, TrackerError } from "../core/errors.ts";
import { type EventDraft, type KnownEvent, parseEvent } from "../core/event.ts";
import { foldOnTop, foldStream } from "../core/fold.ts";
import type { Issue } from "../core/issue.ts";
import { limits } from "../core/limits.ts";
import { decodeCommit, encodeMessage } from "../core/message.ts";
import { subjectOf } from "../core/subject.ts";
import { IndexBroken, IndexUnwritable } from "../index/connection.ts";
import type { Projection } from "../index/index.ts";
import { momentNow } from "../platform/clock.ts";
import type { Signer } from "../signing/signer.ts";
import { asStored, encodeCommit, type NamedObject } from "../store/objects.ts";
import { refs } from "../store/refs.ts";
import type { AttachmentFile } from "../store/store.ts";
import { attachmentTree } from "../store/writer.ts";
import { anyPolicy, type Policy } from "./policy.ts";
import { catchUp, markWith, recovering, refresh } from "./refresh.ts";
import { signerFor } from "./signing.ts";
import { appended, replaced } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { asWriter } from "./writer.ts";

/**
 * Who says so, and when, if not the actor now: imports keep the authors and times of the events. Such commits are not signed: their
 * authors did not, and every clone that imports the same must come to the same.
 */
export interface By {
  readonly author: Actor;
  readonly time: Moment;
}

/** Changes that are to happen together. Nothing is written before the whole batch is known to be right. */
export interface Batch {
  /** Begins an issue; the first draft is its `issue-created`. Returns its id. */
  create(drafts: readonly EventDraft[], by?: By): Oid;
  /** Adds one commit to an issue; no drafts, no commit. Returns its oid. */
  append(id: Oid, drafts: readonly EventDraft[], by?: By, tree?: Oid): Oid | undefined;
  /** The issue as it will be after what the batch holds so far; not of one that it began before a flush. Throws `not-found`. */
  state(id: Oid): Issue;
  /**
   * Writes the objects that the batch holds, so that they need no longer be in memory. Nothing points to them before the refs move,
   * all at once, at the batch's end; if that never comes they are garbage.
   */
  flush(): Promise<void>;
  /** Stores files for a commit's tree. */
  writeTree(files: readonly AttachmentFile[]): Promise<{ readonly tree: Oid; readonly blobs: readonly Oid[] }>;
}

/** What a batch did: each commit it wrote with its issue, in order. */
export interface Written {
  readonly commits: readonly { readonly issue: Oid; readonly commit: Oid }[];
}

/** So often a batch is decided anew because another tool moved a ref in between: each time, somebody else made progress. */
const triesMax = 20;

/** Where signing may ask somebody, it is done so often without the lock; after that it is others who have waited enough. */
const askedTriesMax = 3;

/**
 * Runs `decide` on a current index, under the writer lock, and writes what it put into the batch. `decide` may run more than once.
 * Whatever it throws is thrown, and nothing is written. `signs`: whether the settings say so, or nothing is signed.
 */
export async function write<T>(
  tracker: Tracker,
  decide: Decide<T>,
  signs: "as set" | "never" = "as set",
): Promise<Outcome<T>> {
  const author = await tracker.actor();
  const signer = signs === "never" ? undefined : await signerFor(tracker, author);
  const deciding = { tracker, author, signer, decide };
  tracker.share();
  for (let tries = 0; signer?.asks === true && tries < askedTriesMax; tries++) {
    const decided = await unlessUnwritable(() => decideNow(deciding, "later"));
    if (decided === undefined) break;
    const outcome = await asWriter(tracker.store, () => commitIfCurrent(tracker, decided));
    if (outcome !== "moved") return outcome;
  }
  return await asWriter(tracker.store, async () => {
    for (let tries = 0; tries < triesMax; tries++) {
      const { opened, mark, result } = await decideNow(deciding, "now");
      const written = await commit(tracker, opened, mark);
      if (written !== "moved") return { ...written, result };
    }
    throw new TrackerError("unavailable", "The issue changes faster than it can be written to", "Try again.");
  });
}

type Decide<T> = (batch: Batch) => T | Promise<T>;
type Outcome<T> = Written & { readonly result: T };

interface Deciding<T> {
  readonly tracker: Tracker;
  readonly author: Actor;
  readonly signer: Signer | undefined;
  readonly decide: Decide<T>;
}

interface Decided<T> {
  readonly opened: OpenBatch;
  readonly mark: string | undefined;
  readonly policy: Policy;
  readonly result: T;
}

/** `files`: when those are written that the batch attaches. */
async function decideNow<T>(
  { tracker, author, signer, decide }: Deciding<T>,
  files: "now" | "later",
): Promise<Decided<T>> {
  const by = { author, time: momentNow(tracker.clock) };
  return await recovering(tracker, async () => {
    const { mark } = await catchUp(tracker);
    const opened = openBatch(tracker, { by, signer, files });
    const result = await decide(opened.batch);
    tracker.share(); // Other repositories may have been looked at.
    return { opened, mark, policy: tracker.policy, result };
  });
}

/** Writes what was decided before the lock was taken, if none of its issues has changed since. */
async function commitIfCurrent<T>(
  tracker: Tracker,
  { opened, policy, result }: Decided<T>,
): Promise<Outcome<T> | "moved"> {
  const { mark } = await recovering(tracker, () => catchUp(tracker));
  const isCurrent = [...opened.streams].every(([id, { base }]) => tracker.index.tip(id) === base?.revision);
  if (!isCurrent || tracker.policy.key !== policy.key) return "moved";
  const written = await commit(tracker, opened, mark);
  return written === "moved" ? written : { ...written, result };
}

/** Without the lock somebody else may be writing to the index. */
async function unlessUnwritable<T>(task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof IndexUnwritable) return undefined;
    throw error;
  }
}

interface Stream {
  /** Undefined: the batch begins it. */
  readonly base: Issue | undefined;
  /** The last commit of the batch's. */
  tip: Oid | undefined;
  /** What has not been flushed. */
  contents: CommitContent[];
  commits: Commit[];
  /** The state after so many of the commits. */
  folded: { readonly issue: Issue; readonly count: number } | undefined;
}

interface OpenBatch {
  readonly batch: Batch;
  /** True if commits have left memory already. */
  readonly flushed: () => boolean;
  readonly streams: ReadonlyMap<Oid, Stream>;
  readonly order: readonly { readonly issue: Oid; readonly commit: Oid }[];
  /** Files that are still to be written. */
  readonly files: readonly NamedObject[];
}

interface BatchOptions {
  readonly by: By;
  readonly signer: Signer | undefined;
  readonly files: "now" | "later";
}

function openBatch(tracker: Tracker, { by: now, signer, files: when }: BatchOptions): OpenBatch {
  const { store, index } = tracker;
  const streams = new Map<Oid, Stream>();
  const order: { issue: Oid; commit: Oid }[] = [];
  const files: NamedObject[] = [];
  let flushed = false;

  const streamOf = (id: Oid): Stream => {
    const open = streams.get(id);
    if (open !== undefined) return open;
    const base = index.state(id);
    if (base === undefined)
      throw new TrackerError("not-found", `There is no issue ${id}`, "See them with: git tracker list");
    refuseFull(tracker, base);
    const stream: Stream = { base, tip: undefined, contents: [], commits: [], folded: { issue: base, count: 0 } };
    streams.set(id, stream);
    return stream;
  };
  const add = (
    stream: Stream,
    parents: readonly Oid[],
    drafts: readonly EventDraft[],
    by: By | undefined,
    tree: Oid,
  ) => {
    const events = drafts.map(checked);
    const { author, time } = by ?? now;
    const message = encodeMessage(subjectOf(events), events);
    const plain: CommitContent = { tree, parents, author: asStored(author), time, message };
    const content = signer === undefined || by !== undefined ? plain : signed(plain, signer);
    // Read back from what will be stored: what can't be read later must not be written.
    const commit = decodeCommit(
      store.nameCommit(content),
      content,
      content.signature === undefined ? "unsigned" : "signed",
    );
    if (commit.unread.length > 0) throw new Error(`An event that can't be read back: ${commit.unread[0]?.reason}`);
    const { policy } = tracker;
    const raw = policy === anyPolicy ? undefined : { oid: commit.oid, bytes: encodeCommit(content).bytes };
    const refusal = raw === undefined ? undefined : policy.judge([{ raw, commit }]).refusals.get(commit.oid);
    if (refusal !== undefined) {
      throw new TrackerError(
        "not-permitted",
        `That would not count: ${refusal.replace(" was ", " is ")}`,
        "Ask a maintainer: git tracker user list",
      );
    }
    stream.contents.push(content);
    stream.commits.push(commit);
    stream.tip = commit.oid;
    return commit;
  };

  const batch: Batch = {
    create(drafts, by) {
      const stream: Stream = { base: undefined, tip: undefined, contents: [], commits: [], folded: undefined };
      const { oid } = add(stream, [], drafts, by, store.emptyTree);
      streams.set(oid, stream);
      order.push({ issue: oid, commit: oid });
      return oid;
    },
    append(id, drafts, by, tree = store.emptyTree) {
      if (drafts.length === 0) return undefined;
      const stream = streamOf(id);
      const tip = stream.tip ?? stream.base?.revision ?? id;
      const { oid } = add(stream, [tip], drafts, by, tree);
      order.push({ issue: id, commit: oid });
      return oid;
    },
    state: (id) => foldPending(id, streamOf(id)),
    async flush() {
      const full = [...streams].filter(([, { contents }]) => contents.length > 0);
      if (full.length === 0) return;
      await store.writeCommits(full.flatMap(([, { contents }]) => contents));
      flushed = true;
      for (const [id, stream] of full) {
        stream.folded = stream.base === undefined ? undefined : { issue: foldPending(id, stream), count: 0 };
        stream.contents = [];
        stream.commits = [];
      }
    },
    async writeTree(given) {
      if (when === "now") return await store.writeTree(given);
      const { oid, blobs, objects } = attachmentTree(store.hash, given);
      files.push(...objects);
      return { tree: oid, blobs };
    },
  };
  return { batch, flushed: () => flushed, streams, order, files };
}

/** The commit with its signature. */
export function signed(content: CommitContent, signer: Signer): CommitContent {
  return { ...content, signature: signer.sign(encodeCommit(content).bytes) };
}

/** Nobody reads a stream that is longer than the format lets it be. Counting takes long, and few are near. */
function refuseFull({ index }: Tracker, { id, generation }: Issue): void {
  if (generation < limits.streamCommitsMax / 2) return;
  if (index.history({ issue: id }).length < limits.streamCommitsMax) return;
  throw new TrackerError(
    "conflict",
    `Issue ${id.slice(0, 10)} has ${limits.streamCommitsMax} changes, and can have no more`,
    "Go on in another one: git tracker new",
  );
}

function checked(draft: EventDraft): KnownEvent {
  const event = parseEvent(draft);
  if (typeof event === "string") throw new TrackerError("invalid", `That can't be stored as ${draft.type}: ${event}`);
  return event;
}

function foldPending(id: Oid, stream: Stream): Issue {
  const { commits } = stream;
  if (stream.folded === undefined) {
    const folded = foldStream(id, commits.at(-1)?.oid ?? id, commits);
    if (typeof folded === "string") throw new Error(`A batch began a stream that is none: ${folded}`);
    stream.folded = { issue: folded.issue, count: commits.length };
  } else if (stream.folded.count < commits.length) {
    const issue = foldOnTop(stream.folded.issue, commits.slice(stream.folded.count));
    stream.folded = { issue, count: commits.length };
  }
  return stream.folded.issue;
}

async function commit(
  tracker: Tracker,
  { streams, order, flushed, files }: OpenBatch,
  mark: string | undefined,
): Promise<Written | "moved"> {
  const changed = [...streams].filter(([, { tip }]) => tip !== undefined);
  if (changed.length === 0) return { commits: [] };
  const { store } = tracker;
  await store.writeObjects(files);
  await store.writeCommits(changed.flatMap(([, stream]) => stream.contents));
  const swapped = await store.swap(
    changed.map(([id, { base, tip }]) => ({ ref: refs.issue(id), from: base?.revision, to: tip })),
  );
  if (swapped.kind === "moved") return "moved";
  tracker.wrote = true;
  if (flushed()) await projectStored(tracker, order);
  else await project(tracker, changed, order, mark);
  await tidyUp(tracker);
  return { commits: order };
}

/** What is done is done: that it could not be tidied up after it is nothing to fail for. The next writer tries again. */
export async function tidyUp({ store, warn }: Tracker): Promise<void> {
  try {
    await store.maintain();
  } catch (error) {
    const refusal = error instanceof TrackerError ? error : systemRefusal(error);
    if (refusal === undefined) throw error;
    warn(refusal.message);
  }
}

/** The events are stored by now, so an index that can't take them is no reason to fail: it is made anew, or the next command sees to it. */
async function project(
  tracker: Tracker,
  changed: readonly (readonly [Oid, Stream])[],
  order: OpenBatch["order"],
  mark: string | undefined,
): Promise<void> {
  const action = { commits: order };
  const names = changed.map(([id]) => refs.issue(id));
  const projections = changed.map(([id, stream]) => projectionOf(id, stream));
  try {
    tracker.index.project(projections, markWith(mark ?? tracker.index.stamp(), names), action);
  } catch (error) {
    if (error instanceof IndexUnwritable) {
      tracker.warn(error.message);
      tracker.copyIndex();
    } else if (error instanceof IndexBroken) tracker.resetIndex();
    else throw error;
    await projectStored(tracker, order);
  }
}

/** Projects what the refs point to by now, reading it from the store, bit by bit. */
async function projectStored(tracker: Tracker, order: OpenBatch["order"]): Promise<void> {
  await refresh(tracker);
  tracker.index.project([], undefined, { commits: order });
}

function projectionOf(id: Oid, stream: Stream): Projection {
  if (stream.base !== undefined) return appended(stream.base, stream.commits);
  const folded = foldStream(id, stream.commits.at(-1)?.oid ?? id, stream.commits);
  if (typeof folded === "string") throw new Error(`A batch wrote a stream that is none: ${folded}`);
  return replaced(folded);
}
