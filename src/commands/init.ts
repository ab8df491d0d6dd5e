/** `init`: writes a commented `git-tracker.toml`. Nothing needs it; it is there to be changed. */
import { visible } from "../core/text.ts";
import { command } from "./command.ts";

export const init = command({
  usage: "",
  words: [0, 0],
  flags: {},
  details:
    "Nothing needs this: the first `git tracker new` works in any git repository. The file names every setting with its default.",
  examples: ["git tracker init"],
  async run(env, { flags }) {
    const { initialize } = await import("../tracker/settings.ts");
    const { path, outcome } = initialize(await env.open());
    if (flags.json) {
      const { envelope, renderJson } = await import("../render/json.ts");
      env.out(renderJson(envelope("init", { path, outcome }), env.style));
      return;
    }
    env.out(
      outcome === "written" ? `wrote ${visible(path)}` : `${visible(path)} is there already; nothing was changed`,
    );
    if (outcome === "written") env.err("hint: commit it, so that everybody works with the same workflow");
  },
});
