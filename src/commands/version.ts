/** The command `version`. main.ts answers it itself where nothing else stands on the line. */
import { command } from "./command.ts";
import { printJson } from "./print.ts";

export const version = command({
  usage: "",
  words: [0, 0],
  flags: {},
  examples: ["git tracker version"],
  async run(env, { flags }) {
    if (flags.json) await printJson(env, { schema: 1, kind: "version", version: env.version });
    else env.out(`git-tracker ${env.version}`);
  },
});
