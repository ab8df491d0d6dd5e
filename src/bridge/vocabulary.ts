/** The words that trackers have for statuses, priorities, types and reasons, and which of the settings' own stands for each. */
import type { Resolution } from "../core/issue.ts";
import type { Category } from "../core/settings.ts";
import { categoryOf } from "../core/workflow.ts";
import { findAlike, fitStatus } from "./fit.ts";
import type { ImportContext } from "./source.ts";

export interface FittedStatus {
  readonly status: string;
  readonly resolution: Resolution | null;
}

/**
 * The status that a name stands for, and why it is finished if it is. `category`: what the other system says it means; else its words
 * tell.
 */
export function fitNamedStatus(context: ImportContext, name: string, category = categoryOfName(name)): FittedStatus {
  const status = fitStatus(context, name, category);
  const isDone = categoryOf(context.settings.workflow, status) === "done";
  return { status, resolution: isDone ? (resolutionOf(name) ?? null) : null };
}

/** What a status of that name means nearly everywhere; unknown ones count as not begun, so that they are never overlooked. */
export function categoryOfName(name: string): Category {
  if (notPlanned.test(name) || duplicate.test(name) || done.test(name))
    return /\bun|\bnot\b|^to\b/i.test(name) ? "todo" : "done";
  return active.test(name) && !/^(?:ready|to|selected|waiting)\b/i.test(name) ? "active" : "todo";
}

/** Why an issue was finished, as the word for it says; undefined where it doesn't say. */
export function resolutionOf(word: string): Resolution | undefined {
  if (notPlanned.test(word)) return "not-planned";
  if (duplicate.test(word)) return "duplicate";
  return /^(?:done|fixed|completed?|implemented|delivered|resolved)$/i.test(word.trim()) ? "completed" : undefined;
}

const notPlanned =
  /\b(?:cancel(?:l?ed)?|won'?t (?:do|fix)|wontfix|not (?:planned|a bug|reproducible|doing)|cannot reproduce|declined|rejected|invalid|obsolete|abandoned|dropped|deleted|out of scope)\b/i;
const duplicate = /\bduplicated?\b/i;
const done =
  /\b(?:done|closed?|complete[d]?|resolved|fixed|finished|shipped|released|deployed|merged|verified|delivered|archived?)\b/i;
const active =
  /\b(?:in progress|progress|doing|started|active|ongoing|wip|working|in development|developing|implementing|review(?:ing)?|testing|test|qa|verifying|validating|in \w+)\b/i;

/** How urgent a word is, from 0 to 1. */
const urgencies: readonly (readonly [words: RegExp, urgency: number])[] = [
  [/^(?:lowest|trivial|l|low|minor|p[345]|[345]|wishlist)$/i, 0],
  [/^(?:medium|normal|moderate|m|p2|default)$/i, 1 / 3],
  [/^(?:high|major|important|h|p1)$/i, 2 / 3],
  [/^(?:highest|critical|blocker|urgent|immediate|emergency|p0)$/i, 1],
];
const noPriority = /^(?:no priority|none|not set|unprioriti[sz]ed|-|)$/i;

/** The priority that a word stands for; null for none, and for a word that says nothing here, which the context is told of. */
export function fitPriority({ settings, skipped, mapped }: ImportContext, word: string): string | null {
  const name = word.trim();
  if (noPriority.test(name)) return null;
  const alike = findAlike(settings.priorities, name);
  if (alike !== undefined) return alike;
  const urgency = urgencies.find(([words]) => words.test(name))?.[1];
  const priority =
    urgency === undefined ? undefined : settings.priorities[Math.round(urgency * (settings.priorities.length - 1))];
  if (priority === undefined) skipped?.(`priority ${name.slice(0, 60)}`);
  else mapped?.("priority", name, priority);
  return priority ?? null;
}

const typeWords: readonly (readonly [words: RegExp, type: string])[] = [
  [/^(?:bug|defect|incident|fault|error|problem)$/i, "bug"],
  [/^(?:feature|new feature|story|user story|improvement|enhancement|epic|initiative|requirement)$/i, "feature"],
  [/^(?:task|sub-?task|technical task|chore|test case|maintenance|issue|ticket)$/i, "task"],
];

/** The type that a word stands for; null for none, and for a word that says nothing here, which the context is told of. */
export function fitType({ settings, skipped, mapped }: ImportContext, word: string): string | null {
  const name = word.trim();
  if (name === "") return null;
  const alike = findAlike(settings.types, name);
  if (alike !== undefined) return alike;
  const meant = typeWords.find(([words]) => words.test(name))?.[1];
  const type = meant === undefined ? undefined : findAlike(settings.types, meant);
  if (type === undefined) skipped?.(`type ${name.slice(0, 60)}`);
  else mapped?.("type", name, type);
  return type ?? null;
}
