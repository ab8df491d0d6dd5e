/**
 * Batches: changes that are to happen together. Each is checked, encoded, signed where that is wanted and read back at once, and none is
 * written before the whole batch is known to be right.
 */
import type { Actor, Commit, CommitContent, Moment, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { type EventDraft, type KnownEvent, parseEvent } from "../core/event.ts";
import { type Folded, foldOnTop, foldStream } from "../core/fold.ts";
import type { Issue } from "../core/issue.ts";
import { limits } from "../core/limits.ts";
import { decodeCommit, encodeMessage } from "../core/message.ts";
import { subjectOf } from "../core/subject.ts";
import type { Signer } from "../signing/signer.ts";
import { asStored, encodeCommit, type NamedObject } from "../store/objects.ts";
import type { AttachmentFile } from "../store/store.ts";
import { attachmentTree } from "../store/writer.ts";
import { anyPolicy } from "./policy.ts";
import { replaced } from "./streams.ts";
import type { Tracker } from "./tracker.ts";

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
  /** How many issues what it holds so far moves to that status. */
  entering(status: string): number;
  /**
   * Writes the objects that the batch holds, so that they need no longer be in memory. Nothing points to them before the refs move,
   * all at once, at the batch's end; if that never comes they are garbage.
   */
  flush(): Promise<void>;
  /** Stores files for a commit's tree. */
  writeTree(files: readonly AttachmentFile[]): Promise<{ readonly tree: Oid; readonly blobs: readonly Oid[] }>;
}

export interface Stream {
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

export interface OpenBatch {
  readonly batch: Batch;
  /** True if commits have left memory already. */
  readonly flushed: () => boolean;
  readonly streams: ReadonlyMap<Oid, Stream>;
  readonly order: readonly { readonly issue: Oid; readonly commit: Oid }[];
  /** Files that are still to be written. */
  readonly files: readonly NamedObject[];
}

export interface BatchOptions {
  readonly by: By;
  readonly signer: Signer | undefined;
  /** When attached files are written: only the holder of the writer lock may do that at once. */
  readonly files: "now" | "later";
}

/** A batch on the index as it is. */
export function openBatch(tracker: Tracker, { by: now, signer, files: when }: BatchOptions): OpenBatch {
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
    entering: (status) => [...streams.values()].filter((stream) => enters(stream, status)).length,
    async flush() {
      const full = [...streams].filter(([, { contents }]) => contents.length > 0);
      if (full.length === 0) return;
      await store.writeCommits(full.flatMap(([, { contents }]) => contents));
      flushed = true;
      for (const [id, stream] of full) {
        keepFolded(tracker, id, stream);
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

function enters({ base, commits }: Stream, status: string): boolean {
  const last = commits.flatMap(({ events }) => events).findLast(({ type }) => type === "status-changed");
  return last?.type === "status-changed" && last.to === status && base?.status !== status;
}

function foldPending(id: Oid, stream: Stream): Issue {
  const { commits } = stream;
  if (stream.folded === undefined) stream.folded = { issue: foldWhole(id, commits).issue, count: commits.length };
  else if (stream.folded.count < commits.length) {
    const issue = foldOnTop(stream.folded.issue, commits.slice(stream.folded.count));
    stream.folded = { issue, count: commits.length };
  }
  return stream.folded.issue;
}

/** Of a stream of which the batch has all, so that the index needn't read what leaves memory. */
function keepFolded(tracker: Tracker, id: Oid, stream: Stream): void {
  if (stream.commits[0]?.oid === id && tracker.policy === anyPolicy)
    tracker.folds.keep(replaced(foldWhole(id, stream.commits)));
}

/** All of a stream that the batch began. */
export function foldWhole(id: Oid, commits: readonly Commit[]): Folded {
  const folded = foldStream(id, commits.at(-1)?.oid ?? id, commits);
  if (typeof folded === "string") throw new Error(`A batch began a stream that is none: ${folded}`);
  return folded;
}
