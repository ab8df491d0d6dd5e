/** Where the settings of a repository are, and reading them: without what it takes to open the repository itself. */
import { join } from "node:path";
import { type ConfigLayer, type LoadedConfig, loadConfig } from "../config/load.ts";
import type { MergeStrategy } from "../core/concurrency.ts";
import { errnoOf, readTextIfAny } from "../platform/files.ts";
import type { Variables } from "../platform/git.ts";
import type { Repository } from "../store/repository.ts";
import type { OpenOptions } from "./open.ts";

/** What reading settings takes. */
type Reading = Pick<OpenOptions, "environment" | "flags" | "warn">;

/** Where the settings of each layer are kept; undefined where there is no such place. */
export interface SettingsFiles {
  readonly user: string | undefined;
  readonly repository: string | undefined;
  readonly local: string;
}

/** States depend on how conflicts are shown meanwhile, so every such setting has an index of its own. */
export function indexName(strategy: MergeStrategy): string {
  const manual = Object.keys(strategy).filter((field) => strategy[field] === "manual");
  if (manual.length === 0) return "index";
  return `index-${new Bun.CryptoHasher("sha256").update(manual.sort().join("\n")).digest("hex").slice(0, 8)}`;
}

/** The settings of the person, the environment and the flags alone: those of no repository. */
export async function loadPersonal(options: Reading): Promise<LoadedConfig> {
  return await loadSettings({ user: userSettings(options.environment), repository: undefined }, options);
}

/** The settings that files, environment and flags make together. Throws `invalid` for wrong ones. */
export async function loadSettings(
  files: Partial<SettingsFiles>,
  { environment, flags, warn }: Reading,
): Promise<LoadedConfig> {
  const layer = (name: ConfigLayer["name"], file: string | undefined): ConfigLayer => ({
    name,
    file,
    text: file === undefined ? undefined : readSettings(file, warn),
  });
  return await loadConfig([
    layer("user", files.user),
    layer("repository", files.repository),
    layer("local", files.local),
    { name: "environment", values: environment },
    { name: "flags", values: flags },
  ]);
}

/** As with git, a file that may not be read is as good as none. */
function readSettings(file: string, warn: OpenOptions["warn"]): string | undefined {
  try {
    return readTextIfAny(file);
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
    warn(`${file} can't be read`);
    return undefined;
  }
}

function userSettings({ XDG_CONFIG_HOME, HOME }: Variables): string | undefined {
  const home = XDG_CONFIG_HOME || (HOME ? join(HOME, ".config") : undefined);
  return home === undefined ? undefined : join(home, "git-tracker", "config.toml");
}

/** Where a repository's settings are. */
export function settingsFiles(repository: Repository, environment: Variables): SettingsFiles {
  return {
    user: userSettings(environment),
    repository: repository.workTree === undefined ? undefined : join(repository.workTree, "git-tracker.toml"),
    local: join(repository.commonDir, "git-tracker", "config.toml"),
  };
}
