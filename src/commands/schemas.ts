/**
 * JSON Schemas (draft 2020-12) of everything that `--json` prints. Fields may be added to a result, so none forbids more than it
 * names; the tests do, so that no field goes unmentioned here.
 */
import { roles } from "../core/project-event.ts";
import {
  anything,
  count,
  definitions,
  definitionsIn,
  event,
  failure,
  flag,
  type JsonSchema,
  keyName,
  labelDefinition,
  list,
  mapOf,
  member,
  object,
  oid,
  orNull,
  page,
  person,
  ref,
  remote,
  signatureState,
  summary,
  text,
  time,
} from "./schema-parts.ts";

export interface Kind {
  /** What prints it. */
  readonly about: string;
  /** What stands beside `schema` and `kind`. */
  readonly properties: Readonly<Record<string, JsonSchema>>;
}

/** The schema of one kind of result, undefined if there is no such kind. */
export function schemaOf(name: string): JsonSchema | undefined {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) return undefined;
  const properties = { schema: { const: 1 }, kind: { const: name }, ...kind.properties };
  const needed = [...definitionsIn(properties)];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: name,
    description: kind.about,
    ...object(properties),
    $defs: Object.fromEntries(needed.map((definition) => [definition, definitions[definition]])),
  };
}
export const kinds: Readonly<Record<string, Kind>> = {
  issue: { about: "one issue: show, and every command that changes one", properties: { item: ref("issue") } },
  issues: {
    about: "several issues: list, ready, show and what changes several; lists leave out the long fields",
    properties: page({ anyOf: [ref("issue"), ref("summary")] }),
  },
  search: {
    about: "search",
    properties: page(
      object({
        ...summary,
        hit: object({ field: { enum: ["title", "body", "comment"] }, excerpt: text }),
      }),
    ),
  },
  board: {
    about: "board",
    properties: {
      by: orNull(text),
      columns: list(ref("status")),
      lanes: list(
        object({
          name: orNull(text),
          cells: { ...list(list(ref("summary"))), description: "A list of issues for each column." },
        }),
      ),
    },
  },
  log: { about: "log", properties: page(ref("logEntry")) },
  undo: {
    about: "undo",
    properties: {
      items: list(
        object({
          issue: ref("issue"),
          undone: list(event()),
          events: list(event()),
          kept: { ...list(event()), description: "What others have built on since, and so was left as it is." },
        }),
      ),
      project: { ...list(event()), description: "What was written to the project's stream." },
    },
  },
  labels: {
    about: "label list",
    properties: page(object({ ...labelDefinition, count, defined: flag })),
  },
  label: { about: "label define, label drop", properties: { item: orNull(object(labelDefinition)) } },
  members: { about: "user list", properties: page(object(member)) },
  member: { about: "user add, user edit, user remove", properties: { item: orNull(object(member)) } },
  teams: { about: "team list", properties: page(object({ name: text, members: list(text) })) },
  team: {
    about: "team add, team edit, team remove",
    properties: { item: orNull(object({ name: text, members: list(text) })) },
  },
  project: {
    about: "project show, project edit",
    properties: {
      item: object({
        name: orNull(text),
        description: orNull(text),
        members: list(object({ email: text, name: orNull(text), emails: list(text), role: { enum: roles } })),
        teams: list(object({ name: text, members: list(text) })),
        labels: list(object(labelDefinition)),
        conflicts: list(object({ field: text, values: list(orNull(text)) })),
        quarantined: list(object({ commit: oid, type: text, reason: text })),
        revision: orNull(oid),
      }),
    },
  },
  "project-log": {
    about: "project log",
    properties: page(
      object({
        at: time,
        author: person(),
        commit: oid,
        what: list(text),
        unread: list(object({ type: text, reason: text })),
      }),
    ),
  },
  attachments: { about: "attach --list", properties: page(object({ name: text, size: count, oid })) },
  deps: {
    about: "deps",
    properties: {
      root: orNull(oid),
      nodes: list(
        object({
          id: oid,
          shortId: text,
          title: text,
          status: text,
          category: { enum: ["todo", "active", "done"] },
          repository: { ...orNull(text), description: "Where it is another one of the workspace." },
        }),
      ),
      edges: list(object({ source: oid, kind: { enum: ["blocks"] }, target: oid })),
    },
  },
  config: {
    about: "config list, config get",
    properties: page(object({ key: text, value: {}, meaning: text, origin: text })),
  },
  setting: {
    about: "config set, config unset",
    properties: { action: { enum: ["set", "unset"] }, key: text, path: text },
  },
  init: { about: "init", properties: { path: text, outcome: { enum: ["written", "there"] } } },
  doctor: {
    about: "doctor",
    properties: {
      checked: count,
      findings: list(
        object({
          level: { enum: ["error", "warning", "note"] },
          what: text,
          hint: orNull(text),
          issue: orNull(oid),
          repaired: flag,
        }),
      ),
    },
  },
  reindex: { about: "reindex", properties: { issues: count } },
  export: { about: "export with -o", properties: { format: text, file: text, issues: count } },
  importable: {
    about: "import",
    properties: { items: list(object({ system: text, path: orNull(text), command: text })) },
  },
  import: {
    about: "import",
    properties: {
      created: count,
      updated: count,
      unchanged: count,
      commits: count,
      comments: count,
      dangling: { ...count, description: "Links left out, since what they lead to is not here." },
      circular: { ...count, description: "Links left out, since they would close a circle." },
      skipped: mapOf(count),
      mapped: mapOf(count),
      kept: mapOf(count),
    },
  },
  workspace: {
    about: "workspace list",
    properties: page(
      object({
        name: text,
        path: text,
        state: { enum: ["ok", "unusable"] },
        problem: orNull(text),
        open: orNull(count),
      }),
    ),
  },
  "workspace-change": {
    about: "workspace init, add, remove",
    properties: { action: { enum: ["made", "there", "added", "removed"] }, name: orNull(text), path: text },
  },
  syncs: {
    about: "sync, pull, push of all repositories of a workspace; `sync` holds what the kind sync has",
    properties: { items: list(object({ repository: text, sync: orNull(anything), error: orNull(failure) })) },
  },
  sync: {
    about: "sync, pull, push",
    properties: {
      remote: text,
      project: {
        ...orNull(
          object({
            came: { enum: ["new", "forward", "merged", "same"] },
            sent: flag,
            conflicted: flag,
            quarantined: flag,
          }),
        ),
        description: "What became of members, teams and labels; null: nothing.",
      },
      issues: list(
        object({
          id: oid,
          title: { ...orNull(text), description: "null where it was not taken over yet." },
          came: {
            enum: ["new", "forward", "merged", "same"],
            description: "What came of it; merged: both sides had something.",
          },
          sent: flag,
          conflicted: flag,
          quarantined: { ...flag, description: "Something of it does not count; show and doctor say why." },
        }),
      ),
      refused: list(object({ id: text, reason: text, by: { enum: ["here", "remote"] } })),
      rewound: { ...list(oid), description: "The remote has lost events of these; they are kept here." },
    },
  },
  verify: {
    about: "verify",
    properties: {
      counts: object({ good: count, bad: count, unknown: count, unsigned: count }),
      items: {
        ...list(
          object({
            issue: { ...orNull(oid), description: "Null: it is a change of the project." },
            shortId: text,
            title: text,
            commit: oid,
            at: time,
            author: person(),
            state: signatureState(),
            key: keyName(),
            signer: orNull(text),
            reason: { ...orNull(text), description: "Why it is not good." },
          }),
        ),
        description: "Those that are not good; with --all every change.",
      },
    },
  },
  keys: {
    about: "key list, key trust, key distrust",
    properties: page(
      object({
        key: keyName(),
        principals: list(text),
        validAfter: orNull(time),
        validBefore: orNull(time),
        revoked: flag,
        source: text,
      }),
    ),
  },
  "member-keys": {
    about: "key add, key revoke",
    properties: {
      items: list(object({ key: keyName(), member: text, vouched: flag, revokedSince: orNull(time) })),
    },
  },
  remotes: { about: "remote list", properties: page(object(remote)) },
  remote: {
    about: "remote show; remote add and remove say less",
    properties: {
      item: object(
        {
          ...remote,
          pushAddress: { ...orNull(text), description: "Where it is pushed to, if that is another place." },
          issues: { ...count, description: "How many issues it had when it was last asked." },
          ahead: { ...count, description: "Of how many issues there is something to send." },
          behind: { ...count, description: "Of how many issues there is something to take." },
          refused: list(object({ id: text, reason: text, by: { enum: ["here", "remote"] } })),
        },
        ["pushAddress", "issues", "ahead", "behind", "refused"],
      ),
    },
  },
  commands: { about: "help", properties: { items: list(ref("command")) } },
  command: {
    about: "help COMMAND",
    properties: {
      item: object({
        name: text,
        aliases: list(text),
        group: text,
        summary: text,
        usage: text,
        details: orNull(text),
        examples: list(text),
        flags: list(object({ name: text, short: orNull(text), value: orNull(text), repeats: flag, help: text })),
      }),
    },
  },
  "query-fields": {
    about: "help query",
    properties: { items: list(object({ name: text, help: text, example: text, values: list(text) })) },
  },
  schemas: { about: "schema", properties: { items: list(object({ name: text, about: text })) } },
  upgrade: {
    about: "upgrade",
    properties: { from: text, to: text, action: { enum: ["none", "available", "upgraded"] } },
  },
  version: { about: "version", properties: { version: text } },
  error: {
    about: "what any command prints on standard error when it refuses",
    properties: { error: failure },
  },
};
