/** The command `undo`: takes back the last change by writing its inverse. */
import { command } from "./command.ts";
import { changedLine, printJson } from "./print.ts";

export const undo = command({
  usage: "[ID]",
  words: [0, 1],
  flags: {},
  details:
    "Takes back all that the last command here changed, or, with an ID, the last change of that issue, whoever made it.\n" +
    "History stays: an undo is a change like any other, and undoing it redoes.",
  examples: ["git tracker undo", "git tracker undo 4f2a"],
  async run(env, { words: [id], flags }) {
    const { undo: takeBack } = await import("../tracker/undo.ts");
    const all = await takeBack(await env.open(), id);
    if (flags.json) {
      const { envelope, issueItem } = await import("../render/json.ts");
      const items = all.map(({ issue, undone, events }) => ({ issue: issueItem(issue), undone, events }));
      await printJson(env, envelope("undo", { items }));
      return;
    }
    const { describeEvent } = await import("../render/log.ts");
    for (const { issue, undone, events } of all) {
      const before = env.style.dim(`  (was: ${undone.map(describeEvent).join(", ")})`);
      env.out(`${await changedLine(env, issue, events)}${before}`);
    }
  },
});
