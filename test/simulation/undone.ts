/** What undo promises: after the last change was taken back, people see what they saw before it. */
import type { Commit } from "../../src/core/commit.ts";
import type { Issue } from "../../src/core/issue.ts";
import { Broken } from "./world.ts";

/** Facts about the world that stay true, and what settles rather than changes. */
const staying = new Set(["commit-linked", "external-linked", "conflict-resolved", "issue-created"]);

export function checkUndone(target: Commit, before: Issue, after: Issue): void {
  if (target.events.some(({ type }) => staying.has(type) || type.startsWith("reaction-"))) return;
  const [was, is] = [seen(before), seen(after)];
  if (!Bun.deepEquals(was, is)) {
    throw new Broken(
      `undo of ${target.events.map(({ type }) => type)}: ${JSON.stringify(was)} became ${JSON.stringify(is)}`,
    );
  }
}

function seen(issue: Issue) {
  return {
    scalars: [
      issue.title,
      issue.body,
      issue.status,
      issue.resolution,
      issue.type,
      issue.priority,
      issue.due,
      issue.estimate,
      issue.parent,
      issue.sprint,
      issue.milestone,
      issue.rank,
      issue.archived,
      issue.deleted,
    ],
    sets: [issue.labels, issue.assignees, issue.watchers, issue.attachments],
    links: issue.links.map(({ kind, target }) => `${kind} ${target}`).sort(),
    comments: issue.comments.filter(({ deleted }) => !deleted).map(({ id, body }) => `${id} ${body}`),
  };
}
