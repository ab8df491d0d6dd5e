/**
 * The layers of a configuration, checked one by one and combined. It is loaded only when there is something to combine (see
 * `load.ts`).
 */
import { nearest, type TrackerError } from "../core/errors.ts";
import { checkTogether } from "./agreement.ts";
import { isTable, parseToml } from "./document.ts";
import { type ConfigLayer, environmentSettings, type LoadedConfig } from "./load.ts";
import { fileSource, lineOf, meaningOf, refusal, type Source } from "./refusal.ts";
import {
  type Config,
  defaultConfig,
  findSetting,
  isSettingsTable,
  nearestKey,
  parseKey,
  type Setting,
  type Template,
} from "./schema.ts";
import { renderKey } from "./toml.ts";
import { checkValue, nameProblem, readText, type SettingValue } from "./value.ts";

/** One setting as one layer has it. */
export interface Leaf {
  readonly setting: Setting;
  readonly path: readonly string[];
  readonly value: SettingValue;
  readonly source: Source;
}

/** By key, as in `templates.bug.title`. */
export type Leaves = ReadonlyMap<string, Leaf>;

export function combineLayers(layers: readonly ConfigLayer[]): LoadedConfig {
  const leaves = new Map<string, Leaf>();
  for (const layer of layers) for (const leaf of leavesOf(layer)) leaves.set(renderKey(leaf.path), leaf);
  const config = buildConfig(leaves);
  checkTogether(config, leaves);
  return {
    config,
    origin: (key) => {
      const leaf = leaves.get(key);
      if (leaf === undefined) return { layer: "default" };
      const { source, path } = leaf;
      if (source.kind === "file") return { layer: source.layer, file: source.file, line: lineOf(source, path) };
      return { layer: source.layer, variable: source.kind === "variable" ? source.variable : undefined };
    },
  };
}

/** Checks what was typed or found for one key. Throws `invalid`. */
export function checkLeaf(source: Source, path: readonly string[], raw: unknown): Leaf {
  const setting = findSetting(path);
  if (setting === undefined) throw unknownKey(source, path);
  const key = renderKey(path);
  if (setting.personal !== undefined && source.layer === "repository")
    throw refusal(
      source,
      path,
      "key",
      `${key} can't be set in a file that comes with the repository, because ${setting.personal}.`,
      "Set it in your own settings or in this clone's.",
    );
  checkNames(source, setting, path);
  const checked = checkValue(setting, raw);
  if (checked.kind === "value") return { setting, path, value: checked.value, source };
  throw refusal(source, [...path, ...checked.at], checked.part, `${key}: ${checked.problem}.`, meaningOf(setting, key));
}

/** Refuses a key that there is no setting for. */
export function unknownKey(source: Source, path: readonly string[]): TrackerError {
  const meant = nearestKey(path);
  const next = "`git tracker config list` shows all settings.";
  return refusal(
    source,
    path,
    "key",
    `There is no setting ${renderKey(path)}.`,
    meant === undefined ? next : `Did you mean ${meant}? ${next}`,
  );
}

/** The path of a key that was typed. Throws `invalid` for one that no setting has. */
export function typedPath(source: Source, key: string): readonly string[] {
  const path = parseKey(key) ?? [key];
  if (findSetting(path) === undefined) throw unknownKey(source, path);
  return path;
}

function* leavesOf(layer: ConfigLayer): Generator<Leaf> {
  if (layer.text !== undefined) {
    const file = layer.file ?? `${layer.name} settings`;
    yield* leavesOfTable(fileSource(layer.name, file, layer.text), [], parseToml(layer.text, file));
  }
  if (layer.values === undefined) return;
  if (layer.name === "environment") {
    for (const { variable, key, text } of environmentSettings(layer.values))
      yield typedLeaf({ kind: "variable", layer: layer.name, variable }, key, text);
    return;
  }
  for (const [key, text] of Object.entries(layer.values))
    if (text !== undefined) yield typedLeaf({ kind: "typed", layer: layer.name }, key, text);
}

function typedLeaf(source: Source, key: string, text: string): Leaf {
  const path = typedPath(source, key);
  const setting = findSetting(path);
  return checkLeaf(source, path, setting === undefined ? text : readText(setting.shape, text));
}

function* leavesOfTable(
  source: Source,
  base: readonly string[],
  table: Readonly<Record<string, unknown>>,
): Generator<Leaf> {
  for (const [name, value] of Object.entries(table)) {
    const path = [...base, name];
    if (!isSettingsTable(path)) yield checkLeaf(source, path, value);
    else if (isTable(value)) yield* leavesOfTable(source, path, value);
    else throw refusal(source, path, "value", `${renderKey(path)}: expected a table.`, insideOf(path));
  }
}

function insideOf(path: readonly string[]): string {
  const key = renderKey(path);
  return `${key} holds settings: write them as ${key}.NAME = VALUE, or below a line [${key}].`;
}

function checkNames(source: Source, setting: Setting, path: readonly string[]): void {
  const star = setting.key.split(".").indexOf("*");
  const name = path[star];
  if (name === undefined) return;
  const key = renderKey(path);
  const problem = nameProblem(name);
  if (problem !== undefined) throw refusal(source, path, "key", `${key}: ${problem}.`, meaningOf(setting, key));
  if (setting.names === undefined || setting.names.includes(name)) return;
  const meant = nearest(name, setting.names);
  throw refusal(
    source,
    path,
    "key",
    `${key}: expected one of ${setting.names.join(", ")}, not ${name}.`,
    meant === undefined ? meaningOf(setting, key) : `Did you mean ${meant}? ${meaningOf(setting, key)}`,
  );
}

function buildConfig(leaves: Leaves): Config {
  const get = <T>(key: string, fallback: T): T => {
    const leaf = leaves.get(key);
    return leaf === undefined ? fallback : (leaf.value as T); // The schema of the key's shape has checked it.
  };
  const statuses = get("workflow.statuses", defaultConfig.workflow.statuses);
  const firstToDo = statuses.find((status) => status.category === "todo")?.name ?? defaultConfig.defaultStatus;
  return {
    workflow: {
      statuses,
      transitions: byName<readonly string[]>(leaves, "workflow.transitions.*"),
      wip: get("workflow.wip", defaultConfig.workflow.wip),
    },
    priorities: get("priorities", defaultConfig.priorities),
    types: get("types", defaultConfig.types),
    hoursPerDay: get("hours-per-day", defaultConfig.hoursPerDay),
    mergeStrategy: byName(leaves, "merge.strategy.*"),
    defaultStatus: get<string | null>("default.status", null) ?? firstToDo,
    defaultType: get("default.type", defaultConfig.defaultType),
    defaultPriority: get("default.priority", defaultConfig.defaultPriority),
    boardBy: get("board.by", defaultConfig.boardBy),
    listLimit: get("list.limit", defaultConfig.listLimit),
    listQuery: get<string | null>("list.query", defaultConfig.listQuery) ?? "",
    syncRemote: get("sync.remote", defaultConfig.syncRemote),
    syncTimeout: get("sync.timeout", defaultConfig.syncTimeout),
    syncAuto: get("sync.auto", defaultConfig.syncAuto),
    syncInterval: get("sync.interval", defaultConfig.syncInterval),
    syncMaxSize: get("sync.max-size", defaultConfig.syncMaxSize),
    signingSign: get("signing.sign", defaultConfig.signingSign),
    signingKey: get("signing.key", defaultConfig.signingKey),
    signingFormat: get("signing.format", defaultConfig.signingFormat),
    signingRequire: get("signing.require", defaultConfig.signingRequire),
    signingSince: get("signing.since", defaultConfig.signingSince),
    durability: get("durability", defaultConfig.durability),
    color: get("color", defaultConfig.color),
    pager: get("pager", defaultConfig.pager),
    editor: get("editor", defaultConfig.editor),
    upgradeUrl: get("upgrade.url", defaultConfig.upgradeUrl),
    branchTemplate: get("branch.template", defaultConfig.branchTemplate),
    templates: buildTemplates(leaves),
  };
}

/** The values of a setting with a `*`, by the name that stands for it. No name finds anything inherited. */
function byName<T>(leaves: Leaves, pattern: string): Readonly<Record<string, T>> {
  const star = pattern.split(".").indexOf("*");
  const values: Record<string, T> = Object.create(null);
  for (const { setting, path, value } of leaves.values())
    if (setting.key === pattern) values[path[star] ?? ""] = value as T; // As above: checked by its schema.
  return values;
}

function buildTemplates(leaves: Leaves): Readonly<Record<string, Template>> {
  const templates: Record<string, Template> = Object.create(null);
  for (const { path, value } of leaves.values()) {
    const [table, name, field] = path;
    if (table !== "templates" || name === undefined || field === undefined || value === null) continue;
    templates[name] = { ...templates[name], [field]: value };
  }
  return templates;
}
