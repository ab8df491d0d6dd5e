/** What the JSON Schemas of results are put together from. */
import { linkKinds, resolutions } from "../core/issue.ts";
import { roles } from "../core/project-event.ts";
import { signatureStates } from "../core/trust.ts";
import type { issueFields, summaryFields } from "../render/json.ts";
import type { logFields } from "./log-item.ts";

/** The part of JSON Schema that is used here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export const text = { type: "string" };
export const flag = { type: "boolean" };
export const count = { type: "integer", minimum: 0 };
export const oid = { type: "string", pattern: "^(?:[0-9a-f]{40}|[0-9a-f]{64})$" };
export const time = { type: "string", format: "date-time" };
export const ref = (name: keyof typeof definitions) => ({ $ref: `#/$defs/${name}` });
export const list = (items: JsonSchema) => ({ type: "array", items });
export const orNull = (schema: JsonSchema) => ({ anyOf: [schema, { type: "null" }] });
export const mapOf = (values: JsonSchema) => ({ type: "object", additionalProperties: values });

/** All properties are there always, but those that are named as optional. */
export function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required };
}

export const summary = {
  id: { ...oid, description: "The name of the commit that began the issue." },
  shortId: { type: "string", description: "The shortest beginning of the id that is unique here." },
  title: text,
  status: text,
  resolution: orNull({ enum: resolutions }),
  type: orNull(text),
  priority: orNull(text),
  labels: list(text),
  assignees: { ...list(text), description: "Email addresses." },
  author: person(),
  createdAt: time,
  updatedAt: time,
  closedAt: orNull(time),
  due: orNull({ type: "string", format: "date" }),
  estimate: orNull({ ...count, description: "In seconds." }),
  parent: orNull(oid),
  children: list(oid),
  sprint: orNull(text),
  milestone: orNull(text),
  rank: orNull({ type: "string", description: "Orders the issues of a column, compared as text." }),
  links: list(object({ kind: { enum: linkKinds }, target: oid })),
  blockedBy: { ...list(oid), description: "What must be done first and isn't." },
  blocking: list(oid),
  blocked: flag,
  externalIds: { ...mapOf(text), description: "The names that other systems have for the issue." },
  revision: { ...oid, description: "The tip of the issue's stream: it moves with every change." },
  repository: {
    ...orNull(text),
    description: "Its name, where the repositories of a workspace are looked at together.",
  },
} satisfies Record<(typeof summaryFields)[number], JsonSchema>;

const full = {
  ...summary,
  body: text,
  comments: list(
    object({
      id: oid,
      author: person(),
      body: text,
      createdAt: time,
      editedAt: orNull(time),
      replyTo: orNull(oid),
      reactions: { ...mapOf(list(text)), description: "Who reacted, by reaction." },
    }),
  ),
  attachments: list(object({ name: text, size: { ...count, description: "In bytes." }, oid })),
  commits: list(oid),
  conflicts: list(
    object({
      field: text,
      values: list(orNull(text)),
      sides: {
        ...list(object({ value: orNull(text), author: person(), at: text, commit: oid })),
        description:
          "The values again, and who wrote them. A circle of parents or links has one side: the edge that gave way.",
      },
    }),
  ),
} satisfies Record<(typeof issueFields)[number], JsonSchema>;

const logEntry = {
  at: time,
  author: person(),
  issue: oid,
  shortId: text,
  title: text,
  commit: oid,
  what: { ...list(text), description: "What happened, in words." },
  events: list(event()),
  unread: { ...list(object({ type: text, reason: text })), description: "Records of newer programs, and broken ones." },
  signed: flag,
  signature: object({
    state: signatureState(),
    key: keyName(),
    signer: { ...orNull(text), description: "The addresses that the key is known for." },
  }),
} satisfies Record<(typeof logFields)[number], JsonSchema>;

export const labelDefinition = {
  name: text,
  color: orNull({ type: "string", pattern: "^#[0-9a-f]{6}$" }),
  description: orNull(text),
};

export const member = {
  email: { ...text, description: "The address that names them." },
  name: orNull(text),
  emails: list(text),
  role: { enum: roles },
  keys: { ...count, description: "How many keys that are not revoked." },
};

export const anything = { type: "object", additionalProperties: true };
export const failure = object({
  code: { enum: ["invalid", "not-found", "ambiguous", "conflict", "unavailable", "corrupt", "not-permitted"] },
  message: text,
  hint: { ...orNull(text), description: "What to do next." },
});
export const remote = {
  name: text,
  address: { ...text, description: "Without passwords." },
  syncedAt: { ...orNull(time), description: "null: never." },
};

export const definitions = {
  summary: object(summary),
  issue: object(
    {
      ...full,
      events: list({ $ref: "#/$defs/logEntry" }),
      signature: {
        ...object({ state: signatureState(), key: keyName() }),
        description: "The worst of its changes' signatures; only `show` looks at them.",
      },
    },
    ["events", "signature"],
  ),
  logEntry: object(logEntry),
  status: object({ name: text, category: { enum: ["todo", "active", "done"] }, limit: orNull(count), count }),
  command: object({ name: text, aliases: list(text), group: text, summary: text }),
} as const;

export const page = (items: JsonSchema) => ({
  items: list(items),
  total: { ...count, description: "How many there are on all pages." },
  next: { ...orNull(text), description: "Where the next page starts: --after; null on the last." },
});

export function signatureState(): JsonSchema {
  return { enum: signatureStates };
}

export function keyName(): JsonSchema {
  return { ...orNull(text), description: "`SHA256:…` of an SSH key, or an OpenPGP fingerprint." };
}

export function person(): JsonSchema {
  return object({ name: text, email: text });
}

/** What else an event has depends on its type. */
export function event(): JsonSchema {
  return { type: "object", properties: { type: text }, required: ["type"], additionalProperties: true };
}

/** The names of the definitions that a schema refers to, and those they refer to. */
export function definitionsIn(
  schema: unknown,
  found = new Set<keyof typeof definitions>(),
): Set<keyof typeof definitions> {
  for (const [, name = ""] of JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)) {
    const definition = name as keyof typeof definitions; // Only `ref` and `definitions` spell them.
    if (found.has(definition)) continue;
    found.add(definition);
    definitionsIn(definitions[definition], found);
  }
  return found;
}
