/** Settings as people see them: what `config list` and `config get` print. */
import { unknownKey } from "./combine.ts";
import type { LoadedConfig, Origin } from "./load.ts";
import { type Config, findSetting, isSettingsTable, parseKey, settings } from "./schema.ts";
import { renderKey, renderToml, type TomlValue } from "./toml.ts";

export interface SettingRow {
  readonly key: string;
  readonly value: TomlValue;
  /** The value as a file would have it, on one line. */
  readonly toml: string;
  readonly meaning: string;
  readonly origin: Origin;
}

/** Every setting that has a value, defaults included, in the order of the table. */
export function listSettings(config: Config, origin: LoadedConfig["origin"]): readonly SettingRow[] {
  return settings.flatMap(({ read, meaning }) =>
    read(config).map(([key, value]) => ({ key, value, toml: renderToml(value), meaning, origin: origin(key) })),
  );
}

/** The rows of one key, or of all keys in one table, which may be none. Throws `invalid` for a key that no setting has. */
export function getSetting(rows: readonly SettingRow[], key: string): readonly SettingRow[] {
  const path = parseKey(key) ?? [key];
  if (findSetting(path) === undefined && !isSettingsTable(path))
    throw unknownKey({ kind: "typed", layer: "flags" }, path);
  const name = renderKey(path);
  return rows.filter((row) => row.key === name || row.key.startsWith(`${name}.`));
}

/** `git-tracker.toml:4`, `GIT_TRACKER_COLOR`, `flags` or `default`. */
export function renderOrigin(origin: Origin): string {
  if (origin.file !== undefined) return origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
  return origin.variable ?? origin.layer;
}
