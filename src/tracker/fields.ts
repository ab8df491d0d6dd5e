/** From what people type into an issue's fields to the events that make it so. Only what really changes becomes an event. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { Issue } from "../core/issue.ts";
import { limits } from "../core/limits.ts";
import { toLine, toText, visible } from "../core/text.ts";
import { encodeDuration, parseDay, parseDuration } from "../core/when.ts";
import { parsePriority, parseType } from "../core/workflow.ts";
import { resolvePerson } from "./resolve.ts";
import { today } from "./today.ts";
import type { Tracker } from "./tracker.ts";

/** The scalars that any command may set. An empty text clears the field; undefined leaves it as it is. */
export interface ScalarEdit {
  readonly title?: string | undefined;
  readonly type?: string | undefined;
  readonly priority?: string | undefined;
  readonly due?: string | undefined;
  readonly estimate?: string | undefined;
  readonly milestone?: string | undefined;
  readonly sprint?: string | undefined;
}

export function scalarEvents(tracker: Tracker, issue: Issue, edit: ScalarEdit): EventDraft[] {
  const drafts: EventDraft[] = [];
  if (edit.title !== undefined) {
    const to = parseTitle(edit.title);
    if (to !== issue.title || isConflicted(issue, "title"))
      drafts.push({ type: "title-changed", from: issue.title, to });
  }
  const change = (
    field: "type" | "priority" | "due" | "estimate" | "milestone" | "sprint",
    now: string | null,
    text: string | undefined,
  ) => {
    if (text === undefined) return;
    const to = parseScalar(tracker, field, text);
    if (to !== (now ?? undefined) || isConflicted(issue, field))
      drafts.push({ type: `${field}-changed`, from: now ?? undefined, to });
  };
  change("type", issue.type, edit.type);
  change("priority", issue.priority, edit.priority);
  change("due", issue.due, edit.due);
  change("estimate", issue.estimate === null ? null : encodeDuration(issue.estimate), edit.estimate);
  change("milestone", issue.milestone, edit.milestone);
  change("sprint", issue.sprint, edit.sprint);
  return drafts;
}

/** The value to be stored; undefined for a text that clears the field. */
export function parseScalar(
  tracker: Tracker,
  field: "type" | "priority" | "due" | "estimate" | "milestone" | "sprint",
  text: string,
): string | undefined {
  const line = toLine(text);
  if (line === "") return undefined;
  switch (field) {
    case "type":
      return parseType(tracker.config, line);
    case "priority":
      return parsePriority(tracker.config, line);
    case "due":
      return parseDay(line, today(tracker));
    case "estimate":
      return encodeDuration(parseDuration(line, tracker.config.hoursPerDay));
    case "milestone":
    case "sprint":
      return line;
  }
}

export function parseTitle(text: string): string {
  const title = toLine(text);
  if (title === "") throw new TrackerError("invalid", "An issue needs a title", 'git tracker new "What is to be done"');
  if (title.length > limits.titleCharactersMax) {
    throw new TrackerError(
      "invalid",
      `A title has at most ${limits.titleCharactersMax} characters, this one has ${title.length}`,
      "Put the rest into the body: --body",
    );
  }
  return title;
}

export function bodyEvents(issue: Issue, text: string | undefined): EventDraft[] {
  if (text === undefined) return [];
  const body = toText(text);
  return body === issue.body && !isConflicted(issue, "description") ? [] : [{ type: "description-changed", body }];
}

/** A conflicted field is settled by setting it, also to the value that it shows meanwhile. */
export function isConflicted(issue: Issue, field: string): boolean {
  return issue.conflicts.some((conflict) => conflict.field === field);
}

/** Labels as people type them: white space folded, no commas (they separate labels), no empty ones. */
export function parseLabels(texts: readonly string[]): string[] {
  const labels = texts.flatMap((text) => text.split(",")).map(toLine);
  return [...new Set(labels.filter((label) => label !== ""))];
}

export function labelEvents(issue: Issue, add: readonly string[], remove: readonly string[]): EventDraft[] {
  return [
    ...parseLabels(add)
      .filter((label) => !issue.labels.includes(label))
      .map((label): EventDraft => ({ type: "label-added", label })),
    ...parseLabels(remove)
      .filter((label) => issue.labels.includes(label))
      .map((label): EventDraft => ({ type: "label-removed", label })),
  ];
}

export async function assigneeEvents(
  tracker: Tracker,
  issue: Issue,
  add: readonly string[],
  remove: readonly string[],
): Promise<EventDraft[]> {
  const drafts: EventDraft[] = [];
  for (const assignee of await parsePeople(tracker, add)) {
    if (!issue.assignees.includes(assignee)) drafts.push({ type: "assignee-added", assignee });
  }
  for (const assignee of await parsePeople(tracker, remove)) {
    if (issue.assignees.includes(assignee)) drafts.push({ type: "assignee-removed", assignee });
  }
  return drafts;
}

export async function parsePeople(tracker: Tracker, texts: readonly string[]): Promise<string[]> {
  const people: string[] = [];
  for (const text of texts.flatMap((list) => list.split(",")).map((part) => part.trim())) {
    if (text === "") continue;
    if (text.startsWith("@") && text !== "@me") people.push(...(await resolveTeamMembers(tracker, text)));
    else people.push(await resolvePerson(tracker, text));
  }
  return [...new Set(people)];
}

/** Everybody who is in the team now. Throws `not-found`, or `conflict` if nobody is. */
async function resolveTeamMembers(tracker: Tracker, text: string): Promise<readonly string[]> {
  const { readProject } = await import("./project.ts");
  const { resolveTeam } = await import("./people.ts");
  const { name, members } = resolveTeam(await readProject(tracker), text);
  if (members.length > 0) return members;
  const hint = `git tracker team edit ${visible(name)} --add MEMBER`;
  throw new TrackerError("conflict", `Nobody is in the team ${visible(name)}`, hint);
}

/** Throws `conflict`, showing the path, if `child` would become its own ancestor. */
export function checkParent(tracker: Tracker, child: Oid, parent: Oid): void {
  checkAcyclic(tracker, "parent", child, parent, "an issue can't be below itself");
}

/** Throws `conflict` if the edge from `source` to `target` would close a cycle. */
export function checkAcyclic(
  tracker: Tracker,
  kind: "parent" | "blocks" | "duplicates",
  source: Oid,
  target: Oid,
  rule: string,
): void {
  const path = source === target ? [source] : tracker.index.path(kind, target, source);
  if (path === undefined) return;
  const names = tracker.index.references([...path, source]);
  const shown = [source, ...path].map((id) => names.get(id)?.shortId ?? id.slice(0, 7));
  throw new TrackerError(
    "conflict",
    `That would be a cycle: ${shown.join(" → ")}; ${rule}`,
    "See what depends on what: git tracker deps ID",
  );
}
