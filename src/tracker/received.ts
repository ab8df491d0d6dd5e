/** What may be taken over from elsewhere: a stream that is what its ref says, and keeps to the format's bounds in all of its commits. */
import type { Commit, Oid } from "../core/commit.ts";
import { treeOf } from "../store/objects.ts";
import { headerFault } from "../store/received.ts";
import { issueOfRef, refs } from "../store/refs.ts";
import type { RawCommit, Store, StreamRead } from "../store/store.ts";
import { anyPolicy } from "./policy.ts";
import { foldRead as foldProjectRead } from "./project.ts";
import { foldRead } from "./streams.ts";
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
  const commits = await checkOwn(tracker, name, stream);
  if (typeof commits === "string") return commits;
  const trees = treesOf(tracker.store, stream.commits);
  return (trees.length === 0 ? undefined : await tracker.store.treeFault(trees)) ?? commits;
}

/** What is here has passed before, or was written here: it only must fold. */
export async function checkOwn(tracker: Tracker, name: string, stream: StreamRead): Promise<Checked> {
  const id = issueOfRef(refs.root + name);
  if (id === undefined) {
    const read = await foldProjectRead(tracker, stream);
    return typeof read === "string" ? read : read.commits;
  }
  // Whether it counts is decided when it is looked at: what doesn't may do so later.
  const folded = foldRead(tracker, id, stream, anyPolicy);
  return typeof folded === "string" ? folded : folded.ordered;
}

function treesOf({ emptyTree }: Store, commits: readonly RawCommit[]): Oid[] {
  const trees = new Set(commits.map(({ bytes }) => treeOf(bytes)));
  trees.delete(emptyTree);
  return [...trees];
}
