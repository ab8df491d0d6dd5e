/** The command `board`: the kanban board. */
import type { BoardView } from "../core/view.ts";
import { anyNumber, command, usageError } from "./command.ts";
import { printJson } from "./print.ts";
import { filterFlags, readQuery } from "./query-flags.ts";

/** What is done leaves the board after two weeks. */
const otherwise = "is:open OR closed:<14d";

export const board = command({
  usage: "[QUERY…]",
  words: [0, anyNumber],
  query: true,
  flags: {
    ...filterFlags,
    by: { type: "string", value: "FIELD", help: "swim lanes: assignee, priority, type, parent, label:PREFIX or none" },
    all: { type: "boolean", help: "all that was ever done, and every card" },
  },
  details:
    "A column for each status of the workflow, with its WIP limit. Without a query: what is open, and what was closed\n" +
    "in the last two weeks.",
  examples: [
    "git tracker board",
    "git tracker board --by assignee",
    "git tracker board -l auth --by label:area/",
    "git tracker board sprint:v2 --all",
  ],
  async run(env, { words, flags }) {
    const tracker = await env.open();
    const { board: readBoard } = await import("../tracker/read.ts");
    const { query } = await readQuery(tracker, { words, filter: flags, otherwise: flags.all ? "" : otherwise });
    const view = await readBoard(tracker, query, parseLanes(flags.by ?? tracker.config.boardBy));
    if (flags.json) {
      await printJson(env, await boardEnvelope(view));
      return;
    }
    const { renderBoard } = await import("../render/board.ts");
    const cardsMax = flags.all ? Number.POSITIVE_INFINITY : 10;
    env.out(renderBoard(view, env.style, { cardsMax }));
    if (view.counts.some((count) => count > 0)) return;
    env.err(
      tracker.index.tips().size > 0
        ? "No issues match."
        : 'There are no issues yet: git tracker new "What is to be done"',
    );
  },
});

const fields = ["assignee", "priority", "type", "parent"];

function parseLanes(text: string | null): string | null {
  if (text === null || text === "none" || text === "") return null;
  if (fields.includes(text) || text.startsWith("label:")) return text;
  throw usageError("board", `--by takes ${fields.join(", ")}, label:PREFIX or none`);
}

async function boardEnvelope({ by, columns, counts, lanes }: BoardView) {
  const { envelope, summaryItem } = await import("../render/json.ts");
  return envelope("board", {
    by,
    columns: columns.map(({ name, category, limit }, i) => ({ name, category, limit, count: counts[i] ?? 0 })),
    lanes: lanes.map(({ name, cells }) => ({ name, cells: cells.map((cards) => cards.map(summaryItem)) })),
  });
}
