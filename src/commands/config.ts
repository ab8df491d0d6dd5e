/** `config`: reads and changes settings, one key at a time, in the file that the person names. */

import type { SettingRow } from "../config/list.ts";
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { SettingsLayer } from "../tracker/settings.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { command, usageError } from "./command.ts";
import type { Env } from "./env.ts";

const actions = ["list", "get", "set", "unset", "edit"] as const;

export const config = command({
  usage: "list | get KEY | set KEY VALUE | unset KEY | edit",
  words: [0, 100],
  values: { KEY: "SETTING" },
  flags: {
    origin: { type: "boolean", help: "say where each value comes from" },
    user: { type: "boolean", help: "your own settings, for all repositories" },
    local: { type: "boolean", help: "the settings of this clone only" },
    repository: { type: "boolean", help: "git-tracker.toml, shared with everybody (the default)" },
  },
  details: [
    "Each layer overrides those before it: your own, git-tracker.toml, this clone's, GIT_TRACKER_… in the environment, flags.",
    "Changing a file keeps its comments and its order.",
  ].join("\n"),
  examples: [
    "git tracker config list --origin",
    "git tracker config set default.priority medium",
    "git tracker config set list.limit 20 --user",
    "git tracker config edit --local",
  ],
  async run(env, { words, flags }) {
    const [action = "list", key, ...rest] = words;
    const layer = layerOf(flags);
    const tracker = await env.open();
    const settings = await import("../tracker/settings.ts");
    switch (action) {
      case "list":
        return await printRows(env, flags, settings.allSettings(tracker));
      case "get":
        return await printRows(
          env,
          { ...flags, values: !flags.origin },
          settings.oneSetting(tracker, needed(key, "get KEY")),
        );
      case "set": {
        if (rest.length === 0) throw usageError("config", "Something is missing: git tracker config set KEY VALUE");
        const path = await settings.setSetting(tracker, layer, needed(key, "set KEY VALUE"), rest.join(" "));
        return await printChange(env, flags, { action: "set", key: needed(key, ""), path });
      }
      case "unset": {
        const path = await settings.unsetSetting(tracker, layer, needed(key, "unset KEY"));
        return await printChange(env, flags, { action: "unset", key: needed(key, ""), path });
      }
      case "edit":
        return await editSettings(env, tracker, layer);
      default: {
        const near = nearest(action, actions);
        throw new TrackerError(
          "invalid",
          `\`config\` can't \`${visible(action)}\``,
          near === undefined ? `It can: ${actions.join(", ")}.` : `Did you mean: git tracker config ${near}`,
        );
      }
    }
  },
});

function layerOf(flags: {
  readonly user: boolean;
  readonly local: boolean;
  readonly repository: boolean;
}): SettingsLayer {
  const named = (["user", "local", "repository"] as const).filter((layer) => flags[layer]);
  if (named.length > 1) throw usageError("config", "One of --user, --repository and --local is enough");
  return named[0] ?? "repository";
}

function needed(key: string | undefined, usage: string): string {
  if (key === undefined) throw usageError("config", `Something is missing: git tracker config ${usage}`);
  return key;
}

async function printRows(
  env: Env,
  flags: { readonly json: boolean; readonly origin: boolean; readonly values?: boolean },
  rows: readonly SettingRow[],
): Promise<void> {
  const { renderOrigin } = await import("../config/list.ts");
  if (flags.json) {
    const { pageEnvelope, renderJson } = await import("../render/json.ts");
    const items = rows.map(({ key, value, meaning, origin }) => ({
      key,
      value,
      meaning,
      origin: renderOrigin(origin),
    }));
    env.out(renderJson(pageEnvelope("config", { items, total: items.length, next: null }), env.style));
    return;
  }
  for (const { key, value, toml, origin } of rows) {
    const text = flags.values === true ? (typeof value === "string" ? value : toml) : `${key} = ${toml}`;
    env.out(`${visible(text)}${flags.origin ? `  ${env.style.dim(visible(renderOrigin(origin)))}` : ""}`);
  }
}

async function printChange(
  env: Env,
  flags: { readonly json: boolean },
  change: { readonly action: "set" | "unset"; readonly key: string; readonly path: string },
): Promise<void> {
  if (flags.json) {
    const { envelope, renderJson } = await import("../render/json.ts");
    env.out(renderJson(envelope("setting", change), env.style));
    return;
  }
  env.out(`${change.action} ${visible(change.key)} in ${visible(change.path)}`);
}

/** A mistake keeps the text and offers it again. */
async function editSettings(env: Env, tracker: Tracker, layer: SettingsLayer): Promise<void> {
  const { readSettings, replaceSettings } = await import("../tracker/settings.ts");
  if (!env.interactive)
    throw new TrackerError("invalid", "Nobody is here to edit", "Set one key: git tracker config set KEY VALUE");
  const before = readSettings(tracker, layer);
  let text = before;
  for (;;) {
    text = await env.edit(text, ".toml");
    if (text === before) {
      env.err("nothing was changed");
      return;
    }
    try {
      env.out(`wrote ${visible(await replaceSettings(tracker, layer, text))}`);
      return;
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
      env.fail(`${error.message}\n`);
      if (!(await env.confirm("Edit it again?"))) throw error;
    }
  }
}
