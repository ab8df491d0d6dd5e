/**
 * Syncs that nobody asked for, without a daemon: a command that is done may start one beside itself, which outlives it. Who wants a sync
 * leaves a mark; one process at a time, by a lock that the kernel frees on death, syncs until no mark is left. How it went is
 * remembered, and told by a later command.
 */
import { systemRefusal, TrackerError } from "../core/errors.ts";
import { withWriterLock } from "../platform/lock.ts";
import { type Sleep, systemSleep } from "../platform/sleep.ts";
import { syncIssues } from "./sync.ts";
import {
  type AutoState,
  lastSyncAt,
  markWanted,
  readAutoState,
  syncFolder,
  unmarkWanted,
  wantedMark,
  writeAutoState,
} from "./sync-state.ts";
import type { Tracker } from "./tracker.ts";

/** True if a sync is to be started now, by whoever has just run a command. */
export async function wantsAutoSync(tracker: Tracker): Promise<boolean> {
  const { config, clock } = tracker;
  if (config.syncAuto === "off") return false;
  if (config.syncAuto === "on-change" && tracker.wrote) markWanted(tracker);
  const now = clock.now();
  const last = lastFailing(tracker);
  const isOverdue = () => !isWithin(config.syncInterval * minute, lastSyncAt(tracker), now);
  const isWanted = config.syncAuto === "on-change" ? wantedMark(tracker) !== undefined : isOverdue();
  if (!isWanted || isResting(last, now)) return false;
  return (await alone(tracker, async () => {})) !== "busy"; // One that runs sees the mark.
}

/** Syncs until nobody wants it any more. One that already runs does it as well: then nothing happens here. */
export async function runAutoSync(
  tracker: Tracker,
  remote: string | undefined,
  sleep: Sleep = systemSleep,
): Promise<void> {
  for (let course: "again" | "done" | "busy" = "again"; course === "again"; ) {
    course = await alone(tracker, () => syncWhileWanted(tracker, remote, sleep));
    // Whoever marked since the last look found the lock taken, and left it to us.
    if (course === "done" && wantedMark(tracker) !== undefined && readAutoState(tracker)?.failures === 0)
      course = "again";
  }
}

/** What went wrong at the last automatic sync, if nobody has been told so yet. From then on somebody has. */
export async function takeFailure(
  tracker: Tracker,
): Promise<{ readonly message: string; readonly hint: string | null } | undefined> {
  const untold = () => {
    const state = lastFailing(tracker);
    return state?.failure?.told === false ? { state, failure: state.failure } : undefined;
  };
  if (untold() === undefined) return undefined;
  const taken = await alone(tracker, async () => {
    const found = untold();
    if (found !== undefined) writeAutoState(tracker, { ...found.state, failure: { ...found.failure, told: true } });
    return found?.failure;
  });
  return taken === "busy" ? undefined : taken;
}

const minute = 60_000;
/** A change is seldom alone: the first sync waits so long for more, each next one twice as long. In milliseconds. */
const settleMs = 1000;
const settleMsMax = 30_000;
/** After a failure nothing is tried for a minute, then for two, at most for an hour. */
const restMinutesMax = 60;

/** How automatic syncs fail, unless somebody has synced since by hand. */
function lastFailing(tracker: Tracker): AutoState | undefined {
  const state = readAutoState(tracker);
  return state === undefined || state.failure === null || lastSyncAt(tracker) > state.at ? undefined : state;
}

function isResting(state: AutoState | undefined, now: number): boolean {
  if (state === undefined || state.failures === 0) return false;
  return isWithin(Math.min(2 ** (state.failures - 1), restMinutesMax) * minute, state.at, now);
}

/** What is yet to come was a wrong clock's. */
function isWithin(span: number, at: number, now: number): boolean {
  return at <= now && now - at < span;
}

/** Runs `work` while no other process syncs automatically. */
async function alone<T>(tracker: Tracker, work: () => Promise<T>): Promise<T | "busy"> {
  let begun = false;
  try {
    return await withWriterLock(syncFolder(tracker.store), 0, async () => {
      begun = true;
      return await work();
    });
  } catch (error) {
    if (begun || !(error instanceof TrackerError) || error.code !== "unavailable") throw error;
    return "busy";
  }
}

async function syncWhileWanted(tracker: Tracker, remote: string | undefined, sleep: Sleep): Promise<"done"> {
  for (let pause = settleMs; ; pause = Math.min(pause * 2, settleMsMax)) {
    if (wantedMark(tracker) !== undefined) await sleep(pause);
    const mark = wantedMark(tracker);
    const outcome = await attempt(tracker, remote);
    const before = readAutoState(tracker);
    const known = before?.failure?.message === outcome?.message && before?.failure?.told === true;
    writeAutoState(tracker, {
      at: tracker.clock.now(),
      failures: outcome?.kind === "failed" ? (before?.failures ?? 0) + 1 : 0,
      failure: outcome === undefined ? null : { message: outcome.message, hint: outcome.hint, told: known },
    });
    if (outcome?.kind === "failed") return "done"; // The mark stays: it is tried again after a rest.
    if (mark !== undefined) unmarkWanted(tracker, mark);
    if (wantedMark(tracker) === undefined) return "done";
  }
}

interface Outcome {
  /** `refused`: everything else was synced. */
  readonly kind: "failed" | "refused";
  readonly message: string;
  readonly hint: string | null;
}

/** Undefined: all is well. Bugs are thrown. */
async function attempt(tracker: Tracker, asked: string | undefined): Promise<Outcome | undefined> {
  try {
    const { remote, refused } = await syncIssues(tracker, { remote: asked, direction: "both", mode: "do" });
    if (refused.length === 0) return undefined;
    const issues = refused.length === 1 ? "1 issue" : `${refused.length} issues`;
    return {
      kind: "refused",
      message: `${issues} could not be synced with ${remote}`,
      hint: `See why: git tracker remote show ${remote}`,
    };
  } catch (error) {
    const refusal = error instanceof TrackerError ? error : systemRefusal(error);
    if (refusal === undefined) throw error;
    return { kind: "failed", message: refusal.message, hint: refusal.hint ?? null };
  }
}
