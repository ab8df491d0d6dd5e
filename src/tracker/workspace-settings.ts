/** Verbs about a workspace's list of repositories. */
import { isAbsolute, relative, resolve } from "node:path";
import { listRepository, unlistRepository, workspaceTemplate } from "../config/workspace.ts";
import { TrackerError } from "../core/errors.ts";
import { readTextIfAny } from "../platform/files.ts";
import { checkPlace, findMember, findWorkspace, isWithin, placeAt, type WorkspacePlace } from "../store/workspace.ts";
import type { OpenOptions } from "./open.ts";
import { noWorkspace } from "./place.ts";
import { refusalOf } from "./refusal.ts";
import { writeText } from "./settings.ts";
import { findMembers, openWorkspace } from "./workspace.ts";

/** Makes the workspace of a folder. `there`: it was made before, and nothing was changed. */
export function makeWorkspace(options: OpenOptions): { readonly path: string; readonly outcome: "made" | "there" } {
  const place = placeAt(resolve(options.cwd));
  const { file } = place;
  checkPlace(place, { env: options.environment, uid: options.uid });
  if (readTextIfAny(file) !== undefined) return { path: file, outcome: "there" };
  writeText(file, workspaceTemplate);
  return { path: file, outcome: "made" };
}

/**
 * Lists the repository in the folder `path`, as the person wrote it, by a name. Returns the path as it is listed. Throws `not-found` if there is none,
 * `conflict` if it or the name is listed already.
 */
export function addRepository(options: OpenOptions, name: string, path: string): string {
  const place = workspaceOf(options);
  const folder = resolve(options.cwd, path);
  const listed = isAbsolute(path) && !isWithin(place.folder, folder) ? path : relative(place.folder, folder) || ".";
  const before = readTextIfAny(place.file) ?? "";
  const after = listRepository(before, place.file, { name, path: listed });
  const { commonDir } = findMember(place, listed, { env: options.environment, uid: options.uid });
  const again = findMembers(place, options).find(
    (state) => state.kind === "found" && state.repository.commonDir === commonDir,
  );
  if (again !== undefined) {
    throw new TrackerError(
      "conflict",
      `The workspace lists that repository already: ${again.listed.name}`,
      `To rename it: git tracker workspace remove ${again.listed.name}`,
    );
  }
  writeText(place.file, after);
  return listed;
}

/** Takes a repository off the list; nothing of the repository itself is touched. */
export function removeRepository(options: OpenOptions, name: string): void {
  const place = workspaceOf(options);
  writeText(place.file, unlistRepository(readTextIfAny(place.file) ?? "", place.file, name));
}

export interface MemberLine {
  readonly name: string;
  readonly path: string;
  readonly state: "ok" | "unusable";
  /** Why it can't be used. */
  readonly problem: string | null;
  /** How many open issues it has; null where that can't be known. */
  readonly open: number | null;
}

/** Every repository that the workspace lists, with what there is to say of it. */
export async function listRepositories(
  options: OpenOptions,
): Promise<{ readonly folder: string; readonly lines: readonly MemberLine[] }> {
  const place = workspaceOf(options);
  const states = findMembers(place, options);
  const problems = new Map<string, string>();
  for (const state of states) {
    if (state.kind === "unusable") problems.set(state.listed.name, state.error.message);
    if (state.kind === "again") problems.set(state.listed.name, `the same repository as ${state.first}`);
  }
  const counts = problems.size === states.length ? new Map() : await countOpen(place, options, problems);
  return {
    folder: place.folder,
    lines: states.map(({ listed: { name, path } }) => {
      const problem = problems.get(name) ?? null;
      return { name, path, state: problem === null ? "ok" : "unusable", problem, open: counts.get(name) ?? null };
    }),
  };
}

/** The open issues of each that can be opened; why the others can't goes to `problems`. */
async function countOpen(
  place: WorkspacePlace,
  options: OpenOptions,
  problems: Map<string, string>,
): Promise<Map<string, number>> {
  const { onFreshIndex } = await import("./refresh.ts");
  const counts = new Map<string, number>();
  const { members } = await openWorkspace(place, { ...options, warn: () => undefined });
  for (const { name = "", tracker } of members) {
    try {
      const open = { where: { kind: "flag", flag: "open" }, sort: [] } as const;
      counts.set(name, await onFreshIndex(tracker, () => tracker.index.count(open)));
    } catch (error) {
      problems.set(name, refusalOf(error).message);
    } finally {
      tracker.close();
    }
  }
  return counts;
}

function workspaceOf({ cwd, environment, uid }: OpenOptions): WorkspacePlace {
  const place = findWorkspace({ cwd, env: environment, uid });
  if (place === undefined) throw noWorkspace();
  return place;
}
