/** The command `assign`: gives issues to people. */
import { anyNumber, command } from "./command.ts";
import { printChanged } from "./print.ts";
import { idsAndNames } from "./words.ts";

export const assign = command({
  usage: "ID… WHO…",
  words: [1, anyNumber],
  flags: {
    assignee: { type: "list", short: "a", value: "WHO", help: "the people, where a name could be taken for an id" },
  },
  details: "WHO is an email address, a part of the name or address of somebody known here, or @me. Ids come first.",
  examples: [
    "git tracker assign 4f2a @me",
    "git tracker assign 4f2a 9c1d ada ben",
    "git tracker assign 4f2a -a ada@example.com",
  ],
  async run(env, { words, flags }) {
    const { editIssues } = await import("../tracker/issues.ts");
    const { ids, names } = idsAndNames(words, { flag: "--assignee", names: flags.assignee });
    await printChanged(env, flags, await editIssues(await env.open(ids), ids, { addAssignees: names }));
  },
});
