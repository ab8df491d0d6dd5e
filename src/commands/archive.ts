/** The command `archive`: puts issues away: they are kept, but lists and boards leave them out. */
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";

export const archive = command({
  usage: "ID…",
  words: [1, anyNumber],
  flags: {},
  details: "Find them again with: git tracker list is:archived",
  examples: ["git tracker archive 4f2a", "git tracker archive 4f2a 9c1d"],
  async run(env, { words, flags }) {
    const { archiveIssues } = await import("../tracker/issues.ts");
    await printChanged(env, flags, await archiveIssues(await env.open(words), words));
  },
});
