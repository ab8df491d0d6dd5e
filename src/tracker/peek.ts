/**
 * A look at a repository for who must answer at once and change nothing, as a shell that completes a word must: its settings, its
 * remotes, and its index as it was left. Git is not asked, and whatever is amiss counts as not there.
 */
import { join, resolve } from "node:path";
import { type Config, defaultConfig } from "../config/schema.ts";
import { type IndexPeek, peekIndex } from "../index/peek.ts";
import { expandHome, protectedConfigFiles, readConfigFiles } from "../store/gitconfig.ts";
import { findRepository, type Repository, type RepositoryStart } from "../store/repository.ts";
import { indexName, loadSettings, settingsFiles } from "./settings-files.ts";

export type { IndexPeek };

export interface Peek extends Disposable {
  readonly config: Config;
  readonly index: IndexPeek | undefined;
  readonly remotes: () => string[];
}

export interface PeekStart extends RepositoryStart {
  /** What `git -C` said, one time after the other. */
  readonly folders: readonly string[];
  /** What `git --git-dir` said. */
  readonly gitDir: string | undefined;
}

/** Undefined outside of a repository. */
export async function peek({ cwd, env, uid, folders, gitDir }: PeekStart): Promise<Peek | undefined> {
  const start = {
    cwd: resolve(cwd, ...folders.map((folder) => expandHome(folder, env))),
    env: gitDir === undefined ? env : { ...env, GIT_DIR: expandHome(gitDir, env) },
    uid,
  };
  const repository = orUndefined(() => findRepository(start));
  if (repository === undefined) return undefined;
  const config = await settingsOf(repository, start);
  const file = join(repository.commonDir, "git-tracker", indexName(config.mergeStrategy));
  const index = orUndefined(() => peekIndex(file));
  return {
    config,
    index,
    remotes: () => orUndefined(() => remotesOf(repository, start)) ?? [],
    [Symbol.dispose]: () => index?.[Symbol.dispose](),
  };
}

/** The folder that stands for the repository one is in: the work tree, or git's own where there is none. Undefined outside of any. */
export function repositoryFolder(start: RepositoryStart): string | undefined {
  const repository = orUndefined(() => findRepository(start));
  return repository?.workTree ?? repository?.gitDir;
}

/** The names of the repositories of the workspace one stands in; none outside of any. */
export async function workspaceNames({ cwd, env, uid }: RepositoryStart): Promise<string[]> {
  const { findWorkspace } = await import("../store/workspace.ts");
  const { findMembers } = await import("./workspace.ts");
  const place = orUndefined(() => findWorkspace({ cwd, env, uid }));
  if (place === undefined) return [];
  return (orUndefined(() => findMembers(place, { environment: env, uid })) ?? []).map(({ listed }) => listed.name);
}

async function settingsOf(repository: Repository, { env }: RepositoryStart): Promise<Config> {
  try {
    const asked = { environment: env, flags: {}, warn: () => undefined };
    return (await loadSettings(settingsFiles(repository, env), asked)).config;
  } catch {
    return defaultConfig; // Whoever runs a command is told what is wrong with the settings.
  }
}

function remotesOf({ commonDir }: Repository, { env }: RepositoryStart): string[] {
  const keys = readConfigFiles([...protectedConfigFiles(env), join(commonDir, "config")], env).map(({ key }) => key);
  return [...new Set(keys.flatMap((key) => /^remote\.(.+)\.url$/s.exec(key)?.[1] ?? []))];
}

function orUndefined<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
