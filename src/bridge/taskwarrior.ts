/** What `task export` prints → histories. Annotations become comments; dates and attributes that nothing here stands for, a list in the body. */
import * as v from "valibot";
import type { Moment } from "../core/commit.ts";
import { toLine } from "../core/text.ts";
import { firstStatus } from "../core/workflow.ts";
import type { ImportedIssue } from "../tracker/import.ts";
import { check, name } from "./check.ts";
import { dayOf } from "./dates.ts";
import { fitBody, fitTitle } from "./fit.ts";
import { labelSet, type SourceHistory, toImportedIssues } from "./history.ts";
import { plainHistory } from "./plain.ts";
import { idShape, listShape, momentShape } from "./shape.ts";
import type { ImportContext } from "./source.ts";
import { type PlacedObject, readObjects, type SourceFile } from "./values.ts";
import { type FittedStatus, fitPriority } from "./vocabulary.ts";

const system = "taskwarrior";
const hint = "Is it what `task export` prints?";

/** Throws `invalid` with file and line. */
export async function* importTaskwarrior(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  const histories: SourceHistory[] = [];
  for await (const file of files) {
    for await (const object of readObjects(file)) histories.push(plainHistory(readTask(object, context), context));
  }
  yield* toImportedIssues(histories, context);
}

const uuid = v.pipe(v.string(), v.regex(/^[\da-f-]{8,36}$/i, "should be a UUID"), v.toLowerCase());
const statuses = ["pending", "waiting", "recurring", "completed", "deleted"] as const;

const taskShape = v.looseObject({
  uuid,
  description: v.string(),
  status: v.optional(v.picklist(statuses, `should be one of ${statuses.join(", ")}`), "pending"),
  entry: v.nullish(momentShape),
  modified: v.nullish(momentShape),
  start: v.nullish(momentShape),
  end: v.nullish(momentShape),
  due: v.nullish(momentShape),
  wait: v.nullish(momentShape),
  scheduled: v.nullish(momentShape),
  until: v.nullish(momentShape),
  project: v.nullish(name),
  tags: listShape(name),
  priority: v.nullish(name),
  // Before 2.6 a text with commas.
  depends: v.nullish(
    v.union([
      v.pipe(
        v.string(),
        v.transform((text) => text.split(",").filter(Boolean)),
      ),
      listShape(uuid),
    ]),
  ),
  parent: v.nullish(uuid),
  annotations: listShape(v.object({ entry: v.nullish(momentShape), description: v.string() }), 10_000),
});

type Task = v.InferOutput<typeof taskShape>;

function readTask({ value, place }: PlacedObject, context: ImportContext) {
  const task = check(taskShape, value, { place, path: "", hint });
  const priority = task.priority ?? "";
  return {
    system,
    name: task.uuid,
    place,
    title: fitTitle(task.description),
    body: fitBody(bodyOf(task), place, "description"),
    status: statusOf(task, context),
    priority: fitPriority(context, { h: "high", m: "medium", l: "low" }[priority.toLowerCase()] ?? priority),
    due: task.due === null || task.due === undefined ? null : dayOf(task.due),
    labels: labelSet([
      ...(task.project ? [`project:${task.project}`] : []),
      ...task.tags,
      ...(task.status === "waiting" || task.status === "recurring" ? [task.status] : []),
    ]),
    author: undefined,
    created: task.entry ?? undefined,
    started: task.start ?? undefined,
    closed: task.end ?? undefined,
    updated: task.modified ?? undefined,
    comments: task.annotations.flatMap(({ entry, description }) => {
      const body = fitBody(description, place, "annotations");
      return body === "" ? [] : [{ author: undefined, time: entry ?? undefined, body }];
    }),
    tells: ["blocked-by"] as const,
    blockedBy: (task.depends ?? []).map((id) => id.trim().toLowerCase()),
  };
}

function statusOf({ status, start }: Task, { settings: { workflow } }: ImportContext): FittedStatus {
  if (status === "completed") return { status: firstStatus(workflow, "done"), resolution: "completed" };
  if (status === "deleted") return { status: firstStatus(workflow, "done"), resolution: "not-planned" };
  const category = start === null || start === undefined ? "todo" : "active";
  return { status: firstStatus(workflow, category), resolution: null };
}

/** The first line of a task is all its text; a long one is kept whole. What the tool itself computes is left out. */
function bodyOf(task: Task): string {
  const computed = new Set(["id", "urgency", "imask", "mask", "dep"]);
  const day = (name: string, moment: Moment | null | undefined) => (moment ? [`- ${name}: ${dayOf(moment)}`] : []);
  const known = new Set(Object.keys(taskShape.entries));
  const others = Object.entries(task).flatMap(([name, value]) => {
    const read = v.safeParse(idShape, value);
    if (known.has(name) || computed.has(name) || !read.success || read.output === "") return [];
    return [`- ${toLine(name).slice(0, 100)}: ${read.output}`];
  });
  const facts = [
    ...day("wait", task.wait),
    ...day("scheduled", task.scheduled),
    ...day("until", task.until),
    ...others,
  ];
  const whole = fitTitle(task.description) === toLine(task.description) && !/[\r\n]/.test(task.description);
  return [...(whole ? [] : [task.description.trim()]), ...(facts.length === 0 ? [] : [facts.join("\n")])].join("\n\n");
}
