/** The command `edit`: changes fields of issues, or one whole issue in the editor. */
import type { IssueView } from "../core/view.ts";
import type { Changed } from "../tracker/change.ts";
import type { IssueEdit } from "../tracker/issues.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { bodyFlags, readBody } from "./body.ts";
import { anyNumber, command, type Flags, type globalFlags, type Input, usageError } from "./command.ts";
import type { Env } from "./env.ts";
import { effective, printChanged } from "./print.ts";

const fieldFlags = {
  title: { type: "string", short: "t", value: "TEXT", help: "another title" },
  ...bodyFlags,
  status: { type: "string", short: "s", value: "STATUS", help: "another status" },
  type: { type: "string", value: "TYPE", help: "another type" },
  priority: { type: "string", short: "p", value: "PRIORITY", help: "another priority" },
  "add-label": { type: "list", value: "LABELS", help: "more labels" },
  "remove-label": { type: "list", value: "LABELS", help: "labels that go" },
  "add-assignee": { type: "list", value: "WHO", help: "more people" },
  "remove-assignee": { type: "list", value: "WHO", help: "people who leave" },
  due: { type: "string", value: "DAY", help: "as in 2026-12-01, tomorrow, fri, +2w" },
  estimate: { type: "string", value: "TIME", help: "as in 90m, 2h30m, 1d" },
  milestone: { type: "string", short: "m", value: "NAME", help: "another milestone" },
  sprint: { type: "string", value: "NAME", help: "another sprint" },
  "set-parent": { type: "string", value: "ID", help: "the issue that they are part of" },
  "remove-parent": { type: "boolean", help: "part of none" },
  "add-blocked-by": { type: "list", value: "IDS", help: "what must be done first" },
  "remove-blocked-by": { type: "list", value: "IDS", help: "what need not be done first any more" },
  "add-blocking": { type: "list", value: "IDS", help: "what waits for them" },
  "remove-blocking": { type: "list", value: "IDS", help: "what waits no more" },
} as const satisfies Flags;

const flags = {
  ...fieldFlags,
  edit: { type: "boolean", short: "e", help: "open the editor, as it does on a terminal without flags" },
} as const satisfies Flags;

type EditInput = Input<typeof flags & typeof globalFlags>;

export const edit = command({
  usage: "ID…",
  words: [1, anyNumber],
  flags,
  details: "An empty value clears a field: --due ''. Only what really changes is recorded.",
  examples: [
    "git tracker edit 4f2a",
    "git tracker edit 4f2a --title 'Fix login on Safari' -p high",
    "git tracker edit 4f2a 9c1d --add-label auth,ui --remove-label triage",
    "git tracker edit 4f2a --set-parent 9c1d --due ''",
  ],
  async run(env, input) {
    const tracker = await env.open(input.words);
    const fieldNames = Object.keys(fieldFlags) as (keyof typeof fieldFlags)[]; // Object.keys widens the keys of a literal.
    const hasFields = fieldNames.some(input.given);
    if (input.flags.edit && hasFields)
      throw usageError("edit", "-e opens the editor on all fields: leave out the others");
    if (!hasFields && !input.flags.edit && !env.interactive) {
      throw usageError("edit", "What is to change? As in: git tracker edit ID --title TEXT");
    }
    const changes = hasFields ? await editByFlags(env, tracker, input) : await editInEditor(env, tracker, input.words);
    await printChanged(env, input.flags, input.flags.json ? changes : effective(changes));
  },
});

async function editByFlags(env: Env, tracker: Tracker, { words, flags }: EditInput): Promise<Changed[]> {
  const { editIssues } = await import("../tracker/issues.ts");
  if (flags["remove-parent"] && flags["set-parent"] !== undefined) {
    throw usageError("edit", "--set-parent and --remove-parent can't both be meant");
  }
  const change: IssueEdit = {
    title: flags.title,
    body: await readBody(env, "edit", flags),
    status: flags.status,
    type: flags.type,
    priority: flags.priority,
    due: flags.due,
    estimate: flags.estimate,
    milestone: flags.milestone,
    sprint: flags.sprint,
    parent: flags["remove-parent"] ? "" : flags["set-parent"],
    addLabels: flags["add-label"],
    removeLabels: flags["remove-label"],
    addAssignees: flags["add-assignee"],
    removeAssignees: flags["remove-assignee"],
    addBlockedBy: flags["add-blocked-by"],
    removeBlockedBy: flags["remove-blocked-by"],
    addBlocking: flags["add-blocking"],
    removeBlocking: flags["remove-blocking"],
  };
  return await editIssues(tracker, words, change);
}

async function editInEditor(env: Env, tracker: Tracker, words: readonly string[]): Promise<Changed[]> {
  const { showIssues } = await import("../tracker/read.ts");
  const { editIssues } = await import("../tracker/issues.ts");
  const { editUntilTaken } = await import("./editing.ts");
  const { editBetween, encodeEditText, explainInEditText, isEmptyEditText, parseEditText } = await import(
    "./edit-text.ts"
  );
  const [view, ...others] = await showIssues(tracker, words);
  if (view === undefined || others.length > 0) {
    throw usageError("edit", "The editor takes one issue; for several, say with flags what is to change");
  }
  const before = await textOf(tracker, view);
  const { fieldNotes } = await import("./new-text.ts");
  const notes = [`Issue ${view.shortId}. An emptied value clears the field.`, ...fieldNotes(tracker.config)];
  const changes = await editUntilTaken(env, tracker, {
    text: encodeEditText(before, notes),
    name: `edit-${view.shortId}`,
    isEmpty: isEmptyEditText,
    explain: explainInEditText,
    take: async (text) => await editIssues(tracker, [view.id], editBetween(before, parseEditText(text))),
  });
  return changes ?? [{ issue: view, events: [] }];
}

async function textOf(tracker: Tracker, view: IssueView) {
  const { renderDuration } = await import("../render/age.ts");
  const parent = view.parent === null ? "" : (view.related[view.parent]?.shortId ?? view.parent);
  return {
    fields: {
      title: view.title,
      status: view.status,
      type: view.type ?? "",
      priority: view.priority ?? "",
      labels: view.labels.join(", "),
      assignees: view.assignees.join(", "),
      due: view.due ?? "",
      estimate: view.estimate === null ? "" : renderDuration(view.estimate, tracker.config.hoursPerDay),
      milestone: view.milestone ?? "",
      sprint: view.sprint ?? "",
      parent,
    },
    body: view.body,
  };
}
