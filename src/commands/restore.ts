/** The command `restore`: brings deleted or archived issues back. */
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";

export const restore = command({
  usage: "ID…",
  words: [1, anyNumber],
  flags: {},
  details: "See them with: git tracker list is:deleted, or is:archived",
  examples: ["git tracker restore 4f2a", "git tracker restore 4f2a 9c1d"],
  async run(env, { words, flags }) {
    const { restoreIssues } = await import("../tracker/issues.ts");
    await printChanged(env, flags, await restoreIssues(await env.open(words), words));
  },
});
