/**
 * The key ring: who vouches here for whose keys. Git's own allowed signers, what the person trusts in this clone, their own key for
 * their own address, and the OpenPGP keys that gpg is sure of. It is a plain list, and whoever knows of more keys adds entries.
 */
import { join } from "node:path";
import { TrackerError } from "../core/errors.ts";
import type { Member } from "../core/project.ts";
import { visible } from "../core/text.ts";
import { type KeyEntry, onlyAddress } from "../core/trust.ts";
import { offsetMinutes } from "../platform/clock.ts";
import { readFileIfAny, readTextIfAny } from "../platform/files.ts";
import type { AllowedSigner } from "../signing/allowed-signers.ts";
import type { SigningSettings } from "../signing/settings.ts";
import { fingerprint, type PublicKey, parsePublicKey } from "../signing/ssh-key.ts";
import { ownAddress, signingSettings } from "./signing.ts";
import type { Tracker } from "./tracker.ts";

/**
 * All entries for SSH keys, and those for the OpenPGP keys among `used`: a person's keyring may hold hundreds. Members' keys count if
 * whoever added them could themselves be trusted.
 */
export async function keyRing(tracker: Tracker, used: readonly string[]): Promise<KeyEntry[]> {
  const { readProject } = await import("./project.ts");
  const { members } = await readProject(tracker);
  return withMembers(await anchors(tracker, used), members);
}

/** The ring with the keys of these members; a key that is revoked counts until then, whoever vouches for it. */
export function withMembers(ring: readonly KeyEntry[], members: readonly Member[]): KeyEntry[] {
  const known = members.flatMap(({ emails, keys }) => keys.map((key) => ({ ...key, name: keyName(key.key), emails })));
  const vouched = known
    .filter((key) => key.vouched)
    .map(({ name, emails }): KeyEntry => {
      return { key: name, principals: emails.flatMap(onlyAddress), source: "a member's key" };
    });
  const revoked = known.filter(({ revokedSince }) => revokedSince !== null);
  return [...ring, ...vouched].map((entry) => {
    const ends = revoked.filter(({ name }) => name === entry.key).map(({ revokedSince }) => (revokedSince ?? 0) - 1);
    return ends.length === 0 ? entry : { ...entry, validBefore: Math.min(...ends, entry.validBefore ?? Infinity) };
  });
}

/** As the ring names it: `SHA256:…` of an SSH key, the fingerprint of one of OpenPGP. */
export function keyName(text: string): string {
  if (text.startsWith(openPgpPrefix)) return text.slice(openPgpPrefix.length);
  const key = parsePublicKey(text);
  return key === undefined ? text : fingerprint(key);
}

export const openPgpPrefix = "openpgp:";

/** Whom the person trusts whatever the project's stream says. */
export async function anchors(tracker: Tracker, used: readonly string[]): Promise<KeyEntry[]> {
  const settings = await signingSettings(tracker, undefined);
  const ssh = [
    ...(await gitSigners(tracker, settings)),
    ...(await trustedHere(tracker)),
    ...(await ownKey(tracker, settings)),
  ];
  return [
    ...(await revoked(
      tracker,
      settings,
      ssh.map(({ key }) => key),
    )),
    ...ssh.map(({ entry }) => entry),
    ...(await openPgpEntries(used, settings)),
  ];
}

/** What the person trusts in this clone alone: lines as in git's allowed signers. */
export async function trustedHere(tracker: Tracker): Promise<AllowedSigner[]> {
  return await parse(tracker, readTextIfAny(trustFile(tracker)) ?? "", "trusted here");
}

export function trustFile({ store }: Tracker): string {
  return join(store.folder, "allowed_signers");
}

async function gitSigners(tracker: Tracker, settings: SigningSettings): Promise<AllowedSigner[]> {
  const found = await readNamed(tracker, settings, "gpg.ssh.allowedsignersfile");
  return found === undefined
    ? []
    : await parse(tracker, new TextDecoder().decode(found.bytes), "git's allowed signers");
}

async function parse({ clock }: Tracker, text: string, source: string): Promise<AllowedSigner[]> {
  if (text === "") return [];
  const { parseAllowedSigners } = await import("../signing/allowed-signers.ts");
  const offsetAt = (seconds: number) => offsetMinutes(clock.zone(seconds * 1000)) * 60;
  return parseAllowedSigners(text, source, (utc) => utc - offsetAt(utc - offsetAt(utc)));
}

/** Those of the keys that git's `gpg.ssh.revocationFile` revokes. */
async function revoked(tracker: Tracker, settings: SigningSettings, keys: readonly PublicKey[]): Promise<KeyEntry[]> {
  const found = await readNamed(tracker, settings, "gpg.ssh.revocationfile");
  if (found === undefined) return [];
  const { revokedKeys } = await import("../signing/revocation.ts");
  const names = revokedKeys(found.bytes, keys, settings);
  return names.map((key) => ({ key, principals: [], revoked: true, source: "git's revocation file" }));
}

/** A file that git's configuration names. One that can't be read is as good as none, but told. */
async function readNamed(
  { store, warn }: Tracker,
  settings: SigningSettings,
  key: string,
): Promise<{ readonly path: string; readonly bytes: Uint8Array } | undefined> {
  const named = await store.gitConfig(key);
  if (!named) return undefined;
  const { settingPath } = await import("../signing/settings.ts");
  const path = settingPath(named, settings);
  try {
    const bytes = readFileIfAny(path);
    if (bytes !== undefined) return { path, bytes };
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
  warn(`${visible(path)} can't be read (git's ${key})`);
  return undefined;
}

type VouchedKey = Pick<AllowedSigner, "key" | "entry">;

/** One's own key for one's own address: whoever signs here need not trust themselves first. */
async function ownKey(tracker: Tracker, settings: SigningSettings): Promise<VouchedKey[]> {
  const address = await ownAddress(tracker);
  if (address === undefined || settings.format !== "ssh") return [];
  const { ownSshKey } = await import("../signing/ssh-signer.ts");
  try {
    const key = ownSshKey(settings);
    const principals = onlyAddress(address);
    if (key === undefined || principals.length === 0) return [];
    return [{ key, entry: { key: fingerprint(key), principals, source: "your key" } }];
  } catch (error) {
    if (error instanceof TrackerError) return []; // Who can't sign can still verify.
    throw error;
  }
}

/** What gpg says of the OpenPGP keys among these. */
export async function openPgpEntries(used: readonly string[], settings: SigningSettings): Promise<KeyEntry[]> {
  const asked = used.filter((key) => !key.startsWith("SHA256:"));
  if (asked.length === 0) return [];
  const { openPgpKeys } = await import("../signing/openpgp.ts");
  try {
    return openPgpKeys(asked, settings);
  } catch (error) {
    if (error instanceof TrackerError) return []; // There is no gpg (any more).
    throw error;
  }
}
