/**
 * A vocabulary: the events that a kind of stream may hold, each one schema. A record in a commit message and a value in memory are
 * the same thing spelled twice: the field `replyTo` is the record key `Reply-To`, a list is a repeated key, and the field `body` is
 * the commit's text. An event type or a field of a newer program is kept and not folded; a known event that is broken is quarantined.
 */
import * as v from "valibot";
import { plainValues } from "./field.ts";

/** The fields of one record as they stand in a commit message, in order. */
export type Fields = readonly (readonly [key: string, value: string])[];

/** A record that is not folded: of a newer program (`unknown`) or broken (`reason` says how). */
export interface UnreadRecord {
  readonly type: string;
  readonly fields: Fields;
  readonly reason: "unknown" | string;
}

export interface Vocabulary<E extends Typed> {
  readonly types: readonly string[];
  /** True for the events that own their commit's text. */
  ownsText(type: string): boolean;
  /** The text an event carries, if it is of a type that owns one. */
  textOf(event: E): string | undefined;
  /** Checks one event. Returns the event with its defaults, or what is wrong with it. */
  parse(draft: Typed): E | string;
  /** Reads one record. `body` is the commit's text, given to the one event that owns it. */
  decode(type: string, fields: Fields, body: string | undefined): E | UnreadRecord;
  /** The fields of an event's record, in the order of its schema; its text is not among them. */
  encode(event: E): Fields;
}

export interface Typed {
  readonly type: string;
}

/** True for what `decode` could not make an event of. */
export function isUnread<E extends Typed>(read: E | UnreadRecord): read is UnreadRecord {
  return "reason" in read;
}

type EventSchema = v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> };

export function createVocabulary<S extends Readonly<Record<string, EventSchema>>>(
  schemas: S,
): Vocabulary<{ [T in keyof S]: v.InferOutput<S[T]> & { readonly type: T & string } }[keyof S]> {
  type E = { [T in keyof S]: v.InferOutput<S[T]> & { readonly type: T & string } }[keyof S];
  const plans = new Map<string, Plan>();
  /** Made when it is first needed: a command writes or reads few of the types. */
  const planFor = (type: string): Plan | undefined => {
    const known = plans.get(type);
    const schema = known === undefined && Object.hasOwn(schemas, type) ? schemas[type] : undefined;
    if (schema === undefined) return known;
    const plan = planOf(schema);
    plans.set(type, plan);
    return plan;
  };
  const parse = (draft: Typed): E | string => {
    const plan = planFor(draft.type);
    if (plan === undefined) return "unknown event type";
    const result = v.safeParse(plan.schema, draft);
    if (result.success) return result.output as E; // The schema that stands under its type.
    const [issue] = result.issues;
    const path = v.getDotPath(issue) ?? "record";
    // What a schema has no words of its own for says what it got by itself.
    const wanted = issue.message.startsWith("Invalid") ? issue.expected : issue.message;
    const got = issue.received === "undefined" ? "missing" : `${wanted}, not ${issue.received}`;
    return `${fieldKey(path.split(".")[0] ?? path)}: ${got}`;
  };
  return {
    types: Object.keys(schemas),
    ownsText: (type) => planFor(type)?.ownsText ?? false,
    textOf: (event) => ("body" in event && typeof event.body === "string" ? event.body : undefined),
    parse,
    decode: (type, fields, body) => {
      const plan = planFor(type);
      if (plan === undefined) return { type, fields, reason: "unknown" };
      const raw = readFields(plan, type, fields);
      if (typeof raw === "string") return { type, fields, reason: raw };
      if (body !== undefined && plan.ownsText) raw.body = body;
      const event = (readPlain(plan, raw) as E | undefined) ?? parse(raw); // It has what the schema of its type asks for.
      return typeof event === "string" ? { type, fields, reason: event } : event;
    },
    encode: (event) => {
      const values: Readonly<Record<string, unknown>> = event;
      const fields: [string, string][] = [];
      for (const name of planFor(event.type)?.entries.keys() ?? []) {
        if (name === "body") continue;
        const value = values[name];
        if (typeof value === "string") fields.push([fieldKey(name), value]);
        else if (Array.isArray(value)) for (const item of value) fields.push([fieldKey(name), String(item)]);
      }
      return fields;
    },
  };
}

/** The fields of a record by name, or what is wrong with them. */
function readFields(plan: Plan, type: string, fields: Fields): RawEvent | string {
  const raw: RawEvent = { type };
  for (const [key, value] of fields) {
    const name = fieldName(key);
    const entry = name === "body" ? undefined : plan.entries.get(name);
    if (entry === undefined) continue; // A field of a newer program: kept in the commit.
    const before = raw[name];
    if (entry.isList) {
      if (Array.isArray(before)) before.push(value);
      else raw[name] = [value];
    } else if (before !== undefined) return `${key}: stands twice`;
    else raw[name] = value;
  }
  return raw;
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
  readonly schema: v.GenericSchema;
  /** By name, in the order of the schema, without the type. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly ownsText: boolean;
  /** The schema looks at its fields one by one, and at nothing else. */
  readonly isFlat: boolean;
}

function planOf(schema: EventSchema): Plan {
  const { type: _, ...fields } = schema.entries;
  return {
    schema,
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
function readPlain(plan: Plan, raw: RawEvent): RawEvent | undefined {
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
  return event;
}
