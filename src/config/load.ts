/**
 * The configuration of one run: the texts of the settings files, the environment and the flags in, one `Config` out. Nothing is
 * read here: whoever calls has read the files.
 */
import { type Config, defaultConfig, environmentName, settings } from "./schema.ts";

/** Who sets something, from the weakest to the strongest; below them all are the defaults. */
export type LayerName = "user" | "repository" | "local" | "environment" | "flags";

export interface ConfigLayer {
  readonly name: LayerName;
  /** What to call the text's file in messages. */
  readonly file?: string | undefined;
  /** TOML; undefined if there is no such file. */
  readonly text?: string | undefined;
  /** For `environment` the variables, of which others than the settings' are ignored; for `flags` keys and what was typed. */
  readonly values?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Where a value comes from. */
export interface Origin {
  readonly layer: LayerName | "default";
  readonly file?: string | undefined;
  /** Counts from 1. */
  readonly line?: number | undefined;
  /** The environment variable. */
  readonly variable?: string | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The origin of a key's value, as in `list.limit` or `templates.bug.title`. */
  readonly origin: (key: string) => Origin;
}

/**
 * Combines the layers, each overriding those before it: lists as a whole, tables key by key. Throws `invalid` with the place, the
 * meaning of the key and what was expected.
 */
export async function loadConfig(layers: readonly ConfigLayer[]): Promise<LoadedConfig> {
  if (layers.every(setsNothing)) return { config: defaultConfig, origin: () => ({ layer: "default" }) };
  // The parser and the schemas cost milliseconds, and most runs need neither.
  const { combineLayers } = await import("./combine.ts");
  return combineLayers(layers);
}

/** The variables of the environment that set something, with their settings' keys. An empty variable is as if it were not there. */
export function environmentSettings(
  variables: Readonly<Record<string, string | undefined>>,
): { readonly variable: string; readonly key: string; readonly text: string }[] {
  return settings.flatMap((setting) => {
    const variable = environmentName(setting);
    const text = variable === undefined ? undefined : variables[variable];
    return variable === undefined || text === undefined || text === "" ? [] : [{ variable, key: setting.key, text }];
  });
}

function setsNothing({ name, text = "", values = {} }: ConfigLayer): boolean {
  const onlyComments = !/^[^\S\n]*[^#\s]/m.test(text);
  const given = name === "environment" ? environmentSettings(values) : Object.keys(values);
  return onlyComments && given.length === 0;
}
