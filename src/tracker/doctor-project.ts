/** What `doctor` finds in the project's stream: members, teams, keys and labels. */
import { refs } from "../store/refs.ts";
import type { Finding } from "./doctor.ts";
import { foldRead, rootOf } from "./project.ts";
import { pointBack } from "./repair.ts";
import type { Tracker } from "./tracker.ts";

type Found = Pick<Finding, "level" | "what" | "hint" | "repaired">;

export async function examineProject(tracker: Tracker, mode: "look" | "repair"): Promise<readonly Found[]> {
  const tip = await tracker.store.readRef(refs.project);
  if (tip === undefined) return [];
  for await (const stream of tracker.store.readStreams([tip])) {
    const read = await foldRead(tracker, stream);
    if (typeof read !== "string") {
      return read.project.quarantined.map(({ commit, type, reason }): Found => {
        const event = `${type === "" ? "what is" : `the event ${type}`} in commit ${commit.slice(0, 10)}`;
        const hint = "It is kept as it is; see: git tracker project";
        return { level: "warning", what: `The project: ${event} does not count: ${reason}`, hint, repaired: false };
      });
    }
    const broken = { ref: refs.project, root: rootOf(tracker), tip };
    const repair = mode === "repair" ? await pointBack(tracker, broken) : undefined;
    const what = `The project's stream can't be read: ${read}${repair === undefined ? "" : `; ${repair.what}`}`;
    const hint = "Look for what is missing with: git fsck. A clone that has it can give it back.";
    return [{ level: "error", what, hint, repaired: repair?.whole ?? false }];
  }
  return [];
}
