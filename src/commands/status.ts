/** The command `status`: moves issues to another status. */
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";

export const status = command({
  usage: "ID… STATUS",
  words: [2, anyNumber],
  flags: {},
  details: "The workflow of the settings says which statuses there are, and what may follow what.",
  examples: ["git tracker status 4f2a in-progress", "git tracker status 4f2a 9c1d done", "git tracker status @ done"],
  async run(env, { words, flags }) {
    const { changeStatus } = await import("../tracker/flow.ts");
    const changes = await changeStatus(await env.open(words.slice(0, -1)), words.slice(0, -1), words.at(-1) ?? "");
    await printChanged(env, flags, changes);
  },
});
