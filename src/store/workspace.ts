/**
 * Where a workspace is, and the repositories that it lists: found like git folders, with the same care whose they are, since what is
 * found decides where commands write.
 */
import { lstatSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { TrackerError } from "../core/errors.ts";
import type { Variables } from "../platform/git.ts";
import {
  belongsToOthers,
  findRepository,
  foldersAbove,
  isTrusted,
  type Repository,
  type RepositoryStart,
} from "./repository.ts";

/** Holds a workspace's settings, and what of it can be thrown away. */
export const workspaceFolderName = ".git-tracker";

export interface WorkspacePlace {
  /** The folder that holds `.git-tracker`, links resolved. */
  readonly folder: string;
  /** The settings' path. */
  readonly file: string;
}

/**
 * The nearest workspace above a folder, undefined if there is none. Throws `not-permitted` if it is somebody else's, or a link: what
 * lies in a folder that others can write to must not send commands elsewhere.
 */
export function findWorkspace(start: RepositoryStart): WorkspacePlace | undefined {
  for (const folder of foldersAbove(start)) {
    const place = placeAt(folder);
    if (!exists(place.file)) continue;
    checkPlace(place, start);
    return place;
  }
  return undefined;
}

/** Throws `not-permitted` if what there is of a workspace is somebody else's, or a link. */
export function checkPlace({ folder, file }: WorkspacePlace, start: Pick<RepositoryStart, "env" | "uid">): void {
  const paths = [join(folder, workspaceFolderName), file].filter(exists);
  const link = paths.find((path) => lstatSync(path).isSymbolicLink());
  if (link !== undefined)
    throw new TrackerError(
      "not-permitted",
      `${link} is a link`,
      "A workspace keeps its settings in a file of its own.",
    );
  if (!isTrusted([folder, ...paths], [folder], start)) throw belongsToOthers(`The workspace in ${folder}`, folder);
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function placeAt(folder: string): WorkspacePlace {
  return { folder, file: join(folder, workspaceFolderName, "config.toml") };
}

/** Variables that tie git to one repository: they must not follow into another. */
const binding: ReadonlySet<string> = new Set([
  "GIT_DIR",
  "GIT_COMMON_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
]);

/** An environment in which git finds the repository of the folder where it is started. */
export function unbound(env: Variables): Variables {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !binding.has(name)));
}

/**
 * The repository that a workspace lists as `path`, relative to the workspace's folder. Throws `not-found` if there is none exactly there,
 * `not-permitted` if the path leads where whoever wrote it can't be taken to have meant, and what `findRepository` throws.
 */
export function findMember({ folder }: WorkspacePlace, path: string, start: Omit<RepositoryStart, "cwd">): Repository {
  const named = resolve(folder, path);
  const env = unbound(start.env);
  const real = realPathOf(named);
  if (isWithin(folder, named)) {
    if (!isWithin(folder, real)) {
      throw new TrackerError(
        "not-permitted",
        `${named} is a link that leads out of the workspace, to ${real}`,
        "If that is the repository you mean, list it by that path.",
      );
    }
  } else if (isInWorkTree(folder, { ...start, env })) {
    throw new TrackerError(
      "not-permitted",
      `${named} is outside of the workspace, whose folder is part of a repository`,
      "What comes with a repository can be anybody's: keep such a workspace in a folder of its own.",
    );
  }
  const repository = findRepository({ ...start, env, cwd: real });
  if (repository.runDir === real) return repository;
  throw new TrackerError(
    "not-found",
    `${named} is not a git repository`,
    `It is a folder of the one in ${repository.runDir}: list that.`,
  );
}

/** True if `path` is `folder` or below it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** In doubt it is: only what is certainly no one else's may name what it likes. */
function isInWorkTree(folder: string, start: Omit<RepositoryStart, "cwd">): boolean {
  try {
    return findRepository({ ...start, cwd: folder }).workTree !== undefined;
  } catch (error) {
    return !(error instanceof TrackerError) || error.code !== "not-found";
  }
}

function realPathOf(path: string): string {
  try {
    if (lstatSync(realpathSync(path)).isDirectory()) return realpathSync(path);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
  }
  throw new TrackerError(
    "not-found",
    `There is no folder ${path}`,
    "git tracker workspace remove NAME takes it off the list.",
  );
}
