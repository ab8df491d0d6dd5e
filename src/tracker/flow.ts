/** Verbs that move issues through the workflow. */
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue, Resolution } from "../core/issue.ts";
import { toText } from "../core/text.ts";
import { categoryOf, checkTransition, exceededLimit, firstStatus, parseStatus } from "../core/workflow.ts";
import type { Batch } from "./batch.ts";
import { type Changed, changeEach } from "./change.ts";
import { isConflicted } from "./fields.ts";
import type { Tracker } from "./tracker.ts";

export async function changeStatus(tracker: Tracker, ids: readonly string[], text: string): Promise<Changed[]> {
  const to = parseStatus(tracker.config.workflow, text);
  const changes = await changeEach(tracker, ids, (issue, batch) => moveEvents(tracker, batch, issue, to));
  warnOfLimits(tracker, [to]);
  return changes;
}

/** Closes issues, with a reason, and a comment if there is something to say. */
export async function closeIssues(
  tracker: Tracker,
  ids: readonly string[],
  how: { readonly resolution: Resolution; readonly comment?: string | undefined },
): Promise<Changed[]> {
  const { workflow } = tracker.config;
  const body = toText(how.comment ?? "");
  return await changeEach(tracker, ids, (issue) => {
    const talk: EventDraft[] = body === "" ? [] : [{ type: "comment-added", body }];
    if (categoryOf(workflow, issue.status) === "done" && issue.resolution === how.resolution) return talk;
    const to = categoryOf(workflow, issue.status) === "done" ? issue.status : firstStatus(workflow, "done");
    checkTransition(workflow, issue.status, to);
    return [{ type: "status-changed", from: issue.status, to, resolution: how.resolution }, ...talk];
  });
}

export async function reopenIssues(tracker: Tracker, ids: readonly string[], comment?: string): Promise<Changed[]> {
  const { workflow } = tracker.config;
  const to = firstStatus(workflow, "todo");
  const body = toText(comment ?? "");
  const changes = await changeEach(tracker, ids, (issue, batch) => [
    ...(categoryOf(workflow, issue.status) === "done" ? moveEvents(tracker, batch, issue, to) : []),
    ...(body === "" ? [] : [{ type: "comment-added", body } as const]),
  ]);
  warnOfLimits(tracker, [to]);
  return changes;
}

/** The event that moves an issue, if it isn't there already. Throws `conflict` if the workflow or a strict WIP limit forbids it. */
export function moveEvents(tracker: Tracker, batch: Batch, issue: Issue, to: string): EventDraft[] {
  const { workflow } = tracker.config;
  if (issue.status === to && !isConflicted(issue, "status")) return [];
  checkTransition(workflow, issue.status, to);
  if (workflow.wip === "refuse") {
    const count = (tracker.index.statusCounts().get(to) ?? 0) + batch.entering(to);
    const column = exceededLimit(workflow, to, count + 1);
    if (column !== undefined) {
      throw new TrackerError(
        "conflict",
        `\`${to}\` is full: its WIP limit is ${column.limit}`,
        "Finish something first: git tracker board",
      );
    }
  }
  const resolution = categoryOf(workflow, to) === "done" ? ("completed" as const) : undefined;
  return [{ type: "status-changed", from: issue.status, to, resolution }];
}

/** Tells of columns that hold more than their WIP limit now. */
export function warnOfLimits(tracker: Tracker, statuses: readonly string[]): void {
  const { workflow } = tracker.config;
  if (workflow.statuses.every(({ limit }) => limit === null)) return;
  const counts = tracker.index.statusCounts();
  for (const status of statuses) {
    const count = counts.get(status) ?? 0;
    const column = exceededLimit(workflow, status, count);
    if (column !== undefined) tracker.warn(`\`${status}\` now holds ${count} issues; its WIP limit is ${column.limit}`);
  }
}
