/**
 * Freshness: brings the index up to what the refs say, reading only the streams whose tip moved. So a plain `git fetch`, another
 * process or another tool is always noticed, and a quiet repository costs a few stats.
 */
import type { Oid } from "../core/commit.ts";
import { IndexBroken, IndexUnwritable } from "../index/connection.ts";
import type { Projection } from "../index/index.ts";
import { isSameProject } from "../store/ref-files.ts";
import { issueOfRef, refs } from "../store/refs.ts";
import type { RefScan, RefStamp } from "../store/store.ts";
import { anyPolicy, type Policy, readPolicy } from "./policy.ts";
import type { Tracker } from "./tracker.ts";

/**
 * Makes the index current. Returns how many streams were read again. Whoever only reads waits neither for somebody who writes nor for
 * room on the disk: they go on with a copy of the index.
 */
export async function refresh(tracker: Tracker, trust: Trust = "stats"): Promise<number> {
  tracker.share();
  try {
    return await touch(tracker, trust);
  } catch (error) {
    if (!(error instanceof IndexUnwritable)) throw error;
    tracker.copyIndex();
    return await touch(tracker, trust);
  }
}

/** `stats`: what they say has not changed is not read. `nothing`: every ref is read, for a file may be overwritten in its place. */
type Trust = "stats" | "nothing";

async function touch(tracker: Tracker, trust: Trust): Promise<number> {
  const { moved, mark } = await catchUp(tracker, trust);
  if (mark !== undefined) tracker.index.touch(mark);
  return moved + (await readBroken(tracker));
}

/** What was missing may have come back without any ref moving: by a fetch, a remount, or somebody's repair. */
async function readBroken(tracker: Tracker): Promise<number> {
  const unread = tracker.index.broken().filter(({ refused }) => !refused);
  const broken = unread.map(({ id, tip }) => ({ id, tip, known: tip }));
  if (broken.length === 0) return 0;
  const { readProjections } = await import("./streams.ts");
  let healed = 0;
  for await (const projections of readProjections(tracker, broken)) {
    const sound = projections.filter(({ kind }) => kind !== "broken");
    tracker.index.project(sound);
    healed += sound.length;
  }
  return healed;
}

/**
 * Makes the index current, for somebody who is about to write to it anyway. Returns how many streams were read again, and what the
 * index would be marked with: the next projection can do that in passing.
 */
export async function catchUp(
  tracker: Tracker,
  trust: Trust = "stats",
): Promise<{ readonly moved: number; readonly mark: string | undefined }> {
  const stamp = tracker.store.stampRefs();
  const last = decodeMark(tracker.index.stamp());
  const policy = await policyAt(tracker, stamp, last);
  const isOther = policy.key !== (last?.policy ?? (tracker.index.tips().size === 0 ? policy.key : ""));
  if (isOther) startAnew(tracker);
  // Whoever is interrupted while they fill the index leaves some of it, and no mark means that everybody's events count.
  if (policy.key !== "" && tracker.index.stamp() === undefined)
    tracker.index.touch(encodeMark({ stamp: noStamp, policy: policy.key, loose: [] }));
  const mark = trust === "stats" && !isOther && last?.stamp !== noStamp ? last : undefined;
  if (stamp !== undefined && stamp === mark?.stamp) return { moved: 0, mark: undefined };

  const { index } = tracker;
  const { moved, gone, loose } = await findChanges(tracker, mark);
  const seen = stamp === undefined ? undefined : encodeMark({ stamp, policy: policy.key, loose });
  if (moved.length === 0 && gone.length === 0) return { moved: 0, mark: seen };
  if (moved.length > 0) {
    // Most of the time nothing moved, and then what reads streams need not be loaded.
    const { readProjections } = await import("./streams.ts");
    for await (const projections of readProjections(tracker, moved)) index.project(projections);
  }
  index.project(
    gone.map(({ id, known }): Projection => ({ kind: "gone", id, over: { tip: known } })),
    seen ?? markWith(index.stamp() ?? encodeMark({ stamp: noStamp, policy: policy.key, loose: [] }), loose),
  );
  return { moved: moved.length, mark: undefined };
}

/** Another policy makes something else of every stream. What commands did here stays known: `undo` takes back the last of them. */
function startAnew(tracker: Tracker): void {
  const actions = tracker.index.actions();
  tracker.resetIndex();
  if (actions.length > 0) tracker.index.remember(actions);
}

/** Whose events count. As long as the project's ref has not moved, and everybody's counted, everybody's do. */
async function policyAt(tracker: Tracker, stamp: RefStamp | undefined, last: Mark | undefined): Promise<Policy> {
  const isOld = stamp !== undefined && last !== undefined && isSameProject(stamp, last.stamp);
  const isAny = isOld && last.policy === "" && tracker.config.signingRequire !== "yes";
  const policy = isAny ? anyPolicy : await readPolicy(tracker);
  tracker.usePolicy(policy);
  return policy;
}

/**
 * Runs `read` on a current index. One that turns out to be broken is made anew, and `read` runs again: so it must only read.
 */
export async function onFreshIndex<T>(tracker: Tracker, read: () => T | Promise<T>): Promise<T> {
  return await recovering(tracker, async () => {
    await refresh(tracker);
    if (tracker.surroundings !== undefined) {
      tracker.learn(await tracker.surroundings.elsewhere());
      tracker.share();
    }
    return await read();
  });
}

/** As onFreshIndex, for verbs that tell of all issues: says besides which of them can't be told of. */
export async function onAllIssues<T>(tracker: Tracker, read: () => T): Promise<T> {
  return await onFreshIndex(tracker, () => {
    const broken = tracker.index.broken().filter(({ refused }) => !refused);
    const ids = broken.map(({ id }) => id.slice(0, 7));
    const shown = ids.length > shownMax ? `${ids.slice(0, shownMax).join(", ")}, …` : ids.join(", ");
    const result = read();
    if (ids.length > 0) {
      tracker.warn(
        `${ids.length === 1 ? "an issue" : `${ids.length} issues`} can't be read: ${shown}; see: git tracker doctor`,
      );
    }
    return result;
  });
}

const shownMax = 5;

/** Runs `task`, and if the index turns out to be broken, once more on a new one. */
export async function recovering<T>(tracker: Tracker, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof IndexBroken)) throw error;
    tracker.resetIndex();
    return await task();
  }
}

/** What the index was current with: the refs' stamp, and which of them were loose, since only those can vanish without a new `packed-refs`. */
interface Mark {
  readonly stamp: RefStamp;
  /** The key of the policy that decided what of the streams is in the index. */
  readonly policy: string;
  readonly loose: readonly string[];
}

/** Where refs moved too short a time ago for their stats to say so, what the index holds is known to be of some policy all the same. */
const noStamp = "";

function encodeMark({ stamp, policy, loose }: Mark): string {
  return [stamp, policy, ...loose].join("\n");
}

function decodeMark(text: string | undefined): Mark | undefined {
  const [stamp, policy, ...loose] = text?.split("\n") ?? [];
  return stamp === undefined || policy === undefined ? undefined : { stamp, policy, loose };
}

/** A mark, with refs that have become loose since then: they were projected, and no new stamp could be taken. */
export function markWith(text: string | undefined, refNames: readonly string[]): string | undefined {
  const mark = decodeMark(text);
  return mark === undefined ? undefined : encodeMark({ ...mark, loose: [...new Set([...mark.loose, ...refNames])] });
}

/** A stream whose ref and whose place in the index differ. */
interface Suspect {
  readonly id: Oid;
  /** The tip that the index has. */
  readonly known: Oid | undefined;
}

/** On its own, so that what the refs say is not held in memory while streams are read. */
async function findChanges(
  tracker: Tracker,
  mark: Mark | undefined,
): Promise<Changes & { readonly loose: readonly string[] }> {
  const scan = await tracker.store.scanRefs(refs.issues, mark?.stamp);
  return { ...(await compare(tracker, scan, mark)), loose: scan.loose };
}

interface Changes {
  readonly moved: readonly (Suspect & { readonly tip: Oid })[];
  readonly gone: readonly Suspect[];
}

async function compare(tracker: Tracker, scan: RefScan, mark: Mark | undefined): Promise<Changes> {
  const suspects = scan.kind === "all" ? compareAll(tracker, scan) : compareLoose(tracker, scan, mark);
  // The index was read after the refs, so what somebody wrote in between looks like something missed. The refs decide, read once more.
  const again = suspects.length > readSinglyMax ? await tracker.store.listRefs(refs.issues) : undefined;
  const moved: (Suspect & { tip: Oid })[] = [];
  const gone: Suspect[] = [];
  for (const suspect of suspects) {
    const ref = refs.issue(suspect.id);
    const tip = again === undefined ? await tracker.store.readRef(ref) : again.get(ref);
    if (tip === undefined) gone.push(suspect);
    else if (tip !== suspect.known) moved.push({ ...suspect, tip });
  }
  return { moved, gone: gone.filter(({ known }) => known !== undefined) };
}

/** Up to so many refs are read one by one; more are listed. */
const readSinglyMax = 64;

function compareAll({ index }: Tracker, { refs: found }: RefScan): Suspect[] {
  const known = index.tips();
  const suspects: Suspect[] = [];
  for (const { id, tip } of issuesOf(found)) {
    if (known.get(id) !== tip) suspects.push({ id, known: known.get(id) });
    known.delete(id);
  }
  return [...suspects, ...[...known].map(([id, tip]) => ({ id, known: tip }))];
}

/** A ref that was loose and is so no more was packed or deleted: it is a suspect, like those that say something else. */
function compareLoose({ index }: Tracker, { refs: found }: RefScan, mark: Mark | undefined): Suspect[] {
  const present = issuesOf(found);
  const vanished = (mark?.loose ?? []).filter((ref) => !found.has(ref)).flatMap((ref) => issueOfRef(ref) ?? []);
  const known = index.tips([...present.map(({ id }) => id), ...vanished]);
  const differing = present.filter(({ id, tip }) => known.get(id) !== tip).map(({ id }) => id);
  return [...differing, ...vanished].map((id) => ({ id, known: known.get(id) }));
}

function issuesOf(found: ReadonlyMap<string, Oid>): { id: Oid; tip: Oid }[] {
  return [...found].flatMap(([ref, tip]) => {
    const id = issueOfRef(ref);
    return id === undefined ? [] : [{ id, tip }];
  });
}
