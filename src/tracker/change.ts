/** The common shape of verbs that change issues: several at once, all of them or none, and what became of each. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue } from "../core/issue.ts";
import { toLine } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import { resolveIds } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import { type Batch, write } from "./write.ts";

/** One issue that a verb changed, and how. */
export interface Changed {
  readonly issue: IssueView;
  /** Empty: it was so already. */
  readonly events: readonly EventDraft[];
}

/** Runs `decide` for each issue in one batch. Returns what changed, in the order asked for. */
export async function changeEach(
  tracker: Tracker,
  ids: readonly string[],
  decide: (issue: Issue, batch: Batch) => readonly EventDraft[] | Promise<readonly EventDraft[]>,
): Promise<Changed[]> {
  const { result, commits } = await write(tracker, async (batch) => {
    const changes: { id: Oid; events: readonly EventDraft[] }[] = [];
    for (const id of await resolveIds(tracker, ids)) {
      const events = await decide(batch.state(id), batch);
      batch.append(id, events);
      changes.push({ id, events });
    }
    return changes;
  });
  const touched = new Set(commits.map(({ issue }) => issue));
  for (const { id } of result) touched.delete(id);
  return [
    ...result.map(({ id, events }) => ({ issue: viewOf(tracker, id), events })),
    // Issues that changed along with those asked for: the other ends of links.
    ...[...touched].map((id) => ({ issue: viewOf(tracker, id), events: [] })),
  ];
}

export function viewOf(tracker: Tracker, id: Oid): IssueView {
  const view = tracker.index.view(id);
  if (view === undefined)
    throw new TrackerError("not-found", `There is no issue ${toLine(id)}`, "See them with: git tracker list --all");
  return view;
}
