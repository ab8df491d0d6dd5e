/** The command `search`: full text, the best match first. */
import { anyNumber, command, outputFlags } from "./command.ts";
import { limitOf, tellRest } from "./paging.ts";
import { printItems } from "./print.ts";
import { filterFlags, readQuery } from "./query-flags.ts";

export const search = command({
  usage: "TEXT…",
  words: [1, anyNumber],
  query: true,
  flags: {
    ...filterFlags,
    all: { type: "boolean", help: "archived ones too" },
    limit: { type: "string", short: "L", value: "N", help: "so many at most (50, or the setting list.limit)" },
    after: { type: "string", value: "CURSOR", help: "the next page: `next` of the JSON before" },
    ...outputFlags,
  },
  details:
    'Looks through titles, descriptions and comments of open and closed issues. A word matches what begins with it, "several\n' +
    'words" in quotes match as they stand. Terms of the query language narrow it: git tracker help query',
  examples: [
    "git tracker search login safari",
    "git tracker search '\"connection reset\"' is:open",
    "git tracker search timeout -l network --json",
  ],
  async run(env, { words, flags }) {
    const tracker = await env.open();
    const { searchIssues } = await import("../tracker/read.ts");
    const { issueHit, hitFields } = await import("./hit-item.ts");
    const { text, terms } = await splitSearch(words);
    const query = await readQuery(tracker, { words: terms, filter: flags, otherwise: "" });
    const wide = flags.all ? await withArchived(tracker, query) : query;
    const page = await searchIssues(tracker, text, wide, { limit: limitOf(tracker, flags), after: flags.after });
    const { renderHits } = await import("../render/search.ts");
    await printItems(env, flags, {
      kind: "search",
      page: { ...page, items: page.items.map(issueHit) },
      known: hitFields,
      rowFields: ["shortId", "status", "title", "hit"],
      text: () => renderHits(page, env.style),
    });
    await tellRest(env, tracker, flags, { page, empty: "No match." });
  },
});
