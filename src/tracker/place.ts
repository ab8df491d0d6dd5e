/**
 * Where a command acts: in the repository that one stands in or names, in all those of a workspace, or in the one of them that has the
 * issues that are meant. Decided here, so that no command has to.
 */
import { resolve } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { statIfAny } from "../platform/files.ts";
import { findRepository, type Repository } from "../store/repository.ts";
import { findWorkspace, unbound, type WorkspacePlace } from "../store/workspace.ts";
import type { OpenOptions } from "./open.ts";
import type { Surroundings, Tracker } from "./tracker.ts";
import type { Workspace } from "./workspace.ts";

export interface PlaceOptions extends OpenOptions {
  /** A repository of the workspace, by its name, or any by its path; undefined: the one that one stands in. */
  readonly repo: string | undefined;
  /** True: all of the workspace, wherever in it one stands. */
  readonly allRepos: boolean;
}

export interface Place {
  /** What repositories are opened with here. */
  readonly options: OpenOptions;
  /**
   * The repository to act in. Where only a workspace is known, it is the one that has the issues `ids`, as people type them. Throws
   * `not-found` and `ambiguous`, and what opening throws.
   */
  one(ids?: readonly string[]): Promise<Tracker>;
  /** All that is to be looked at together: those of the workspace, or one alone. */
  all(): Promise<Workspace>;
  close(): void;
}

export function createPlace(options: PlaceOptions): Place {
  const { environment, uid, cwd } = options;
  const start = { cwd, env: environment, uid };
  const opened: { close(): void }[] = [];
  let alone: Promise<Tracker> | undefined;
  let together: Promise<Workspace> | undefined;

  /** Undefined: several repositories are meant. */
  const meant = async (): Promise<{ readonly repository: Repository; readonly options: OpenOptions } | undefined> => {
    if (options.repo !== undefined) return await named(options.repo, options);
    if (options.allRepos) return undefined;
    try {
      return { repository: findRepository(start), options };
    } catch (error) {
      const isOutside = error instanceof TrackerError && error.code === "not-found" && !environment.GIT_DIR;
      if (isOutside && findWorkspace(start) !== undefined) return undefined;
      throw error;
    }
  };
  const openAlone = async (repository: Repository, choice: OpenOptions): Promise<Tracker> => {
    let surroundings: (Surroundings & { close(): void }) | undefined;
    const around = trustedWorkspace({ ...start, cwd: choice.cwd });
    if (around !== undefined) {
      const { surroundingsOf } = await import("./workspace.ts");
      surroundings = surroundingsOf(around, repository, choice, () => tracker);
      opened.push(surroundings);
    }
    const { openTracker } = await import("./open.ts");
    const tracker = await openTracker({ ...choice, surroundings }, repository);
    opened.push(tracker);
    return tracker;
  };
  const openTogether = async () => {
    const place = findWorkspace(start);
    if (place === undefined) throw noWorkspace();
    const { openWorkspace } = await import("./workspace.ts");
    const workspace = await openWorkspace(place, options);
    opened.push(...workspace.members.map(({ tracker }) => tracker));
    return workspace;
  };
  const all = () => {
    together ??= openTogether();
    return together;
  };

  let choice: ReturnType<typeof meant> | undefined;
  const single = async () => {
    choice ??= meant();
    const found = await choice;
    if (found === undefined) return undefined;
    alone ??= openAlone(found.repository, found.options);
    return await alone;
  };
  return {
    options,
    one: async (ids = []) => {
      const tracker = await single();
      if (tracker !== undefined) return tracker;
      const { memberWith } = await import("./merged.ts");
      return await memberWith(await all(), ids);
    },
    all: async () => {
      const tracker = await single();
      if (tracker === undefined) return await all();
      return { members: [{ name: undefined, tracker }], failures: [], config: tracker.config };
    },
    close: () => {
      for (const each of opened) each.close();
      opened.length = 0;
    },
  };
}

export function noWorkspace(): TrackerError {
  return new TrackerError("not-found", "This folder is in no workspace", "Make one here: git tracker workspace init");
}

/** One that isn't the person's own is not there for whoever doesn't ask for it. */
function trustedWorkspace(start: Parameters<typeof findWorkspace>[0]): WorkspacePlace | undefined {
  try {
    return findWorkspace(start);
  } catch (error) {
    if (error instanceof TrackerError && error.code === "not-permitted") return undefined;
    throw error;
  }
}

/** The workspace's repository of that name; as with `git -C`, also the one in the folder of that path. */
async function named(
  name: string,
  options: PlaceOptions,
): Promise<{ readonly repository: Repository; readonly options: OpenOptions }> {
  const start = { cwd: options.cwd, env: options.environment, uid: options.uid };
  const isPath = /[/\\]|^\.\.?$/.test(name);
  const place = isPath ? undefined : findWorkspace(start);
  if (place !== undefined) {
    const { findMembers, optionsFor } = await import("./workspace.ts");
    const states = findMembers(place, options);
    const state = states.find(({ listed }) => listed.name === name);
    if (state?.kind === "unusable") throw state.error;
    if (state !== undefined)
      return {
        repository: state.repository,
        options: { ...optionsFor(place, state.listed, options), warn: options.warn },
      };
    if (!isFolder(resolve(options.cwd, name))) {
      const { unknownRepository } = await import("../config/workspace.ts");
      throw unknownRepository(
        name,
        states.map(({ listed }) => listed.name),
      );
    }
  }
  const cwd = resolve(options.cwd, name);
  if (name === "" || !isFolder(cwd)) {
    throw new TrackerError(
      "not-found",
      `There is neither a repository nor a folder \`${visible(name)}\` here`,
      "--repo takes a name that `git tracker workspace list` shows, or a path.",
    );
  }
  const environment = unbound(options.environment);
  return {
    repository: findRepository({ cwd, env: environment, uid: options.uid }),
    options: { ...options, cwd, environment },
  };
}

function isFolder(path: string): boolean {
  return statIfAny(path)?.isDirectory() === true;
}
