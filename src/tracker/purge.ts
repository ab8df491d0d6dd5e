/** The verb `purge`: the only one that destroys. The stream's ref goes, and git's garbage collection takes the rest in its own time. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import { lockWaitMsMax, withWriterLock } from "../platform/lock.ts";
import { refs } from "../store/refs.ts";
import { refresh } from "./refresh.ts";
import { resolveIds } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";

/** Destroys issues: all of them or none. Returns them as they were. */
export async function purgeIssues(tracker: Tracker, ids: readonly string[]): Promise<IssueView[]> {
  return await withWriterLock(tracker.store.folder, lockWaitMsMax, async () => {
    await tracker.store.recover();
    await refresh(tracker);
    const views = (await resolveIds(tracker, ids)).map((id) => viewOf(tracker, id));
    const tracking = await trackingRefs(tracker, new Set(views.map(({ id }) => id)));
    const swapped = await tracker.store.swap([
      ...views.map(({ id, revision }) => ({ ref: refs.issue(id), from: revision, to: undefined })),
      ...[...tracking].map(([ref, tip]) => ({ ref, from: tip, to: undefined })),
    ]);
    if (swapped.kind === "moved") {
      throw new TrackerError(
        "unavailable",
        "An issue changed at the same moment, and nothing was purged",
        "Look at it again, then try again.",
      );
    }
    for (const ref of tracking.keys()) {
      const remote = visible(ref.slice(refs.remotes.length, ref.lastIndexOf("/issues/")));
      const there = refs.issue(ref.slice(ref.lastIndexOf("/") + 1));
      tracker.warn(`${remote} would give it back; remove it there, too: git push ${remote} --delete ${there}`);
    }
    tracker.index.project(views.map(({ id }: { id: Oid }) => ({ kind: "gone", id }) as const));
    return views;
  });
}

/** What is remembered of these issues at remotes: it would keep them from being collected. */
async function trackingRefs({ store }: Tracker, ids: ReadonlySet<Oid>): Promise<Map<string, Oid>> {
  const found = [...(await store.listRefs(refs.remotes))];
  return new Map(found.filter(([ref]) => ids.has(ref.slice(ref.lastIndexOf("/") + 1))));
}
