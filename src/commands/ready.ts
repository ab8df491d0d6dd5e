/** The command `ready`: what can be begun now, the most urgent first. */
import { anyNumber, command, outputFlags } from "./command.ts";
import { limitOf, tellRest } from "./paging.ts";
import { printIssues } from "./print.ts";
import { filterFlags, readQuery } from "./query-flags.ts";

const { ready: _, blocked: __, status: ___, ...narrowing } = filterFlags;

export const ready = command({
  usage: "[QUERY…]",
  words: [0, anyNumber],
  query: true,
  flags: {
    ...narrowing,
    limit: { type: "string", short: "L", value: "N", help: "so many at most (50, or the setting list.limit)" },
    ...outputFlags,
  },
  details: "Open issues that wait for no other, by priority, then the oldest first.",
  examples: ["git tracker ready", "git tracker ready -a @me -L 5", "git tracker ready --json -L 1"],
  async run(env, { words, flags }) {
    const workspace = await env.openAll();
    const { askAll, listAll } = await import("../tracker/merged.ts");
    const { readyQuery } = await import("../tracker/read.ts");
    const { renderList } = await import("../render/list.ts");
    const asked = await askAll(workspace, async (tracker) => ({
      query: readyQuery((await readQuery(tracker, { words, filter: flags, otherwise: "" })).query),
    }));
    const page = await listAll(asked, { limit: limitOf(workspace, flags) });
    await printIssues(env, flags, page, () => renderList(page, env.style));
    await tellRest(env, workspace, flags, {
      page,
      empty: "Nothing is ready. See what waits: git tracker list --blocked",
    });
  },
});
