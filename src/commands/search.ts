/** The command `search`: full text, the best match first. */
import { anyNumber, command, outputFlags, usageError } from "./command.ts";
import { limitOf, tellRest } from "./paging.ts";
import { printItems } from "./print.ts";
import { filterFlags, readQuery } from "./query-flags.ts";

/** Archived issues are looked at only where the query speaks of them. */
const evenArchived = "(is:archived OR -is:archived)";

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
    const workspace = await env.openAll();
    const { askAll, searchAll } = await import("../tracker/merged.ts");
    const { issueHit, hitFields } = await import("./hit-item.ts");
    const { queryHelp } = await import("../core/query.ts");
    const { splitSearch } = await import("./search-words.ts");
    const { text, terms } = splitSearch(
      words,
      queryHelp.map(({ name }) => name),
    );
    if (text === "") throw usageError("search", "There is no text to search for; `list` takes terms alone");
    const narrowing = flags.all ? [...terms, evenArchived] : terms;
    const question = { words: narrowing, filter: flags, otherwise: "" };
    const asked = await askAll(workspace, (tracker) => readQuery(tracker, question));
    const page = await searchAll(asked, text, { limit: limitOf(workspace, flags), after: flags.after });
    const { renderHits } = await import("../render/search.ts");
    await printItems(env, flags, {
      kind: "search",
      page: { ...page, items: page.items.map(issueHit) },
      known: hitFields,
      rowFields: ["shortId", "status", "title", "hit"],
      text: () => renderHits(page, env.style),
    });
    await tellRest(env, workspace, flags, { page, empty: "No match." });
  },
});
