/**
 * Tasks of Backlog.md → histories. The source is its folder: Markdown files in `tasks`, `completed`, `drafts` and `archive`, and `config.yml`. A
 * file tells what its task is by now, so each becomes its creation and its comments; the rest, the verb adds. Git's own history of the files
 * is not read.
 */
import { join } from "node:path";
import type { Actor, Moment } from "../core/commit.ts";
import type { Category } from "../core/settings.ts";
import type { ImportedCommit, ImportedIssue, ImportedLink } from "../tracker/import.ts";
import type { Snapshot } from "../tracker/snapshot.ts";
import { type BacklogTask, fieldsOf, readTask } from "./backlog-shape.ts";
import { createDistinct, findAlike, fitBody, fitName, fitPriority, fitStatus, fitTitle, personNamed } from "./fit.ts";
import { readFrontMatter, readKeys } from "./front-matter.ts";
import type { ImportContext, SourceFolder } from "./source.ts";
import { decodeText, refusedAt } from "./values.ts";

const system = "backlog";
const somebody: Actor = { name: "backlog", email: `backlog@${system}.invalid` };

/** In this order: of tasks with the same id, the first in it has the id's name. */
const places = [
  { folder: "tasks", archived: false },
  { folder: "completed", archived: false },
  { folder: "drafts", archived: false },
  { folder: "archive/tasks", archived: true },
  { folder: "archive/drafts", archived: true },
] as const;

interface Project {
  /** From the first to the last. */
  readonly statuses: readonly string[];
  readonly defaultStatus: string;
  /** Id → title. */
  readonly milestones: ReadonlyMap<string, string>;
}

/** Yields one issue after the other. `folder` is Backlog.md's own or the one that it is in. Throws `invalid` with file and line. */
export async function* importBacklog(folder: SourceFolder, context: ImportContext): AsyncGenerator<ImportedIssue> {
  const root = ["backlog", ".backlog"].find((name) => folder.exists(join(name, "tasks"))) ?? "";
  const project = await readProject(folder, root);
  const files = new Map<string, string>();
  for (const place of places) {
    const here = new Map<string, string>();
    for (const { file, text } of await textsIn(folder, join(root, place.folder))) {
      const task = readTask(text, file);
      if (task === undefined) {
        context.skipped?.("file without front matter");
        continue;
      }
      // Backlog.md compares ids without regard to case, and gives those of archived tasks to new ones.
      const id = task.id.toLowerCase();
      const before = here.get(id);
      if (before !== undefined)
        throw refusedAt(`${file}:1`, `${task.id} is there twice, first in ${before}`, "Remove one of the two.");
      here.set(id, file);
      const name = files.has(id) ? `${id} in ${place.folder}` : id;
      files.set(id, files.get(id) ?? file);
      yield translate(task, name, place.archived, project, context);
    }
  }
}

async function textsIn(
  folder: SourceFolder,
  path: string,
): Promise<{ readonly file: string; readonly text: string }[]> {
  const texts: { file: string; text: string }[] = [];
  for (const file of folder.exists(path) ? await folder.list(path) : []) {
    if (file.endsWith(".md")) texts.push({ file, text: decodeText(await folder.read(file), file) });
  }
  return texts;
}

async function readProject(folder: SourceFolder, root: string): Promise<Project> {
  const path = ["config.yml", "config.yaml"].map((name) => join(root, name)).find((path) => folder.exists(path));
  const [file] = path === undefined ? [] : await folder.list(path);
  const text = file === undefined ? "" : decodeText(await folder.read(file), file);
  const config = fieldsOf(readKeys(text.split(/\r\n|\r|\n/), file ?? ""), file ?? "");
  const statuses = config.many("statuses");
  const milestones = new Map<string, string>();
  for (const { file, text } of await textsIn(folder, join(root, "milestones"))) {
    const fields = fieldsOf(readFrontMatter(text, file).values, file);
    milestones.set(fields.one("id").toLowerCase(), fitName(fields.one("title")));
  }
  return {
    statuses: statuses.length === 0 ? ["To Do", "In Progress", "Done"] : statuses,
    defaultStatus: config.one("default_status") || (statuses[0] ?? "To Do"),
    milestones,
  };
}

function translate(
  task: BacklogTask,
  name: string,
  archived: boolean,
  project: Project,
  context: ImportContext,
): ImportedIssue {
  const time = task.created ?? task.updated ?? context.now;
  const author = task.reporter.trim() === "" ? somebody : person(task.reporter);
  const begin = statusOf(project.defaultStatus, project, context);
  const status =
    task.status === "" || task.status === project.defaultStatus ? begin : statusOf(task.status, project, context);
  const milestone = project.milestones.get(task.milestone.toLowerCase()) || task.milestone;
  const body = fitBody(task.body, task.file, "the body");
  const state: Snapshot = {
    title: fitTitle(task.title),
    body,
    status,
    resolution: categoryOf(task.status, project) === "done" ? undefined : null,
    type: task.type === "" ? null : (findAlike(context.settings.types, task.type) ?? task.type),
    priority:
      task.priority === ""
        ? null
        : fitPriority(context, task.priority, urgencies.get(task.priority.toLowerCase()) ?? 0.3),
    due: task.due || null,
    milestone: milestone || null,
    labels: new Set(task.labels),
    assignees: new Set(task.assignees.map((name) => person(name).email)),
    archived,
  };
  const created: ImportedCommit = {
    author,
    time,
    key: "issue",
    drafts: [{ type: "issue-created", title: state.title, body, status: begin, nonce: "0".repeat(20) }],
  };
  return {
    system,
    name,
    commits: [created, ...commentsOf(task, name, time, context)],
    links: linksOf(task, { author, time }),
    now: { author: somebody, time: task.updated ?? time, state, isAll: false, tells: ["blocked-by", "parent"] },
  };
}

function person(name: string): Actor {
  return personNamed(system, name.trim().replace(/^@/, ""));
}

function commentsOf(task: BacklogTask, name: string, time: Moment, context: ImportContext): ImportedCommit[] {
  const distinct = createDistinct();
  return task.comments.flatMap(({ author, created, body, ...comment }): ImportedCommit[] => {
    const index = distinct(comment.index);
    const text = fitBody(body.trim(), task.file, `comment ${index}`);
    if (text === "") {
      context.skipped?.("comment without a text");
      return [];
    }
    const by = { author: author.trim() === "" ? somebody : person(author), time: created ?? task.updated ?? time };
    return [
      {
        ...by,
        key: `comment:${index}`,
        drafts: [{ type: "comment-added", body: text, external: `${system} ${name}#${index}` }],
      },
    ];
  });
}

function linksOf(task: BacklogTask, by: Pick<ImportedLink, "author" | "time">): ImportedLink[] {
  const blockers = task.dependencies.filter((id) => id !== "");
  return [
    ...blockers.map((id): ImportedLink => ({ kind: "blocked-by", targetName: id.toLowerCase(), ...by })),
    ...(task.parent === "" ? [] : [{ kind: "parent" as const, targetName: task.parent.toLowerCase(), ...by }]),
  ];
}

const urgencies: ReadonlyMap<string, number> = new Map([
  ["low", 0],
  ["medium", 0.4],
  ["high", 0.7],
]);

function statusOf(status: string, project: Project, context: ImportContext): string {
  return fitStatus(context, status, categoryOf(status, project));
}

/** The first of the project's statuses is not begun, the last is done. A draft's is none of them. */
function categoryOf(status: string, { statuses }: Project): Category {
  const at = statuses.findIndex((one) => one.toLowerCase() === status.toLowerCase());
  if (at <= 0) return "todo";
  return at === statuses.length - 1 ? "done" : "active";
}
