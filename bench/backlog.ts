/** Backlog.md: a Markdown file for each issue in a folder of the work tree. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { npmPrograms } from "./install.ts";
import { rareWord } from "./invent.ts";
import { type FinalIssue, finalIssues, type Status } from "./issues.ts";
import { alternating, type Trial } from "./measure.ts";
import type { Rival } from "./rivals.ts";
import { runIn, scratchFolder } from "./scratch.ts";

const version = "1.52.0";
const statusNames: Readonly<Record<Status, string>> = { todo: "To Do", "in-progress": "In Progress", done: "Done" };

export async function openBacklog(issues: number): Promise<Rival> {
  const backlog = join(await npmPrograms("backlog.md", version), "backlog");
  const cwd = join(scratchFolder(), "backlog");
  mkdirSync(cwd);
  await runIn(cwd, ["git", "init", "--quiet"]);
  await runIn(cwd, [backlog, "init", "bench", "--defaults", "--agent-instructions", "none"]);
  const tasks = join(cwd, "backlog", "tasks");
  for (const issue of finalIssues(issues)) await Bun.write(join(tasks, fileNameOf(issue)), taskFile(issue));
  await runIn(cwd, ["git", "add", "--all"]);
  await runIn(cwd, ["git", "commit", "--quiet", "--message=All tasks"]);
  // Into a file: through a pipe, the end of a long list gets lost, since the program doesn't wait for its reader.
  await runIn(cwd, ["sh", "-c", `'${backlog}' task list --plain >../backlog.txt`]);
  const listed = readFileSync(join(cwd, "..", "backlog.txt"), "utf8").match(/^ .*\bTASK-\d+ - /gm)?.length ?? 0;
  if (listed !== issues) throw new Error(`it lists ${listed} of ${issues} tasks`);
  let next = 0;
  const nextId = () => String(1 + (next++ % issues));
  const toAndFro = alternating(statusNames["in-progress"], statusNames.todo);
  const trial = (label: string, args: () => readonly string[]): Trial => {
    return { label, next: () => ({ command: [backlog, ...args()], cwd }) };
  };
  const filter = ["--labels", "parser", "--priority", "high", "--limit", "50", "--plain"];
  return {
    version,
    trials: {
      new: trial("task create", () => ["task", "create", "A title of some words", "-d", "A body of some more words."]),
      status: trial("task edit -s", () => ["task", "edit", "1", "-s", toAndFro()]),
      list: trial("task list", () => ["task", "list", "--limit", "50", "--plain"]),
      "list, filtered": trial("task list -l", () => ["task", "list", ...filter]),
      show: trial("task view", () => ["task", "view", nextId(), "--plain"]),
      search: trial("search", () => ["search", rareWord, "--limit", "50", "--plain"]),
      board: trial("board view", () => ["board", "view"]),
    },
  };
}

/** Its own names hold the title, too. */
function fileNameOf({ number, title }: FinalIssue): string {
  return `task-${number + 1} - ${title.replaceAll(/\W+/g, "-")}.md`;
}

/** As its own commands write it. */
export function taskFile(issue: FinalIssue): string {
  const list = (name: string, values: readonly string[]) =>
    values.length === 0 ? [`${name}: []`] : [`${name}:`, ...values.map((value) => `  - ${quoted(value)}`)];
  const priority = issue.priority === "urgent" ? "high" : issue.priority; // There is none above high.
  return [
    "---",
    `id: TASK-${issue.number + 1}`,
    `title: ${quoted(issue.title)}`,
    `status: ${statusNames[issue.status]}`,
    ...list(
      "assignee",
      issue.assignees.map((email) => `@${email}`),
    ),
    `created_date: ${quoted(minuteOf(issue.created))}`,
    `updated_date: ${quoted(minuteOf(issue.updated))}`,
    ...list("labels", issue.labels),
    "dependencies: []",
    ...(priority === undefined ? [] : [`priority: ${priority}`]),
    `type: ${issue.type}`,
    `ordinal: ${1000 * (issue.number + 1)}`,
    "---",
    "",
    "## Description",
    "",
    "<!-- SECTION:DESCRIPTION:BEGIN -->",
    issue.body,
    "<!-- SECTION:DESCRIPTION:END -->",
    ...(issue.comments.length === 0 ? [] : ["", "## Comments", "", "<!-- COMMENTS:BEGIN -->"]),
    issue.comments
      .map(({ author, seconds, body }) => `author: ${author}\ncreated: ${minuteOf(seconds)}\n---\n${body}\n---`)
      .join("\n\n"),
    ...(issue.comments.length === 0 ? [] : ["<!-- COMMENTS:END -->", ""]),
  ].join("\n");
}

/** Such a string means the same in YAML. */
function quoted(value: string): string {
  return JSON.stringify(value);
}

function minuteOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}
