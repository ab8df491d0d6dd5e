/** The command `label`: adds, removes and lists labels. */
import { anyNumber, command, outputFlags, unknownPart, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { isText, type OutputChoice, printChanged, printItems } from "./print.ts";
import { idsAndNames } from "./words.ts";

export const label = command({
  usage: "add|remove ID… LABEL… | [list] | define LABEL | drop LABEL",
  words: [0, anyNumber],
  flags: {
    label: { type: "list", short: "l", value: "LABELS", help: "the labels, where one could be taken for an id" },
    description: { type: "string", short: "d", value: "TEXT", help: "with define: what it means" },
    ...outputFlags,
  },
  details:
    "A label need not be made first: it is there as long as an issue has it. `list` counts all but archived and deleted issues.\n" +
    "`define` says for everybody what a label means, and with --color (as in red, or #d73a4a) how it looks;\n" +
    "`drop` forgets that, and issues keep their labels.",
  examples: [
    "git tracker label add 4f2a auth ui",
    "git tracker label remove 4f2a 9c1d triage",
    "git tracker label add 4f2a -l 2026",
    "git tracker label list",
    'git tracker label define auth --color red -d "Signing in"',
  ],
  async run(env, { words: [what = "list", ...rest], flags }) {
    if (what !== "define" && flags.description !== undefined) {
      throw usageError("label", "--description goes with `label define`");
    }
    switch (what) {
      case "define":
      case "drop":
        await changeDefinition(env, what, rest, flags);
        return;
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
        await printChanged(env, flags, await editIssues(await env.open(ids), ids, change));
        return;
      }
      default:
        throw unknownPart("label", what, parts);
    }
  },
});

const parts = ["add", "remove", "list", "define", "drop"] as const;

async function changeDefinition(
  env: Env,
  what: "define" | "drop",
  [name, ...rest]: readonly string[],
  choice: OutputChoice & { readonly color: string | undefined; readonly description: string | undefined },
): Promise<void> {
  const { defineLabel, dropLabel } = await import("../tracker/labels.ts");
  const { envelope } = await import("../render/json.ts");
  const { printProjectChange } = await import("./people.ts");
  if (name === undefined || rest.length > 0) {
    throw usageError("label", `Which label? As in: git tracker label ${what} LABEL`);
  }
  const tracker = await env.open();
  const changed = what === "define" ? await defineLabel(tracker, name, choice) : await dropLabel(tracker, name);
  await printProjectChange(env, choice, changed, () =>
    envelope("label", { item: changed.project.labels.find((each) => each.name === name) ?? null }),
  );
}

async function listLabels(env: Env, choice: OutputChoice): Promise<void> {
  const { listLabels: readLabels } = await import("../tracker/labels.ts");
  const { labelPaint } = await import("../render/style.ts");
  const { line } = await import("../render/span.ts");
  const { renderTable } = await import("../render/table.ts");
  const labels = await readLabels(await env.open());
  const isAnyDescribed = labels.some(({ description }) => description !== null);
  await printItems(env, choice, {
    kind: "labels",
    page: {
      items: labels.map(({ name, count, defined, color, description }) => ({
        name,
        count,
        defined,
        color,
        description,
      })),
      total: labels.length,
      next: null,
    },
    known: ["name", "count", "defined", "color", "description"],
    rowFields: ["name", "count"],
    idField: "name",
    text: () =>
      renderTable(
        [
          { name: "label" },
          { name: "issues", align: "right" },
          ...(isAnyDescribed ? [{ name: "", shrinksTo: 10 }] : []),
        ],
        labels.map(({ name, count, description }) => [
          line(name, labelPaint(env.style, name)),
          line(String(count)),
          ...(isAnyDescribed ? [line(description ?? "", env.style.dim)] : []),
        ]),
        env.style,
      ),
  });
  if (labels.length === 0 && isText(choice)) env.err("No labels yet. As in: git tracker label add ID LABEL");
}
