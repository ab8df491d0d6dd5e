/**
 * GitHub's issues → histories. The source is files, so nothing is asked of the network: REST timelines (one JSON object per line,
 * `{"type":"issue","issue":{…},"events":[…]}`, or one such file per issue), REST issues alone, or what `gh issue list --json …`
 * prints. Each event of GitHub becomes one commit by its own actor at its own time. Where the events and the issue itself
 * disagree, the issue wins, by one commit at the end.
 */
import type { Actor, Moment } from "../core/commit.ts";
import { type EventDraft, limits } from "../core/event.ts";
import type { Settings } from "../core/settings.ts";
import { firstStatus } from "../core/workflow.ts";
import { type GitHubEvent, type GitHubIssue, ghost, nameInUrl, readIssue } from "./github-shape.ts";
import type { ImportContext, ImportedCommit, ImportedIssue, ImportedLink } from "./history.ts";
import { advance, emptyState, reconcile, type SourceState } from "./reconcile.ts";
import { readObjects, refusedAt, type SourceFile } from "./values.ts";

const system = "github";

export interface GitHubSource {
  readonly files: Iterable<SourceFile> | AsyncIterable<SourceFile>;
}

/**
 * Translates one issue after the other, in the order of the source, holding only one of them. Pull requests are left out. Throws
 * `invalid` with file and line.
 */
export async function* importGitHub(source: GitHubSource, context: ImportContext): AsyncGenerator<ImportedIssue> {
  const places = new Map<string, string>();
  for await (const file of source.files) {
    for await (const object of readObjects(file)) {
      const issue = readIssue(object, repositoryNamedBy(file.name));
      if (issue === undefined) {
        context.skipped?.("pull request");
        continue;
      }
      const name = `${issue.repository}#${issue.number}`;
      const before = places.get(name);
      if (before !== undefined) {
        throw refusedAt(object.place, `${name} is there twice, first at ${before}`, "Remove one of the two.");
      }
      places.set(name, object.place);
      yield translate(issue, name, context);
    }
  }
}

/** An issue while its events become commits. */
interface Translation {
  readonly name: string;
  readonly statuses: Statuses;
  readonly skipped: (kind: string) => void;
  readonly state: SourceState;
  readonly commits: ImportedCommit[];
  readonly keys: Set<string>;
  /** For each field of the state the key of the commit that set it last. */
  readonly setBy: Map<string, string>;
  readonly links: Map<string, ImportedLink>;
  /** What the latest comment that says so names as the original of a duplicate. */
  original: string | undefined;
}

interface Statuses {
  readonly open: string;
  readonly closed: string;
}

function translate(issue: GitHubIssue, name: string, context: ImportContext): ImportedIssue {
  const translation: Translation = {
    name,
    statuses: statusesOf(context.settings),
    skipped: context.skipped ?? (() => undefined),
    state: emptyState(),
    commits: [],
    keys: new Set(),
    setBy: new Map(),
    links: new Map(),
    original: undefined,
  };
  const events = eventsOf(issue);
  const created = issue.createdAt ?? events[0]?.time ?? context.now;
  add(translation, issue.author, created, "issue", [creation(issue, name, events, translation.statuses)]);
  for (const event of events) addEvent(translation, event, issue);
  for (const type of issue.ignored) translation.skipped(`event ${type}`);
  addReconciliation(translation, issue, events);
  if (issue.parent !== undefined) {
    const by = { author: issue.author ?? ghost, time: issue.updatedAt ?? created };
    translation.links.set("parent", { kind: "parent", targetName: issue.parent, ...by, key: `parent:${issue.parent}` });
  }
  if (translation.commits.length > limits.streamCommitsMax) {
    throw refusedAt(issue.place, `${name} has more than ${limits.streamCommitsMax} events`, "Remove some of them.");
  }
  return { system, name, commits: translation.commits, links: [...translation.links.values()] };
}

function statusesOf({ workflow }: Settings): Statuses {
  return { open: firstStatus(workflow, "todo"), closed: firstStatus(workflow, "done") };
}

/** The events in order of time, with the closing that old timelines and lists without events don't tell. */
function eventsOf(issue: GitHubIssue): GitHubEvent[] {
  const events = issue.events.toSorted((a, b) => a.time.seconds - b.time.seconds);
  const last = events.findLast(({ type }) => type === "closed" || type === "reopened");
  if (issue.state === "closed" && last?.type !== "closed" && issue.closedAt !== undefined) {
    events.push({ ...silentClosing, actor: issue.closedBy, time: issue.closedAt });
  }
  return events.toSorted((a, b) => a.time.seconds - b.time.seconds);
}

const silentClosing: Omit<GitHubEvent, "actor" | "time"> = {
  type: "closed",
  id: undefined,
  editedAt: undefined,
  body: "",
  label: undefined,
  assignee: undefined,
  milestone: undefined,
  rename: undefined,
  commit: undefined,
  resolution: undefined,
};

/** The same issue begins with the same bytes in every clone, so that two people who both import it don't make two. */
function creation(
  issue: GitHubIssue,
  name: string,
  events: readonly GitHubEvent[],
  statuses: Statuses,
): ImportedCommit["drafts"][number] {
  const external = `${system} ${name}`;
  return {
    type: "issue-created",
    title: events.find(({ rename }) => rename !== undefined)?.rename?.from ?? issue.title,
    body: issue.body,
    status: statuses.open,
    external: [external],
    nonce: hexDigest(external).slice(0, 20),
  };
}

function addEvent(translation: Translation, event: GitHubEvent, issue: GitHubIssue): void {
  const key = keyOf(event);
  if (translation.keys.has(key)) {
    translation.skipped("event that is there twice");
    return;
  }
  if (event.type === "marked_as_duplicate" || event.type === "unmarked_as_duplicate") {
    addDuplicate(translation, event, key);
    return;
  }
  const drafts = draftsOf(translation, event, issue);
  if (drafts.length === 0) {
    translation.skipped(event.type === "commented" ? "comment without a text" : `event ${event.type} without a value`);
    return;
  }
  add(translation, event.actor, event.time, key, drafts);
  if (event.type !== "commented") return;
  translation.original = originalOf(event.body, translation.name) ?? translation.original;
  if (event.editedAt === undefined) return;
  // What it said before the edit isn't known; that it was edited is, and a later edit is found by its new key.
  const edit = { type: "comment-edited", commentKey: key, body: event.body } as const;
  add(translation, event.actor, event.editedAt, `${key}@${event.editedAt.seconds}`, [edit]);
}

function keyOf({ type, id, time }: GitHubEvent): string {
  const kind = type === "commented" ? "comment" : "event";
  return id === undefined ? `${kind}:${type}:${time.seconds}` : `${kind}:${id}`;
}

function draftsOf({ state, statuses }: Translation, event: GitHubEvent, issue: GitHubIssue): EventDraft[] {
  const { label, assignee, milestone, rename, commit } = event;
  const linked: EventDraft[] = commit === undefined ? [] : [{ type: "commit-linked", commit }];
  switch (event.type) {
    case "commented":
      return event.body === "" ? [] : [{ type: "comment-added", body: event.body }];
    case "renamed":
      return rename === undefined ? [] : [{ type: "title-changed", from: rename.from, to: rename.to }];
    case "closed":
      return [moved(state, statuses.closed, event.resolution ?? finalResolution(event, issue)), ...linked];
    case "reopened":
      return [moved(state, statuses.open, undefined), ...linked];
    case "labeled":
      return label === undefined ? [] : [{ type: "label-added", label }];
    case "unlabeled":
      return label === undefined ? [] : [{ type: "label-removed", label }];
    case "assigned":
      return assignee === undefined ? [] : [{ type: "assignee-added", assignee }];
    case "unassigned":
      return assignee === undefined ? [] : [{ type: "assignee-removed", assignee }];
    case "milestoned":
      return milestone === undefined ? [] : [{ type: "milestone-changed", from: state.milestone, to: milestone }];
    case "demilestoned":
      return [{ type: "milestone-changed", from: state.milestone, to: undefined }];
    case "referenced":
      return linked;
    case "marked_as_duplicate":
    case "unmarked_as_duplicate":
      return [];
  }
}
