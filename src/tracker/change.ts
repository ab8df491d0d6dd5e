/** The common shape of verbs that change issues: several at once, all of them or none, and what became of each. */
import type { Oid } from "../core/commit.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue } from "../core/issue.ts";
import type { IssueView } from "../core/view.ts";
import type { Batch } from "./batch.ts";
import { resolveIds } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";
import { write } from "./write.ts";

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
  const { result } = await write(tracker, async (batch) => {
    const asked = await resolveIds(tracker, ids);
    const changes = new Map<Oid, EventDraft[]>(asked.map((id) => [id, []]));
    // What is decided for one issue may change others along with it: the other ends of links.
    const recording: Batch = {
      ...batch,
      append: (id, drafts, by, tree) => {
        changes.set(id, [...(changes.get(id) ?? []), ...drafts]);
        return batch.append(id, drafts, by, tree);
      },
    };
    for (const id of asked) recording.append(id, await decide(batch.state(id), recording));
    return changes;
  });
  return [...result].map(([id, events]) => ({ issue: viewOf(tracker, id), events }));
}
