/** Verbs that make issues, change their fields, and take them out of sight. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue, Resolution } from "../core/issue.ts";
import { toText } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import { parseStatus } from "../core/workflow.ts";
import type { Batch, By } from "./batch.ts";
import { type Changed, changeEach } from "./change.ts";
import {
  assigneeEvents,
  bodyEvents,
  checkParent,
  isConflicted,
  labelEvents,
  parseLabels,
  parsePeople,
  parseScalar,
  parseTitle,
  type ScalarEdit,
  scalarEvents,
} from "./fields.ts";
import { moveEvents, warnOfLimits } from "./flow.ts";
import { checkStartsHere, checkWaiting, linkEvents, resolveBlockers, unlinkEvents, waitAbroad } from "./links.ts";
import { onFreshIndex } from "./refresh.ts";
import { resolveEnds, resolveParent } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";
import { write } from "./write.ts";

/** Everything as people type it: ids as prefixes, people by name, dates and durations in words. */
export interface NewIssue extends ScalarEdit {
  readonly title: string;
  readonly body?: string | undefined;
  readonly status?: string | undefined;
  readonly resolution?: Resolution | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly parent?: string | undefined;
  readonly blockedBy?: readonly string[] | undefined;
  readonly blocking?: readonly string[] | undefined;
}

export interface IssueEdit extends ScalarEdit {
  readonly body?: string | undefined;
  readonly status?: string | undefined;
  /** Empty: no parent. */
  readonly parent?: string | undefined;
  readonly addLabels?: readonly string[] | undefined;
  readonly removeLabels?: readonly string[] | undefined;
  readonly addAssignees?: readonly string[] | undefined;
  readonly removeAssignees?: readonly string[] | undefined;
  readonly addBlockedBy?: readonly string[] | undefined;
  readonly removeBlockedBy?: readonly string[] | undefined;
  readonly addBlocking?: readonly string[] | undefined;
  readonly removeBlocking?: readonly string[] | undefined;
}

export async function createIssue(tracker: Tracker, issue: NewIssue): Promise<IssueView> {
  const { result } = await write(tracker, async (batch) => {
    const parent = issue.parent === undefined ? undefined : await resolveParent(tracker, issue.parent);
    const { here: blockedBy, abroad } = await resolveBlockers(tracker, issue.blockedBy ?? []);
    const blocking = await resolveEnds(tracker, issue.blocking ?? []);
    for (const blocker of [...blockedBy, ...abroad]) {
      for (const blocked of blocking) await checkWaiting(tracker, blocker, blocked);
    }
    return { id: await addToBatch(tracker, batch, issue, { parent, blockedBy, blocking }), abroad };
  });
  const { id, abroad } = result;
  if (abroad.length > 0) await waitAbroad(tracker, id, abroad, "was made");
  const view = abroad.length > 0 ? await onFreshIndex(tracker, () => viewOf(tracker, id)) : viewOf(tracker, id);
  warnOfLimits(tracker, [view.status]);
  return view;
}

/** Puts a new issue into a batch, its links to other issues already resolved. Returns its id. */
export async function addToBatch(
  tracker: Tracker,
  batch: Batch,
  issue: NewIssue,
  links: { readonly parent: Oid | undefined; readonly blockedBy: readonly Oid[]; readonly blocking: readonly Oid[] },
  by?: By,
): Promise<Oid> {
  const { config } = tracker;
  const type = issue.type ?? config.defaultType ?? undefined;
  const priority = issue.priority ?? config.defaultPriority ?? undefined;
  const status = parseStatus(config.workflow, issue.status ?? config.defaultStatus);
  const value = (field: Parameters<typeof parseScalar>[1], text: string | undefined) =>
    text === undefined ? undefined : parseScalar(tracker, field, text);
  const created: EventDraft = {
    type: "issue-created",
    title: parseTitle(issue.title),
    body: toText(issue.body ?? ""),
    status,
    issueType: value("type", type),
    priority: value("priority", priority),
    label: parseLabels(issue.labels ?? []),
    assignee: await parsePeople(tracker, issue.assignees ?? []),
    due: value("due", issue.due),
    estimate: value("estimate", issue.estimate),
    milestone: value("milestone", issue.milestone),
    sprint: value("sprint", issue.sprint),
    parent: links.parent,
    nonce: tracker.chance.hex(10),
  };
  const resolved: EventDraft[] =
    issue.resolution === undefined ? [] : [{ type: "status-changed", to: status, resolution: issue.resolution }];
  const blocks = links.blocking.map((target): EventDraft => ({ type: "link-added", kind: "blocks", target }));
  const id = batch.create([created, ...resolved, ...blocks], by);
  for (const blocker of links.blockedBy)
    batch.append(blocker, [{ type: "link-added", kind: "blocks", target: id }], by);
  return id;
}

/** Makes the same edit to several issues: all of them or none. */
export async function editIssues(tracker: Tracker, ids: readonly string[], edit: IssueEdit): Promise<Changed[]> {
  const waiting = new Map<Oid, readonly Oid[]>();
  const changes = await changeEach(tracker, ids, async (issue, batch) => {
    const drafts: EventDraft[] = [
      ...scalarEvents(tracker, issue, edit),
      ...bodyEvents(issue, edit.body),
      ...(edit.status === undefined
        ? []
        : moveEvents(tracker, batch, issue, parseStatus(tracker.config.workflow, edit.status))),
      ...labelEvents(issue, edit.addLabels ?? [], edit.removeLabels ?? []),
      ...(await assigneeEvents(tracker, issue, edit.addAssignees ?? [], edit.removeAssignees ?? [])),
      ...(edit.parent === undefined ? [] : await parentEvents(tracker, issue, edit.parent)),
    ];
    for (const target of await resolveEnds(tracker, edit.addBlocking ?? []))
      drafts.push(...(await linkEvents(tracker, issue, "blocks", target)));
    for (const target of await resolveEnds(tracker, edit.removeBlocking ?? []))
      drafts.push(...unlinkEvents(issue, "blocks", target));
    const { here, abroad } = await resolveBlockers(tracker, edit.addBlockedBy ?? []);
    for (const blocker of here) {
      batch.append(blocker, await linkEvents(tracker, batch.state(blocker), "blocks", issue.id));
    }
    for (const blocker of abroad) await checkWaiting(tracker, blocker, issue.id);
    waiting.set(issue.id, abroad);
    for (const blocker of await resolveEnds(tracker, edit.removeBlockedBy ?? [])) {
      if (tracker.index.tip(blocker) === undefined) await checkStartsHere(tracker, issue.id, blocker);
      else batch.append(blocker, unlinkEvents(batch.state(blocker), "blocks", issue.id));
    }
    return drafts;
  });
  if (edit.status !== undefined) warnOfLimits(tracker, [edit.status]);
  const there: Changed[] = [];
  for (const [id, abroad] of waiting) {
    if (abroad.length > 0) there.push(...(await waitAbroad(tracker, id, abroad, "was changed")));
  }
  if (there.length === 0) return changes;
  const here = await onFreshIndex(tracker, () =>
    changes.map(({ issue, events }) => ({ issue: viewOf(tracker, issue.id), events })),
  );
  return [...here, ...there];
}

export async function deleteIssues(tracker: Tracker, ids: readonly string[]): Promise<Changed[]> {
  return await changeEach(tracker, ids, (issue) => (issue.deleted ? [] : [{ type: "issue-deleted" }]));
}

export async function archiveIssues(tracker: Tracker, ids: readonly string[]): Promise<Changed[]> {
  return await changeEach(tracker, ids, (issue) => {
    if (!issue.deleted) return issue.archived ? [] : [{ type: "issue-archived" }];
    throw new TrackerError(
      "conflict",
      `Issue ${issue.id.slice(0, 10)} is deleted`,
      "Bring it back first: git tracker restore ID",
    );
  });
}

/** Brings deleted or archived issues back. */
export async function restoreIssues(tracker: Tracker, ids: readonly string[]): Promise<Changed[]> {
  return await changeEach(tracker, ids, (issue) =>
    issue.deleted || issue.archived ? [{ type: "issue-restored" }] : [],
  );
}

async function parentEvents(tracker: Tracker, issue: Issue, text: string): Promise<EventDraft[]> {
  const to = text === "" ? undefined : await resolveParent(tracker, text);
  if (to === (issue.parent ?? undefined) && !isConflicted(issue, "parent")) return [];
  if (to !== undefined) checkParent(tracker, issue.id, to);
  return [{ type: "parent-changed", from: issue.parent ?? undefined, to }];
}
