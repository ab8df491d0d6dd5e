/** Laws of the formats of other trackers: random issues leave, and our own importers, and Taskwarrior itself where it is installed, read the same. */
import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { exportGitHub } from "../../src/bridge/export-github.ts";
import { exportTasks } from "../../src/bridge/export-taskwarrior.ts";
import { importGitHub } from "../../src/bridge/github.ts";
import { importTaskwarrior } from "../../src/bridge/taskwarrior.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import type { IssueView } from "../../src/core/view.ts";
import { importIssues } from "../../src/tracker/import.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { fileOf, leave, type Story, story, tell, viewsOf, withTrackers, written } from "./leaving.ts";

const context = {
  settings: defaultSettings,
  now: { seconds: 0, zone: "+0000" },
  actor: { name: "Ada", email: "ada@example.com" },
};
const sorted = (values: readonly object[]) => values.map((value) => JSON.stringify(value)).sort();

test("github: titles, states, labels, comments and milestones come back, and the second time nothing", async () => {
  const said = ({ title, body, category, resolution, labels, milestone, comments }: IssueView) => ({
    title,
    body,
    closed: category === "done",
    // GitHub has a reason for every closing.
    resolution: category === "done" ? (resolution ?? "completed") : null,
    labels: labels.toSorted(),
    milestone,
    comments: comments.map((comment) => comment.body),
  });
  const property = fc.asyncProperty(story, async (issues) => {
    await withTrackers(async (from, to) => {
      await tell(from, issues);
      const file = await written(exportGitHub(await leave(from), defaultSettings));
      const source = () => importGitHub({ files: fileOf(file) }, context);
      await importIssues(to, source());
      expect(sorted((await viewsOf(to)).map(said))).toEqual(sorted((await viewsOf(from)).map(said)));
      expect(await importIssues(to, source())).toMatchObject({ created: 0, updated: 0 });
    });
  });
  await fc.assert(property, { numRuns: 60 });
}, 60_000);

const taskSaid = (views: readonly IssueView[]) => {
  const titles = new Map(views.map(({ id, title }) => [id, title]));
  return views.map(({ title, category, labels, priority, due, linkedFrom }) => ({
    title,
    category,
    labels: labels.toSorted(),
    priority,
    due,
    blockers: linkedFrom.map(({ source }) => titles.get(source)).sort(),
  }));
};

async function importTasks(to: Tracker, file: string): Promise<void> {
  await importIssues(to, {
    [Symbol.asyncIterator]: () => importTaskwarrior(fileOf(file), context)[Symbol.asyncIterator](),
  });
}

test("taskwarrior: state, due, tags, priorities and dependencies come back", async () => {
  const property = fc.asyncProperty(story, async (issues) => {
    await withTrackers(async (from, to) => {
      await tell(from, issues);
      await importTasks(to, await written(exportTasks(await leave(from))));
      expect(sorted(taskSaid(await viewsOf(to)))).toEqual(sorted(taskSaid(await viewsOf(from))));
    });
  });
  await fc.assert(property, { numRuns: 60 });
}, 60_000);

const noTask = Bun.which("task") === null;
test.skipIf(noTask)(`taskwarrior takes them itself${noTask ? " (it is not installed)" : ""}`, async () => {
  const issues: Story = [
    {
      title: 'A (b) [c] "d" é',
      body: "Two\n\nlines",
      labels: ["bug", "help wanted"],
      milestone: undefined,
      priority: "urgent",
      due: "2026-12-01",
      comments: ["Words", "Words"],
      later: "open",
      blockedBy: false,
    },
    {
      title: "Second",
      body: "",
      labels: [],
      milestone: "1.0",
      priority: "low",
      due: undefined,
      comments: [],
      later: "started",
      blockedBy: true,
    },
    {
      title: "Third",
      body: "",
      labels: ["ü"],
      milestone: undefined,
      priority: undefined,
      due: undefined,
      comments: [],
      later: "closed",
      blockedBy: false,
    },
  ];
  await withTrackers(async (from, to, folder) => {
    await tell(from, issues);
    const data = join(folder, "tasks");
    const file = join(folder, "tasks.json");
    const config = join(folder, "taskrc");
    writeFileSync(config, `data.location=${data}\n`);
    writeFileSync(file, await written(exportTasks(await leave(from))));
    const task = (...args: string[]) => {
      const options = {
        env: { PATH: process.env.PATH ?? "", HOME: folder, TASKRC: config, TASKDATA: data },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      } as const;
      const run = Bun.spawnSync(["task", "rc.confirmation=no", ...args], options);
      expect({ args, code: run.exitCode, said: run.exitCode === 0 ? "" : run.stderr.toString() }).toEqual({
        args,
        code: 0,
        said: "",
      });
      return run.stdout.toString();
    };
    mkdirSync(data);
    task("import", file);
    await importTasks(to, task("export"));
    expect(sorted(taskSaid(await viewsOf(to)))).toEqual(sorted(taskSaid(await viewsOf(from))));
  });
});
