/** Values to render: issues with everything at its plainest, of which a test changes what it is about. */
import type { Comment } from "../../src/core/issue.ts";
import type { IssueSummary, IssueView } from "../../src/core/view.ts";
import { createStyle, type Style, type StyleOptions } from "../../src/render/style.ts";

export const ada = { name: "Ada", email: "ada@example.com" };
export const ben = { name: "Ben", email: "ben@example.com" };
export const now = Date.parse("2026-03-10T12:00:00Z");

/** An object id made of one digit. */
export function oid(digit: string): string {
  return digit.repeat(40);
}

export function style(changes: Partial<StyleOptions> = {}): Style {
  return createStyle({ color: "none", width: undefined, now, zoneOffset: () => 60, ...changes });
}

export function summary(changes: Partial<IssueSummary> = {}): IssueSummary {
  const id = changes.id ?? oid("a");
  return {
    id,
    shortId: id.slice(0, 7),
    title: "Fix the login",
    status: "todo",
    category: "todo",
    resolution: null,
    type: null,
    priority: null,
    labels: [],
    assignees: [],
    author: ada,
    createdAt: "2026-03-01T12:00:00Z",
    updatedAt: "2026-03-08T12:00:00Z",
    closedAt: null,
    due: null,
    estimate: null,
    parent: null,
    children: [],
    childrenDone: 0,
    sprint: null,
    milestone: null,
    rank: null,
    links: [],
    blockedBy: [],
    blocking: [],
    blocked: false,
    commentCount: 0,
    conflicted: false,
    externalIds: {},
    archived: false,
    deleted: false,
    revision: oid("f"),
    ...changes,
  };
}

export function issue(changes: Partial<IssueView> = {}): IssueView {
  return {
    ...summary(changes),
    body: "",
    reactions: {},
    comments: [],
    attachments: [],
    commits: [],
    watchers: [],
    conflicts: [],
    quarantined: [],
    linkedFrom: [],
    related: {},
    ...changes,
  };
}

export function comment(changes: Partial<Comment> = {}): Comment {
  return {
    id: oid("c"),
    author: ben,
    body: "Seen it too.",
    createdAt: "2026-03-09T12:00:00Z",
    editedAt: null,
    replyTo: null,
    reactions: {},
    deleted: false,
    ...changes,
  };
}
