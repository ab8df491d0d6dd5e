/** The made-up issues as they stand after all that happened to them: what trackers without a history are given. */
import { type Happening, inventAll } from "./invent.ts";
import { seed } from "./scratch.ts";

export interface Comment {
  readonly author: string;
  readonly seconds: number;
  readonly body: string;
}

export interface FinalIssue {
  /** From 0 on. */
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly status: Status;
  readonly type: string;
  readonly priority: string | undefined;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  /** Since 1970, UTC. */
  readonly created: number;
  readonly updated: number;
  readonly comments: readonly Comment[];
}

export const statuses = ["todo", "in-progress", "done"] as const;
export type Status = (typeof statuses)[number];

export function finalIssues(count: number): FinalIssue[] {
  return inventAll(seed, count).map(finalIssue);
}

export function finalIssue(happenings: readonly Happening[], number: number): FinalIssue {
  const [first] = happenings;
  if (first?.draft.type !== "issue-created") throw new Error(`Issue ${number} begins with something else`);
  const created = first.draft;
  let { title, body, priority } = created;
  let status = statusOf(created.status);
  const labels = new Set(created.label);
  const assignees = new Set(created.assignee);
  const comments: Comment[] = [];
  for (const { draft, author, seconds } of happenings.slice(1)) {
    if (draft.type === "title-changed") title = draft.to;
    else if (draft.type === "description-changed") body = draft.body ?? body;
    else if (draft.type === "priority-changed") priority = draft.to;
    else if (draft.type === "status-changed") status = statusOf(draft.to);
    else if (draft.type === "label-added") labels.add(draft.label);
    else if (draft.type === "label-removed") labels.delete(draft.label);
    else if (draft.type === "assignee-added") assignees.add(draft.assignee);
    else if (draft.type === "comment-added") comments.push({ author: author.email, seconds, body: draft.body });
  }
  const updated = happenings.at(-1)?.seconds ?? first.seconds;
  return {
    number,
    title,
    body: body ?? "",
    status,
    type: created.issueType ?? "task",
    priority,
    labels: [...labels],
    assignees: [...assignees],
    created: first.seconds,
    updated,
    comments,
  };
}

function statusOf(name: string | undefined): Status {
  const status = statuses.find((each) => each === name);
  if (status === undefined) throw new Error(`No issue is made up with the status ${name}`);
  return status;
}
