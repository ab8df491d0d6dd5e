/**
 * OpenPGP by way of gpg (or whatever git's settings name instead), spoken to over its status lines (GnuPG's doc/DETAILS), which are for
 * programs and don't depend on the language. No key is ever fetched: a signature that somebody sent must not make anybody call anywhere.
 */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type KeyEntry, type Made, onlyAddress } from "../core/trust.ts";
import { runTool, type SigningSettings, withFiles } from "./settings.ts";
import type { Signer } from "./signer.ts";

const begin = "-----BEGIN PGP SIGNATURE-----";
const end = "-----END PGP SIGNATURE-----";
/** More than a signature with a photograph in it. */
const armorLengthMax = 64 * 1024;
/** Checking takes some milliseconds; who takes longer waits for something that won't come. */
const verifyMsMax = 20_000;

export function isOpenPgpSignature(armor: string): boolean {
  return armor.startsWith(begin);
}

export function openPgpSigner(settings: SigningSettings): Signer {
  const key = settings.key ?? settings.signer;
  if (key === "" || key.startsWith("-") || /\p{Cc}/u.test(key)) {
    throw new TrackerError(
      "not-permitted",
      `The signing key has a name that no key has: ${visible(key)}`,
      "Name one: gpg --list-secret-keys shows yours; git config --global user.signingkey ID",
    );
  }
  return { key: undefined, asks: true, sign: (payload) => sign(settings, key, payload) };
}

function sign(settings: SigningSettings, key: string, payload: Uint8Array): string {
  const program = settings.openPgpProgram;
  const { exitCode, stdout, stderr } = runTool(settings, program, ["--status-fd=2", "-bsau", key], { input: payload });
  const armor = new TextDecoder().decode(stdout).replaceAll("\r\n", "\n");
  if (exitCode === 0 && isOpenPgpSignature(armor) && /^\[GNUPG:\] SIG_CREATED /m.test(stderr)) return armor;
  const said = stderr.split("\n").find((line) => line !== "" && !line.startsWith("[GNUPG:]"));
  throw new TrackerError(
    "unavailable",
    `${visible(program)} can't sign: ${visible(said ?? `it ended with ${exitCode}`)}`,
    "Name a key that you have: gpg --list-secret-keys; git config --global user.signingkey ID",
  );
}

/** Whether the signature is sound, and which key made it: a fingerprint, of a subkey if it was one. */
export function checkOpenPgpSignature(armor: string, payload: Uint8Array, settings: SigningSettings): Made {
  const body = armor.trimEnd();
  // One armor and nothing else: gpg would look for more, and for other kinds of messages.
  if (armor.length > armorLengthMax || !body.endsWith(end) || body.split("-----BEGIN").length !== 2)
    return { kind: "broken", reason: "the signature can't be read" };
  const { stdout } = withFiles({ signature: armor }, (file) =>
    runTool(
      settings,
      settings.openPgpProgram,
      ["--status-fd=1", "--no-auto-key-retrieve", "--keyid-format=long", "--verify", file("signature"), "-"],
      { input: payload, msMax: verifyMsMax },
    ),
  );
  return readStatus(new TextDecoder().decode(stdout));
}

const outcomes = ["GOODSIG", "BADSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "ERRSIG"];

/** What gpg's status lines say. Several signatures in one are refused, as git refuses them. */
export function readStatus(text: string): Made {
  const lines = text.split("\n").flatMap((line) => {
    const [mark, word = "", ...rest] = line.split(" ");
    return mark === "[GNUPG:]" ? [{ word, rest }] : [];
  });
  const [outcome, ...others] = lines.filter(({ word }) => outcomes.includes(word));
  const valid = lines.filter(({ word }) => word === "VALIDSIG");
  if (outcome === undefined)
    return { kind: "unchecked", key: null, reason: "gpg can't say anything about the signature" };
  if (others.length > 0 || valid.length > 1) return { kind: "broken", reason: "there are several signatures in one" };
  if (outcome.word === "BADSIG") return { kind: "broken", reason: "the signature does not belong to this content" };
  if (outcome.word === "EXPSIG") return { kind: "broken", reason: "the signature has expired" };
  if (outcome.word === "ERRSIG") {
    const [key = null] = outcome.rest;
    return { kind: "unchecked", key, reason: "gpg does not have the key, or can't use it" };
  }
  const [fingerprint = "", , , , , , , , signatureClass] = valid[0]?.rest ?? [];
  if (!/^[0-9A-F]{16,}$/.test(fingerprint))
    return { kind: "unchecked", key: null, reason: "gpg does not say whose it is" };
  // A signature over text would also be one over other bytes that read the same.
  if (signatureClass !== "00") return { kind: "broken", reason: "the signature is not over bytes" };
  return { kind: "sound", key: fingerprint };
}

/** What the keyring says of these keys: whose they are as far as gpg is sure of it, and when they are valid. */
export function openPgpKeys(fingerprints: readonly string[], settings: SigningSettings): KeyEntry[] {
  const asked = fingerprints.filter((fingerprint) => /^[0-9A-F]{16,}$/.test(fingerprint));
  if (asked.length === 0) return [];
  const args = ["--batch", "--with-colons", "--fixed-list-mode", "--list-keys", "--", ...asked];
  const { stdout } = runTool(settings, settings.openPgpProgram, args, { msMax: verifyMsMax });
  return readColons(new TextDecoder().decode(stdout), settings.minTrustLevel);
}

/** Gpg's listing of keys for programs. Each primary key and each subkey that signs is an entry of its own. */
export function readColons(text: string, minTrustLevel: string | undefined): KeyEntry[] {
  const keys: { primary: string[]; record: string[]; fingerprint: string; uids: string[][] }[] = [];
  for (const line of text.split("\n")) {
    const record = line.split(":");
    const last = keys.at(-1);
    if (record[0] === "pub") keys.push({ primary: record, record, fingerprint: "", uids: [] });
    else if (record[0] === "sub" && last !== undefined) keys.push({ ...last, record, fingerprint: "" });
    else if (record[0] === "fpr" && last?.fingerprint === "") last.fingerprint = record[9] ?? "";
    else if (record[0] === "uid") last?.uids.push(record);
  }
  return keys.flatMap(({ primary, record, fingerprint, uids }) => {
    const records = [primary, record];
    const ends = records.flatMap((each) => (each[6] ? [Number(each[6])] : []));
    const revoked = records.some((each) => each[1] === "r");
    const sure = uids.filter((uid) => revoked || isSure(uid[1] ?? "", primary, minTrustLevel));
    const principals = [...new Set(sure.flatMap((uid) => onlyAddress(addressOf(uid[9] ?? ""))))];
    if (fingerprint === "" || (principals.length === 0 && !revoked)) return [];
    const validAfter = Math.max(...records.map((each) => Number(each[5]) || 0));
    const validBefore = ends.length === 0 ? undefined : Math.min(...ends);
    return [{ key: fingerprint, principals, validAfter, validBefore, revoked, source: "gpg" }];
  });
}

/** True if gpg is sure enough that the key belongs to that name. Of a key that has expired it says no more than that. */
function isSure(validity: string, primary: readonly string[], minTrustLevel: string | undefined): boolean {
  if (validity === "e") return primary[8] === "u";
  if (minTrustLevel === "ultimate") return validity === "u";
  return validity === "u" || validity === "f" || (minTrustLevel === "marginal" && validity === "m");
}

/** The address in `Name (comment) <address>`. */
function addressOf(uid: string): string {
  const text = uid.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text;
}
