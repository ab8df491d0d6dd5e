/** Core's views as the plain values that the library returns: no more fields than its types name, so that others may come and go. */
import type * as core from "../core/issue.ts";
import type * as view from "../core/view.ts";
import type { Changed as CoreChanged } from "../tracker/change.ts";
import type { ExportedIssue as CoreExport } from "../tracker/export.ts";
import type { SyncReport } from "../tracker/sync.ts";
import type { UndoResult as CoreUndo } from "../tracker/undo.ts";
import type {
  Board,
  Changed,
  Comment,
  Conflict,
  ExportedIssue,
  Issue,
  IssueSummary,
  LogEntry,
  Page,
  SearchHit,
  SyncResult,
  UndoResult,
} from "./types.ts";

export function summaryItem(summary: view.IssueSummary): IssueSummary {
  const { id, shortId, title, status, category, resolution, type, priority, labels, assignees, author } = summary;
  const { createdAt, updatedAt, closedAt, due, estimate, parent, children, sprint, milestone, rank } = summary;
  const { blockedBy, blocking, blocked, archived, deleted, conflicted, externalIds, revision } = summary;
  const links = summary.links.map(({ kind, target }) => ({ kind, target }));
  return {
    ...{ id, shortId, title, status, category, resolution, type, priority, labels, assignees, author },
    ...{ createdAt, updatedAt, closedAt, due, estimate, parent, children, sprint, milestone, rank },
    ...{ links, blockedBy, blocking, blocked, archived, deleted, conflicted, externalIds, revision },
  };
}

export function issueItem(issue: view.IssueView): Issue {
  return {
    ...summaryItem(issue),
    body: issue.body,
    comments: issue.comments.map(commentItem),
    attachments: issue.attachments.map(({ name, size, oid }) => ({ name, size, oid })),
    commits: issue.commits,
    conflicts: issue.conflicts.map(conflictItem),
  };
}

export function changedItems(changes: readonly CoreChanged[]): Changed[] {
  return changes.map(({ issue, events }) => ({ issue: issueItem(issue), events }));
}

export function pageOf<T, U>({ items, total, next }: view.Page<T>, itemOf: (item: T) => U): Page<U> {
  return { items: items.map(itemOf), total, next };
}

export function hitItem({ issue, field, excerpt }: view.SearchHit): SearchHit {
  return { ...summaryItem(issue), hit: { field, excerpt } };
}

export function boardItem({ by, columns, counts, lanes }: view.BoardView): Board {
  return {
    by,
    columns: columns.map(({ name, category, limit }, at) => ({ name, category, limit, count: counts[at] ?? 0 })),
    lanes: lanes.map(({ name, cells }) => ({ name, cells: cells.map((cards) => cards.map(summaryItem)) })),
  };
}

export function logItem({ at, issue, shortId, title, commit, signature }: view.LogEntry): LogEntry {
  const { oid, author, events, unread, signed } = commit;
  const { state, key, signer } = signature ?? { state: "unsigned", key: null, signer: null };
  return {
    ...{ at, author, issue, shortId, title, commit: oid, events, signed },
    unread: unread.map(({ type, reason }) => ({ type, reason })),
    signature: { state, key, signer },
  };
}

export function undoItem({ issues, project }: CoreUndo): UndoResult {
  const items = issues.map(({ issue, undone, events, kept }) => ({ issue: issueItem(issue), undone, events, kept }));
  return { items, project: project ?? [] };
}

export function syncItem({ remote, project, issues, refused, rewound }: SyncReport): SyncResult {
  return {
    remote,
    project: project ?? null,
    issues: issues.map(({ id, came, sent, issue, quarantined }) => ({
      ...{ id, came, sent, quarantined },
      title: issue?.title ?? null,
      conflicted: issue?.conflicted ?? false,
    })),
    refused: refused.map(({ id, reason, by }) => ({ id, reason, by })),
    rewound,
  };
}

export function exportItem({ view: issue, history, commits }: CoreExport): ExportedIssue {
  const bytesOf = new Map(history.map(({ oid, bytes }) => [oid, bytes]));
  return {
    issue: issueItem(issue),
    history: commits.map(({ oid, parents, author, time, events }) => ({
      ...{ commit: oid, parents, author, events, bytes: bytesOf.get(oid) ?? new Uint8Array() },
      at: new Date(time.seconds * 1000).toISOString().replace(".000Z", "Z"),
    })),
  };
}

function commentItem({ id, author, body, createdAt, editedAt, replyTo, reactions }: core.Comment): Comment {
  return { id, author, body, createdAt, editedAt, replyTo, reactions };
}

function conflictItem({ field, values }: core.Conflict): Conflict {
  return { field, sides: values.map(({ value, author, at, commit }) => ({ value, author, at, commit })) };
}
