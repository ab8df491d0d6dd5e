/**
 * The verb behind every import: histories of another system become streams, one commit for each thing that somebody did there, with its
 * author and time. An issue's id follows from its name in that system and its first commit, so two clones that import the same source
 * get the same issues. What is there already, commit by commit, is not added again.
 */
import type { Actor, Commit, Moment, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { type EventDraft, type LinkKind, parseEvent } from "../core/event.ts";
import { encodeMessage } from "../core/message.ts";
import { subjectOf } from "../core/subject.ts";
import { decode } from "./refresh.ts";
import type { Tracker } from "./tracker.ts";
import { type Batch, type By, write } from "./write.ts";

/** What one actor did at one moment in another system. */
export interface ImportedCommit {
  readonly author: Actor;
  readonly time: Moment;
  readonly drafts: readonly EventDraft[];
}

export interface ImportedIssue {
  /** As in `github`. */
  readonly system: string;
  /** Its name there, as in `owner/repository#12`. */
  readonly name: string;
  /** Oldest first; the first one's first draft creates the issue. */
  readonly commits: readonly ImportedCommit[];
  /** Links to other issues of that system, by their names there. One that isn't here, in the source or the repository, is left out. */
  readonly links: readonly { readonly kind: LinkKind; readonly name: string; readonly by: By }[];
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
  /** What its commits say, whatever they stand on. */
  readonly contents: ReadonlySet<string>;
  /** The other system's name of a comment → its id here. */
  readonly comments: ReadonlyMap<string, Oid>;
}

function add(
  batch: Batch,
  issue: ImportedIssue,
  there: There | undefined,
): { id: Oid; outcome: "created" | "updated" | "unchanged" } {
  const [first, ...others] = issue.commits.map((commit) => ({
    ...commit,
    drafts: commit.drafts.map((draft) => named(issue, draft)),
  }));
  if (first === undefined) throw new TrackerError("invalid", `${issue.name} has no history`);
  if (there === undefined) {
    const id = batch.create(first.drafts, first);
    for (const commit of others) batch.append(id, commit.drafts, commit);
    return { id, outcome: "created" };
  }
  let outcome: "updated" | "unchanged" = "unchanged";
  for (const commit of [first, ...others]) {
    if (there.contents.has(contentOf(commit))) continue;
    const drafts = commit.drafts.flatMap((draft) => changed(batch, there, draft));
    if (batch.append(there.id, drafts, commit) !== undefined) outcome = "updated";
  }
  return { id: there.id, outcome };
}

/** What a draft comes to on an issue that is there: a text that was edited in the other system is an edit here. */
function changed(batch: Batch, there: There, draft: EventDraft): EventDraft[] {
  if (draft.type === "issue-created") {
    const body = draft.body ?? "";
    return batch.state(there.id).body === body ? [] : [{ type: "description-changed", body }];
  }
  const comment =
    draft.type === "comment-added" && draft.external !== undefined ? there.comments.get(draft.external) : undefined;
  if (draft.type !== "comment-added" || comment === undefined) return [draft];
  const now = batch.state(there.id).comments.find(({ id }) => id === comment);
  return now === undefined || now.deleted || now.body === draft.body
    ? []
    : [{ type: "comment-edited", comment, body: draft.body }];
}

function named(issue: ImportedIssue, draft: EventDraft): EventDraft {
  if (draft.type !== "issue-created") return draft;
  const nonce = new Bun.CryptoHasher("sha256").update(keyOf(issue)).digest("hex").slice(0, 20);
  return { ...draft, external: [keyOf(issue)], nonce };
}

function addLinks(tracker: Tracker, batch: Batch, issue: ImportedIssue, ids: ReadonlyMap<string, Oid>): void {
  const source = ids.get(keyOf(issue));
  if (source === undefined) return;
  for (const { kind, name, by } of issue.links) {
    const target = ids.get(`${issue.system} ${name}`) ?? tracker.index.byExternalId(issue.system, name);
    if (target === undefined || target === source) continue;
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
      contents: new Set(commits.map(storedContent)),
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

function contentOf({ author, time, drafts }: ImportedCommit): string {
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
