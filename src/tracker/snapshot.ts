/**
 * What another system says an issue is now. What it said before is found in the issue's own commits, so that a later import brings what
 * changed there since, and leaves alone what was changed here.
 */
import type { EventDraft } from "../core/event.ts";
import type { Resolution } from "../core/issue.ts";
import type { ImportedDraft } from "./import.ts";

const scalarEvents = {
  type: "type-changed",
  priority: "priority-changed",
  due: "due-changed",
  estimate: "estimate-changed",
  milestone: "milestone-changed",
  sprint: "sprint-changed",
} as const;

type Scalar = keyof typeof scalarEvents;
const scalars = Object.keys(scalarEvents) as readonly Scalar[]; // Object.keys widens the keys of a literal to string.

/** Null: it has none. Undefined: the system does not say. An estimate is spelled as in events. */
export type Snapshot = { readonly [S in Scalar]?: string | null | undefined } & {
  readonly title: string;
  readonly status: string;
  readonly body?: string | undefined;
  readonly resolution?: Resolution | null | undefined;
  readonly labels?: ReadonlySet<string> | undefined;
  /** Email addresses. */
  readonly assignees?: ReadonlySet<string> | undefined;
  readonly archived?: boolean | undefined;
  readonly deleted?: boolean | undefined;
};

/** A state while it is told draft by draft: everything is said. */
export type Told = { [S in Scalar]: string | null } & {
  title: string;
  status: string;
  body: string;
  resolution: Resolution | null;
  readonly labels: Set<string>;
  readonly assignees: Set<string>;
  archived: boolean;
  deleted: boolean;
};

/** `state` with what it doesn't say as if there were none of it. */
export function toldOf(state: Snapshot): Told {
  const { type, priority, due, estimate, milestone, sprint } = state;
  return {
    type: type ?? null,
    priority: priority ?? null,
    due: due ?? null,
    estimate: estimate ?? null,
    milestone: milestone ?? null,
    sprint: sprint ?? null,
    title: state.title,
    status: state.status,
    body: state.body ?? "",
    resolution: state.resolution ?? null,
    labels: new Set(state.labels),
    assignees: new Set(state.assignees),
    archived: state.archived ?? false,
    deleted: state.deleted ?? false,
  };
}

/** Makes `state` what it is after one more draft. Drafts about anything else change nothing. */
export function tell(state: Told, draft: EventDraft | ImportedDraft): void {
  for (const scalar of scalars) {
    if (draft.type === scalarEvents[scalar]) state[scalar] = draft.to ?? null;
  }
  switch (draft.type) {
    case "issue-created": {
      const { issueType: type, label: labels, assignee: assignees } = draft;
      Object.assign(state, toldOf({ ...draft, type, labels: new Set(labels), assignees: new Set(assignees) }));
      return;
    }
    case "title-changed":
      state.title = draft.to;
      return;
    case "description-changed":
      state.body = draft.body ?? "";
      return;
    case "status-changed":
      state.status = draft.to;
      state.resolution = draft.resolution ?? null;
      return;
    case "label-added":
      state.labels.add(draft.label);
      return;
    case "label-removed":
      state.labels.delete(draft.label);
      return;
    case "assignee-added":
      state.assignees.add(draft.assignee);
      return;
    case "assignee-removed":
      state.assignees.delete(draft.assignee);
      return;
    case "issue-archived":
    case "issue-deleted":
    case "issue-restored":
      state.archived = draft.type === "issue-archived";
      state.deleted = draft.type === "issue-deleted";
  }
}

/** Makes `state` what it was before `draft`, the inverse of `tell`. A draft that doesn't say what it replaced leaves that as it is. */
export function untell(state: Told, draft: EventDraft | ImportedDraft): void {
  for (const scalar of scalars) {
    if (draft.type === scalarEvents[scalar]) state[scalar] = draft.from ?? null;
  }
  switch (draft.type) {
    case "title-changed":
      state.title = draft.from ?? state.title;
      return;
    case "status-changed":
      state.status = draft.from ?? state.status;
      state.resolution = null;
      return;
    case "label-added":
      state.labels.delete(draft.label);
      return;
    case "label-removed":
      state.labels.add(draft.label);
      return;
    case "assignee-added":
      state.assignees.delete(draft.assignee);
      return;
    case "assignee-removed":
      state.assignees.add(draft.assignee);
      return;
    case "issue-archived":
    case "issue-restored":
      state.archived = draft.type === "issue-restored";
      return;
    case "issue-deleted":
      state.deleted = false;
  }
}

/** The drafts that lead from what was told to what is said now; none if they agree. One at most of them owns a text. */
export function newsBetween(from: Told, to: Snapshot): EventDraft[] {
  const drafts: EventDraft[] = [];
  if (from.title !== to.title) drafts.push({ type: "title-changed", from: from.title, to: to.title });
  if (to.body !== undefined && from.body !== to.body) drafts.push({ type: "description-changed", body: to.body });
  const resolution = to.resolution === undefined ? from.resolution : to.resolution;
  if (from.status !== to.status || from.resolution !== resolution) {
    const why = from.status !== to.status && to.resolution === undefined ? null : resolution;
    drafts.push({ type: "status-changed", from: from.status, to: to.status, resolution: why ?? undefined });
  }
  for (const scalar of scalars) {
    const value = to[scalar];
    if (value === undefined || value === from[scalar]) continue;
    drafts.push({ type: scalarEvents[scalar], from: from[scalar] ?? undefined, to: value ?? undefined });
  }
  const { labels = from.labels, assignees = from.assignees } = to;
  for (const label of from.labels) if (!labels.has(label)) drafts.push({ type: "label-removed", label });
  for (const label of labels) if (!from.labels.has(label)) drafts.push({ type: "label-added", label });
  for (const assignee of from.assignees) {
    if (!assignees.has(assignee)) drafts.push({ type: "assignee-removed", assignee });
  }
  for (const assignee of assignees)
    if (!from.assignees.has(assignee)) drafts.push({ type: "assignee-added", assignee });
  const place = placeOf({ archived: to.archived ?? from.archived, deleted: to.deleted ?? from.deleted });
  if (place !== placeOf(from)) drafts.push({ type: place });
  return drafts;
}

/** The event that brings an issue where it is. */
function placeOf({ archived, deleted }: Pick<Told, "archived" | "deleted">) {
  if (deleted) return "issue-deleted";
  return archived ? "issue-archived" : "issue-restored";
}
