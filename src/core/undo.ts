/**
 * Undo: the events that take others back. History is never rewritten; an undo is one more change, and undoing it does the first
 * one again. What somebody has changed since is not overwritten: that is refused.
 */
import { isScalarField } from "./apply.ts";
import type { Commit } from "./commit.ts";
import { TrackerError } from "./errors.ts";
import { type EventDraft, type KnownEvent, parseEvent } from "./event.ts";
import { foldOnTop } from "./fold.ts";
import type { Issue } from "./issue.ts";
import { decodeDuration, encodeDuration } from "./when.ts";

/**
 * The inverse of all events of `commit`. `before` is the state that it changed (undefined for the one that created the issue),
 * `now` the state that the inverse will be written on.
 */
export function inverseOf(commit: Commit, before: Issue | undefined, now: Issue): EventDraft[] {
  if (before === undefined) return now.deleted ? [] : [{ type: "issue-deleted" }];
  return commit.events.toReversed().flatMap((event) => inverse(event, commit, before, now) ?? []);
}

/**
 * As `inverseOf`, where others may have been at work since: undefined if they have built on it, none if nothing is left to take
 * back.
 */
export function inverseAmongOthers(commit: Commit, before: Issue, now: Issue): EventDraft[] | undefined {
  try {
    const drafts = inverseOf(commit, before, now);
    const events = drafts.map(parseEvent).filter((event) => typeof event !== "string");
    const after = foldOnTop(now, [{ ...commit, events, unread: [] }]);
    return isSameIssue(now, after) ? [] : drafts;
  } catch (error) {
    if (error instanceof TrackerError && error.code === "conflict") return undefined;
    throw error;
  }
}

/** True if nothing but when they were last changed tells them apart. */
function isSameIssue(a: Issue, b: Issue): boolean {
  const content = ({ revision, generation, updatedAt, statusAt, ...rest }: Issue) => JSON.stringify(rest);
  return content(a) === content(b);
}

function inverse(event: KnownEvent, commit: Commit, before: Issue, now: Issue): EventDraft | undefined {
  switch (event.type) {
    case "title-changed":
      expectNow("title", now.title, event.to);
      return { type: "title-changed", from: now.title, to: before.title };
    case "description-changed":
      expectNow("description", now.body, event.body);
      return { type: "description-changed", body: before.body };
    case "status-changed":
      expectNow("status", now.status, event.to);
      return {
        type: "status-changed",
        from: now.status,
        to: before.status,
        resolution: before.resolution ?? undefined,
      };
    case "type-changed":
      return change("type", event.to, before.type, now.type);
    case "priority-changed":
      return change("priority", event.to, before.priority, now.priority);
    case "due-changed":
      return change("due", event.to, before.due, now.due);
    case "estimate-changed":
      return change("estimate", normalized(event.to), durationOf(before.estimate), durationOf(now.estimate));
    case "parent-changed":
      return change("parent", event.to, before.parent, now.parent);
    case "milestone-changed":
      return change("milestone", event.to, before.milestone, now.milestone);
    case "sprint-changed":
      return change("sprint", event.to, before.sprint, now.sprint);
    case "rank-changed":
      return change("rank", event.to, before.rank, now.rank);
    case "label-added":
      return before.labels.includes(event.label) ? undefined : { type: "label-removed", label: event.label };
    case "label-removed":
      return before.labels.includes(event.label) ? { type: "label-added", label: event.label } : undefined;
    case "assignee-added":
      return before.assignees.includes(event.assignee)
        ? undefined
        : { type: "assignee-removed", assignee: event.assignee };
    case "assignee-removed":
      return before.assignees.includes(event.assignee)
        ? { type: "assignee-added", assignee: event.assignee }
        : undefined;
    case "watcher-added":
      return before.watchers.includes(event.watcher) ? undefined : { type: "watcher-removed", watcher: event.watcher };
    case "watcher-removed":
      return before.watchers.includes(event.watcher) ? { type: "watcher-added", watcher: event.watcher } : undefined;
    case "link-added":
      return hasLink(before, event) ? undefined : { type: "link-removed", kind: event.kind, target: event.target };
    case "link-removed":
      return hasLink(before, event) ? { type: "link-added", kind: event.kind, target: event.target } : undefined;
    case "attachment-added":
    case "attachment-removed": {
      const file = before.attachments.find(({ name }) => name === event.name);
      if (file !== undefined)
        return { type: "attachment-added", name: file.name, size: String(file.size), blob: file.oid };
      return now.attachments.some(({ name }) => name === event.name)
        ? { type: "attachment-removed", name: event.name }
        : undefined;
    }
    case "comment-added":
      return { type: "comment-deleted", comment: commit.oid };
    case "comment-edited":
    case "comment-deleted":
      return restoreComment(event, before, now);
    case "reaction-added":
      return { type: "reaction-removed", comment: event.comment, reaction: event.reaction };
    case "reaction-removed":
      return { type: "reaction-added", comment: event.comment, reaction: event.reaction };
    case "issue-archived":
    case "issue-deleted":
    case "issue-restored":
      return visibility(before, now);
    case "conflict-resolved":
      throw new TrackerError(
        "conflict",
        "Settling a conflict can't be undone",
        "Set the field to what it should be: git tracker edit ID",
      );
    // Facts about the world that stay true: another system's name for the issue, a commit that speaks of it.
    case "issue-created":
    case "commit-linked":
    case "external-linked":
      return undefined;
    default:
      return event satisfies never;
  }
}

function visibility(before: Issue, now: Issue): EventDraft | undefined {
  if (before.deleted === now.deleted && before.archived === now.archived) return undefined;
  return { type: before.deleted ? "issue-deleted" : before.archived ? "issue-archived" : "issue-restored" };
}

type Change = Extract<EventDraft, { from?: string | undefined; to?: string | undefined }>;

function change(
  field: "type" | "priority" | "due" | "estimate" | "parent" | "milestone" | "sprint" | "rank",
  written: string | undefined,
  before: string | null,
  now: string | null,
): Change {
  if (isScalarField(field)) expectNow(field, now, written ?? null);
  return { type: `${field}-changed`, from: now ?? undefined, to: before ?? undefined };
}

function restoreComment(
  event: Extract<KnownEvent, { type: "comment-edited" | "comment-deleted" }>,
  before: Issue,
  now: Issue,
): EventDraft | undefined {
  const old = before.comments.find(({ id }) => id === event.comment);
  const current = now.comments.find(({ id }) => id === event.comment);
  if (old === undefined || current === undefined) return undefined;
  if (event.type === "comment-edited") expectNow("comment", current.deleted ? null : current.body, event.body);
  return old.deleted
    ? { type: "comment-deleted", comment: old.id }
    : { type: "comment-edited", comment: old.id, body: old.body };
}

function expectNow(field: string, now: string | null, written: string | null): void {
  if (now === written) return;
  throw new TrackerError(
    "conflict",
    `The ${field} was changed again since then`,
    "Undo the later change first, or set it by hand: git tracker edit ID",
  );
}

function durationOf(seconds: number | null): string | null {
  return seconds === null ? null : encodeDuration(seconds);
}

/** A state knows an estimate in seconds only: PT90M and PT1H30M are the same. */
function normalized(duration: string | undefined): string | undefined {
  return duration === undefined ? undefined : encodeDuration(decodeDuration(duration));
}

function hasLink(issue: Issue, link: { readonly kind: string; readonly target: string }): boolean {
  return issue.links.some(({ kind, target }) => kind === link.kind && target === link.target);
}
