/**
 * GitHub's issues → histories. The source is files, so nothing is asked of the network: REST timelines (one JSON object per line,
 * `{"type":"issue","issue":{…},"events":[…]}`, or one such file per issue), REST issues alone, or what `gh issue list --json …`
 * prints. Each event of GitHub becomes one commit by its own actor at its own time. Where the events and the issue itself
 * disagree, the issue wins, by one commit at the end.
 */
import type { Actor, Moment } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import { toLine } from "../core/text.ts";
import { firstStatus } from "../core/workflow.ts";
import type { ImportedCommit, ImportedDraft, ImportedIssue, ImportedLink } from "../tracker/import.ts";
import { externalMark, isTalk } from "../tracker/import-there.ts";
import type { Snapshot } from "../tracker/snapshot.ts";
import { type GitHubEvent, type GitHubIssue, ghost, nameInUrl, readIssue } from "./github-shape.ts";
import { advance, emptyState, reconcile, type SourceState } from "./reconcile.ts";
import type { ImportContext } from "./source.ts";
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

/** So many changes fit into the one message of the commit at the end, whatever their names. */
const finalDraftsMax = 2000;

/** An issue while its events become commits. */
interface Translation {
  readonly name: string;
  readonly statuses: Statuses;
  readonly skipped: (kind: string) => void;
  readonly state: SourceState;
  readonly commits: ImportedCommit[];
  readonly keys: Set<string>;
  readonly links: Map<ImportedLink["kind"], ImportedLink>;
  /** The key of the latest commit that says something about the fields that are reconciled. */
  stateKey: string;
  /** What the latest comment that says so names as the original of a duplicate. */
  original: string | undefined;
}

interface Statuses {
  readonly open: string;
  readonly closed: string;
}

function translate(issue: GitHubIssue, name: string, context: ImportContext): ImportedIssue {
  const { workflow } = context.settings;
  const translation: Translation = {
    name,
    statuses: { open: firstStatus(workflow, "todo"), closed: firstStatus(workflow, "done") },
    skipped: context.skipped ?? (() => undefined),
    state: emptyState(),
    commits: [],
    keys: new Set(),
    links: new Map(),
    stateKey: "",
    original: undefined,
  };
  const events = eventsOf(issue);
  const by = { author: issue.author ?? ghost, time: issue.createdAt ?? events[0]?.time ?? context.now };
  add(translation, { ...by, key: "issue", drafts: [creation(translation, issue, events)] });
  for (const event of events) addEvent(translation, event);
  for (const type of issue.ignored) translation.skipped(`event ${type}`);
  addReconciliation(translation, issue, events.findLast(({ actor }) => actor !== undefined)?.actor);
  if (issue.parent !== undefined) {
    translation.links.set("parent", { kind: "parent", targetName: issue.parent, ...by });
  }
  if (translation.commits.length > limits.streamCommitsMax) {
    throw refusedAt(issue.place, `${name} has more than ${limits.streamCommitsMax} events`, "Remove some of them.");
  }
  return issue.hasTimeline || issue.state === undefined ? told(translation) : concluded(translation, issue);
}

function told({ name, commits, links }: Translation): ImportedIssue {
  return { system, name, commits, links: [...links.values()] };
}

/** A list has no events: what its commits say is concluded from what the issue is by now, and a later list says what it is then. */
function concluded(translation: Translation, issue: GitHubIssue): ImportedIssue {
  const { name, commits, links } = translation;
  const mark = externalMark({ system, name });
  const marked = commits.map((commit, at) =>
    at === 0 || isTalk(commit) ? commit : { ...commit, drafts: [...commit.drafts, mark] },
  );
  const last = commits.at(-1);
  const state: Snapshot = {
    title: issue.title,
    body: issue.saysBody ? issue.body : undefined,
    status: finalState(translation, issue).status,
    resolution: issue.state === "closed" ? issue.resolution : null,
    labels: issue.labels && new Set(issue.labels),
    assignees: issue.assignees && new Set(issue.assignees),
    milestone: issue.milestone,
  };
  return {
    ...told(translation),
    commits: marked,
    now: {
      author: issue.closedBy ?? issue.author ?? ghost,
      time: issue.updatedAt ?? last?.time ?? { seconds: 0, zone: "+0000" },
      state,
      isAll: true,
      tells: links.has("parent") ? ["parent"] : [],
    },
  };
}

/** In order of time: the events, and the closing that old timelines and mere lists don't tell. */
function eventsOf(issue: GitHubIssue): GitHubEvent[] {
  const inOrder = issue.events.toSorted(byTime);
  if (issue.state !== "closed") return inOrder;
  const lastIndex = inOrder.findLastIndex(({ type }) => type === "closed" || type === "reopened");
  const last = inOrder[lastIndex];
  if (last?.type === "closed") {
    // Timelines often don't say why; the issue says why it was closed last.
    return inOrder.with(lastIndex, { ...last, resolution: last.resolution ?? issue.resolution });
  }
  return issue.closedAt === undefined ? inOrder : [...inOrder, closing(issue, issue.closedAt)].sort(byTime);
}

function byTime(a: GitHubEvent, b: GitHubEvent): number {
  return a.time.seconds - b.time.seconds;
}

function closing(issue: GitHubIssue, time: Moment): GitHubEvent {
  return {
    type: "closed",
    key: `closed:${time.seconds}`,
    actor: issue.closedBy,
    time,
    body: "",
    label: undefined,
    assignee: undefined,
    milestone: undefined,
    rename: undefined,
    commit: undefined,
    resolution: issue.resolution,
  };
}

/** The same issue begins with the same bytes in every clone, so that two people who both import it don't make two. */
function creation({ name, statuses }: Translation, issue: GitHubIssue, events: readonly GitHubEvent[]): ImportedDraft {
  const external = `${system} ${name}`;
  return {
    type: "issue-created",
    title: events.find(({ type }) => type === "renamed")?.rename?.from ?? issue.title,
    body: issue.body,
    status: statuses.open,
    external: [external],
    nonce: hexDigest(external).slice(0, 20),
  };
}

function addEvent(translation: Translation, event: GitHubEvent): void {
  const { type, key, actor, time } = event;
  if (translation.keys.has(key)) {
    translation.skipped("event that is there twice");
    return;
  }
  const by = { author: actor ?? ghost, time, key };
  if (type === "marked_as_duplicate" || type === "unmarked_as_duplicate") {
    changeDuplicate(translation, type, by);
    return;
  }
  const drafts = draftsOf(translation, event);
  if (drafts.length > 0) add(translation, { ...by, drafts });
  else translation.skipped(type === "commented" ? "comment without a text" : `event ${type} without a value`);
  if (type === "commented") translation.original = originalOf(event.body, translation.name) ?? translation.original;
}

function draftsOf({ state, statuses }: Translation, event: GitHubEvent): ImportedDraft[] {
  const { key, body, label, assignee, milestone, rename, commit, resolution } = event;
  const linked: ImportedDraft[] = commit === undefined ? [] : [{ type: "commit-linked", commit }];
  switch (event.type) {
    case "commented":
      return body === "" ? [] : [{ type: "comment-added", body, external: commentName(key) }];
    case "renamed":
      return rename === undefined ? [] : [{ type: "title-changed", from: rename.from, to: rename.to }];
    case "closed":
      return [{ type: "status-changed", from: state.status, to: statuses.closed, resolution }, ...linked];
    case "reopened":
      return [{ type: "status-changed", from: state.status, to: statuses.open }, ...linked];
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
    default:
      return linked;
  }
}

/** As in GitHub's own addresses. It lets a later import see that a comment it finds changed is the same one. */
function commentName(key: string): string | undefined {
  const number = /^comment:(\d+)$/.exec(key)?.[1];
  return number === undefined ? undefined : `${system} issuecomment-${number}`;
}

/** GitHub doesn't say of what; it marks duplicates because of a comment, which does. */
function changeDuplicate(
  { links, original, skipped }: Translation,
  type: "marked_as_duplicate" | "unmarked_as_duplicate",
  by: Pick<ImportedLink, "author" | "time">,
): void {
  if (type === "unmarked_as_duplicate") links.delete("duplicates");
  else if (original === undefined) skipped("event marked_as_duplicate without a comment that says of what");
  else links.set("duplicates", { kind: "duplicates", targetName: original, author: by.author, time: by.time });
}

/** `Duplicate of #12`, of `owner/repository#12`, or of an address. */
function originalOf(body: string, name: string): string | undefined {
  const pattern = /^[ \t]*duplicate of[ \t]+(?:([\w.-]{1,100}\/[\w.-]{1,100})?#(\d{1,15})|(https?:\/\/\S{1,500}))/im;
  const [, repository = name.slice(0, name.lastIndexOf("#")), number, url] = pattern.exec(body) ?? [];
  return number === undefined ? nameInUrl(url ?? "") : `${repository}#${Number(number)}`;
}

function addReconciliation(translation: Translation, issue: GitHubIssue, lastActor: Actor | undefined): void {
  const { state, stateKey } = translation;
  const drafts = reconcile(state, finalState(translation, issue));
  if (drafts.length === 0) return;
  if (drafts.length > finalDraftsMax) {
    const problem = `the events of ${translation.name} miss more than ${finalDraftsMax} of its changes`;
    throw refusedAt(issue.place, problem, "Remove its `events`: then only its last state is imported.");
  }
  // The same difference after the same events is no news; after another event it has come about anew.
  const key = `final:${hexDigest(JSON.stringify([drafts, stateKey]))}`;
  const time = issue.updatedAt ?? translation.commits.at(-1)?.time ?? { seconds: 0, zone: "+0000" };
  add(translation, { author: lastActor ?? issue.closedBy ?? issue.author ?? ghost, time, key, drafts });
}

/** What the issue itself says; of what it doesn't say, what the events came to. */
function finalState({ state, statuses }: Translation, issue: GitHubIssue): SourceState {
  const closed = issue.state === "closed";
  return {
    title: issue.title,
    status: issue.state === undefined ? state.status : closed ? statuses.closed : statuses.open,
    resolution: closed
      ? (issue.resolution ?? state.resolution)
      : issue.state === undefined
        ? state.resolution
        : undefined,
    labels: issue.labels === undefined ? state.labels : new Set(issue.labels),
    assignees: issue.assignees === undefined ? state.assignees : new Set(issue.assignees),
    milestone: issue.milestone === undefined ? state.milestone : (issue.milestone ?? undefined),
  };
}

function add(translation: Translation, commit: ImportedCommit): void {
  translation.commits.push(commit);
  translation.keys.add(commit.key);
  for (const draft of commit.drafts) {
    if (advance(translation.state, draft)) translation.stateKey = commit.key;
  }
}

/** Only for exports that don't name their repository, as when `url` isn't among the fields asked for. */
function repositoryNamedBy(fileName: string): string {
  const base = fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
  return (
    toLine(
      base
        .replace(/\.gz$/i, "")
        .replace(/\.(?:jsonl|ndjson|json)$/i, "")
        .slice(0, 200),
    ) || system
  );
}

function hexDigest(text: string): string {
  return new Bun.CryptoHasher("sha1").update(text).digest("hex");
}
