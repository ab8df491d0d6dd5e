/**
 * What an imported history comes to, and what must be added where the source itself says it came to something else: systems don't
 * record every change (renamed labels, old moves), and the state they show wins.
 */
import type { Resolution } from "../core/issue.ts";
import type { ImportedDraft } from "../tracker/import.ts";

/** The fields that are compared. */
export interface SourceState {
  title: string;
  status: string;
  resolution: Resolution | undefined;
  readonly labels: Set<string>;
  /** Email addresses. */
  readonly assignees: Set<string>;
  milestone: string | undefined;
}

/** The state before the first draft. */
export function emptyState(): SourceState {
  return {
    title: "",
    status: "",
    resolution: undefined,
    labels: new Set(),
    assignees: new Set(),
    milestone: undefined,
  };
}

/** Makes `state` what it is after one more draft. Returns false if the draft is about something else. */
export function advance(state: SourceState, draft: ImportedDraft): boolean {
  switch (draft.type) {
    case "issue-created":
      state.title = draft.title;
      state.status = draft.status;
      return true;
    case "title-changed":
      state.title = draft.to;
      return true;
    case "status-changed":
      state.status = draft.to;
      state.resolution = draft.resolution;
      return true;
    case "milestone-changed":
      state.milestone = draft.to;
      return true;
    case "label-added":
      state.labels.add(draft.label);
      return true;
    case "label-removed":
      state.labels.delete(draft.label);
      return true;
    case "assignee-added":
      state.assignees.add(draft.assignee);
      return true;
    case "assignee-removed":
      state.assignees.delete(draft.assignee);
      return true;
    default:
      return false;
  }
}

/** The drafts that lead from one state to the other; none if they agree. */
export function reconcile(from: Readonly<SourceState>, to: Readonly<SourceState>): ImportedDraft[] {
  const drafts: ImportedDraft[] = [];
  if (from.title !== to.title) drafts.push({ type: "title-changed", from: from.title, to: to.title });
  if (from.status !== to.status || from.resolution !== to.resolution) {
    drafts.push({ type: "status-changed", from: from.status, to: to.status, resolution: to.resolution });
  }
  for (const label of from.labels.difference(to.labels)) drafts.push({ type: "label-removed", label });
  for (const label of to.labels.difference(from.labels)) drafts.push({ type: "label-added", label });
  for (const assignee of from.assignees.difference(to.assignees)) drafts.push({ type: "assignee-removed", assignee });
  for (const assignee of to.assignees.difference(from.assignees)) drafts.push({ type: "assignee-added", assignee });
  if (from.milestone !== to.milestone) {
    drafts.push({ type: "milestone-changed", from: from.milestone, to: to.milestone });
  }
  return drafts;
}
