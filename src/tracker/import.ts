/**
 * The verb behind every import: histories of another system become streams, one commit for each thing that somebody did there, with its
 * author and time. An issue's id follows from its name in that system and its first commit, so two clones that import the same source
 * get the same issues. What is there already, commit by commit, is not added again.
 */
import type { Commit, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { type EventDraft, type LinkKind, parseEvent } from "../core/event.ts";
import type { Issue } from "../core/issue.ts";
import { encodeMessage } from "../core/message.ts";
import { subjectOf } from "../core/subject.ts";
import { toLine } from "../core/text.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { type Batch, type By, write } from "./write.ts";

/** What one actor did at one moment in another system. */
export interface ImportedCommit extends By {
  /** At least one, and at most one of them owns a text. */
  readonly drafts: readonly ImportedDraft[];
  /** Unique within the issue: later commits name the comment that this one adds by it. */
  readonly key: string;
}

/** Comments have no oids before they are written, so a change of one names the commit that added it by its key. */
export type ImportedDraft =
  | Exclude<EventDraft, { readonly type: "comment-edited" | "comment-deleted" }>
  | ImportedCommentChange;

export type ImportedCommentChange =
  | { readonly type: "comment-edited"; readonly commentKey: string; readonly body: string }
  | { readonly type: "comment-deleted"; readonly commentKey: string };

/** An edge to another issue of the same system, by its name there. One that is neither imported nor here is left out. */
export interface ImportedLink extends By {
  /** `parent`: the target is above this issue. The others start at this issue. */
  readonly kind: LinkKind | "parent";
  readonly targetName: string;
}

export interface ImportedIssue {
  /** As in `github`. */
  readonly system: string;
  /** Its name there, as in `owner/repository#12`. */
  readonly name: string;
  /** Oldest first; the first one's first draft creates the issue. */
  readonly commits: readonly ImportedCommit[];
  readonly links: readonly ImportedLink[];
}

export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly commits: number;
}

/** Imports all of the issues or none. */
export async function importIssues(tracker: Tracker, issues: readonly ImportedIssue[]): Promise<ImportResult> {
  const { result, commits } = await write(tracker, async (batch) => {
    const there = await readThere(tracker, issues);
    const ids = new Map<string, Oid>();
    const counts = { created: 0, updated: 0, unchanged: 0 };
    for (const [index, issue] of issues.entries()) {
      const { id, outcome } = add(batch, issue, there.get(keyOf(issue)));
      ids.set(keyOf(issue), id);
      counts[outcome]++;
      if (index % 100 === 0) tracker.progress("Importing issues", index, issues.length);
    }
    for (const issue of issues) addLinks(tracker, batch, issue, ids);
    return counts;
  });
  return { ...result, commits: commits.length };
}

interface There {
  readonly id: Oid;
  /** What its commits say, whatever they stand on → their oids. */
  readonly contents: ReadonlyMap<string, Oid>;
  /** The other system's name of a comment → its id here. */
  readonly comments: ReadonlyMap<string, Oid>;
}

type Outcome = keyof Omit<ImportResult, "commits">;

function add(batch: Batch, issue: ImportedIssue, there: There | undefined): { id: Oid; outcome: Outcome } {
  const [first, ...others] = issue.commits;
  if (first === undefined) throw new TrackerError("invalid", `${issue.name} has no history`);
  const oids = new Map<string, Oid>();
  const resolve = ({ drafts }: ImportedCommit) => drafts.map((draft) => named(issue, resolved(draft, oids)));
  if (there === undefined) {
    const id = batch.create(resolve(first), first);
    for (const commit of others) oids.set(commit.key, batch.append(id, resolve(commit), commit) ?? "");
    return { id, outcome: "created" };
  }
  let outcome: Outcome = "unchanged";
  for (const commit of issue.commits) {
    const drafts = resolve(commit);
    const known = there.contents.get(contentOf(commit, drafts));
    const oid =
      known ??
      batch.append(
        there.id,
        drafts.flatMap((draft) => changed(batch, there, draft)),
        commit,
      );
    if (oid !== undefined) oids.set(commit.key, oid);
    if (known === undefined && oid !== undefined) outcome = "updated";
  }
  return { id: there.id, outcome };
}

function resolved(draft: ImportedDraft, oids: ReadonlyMap<string, Oid>): EventDraft {
  if (!("commentKey" in draft)) return draft;
  const { commentKey, ...rest } = draft;
  const comment = oids.get(commentKey);
  if (comment === undefined)
    throw new TrackerError("invalid", `A change of the comment ${toLine(commentKey)}, which nobody made`);
  return { ...rest, comment };
}

/** What a draft comes to on an issue that is there: a text that was edited in the other system is an edit here. */
function changed(batch: Batch, there: There, draft: EventDraft): EventDraft[] {
  if (draft.type === "issue-created") {
    const body = draft.body ?? "";
    return batch.state(there.id).body === body ? [] : [{ type: "description-changed", body }];
  }
  const comment =
    draft.type === "comment-added" && draft.external !== undefined ? there.comments.get(draft.external) : undefined;
  if (draft.type !== "comment-added" || comment === undefined) return says(batch.state(there.id), draft) ? [] : [draft];
  const now = batch.state(there.id).comments.find(({ id }) => id === comment);
  if (now === undefined || now.deleted || now.body === draft.body) return [];
  return [{ type: "comment-edited", comment, body: draft.body }];
}

/**
 * True if the issue is already as the draft would make it. The other system's last word is told again, under another time, whenever
 * anything changed there; only what it changes is worth a commit.
 */
function says(issue: Issue, draft: EventDraft): boolean {
  switch (draft.type) {
    case "title-changed":
      return issue.title === draft.to;
    case "status-changed":
      return issue.status === draft.to && issue.resolution === (draft.resolution ?? null);
    case "milestone-changed":
      return issue.milestone === (draft.to ?? null);
    case "label-added":
    case "label-removed":
      return issue.labels.includes(draft.label) === (draft.type === "label-added");
    case "assignee-added":
    case "assignee-removed":
      return issue.assignees.includes(draft.assignee) === (draft.type === "assignee-added");
    case "commit-linked":
      return issue.commits.includes(draft.commit);
    default:
      return false;
  }
}

/** The nonce follows from the name, so that every clone that imports the issue begins it with the same bytes. */
function named(issue: ImportedIssue, draft: EventDraft): EventDraft {
  if (draft.type !== "issue-created") return draft;
  const nonce = new Bun.CryptoHasher("sha256").update(keyOf(issue)).digest("hex").slice(0, 20);
  return { ...draft, external: [keyOf(issue)], nonce };
}

function addLinks(tracker: Tracker, batch: Batch, issue: ImportedIssue, ids: ReadonlyMap<string, Oid>): void {
  const source = ids.get(keyOf(issue));
  if (source === undefined) return;
  for (const { kind, targetName, ...by } of issue.links) {
    const target = ids.get(`${issue.system} ${targetName}`) ?? tracker.index.byExternalId(issue.system, targetName);
    if (target === undefined || target === source) continue;
    if (kind === "parent") {
      if (batch.state(source).parent === null) batch.append(source, [{ type: "parent-changed", to: target }], by);
      continue;
    }
    if (batch.state(source).links.some((link) => link.kind === kind && link.target === target)) continue;
    batch.append(source, [{ type: "link-added", kind, target }], by);
  }
}

async function readThere(tracker: Tracker, issues: readonly ImportedIssue[]): Promise<Map<string, There>> {
  const known = issues.flatMap((issue) => {
    const id = tracker.index.byExternalId(issue.system, issue.name);
    const tip = id === undefined ? undefined : tracker.index.tip(id);
    return id === undefined || tip === undefined ? [] : [{ key: keyOf(issue), id, tip }];
  });
  const there = new Map<string, There>();
  let index = 0;
  for await (const read of tracker.store.readStreams(known.map(({ tip }) => tip))) {
    const stream = known[index++];
    if (stream === undefined || "broken" in read) continue;
    const commits = read.commits.map(decode);
    there.set(stream.key, {
      id: stream.id,
      contents: new Map(commits.map((commit) => [storedContent(commit), commit.oid])),
      comments: commentsOf(commits),
    });
  }
  return there;
}

function commentsOf(commits: readonly Commit[]): Map<string, Oid> {
  const comments = new Map<string, Oid>();
  for (const { oid, events } of commits) {
    for (const event of events) {
      if (event.type === "comment-added" && event.external !== undefined) comments.set(event.external, oid);
    }
  }
  return comments;
}

function contentOf({ author, time }: By, drafts: readonly EventDraft[]): string {
  const events = drafts.flatMap((draft) => {
    const event = parseEvent(draft);
    return typeof event === "string" ? [] : [event];
  });
  return [author.email, time.seconds, encodeMessage(subjectOf(events), events)].join("\n");
}

function storedContent({ author, time, subject, events }: Commit): string {
  return [author.email, time.seconds, encodeMessage(subject, events)].join("\n");
}

function keyOf({ system, name }: Pick<ImportedIssue, "system" | "name">): string {
  return `${system} ${name}`;
}
