/** A new issue as a text to fill in. */
import type { Config } from "../config/schema.ts";
import type { NewIssue } from "../tracker/issues.ts";
import { type EditText, encodeEditText, splitList } from "./edit-text.ts";

/** The template that the editor opens: what is known already, and what may be written where. */
export function newText(config: Config, issue: NewIssue): string {
  return encodeEditText(
    {
      fields: {
        title: issue.title,
        status: issue.status ?? config.defaultStatus,
        type: issue.type ?? config.defaultType ?? "",
        priority: issue.priority ?? config.defaultPriority ?? "",
        labels: (issue.labels ?? []).join(", "),
        assignees: (issue.assignees ?? []).join(", "),
        due: issue.due ?? "",
        estimate: issue.estimate ?? "",
        milestone: issue.milestone ?? "",
        sprint: issue.sprint ?? "",
        parent: issue.parent ?? "",
      },
      body: issue.body ?? "",
    },
    ["A new issue. It needs a title; the description goes below the line ---.", ...fieldNotes(config)],
  );
}

/** What the fields may be. */
export function fieldNotes(config: Config): string[] {
  return [
    `status: ${config.workflow.statuses.map(({ name }) => name).join(", ")}`,
    `type: ${config.types.join(", ")}`,
    `priority: ${config.priorities.join(", ")}`,
    "due: 2026-12-01, tomorrow, fri, +2w; estimate: 90m, 2h30m, 1d; labels and assignees with commas between them",
    "Lines like these are left out. Save it unchanged to give up.",
  ];
}

/** The issue as the person left it. What the text has no field for is as it was. */
export function fromText(issue: NewIssue, { fields, body }: EditText): NewIssue {
  const filled = (value: string | undefined) => (value === "" ? undefined : value);
  return {
    ...issue,
    title: fields.title ?? "",
    body,
    status: filled(fields.status),
    // An emptied one is none, and not the settings' default.
    type: fields.type ?? "",
    priority: fields.priority ?? "",
    labels: splitList(fields.labels ?? ""),
    assignees: splitList(fields.assignees ?? ""),
    due: filled(fields.due),
    estimate: filled(fields.estimate),
    milestone: filled(fields.milestone),
    sprint: filled(fields.sprint),
    parent: filled(fields.parent),
  };
}
