/** `conflicts`: what concurrent edits left open, with both values and who wrote them. */
import { command, outputFlags } from "./command.ts";
import { printIssues } from "./print.ts";

export const conflicts = command({
  usage: "[QUERY]",
  words: [0, Number.POSITIVE_INFINITY],
  query: true,
  flags: outputFlags,
  details: "Settle one with: git tracker resolve ID FIELD --ours, --theirs or --value VALUE",
  examples: ["git tracker conflicts", "git tracker conflicts --json", "git tracker conflicts status:todo"],
  async run(env, { words, flags }) {
    const { listIssues, parse, showIssues } = await import("../tracker/read.ts");
    const tracker = await env.open();
    const page = await listIssues(tracker, await parse(tracker, ["is:conflicted", ...words].join(" ")), { limit: undefined });
    const views = await showIssues(tracker, page.items.map(({ id }) => id));
    const { renderConflicts } = await import("../render/conflicts.ts");
    await printIssues(env, flags, page, () => renderConflicts(views, env.style));
  },
});
