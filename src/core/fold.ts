/**
 * The fold: a stream's commits → the issue's state. Commits are taken in stream order, so every replica that has the same commits
 * gets the same state, whatever order they arrived in. Where history forked, a second pass (concurrency.ts) settles what the
 * order alone can't.
 */
import { apply, type Draft, dependsOnPlace, isoTime } from "./apply.ts";
import type { Commit } from "./commit.ts";
import { type MergeStrategy, registerOf, settle } from "./concurrency.ts";
import type { Issue } from "./issue.ts";
import { generations, inStreamOrder, placeOf } from "./order.ts";

export interface Folded {
  readonly issue: Issue;
  /** The commits in stream order. */
  readonly ordered: readonly Commit[];
}

/**
 * Folds all commits of one stream. Returns the reason as a text if they are no issue's stream: its first commit must create it
 * and be named by `id`.
 */
export function foldStream(
  id: string,
  tip: string,
  commits: readonly Commit[],
  strategy: MergeStrategy = {},
): Folded | string {
  const generation = generations(commits);
  const ordered = inStreamOrder(commits, generation);
  const root = ordered.find(({ oid }) => oid === id);
  if (root === undefined) return "its first commit is not the one its name says";
  if (root.parents.length > 0) return "its first commit has a parent";
  const other = ordered.find(({ parents, oid }) => parents.length === 0 && oid !== id);
  if (other !== undefined) return `it has a second beginning, ${other.oid}`;
  const created = root.events[0];
  if (created?.type !== "issue-created") return root.unread[0]?.reason ?? "its first commit does not create an issue";

  const issue = emptyIssue(root, created.status);
  for (const commit of ordered) applyCommit(issue, commit, generation.get(commit.oid) ?? 0);
  if (ordered.some((commit) => commit.parents.length > 1)) settle(issue, ordered, strategy);
  issue.revision = tip;
  issue.generation = generation.get(tip) ?? 0;
  return { issue, ordered };
}

/** Folds commits that came one after the other on top of all that `issue` holds: the same as folding the whole stream again. */
export function foldOnTop(issue: Issue, commits: readonly Commit[]): Issue {
  const draft = structuredClone(issue) as Draft; // A state is plain data; the copy is ours to change.
  for (const commit of commits) {
    draft.generation += 1;
    applyCommit(draft, commit, draft.generation);
    draft.revision = commit.oid;
  }
  return draft;
}

function applyCommit(issue: Draft, commit: Commit, generation: number): void {
  const place = commit.events.some(dependsOnPlace) ? placeOf(generation, commit) : "";
  for (const event of commit.events) {
    apply(issue, event, commit, place);
    if (issue.conflicts.length === 0) continue;
    const written = registerOf(event)?.key;
    issue.conflicts = issue.conflicts.filter((conflict) => conflict.field !== written);
  }
  for (const { type, reason, fields } of commit.unread) {
    if (reason !== "unknown") issue.quarantined.push({ commit: commit.oid, type, reason, fields });
  }
  // A merge says nothing, so it is not a change that anybody would look for.
  if (commit.events.length > 0 || commit.unread.length > 0) issue.updatedAt = isoTime(commit);
}

function emptyIssue(root: Commit, status: string): Draft {
  const at = isoTime(root);
  return {
    id: root.oid,
    title: "",
    body: "",
    status,
    statusAt: at,
    resolution: null,
    type: null,
    priority: null,
    labels: [],
    assignees: [],
    watchers: [],
    author: root.author,
    createdAt: at,
    updatedAt: at,
    due: null,
    estimate: null,
    parent: null,
    parentSince: null,
    sprint: null,
    milestone: null,
    rank: null,
    links: [],
    comments: [],
    reactions: {},
    attachments: [],
    commits: [],
    externalIds: {},
    conflicts: [],
    quarantined: [],
    archived: false,
    deleted: false,
    generation: 1,
    revision: root.oid,
  };
}
