/** From what people type to what is meant: ids by prefix, `@last`, `@`; people by email or a part of their name. */
import type { Actor, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Tracker } from "./tracker.ts";

const prefixDigitsMin = 4;
/** So many candidates are named when a prefix is ambiguous. */
const candidatesMax = 5;

/** The issue that `text` means. Throws `not-found`, `ambiguous` or `invalid`. */
export async function resolveId(tracker: Tracker, text: string): Promise<Oid> {
  if (text === "@last") return lastTouched(tracker);
  if (text === "@") return await issueOfBranch(tracker);
  const prefix = text.toLowerCase();
  if (!/^[0-9a-f]+$/.test(prefix) || prefix.length > 64) {
    throw new TrackerError(
      "invalid",
      `\`${visible(text)}\` is not an issue's id`,
      "An id is hex digits. See them with: git tracker list",
    );
  }
  if (prefix.length < prefixDigitsMin) {
    throw new TrackerError(
      "invalid",
      `\`${prefix}\` is too short for an id`,
      `Type at least ${prefixDigitsMin} digits.`,
    );
  }
  const ids = tracker.index.withPrefix(prefix, candidatesMax + 1);
  const [id] = ids;
  if (id === undefined) {
    const broken = tracker.index.broken().find((each) => each.id.startsWith(prefix));
    if (broken?.refused === true) {
      throw new TrackerError("not-permitted", `Issue ${prefix} does not count: ${broken.reason}`, "git tracker doctor");
    }
    if (broken !== undefined) {
      throw new TrackerError("corrupt", `Issue ${prefix} can't be read: ${broken.reason}`, "See: git tracker doctor");
    }
    throw new TrackerError("not-found", `There is no issue ${prefix}`, "See them with: git tracker list --all");
  }
  if (ids.length > 1) throw ambiguous(tracker, prefix, ids);
  return id;
}

/**
 * The issue that `text` means at the other end of a link: one of another repository of the workspace, if there is none here. Throws as
 * `resolveId` does.
 */
export async function resolveEnd(tracker: Tracker, text: string): Promise<Oid> {
  try {
    return await resolveId(tracker, text);
  } catch (error) {
    const isAbsent = error instanceof TrackerError && error.code === "not-found" && !text.startsWith("@");
    if (!isAbsent || tracker.surroundings === undefined) throw error;
    const { findAbroad } = await import("./elsewhere.ts");
    const found = await findAbroad(tracker, text.toLowerCase(), candidatesMax + 1);
    const [only] = found.keys();
    if (only === undefined) throw error;
    if (found.size === 1) return only;
    const names = [...found].slice(0, candidatesMax).map(([id, holders]) => {
      return `  ${id.slice(0, 10)}  ${holders.map(({ name }) => visible(name)).join(", ")}`;
    });
    throw new TrackerError(
      "ambiguous",
      [`${text.toLowerCase()} is the beginning of several ids:`, ...names].join("\n"),
      "Type more digits.",
    );
  }
}

/** The issue that is to be a parent. Throws as `resolveId` does, and `invalid` for one of another repository. */
export async function resolveParent(tracker: Tracker, text: string): Promise<Oid> {
  const id = await resolveEnd(tracker, text);
  if (tracker.index.tip(id) !== undefined) return id;
  const { findAbroad } = await import("./elsewhere.ts");
  const owner = visible((await findAbroad(tracker, id, 1)).get(id)?.[0]?.name ?? "NAME");
  throw new TrackerError(
    "invalid",
    `Issue ${id.slice(0, 10)} is in ${owner}, and a parent must be in the same repository`,
    `Make the part there (git tracker --repo ${owner} new TITLE --parent ${id.slice(0, 10)}), or link the two: git tracker link ID --relates ${id.slice(0, 10)}`,
  );
}

export async function resolveEnds(tracker: Tracker, texts: readonly string[]): Promise<Oid[]> {
  const ids: Oid[] = [];
  for (const text of texts) ids.push(await resolveEnd(tracker, text));
  return [...new Set(ids)];
}

export async function resolveIds(tracker: Tracker, texts: readonly string[]): Promise<Oid[]> {
  const ids: Oid[] = [];
  for (const text of texts) ids.push(await resolveId(tracker, text));
  return [...new Set(ids)];
}

/** The email address of the person that `text` means: an address, a unique part of a known name or address, or `@me`. */
export async function resolvePerson(tracker: Tracker, text: string): Promise<string> {
  if (text === "@me") return (await tracker.actor()).email;
  const address = /<([^<>\s]+@[^<>\s]+)>$/.exec(text)?.[1] ?? (/^[^<>\s@]+@[^<>\s@]+$/.test(text) ? text : undefined);
  if (address !== undefined) return address;
  const wanted = text.toLowerCase();
  const people = tracker.index.people();
  const found = people.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(wanted));
  const exact = found.filter(({ name, email }) =>
    [name, email, email.split("@")[0]].some((part) => part?.toLowerCase() === wanted),
  );
  const known = [...new Set((exact.length > 0 ? exact : found).map(({ email }) => email))];
  const emails = known.length === 1 ? known : await withMembers(tracker, wanted, known);
  const [email] = emails;
  if (email === undefined) {
    throw new TrackerError(
      "not-found",
      `Nobody here is called \`${visible(text)}\``,
      "Give the email address, or @me.",
    );
  }
  if (emails.length > 1) {
    const names = emails.slice(0, candidatesMax).map((candidate) => visible(candidate));
    throw new TrackerError(
      "ambiguous",
      `\`${visible(text)}\` may be ${names.join(", ")}`,
      "Type more of the name or address.",
    );
  }
  return email;
}

/** Several addresses may be one member's; and a member may not have done anything yet. */
async function withMembers(tracker: Tracker, wanted: string, emails: readonly string[]): Promise<string[]> {
  const { readProject } = await import("./project.ts");
  const { memberOf } = await import("../core/project.ts");
  const project = await readProject(tracker);
  const named = project.members.filter(({ name, emails: theirs }) =>
    [name ?? "", ...theirs].some((each) => each.toLowerCase().includes(wanted)),
  );
  const known = emails.map((email) => memberOf(project, email)?.email ?? email);
  return [...new Set([...known, ...(emails.length === 0 ? named.map(({ email }) => email) : [])])];
}

/** `Ada <ada@example.com>`, or an address alone, as an actor. */
export function parseActor(text: string): Actor {
  const match = /^\s*([^<>]*?)\s*<([^<>\s]+)>\s*$/.exec(text);
  const email = match?.[2] ?? text.trim();
  if (email === "" || /[\s<>]/.test(email)) {
    throw new TrackerError("invalid", `\`${visible(text)}\` says nobody`, 'Write it as: "Ada <ada@example.com>"');
  }
  return { name: match?.[1] || (email.split("@")[0] ?? email), email };
}

function lastTouched(tracker: Tracker): Oid {
  const touched = tracker.index.lastTouched();
  if (touched !== undefined) return touched;
  throw new TrackerError("not-found", "No issue was touched here yet", "Name one by its id: git tracker list");
}

/** A branch belongs to the issue whose id, as a whole word of at least 7 digits, is in its name. */
async function issueOfBranch(tracker: Tracker): Promise<Oid> {
  const branch = await tracker.store.currentBranch();
  if (branch === undefined)
    throw new TrackerError("not-found", "No branch is checked out", "Name the issue by its id.");
  const ids = branch
    .split(/[^0-9A-Za-z]+/)
    .filter((word) => /^[0-9a-f]{7,64}$/.test(word))
    .flatMap((word) => tracker.index.withPrefix(word, 2));
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return id;
  throw new TrackerError(
    "not-found",
    `The branch ${visible(branch)} names no issue`,
    "A branch belongs to the issue whose short id is in its name, as in 4f2a1b3-fix-login.",
  );
}

function ambiguous(tracker: Tracker, prefix: string, ids: readonly Oid[]): TrackerError {
  const references = [...tracker.index.references(ids.slice(0, candidatesMax)).values()];
  const names = references.map(({ shortId, title }) => `  ${shortId}  ${visible(title)}`);
  const more = ids.length > candidatesMax ? ["  …"] : [];
  return new TrackerError(
    "ambiguous",
    [`${prefix} is the beginning of several ids:`, ...names, ...more].join("\n"),
    "Type more digits.",
  );
}
