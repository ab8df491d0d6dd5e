/**
 * Events: the facts an issue's state is folded from. Each is one schema; a record in a commit message and a value in memory are
 * the same thing spelled twice: the field `replyTo` is the record key `Reply-To`, a list is a repeated key, and the field named
 * in `textField` is the commit's text. An event type or a field of a newer program is kept and not folded; a known event
 * that is broken is quarantined.
 */
import * as v from "valibot";
import { isLine, toText } from "./text.ts";

/** Bounds on what a stream may hold, so that nobody else's history can exhaust memory. */
export const limits = {
  messageBytesMax: 4 * 1024 * 1024,
  attachmentBytesMax: 100 * 1024 * 1024,
  streamCommitsMax: 100_000,
  parentsMax: 64,
  titleCharactersMax: 1000,
} as const;

export const linkKinds = ["blocks", "relates", "duplicates"] as const;
export type LinkKind = (typeof linkKinds)[number];

export const resolutions = ["completed", "not-planned", "duplicate"] as const;
export type Resolution = (typeof resolutions)[number];

const oid = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "a full object id"));
const line = v.pipe(v.string(), v.check(isLine, "a line without control characters"));
const word = v.pipe(line, v.nonEmpty("not empty"));
const title = v.pipe(word, v.maxLength(limits.titleCharactersMax, `at most ${limits.titleCharactersMax} characters`));
const text = v.pipe(
  v.string(),
  v.check((value) => value === toText(value), "LF line ends and no blank lines at the end"),
);
const said = v.pipe(text, v.nonEmpty("not empty"));
const date = v.pipe(v.string(), v.isoDate("a date like 2026-12-01"));
/** ISO 8601 durations of hours, minutes and seconds, such as PT2H30M. */
const duration = v.pipe(v.string(), v.regex(/^PT(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?$/, "a duration like PT2H30M"));
const count = v.pipe(v.string(), v.regex(/^(?:0|[1-9]\d{0,15})$/, "a whole number"));
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

const schemas = {
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

export type EventType = keyof typeof schemas;
/** One fact, past tense, immutable. */
export type KnownEvent = { [T in EventType]: v.InferOutput<(typeof schemas)[T]> }[EventType];
/** What a caller must give to make one: fields with a default may be left out. */
export type EventDraft = { [T in EventType]: v.InferInput<(typeof schemas)[T]> }[EventType];

/** The fields of one record as they stand in a commit message, in order. */
export type Fields = readonly (readonly [key: string, value: string])[];

/** A record that is not folded: of a newer program (`unknown`) or broken (`reason` says how). */
export interface UnreadRecord {
  readonly type: string;
  readonly fields: Fields;
  readonly reason: "unknown" | string;
}

export const eventTypes = Object.keys(schemas) as readonly EventType[]; // Object.keys widens the keys of a literal to string.

export function isEventType(type: string): type is EventType {
  return plans.has(type);
}

/** True for the events that own their commit's text. */
export function ownsText(type: string): boolean {
  return plans.get(type)?.ownsText ?? false;
}

/** Checks one event. Returns the event with its defaults, or what is wrong with it. */
export function parseEvent(draft: { readonly type: string }): KnownEvent | string {
  if (!isEventType(draft.type)) return "unknown event type";
  const result = v.safeParse(schemas[draft.type], draft);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "record";
  const got = issue.received === "undefined" ? "missing" : `${issue.message}, not ${issue.received}`;
  return `${fieldKey(path.split(".")[0] ?? path)}: ${got}`;
}

/** Reads one record. `body` is the commit's text, given to the one event that owns it. */
export function decodeEvent(type: string, fields: Fields, body: string | undefined): KnownEvent | UnreadRecord {
  const plan = plans.get(type);
  if (plan === undefined) return { type, fields, reason: "unknown" };
  const raw: RawEvent = { type };
  for (const [key, value] of fields) {
    const name = fieldName(key);
    const entry = name === "body" ? undefined : plan.entries.get(name);
    if (entry === undefined) continue; // A field of a newer program: kept in the commit.
    const before = raw[name];
    if (entry.isList) {
      if (Array.isArray(before)) before.push(value);
      else raw[name] = [value];
    } else if (before !== undefined) {
      return { type, fields, reason: `${key}: stands twice` };
    } else {
      raw[name] = value;
    }
  }
  if (body !== undefined && plan.ownsText) raw.body = body;
  const event = readPlain(plan, raw) ?? parseEvent(raw);
  return typeof event === "string" ? { type, fields, reason: event } : event;
}

/** The fields of an event's record, in the order of its schema; its text is not among them. */
export function encodeEvent(event: KnownEvent): Fields {
  const fields: [string, string][] = [];
  const values: Readonly<Record<string, unknown>> = event;
  for (const name of Object.keys(schemas[event.type].entries)) {
    if (name === "type" || name === "body") continue;
    const value = values[name];
    if (typeof value === "string") fields.push([fieldKey(name), value]);
    else if (Array.isArray(value)) for (const item of value) fields.push([fieldKey(name), String(item)]);
  }
  return fields;
}

/** The text an event carries, if it is of a type that owns one. */
export function textOf(event: KnownEvent): string | undefined {
  return "body" in event ? event.body : undefined;
}

const keyOfName = new Map<string, string>();
const nameOfKey = new Map<string, string>();

/** `replyTo` → `Reply-To`. */
function fieldKey(name: string): string {
  let key = keyOfName.get(name);
  if (key === undefined) {
    key = name.replace(/[A-Z]/g, "-$&").replace(/^[a-z]/, (letter) => letter.toUpperCase());
    keyOfName.set(name, key);
  }
  return key;
}

function fieldName(key: string): string {
  let name = nameOfKey.get(key);
  if (name === undefined) {
    name = key.toLowerCase().replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (nameOfKey.size < 1000) nameOfKey.set(key, name);
  }
  return name;
}

type RawEvent = { type: string } & { [name: string]: string | string[] | undefined };

/** A field of an event, in short. */
interface Entry {
  readonly isList: boolean;
  readonly isOptional: boolean;
  /** What stands for the field where it is missing. */
  readonly standIn: () => string | string[] | undefined;
  /** True if the schema takes the value, or an element of it, as it is. False: ask the schema. */
  readonly isPlain: (value: string) => boolean;
}

/** How records of a type are read. */
interface Plan {
  /** By name, in the order of the schema, without the type. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly ownsText: boolean;
  /** The schema looks at its fields one by one, and at nothing else. */
  readonly isFlat: boolean;
}

/** The values that nearly every record holds; what they say no to may still be right. */
const plainWord = /^[!-~](?:[ -~]{0,998}[!-~])?$/;
const isPlainWord = (value: string) => plainWord.test(value);
const isPlainText = (value: string) => !oddInText.test(value) && value.trimEnd().length === value.length;
const oddInText = /[\0\r\ud800-\udfff]/;

const plainValues: ReadonlyMap<v.GenericSchema, (value: string) => boolean> = new Map<
  v.GenericSchema,
  (value: string) => boolean
>([
  [title, isPlainWord],
  [word, isPlainWord],
  [text, isPlainText],
  [said, (value) => value !== "" && isPlainText(value)],
]);

const plans: ReadonlyMap<string, Plan> = new Map(eventTypes.map((type) => [type, planOf(schemas[type])]));

function planOf(schema: (typeof schemas)[EventType]): Plan {
  const { type: _, ...fields }: Readonly<Record<string, v.GenericSchema>> = schema.entries;
  return {
    entries: new Map(Object.entries(fields).map(([name, field]) => [name, entryOf(field)])),
    ownsText: "body" in fields,
    isFlat: !("pipe" in schema),
  };
}

function entryOf(schema: v.GenericSchema): Entry {
  const isOptional = "wrapped" in schema;
  const inner = isOptional ? (schema.wrapped as v.GenericSchema) : schema; // optional() wraps the field's schema.
  const isList = inner.type === "array" && "item" in inner;
  const single = isList ? (inner.item as v.GenericSchema) : inner; // array() has that of its elements.
  const isPlain = plainValues.get(single) ?? ((value: string) => v.is(single, value));
  return { isList, isOptional, standIn: () => v.getDefault(schema) as string | string[] | undefined, isPlain };
}

/** The event that the schema would make of it, at a quarter of the cost. Undefined if that is not plain to see. */
function readPlain(plan: Plan, raw: RawEvent): KnownEvent | undefined {
  if (!plan.isFlat) return undefined;
  const event: RawEvent = { type: raw.type };
  for (const [name, { isOptional, standIn, isPlain }] of plan.entries) {
    const value = raw[name];
    if (value === undefined) {
      if (!isOptional) return undefined;
      const instead = standIn();
      if (instead !== undefined) event[name] = instead;
    } else if (typeof value === "string" ? isPlain(value) : value.every(isPlain)) {
      event[name] = value;
    } else return undefined;
  }
  return event as KnownEvent; // It has what the schema of its type asks for.
}
