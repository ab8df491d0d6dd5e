/** The verbs about members' keys, which the project's stream tells everybody of. */
import { TrackerError } from "../core/errors.ts";
import { type MemberKey, memberOf, type Project } from "../core/project.ts";
import type { ProjectDraft } from "../core/project-event.ts";
import { visible } from "../core/text.ts";
import { parsePrivateKey, parsePublicKey, publicKeyLine } from "../signing/ssh-key.ts";
import { ownSshKey } from "../signing/ssh-signer.ts";
import { anchors, keyName, openPgpPrefix } from "./keyring.ts";
import { defaultRole, resolveMember, whoIs } from "./people.ts";
import { changeProject, type ProjectChanged, readProject } from "./project.ts";
import { signingSettings } from "./signing.ts";
import type { Tracker } from "./tracker.ts";

/** A key of somebody that nobody whom the person trusts has added. */
export interface UnvouchedKey {
  /** `SHA256:…`, or an OpenPGP fingerprint. */
  readonly key: string;
  readonly member: string;
}

/** Adds a public key, given as text, to a member; undefined: the one that is signed with here. Whoever is no member becomes one. */
export async function addKey(tracker: Tracker, text: string | undefined, person: string): Promise<ProjectChanged> {
  const key = text === undefined ? await ownKey(tracker) : parseKey(text);
  const who = await whoIs(tracker, person);
  const actor = await tracker.actor();
  return await changeProject(tracker, (project) => {
    const isNew = who === actor.email && memberOf(project, who) === undefined;
    const joining: ProjectDraft[] = isNew
      ? [{ type: "member-added", member: who, name: actor.name, role: defaultRole(project) }]
      : [];
    const member = isNew ? who : resolveMember(project, who).email;
    const holder = project.members.find(({ keys }) => keys.some((each) => keyName(each.key) === keyName(key)));
    if (holder !== undefined && holder.email !== member) {
      const hint = "A key speaks for one person; addresses of one person belong to one member: git tracker user edit";
      throw new TrackerError("conflict", `That is a key of ${visible(holder.email)}`, hint);
    }
    const known = holder?.keys.find((each) => keyName(each.key) === keyName(key));
    if (known !== undefined && known.revokedSince !== null) {
      throw new TrackerError("conflict", "That key is revoked", "Make another one with ssh-keygen.");
    }
    return known?.vouched === true ? [] : [...joining, { type: "key-added", member, key }];
  });
}

/** Says that a member's key does not count from some moment on, in seconds since 1970. What it signed before stays good. */
export async function revokeKey(tracker: Tracker, text: string, since: number): Promise<ProjectChanged> {
  return await changeProject(tracker, (project) => {
    const { member, key, revokedSince } = findKey(project, text);
    if (revokedSince !== null && revokedSince <= since) return []; // The earliest revocation counts.
    const moment = new Date(since * 1000).toISOString().replace(/\.\d+Z$/, "Z");
    return [{ type: "key-revoked", member, key, since: moment }];
  });
}

/** Members' keys that don't count here, since nobody whom the person trusts has added them. */
export async function unvouchedKeys(tracker: Tracker): Promise<UnvouchedKey[]> {
  const { members } = await readProject(tracker);
  const known = new Set((await anchors(tracker, [])).map(({ key }) => key));
  return members.flatMap(({ email, keys }) =>
    keys
      .filter(({ vouched, revokedSince }) => !vouched && revokedSince === null)
      .map(({ key }) => ({ key: keyName(key), member: email }))
      .filter(({ key }) => !known.has(key)),
  );
}

/** The public key of a member by its name, for who wants to trust it. Undefined if nobody has it. */
export async function publicKeyNamed(tracker: Tracker, name: string): Promise<string | undefined> {
  const { members } = await readProject(tracker);
  return members.flatMap(({ keys }) => keys).find(({ key }) => keyName(key) === name)?.key;
}

function findKey({ members }: Project, text: string): Pick<MemberKey, "key" | "revokedSince"> & { member: string } {
  const wanted = keyName(text.trim());
  const all = members.flatMap(({ email, keys }) => keys.map((each) => ({ ...each, member: email })));
  const found = all.filter(({ key }) => keyName(key) === wanted || keyName(key).startsWith(wanted));
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  throw one === undefined
    ? new TrackerError("not-found", `No member has the key ${visible(text)}`, "See them with: git tracker key list")
    : new TrackerError("ambiguous", `Several keys begin with ${visible(text)}`, "Type more of it.");
}

async function ownKey(tracker: Tracker): Promise<string> {
  const settings = await signingSettings(tracker, undefined);
  if (settings.format === "ssh") {
    const key = ownSshKey(settings);
    if (key !== undefined) return publicKeyLine(key);
  } else if (settings.key !== undefined && fingerprintPattern.test(settings.key)) {
    return parseKey(settings.key);
  }
  throw new TrackerError(
    "invalid",
    "It can't be told which key you sign with",
    "Name it: git tracker key add ~/.ssh/id_ed25519.pub, or an OpenPGP fingerprint of 40 digits",
  );
}

const fingerprintPattern = /^(?:openpgp:)?(?:0x)?([0-9a-f]{40}(?:[0-9a-f]{24})?)$/i;

function parseKey(text: string): string {
  if (parsePrivateKey(text) !== undefined) {
    throw new TrackerError("invalid", "That is a private key", "Give its public half: the file that ends in .pub");
  }
  const [first = ""] = text.trim().split("\n", 1);
  const [, digits] = fingerprintPattern.exec(first.replaceAll(" ", "")) ?? [];
  if (digits !== undefined) return openPgpPrefix + digits.toUpperCase();
  const key = parsePublicKey(first.trim());
  if (key !== undefined) return publicKeyLine(key);
  throw new TrackerError("invalid", "That is no public key", "As in: git tracker key add ~/.ssh/id_ed25519.pub");
}
