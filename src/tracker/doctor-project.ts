/** What `doctor` finds in the project's stream: members, teams, keys and labels. */
import type { Oid } from "../core/commit.ts";
import { remedyOf } from "../core/trust.ts";
import { emptyTree } from "../store/objects.ts";
import { refs } from "../store/refs.ts";
import type { Finding } from "./doctor.ts";
import { foldRead, lastKnown, rootOf } from "./project.ts";
import { rememberedProject } from "./project-memory.ts";
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
        const hint = remedyOf(reason) ?? "It is kept as it is; see: git tracker project";
        return { level: "warning", what: `The project: ${event} does not count: ${reason}`, hint, repaired: false };
      });
    }
    const broken = { ref: refs.project, root: rootOf(tracker), tip };
    const repair =
      mode === "repair" ? ((await giveBack(tracker, tip)) ?? (await pointBack(tracker, broken))) : undefined;
    const last = await lastKnown(tracker);
    const instead =
      last === undefined
        ? "nobody's role holds"
        : `members, roles and keys hold as they were at ${last.revision?.slice(0, 10)}`;
    const what = `The project's stream can't be read: ${read}; ${repair?.what ?? instead}`;
    const hint = "Look for what is missing with: git fsck. A clone that has it can give it back.";
    return [{ level: "error", what, hint, repaired: repair?.whole ?? false }];
  }
  return [];
}

/** Commits that are missing, from the copy that was made when they were last read. Undefined if that is not all of them. */
async function giveBack(
  { store }: Tracker,
  tip: Oid,
): Promise<{ readonly what: string; readonly whole: true } | undefined> {
  const copy = rememberedProject({ store });
  if (copy?.tip !== tip) return undefined;
  await store.writeObjects([
    emptyTree(store.hash),
    ...copy.commits.map((commit) => ({ type: "commit" as const, ...commit })),
  ]);
  for await (const stream of store.readStreams([tip]))
    if ("commits" in stream) return { what: "what was missing came back from the copy of it", whole: true };
  return undefined;
}
