/** The one commit that says what an issue is by now, for systems that tell that instead of every change. */
import type { ImportedCommit, ImportedDraft } from "../tracker/import.ts";
import type { ImportedState } from "../tracker/imported.ts";
import type { By } from "../tracker/write.ts";

/**
 * The commit, at the time of the last change there, so that a later import knows what it has seen. `status` is what the commits before it
 * come to. None if there is nothing to say.
 */
export function lastWord(
  by: By,
  state: ImportedState,
  status: string,
  more: readonly ImportedDraft[] = [],
): ImportedCommit[] {
  const { type, priority, due, estimate, milestone, labels = [], assignees = [] } = state;
  const drafts: ImportedDraft[] = [];
  if (state.status !== undefined && state.status !== status) {
    drafts.push({ type: "status-changed", from: status, to: state.status });
  }
  if (type) drafts.push({ type: "type-changed", to: type });
  if (priority) drafts.push({ type: "priority-changed", to: priority });
  if (due) drafts.push({ type: "due-changed", to: due });
  if (estimate) drafts.push({ type: "estimate-changed", to: estimate });
  if (milestone) drafts.push({ type: "milestone-changed", to: milestone });
  for (const label of new Set(labels)) drafts.push({ type: "label-added", label });
  for (const assignee of new Set(assignees)) drafts.push({ type: "assignee-added", assignee });
  drafts.push(...more);
  return drafts.length === 0 ? [] : [{ ...by, key: "now", drafts, state }];
}
