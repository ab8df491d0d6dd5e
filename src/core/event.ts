/** Events: the facts an issue's state is folded from. */
import * as v from "valibot";
import { count, date, duration, line, oid, said, text, title, word } from "./field.ts";
import { linkKinds, resolutions } from "./issue.ts";
import { createVocabulary } from "./vocabulary.ts";

/** A scalar that may be cleared: absent `to` means it has no value now, absent `from` that it had none. */
const change = <S extends v.GenericSchema>(schema: S) => ({ from: v.optional(schema), to: v.optional(schema) });
const link = { kind: v.picklist(linkKinds), target: oid };

const scalarSchemas: ReadonlyMap<string, v.GenericSchema<string>> = new Map<string, v.GenericSchema<string>>([
  ["title", title],
  ["status", word],
  ["type", word],
  ["priority", word],
  ["estimate", duration],
  ["due", date],
  ["parent", oid],
  ["milestone", word],
  ["sprint", word],
]);

/** What an issue is never without. */
const required: ReadonlySet<string> = new Set(["title", "status"]);

/** A field of a newer program may be anything. */
function mayBe(field: string, value: string | undefined): boolean {
  const schema = scalarSchemas.get(field);
  return value === undefined ? !required.has(field) : schema === undefined || v.is(schema, value);
}

export const issueSchemas = {
  "issue-created": v.object({
    type: v.literal("issue-created"),
    title,
    body: v.optional(text, ""),
    status: word,
    issueType: v.optional(word),
    priority: v.optional(word),
    label: v.optional(v.array(word), () => []),
    assignee: v.optional(v.array(word), () => []),
    due: v.optional(date),
    estimate: v.optional(duration),
    parent: v.optional(oid),
    milestone: v.optional(word),
    sprint: v.optional(word),
    external: v.optional(v.array(word), () => []),
    nonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{20}$/, "20 hex digits")),
  }),
  "title-changed": v.object({ type: v.literal("title-changed"), from: v.optional(title), to: title }),
  "description-changed": v.object({ type: v.literal("description-changed"), body: v.optional(text, "") }),
  "status-changed": v.object({
    type: v.literal("status-changed"),
    from: v.optional(word),
    to: word,
    resolution: v.optional(v.picklist(resolutions)),
  }),
  "type-changed": v.object({ type: v.literal("type-changed"), ...change(word) }),
  "priority-changed": v.object({ type: v.literal("priority-changed"), ...change(word) }),
  "estimate-changed": v.object({ type: v.literal("estimate-changed"), ...change(duration) }),
  "due-changed": v.object({ type: v.literal("due-changed"), ...change(date) }),
  "parent-changed": v.object({ type: v.literal("parent-changed"), ...change(oid) }),
  "rank-changed": v.object({ type: v.literal("rank-changed"), ...change(word) }),
  "milestone-changed": v.object({ type: v.literal("milestone-changed"), ...change(word) }),
  "sprint-changed": v.object({ type: v.literal("sprint-changed"), ...change(word) }),
  "label-added": v.object({ type: v.literal("label-added"), label: word }),
  "label-removed": v.object({ type: v.literal("label-removed"), label: word }),
  "assignee-added": v.object({ type: v.literal("assignee-added"), assignee: word }),
  "assignee-removed": v.object({ type: v.literal("assignee-removed"), assignee: word }),
  "watcher-added": v.object({ type: v.literal("watcher-added"), watcher: word }),
  "watcher-removed": v.object({ type: v.literal("watcher-removed"), watcher: word }),
  "link-added": v.object({ type: v.literal("link-added"), ...link }),
  "link-removed": v.object({ type: v.literal("link-removed"), ...link }),
  "attachment-added": v.object({ type: v.literal("attachment-added"), name: word, size: count, blob: oid }),
  "attachment-removed": v.object({ type: v.literal("attachment-removed"), name: word }),
  "commit-linked": v.object({ type: v.literal("commit-linked"), commit: oid }),
  "external-linked": v.object({ type: v.literal("external-linked"), external: word }),
  "comment-added": v.object({
    type: v.literal("comment-added"),
    body: said,
    replyTo: v.optional(oid),
    external: v.optional(word),
  }),
  "comment-edited": v.object({
    type: v.literal("comment-edited"),
    comment: oid,
    body: said,
  }),
  "comment-deleted": v.object({ type: v.literal("comment-deleted"), comment: oid }),
  "reaction-added": v.object({ type: v.literal("reaction-added"), comment: v.optional(oid), reaction: word }),
  "reaction-removed": v.object({ type: v.literal("reaction-removed"), comment: v.optional(oid), reaction: word }),
  "issue-archived": v.object({ type: v.literal("issue-archived") }),
  "issue-deleted": v.object({ type: v.literal("issue-deleted") }),
  "issue-restored": v.object({ type: v.literal("issue-restored") }),
  "conflict-resolved": v.pipe(
    v.object({ type: v.literal("conflict-resolved"), field: word, value: v.optional(line) }),
    v.forward(
      v.check(({ field, value }) => mayBe(field, value), "a value that the field can have"),
      ["value"],
    ),
  ),
} as const;

export type EventType = keyof typeof issueSchemas;
/** One fact, past tense, immutable. */
export type KnownEvent = { [T in EventType]: v.InferOutput<(typeof issueSchemas)[T]> }[EventType];
/** What a caller must give to make one: fields with a default may be left out. */
export type EventDraft = { [T in EventType]: v.InferInput<(typeof issueSchemas)[T]> }[EventType];

/** What an issue's stream may hold. */
export const issueEvents = createVocabulary(issueSchemas);
export const eventTypes = issueEvents.types as readonly EventType[]; // They are the keys of the schemas.
export const { ownsText, parse: parseEvent, decode: decodeEvent } = issueEvents;
