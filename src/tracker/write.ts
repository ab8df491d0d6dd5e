/**
 * Writing: read the tip, fold, check, encode, swap the ref, project. Everything a command changes is one batch, and a batch happens
 * whole or not at all. The writer lock makes our own processes take turns; the swap still compares, since other tools know nothing
 * of that lock, and a lost race means deciding again on what is there now.
 */
import type { Actor, Oid } from "../core/commit.ts";
import { systemRefusal, TrackerError } from "../core/errors.ts";
import { IndexBroken, IndexUnwritable } from "../index/connection.ts";
import type { Projection } from "../index/index.ts";
import { momentNow } from "../platform/clock.ts";
import type { Signer } from "../signing/signer.ts";
import { refs } from "../store/refs.ts";
import { breaksRuleAmongIssues } from "./among-issues.ts";
import { type Batch, foldWhole, type OpenBatch, openBatch, type Stream } from "./batch.ts";
import type { Policy } from "./policy.ts";
import { catchUp, markWith, recovering, refresh } from "./refresh.ts";
import { signerFor } from "./signing.ts";
import { appended, replaced } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { asWriter } from "./writer.ts";

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
    if (outcome === "in doubt") break;
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

/** Writes what was decided before the lock was taken, if none of its issues has changed since. `in doubt`: what became of others may forbid it now. */
async function commitIfCurrent<T>(
  tracker: Tracker,
  { opened, policy, result }: Decided<T>,
): Promise<Outcome<T> | "moved" | "in doubt"> {
  const { mark } = await recovering(tracker, () => catchUp(tracker));
  const isCurrent = [...opened.streams].every(([id, { base }]) => tracker.index.tip(id) === base?.revision);
  if (!isCurrent || tracker.policy.key !== policy.key) return "moved";
  if (breaksRuleAmongIssues(tracker, opened)) return "in doubt";
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

async function commit(
  tracker: Tracker,
  { batch, streams, order, flushed, files }: OpenBatch,
  mark: string | undefined,
): Promise<Written | "moved"> {
  const changed = [...streams].filter(([, { tip }]) => tip !== undefined);
  if (changed.length === 0) return { commits: [] };
  const { store } = tracker;
  await store.writeObjects(files);
  if (flushed()) await batch.flush();
  else await store.writeCommits(changed.flatMap(([, stream]) => stream.contents));
  const swapped = await store.swap(
    changed.map(([id, { base, tip }]) => ({ ref: refs.issue(id), from: base?.revision, to: tip })),
  );
  if (swapped.kind === "moved") return "moved";
  tracker.wrote = true;
  if (flushed()) await projectStored(tracker, order);
  else await project(tracker, changed, order, mark);
  tracker.folds.clear();
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
  return replaced(foldWhole(id, stream.commits));
}
