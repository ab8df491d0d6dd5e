/**
 * Rules among issues, which somebody can break by changing another one: nothing runs in circles, and strict WIP limits. Verbs ask for them
 * when they decide; whoever decides before their turn to write has come asks again.
 */
import type { Oid } from "../core/commit.ts";
import type { KnownEvent } from "../core/event.ts";
import { exceededLimit } from "../core/workflow.ts";
import type { OpenBatch } from "./batch.ts";
import type { Tracker } from "./tracker.ts";

/** True if something that is to be written would close a circle now, or fill a column too much. */
export function breaksRuleAmongIssues(tracker: Tracker, { streams }: Pick<OpenBatch, "streams">): boolean {
  return [...streams].some(([id, { commits }]) =>
    commits.some(({ events }) => events.some((event) => breaksRule(tracker, id, event))),
  );
}

function breaksRule({ index, config: { workflow } }: Tracker, id: Oid, event: KnownEvent): boolean {
  switch (event.type) {
    case "status-changed": {
      const count = index.statusCounts().get(event.to) ?? 0;
      return workflow.wip === "refuse" && exceededLimit(workflow, event.to, count + 1) !== undefined;
    }
    case "parent-changed":
      return event.to !== undefined && index.path("parent", event.to, id) !== undefined;
    case "link-added":
      return event.kind !== "relates" && index.path(event.kind, event.target, id) !== undefined;
    default:
      return false;
  }
}
