/**
 * An issue as a text to edit: a line `key: value` for each field, a line `---`, and the description. Lines above `---` that begin with
 * `#` are notes; below it everything is text.
 */
import { nearest, TrackerError } from "../core/errors.ts";
import { toText, visible } from "../core/text.ts";
import type { IssueEdit } from "../tracker/issues.ts";

export const editKeys = [
  "title",
  "status",
  "type",
  "priority",
  "labels",
  "assignees",
  "due",
  "estimate",
  "milestone",
  "sprint",
  "parent",
] as const;
export type EditKey = (typeof editKeys)[number];

/** Values as people type them; an empty one means that there is none. A field whose line is gone stays as it is. */
export interface EditText {
  readonly fields: Readonly<Partial<Record<EditKey, string>>>;
  readonly body: string;
}

export function encodeEditText({ fields, body }: EditText, notes: readonly string[]): string {
  const lines = editKeys.flatMap((key) => {
    const value = fields[key];
    return value === undefined ? [] : [`${key}: ${value}`.trimEnd()];
  });
  return `${[...notes.map((note) => `# ${note}`.trimEnd()), ...lines, separator, body].join("\n").trimEnd()}\n`;
}

/** Throws `invalid` for a line that is no field. */
export function parseEditText(text: string): EditText {
  const lines = toText(text).split("\n");
  const end = lines.indexOf(separator);
  if (end === -1) throw refusal(`A line \`${separator}\` must stand between the fields and the description`);
  const fields: Partial<Record<EditKey, string>> = {};
  for (const line of lines.slice(0, end)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, name = "", value = ""] = /^([^:]*):(.*)$/.exec(line) ?? [];
    const key = editKeys.find((known) => known === name.trim().toLowerCase());
    if (key === undefined) throw unknownKey(line, name.trim());
    if (fields[key] !== undefined) throw refusal(`\`${key}\` stands twice`);
    fields[key] = value.trim();
  }
  return { fields, body: lines.slice(end + 1).join("\n") };
}

/** True if nothing is left but notes and blank lines. */
export function isEmptyEditText(text: string): boolean {
  return toText(text)
    .split("\n")
    .every((line) => line.trim() === "" || line.startsWith("#") || line === separator);
}

/** The text with a refusal as notes on top, instead of the one before. */
export function explainInEditText(text: string, { message, hint }: TrackerError): string {
  const rest = toText(text).replace(/^(?:# (?:error|hint): .*\n)*/, "");
  const notes = [...notesOf("error", message), ...(hint === undefined ? [] : notesOf("hint", hint))];
  return `${notes.join("\n")}\n${rest}\n`;
}

/** What must be done to get from one text to the other: nothing for what stayed. */
export function editBetween(before: EditText, after: EditText): IssueEdit {
  const changed = (key: EditKey) =>
    after.fields[key] === undefined || after.fields[key] === (before.fields[key] ?? "") ? undefined : after.fields[key];
  const [addLabels, removeLabels] = listChanges(before.fields.labels, changed("labels"));
  const [addAssignees, removeAssignees] = listChanges(before.fields.assignees, changed("assignees"));
  return {
    title: changed("title"),
    status: changed("status"),
    type: changed("type"),
    priority: changed("priority"),
    due: changed("due"),
    estimate: changed("estimate"),
    milestone: changed("milestone"),
    sprint: changed("sprint"),
    parent: changed("parent"),
    body: after.body === before.body ? undefined : after.body,
    addLabels,
    removeLabels,
    addAssignees,
    removeAssignees,
  };
}

export function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const separator = "---";

function listChanges(before: string | undefined, after: string | undefined): [add: string[], remove: string[]] {
  if (after === undefined) return [[], []];
  const old = splitList(before ?? "");
  const now = splitList(after);
  return [now.filter((each) => !old.includes(each)), old.filter((each) => !now.includes(each))];
}

function notesOf(kind: "error" | "hint", text: string): string[] {
  return text.split("\n").map((line) => `# ${kind}: ${line}`);
}

function unknownKey(line: string, name: string): TrackerError {
  if (!line.includes(":")) return refusal(`\`${visible(line)}\` is no field: write \`name: value\``);
  const near = nearest(name, editKeys);
  const meant = near === undefined ? `Fields: ${editKeys.join(", ")}.` : `Did you mean \`${near}\`?`;
  return new TrackerError("invalid", `There is no field \`${visible(name)}\``, meant);
}

function refusal(message: string): TrackerError {
  return new TrackerError(
    "invalid",
    message,
    `Fields are above the line \`${separator}\`, the description is below it.`,
  );
}
