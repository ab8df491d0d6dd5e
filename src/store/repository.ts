/**
 * The repository: found from a folder as git finds it, without starting git. Since it is then also read without git, the check
 * whose repository it is happens here, as git makes it.
 */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { readTextIfAny } from "../platform/files.ts";
import type { Variables } from "../platform/git.ts";
import { parseSharing, type Sharing } from "../platform/sharing.ts";
import {
  type ConfigEntry,
  expandHome,
  isTrue,
  lastValue,
  protectedConfigFiles,
  readConfigFile,
  readConfigFiles,
} from "./gitconfig.ts";
import type { Hash } from "./objects.ts";

export interface Repository {
  /** Where git is to be started: a folder from which it finds this repository by itself. */
  readonly runDir: string;
  /** Of this work tree: `.git`, or `.git/worktrees/<name>`. */
  readonly gitDir: string;
  /** What all work trees share. */
  readonly commonDir: string;
  /** Undefined: bare, or started inside the git folder. */
  readonly workTree: string | undefined;
  readonly hash: Hash;
  readonly refStorage: "files" | "reftable";
  readonly objectsDir: string;
  /** Who else is to write here. */
  readonly sharing: Sharing;
}

export interface RepositoryStart {
  readonly cwd: string;
  readonly env: Variables;
  /** The process's user. Undefined where there are none. */
  readonly uid: number | undefined;
}

/**
 * Finds the repository that a folder is in. Throws `not-found` if it is in none, `not-permitted` if it is somebody else's,
 * `unavailable` if it needs a newer program.
 */
export function findRepository(given: RepositoryStart): Repository {
  const { GIT_COMMON_DIR } = given.env;
  const start = GIT_COMMON_DIR
    ? { ...given, env: { ...given.env, GIT_COMMON_DIR: resolve(given.cwd, GIT_COMMON_DIR) } }
    : given;
  const place = start.env.GIT_DIR ? givenPlace(start, start.env.GIT_DIR) : discover(start);
  const commonDir = commonDirOf(place.gitDir, start.env);
  checkOwner(place, start);
  const format = readFormat(join(commonDir, "config"));
  return {
    runDir: place.runDir,
    gitDir: place.gitDir,
    commonDir,
    workTree: workTreeOf(place, format),
    hash: format.hash,
    refStorage: format.refStorage,
    objectsDir: join(commonDir, "objects"),
    sharing: format.sharing,
  };
}

interface Place {
  readonly runDir: string;
  readonly gitDir: string;
  readonly workTree: string | undefined;
  /** The `.git` file that led here, if one did. */
  readonly pointer: string | undefined;
}

function workTreeOf(place: Place, format: Format): string | undefined {
  if (place.workTree === undefined) return undefined;
  if (format.workTree !== undefined) return resolve(place.gitDir, format.workTree);
  return format.bare && place.pointer === undefined ? undefined : place.workTree; // A bare repository's work trees are not bare.
}

function givenPlace({ cwd, env }: RepositoryStart, given: string): Place {
  const named = resolve(cwd, given);
  const pointed = isFile(named) ? followPointer(named) : named;
  if (!isGitDir(pointed, env)) {
    throw new TrackerError("not-found", `GIT_DIR is not a git repository: ${named}`, "Unset GIT_DIR, or correct it.");
  }
  const gitDir = realpathSync(pointed);
  const runDir = basename(gitDir) === ".git" ? dirname(gitDir) : gitDir;
  const workTree = env.GIT_WORK_TREE ? resolve(cwd, env.GIT_WORK_TREE) : cwd;
  return { runDir, gitDir, workTree, pointer: undefined };
}

function discover(start: RepositoryStart): Place {
  for (const folder of foldersAbove(start)) {
    const place = placeAt(folder, start.env);
    if (place !== undefined) return place;
  }
  throw notFound(start.cwd);
}

/** Where a search from `cwd` looks, as git's own: there, then in every folder above, up to a ceiling or another file system. */
export function* foldersAbove({ cwd, env }: Pick<RepositoryStart, "cwd" | "env">): Generator<string> {
  const ceilings = ceilingsOf(env);
  const first = realpathSync(cwd);
  const device = statSync(first).dev;
  const acrossDevices = isTrue(env.GIT_DISCOVERY_ACROSS_FILESYSTEM ?? "false");
  for (let folder = first; ; folder = dirname(folder)) {
    yield folder;
    const parent = dirname(folder);
    if (parent === folder || ceilings.has(parent)) return;
    if (!acrossDevices && statSync(parent).dev !== device) return;
  }
}

function placeAt(folder: string, env: Variables): Place | undefined {
  const dotGit = join(folder, ".git");
  const stats = statSync(dotGit, { throwIfNoEntry: false });
  if (stats?.isFile()) {
    const gitDir = followPointer(dotGit);
    if (!isGitDir(gitDir, env)) {
      throw new TrackerError(
        "not-found",
        `${dotGit} points to ${gitDir}, which is not a git repository`,
        "If it was moved, `git worktree repair` there mends the link.",
      );
    }
    return { runDir: folder, gitDir: realpathSync(gitDir), workTree: folder, pointer: dotGit };
  }
  if (stats?.isDirectory() && isGitDir(dotGit, env)) {
    return { runDir: folder, gitDir: realpathSync(dotGit), workTree: folder, pointer: undefined };
  }
  if (!isGitDir(folder, env)) return undefined;
  checkBareAllowed(folder, env);
  return { runDir: folder, gitDir: folder, workTree: undefined, pointer: undefined };
}

function notFound(cwd: string): TrackerError {
  return new TrackerError("not-found", `${cwd} is not in a git repository`, "Run `git init` to make one here.");
}

/** Folders above which the search doesn't go; after an empty entry they are taken as they are written, without following links. */
function ceilingsOf(env: Variables): Set<string> {
  const ceilings = new Set<string>();
  let literal = false;
  for (const entry of (env.GIT_CEILING_DIRECTORIES ?? "").split(delimiter)) {
    if (entry === "") literal = true;
    else ceilings.add(literal ? resolve(entry) : realPathOr(entry));
  }
  return ceilings;
}

/** The folder that a `.git` file names. */
function followPointer(path: string): string {
  const target = /^gitdir: (.+?)[\r\n]*$/s.exec(readTextIfAny(path) ?? "")?.[1];
  if (target === undefined) {
    throw new TrackerError(
      "not-found",
      `${path} is a file that names no git folder`,
      "It should read `gitdir: <path>`.",
    );
  }
  return resolve(dirname(path), target);
}

/** Git's own test: it has a HEAD, and refs and objects, here or in the common folder. */
function isGitDir(folder: string, env: Variables): boolean {
  const head = lstatSync(join(folder, "HEAD"), { throwIfNoEntry: false });
  if (head === undefined) return false;
  const headText = head.isSymbolicLink() ? "ref: refs/" : (readTextIfAny(join(folder, "HEAD")) ?? "");
  if (!/^(?:ref:\s*refs\/|[0-9a-f]{40})/.test(headText)) return false;
  const common = commonDirOf(folder, env);
  return isFolder(join(common, "objects")) && isFolder(join(common, "refs"));
}

function commonDirOf(gitDir: string, env: Variables): string {
  if (env.GIT_DIR && env.GIT_COMMON_DIR) return env.GIT_COMMON_DIR;
  const link = readTextIfAny(join(gitDir, "commondir"))?.trimEnd();
  return link ? realPathOr(resolve(gitDir, link)) : gitDir;
}

/** With `safe.bareRepository=explicit` a bare repository is not found by standing in it. */
function checkBareAllowed(folder: string, env: Variables): void {
  if (basename(folder) === ".git" || folder.includes("/.git/")) return;
  const safe = lastValue(readConfigFiles(protectedConfigFiles(env), env), "safe.bareRepository");
  if (safe !== "explicit") return;
  throw new TrackerError(
    "not-permitted",
    `${folder} is a bare repository, and safe.bareRepository is explicit`,
    `Name it: GIT_DIR=${quoted(folder)} git tracker …`,
  );
}

/** Refuses somebody else's repository, whose configuration could run programs, unless safe.directory names it. */
function checkOwner(place: Place, start: RepositoryStart): void {
  const checked = [place.gitDir, place.pointer, place.workTree === place.runDir ? place.workTree : undefined];
  const named = place.workTree === place.runDir ? place.runDir : place.gitDir;
  if (
    isTrusted(
      checked.filter((path) => path !== undefined),
      [named, place.runDir],
      start,
    )
  )
    return;
  throw belongsToOthers(`The repository in ${named}`, named);
}

/** True if all of `paths` are the person's own, or one of `folders` is a safe.directory. */
export function isTrusted(
  paths: readonly string[],
  folders: readonly string[],
  { env, uid }: Pick<RepositoryStart, "env" | "uid">,
): boolean {
  return uid === undefined || paths.every((path) => isOwn(lstatSync(path), uid, env)) || isSafe(folders, env);
}

export function belongsToOthers(what: string, folder: string): TrackerError {
  return new TrackerError(
    "not-permitted",
    `${what} belongs to somebody else`,
    `If you trust it: git config --global --add safe.directory ${quoted(folder)}`,
  );
}

function isOwn(stats: Stats, uid: number, env: Variables): boolean {
  if (stats.uid === uid) return true;
  return uid === 0 && /^\d+$/.test(env.SUDO_UID ?? "") && stats.uid === Number(env.SUDO_UID);
}

function isSafe(folders: readonly string[], env: Variables): boolean {
  let safe = false;
  for (const { key, value } of readConfigFiles(protectedConfigFiles(env), env)) {
    if (key !== "safe.directory") continue;
    if (value === "")
      safe = false; // An empty value takes back what came before.
    else safe ||= folders.some((folder) => namesFolder(expandHome(value, env), folder));
  }
  return safe;
}

/** `*` is every folder, `/srv/*` every one below. */
function namesFolder(pattern: string, folder: string): boolean {
  if (pattern === "*") return true;
  if (pattern.endsWith("/*")) return folder.startsWith(`${realPathOr(pattern.slice(0, -2))}/`);
  return pattern === folder || realPathOr(pattern) === folder;
}

interface Format {
  readonly hash: Hash;
  readonly refStorage: "files" | "reftable";
  readonly bare: boolean;
  readonly sharing: Sharing;
  /** As it is written: relative to the git folder. */
  readonly workTree: string | undefined;
}

/** Extensions that change nothing of what this program reads or writes itself, and the two that it follows. */
const knownExtensions: ReadonlySet<string> = new Set([
  "noop",
  "noop-v1",
  "preciousobjects",
  "partialclone",
  "worktreeconfig",
  "relativeworktrees",
  "objectformat",
  "compatobjectformat",
  "refstorage",
  "submodulepathconfig",
]);

function readFormat(path: string): Format {
  const entries = readConfigFile(path);
  const version = Number(lastValue(entries, "core.repositoryFormatVersion") ?? 0);
  if (!(version <= 1)) throw tooNew(`its format version is ${version}`);
  if (version === 1) checkExtensions(entries);
  const hash = lastValue(entries, "extensions.objectFormat") ?? "sha1";
  // Newer gits write a storage with its place, as in `files:///path`.
  const storage = lastValue(entries, "extensions.refStorage") ?? "files";
  if (hash !== "sha1" && hash !== "sha256") throw tooNew(`its object format is ${hash}`);
  if (storage !== "files" && storage !== "reftable") throw tooNew(`its ref storage is ${storage}`);
  const bare = isTrue(lastValue(entries, "core.bare") ?? "false");
  const sharing = parseSharing(lastValue(entries, "core.sharedRepository"));
  return { hash, refStorage: storage, bare, sharing, workTree: lastValue(entries, "core.worktree") };
}

function checkExtensions(entries: readonly ConfigEntry[]): void {
  for (const { key } of entries) {
    if (key.startsWith("extensions.") && !knownExtensions.has(key.slice("extensions.".length))) {
      throw tooNew(`it has the extension ${key.slice("extensions.".length)}`);
    }
  }
}

function tooNew(reason: string): TrackerError {
  return new TrackerError("unavailable", `This repository needs a newer git-tracker: ${reason}`, "Update git-tracker.");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function realPathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** `path` as a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
