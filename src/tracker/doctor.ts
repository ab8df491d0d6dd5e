/**
 * The verb `doctor`: looks for everything that can be wrong with a tracker, and says what to do about it. It repairs only what can't
 * lose anything: the index, which is made anew from git; objects that the journal still has; locks whose holders are dead; and refs
 * that point to nothing.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { Folded } from "../core/fold.ts";
import { remedyOf } from "../core/trust.ts";
import { lockWaitMsMax, withWriterLock } from "../platform/lock.ts";
import { decodeCommitObject } from "../store/objects.ts";
import { issueOfRef, refs, streamName } from "../store/refs.ts";
import type { StreamRead } from "../store/store.ts";
import { examineProject } from "./doctor-project.ts";
import { examineRemotes } from "./doctor-remotes.ts";
import { refresh } from "./refresh.ts";
import { pointBack } from "./repair.ts";
import { foldRead } from "./streams.ts";
import type { Tracker } from "./tracker.ts";

export interface Finding {
  readonly level: "error" | "warning" | "note";
  /** What is wrong, in one sentence. */
  readonly what: string;
  /** What to do about it. */
  readonly hint: string | null;
  readonly issue: Oid | null;
  readonly repaired: boolean;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** How many issues were read again from git and compared with the index. */
  readonly checked: number;
}

export async function diagnose(tracker: Tracker, mode: "look" | "repair"): Promise<Diagnosis> {
  if (mode === "look") return await examine({ tracker, mode, findings: [] });
  return await withWriterLock(tracker.store.folder, lockWaitMsMax, async () => {
    await tracker.store.recover();
    return await examine({ tracker, mode, findings: [] });
  });
}

/** Makes the index anew. Returns how many issues it holds then. */
export async function reindex(tracker: Tracker): Promise<number> {
  tracker.resetIndex();
  await refresh(tracker);
  return tracker.index.tips().size;
}

interface Examination {
  readonly tracker: Tracker;
  readonly mode: "look" | "repair";
  readonly findings: Finding[];
}

function find({ findings }: Examination, finding: Pick<Finding, "level" | "what"> & Partial<Finding>): void {
  findings.push({ hint: null, issue: null, repaired: false, ...finding });
}

async function examine(examination: Examination): Promise<Diagnosis> {
  const { tracker, mode, findings } = examination;
  const repaired = mode === "repair";
  for (const problem of tracker.index.check()) {
    const what = `The index is damaged: ${problem}`;
    find(examination, { level: "error", what, hint: "git tracker reindex", repaired });
  }
  if (findings.length > 0 && repaired) tracker.resetIndex();
  await findLost(examination);
  await findLostRefs(examination);
  await refresh(tracker, "nothing");
  await findSurroundings(examination);
  await findRefs(examination);
  for (const finding of await examineProject(tracker, mode)) find(examination, finding);
  const checked = await compareStreams(examination);
  for (const finding of await examineRemotes(tracker)) find(examination, finding);
  return { findings, checked };
}

/** What the journal has is given back by whoever misses it, so that is nothing to ask about. */
async function findLost(examination: Examination): Promise<void> {
  const { tracker, mode } = examination;
  const { store } = tracker;
  for (const { what, hint } of store.outOfReach()) find(examination, { level: "error", what, hint });
  const given = await store.restore();
  if (given > 0) {
    const what = `${given} ${given === 1 ? "object was" : "objects were"} gone, and came back from the journal`;
    find(examination, { level: "warning", what, repaired: true });
  }
  if ((await store.findDamage([store.emptyTree])).length === 0) return;
  if (mode === "repair") await store.writeTree([]);
  else if ((await store.listRefs(refs.root)).size === 0) return; // Nobody needs it yet.
  find(examination, {
    level: "warning",
    what: `The empty tree ${store.emptyTree.slice(0, 10)} is not stored, which git fsck complains of`,
    hint: "git tracker doctor --repair",
    repaired: mode === "repair",
  });
}

/** Refs that are gone or older than the journal knows: the events after them are out of sight, and would be collected. */
async function findLostRefs(examination: Examination): Promise<void> {
  const { tracker, mode } = examination;
  const { store } = tracker;
  const tips = await store.listRefs(refs.root);
  for (const [ref, to] of store.lastTips()) {
    const id = issueOfRef(ref) ?? null;
    const tip = tips.get(ref);
    if (streamName(ref) === undefined || to === undefined || tip === to) continue;
    if (tip !== undefined && (/^0+$/.test(tip) || !(await isBehind(tracker, tip, to)))) continue;
    const repaired = mode === "repair" && (await store.swap([{ ref, from: tip, to }])).kind === "updated";
    const name = id === null ? "The project's stream" : `Issue ${id.slice(0, 10)}`;
    const what = `${name} ${tip === undefined ? "has no ref" : `ends with ${tip.slice(0, 10)}`}, but ${to.slice(0, 10)} was written`;
    find(examination, { level: "error", what, hint: "git tracker doctor --repair", issue: id, repaired });
  }
}

async function isBehind({ store }: Tracker, tip: Oid, to: Oid): Promise<boolean> {
  for await (const read of store.readStreams([to]))
    return "commits" in read && read.commits.some(({ oid }) => oid === tip);
  return false;
}

async function findSurroundings(examination: Examination): Promise<void> {
  const { tracker, mode } = examination;
  if (tracker.store.kind === "embedded") {
    const what = "git is not installed; git-tracker reads and writes the repository by itself";
    find(examination, { level: "note", what });
  }
  try {
    await tracker.actor();
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    find(examination, { level: "warning", what: error.message, hint: error.hint ?? null });
  }
  const locks = await tracker.store.findLocks();
  const gone = mode === "repair" && locks.length > 0 ? await tracker.store.setLocksAside() : [];
  for (const path of locks) {
    find(examination, {
      level: "warning",
      what: `A lock is in the way: ${path}`,
      hint: "If no git command is running, a crashed one left it: move the file away.",
      repaired: gone.includes(path),
    });
  }
}

async function findRefs(examination: Examination): Promise<void> {
  for (const ref of (await examination.tracker.store.listRefs(refs.issues)).keys()) {
    if (issueOfRef(ref) !== undefined) continue;
    find(examination, { level: "warning", what: `${ref} is no issue's name; it is ignored` });
  }
}

/** Reads every stream again and compares what it folds to with what the index says. */
async function compareStreams(examination: Examination): Promise<number> {
  const { tracker, mode } = examination;
  const streams = [...tracker.index.tips()].map(([id, tip]) => ({ id, tip }));
  const refused = new Set(tracker.index.broken().flatMap((each) => (each.refused ? [each.id] : [])));
  const broken: (Broken & { readonly id: Oid })[] = [];
  let checked = 0;
  let stale = 0;
  for await (const read of tracker.store.readStreams(streams.map(({ tip }) => tip))) {
    const id = streams[checked++]?.id;
    if (id === undefined) break;
    tracker.progress("Checking issues", checked, streams.length);
    const folded = foldRead(tracker, id, read);
    if (typeof folded === "string" && refused.has(id)) {
      const what = `Issue ${id.slice(0, 10)} does not count: ${folded}`;
      find(examination, {
        level: "note",
        what,
        hint: remedyOf(folded) ?? "It is kept as it is: git tracker user list",
        issue: id,
      });
      continue;
    }
    if (typeof folded === "string") {
      broken.push({ id, tip: read.tip, reason: folded });
      continue;
    }
    findQuarantined(examination, id, folded);
    await findAttachments(examination, id, read);
    if (!Bun.deepEquals(tracker.index.state(id), folded.issue)) stale++;
  }
  for (const each of broken) await findBroken(examination, each.id, each);
  if (stale > 0) {
    const what = `The index is wrong about ${stale} ${stale === 1 ? "issue" : "issues"}`;
    find(examination, { level: "error", what, hint: "git tracker reindex", repaired: mode === "repair" });
    if (mode === "repair") await reindex(tracker);
  }
  return checked;
}

interface Broken {
  readonly tip: Oid;
  readonly reason: string;
}

async function findBroken(examination: Examination, id: Oid, { tip, reason }: Broken): Promise<void> {
  const { tracker, mode } = examination;
  const hint = reason.includes("shallow")
    ? "git fetch --unshallow"
    : "Look for what is missing with: git fsck. A clone that has it can give it back.";
  const repair = mode === "repair" ? await pointBack(tracker, { ref: refs.issue(id), root: id, tip }) : undefined;
  const what = `Issue ${id.slice(0, 10)} can't be read: ${reason}${repair === undefined ? "" : `; ${repair.what}`}`;
  find(examination, { level: "error", what, hint, issue: id, repaired: repair?.whole ?? false });
}

function findQuarantined(examination: Examination, id: Oid, { issue }: Folded): void {
  for (const { commit, type, reason } of issue.quarantined) {
    const event = `${type === "" ? "what is" : `the event ${type}`} in commit ${commit.slice(0, 10)}`;
    const what = `Issue ${id.slice(0, 10)}: ${event} does not count: ${reason}`;
    const hint = remedyOf(reason) ?? "It is kept as it is; nothing else is affected.";
    find(examination, { level: "warning", what, hint, issue: id });
  }
}

async function findAttachments(examination: Examination, id: Oid, read: StreamRead): Promise<void> {
  if (!("commits" in read)) return;
  const { store } = examination.tracker;
  const trees = new Set(read.commits.map(({ bytes }) => decodeCommitObject(bytes).content.tree));
  trees.delete(store.emptyTree);
  for (const { oid, reason } of await store.findDamage([...trees])) {
    find(examination, {
      level: "error",
      what: `Issue ${id.slice(0, 10)}: a file of its can't be had, ${oid}: ${reason}`,
      hint: "A clone that has it can give it back.",
      issue: id,
    });
  }
}
