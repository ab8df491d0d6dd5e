/** Verbs about the settings: which files hold them, and changing one key without touching the rest. */
import { dirname } from "node:path";
import { parseSetting, setInToml, unsetInToml } from "../config/edit.ts";
import { getSetting, listSettings, type SettingRow } from "../config/list.ts";
import { type ConfigLayer, loadConfig } from "../config/load.ts";
import { configTemplate } from "../config/template.ts";
import { TrackerError } from "../core/errors.ts";
import { createFile, makeFolder, readTextIfAny, refusingDiskErrors, takeName } from "../platform/files.ts";
import type { Tracker } from "./tracker.ts";

/** The settings of the person, of the repository (shared, reviewed like code), and of this clone. */
export type SettingsLayer = "user" | "repository" | "local";

export function allSettings({ config, settings }: Tracker): readonly SettingRow[] {
  return listSettings(config, settings.origin);
}

/** One key's rows; those of all its parts for a table. Throws `invalid` for an unknown key, `not-found` where nothing is set. */
export function oneSetting(tracker: Tracker, key: string): readonly SettingRow[] {
  const rows = getSetting(allSettings(tracker), key);
  if (rows.length > 0) return rows;
  throw new TrackerError("not-found", `\`${key}\` is not set`, `Set it with: git tracker config set ${key} VALUE`);
}

/** Sets one key in a layer's file. Comments and order stay. Returns the file's path. */
export async function setSetting(tracker: Tracker, layer: SettingsLayer, key: string, text: string): Promise<string> {
  const value = parseSetting(key, text);
  return await changeFile(tracker, layer, (before) => setInToml(before, key, value));
}

export async function unsetSetting(tracker: Tracker, layer: SettingsLayer, key: string): Promise<string> {
  return await changeFile(tracker, layer, (before) => unsetInToml(before, key));
}

/** Replaces a layer's whole text, as an editor left it, once it has been checked. */
export async function replaceSettings(tracker: Tracker, layer: SettingsLayer, text: string): Promise<string> {
  return await changeFile(tracker, layer, () => text);
}

export function readSettings(tracker: Tracker, layer: SettingsLayer): string {
  return readTextIfAny(settingsFile(tracker, layer)) ?? "";
}

/** Writes a commented `git-tracker.toml` if there is none. Returns its path and whether it was written. */
export function initialize(tracker: Tracker): { readonly path: string; readonly outcome: "written" | "there" } {
  const path = settingsFile(tracker, tracker.settings.files.repository === undefined ? "local" : "repository");
  if (readTextIfAny(path) !== undefined) return { path, outcome: "there" };
  writeText(path, configTemplate());
  return { path, outcome: "written" };
}

export function settingsFile({ settings }: Tracker, layer: SettingsLayer): string {
  const path = settings.files[layer];
  if (path !== undefined) return path;
  throw new TrackerError(
    "invalid",
    layer === "user" ? "There is no home folder to keep your settings in" : "A bare repository has no git-tracker.toml",
    "Keep them in this clone: --local",
  );
}

async function changeFile(tracker: Tracker, layer: SettingsLayer, change: (before: string) => string): Promise<string> {
  const path = settingsFile(tracker, layer);
  const before = readTextIfAny(path) ?? "";
  const after = change(before);
  // All layers together must make sense, or the next command would refuse to run.
  const order = ["user", "repository", "local"] as const;
  await loadConfig(
    order.map((name): ConfigLayer => {
      const file = tracker.settings.files[name];
      return { name, file, text: name === layer ? after : file === undefined ? undefined : readTextIfAny(file) };
    }),
  );
  if (after !== before) writeText(path, after);
  return path;
}

/** Writes a file of settings whole, or not at all. */
export function writeText(path: string, text: string): void {
  refusingDiskErrors(path, () => {
    makeFolder(dirname(path), "buffered");
    const temporary = `${path}.new`;
    createFile({ path: temporary, parts: [new TextEncoder().encode(text)], flush: "flushed" });
    takeName(temporary, path);
  });
}
