/**
 * Plug-ins: programs named `git-tracker-NAME` in PATH. They are only looked for where PATH names a folder in full, never in the
 * folder that one stands in, and a name can't be a path.
 */
import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { safePath, type Variables } from "./git.ts";

const prefix = "git-tracker-";

/** The program of a plug-in. Undefined: there is none. */
export function findPlugin(name: string, env: Variables): string | undefined {
  if (!isPluginName(name)) return undefined;
  return foldersOf(env)
    .map((folder) => join(folder, `${prefix}${name}`))
    .find(isProgram);
}

/** The names of all plug-ins, sorted. Starts none of them. */
export function listPlugins(env: Variables): string[] {
  const found = foldersOf(env).flatMap((folder) =>
    filesIn(folder)
      .filter((file) => file.startsWith(prefix) && isProgram(join(folder, file)))
      .map((file) => file.slice(prefix.length)),
  );
  return [...new Set(found)].filter(isPluginName).sort();
}

function isPluginName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/i.test(name);
}

function foldersOf(env: Variables): string[] {
  return safePath(env)
    .split(delimiter)
    .filter((folder) => folder !== "");
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // PATH may name what isn't there, or isn't ours to read.
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
