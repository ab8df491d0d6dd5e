/**
 * Issues as tasks for `task import`, and for `import taskwarrior` here. Taskwarrior has no texts and no talk: both become annotations.
 */
import type { Commit, Oid } from "../core/commit.ts";
import type { IssueView } from "../core/view.ts";
import type { Exported, ExportedIssue } from "../tracker/export.ts";
import { safeJson } from "./safe-json.ts";

/** A JSON array with a task per line, as `task export` prints it. */
export async function* exportTasks({ issues, summaries }: Exported): AsyncGenerator<string> {
  // A dependency on a task that isn't there would never be met.
  const exported = new Set(summaries.map(({ id }) => id));
  let before = "[\n";
  for await (const issue of issues) {
    yield `${before}${safeJson(taskOf(issue, exported))}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

function taskOf({ view, commits }: ExportedIssue, exported: ReadonlySet<Oid>): object {
  const { id, title, createdAt, updatedAt, closedAt, due, labels, priority, category } = view;
  const blockers = view.linkedFrom.filter(({ kind, source }) => kind === "blocks" && exported.has(source));
  const annotations = annotationsOf(view);
  return {
    uuid: uuidOf(id),
    description: title,
    status: statusOf(view),
    entry: timeOf(createdAt),
    modified: timeOf(updatedAt),
    ...(category === "active" ? { start: timeOf(startOf(view, commits)) } : {}),
    ...(category === "done" ? { end: timeOf(closedAt ?? updatedAt) } : {}),
    // At noon it is that day in nearly every zone.
    ...(due === null ? {} : { due: timeOf(`${due}T12:00:00Z`) }),
    ...(labels.length === 0 ? {} : { tags: labels }),
    ...(priority === null ? {} : { priority: letters[priority] ?? priority }),
    ...(blockers.length === 0 ? {} : { depends: blockers.map(({ source }) => uuidOf(source)) }),
    ...(annotations.length === 0 ? {} : { annotations }),
  };
}

/** What Taskwarrior has names for by itself; it takes others as they are. */
const letters: Readonly<Record<string, string>> = { high: "H", medium: "M", low: "L" };

function statusOf({ category, resolution }: IssueView): string {
  if (category !== "done") return "pending";
  return resolution === null || resolution === "completed" ? "completed" : "deleted";
}

/** The same for the same issue: 122 bits of its id, in the form of version 8, which is for values of one's own making (RFC 9562). */
function uuidOf(id: Oid): string {
  const variant = ((Number.parseInt(id.charAt(16), 16) & 3) | 8).toString(16);
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-8${id.slice(13, 16)}-${variant}${id.slice(17, 20)}-${id.slice(20, 32)}`;
}

function startOf({ status, createdAt }: IssueView, commits: readonly Commit[]): string {
  const moved = commits.findLast(({ events }) =>
    events.some((event) => event.type === "status-changed" && event.to === status),
  );
  return moved === undefined ? createdAt : new Date(moved.time.seconds * 1000).toISOString();
}

/** Taskwarrior knows annotations by their second: of two in the same one, it would keep only one. */
function annotationsOf({ body, createdAt, comments }: IssueView): { entry: string; description: string }[] {
  const said = comments.map(({ author, body, createdAt: at }) => ({ at, description: `${author.name}: ${body}` }));
  const all = body === "" ? said : [{ at: createdAt, description: body }, ...said];
  const taken = new Set<string>();
  return all.map(({ at, description }) => {
    let seconds = Math.floor(Date.parse(at) / 1000);
    let entry = timeOf(at);
    while (taken.has(entry)) {
      seconds += 1;
      entry = timeOf(new Date(seconds * 1000).toISOString());
    }
    taken.add(entry);
    return { entry, description };
  });
}

/** `2026-01-15T12:00:00Z` as `20260115T120000Z`. */
function timeOf(at: string): string {
  return at.replace(/[-:]|\.\d+/g, "");
}
