/** `conflicts`: what concurrent edits left open, with both values and who wrote them. */
import { anyNumber, command, outputFlags } from "./command.ts";
import { isText, printItems } from "./print.ts";

export const conflicts = command({
  usage: "[QUERY…]",
  words: [0, anyNumber],
  query: true,
  flags: outputFlags,
  details: "Settle one with: git tracker resolve ID [FIELD] --ours, --theirs, --value VALUE or -e",
  examples: ["git tracker conflicts", "git tracker conflicts --json", "git tracker conflicts status:todo"],
  async run(env, { words, flags }) {
    const { listIssues, showIssues } = await import("../tracker/read.ts");
    const { readQuery } = await import("./query-flags.ts");
    const { renderConflicts } = await import("../render/conflicts.ts");
    const tracker = await env.open();
    const { query } = await readQuery(tracker, { words: ["is:conflicted", ...words], filter: {}, otherwise: "" });
    const page = await listIssues(tracker, query, { limit: undefined });
    const ids = page.items.map(({ id }) => id);
    const views = await showIssues(tracker, ids);
    const { issueFields, issueItem } = await import("../render/json.ts");
    await printItems(env, flags, {
      kind: "issues",
      page: { ...page, items: views.map(issueItem) },
      known: issueFields,
      text: () => renderConflicts(views, env.style),
    });
    if (page.total === 0 && isText(flags)) env.err("Nothing is in conflict.");
  },
});
