/** The verb `undo`: writes the inverse of the last command here, or of an issue's last change. */
import type { Commit, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft, KnownEvent } from "../core/event.ts";
import { foldStream } from "../core/fold.ts";
import type { Issue } from "../core/issue.ts";
import type { ProjectEvent } from "../core/project-event.ts";
import { inverseAmongOthers, inverseOf } from "../core/undo.ts";
import type { IssueView } from "../core/view.ts";
import { projectAction } from "../index/index.ts";
import type { Batch } from "./batch.ts";
import { undoProject } from "./project.ts";
import { onFreshIndex } from "./refresh.ts";
import { resolveId } from "./resolve.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";
import { write } from "./write.ts";

export interface Undone {
  readonly issue: IssueView;
  /** What was taken back, and by what. */
  readonly undone: readonly KnownEvent[];
  readonly events: readonly EventDraft[];
  /** What was left as it is, because somebody else has built on it since. */
  readonly kept: readonly KnownEvent[];
}

type Target = readonly { readonly issue: Oid; readonly commit: Oid }[];

/** What is to be taken back, if not the last command: an issue's last change, or all that somebody did since a moment. */
export interface UndoChoice {
  readonly id?: string | undefined;
  /** An email address. */
  readonly author?: string | undefined;
  /** In seconds since 1970. */
  readonly since?: number | undefined;
}

export interface UndoResult {
  readonly issues: readonly Undone[];
  /** What was written to the project's stream, if that is what was taken back. */
  readonly project: readonly ProjectEvent[] | undefined;
}

/** Takes back the last command here (all it changed), an issue's last change whoever made it, or all that somebody did. */
export async function undo(tracker: Tracker, choice: UndoChoice = {}): Promise<UndoResult> {
  if (choice.id === undefined && choice.author === undefined) {
    const [last] = (await onFreshIndex(tracker, () => tracker.index.lastAction()))?.commits ?? [];
    if (last?.issue === projectAction) return { issues: [], project: await undoProject(tracker, last.commit) };
  }
  const { result } = await write(tracker, async (batch) => {
    const target = await chooseTarget(tracker, choice);
    const undone: ({ id: Oid } & Taken)[] = [];
    for (const [issue, commits] of byIssue(target)) {
      const take = choice.author === undefined ? takeBack : takeBackAmongOthers;
      const history = await readCommits(tracker, batch.state(issue).revision);
      undone.push({ id: issue, ...take(batch, issue, history, commits) });
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
  const issues = result.map(({ id: issue, ...rest }) => ({ issue: viewOf(tracker, issue), ...rest }));
  return { issues, project: undefined };
}

async function chooseTarget(tracker: Tracker, { id, author, since }: UndoChoice): Promise<Target> {
  const issue = id === undefined ? undefined : await resolveId(tracker, id);
  if (author === undefined) return issue === undefined ? await lastCommand(tracker) : lastChange(tracker, issue);
  const found = tracker.index.history({ issue, author, since });
  if (found.length > 0) return found;
  throw new TrackerError(
    "not-found",
    "Nobody of that name has done anything since then",
    "See: git tracker log --author WHO",
  );
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

type Taken = Pick<Undone, "undone" | "events" | "kept">;

/** Puts the inverse of some commits of a stream into the batch, the newest first. An issue that began with them is deleted. */
function takeBack(batch: Batch, id: Oid, history: readonly Commit[], targets: ReadonlySet<Oid>): Taken {
  const undone = history.filter(({ oid }) => targets.has(oid));
  const first = undone.find(({ oid }) => oid === id);
  const events: EventDraft[] = [];
  for (const commit of first === undefined ? undone : [first]) {
    const before = commit === first ? undefined : stateBefore(id, commit, history);
    const inverse = inverseOf(commit, before, batch.state(id));
    batch.append(id, inverse);
    events.push(...inverse);
  }
  return { undone: undone.flatMap((commit) => commit.events), events, kept: [] };
}

/** As `takeBack`, event by event, so that one which others have built on doesn't keep the rest from being taken back. */
function takeBackAmongOthers(batch: Batch, id: Oid, history: readonly Commit[], targets: ReadonlySet<Oid>): Taken {
  const isTheirsAlone = history.every(({ oid, events }) => events.length === 0 || targets.has(oid));
  if (isTheirsAlone) return takeBack(batch, id, history, targets);
  const undone: KnownEvent[] = [];
  const kept: KnownEvent[] = [];
  const all: EventDraft[] = [];
  for (const commit of history.filter(({ oid }) => targets.has(oid))) {
    const before = commit.oid === id ? undefined : stateBefore(id, commit, history);
    for (const event of commit.events.toReversed()) {
      const only = { ...commit, events: [event] };
      const drafts = before === undefined ? undefined : inverseAmongOthers(only, before, batch.state(id));
      if (drafts === undefined) kept.push(event);
      else if (batch.append(id, drafts) !== undefined) {
        undone.push(event);
        all.push(...drafts);
      }
    }
  }
  return { undone, events: all, kept };
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
