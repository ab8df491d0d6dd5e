/** Another system's word against what is here already: what of it is new, and what must change for the issue to be as it says. */
import type { Oid } from "../core/commit.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue, Resolution } from "../core/issue.ts";
import { decodeDuration } from "../core/when.ts";

/** What a system says that an issue is by now. Undefined: it doesn't say. Null: it has none. */
export interface ImportedState {
  readonly title?: string | undefined;
  readonly status?: string | undefined;
  readonly resolution?: Resolution | null | undefined;
  readonly type?: string | null | undefined;
  readonly priority?: string | null | undefined;
  readonly due?: string | null | undefined;
  /** As events have it: `PT2H30M`. */
  readonly estimate?: string | null | undefined;
  readonly milestone?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  /** Email addresses. */
  readonly assignees?: readonly string[] | undefined;
  readonly archived?: boolean | undefined;
  readonly deleted?: boolean | undefined;
}

/** The drafts that make the issue what the other system says it is; none if it is. */
export function differences(issue: Issue, state: ImportedState): EventDraft[] {
  return [...scalarDifferences(issue, state), ...setDifferences(issue, state), ...placeDifferences(issue, state)];
}

function scalarDifferences(issue: Issue, state: ImportedState): EventDraft[] {
  const drafts: EventDraft[] = [];
  if (state.title !== undefined && state.title !== issue.title) {
    drafts.push({ type: "title-changed", from: issue.title, to: state.title });
  }
  const { status = issue.status, resolution = issue.resolution } = state;
  if (status !== issue.status || resolution !== issue.resolution) {
    drafts.push({ type: "status-changed", from: issue.status, to: status, resolution: resolution ?? undefined });
  }
  const { type, priority, due, milestone, estimate } = state;
  if (type !== undefined && type !== issue.type) drafts.push({ type: "type-changed", ...change(issue.type, type) });
  if (priority !== undefined && priority !== issue.priority) {
    drafts.push({ type: "priority-changed", ...change(issue.priority, priority) });
  }
  if (due !== undefined && due !== issue.due) drafts.push({ type: "due-changed", ...change(issue.due, due) });
  if (milestone !== undefined && milestone !== issue.milestone) {
    drafts.push({ type: "milestone-changed", ...change(issue.milestone, milestone) });
  }
  if (estimate !== undefined && (estimate === null ? null : decodeDuration(estimate)) !== issue.estimate) {
    drafts.push({ type: "estimate-changed", to: estimate ?? undefined });
  }
  return drafts;
}

function change(from: string | null, to: string | null) {
  return { from: from ?? undefined, to: to ?? undefined };
}

function setDifferences(issue: Issue, { labels, assignees }: ImportedState): EventDraft[] {
  const labelled = compare(issue.labels, labels);
  const assigned = compare(issue.assignees, assignees);
  return [
    ...labelled.removed.map((label): EventDraft => ({ type: "label-removed", label })),
    ...labelled.added.map((label): EventDraft => ({ type: "label-added", label })),
    ...assigned.removed.map((assignee): EventDraft => ({ type: "assignee-removed", assignee })),
    ...assigned.added.map((assignee): EventDraft => ({ type: "assignee-added", assignee })),
  ];
}

function compare(before: readonly string[], after: readonly string[] = before) {
  return {
    removed: before.filter((value) => !after.includes(value)),
    added: [...new Set(after)].filter((value) => !before.includes(value)),
  };
}

function placeDifferences(issue: Issue, { archived, deleted }: ImportedState): EventDraft[] {
  const wanted = deleted ? "deleted" : archived ? "archived" : "here";
  const actual = issue.deleted ? "deleted" : issue.archived ? "archived" : "here";
  if ((archived ?? deleted) === undefined || wanted === actual) return [];
  if (wanted === "deleted") return [{ type: "issue-deleted" }];
  return [{ type: wanted === "archived" ? "issue-archived" : "issue-restored" }];
}

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
    case "issue-restored":
      return issue.archived === (draft.type === "issue-archived");
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
