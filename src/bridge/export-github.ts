/**
 * Issues as GitHub's REST API gives them, one per line with its timeline: `{"type":"issue","issue":{…},"events":[…]}`. `import github`
 * and whatever else reads GitHub's answers take it. GitHub knows open and closed, labels, milestones, assignees and comments; what
 * else an issue has here is not in it.
 */
import type { Actor, Commit, Oid } from "../core/commit.ts";
import type { KnownEvent } from "../core/event.ts";
import type { Settings } from "../core/settings.ts";
import type { IssueSummary, IssueView } from "../core/view.ts";
import { categoryOf } from "../core/workflow.ts";
import type { Exported, ExportedIssue } from "../tracker/export.ts";
import { safeJson } from "./safe-json.ts";

/** A line per issue. */
export async function* exportGitHub({ issues, summaries }: Exported, settings: Settings): AsyncGenerator<string> {
  const names = numbered(summaries);
  for await (const issue of issues) yield `${safeJson(issueOf(issue, names, settings))}\n`;
}

/** An issue's name on GitHub. */
interface Name {
  readonly repository: string;
  readonly number: number;
}

/** Of issues that are on no GitHub. */
const ownRepository = "git-tracker/issues";

/** Those that came from GitHub keep their names; the others are numbered in order, in a repository of their own. */
function numbered(summaries: readonly IssueSummary[]): Map<Oid, Name> {
  const names = new Map<Oid, Name>();
  const taken = new Set<string>();
  let last = 0;
  for (const { id, externalIds } of summaries) {
    const external = externalIds.github ?? "";
    const [, repository, number] = /^([\w.-]{1,100}\/[\w.-]{1,100})#([1-9]\d{0,14})$/.exec(external) ?? [];
    if (repository === undefined || repository === ownRepository || taken.has(external)) {
      last += 1;
      names.set(id, { repository: ownRepository, number: last });
    } else names.set(id, { repository, number: Number(number) });
    taken.add(external);
  }
  return names;
}

function issueOf({ view, commits }: ExportedIssue, names: ReadonlyMap<Oid, Name>, settings: Settings): object {
  const { repository, number } = names.get(view.id) ?? { repository: ownRepository, number: 1 };
  const parent = view.parent === null ? undefined : names.get(view.parent);
  const url = `https://github.com/${repository}/issues/${number}`;
  const isClosed = view.category === "done";
  const events = commits.flatMap((commit) => eventsOf(commit, view, url, settings));
  return {
    type: "issue",
    issue: {
      number,
      title: view.title,
      body: view.body,
      state: isClosed ? "closed" : "open",
      state_reason: isClosed ? reasonOf(view.resolution) : null,
      user: userOf(view.author),
      labels: view.labels.map((name) => ({ name })),
      assignees: view.assignees.map((email) => userOf({ name: "", email })),
      milestone: view.milestone === null ? null : { title: view.milestone },
      comments: view.comments.length,
      created_at: view.createdAt,
      updated_at: view.updatedAt,
      closed_at: isClosed ? view.closedAt : null,
      html_url: url,
      url: `https://api.github.com/repos/${repository}/issues/${number}`,
      repository_url: `https://api.github.com/repos/${repository}`,
      ...(parent === undefined
        ? {}
        : { parent_issue_url: `https://api.github.com/repos/${parent.repository}/issues/${parent.number}` }),
    },
    events,
  };
}

/** What a commit's events are in a timeline. Comments are told as they are by now, and those that were deleted are not. */
function eventsOf(commit: Commit, view: IssueView, url: string, settings: Settings): object[] {
  const created_at = new Date(commit.time.seconds * 1000).toISOString().replace(".000Z", "Z");
  const stamp = { actor: userOf(commit.author), created_at };
  return commit.events.flatMap((event, at) => {
    if (event.type === "comment-added") {
      const comment = view.comments.find(({ id }) => id === commit.oid);
      if (comment === undefined) return [];
      const id = numberOf(commit.oid);
      const user = userOf(comment.author);
      return [{ event: "commented", id, ...stamp, user, body: comment.body, html_url: `${url}#issuecomment-${id}` }];
    }
    return timelineOf(event, settings).map((told, part) => ({
      id: numberOf(`${commit.oid} ${at} ${part}`),
      ...told,
      ...stamp,
    }));
  });
}

function timelineOf(event: KnownEvent, settings: Settings): object[] {
  switch (event.type) {
    case "issue-created":
      return [
        ...event.label.map((name) => ({ event: "labeled", label: { name } })),
        ...event.assignee.map((email) => ({ event: "assigned", assignee: userOf({ name: "", email }) })),
        ...(event.milestone === undefined ? [] : [{ event: "milestoned", milestone: { title: event.milestone } }]),
        ...moved("todo", categoryOf(settings.workflow, event.status), undefined),
      ];
    case "status-changed": {
      const from = event.from === undefined ? undefined : categoryOf(settings.workflow, event.from);
      return moved(from, categoryOf(settings.workflow, event.to), event.resolution);
    }
    case "title-changed":
      return [{ event: "renamed", rename: { from: event.from ?? event.to, to: event.to } }];
    case "label-added":
      return [{ event: "labeled", label: { name: event.label } }];
    case "label-removed":
      return [{ event: "unlabeled", label: { name: event.label } }];
    case "assignee-added":
      return [{ event: "assigned", assignee: userOf({ name: "", email: event.assignee }) }];
    case "assignee-removed":
      return [{ event: "unassigned", assignee: userOf({ name: "", email: event.assignee }) }];
    case "milestone-changed":
      return [
        ...(event.from === undefined ? [] : [{ event: "demilestoned", milestone: { title: event.from } }]),
        ...(event.to === undefined ? [] : [{ event: "milestoned", milestone: { title: event.to } }]),
      ];
    case "commit-linked":
      return [{ event: "referenced", commit_id: event.commit }];
    default:
      return [];
  }
}

function moved(from: string | undefined, to: string, resolution: IssueView["resolution"] | undefined): object[] {
  if (to === "done") return from === "done" ? [] : [{ event: "closed", state_reason: reasonOf(resolution ?? null) }];
  return from === "done" ? [{ event: "reopened" }] : [];
}

function reasonOf(resolution: IssueView["resolution"]): string {
  return resolution === "not-planned" ? "not_planned" : (resolution ?? "completed");
}

/** Who has an address of GitHub's is known by it; others are called what their address begins with. */
function userOf({ name, email }: Actor): object {
  const [, id, account] =
    /^(?:(\d{1,15})\+)?([\w.-]{1,100}(?:\[bot\])?)@users\.noreply\.github\.com$/.exec(email) ?? [];
  const login =
    account ??
    email
      .replace(/@.*$/, "")
      .replace(/[^\w.-]+/g, "-")
      .slice(0, 100);
  return {
    login: login || "unknown",
    ...(id === undefined ? {} : { id: Number(id) }),
    name: name === "" ? null : name,
  };
}

/** GitHub names everything by numbers: the same one for the same thing. */
function numberOf(text: string): number {
  return Number.parseInt(new Bun.CryptoHasher("sha1").update(text).digest("hex").slice(0, 12), 16);
}
