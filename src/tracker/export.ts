/** The verb behind every export: issues in full, each with the commits of its stream, one after the other. */
import type { Commit } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { inStreamOrder } from "../core/order.ts";
import type { Query } from "../core/query.ts";
import type { IssueView } from "../core/view.ts";
import { onFreshIndex } from "./refresh.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";

export interface ExportedIssue {
  readonly view: IssueView;
  /** The whole history in stream order, each commit decoded and as it is stored. */
  readonly history: readonly { readonly commit: Commit; readonly bytes: Uint8Array }[];
}

/** Yields the issues that a query finds, in its order. Memory is bounded by the largest issue. */
export async function* exportIssues(tracker: Tracker, query: Query): AsyncGenerator<ExportedIssue> {
  const { items } = await onFreshIndex(tracker, () => tracker.index.list(query));
  let done = 0;
  for await (const read of tracker.store.readStreams(items.map(({ revision }) => revision))) {
    const item = items[done++];
    if (item === undefined) return;
    tracker.progress("Exporting issues", done, items.length);
    if ("broken" in read) {
      throw new TrackerError(
        "corrupt",
        `Issue ${item.shortId} can't be read: ${read.broken}`,
        "See: git tracker doctor",
      );
    }
    const bytes = new Map(read.commits.map((raw) => [raw.oid, raw.bytes]));
    const history = inStreamOrder(read.commits.map(decode)).map((commit) => ({
      commit,
      bytes: bytes.get(commit.oid) ?? new Uint8Array(),
    }));
    yield { view: viewOf(tracker, item.id), history };
  }
}
