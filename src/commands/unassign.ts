/** The command `unassign`: takes issues from people. */
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";
import { idsAndNames } from "./words.ts";

export const unassign = command({
  usage: "ID… WHO…",
  words: [1, anyNumber],
  flags: {
    assignee: { type: "list", short: "a", value: "WHO", help: "the people, where a name could be taken for an id" },
  },
  examples: ["git tracker unassign 4f2a @me", "git tracker unassign 4f2a 9c1d -a ada@example.com"],
  async run(env, { words, flags }) {
    const { editIssues } = await import("../tracker/issues.ts");
    const { ids, names } = idsAndNames(words, { flag: "--assignee", names: flags.assignee });
    await printChanged(env, flags, await editIssues(await env.open(ids), ids, { removeAssignees: names }));
  },
});
