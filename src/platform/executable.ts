/** The executable that runs: whose it is, and putting another in its place. */
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { createFile, errnoOf, flushFolder, removeFile, statIfAny, takeName } from "./files.ts";

/** What has put an executable where it is, and replaces it by its own means. */
export interface Keeper {
  readonly name: string;
  /** How it is brought up to date. */
  readonly advice: string;
}

/** Marks of package managers in the paths of what they install. */
const keepers: readonly (readonly [place: RegExp, name: string, advice: string])[] = [
  [/^\/nix\/store\//, "Nix", "Upgrade it with Nix."],
  [/^\/gnu\/store\//, "Guix", "Upgrade it with Guix."],
  [/^\/snap\//, "snap", "snap refresh git-tracker"],
  [/\/Cellar\//, "Homebrew", "brew upgrade git-tracker"],
  [/[\\/]scoop[\\/]apps[\\/]/i, "Scoop", "scoop update git-tracker"],
  [/[\\/]chocolatey[\\/]/i, "Chocolatey", "choco upgrade git-tracker"],
  [/[\\/]winget[\\/]packages[\\/]/i, "winget", "winget upgrade git-tracker"],
  [/[\\/]node_modules[\\/]/, "a JavaScript package manager", "Upgrade the package that it came with."],
  [/\/(?:mise|\.?asdf)\/installs\//, "a version manager", "Install another version with it."],
  [/^\/(?:usr\/)?(?:s?bin|lib|libexec|games)\//, "the system's package manager", "Upgrade it with that."],
];

/** Who keeps the executable at a path, without links; undefined: nobody but the person. */
export function keeperOf(path: string): Keeper | undefined {
  const [, name, advice] = keepers.find(([place]) => place.test(path)) ?? [];
  if (name !== undefined && advice !== undefined) return { name, advice };
  const checkout = dirname(dirname(path));
  const isBuilt = ["package.json", "src/main.ts"].every((file) => statIfAny(join(checkout, file)) !== undefined);
  return isBuilt ? { name: "a checkout of its sources", advice: "Build it there: bun run build" } : undefined;
}

/** True if files can be made and replaced in a folder. */
export function mayReplaceIn(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

export interface Replacement {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Makes the name of the new file, while it isn't in its place, one of a kind. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `over`: renamed over the old one. `aside`: the old one is renamed first, for Windows replaces none that runs. */
  readonly way: "over" | "aside";
}

const temporary = /^\.git-tracker\.new\.[0-9a-f]+(?:\.exe)?$/;
/** Nobody takes that long to put a file in place. */
const leftoverMs = 3_600_000;

/**
 * Puts an executable where one is. It is first written beside it, flushed, and given to `check`, which throws if it is no good. Whatever
 * fails, the one before stays, and nothing of the new one is left.
 */
export function replaceExecutable({ path, bytes, token, now, way }: Replacement, check: (fresh: string) => void): void {
  const folder = dirname(path);
  removeLeftovers(folder, now);
  const fresh = join(folder, `.git-tracker.new.${token}${path.endsWith(".exe") ? ".exe" : ""}`);
  createFile({ path: fresh, parts: [bytes], mode: 0o755, flush: "flushed" });
  try {
    check(fresh);
    if (way === "aside") swapAside(fresh, path);
  } catch (error) {
    removeFile(fresh);
    throw error;
  }
  if (way === "over") takeName(fresh, path);
  flushFolder(folder);
}

function swapAside(fresh: string, path: string): void {
  const old = `${path}.old`;
  removeFile(old); // Of the last time, when it was still running.
  fs.renameSync(path, old);
  try {
    fs.renameSync(fresh, path);
  } catch (error) {
    fs.renameSync(old, path);
    throw error;
  }
}

/** What somebody was writing who was killed. */
function removeLeftovers(folder: string, now: number): void {
  for (const name of fs.readdirSync(folder)) {
    const path = join(folder, name);
    if (temporary.test(name) && now - (statIfAny(path)?.mtimeMs ?? now) > leftoverMs) removeFile(path);
  }
}
