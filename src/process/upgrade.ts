/** Replacing this program by another version of itself. */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Upgrade, UpgradeWish } from "../commands/env.ts";
import { TrackerError } from "../core/errors.ts";
import type { Chance } from "../platform/chance.ts";
import type { Clock } from "../platform/clock.ts";
import { keeperOf, mayReplaceIn, replaceExecutable } from "../platform/executable.ts";
import { createFile, removeFile, statIfAny, takeName } from "../platform/files.ts";
import type { Variables } from "../platform/git.ts";
import { outputOf } from "../platform/process.ts";
import { fetchArchive, fetchSum, findRelease, type Release } from "./release.ts";
import { unpack } from "./unpack.ts";

export interface Upgradable {
  /** As in `1.2.3 (abcdef)`. */
  readonly version: string;
  /** What archives for this machine are named by, as in linux-x64-musl; undefined: it is not compiled. */
  readonly target: string | undefined;
  /** The executable. */
  readonly path: string;
  readonly environment: Variables;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly say: (text: string) => void;
}

/** What install.sh puts beside an executable in PREFIX/bin, and the command that prints it. */
const documents = [
  { path: "share/man/man1/git-tracker.1", args: ["man"] },
  { path: "share/bash-completion/completions/git-tracker", args: ["completion", "bash"] },
  { path: "share/zsh/site-functions/_git-tracker", args: ["completion", "zsh"] },
  { path: "share/fish/vendor_conf.d/git-tracker.fish", args: ["completion", "fish"] },
] as const;

/** Throws `not-permitted` where the program belongs to somebody else, and what looking for releases throws. */
export async function upgrade(program: Upgradable, wish: UpgradeWish): Promise<Upgrade> {
  const [from = ""] = program.version.split(" ");
  if (wish.action === "look") {
    const { version: to } = await wantedRelease(wish);
    return { from, to, action: isWanted(from, to, wish) ? "available" : "none" };
  }
  const { target, path } = replaceable(program);
  const release = await wantedRelease(wish);
  const { version: to } = release;
  if (!isWanted(from, to, wish)) return { from, to, action: "none" };

  const isWindows = target.startsWith("windows-");
  const folder = `git-tracker-${to}-${target}`;
  const archive = `${folder}${isWindows ? ".zip" : ".tar.gz"}`;
  const sum = await fetchSum(release, archive);
  program.say(`Downloading ${archive} ...`);
  const bytes = await unpack(
    await fetchArchive(release, archive, sum),
    `${folder}/git-tracker${isWindows ? ".exe" : ""}`,
  );
  const token = program.chance.hex(8);
  replaceExecutable({ path, bytes, token, now: program.clock.now(), way: isWindows ? "aside" : "over" }, (fresh) =>
    expectVersion(fresh, to, program.environment),
  );
  renewDocuments(program, path, token);
  return { from, to, action: "upgraded" };
}

async function wantedRelease({ url, version }: UpgradeWish): Promise<Release> {
  if (url !== undefined) return await findRelease(url, version);
  throw new TrackerError(
    "invalid",
    "Nobody has said where releases are",
    "Set GIT_TRACKER_BASE_URL, or: git tracker config set upgrade.url https://... --user",
  );
}

/** Nobody asks for an older version by not naming one. */
function isWanted(from: string, to: string, { version }: UpgradeWish): boolean {
  if (version !== undefined) return from !== to;
  return !/^\d/.test(from) || Bun.semver.order(to, from) > 0;
}

function replaceable({ target, path: named }: Upgradable): { readonly target: string; readonly path: string } {
  if (target === undefined) {
    throw new TrackerError(
      "not-permitted",
      "This git-tracker runs from its sources",
      "Bring them up to date with git.",
    );
  }
  const path = realpathSync(named);
  const keeper = keeperOf(path);
  if (keeper !== undefined) throw new TrackerError("not-permitted", `${path} belongs to ${keeper.name}`, keeper.advice);
  if (!mayReplaceIn(dirname(path))) {
    throw new TrackerError(
      "not-permitted",
      `${path} is not yours to replace`,
      "Whoever installed it can upgrade it; install.sh --prefix DIR installs one of your own.",
    );
  }
  return { target, path };
}

function expectVersion(executable: string, version: string, environment: Variables): void {
  const printed = outputOf([executable, "version"], environment);
  if (printed?.split(/\s/)[1] === version) return;
  throw new TrackerError(
    "corrupt",
    printed === undefined
      ? `Version ${version} does not run on this machine`
      : `It is not version ${version}, but says: ${printed.trim()}`,
    "Nothing was changed. Tell whoever made the release.",
  );
}

/** Those that are there are of the version before. What can't be renewed stays: the program itself works. */
function renewDocuments({ environment, say }: Upgradable, executable: string, token: string): void {
  for (const { path, args } of documents) {
    const file = join(dirname(dirname(executable)), path);
    if (statIfAny(file) === undefined) continue;
    const text = outputOf([executable, ...args], environment);
    if (text === undefined || !mayReplaceIn(dirname(file))) {
      say(`warning: ${file} is still of the version before`);
      continue;
    }
    const fresh = `${file}.${token}`;
    removeFile(fresh);
    createFile({ path: fresh, parts: [Buffer.from(text)], mode: 0o644, flush: "buffered" });
    takeName(fresh, file);
  }
}
