/** The command `delete`: takes issues out of sight. */
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";

export const deleteCommand = command({
  usage: "ID…",
  words: [1, anyNumber],
  flags: {},
  details: "They can be brought back: git tracker restore ID. See them with: git tracker list is:deleted",
  examples: ["git tracker delete 4f2a", "git tracker delete 4f2a 9c1d"],
  async run(env, { words, flags }) {
    const { deleteIssues } = await import("../tracker/issues.ts");
    await printChanged(env, flags, await deleteIssues(await env.open(words), words));
  },
});
