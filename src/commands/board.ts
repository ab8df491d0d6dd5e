/** The command `board`: the kanban board. */
import type { BoardView } from "../core/view.ts";
import type { Asked } from "../tracker/merged.ts";
import { anyNumber, command, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { emptiness } from "./paging.ts";
import { printJson } from "./print.ts";
import { filterFlags, readQuery } from "./query-flags.ts";

/** What is done leaves the board after two weeks. */
const otherwise = "is:open OR closed:<14d";

const fields = ["assignee", "priority", "type", "parent"];

export const board = command({
  usage: "[QUERY…]",
  words: [0, anyNumber],
  query: true,
  flags: {
    ...filterFlags,
    by: {
      type: "string",
      value: "FIELD",
      help: "swim lanes: assignee, priority, type, parent, label:PREFIX or none",
      choices: [...fields, "none"],
    },
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
    const workspace = await env.openAll();
    const { askAll } = await import("../tracker/merged.ts");
    const question = { words, filter: flags, otherwise: flags.all ? "" : otherwise };
    const asked = await askAll(workspace, (tracker) => readQuery(tracker, question));
    const by = parseLanes(flags.by ?? workspace.config.boardBy);
    if (flags.json) {
      const { board: readBoard } = await import("../tracker/board.ts");
      await printJson(env, await boardEnvelope(await readBoard(asked, by)));
      return;
    }
    const counts = await printText(env, asked, { by, cardsMax: flags.all ? Number.POSITIVE_INFINITY : 10 });
    if (counts.some((count) => count > 0)) return;
    env.err(await emptiness(workspace, "No issues match."));
  },
});

function parseLanes(text: string | null): string | null {
  if (text === null || text === "none" || text === "") return null;
  if (fields.includes(text) || text.startsWith("label:")) return text;
  throw usageError("board", `--by takes ${fields.join(", ")}, label:PREFIX or none`);
}

interface Wanted {
  readonly by: string | null;
  readonly cardsMax: number;
}

/** Prints the board for people, or all of it for pipes that read lines. Returns how many issues each column holds. */
async function printText(env: Env, asked: readonly Asked[], { by, cardsMax }: Wanted): Promise<readonly number[]> {
  const { board: readBoard, bareBoard } = await import("../tracker/board.ts");
  const { renderBareBoard, renderBoard } = await import("../render/board.ts");
  if (env.style.width === undefined) {
    const bare = await bareBoard(asked, by);
    env.out(renderBareBoard(bare, env.style));
    return bare.counts;
  }
  const view = await readBoard(asked, by, cardsMax);
  env.out(renderBoard(view, env.style, { cardsMax }));
  return view.counts;
}

async function boardEnvelope({ by, columns, counts, lanes }: BoardView) {
  const { envelope, summaryItem } = await import("../render/json.ts");
  return envelope("board", {
    by,
    columns: columns.map(({ name, category, limit }, i) => ({ name, category, limit, count: counts[i] ?? 0 })),
    lanes: lanes.map(({ name, cells }) => ({ name, cells: cells.map((cards) => cards.map(summaryItem)) })),
  });
}
