/** An issue as people see it, for verbs that know its id. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { toLine } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import type { Tracker } from "./tracker.ts";

/** Throws `not-found`. */
export function viewOf(tracker: Tracker, id: Oid): IssueView {
  const view = tracker.index.view(id);
  if (view === undefined)
    throw new TrackerError("not-found", `There is no issue ${toLine(id)}`, "See them with: git tracker list --all");
  return view;
}
