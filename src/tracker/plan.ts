/** The verb behind `new --from-file`: a whole plan becomes issues, with its parents and dependencies, or nothing does. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { IssueView } from "../core/view.ts";
import type { Batch } from "./batch.ts";
import { addToBatch, type NewIssue } from "./issues.ts";
import { waitAbroad } from "./links.ts";
import { resolveEnd, resolveParent } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";
import { write } from "./write.ts";

/** Another item of the plan, by its place in it, or an issue that is there already. */
export type Ref = { readonly item: number } | { readonly id: string };

/** One issue to be made. */
export interface PlannedIssue extends Omit<NewIssue, "parent" | "blockedBy" | "blocking"> {
  /** What the plan calls it. */
  readonly key: string;
  /** Where it stands in the file. */
  readonly line: number;
  readonly parent?: Ref | undefined;
  readonly blockedBy: readonly Ref[];
  readonly blocking: readonly Ref[];
}

/** Makes all issues of a plan. `file` is what the plan is called in an error. */
export async function createPlan(tracker: Tracker, plan: readonly PlannedIssue[], file: string): Promise<IssueView[]> {
  const { result } = await write(tracker, async (batch) => {
    const ids: Oid[] = [];
    for (const index of parentsFirst(plan)) {
      const item = plan[index];
      if (item === undefined) continue;
      try {
        ids[index] = await add(tracker, batch, item, ids);
      } catch (error) {
        if (!(error instanceof TrackerError)) throw error;
        throw new TrackerError(error.code, `${file}:${item.line}: ${error.message}`, error.hint);
      }
      tracker.progress("Reading the plan", ids.length, plan.length);
    }
    const abroad = new Map<Oid, readonly Oid[]>();
    for (const [index, item] of plan.entries()) {
      const self = ids[index];
      if (self !== undefined) abroad.set(self, await addLinks(tracker, batch, item, ids, self));
    }
    return { ids, abroad };
  });
  for (const [id, blockers] of result.abroad) {
    if (blockers.length > 0) await waitAbroad(tracker, id, blockers, "was made");
  }
  return result.ids.map((id) => viewOf(tracker, id));
}

async function add(tracker: Tracker, batch: Batch, item: PlannedIssue, ids: readonly Oid[]): Promise<Oid> {
  const { parent, blockedBy: _, blocking: __, ...fields } = item;
  const parentId = parent === undefined ? undefined : await resolveRef(tracker, parent, ids, resolveParent);
  return await addToBatch(tracker, batch, fields, { parent: parentId, blockedBy: [], blocking: [] });
}

/** Returns what it is to wait for in other repositories. */
async function addLinks(
  tracker: Tracker,
  batch: Batch,
  item: PlannedIssue,
  ids: readonly Oid[],
  self: Oid,
): Promise<readonly Oid[]> {
  const abroad: Oid[] = [];
  for (const ref of item.blockedBy) {
    const blocker = await resolveRef(tracker, ref, ids, resolveEnd);
    if ("id" in ref && tracker.index.tip(blocker) === undefined) abroad.push(blocker);
    else link(batch, blocker, self);
  }
  for (const ref of item.blocking) link(batch, self, await resolveRef(tracker, ref, ids, resolveEnd));
  return abroad;
}

function link(batch: Batch, blocker: Oid, blocked: Oid): void {
  if (batch.state(blocker).links.some(({ kind, target }) => kind === "blocks" && target === blocked)) return;
  batch.append(blocker, [{ type: "link-added", kind: "blocks", target: blocked }]);
}

async function resolveRef(
  tracker: Tracker,
  ref: Ref,
  ids: readonly Oid[],
  resolve: (tracker: Tracker, text: string) => Promise<Oid>,
): Promise<Oid> {
  if ("id" in ref) return await resolve(tracker, ref.id);
  const id = ids[ref.item];
  if (id === undefined) throw new Error(`The plan's item ${ref.item} is used before it is there`);
  return id;
}

/** An id is made of what an issue begins with, its parent among it: so parents come before their children. The plan has no cycles. */
function parentsFirst(plan: readonly PlannedIssue[]): number[] {
  const order: number[] = [];
  const placed = new Set<number>();
  for (const start of plan.keys()) {
    const chain: number[] = [];
    for (let at: number | undefined = start; at !== undefined && !placed.has(at); ) {
      chain.push(at);
      placed.add(at);
      const parent: Ref | undefined = plan[at]?.parent;
      at = parent !== undefined && "item" in parent ? parent.item : undefined;
    }
    order.push(...chain.reverse());
  }
  return order;
}
