/** `upgrade`: makes this program another version of itself. */
import { command } from "./command.ts";
import type { Env, Upgrade } from "./env.ts";

export const upgrade = command({
  usage: "",
  words: [0, 0],
  flags: {
    check: { type: "boolean", help: "say which version it would become, and change nothing" },
    version: { type: "string", value: "VERSION", help: "become this version, older ones too, instead of the newest" },
  },
  details: [
    "Releases come from GIT_TRACKER_BASE_URL in the environment, or from upgrade.url in your own settings.",
    "What is downloaded is checked against its sum and tried before it takes the place of the old program in one step.",
    "What a package manager or a checkout of the sources put there is left to them.",
  ].join("\n"),
  examples: ["git tracker upgrade --check", "git tracker upgrade", "git tracker upgrade --version 1.2.3"],
  async run(env, { flags }) {
    const result = await env.upgrade({
      url: env.environment.GIT_TRACKER_BASE_URL || (await personalUrl(env)),
      version: flags.version,
      action: flags.check ? "look" : "replace",
    });
    if (flags.json) {
      const { envelope, renderJson } = await import("../render/json.ts");
      env.out(renderJson(envelope("upgrade", { ...result }), env.style));
    } else env.out(describe(result));
  },
});

/** A repository's own settings have no say in what runs here. */
async function personalUrl({ opening }: Env): Promise<string | undefined> {
  const { loadPersonal } = await import("../tracker/settings-files.ts");
  const { upgradeUrl } = (await loadPersonal(await opening())).config;
  return upgradeUrl ?? undefined;
}

function describe({ from, to, action }: Upgrade): string {
  switch (action) {
    case "upgraded":
      return `git-tracker ${from} → ${to}`;
    case "available":
      return `git-tracker ${to} is there, this is ${from}`;
    case "none":
      return from === to
        ? `git-tracker ${from} is the newest`
        : `git-tracker ${from} is newer than the newest release, ${to}`;
  }
}
