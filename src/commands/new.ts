/** The command `new`: makes an issue, from flags, in the editor, or many from a plan. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import type { NewIssue } from "../tracker/issues.ts";
import { bodyFlags, readBody } from "./body.ts";
import { anyNumber, command, type Flags, type globalFlags, type Input, usageError, type Values } from "./command.ts";
import type { Env } from "./env.ts";
import { printViews } from "./print.ts";

const fieldFlags = {
  title: { type: "string", short: "t", value: "TEXT", help: "the title, if it isn't a word on the line" },
  ...bodyFlags,
  edit: { type: "boolean", short: "e", help: "write it in the editor, beginning with the flags" },
  template: { type: "string", short: "T", value: "NAME", help: "begin with a template of the settings" },
  label: { type: "list", short: "l", value: "LABELS", help: "its labels" },
  assignee: { type: "list", short: "a", value: "WHO", help: "who works on it; @me is you" },
  type: { type: "string", value: "TYPE", help: "bug, feature, task, or as the settings have it" },
  priority: {
    type: "string",
    short: "p",
    value: "PRIORITY",
    help: "low, medium, high, urgent, or as the settings have it",
  },
  status: { type: "string", short: "s", value: "STATUS", help: "where it starts" },
  due: { type: "string", value: "DAY", help: "as in 2026-12-01, tomorrow, fri, +2w" },
  estimate: { type: "string", value: "TIME", help: "as in 90m, 2h30m, 1d" },
  parent: { type: "string", value: "ID", help: "the issue that it is part of" },
  "blocked-by": { type: "list", value: "IDS", help: "what must be done first" },
  blocking: { type: "list", value: "IDS", help: "what waits for it" },
  milestone: { type: "string", short: "m", value: "NAME", help: "its milestone" },
  sprint: { type: "string", value: "NAME", help: "its sprint" },
  "from-file": {
    type: "string",
    value: "FILE",
    help: "make many: a plan in Markdown, JSON or JSON lines; - is standard input",
  },
} as const satisfies Flags;

export const newIssue = command({
  usage: "[TITLE]",
  words: [0, anyNumber],
  flags: fieldFlags,
  details: "On a terminal without a title the editor opens. -q prints the full id alone, for scripts.",
  examples: [
    'git tracker new "Fix login on Safari" -l auth -p high -a @me',
    'git tracker new "Rate limits" --blocked-by 4f2a --due +2w -F notes.md',
    "git tracker new -T bug",
    'id=$(git tracker new -q "Nightly build is red")',
    "git tracker new --from-file plan.md",
  ],
  async run(env, input) {
    const { flags } = input;
    if (flags["from-file"] !== undefined) {
      await makeFromFile(env, input, flags["from-file"]);
      return;
    }
    const issue = await readIssue(env, input);
    const made = await make(env, issue, { inEditor: flags.edit || issue.title === "" });
    if (made === undefined) {
      throw new TrackerError(
        "invalid",
        "Nothing was made: nothing was written",
        'Give a title: git tracker new "What is to be done"',
      );
    }
    await printMade(env, flags, [made]);
  },
});

type NewFlags = Values<typeof fieldFlags & typeof globalFlags>;

/** What the command line says; an empty title: it says none. */
async function readIssue(env: Env, { words, flags }: Input<typeof fieldFlags & typeof globalFlags>): Promise<NewIssue> {
  if (words.length > 0 && flags.title !== undefined) throw usageError("new", "The title stands twice");
  const title = flags.title ?? words.join(" ");
  if (title.trim() === "" && !flags.edit && !env.interactive) {
    throw new TrackerError("invalid", "An issue needs a title", 'git tracker new "What is to be done"');
  }
  const template = flags.template === undefined ? {} : await findTemplate(env, flags.template);
  const start = template.title ?? "";
  return {
    title: title.startsWith(start.trim()) ? title : `${start}${title}`,
    body: (await readBody(env, "new", flags)) ?? template.body,
    status: flags.status,
    type: flags.type ?? template.type,
    priority: flags.priority ?? template.priority,
    labels: [...(template.labels ?? []), ...flags.label],
    assignees: flags.assignee,
    due: flags.due,
    estimate: flags.estimate,
    milestone: flags.milestone,
    sprint: flags.sprint,
    parent: flags.parent,
    blockedBy: flags["blocked-by"],
    blocking: flags.blocking,
  };
}

async function findTemplate(env: Env, name: string) {
  const { templates } = (await env.open()).config;
  const template = Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (template !== undefined) return template;
  const names = Object.keys(templates);
  throw new TrackerError(
    "not-found",
    `There is no template \`${visible(name)}\``,
    names.length === 0
      ? "Write one: git tracker config edit"
      : `Templates: ${names.map((each) => visible(each)).join(", ")}.`,
  );
}

/** Undefined if the person wrote nothing in the editor. */
async function make(env: Env, issue: NewIssue, { inEditor }: { inEditor: boolean }): Promise<IssueView | undefined> {
  const tracker = await env.open();
  const { createIssue } = await import("../tracker/issues.ts");
  if (!inEditor) return await createIssue(tracker, issue);
  const { explainInEditText, isEmptyEditText, parseEditText } = await import("./edit-text.ts");
  const { editUntilTaken } = await import("./editing.ts");
  const { fromText, newText } = await import("./new-text.ts");
  return await editUntilTaken(env, tracker, {
    text: newText(tracker.config, issue),
    name: "new",
    isEmpty: isEmptyEditText,
    explain: explainInEditText,
    take: async (text) => await createIssue(tracker, fromText(issue, parseEditText(text))),
  });
}

async function makeFromFile(
  env: Env,
  { words, flags, given }: Input<typeof fieldFlags & typeof globalFlags>,
  file: string,
): Promise<void> {
  const names = Object.keys(fieldFlags) as (keyof typeof fieldFlags)[]; // Object.keys widens the keys of a literal.
  if (words.length > 0 || names.some((name) => name !== "from-file" && given(name)))
    throw usageError("new", "--from-file stands alone: the file says what the issues are");
  const text = await env.files.readText(file);
  const { makePlan } = await import("./plan.ts");
  const views = await makePlan(await env.open(), text, file);
  await printMade(env, flags, views);
  env.err(`${views.length} ${views.length === 1 ? "issue" : "issues"} made`);
}

async function printMade(
  env: Env,
  { json, quiet }: Pick<NewFlags, "json" | "quiet">,
  views: readonly IssueView[],
): Promise<void> {
  if (json) {
    await printViews(env, views);
    return;
  }
  const { yellow, dim } = env.style;
  for (const { id, shortId, title } of views)
    env.out(quiet ? id : `${yellow(shortId)} created  ${dim(visible(title))}`);
}
