/** The command `list`: the issues that a query means, one per line. */
import { anyNumber, command, outputFlags } from "./command.ts";
import { limitOf, tellRest } from "./paging.ts";
import { printIssues } from "./print.ts";
import { filterFlags, readQuery } from "./query-flags.ts";

export const list = command({
  usage: "[QUERY…]",
  words: [0, anyNumber],
  query: true,
  flags: {
    ...filterFlags,
    all: { type: "boolean", help: "closed ones too" },
    sort: { type: "string", value: "FIELD", help: "as in priority-desc or created-asc,title" },
    limit: { type: "string", short: "L", value: "N", help: "so many at most (50, or the setting list.limit)" },
    tree: { type: "boolean", help: "children below their parents" },
    after: { type: "string", value: "CURSOR", help: "the next page: `next` of the JSON before" },
    ...outputFlags,
  },
  details:
    "Shows open issues, the latest change first, unless the query says otherwise. Words and flags must all hold.\n" +
    "JSON, CSV and the other formats for programs have no limit unless --limit sets one.",
  examples: [
    "git tracker list",
    "git tracker list -l auth -a @me",
    "git tracker list 'priority:>=high' -label:wip sort:due",
    "git tracker list --all --json --fields id,title,status",
    "git tracker list --format '{shortId} {title}'",
  ],
  async run(env, { words, flags }) {
    const workspace = await env.openAll();
    const { askAll, listAll } = await import("../tracker/merged.ts");
    const { renderList, renderTree } = await import("../render/list.ts");
    const otherwise = flags.all ? "" : workspace.config.listQuery;
    const question = { words, filter: flags, otherwise, sort: flags.sort };
    const asked = await askAll(workspace, (tracker) => readQuery(tracker, question));
    const page = await listAll(asked, { limit: limitOf(workspace, flags), after: flags.after });
    await printIssues(env, flags, page, () => (flags.tree ? renderTree : renderList)(page, env.style));
    const isOpen = asked.every(({ isNarrowed }) => isNarrowed) && otherwise === "is:open";
    await tellRest(env, workspace, flags, {
      page,
      empty: isOpen ? "No open issues match. Closed ones too: --all" : "No issues match.",
    });
  },
});
