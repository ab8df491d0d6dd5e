/**
 * Freshness: brings the index up to what the refs say, reading only the streams whose tip moved. So a plain `git fetch`, another
 * process or another tool is always noticed, and a quiet repository costs a few stats.
 */
import type { Oid } from "../core/commit.ts";
import { IndexBroken } from "../index/connection.ts";
import type { Projection } from "../index/index.ts";
import { issueOfRef, refs } from "../store/refs.ts";
import type { RefScan, RefStamp } from "../store/store.ts";
import type { Tracker } from "./tracker.ts";

/** Makes the index current. Returns how many streams were read again. */
export async function refresh(tracker: Tracker): Promise<number> {
  const { store, index } = tracker;
  const stamp = store.stampRefs();
  const mark = decodeMark(index.stamp());
  if (stamp !== undefined && stamp === mark?.stamp) return 0;

  const scan = await store.scanRefs(refs.issues, mark?.stamp);
  const { moved, gone } = await compare(tracker, scan, mark);
  const newMark = stamp === undefined ? markWith(tracker, scan.loose) : encodeMark({ stamp, loose: scan.loose });
  if (moved.length === 0 && gone.length === 0) {
    if (stamp !== undefined && newMark !== undefined) index.touch(newMark);
    return 0;
  }
  if (moved.length > 0) {
    // Most of the time nothing moved, and then what reads streams need not be loaded.
    const { readProjections } = await import("./streams.ts");
    for await (const projections of readProjections(tracker, moved)) index.project(projections);
  }
  index.project(
    gone.map((id): Projection => ({ kind: "gone", id })),
    newMark,
  );
  return moved.length;
}

/**
 * Runs `read` on a current index. One that turns out to be broken is made anew, and `read` runs again: so it must only read.
 */
export async function onFreshIndex<T>(tracker: Tracker, read: () => T | Promise<T>): Promise<T> {
  try {
    await refresh(tracker);
    return await read();
  } catch (error) {
    if (!(error instanceof IndexBroken)) throw error;
    tracker.resetIndex();
    await refresh(tracker);
    return await read();
  }
}

/** What the index was current with: the refs' stamp, and which of them were loose, since only those can vanish without a new `packed-refs`. */
interface Mark {
  readonly stamp: RefStamp;
  readonly loose: readonly string[];
}

function encodeMark({ stamp, loose }: Mark): string {
  return [stamp, ...loose].join("\n");
}

function decodeMark(text: string | undefined): Mark | undefined {
  const [stamp, ...loose] = text?.split("\n") ?? [];
  return stamp === undefined ? undefined : { stamp, loose };
}

/** The index's mark, with refs that have become loose since then: they were projected, and no new stamp could be taken. */
export function markWith({ index }: Tracker, refNames: readonly string[]): string | undefined {
  const mark = decodeMark(index.stamp());
  return mark === undefined ? undefined : encodeMark({ ...mark, loose: [...new Set([...mark.loose, ...refNames])] });
}

interface Changes {
  readonly moved: readonly { readonly id: Oid; readonly tip: Oid }[];
  readonly gone: readonly Oid[];
}

async function compare(tracker: Tracker, scan: RefScan, mark: Mark | undefined): Promise<Changes> {
  if (scan.kind === "all") return compareAll(scan.refs, tracker.index.tips());
  const found = new Map(scan.refs);
  for (const ref of mark?.loose ?? []) {
    if (found.has(ref)) continue;
    const packed = await tracker.store.readRef(ref);
    if (packed !== undefined) found.set(ref, packed);
  }
  const moved = issuesOf(found).filter(({ id, tip }) => tracker.index.tip(id) !== tip);
  const vanished = (mark?.loose ?? []).filter((ref) => !found.has(ref)).flatMap((ref) => issueOfRef(ref) ?? []);
  return { moved, gone: vanished.filter((id) => tracker.index.tip(id) !== undefined) };
}

function compareAll(found: ReadonlyMap<string, Oid>, known: Map<Oid, Oid>): Changes {
  const moved: { id: Oid; tip: Oid }[] = [];
  for (const issue of issuesOf(found)) {
    if (known.get(issue.id) !== issue.tip) moved.push(issue);
    known.delete(issue.id);
  }
  return { moved, gone: [...known.keys()] };
}

function issuesOf(found: ReadonlyMap<string, Oid>): { id: Oid; tip: Oid }[] {
  return [...found].flatMap(([ref, tip]) => {
    const id = issueOfRef(ref);
    return id === undefined ? [] : [{ id, tip }];
  });
}
