/**
 * A workspace: repositories that are looked at together, each by its name. One repository alone is a workspace of one that has no name, so
 * that whoever asks several asks one in the same way.
 */
import { resolve } from "node:path";
import type { Config } from "../config/schema.ts";
import { type Listed, parseWorkspace } from "../config/workspace.ts";
import { TrackerError } from "../core/errors.ts";
import type { Elsewhere } from "../index/elsewhere.ts";
import { readTextIfAny } from "../platform/files.ts";
import type { Repository } from "../store/repository.ts";
import { findMember, unbound, type WorkspacePlace } from "../store/workspace.ts";
import { meet } from "./elsewhere.ts";
import { type OpenOptions, openTracker } from "./open.ts";
import { briefly, refusalOf } from "./refusal.ts";
import { loadPersonal } from "./settings-files.ts";
import type { Neighbour, Surroundings, Tracker } from "./tracker.ts";

export interface Member {
  /** Undefined: it is the only one, and nothing marks its issues. */
  readonly name: string | undefined;
  readonly tracker: Tracker;
}

export interface Workspace {
  /** At least one. */
  readonly members: readonly Member[];
  /** What is listed and can't be used. */
  readonly failures: readonly Failure[];
  /** The settings of the whole: a workspace has those of the person. */
  readonly config: Config;
}

export interface Failure {
  readonly name: string;
  readonly error: TrackerError;
}

/** One line of the list of repositories. */
export type MemberState =
  | { readonly kind: "found"; readonly listed: Listed; readonly repository: Repository }
  /** The same repository as one before it. */
  | { readonly kind: "again"; readonly listed: Listed; readonly first: string; readonly repository: Repository }
  | { readonly kind: "unusable"; readonly listed: Listed; readonly error: TrackerError };

export type Finding = Pick<OpenOptions, "environment" | "uid">;

/** Everything that the workspace's settings list, and what is there. Throws `invalid` for wrong settings. */
export function findMembers(place: WorkspacePlace, { environment, uid }: Finding): readonly MemberState[] {
  const names = new Map<string, string>();
  return parseWorkspace(readTextIfAny(place.file) ?? "", place.file).map((listed) => {
    const found = attempt(() => findMember(place, listed.path, { env: environment, uid }));
    if (found instanceof TrackerError) return { kind: "unusable", listed, error: found };
    const first = names.get(found.commonDir);
    if (first !== undefined) return { kind: "again", listed, first, repository: found };
    names.set(found.commonDir, listed.name);
    return { kind: "found", listed, repository: found };
  });
}

/** The result, or the refusal that came of it. Bugs are thrown on. */
function attempt<T>(task: () => T): T | TrackerError {
  try {
    return task();
  } catch (error) {
    return refusalOf(error);
  }
}

/** The options to open a repository of a workspace with: its warnings say whose they are. */
export function optionsFor(place: WorkspacePlace, listed: Listed, options: OpenOptions): OpenOptions {
  return {
    ...options,
    cwd: resolve(place.folder, listed.path),
    environment: unbound(options.environment),
    warn: (text) => options.warn(`${listed.name}: ${text}`),
  };
}

/** Opens what a workspace lists. What can't be opened is named in a warning, and the others go on. Throws `not-found` if nothing is left. */
export async function openWorkspace(place: WorkspacePlace, options: OpenOptions): Promise<Workspace> {
  const states = findMembers(place, options);
  const repositories = states.map(({ listed }) => listed.name);
  let members: readonly Neighbour[] = [];
  let met: ReturnType<typeof meet> | undefined;
  const surroundings = (name: string): Surroundings => ({
    repositories,
    neighbours: async () => members.filter((other) => other.name !== name),
    elsewhere: async () => {
      met ??= meet(members.map((each) => ({ ...each, mark: each.name })));
      const own = members.find((each) => each.name === name);
      return own === undefined ? undefined : (await met).get(own.tracker);
    },
  });
  const { opened, failures } = await openStates(
    states,
    (listed) => ({ ...optionsFor(place, listed, options), surroundings: surroundings(listed.name) }),
    options.warn,
  );
  members = opened;
  if (members.length === 0) throw nothingOpen(place, states);
  return { members, failures, config: (await loadPersonal(options)).config };
}

/** The workspace around a repository that is looked at alone: its others are opened when something is asked of them. */
export function surroundingsOf(
  place: WorkspacePlace,
  { commonDir }: Repository,
  options: OpenOptions,
  tracker: () => Tracker,
): Surroundings & { close(): void } {
  let opening: Promise<readonly Neighbour[]> | undefined;
  let opened: readonly Neighbour[] = [];
  let learnt: Promise<Elsewhere | undefined> | undefined;
  const isOwn = (state: MemberState) => state.kind !== "unusable" && state.repository.commonDir === commonDir;
  const open = async () => {
    const states = findMembers(place, options);
    if (!states.some(isOwn)) return [];
    const others = states.filter((state) => state.kind === "found" && !isOwn(state));
    ({ opened } = await openStates(others, (listed) => optionsFor(place, listed, options), options.warn));
    return opened;
  };
  const neighbours = () => {
    opening ??= open();
    return opening;
  };
  return {
    repositories: undefined,
    neighbours,
    elsewhere: () => {
      learnt ??= neighbours().then(async (others) => {
        if (others.length === 0) return undefined;
        const own = { name: "", tracker: tracker(), mark: undefined };
        return (await meet([own, ...others.map((each) => ({ ...each, mark: each.name }))])).get(own.tracker);
      });
      return learnt;
    },
    close: () => {
      for (const each of opened) each.tracker.close();
    },
  };
}

async function openStates(
  states: readonly MemberState[],
  optionsOf: (listed: Listed) => OpenOptions,
  warn: OpenOptions["warn"],
): Promise<{ readonly opened: readonly Neighbour[]; readonly failures: readonly Failure[] }> {
  const opened: Neighbour[] = [];
  const failures: Failure[] = [];
  const fail = (name: string, error: TrackerError) => {
    failures.push({ name, error });
    warn(`${name}: ${briefly(error)}`);
  };
  for (const state of states) {
    const { name } = state.listed;
    if (state.kind === "unusable") fail(name, state.error);
    else if (state.kind === "again") warn(`${name} is the same repository as ${state.first}`);
    else {
      try {
        opened.push({ name, tracker: await openTracker(optionsOf(state.listed), state.repository) });
      } catch (error) {
        fail(name, refusalOf(error));
      }
    }
  }
  return { opened, failures };
}

function nothingOpen({ folder }: WorkspacePlace, states: readonly MemberState[]): TrackerError {
  return states.length === 0
    ? new TrackerError(
        "not-found",
        `The workspace in ${folder} lists no repositories`,
        "Add one: git tracker workspace add NAME PATH",
      )
    : new TrackerError(
        "not-found",
        `None of the workspace's repositories can be used`,
        "See why: git tracker workspace list",
      );
}
