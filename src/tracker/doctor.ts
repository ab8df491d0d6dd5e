/**
 * The verb `doctor`: looks for everything that can be wrong with a tracker, and says what to do about it. It repairs only what can't
 * lose anything: the index, which is made anew from git.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { issueOfRef, refs } from "../store/refs.ts";
import { refresh } from "./refresh.ts";
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
  const findings: Finding[] = [];
  const find = (finding: Pick<Finding, "level" | "what"> & Partial<Finding>) => {
    findings.push({ hint: null, issue: null, repaired: false, ...finding });
  };
  for (const problem of tracker.index.check()) {
    find({
      level: "error",
      what: `The index is damaged: ${problem}`,
      hint: "git tracker reindex",
      repaired: mode === "repair",
    });
  }
  if (findings.length > 0 && mode === "repair") tracker.resetIndex();
  await refresh(tracker);
  await findSurroundings(tracker, find);
  await findRefs(tracker, find);
  const checked = await compareStreams(tracker, mode, find);
  return { findings, checked };
}

/** Makes the index anew. Returns how many issues it holds then. */
export async function reindex(tracker: Tracker): Promise<number> {
  tracker.resetIndex();
  await refresh(tracker);
  return tracker.index.tips().size;
}

type Find = (finding: Pick<Finding, "level" | "what"> & Partial<Finding>) => void;

async function findSurroundings(tracker: Tracker, find: Find): Promise<void> {
  if (tracker.store.kind === "embedded") {
    find({ level: "note", what: "git is not installed; git-tracker reads and writes the repository by itself" });
  }
  try {
    await tracker.actor();
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    find({ level: "warning", what: error.message, hint: error.hint ?? null });
  }
  for (const path of await tracker.store.findLocks()) {
    find({
      level: "warning",
      what: `A lock is in the way: ${path}`,
      hint: "If no git command is running, a crashed one left it: move the file away.",
    });
  }
}

async function findRefs(tracker: Tracker, find: Find): Promise<void> {
  for (const ref of (await tracker.store.listRefs(refs.issues)).keys()) {
    if (issueOfRef(ref) === undefined) find({ level: "warning", what: `${ref} is no issue's name; it is ignored` });
  }
}

/** Reads every stream again and compares what it folds to with what the index says. */
async function compareStreams(tracker: Tracker, mode: "look" | "repair", find: Find): Promise<number> {
  const streams = [...tracker.index.tips()].map(([id, tip]) => ({ id, tip }));
  let checked = 0;
  let stale = 0;
  for await (const read of tracker.store.readStreams(streams.map(({ tip }) => tip))) {
    const id = streams[checked++]?.id;
    if (id === undefined) break;
    tracker.progress("Checking issues", checked, streams.length);
    const folded = foldRead(tracker, id, read);
    const short = id.slice(0, 10);
    if (typeof folded === "string") {
      find({
        level: "error",
        what: `Issue ${short} can't be read: ${folded}`,
        hint: "Look for what is missing with: git fsck. A clone that has it can give it back.",
        issue: id,
      });
      continue;
    }
    for (const { commit, type, reason } of folded.issue.quarantined) {
      const event = `${type === "" ? "what is" : `the event ${type}`} in commit ${commit.slice(0, 10)}`;
      const what = `Issue ${short}: ${event} is broken and was left out: ${reason}`;
      find({ level: "warning", what, hint: "It is kept as it is; nothing else is affected.", issue: id });
    }
    if (!Bun.deepEquals(tracker.index.state(id), folded.issue)) stale++;
  }
  if (stale > 0) {
    find({
      level: "error",
      what: `The index is wrong about ${stale} ${stale === 1 ? "issue" : "issues"}`,
      hint: "git tracker reindex",
      repaired: mode === "repair",
    });
    if (mode === "repair") await reindex(tracker);
  }
  return checked;
}
