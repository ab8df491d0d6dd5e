/** The verb behind every export: issues in full, each with the commits of its stream, one after the other. */
import type { Commit, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { inStreamOrder } from "../core/order.ts";
import type { Query } from "../core/query.ts";
import type { IssueSummary, IssueView } from "../core/view.ts";
import { decodeTree, treeOf } from "../store/objects.ts";
import { refs } from "../store/refs.ts";
import type { RawCommit, StreamRead } from "../store/store.ts";
import { onFreshIndex } from "./refresh.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";

export interface Exported {
  /** All of them, in the order of the query, before the first is read in full. */
  readonly summaries: readonly IssueSummary[];
  /** In the same order. Memory is bounded by the largest issue. Throws `corrupt`. */
  readonly issues: AsyncIterable<ExportedIssue>;
  /** The stream of members, teams and labels. Undefined: there is none. Throws `corrupt`. */
  project(): Promise<ExportedStream | undefined>;
}

export interface ExportedIssue extends ExportedStream {
  readonly view: IssueView;
  /** The whole history in stream order. */
  readonly commits: readonly Commit[];
}

/** A stream as it is stored. */
export interface ExportedStream {
  readonly tip: Oid;
  /** In stream order. */
  readonly history: readonly RawCommit[];
  /** Reads the trees of the commits and what is in them. */
  files(): Promise<readonly ExportedFile[]>;
}

/** Part of a commit's tree, as git stores it. */
export interface ExportedFile extends RawCommit {
  readonly type: "tree" | "blob";
}

/** The issues that a query finds, in its order; `limit`: so many at most. */
export async function exportIssues(tracker: Tracker, query: Query, limit?: number): Promise<Exported> {
  const { items } = await onFreshIndex(tracker, () => tracker.index.list(query, { limit }));
  return { summaries: items, issues: readIssues(tracker, items), project: () => readProjectStream(tracker) };
}

async function* readIssues(tracker: Tracker, items: readonly IssueSummary[]): AsyncGenerator<ExportedIssue> {
  let done = 0;
  let garbage = 0;
  for await (const read of tracker.store.readStreams(items.map(({ revision }) => revision))) {
    const item = items[done++];
    if (item === undefined) return;
    tracker.progress("Exporting issues", done, items.length);
    const { commits, ...stream } = streamOf(tracker, `Issue ${item.shortId}`, read);
    yield { ...stream, commits, view: viewOf(tracker, item.id) };
    garbage += stream.history.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (garbage < garbageBytesMax) continue;
    garbage = 0;
    Bun.gc(true);
  }
}

/** When so much was read, garbage is collected. Left to itself, the heap grows to several times what it holds. */
const garbageBytesMax = 4 * 1024 * 1024;

async function readProjectStream(tracker: Tracker): Promise<ExportedStream | undefined> {
  const tip = await tracker.store.readRef(refs.project);
  if (tip === undefined) return undefined;
  for await (const read of tracker.store.readStreams([tip])) return streamOf(tracker, "The project", read);
  return undefined;
}

function streamOf(tracker: Tracker, what: string, read: StreamRead) {
  if ("broken" in read) {
    throw new TrackerError("corrupt", `${what} can't be read: ${read.broken}`, "See: git tracker doctor");
  }
  const raw = new Map(read.commits.map((commit) => [commit.oid, commit]));
  const commits = inStreamOrder(read.commits.map(decode));
  const history = commits.flatMap(({ oid }) => raw.get(oid) ?? []);
  return { tip: read.tip, commits, history, files: () => readFiles(tracker, what, history) };
}

/** Each object once; trees come before what is in them. */
async function readFiles(
  { store }: Tracker,
  what: string,
  history: readonly RawCommit[],
): Promise<readonly ExportedFile[]> {
  const files = new Map<Oid, ExportedFile>();
  let waiting = [...new Set(history.map(({ bytes }) => treeOf(bytes)))];
  while (waiting.length > 0) {
    const next = waiting.filter((oid) => oid !== store.emptyTree && !files.has(oid));
    const found = await store.readObjects(next);
    waiting = [];
    for (const [at, oid] of next.entries()) {
      const object = found[at];
      if (object === undefined || "damage" in object || (object.type !== "tree" && object.type !== "blob")) {
        const why = object !== undefined && "damage" in object ? `can't be read: ${object.damage}` : "is missing";
        throw new TrackerError("corrupt", `${what}: its file ${oid} ${why}`, "See: git tracker doctor");
      }
      files.set(oid, { oid, type: object.type, bytes: object.bytes });
      if (object.type === "tree") waiting.push(...decodeTree(object.bytes, store.hash));
    }
  }
  return [...files.values()];
}
