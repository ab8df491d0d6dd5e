/** What may be taken over from elsewhere: a stream that is what its ref says, and keeps to the format's bounds in all of its commits. */
import type { Commit, Oid } from "../core/commit.ts";
import type { Folded } from "../core/fold.ts";
import { treeOf } from "../store/objects.ts";
import { headerFault } from "../store/received.ts";
import { issueOfRef, refs } from "../store/refs.ts";
import type { RawCommit, Store, StreamRead } from "../store/store.ts";
import { anyPolicy } from "./policy.ts";
import { foldRead as foldProjectRead } from "./project.ts";
import { foldRead, replaced } from "./streams.ts";
import type { Tracker } from "./tracker.ts";

/** The commits of a stream; a text says why it can't be taken. */
export type Checked = readonly Pick<Commit, "oid" | "time">[] | string;

/**
 * Checks a stream that somebody else wrote. `name` is its ref's below the root. Broken events alone are no reason to refuse: they are
 * quarantined one by one.
 */
export async function checkReceived(tracker: Tracker, name: string, stream: StreamRead): Promise<Checked> {
  if ("broken" in stream) return stream.broken;
  for (const { oid, bytes } of stream.commits) {
    const fault = headerFault(bytes);
    if (fault !== undefined) return `commit ${oid} ${fault}`;
  }
  const checked = await fold(tracker, name, stream);
  if (typeof checked === "string") return checked;
  const trees = treesOf(tracker.store, stream.commits);
  const fault = trees.length === 0 ? undefined : await tracker.store.treeFault(trees);
  if (fault !== undefined) return fault;
  if (checked.issue !== undefined && tracker.policy === anyPolicy) tracker.folds.keep(replaced(checked));
  return checked.ordered;
}

/** What is here has passed before, or was written here: it only must fold. */
export async function checkOwn(tracker: Tracker, name: string, stream: StreamRead): Promise<Checked> {
  const checked = await fold(tracker, name, stream);
  return typeof checked === "string" ? checked : checked.ordered;
}

/** The project's stream makes no issue. */
type Checkable = Folded | { readonly issue: undefined; readonly ordered: Exclude<Checked, string> };

async function fold(tracker: Tracker, name: string, stream: StreamRead): Promise<Checkable | string> {
  const id = issueOfRef(refs.root + name);
  // Whether it counts is decided when it is looked at: what doesn't may do so later.
  if (id !== undefined) return foldRead(tracker, id, stream, anyPolicy);
  const read = await foldProjectRead(tracker, stream);
  return typeof read === "string" ? read : { issue: undefined, ordered: read.commits };
}

function treesOf({ emptyTree }: Store, commits: readonly RawCommit[]): Oid[] {
  const trees = new Set(commits.map(({ bytes }) => treeOf(bytes)));
  trees.delete(emptyTree);
  return [...trees];
}
