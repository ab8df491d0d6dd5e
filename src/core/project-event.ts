/**
 * Events of the project's stream: who takes part, in which role and with which keys, what teams there are, what labels mean. People are
 * named by their address, the one they joined with.
 */
import * as v from "valibot";
import { line, word } from "./field.ts";
import { createVocabulary } from "./vocabulary.ts";

/** From the least to the most that one may do. */
export const roles = ["viewer", "contributor", "maintainer"] as const;
export type Role = (typeof roles)[number];

/** An address as people are known by; blanks and brackets would make another one of it in a commit. */
const email = v.pipe(word, v.regex(/^[^\s<>:]+$/, "an address without blanks"));
/** A public key on one line: `ssh-ed25519 AAAA…`, or `openpgp:` and a fingerprint. */
const key = v.pipe(
  word,
  v.regex(
    /^(?:(?:ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+=*|openpgp:[0-9A-F]{40}(?:[0-9A-F]{24})?)$/,
    "a public key, as in ssh-ed25519 AAAA… or openpgp:FINGERPRINT",
  ),
);
const color = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/, "a colour like #d73a4a"));
const moment = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "a time like 2026-12-01T08:00:00Z"));
const emails = v.optional(v.array(email), () => []);

export const projectSchemas = {
  "project-changed": v.object({
    type: v.literal("project-changed"),
    field: v.picklist(["name", "description"]),
    from: v.optional(line),
    to: v.optional(line),
  }),
  "member-added": v.object({
    type: v.literal("member-added"),
    member: email,
    name: v.optional(word),
    role: v.picklist(roles),
    email: emails,
  }),
  "member-changed": v.object({
    type: v.literal("member-changed"),
    member: email,
    name: v.optional(word),
    role: v.optional(v.picklist(roles)),
    addEmail: emails,
    removeEmail: emails,
  }),
  "member-removed": v.object({ type: v.literal("member-removed"), member: email }),
  "key-added": v.object({ type: v.literal("key-added"), member: email, key }),
  "key-revoked": v.object({ type: v.literal("key-revoked"), member: email, key, since: moment }),
  "team-added": v.object({ type: v.literal("team-added"), team: word, member: emails }),
  "team-changed": v.object({ type: v.literal("team-changed"), team: word, addMember: emails, removeMember: emails }),
  "team-removed": v.object({ type: v.literal("team-removed"), team: word }),
  "label-defined": v.object({
    type: v.literal("label-defined"),
    label: word,
    color: v.optional(color),
    description: v.optional(line),
  }),
  "label-dropped": v.object({ type: v.literal("label-dropped"), label: word }),
} as const;

type ProjectEventType = keyof typeof projectSchemas;
export type ProjectEvent = { [T in ProjectEventType]: v.InferOutput<(typeof projectSchemas)[T]> }[ProjectEventType];
/** What a caller must give to make one: lists may be left out. */
export type ProjectDraft = { [T in ProjectEventType]: v.InferInput<(typeof projectSchemas)[T]> }[ProjectEventType];

/** What the project's stream may hold. */
export const projectEvents = createVocabulary(projectSchemas);
