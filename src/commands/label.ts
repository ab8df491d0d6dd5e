/** The command `label`: adds, removes and lists labels. */
import { nearest, TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { anyNumber, command, outputFlags, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { isText, type OutputChoice, printChanged, printItems } from "./print.ts";
import { idsAndNames } from "./words.ts";

export const label = command({
  usage: "add|remove ID… LABEL… | list",
  words: [1, anyNumber],
  flags: {
    label: { type: "list", short: "l", value: "LABELS", help: "the labels, where one could be taken for an id" },
    ...outputFlags,
  },
  details:
    "A label need not be made first: it is there as long as an issue has it. `list` counts all but archived and deleted issues.",
  examples: [
    "git tracker label add 4f2a auth ui",
    "git tracker label remove 4f2a 9c1d triage",
    "git tracker label add 4f2a -l 2026",
    "git tracker label list",
  ],
  async run(env, { words: [what = "", ...rest], flags }) {
    switch (what) {
      case "list":
      case "ls":
        if (rest.length > 0) throw usageError("label", "`label list` takes no more words");
        await listLabels(env, flags);
        return;
      case "add":
      case "remove":
      case "rm": {
        const { editIssues } = await import("../tracker/issues.ts");
        const { ids, names } = idsAndNames(rest, { flag: "--label", names: flags.label });
        const change = what === "add" ? { addLabels: names } : { removeLabels: names };
        await printChanged(env, flags, await editIssues(await env.open(), ids, change));
        return;
      }
      default:
        throw unknownPart(what);
    }
  },
});

const parts = ["add", "remove", "list"] as const;

function unknownPart(what: string): TrackerError {
  const near = nearest(what, parts);
  const hint = near === undefined ? "As in: git tracker label add ID LABEL" : `Did you mean: git tracker label ${near}`;
  return new TrackerError("invalid", `There is no \`label ${visible(what)}\``, hint);
}

async function listLabels(env: Env, choice: OutputChoice): Promise<void> {
  const { listLabels: readLabels } = await import("../tracker/read.ts");
  const { labelPaint } = await import("../render/style.ts");
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const labels = await readLabels(await env.open());
  await printItems(env, choice, {
    kind: "labels",
    page: { items: labels.map(({ name, count }) => ({ name, count })), total: labels.length, next: null },
    known: ["name", "count"],
    rowFields: ["name", "count"],
    idField: "name",
    text: () =>
      renderTable(
        [{ name: "label" }, { name: "issues", align: "right" }],
        labels.map(({ name, count }) => [line(name, labelPaint(env.style, name)), line(String(count))]),
        env.style,
      ),
  });
  if (labels.length === 0 && isText(choice)) env.err("No labels yet. As in: git tracker label add ID LABEL");
}
