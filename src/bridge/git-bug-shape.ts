/**
 * What git-bug keeps in a commit, read into one shape. A bug's tree holds the blob `ops`, and the names of empty entries say the format's
 * version and the logical clocks. An operation's id is the SHA-256 of its JSON as it was written, so its bytes are cut out, not written anew.
 */
import * as v from "valibot";
import type { Actor, Moment } from "../core/commit.ts";
import { toLine } from "../core/text.ts";
import type { ForeignCommit, ForeignRepository } from "../tracker/foreign.ts";
import { check, name } from "./check.ts";
import { personNamed, personWithoutEmail, readSeconds } from "./fit.ts";
import { readObjects, refusedAt } from "./values.ts";

const system = "git-bug";

export interface BugPack {
  /** The id of an identity. */
  readonly author: string;
  readonly operations: readonly BugOperation[];
  /** The logical time; packs that have the same were made without knowing of each other. */
  readonly editTime: bigint;
  readonly id: string;
  readonly place: string;
}

export interface BugOperation {
  readonly id: string;
  readonly type: (typeof types)[number] | "of an unknown type";
  readonly time: Moment;
  readonly title: string;
  readonly was: string;
  readonly message: string;
  readonly status: "open" | "closed";
  readonly target: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Blobs. */
  readonly files: readonly string[];
}

/** By their numbers, from 1 on. */
const types = [
  "create",
  "set-title",
  "add-comment",
  "set-status",
  "label-change",
  "edit-comment",
  "no-op",
  "set-metadata",
] as const;

/** The order of packs in a bug: by clock, and where that leaves it open, by id. */
export function packOrder(a: BugPack, b: BugPack): number {
  if (a.editTime !== b.editTime) return a.editTime < b.editTime ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The version of the format of bugs that is read; older ones git-bug itself brings up to it. */
const version = "4";
const hint = "Is it a bug as git-bug 0.8 or later keeps it? `git-bug-migration` updates older ones.";

/** Throws `invalid`, with the ref and the commit. */
export async function readPack(repository: ForeignRepository, commit: ForeignCommit, ref: string): Promise<BugPack> {
  const place = `${ref} in ${commit.oid.slice(0, 7)}`;
  const entries = await repository.readTree(commit.tree);
  const after = (prefix: string) => [...entries.keys()].find((entry) => entry.startsWith(prefix))?.slice(prefix.length);
  const found = after("version-");
  if (found !== version)
    throw refusedAt(
      place,
      `the format's version is ${found === undefined ? "missing" : toLine(found.slice(0, 20))}, not ${version}`,
      hint,
    );
  const clock = after("edit-clock-") ?? "";
  if (!/^\d{1,20}$/.test(clock)) throw refusedAt(place, "its logical clock can't be read", hint);
  const bytes = await readEntry(repository, entries.get("ops"), place);
  const { value } = await onlyObject(bytes, place);
  const { author, ops } = check(packSchema, value, { place, hint });
  const texts = operationTexts(bytes);
  if (texts.length !== ops.length) throw refusedAt(place, "its operations are not a list of objects", hint);
  const operations = ops.map((op, index): BugOperation => {
    const { type, timestamp, status, files, ...fields } = op;
    return {
      ...fields,
      id: sha256(texts[index] ?? ""),
      type: types[type - 1] ?? "of an unknown type",
      time: timestamp,
      status: status === 2 ? "closed" : "open",
      files: files ?? [],
    };
  });
  return { author: author.id, operations, editTime: BigInt(clock), id: sha256(bytes), place };
}

/** Throws `invalid`, with the ref and the commit. */
export async function readIdentity(repository: ForeignRepository, commit: ForeignCommit, ref: string): Promise<Actor> {
  const place = `${ref} in ${commit.oid.slice(0, 7)}`;
  const entries = await repository.readTree(commit.tree);
  const { value } = await onlyObject(await readEntry(repository, entries.get("version"), place), place);
  const identity = check(identitySchema, value, { place, hint });
  const login = identity.login || identity.metadata?.["github-login"] || "";
  const shown = identity.name || login || "unknown";
  if (identity.email?.includes("@")) return { ...personNamed(system, identity.email), name: shown };
  // As GitHub itself writes people who show no address.
  if (/^[\w-]{1,100}$/.test(identity.metadata?.["github-login"] ?? "")) {
    return { name: shown, email: `${login}@users.noreply.github.com` };
  }
  return { ...personWithoutEmail(system, login || shown), name: shown };
}

async function readEntry(repository: ForeignRepository, oid: string | undefined, place: string): Promise<Uint8Array> {
  const bytes = oid === undefined ? undefined : await repository.readBlob(oid);
  if (bytes === undefined) throw refusedAt(place, "what it holds is missing", hint);
  return bytes;
}

async function onlyObject(bytes: Uint8Array, place: string) {
  for await (const { value } of readObjects({ name: place, bytes })) return { value };
  throw refusedAt(place, "it holds no JSON", hint);
}

/** The objects in a list of the outermost object, as they are written. That the whole is JSON is known by now. */
function operationTexts(bytes: Uint8Array): Uint8Array[] {
  const texts: Uint8Array[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    const character = String.fromCharCode(bytes[at] ?? 0);
    if (character === '"') at = endOfText(bytes, at);
    else if (character === "{" || character === "[") {
      if (depth === 2 && character === "{") start = at;
      depth++;
    } else if (character === "}" || character === "]") {
      depth--;
      if (depth === 2 && character === "}") texts.push(bytes.subarray(start, at + 1));
    }
  }
  return texts;
}

/** Where the closing quote is of the text that begins at `from`. */
function endOfText(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  for (; at < bytes.length && bytes[at] !== 0x22; at++) if (bytes[at] === 0x5c) at++;
  return at;
}

function sha256(bytes: Uint8Array | string): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

const text = v.nullish(v.string(), "");
const oid = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "should be the id of a blob"));
const strings = v.nullish(v.array(name), () => []);
const seconds = v.pipe(
  v.number(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const moment = readSeconds(dataset.value);
    if (moment !== undefined) return moment;
    addIssue({ message: "should be seconds since 1970, up to the year 9999" });
    return NEVER;
  }),
);

const operationSchema = v.object({
  type: v.pipe(v.number(), v.integer("should be a whole number")),
  timestamp: seconds,
  title: text,
  was: text,
  message: text,
  status: v.nullish(v.picklist([1, 2], "should be 1 or 2")),
  target: text,
  added: strings,
  removed: strings,
  files: v.nullish(v.array(oid)),
});

const packSchema = v.object({ author: v.object({ id: name }), ops: v.array(operationSchema) });

const identitySchema = v.object({
  name: v.nullish(name),
  email: v.nullish(name),
  login: v.nullish(name),
  metadata: v.nullish(v.record(v.string(), v.string())),
});
