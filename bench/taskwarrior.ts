/** taskwarrior: one person's tasks in text files, in a folder of their own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { debianProgram } from "./install.ts";
import { rareWord } from "./invent.ts";
import { type FinalIssue, finalIssues } from "./issues.ts";
import { alternating, type Trial } from "./measure.ts";
import type { Rival } from "./rivals.ts";
import { runIn, scratchFolder } from "./scratch.ts";

const priorities: Readonly<Record<string, string>> = { low: "L", medium: "M", high: "H", urgent: "H" };

export async function openTaskwarrior(issues: number): Promise<Rival> {
  const program = await debianProgram("task", "taskwarrior");
  const cwd = join(scratchFolder(), "taskwarrior");
  mkdirSync(cwd);
  const settings = join(cwd, "taskrc");
  // "news" would end every command with an advertisement of the version.
  const lines = [`data.location=${join(cwd, "data")}`, "confirmation=no", "verbose=label,new-id", "news.version=9.9.9"];
  await Bun.write(settings, `${lines.join("\n")}\n`);
  const task = [program, `rc:${settings}`];
  const source = join(cwd, "tasks.json");
  await Bun.write(source, JSON.stringify(finalIssues(issues).map(taskOf)));
  await runIn(cwd, [...task, "import", source]);
  const counted = Number(await runIn(cwd, [...task, "count"]));
  if (counted !== issues) throw new Error(`it holds ${counted} of ${issues} tasks`);
  let next = 0;
  const nextId = () => uuidOf(next++ % issues);
  await runIn(cwd, [...task, "add", "Moved to and fro"]);
  const moved = (await runIn(cwd, [...task, "description:Moved to and fro", "uuids"])).trim();
  const toAndFro = alternating("start", "stop");
  const trial = (label: string, args: () => readonly string[]): Trial => {
    return { label, next: () => ({ command: [...task, ...args()], cwd }) };
  };
  const filter = ["rc.report.all.sort=entry+", "+parser", "priority:H", "limit:50", "all"];
  return {
    version: (await runIn(cwd, [program, "--version"])).trim(),
    trials: {
      new: trial("add", () => ["add", "A title of some words"]),
      status: trial("start, stop", () => [moved, toAndFro()]),
      list: trial("list", () => ["limit:50", "list"]),
      "list, filtered": trial("all, filtered", () => filter),
      show: trial("info", () => [nextId(), "info"]),
      search: trial("all, searched", () => [`/${rareWord}/`, "limit:50", "all"]),
      board: { lacking: "it has no board" },
    },
  };
}

/** It has no place for a body: that goes where people put it, into the first annotation. */
export function taskOf(issue: FinalIssue): object {
  const notes = [{ seconds: issue.created, body: issue.body }, ...issue.comments].filter(({ body }) => body !== "");
  const taken = new Set<number>();
  const annotations = notes.map(({ seconds, body }) => {
    let free = seconds;
    while (taken.has(free)) free++; // The time is an annotation's name.
    taken.add(free);
    return { entry: timeOf(free), description: body };
  });
  return {
    uuid: uuidOf(issue.number),
    description: issue.title,
    status: issue.status === "done" ? "completed" : "pending",
    entry: timeOf(issue.created),
    modified: timeOf(issue.updated),
    ...(issue.status === "done" && { end: timeOf(issue.updated) }),
    ...(issue.status === "in-progress" && { start: timeOf(issue.updated) }),
    ...(issue.priority !== undefined && { priority: priorities[issue.priority] }),
    project: issue.type,
    tags: issue.labels,
    annotations,
  };
}

function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}
