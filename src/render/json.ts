/**
 * Issues as JSON: the shape that programs may rely on (a field may be added to schema 1, none may change or go), and the values of
 * its fields as text for CSV, Markdown and templates. Times are ISO 8601 in UTC, durations seconds, absent values null.
 */
import type { Oid } from "../core/commit.ts";
import { nearest, TrackerError } from "../core/errors.ts";
import type { Attachment, Comment, Conflict } from "../core/issue.ts";
import type { IssueSummary, IssueView, Page } from "../core/view.ts";
import type { Style } from "./style.ts";

/** One thing of a result: an issue, a label, a member. */
export type Item = Readonly<Record<string, unknown>>;

export const schemaNumber = 1;

/** The fields of a summary's item, in order. */
export const summaryFields = [
  "id",
  "shortId",
  "title",
  "status",
  "resolution",
  "type",
  "priority",
  "labels",
  "assignees",
  "author",
  "createdAt",
  "updatedAt",
  "closedAt",
  "due",
  "estimate",
  "parent",
  "children",
  "sprint",
  "milestone",
  "rank",
  "links",
  "blockedBy",
  "blocking",
  "blocked",
  "externalIds",
  "revision",
  "repository",
] as const;

/** The fields of an issue's item: a summary's and those that only `show` has read. */
export const issueFields = [...summaryFields, "body", "comments", "attachments", "commits", "conflicts"] as const;

export function summaryItem(summary: IssueSummary): Item {
  return { ...fieldsOf(summary), links: linkItems(summary) };
}

export function issueItem(view: IssueView): Item {
  return {
    ...summaryItem(view),
    body: view.body,
    comments: view.comments.map(commentItem),
    attachments: view.attachments.map(attachmentItem),
    commits: view.commits,
    conflicts: view.conflicts.map(conflictItem),
  };
}

/** The item with these fields alone, in this order. */
export function pickFields(item: Item, fields: readonly string[]): Item {
  return Object.fromEntries(fields.map((field) => [field, item[field] ?? null]));
}

/** Returns `name` if it is among the known fields, else throws `invalid` with the one that was meant. */
export function checkField(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  const meant = nearest(name, known);
  throw new TrackerError(
    "invalid",
    `Unknown field “${name}”`,
    meant === undefined ? `Fields are: ${known.join(", ")}` : `Did you mean “${meant}”?`,
  );
}

/** What every JSON result is wrapped in. */
export function envelope<T extends object>(kind: string, content: T): { schema: 1; kind: string } & T {
  return { schema: schemaNumber, kind, ...content };
}

/** A page of a list, as in `{"schema":1,"kind":"issues","items":[…],"total":2,"next":null}`. */
export function pageEnvelope(kind: string, page: Page<unknown>) {
  return envelope(kind, { items: page.items, total: page.total, next: page.next });
}

export function errorEnvelope(error: TrackerError) {
  return envelope("error", { error: { code: error.code, message: error.message, hint: error.hint ?? null } });
}

/** JSON that a terminal may show: what JSON lets through but a terminal obeys is escaped. Indented for people on a terminal. */
export function renderJson(value: unknown, style: Pick<Style, "width">): string {
  const json = JSON.stringify(value, null, style.width === undefined ? undefined : 2);
  return json.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** One item per line. */
export function renderJsonLines(items: readonly Item[]): string {
  return items.map((item) => renderJson(item, { width: undefined })).join("\n");
}

/** A field's value as text: lists parted by commas, people as `name <email>`, links as `blocks:<id>`. Not yet made visible. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(fieldText).join(",");
  if (typeof value !== "object") return String(value);
  if ("name" in value && "email" in value) return `${value.name} <${value.email}>`;
  if ("kind" in value && "target" in value) return `${value.kind}:${value.target}`;
  return JSON.stringify(value);
}

/** DEL, C1, line separators and bidirectional controls; C0 is escaped by JSON itself. */
const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function fieldsOf(summary: IssueSummary): Item {
  return Object.fromEntries(summaryFields.map((field) => [field, summary[field] ?? null]));
}

function linkItems({ links }: IssueSummary): { kind: string; target: Oid }[] {
  return links.map(({ kind, target }) => ({ kind, target }));
}

function commentItem({ id, author, body, createdAt, editedAt, replyTo, reactions }: Comment) {
  return { id, author, body, createdAt, editedAt, replyTo, reactions };
}

function attachmentItem({ name, size, oid }: Attachment) {
  return { name, size, oid };
}

function conflictItem({ field, values }: Conflict) {
  return {
    field,
    values: values.map(({ value }) => value),
    sides: values.map(({ value, author, at, commit }) => ({ value, author, at, commit })),
  };
}
