/**
 * The verb behind every import: histories of another system become streams, one commit for each thing that somebody did there, with its
 * author and time. An issue's id follows from its name in that system and its first commit, so two clones that import the same source
 * get the same issues. What is there already, commit by commit, is not added again.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { LinkKind } from "../core/issue.ts";
import { toLine } from "../core/text.ts";
import type { AttachmentFile } from "../store/store.ts";
import { attachmentTree } from "../store/writer.ts";
import type { Batch, By } from "./batch.ts";
import { addAllLinks, type EdgesThere, edgesThere } from "./import-links.ts";
import { addNews, commentNamedBy, newsOf, takenFrom } from "./import-news.ts";
import { contentOf, isTalk, keyOf, readThere, type There } from "./import-there.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Tracker } from "./tracker.ts";
import { write } from "./write.ts";

/** What one actor did at one moment in another system. */
export interface ImportedCommit extends By {
  /** At most one of them owns a text. Of drafts and files, there is at least one. */
  readonly drafts: readonly ImportedDraft[];
  /** Unique within the issue: later commits name the comment that this one adds by it. */
  readonly key: string;
  /** To be attached. The first commit of an issue has none. */
  readonly files?: readonly AttachmentFile[];
}

/** Comments have no oids before they are written, so a change of one names the commit that added it by its key. */
export type ImportedDraft =
  | Exclude<EventDraft, { readonly type: "comment-edited" | "comment-deleted" }>
  | ImportedCommentChange;

export type ImportedCommentChange =
  | { readonly type: "comment-edited"; readonly commentKey: string; readonly body: string }
  | { readonly type: "comment-deleted"; readonly commentKey: string }
  | { readonly type: "reaction-added"; readonly commentKey: string; readonly reaction: string };

/** An edge to another issue of the same system, by its name there. One that is neither imported nor here is left out. */
export interface ImportedLink extends By {
  /** `parent`: the target is above this issue. `blocked-by`: the target blocks it. The others start at this issue. */
  readonly kind: LinkKind | "parent" | "blocked-by";
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
  /**
   * What the other system says it is now, and who made it so, when. Of an issue that is here already, what differs from what was taken
   * from there last is brought here, and what was changed here stays. Commits that a later export may lack carry an `externalMark`.
   */
  readonly now?: By & {
    readonly state: Snapshot;
    /** True if the commits only conclude from it: then an issue that is here takes nothing but what was said from them. */
    readonly isAll: boolean;
    /** The kinds of links that it tells of: one that it no longer tells was taken back there. */
    readonly tells: readonly ImportedLink["kind"][];
  };
}

export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly commits: number;
  /** How many of the commits add a comment. */
  readonly comments: number;
  /** How many links were left out, since what they lead to is not here. */
  readonly dangling: number;
  /** How many links were left out, since they would close a circle. */
  readonly circular: number;
}

/** Issues that can be gone through again from the beginning. No two have the same name. */
export type ImportSource = Iterable<ImportedIssue> | AsyncIterable<ImportedIssue>;

/**
 * Imports all of the issues or none, holding only some of them at a time. If another tool changes one of them meanwhile, it
 * begins anew with the source. Whatever that throws is thrown.
 */
export async function importIssues(tracker: Tracker, source: ImportSource): Promise<ImportResult> {
  const decide = async (batch: Batch) => {
    const run: Run = {
      tracker,
      batch,
      ids: new Map(),
      begun: new Set(),
      linked: [],
      edges: new Set(),
      tellers: new Map(),
      unchanged: new Set(),
      counts: noCounts(),
    };
    let chunk: ImportedIssue[] = [];
    let chunkSize = 0;
    let packSize = 0;
    for await (const issue of source) {
      chunk.push(issue);
      chunkSize += sizeOf(issue);
      if (chunkSize < chunkSizeMax) continue;
      await addAll(run, chunk);
      packSize += chunkSize;
      chunk = [];
      chunkSize = 0;
      if (packSize < packSizeMax) continue;
      packSize = 0;
      await batch.flush();
      Bun.gc(true); // Left to itself, the heap grows to several times what it holds.
    }
    await addAll(run, chunk);
    addAllLinks(run);
    tracker.progress(task, run.ids.size, run.ids.size);
    return run.counts;
  };
  const { result, commits } = await write(tracker, decide, "never");
  return { ...result, commits: commits.length };
}

const task = "Importing issues";
/** How much of the source is held at a time, in characters of text, and how much of what it becomes: that makes a pack. */
const [chunkSizeMax, packSizeMax] = [512 * 1024, 3 * 1024 * 1024];
/** What a commit takes beside its text. */
const commitSize = 400;

function sizeOf({ commits }: ImportedIssue): number {
  let size = 0;
  for (const { drafts, files = [] } of commits) {
    size += commitSize;
    for (const draft of drafts) if ("body" in draft) size += draft.body?.length ?? 0;
    for (const { bytes } of files) size += bytes.length;
  }
  return size;
}

export interface Run {
  readonly tracker: Tracker;
  readonly batch: Batch;
  readonly ids: Map<string, Oid>;
  /** The issues that the import began: they have no edges but those that it gives them. */
  readonly begun: Set<Oid>;
  readonly linked: Linked[];
  /** The edges that the import has gone through, as `source kind target`. */
  readonly edges: Set<string>;
  /** What issues that are gone through tell of links now. */
  readonly tellers: Map<Oid, By & { readonly tells: readonly ImportedLink["kind"][] }>;
  /** The issues that nothing was added to yet. */
  readonly unchanged: Set<Oid>;
  readonly counts: Counts;
}

/** An issue that has links there, or had some. */
export interface Linked extends Pick<ImportedIssue, "system" | "name" | "links"> {
  readonly id: Oid;
  readonly there: EdgesThere;
  /** True if it says what it is now. */
  readonly isTold: boolean;
}

type Counts = Record<keyof Omit<ImportResult, "commits">, number>;
type Outcome = "created" | "updated" | "unchanged";

function noCounts(): Counts {
  return { created: 0, updated: 0, unchanged: 0, comments: 0, dangling: 0, circular: 0 };
}

async function addAll(run: Run, issues: readonly ImportedIssue[]): Promise<void> {
  const there = await readThere(run.tracker, issues);
  for (const issue of issues) {
    const key = keyOf(issue);
    const { id, outcome } = await add(run, issue, there.get(key));
    run.ids.set(key, id);
    run.counts[outcome]++;
    if (outcome === "created") run.begun.add(id);
    if (outcome === "unchanged") run.unchanged.add(id);
    const { system, name, links, now } = issue;
    if (now !== undefined) run.tellers.set(id, { author: now.author, time: now.time, tells: now.tells });
    const edges = edgesThere(issue, there.get(key)?.commits ?? []);
    if (links.length + edges.told.size > 0)
      run.linked.push({ id, system, name, links, there: edges, isTold: now !== undefined });
    run.tracker.progress(task, run.ids.size, undefined);
  }
}

async function add(run: Run, issue: ImportedIssue, there: There | undefined): Promise<{ id: Oid; outcome: Outcome }> {
  const { batch, counts } = run;
  const [first, ...others] = issue.commits;
  if (first === undefined) throw new TrackerError("invalid", `${issue.name} has no history`);
  const oids = new Map<string, Oid>();
  const told = (commit: ImportedCommit) =>
    commit.drafts.map((draft) => named(issue, resolved(draft, oids))).concat(attached(run.tracker, commit.files));
  const append = async (id: Oid, commit: ImportedCommit, drafts: readonly EventDraft[]) => {
    const tree = commit.files === undefined ? undefined : (await batch.writeTree(commit.files)).tree;
    const oid = batch.append(id, drafts, commit, tree);
    if (oid === undefined) return false;
    oids.set(commit.key, oid);
    if (drafts.some(({ type }) => type === "comment-added")) counts.comments++;
    return true;
  };
  if (there === undefined) {
    const id = batch.create(told(first), first);
    for (const commit of others) await append(id, commit, told(commit));
    addNews(batch, id, issue, issue.commits.map(told));
    return { id, outcome: "created" };
  }
  let outcome: Outcome = "unchanged";
  const taken = new Set<Oid>();
  const added: (readonly EventDraft[])[] = [];
  for (const commit of issue.now === undefined ? issue.commits : others) {
    const drafts = told(commit);
    const comment = commentNamedBy(drafts, there);
    const known = there.contents.get(contentOf(commit, drafts));
    if (known !== undefined) {
      taken.add(known);
      oids.set(commit.key, comment ?? known);
      continue;
    }
    if (issue.now?.isAll && !isTalk(commit)) continue;
    added.push(drafts);
    const news = newsOf(batch, there, issue, drafts);
    if (await append(there.id, commit, news)) outcome = "updated";
    if (comment !== undefined) oids.set(commit.key, comment);
  }
  const before = takenFrom(issue, there, taken);
  if (addNews(batch, there.id, issue, [...before, ...added])) outcome = "updated";
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

function attached({ store }: Tracker, files: readonly AttachmentFile[] = []): EventDraft[] {
  const { blobs } = attachmentTree(store.hash, files);
  return files.map(({ name, bytes }, index) => ({
    type: "attachment-added",
    name,
    size: String(bytes.length),
    blob: blobs[index] ?? "",
  }));
}

/** The nonce follows from the name, so that every clone that imports the issue begins it with the same bytes. */
function named(issue: ImportedIssue, draft: EventDraft): EventDraft {
  if (draft.type !== "issue-created") return draft;
  return { ...draft, external: [keyOf(issue)], nonce: nonceOf(keyOf(issue)) };
}

function nonceOf(key: string): string {
  return new Bun.CryptoHasher("sha256").update(key).digest("hex").slice(0, 20);
}
