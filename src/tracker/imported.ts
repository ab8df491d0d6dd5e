/** Another system's word against what is here already: what of it is new. */
import type { Oid } from "../core/commit.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue } from "../core/issue.ts";
import { decodeDuration } from "../core/when.ts";

/**
 * What a draft comes to on an issue that is here: a text that was edited in the other system is an edit. `comments`: the other system's
 * name of a comment → its id here.
 */
export function changed(issue: Issue, comments: ReadonlyMap<string, Oid>, draft: EventDraft): EventDraft[] {
  if (draft.type === "issue-created") {
    const body = draft.body ?? "";
    return issue.body === body ? [] : [{ type: "description-changed", body }];
  }
  const comment =
    draft.type === "comment-added" && draft.external !== undefined ? comments.get(draft.external) : undefined;
  if (draft.type !== "comment-added" || comment === undefined) return says(issue, draft) ? [] : [draft];
  const now = issue.comments.find(({ id }) => id === comment);
  if (now === undefined || now.deleted || now.body === draft.body) return [];
  return [{ type: "comment-edited", comment, body: draft.body }];
}

/**
 * True if the issue is already as the draft would make it. The other system's last word is told again, under another time, whenever
 * anything changed there; only what it changes is worth a commit.
 */
export function says(issue: Issue, draft: EventDraft): boolean {
  switch (draft.type) {
    case "title-changed":
      return issue.title === draft.to;
    case "status-changed":
      return issue.status === draft.to && issue.resolution === (draft.resolution ?? null);
    case "description-changed":
      return issue.body === (draft.body ?? "");
    case "milestone-changed":
      return issue.milestone === (draft.to ?? null);
    case "sprint-changed":
      return issue.sprint === (draft.to ?? null);
    case "type-changed":
      return issue.type === (draft.to ?? null);
    case "priority-changed":
      return issue.priority === (draft.to ?? null);
    case "due-changed":
      return issue.due === (draft.to ?? null);
    case "estimate-changed":
      return issue.estimate === (draft.to === undefined ? null : decodeDuration(draft.to));
    case "issue-archived":
      return issue.archived;
    case "issue-deleted":
      return issue.deleted;
    case "issue-restored":
      return !issue.archived && !issue.deleted;
    case "label-added":
    case "label-removed":
      return issue.labels.includes(draft.label) === (draft.type === "label-added");
    case "assignee-added":
    case "assignee-removed":
      return issue.assignees.includes(draft.assignee) === (draft.type === "assignee-added");
    case "commit-linked":
      return issue.commits.includes(draft.commit);
    default:
      return false;
  }
}
