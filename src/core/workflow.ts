/** The workflow: which statuses there are, what may follow what, and how many issues a column may hold. */
import { nearest, TrackerError } from "./errors.ts";
import type { Category, Settings, Status, Workflow } from "./settings.ts";

/** What a status means. One that the settings don't name (any more) counts as not begun, so that it is never overlooked. */
export function categoryOf(workflow: Workflow, status: string): Category {
  return workflow.statuses.find(({ name }) => name === status)?.category ?? "todo";
}

export function statusesIn(workflow: Workflow, category: Category): string[] {
  return workflow.statuses.filter((status) => status.category === category).map(({ name }) => name);
}

/** The first status of a category: where new issues start, where `close` and `reopen` lead. */
export function firstStatus(workflow: Workflow, category: Category): string {
  return statusesIn(workflow, category)[0] ?? category;
}

/** The status that a person means by `text`. Throws `invalid` with those that there are. */
export function parseStatus(workflow: Workflow, text: string): string {
  return pick(
    "status",
    text,
    workflow.statuses.map(({ name }) => name),
  );
}

export function parsePriority(settings: Settings, text: string): string {
  return pick("priority", text, settings.priorities);
}

export function parseType(settings: Settings, text: string): string {
  return pick("type", text, settings.types);
}

/** Throws `conflict` if the workflow does not let `from` become `to`. */
export function checkTransition(workflow: Workflow, from: string, to: string): void {
  const allowed = Object.hasOwn(workflow.transitions, from) ? workflow.transitions[from] : undefined;
  if (from === to || allowed === undefined || allowed.includes(to)) return;
  throw new TrackerError(
    "conflict",
    `The workflow does not let \`${from}\` become \`${to}\``,
    allowed.length === 0 ? `Nothing may follow \`${from}\`.` : `It may become: ${allowed.join(", ")}.`,
  );
}

/** The column whose WIP limit is exceeded once it holds `count` issues, if it is. */
export function exceededLimit(workflow: Workflow, status: string, count: number): Status | undefined {
  const column = workflow.statuses.find(({ name }) => name === status);
  return column !== undefined && column.limit !== null && count > column.limit ? column : undefined;
}

function pick(what: string, text: string, names: readonly string[]): string {
  const exact = names.find((name) => name === text) ?? names.find((name) => name.toLowerCase() === text.toLowerCase());
  if (exact !== undefined) return exact;
  const near = nearest(text, names);
  const plural = what === "status" ? "Statuses" : what === "priority" ? "Priorities" : "Types";
  const hint = `${near === undefined ? "" : `Did you mean \`${near}\`? `}${plural}: ${names.join(", ")}.`;
  throw new TrackerError("invalid", `There is no ${what} \`${text}\``, hint);
}
