/** What Jira's words for a status and a resolution come to. */
import type { Resolution } from "../core/issue.ts";
import type { Category } from "../core/settings.ts";
import { categoryOf } from "../core/workflow.ts";
import type { ImportContext } from "./source.ts";
import { categoryOfName, type FittedStatus, fitNamedStatus, resolutionOf } from "./vocabulary.ts";

export const jiraSystem = "jira";

export interface JiraStatus {
  readonly name: string;
  /** A category's key in JSON, its name in tables. */
  readonly category?: string | null | undefined;
  readonly resolution?: string | null | undefined;
}

const categories: Readonly<Record<string, Category>> = {
  new: "todo",
  "to do": "todo",
  indeterminate: "active",
  "in progress": "active",
  done: "done",
};

export function categoryOfJira(word: string | null | undefined, name: string): Category {
  const key = (word ?? "").toLowerCase();
  return (Object.hasOwn(categories, key) ? categories[key] : undefined) ?? categoryOfName(name);
}

export function fitJiraStatus(context: ImportContext, { name, category, resolution }: JiraStatus): FittedStatus {
  const fitted = fitNamedStatus(context, name, categoryOfJira(category, name));
  if (categoryOf(context.settings.workflow, fitted.status) !== "done")
    return { status: fitted.status, resolution: null };
  return { status: fitted.status, resolution: fitJiraResolution(resolution) ?? fitted.resolution };
}

/** Why it was finished; undefined if it wasn't. A reason that is none of ours is one for not having done it. */
export function fitJiraResolution(name: string | null | undefined): Resolution | undefined {
  const word = (name ?? "").trim();
  if (word === "" || /^unresolved$/i.test(word)) return undefined;
  return (
    resolutionOf(word) ?? (/incomplete|later|remind|works|won.t|not|cannot/i.test(word) ? "not-planned" : "completed")
  );
}
