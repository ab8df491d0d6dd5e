/** The command `reopen`: opens finished issues again. */
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";

export const reopen = command({
  usage: "ID…",
  words: [1, anyNumber],
  flags: { comment: { type: "string", short: "c", value: "TEXT", help: "say something with it" } },
  examples: ["git tracker reopen 4f2a", 'git tracker reopen 4f2a -c "It is back in 2.1"'],
  async run(env, { words, flags }) {
    const { reopenIssues } = await import("../tracker/flow.ts");
    await printChanged(env, flags, await reopenIssues(await env.open(words), words, flags.comment));
  },
});
