/** The verb `undo`: writes the inverse of the last command here, or of an issue's last change. */
import type { Commit, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft, KnownEvent } from "../core/event.ts";
import { foldStream } from "../core/fold.ts";
import type { Issue } from "../core/issue.ts";
import { inverseOf } from "../core/undo.ts";
import type { IssueView } from "../core/view.ts";
import { viewOf } from "./change.ts";
import { resolveId } from "./resolve.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { type Batch, write } from "./write.ts";

export interface Undone {
  readonly issue: IssueView;
  /** What was taken back, and by what. */
  readonly undone: readonly KnownEvent[];
  readonly events: readonly EventDraft[];
}

type Target = readonly { readonly issue: Oid; readonly commit: Oid }[];

/** Takes back the last command here (all it changed), or the last change of one issue, whoever made it. */
export async function undo(tracker: Tracker, id?: string): Promise<Undone[]> {
  const { result } = await write(tracker, async (batch) => {
    const target = id === undefined ? await lastCommand(tracker) : lastChange(tracker, await resolveId(tracker, id));
    const undone: { id: Oid; undone: readonly KnownEvent[]; events: readonly EventDraft[] }[] = [];
    for (const [issue, commits] of byIssue(target)) {
      undone.push({ id: issue, ...(await takeBack(tracker, batch, issue, commits)) });
    }
    if (undone.every(({ events }) => events.length === 0)) {
      throw new TrackerError(
        "conflict",
        "There is nothing left to undo of that change",
        "See what happened: git tracker log",
      );
    }
    return undone;
  });
  return result.map(({ id: issue, ...rest }) => ({ issue: viewOf(tracker, issue), ...rest }));
}

async function lastCommand(tracker: Tracker): Promise<Target> {
  const action = tracker.index.lastAction();
  if (action !== undefined && action.commits.length > 0) return action.commits;
  // An index that was made anew remembers no commands: the actor's own last commit stands for it.
  const { email } = await tracker.actor();
  const last = tracker.index.history({ author: email, limit: 1 });
  if (last.length > 0) return last;
  throw new TrackerError(
    "not-found",
    "There is nothing to undo",
    "Name an issue to undo its last change: git tracker undo ID",
  );
}

function lastChange(tracker: Tracker, issue: Oid): Target {
  return tracker.index.history({ issue, limit: 1 });
}

function byIssue(target: Target): Map<Oid, Set<Oid>> {
  const issues = new Map<Oid, Set<Oid>>();
  for (const { issue, commit } of target) issues.set(issue, (issues.get(issue) ?? new Set()).add(commit));
  return issues;
}

/** Puts the inverse of some commits of a stream into the batch, the newest first. An issue that began with them is deleted. */
async function takeBack(
  tracker: Tracker,
  batch: Batch,
  id: Oid,
  targets: ReadonlySet<Oid>,
): Promise<{ undone: KnownEvent[]; events: EventDraft[] }> {
  const commits = await readCommits(tracker, batch.state(id).revision);
  const undone = commits.filter(({ oid }) => targets.has(oid));
  const first = undone.find(({ oid }) => oid === id);
  const events: EventDraft[] = [];
  for (const commit of first === undefined ? undone : [first]) {
    const before = commit === first ? undefined : stateBefore(id, commit, commits);
    const inverse = inverseOf(commit, before, batch.state(id));
    batch.append(id, inverse);
    events.push(...inverse);
  }
  return { undone: undone.flatMap((commit) => commit.events), events };
}

async function readCommits(tracker: Tracker, tip: Oid): Promise<Commit[]> {
  for await (const read of tracker.store.readStreams([tip])) {
    if ("broken" in read)
      throw new TrackerError("corrupt", `The issue can't be read: ${read.broken}`, "git tracker doctor");
    return read.commits.map(decode);
  }
  return [];
}

/** The state that the author of `commit` had before their eyes. */
function stateBefore(id: Oid, commit: Commit, commits: readonly Commit[]): Issue | undefined {
  const byOid = new Map(commits.map((each) => [each.oid, each]));
  const seen = new Set<Oid>();
  const pending = [...commit.parents];
  for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
    if (seen.has(oid)) continue;
    seen.add(oid);
    pending.push(...(byOid.get(oid)?.parents ?? []));
  }
  const folded = foldStream(
    id,
    commit.parents[0] ?? id,
    commits.filter(({ oid }) => seen.has(oid)),
  );
  return typeof folded === "string" ? undefined : folded.issue;
}
