/** Verbs about keys: whose are trusted here, and trusting and distrusting one in this clone alone. */
import { dirname } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type KeyEntry, onlyAddress } from "../core/trust.ts";
import { createFile, makeFolder, readTextIfAny, refusingDiskErrors, takeName } from "../platform/files.ts";
import { lockWaitMsMax, withWriterLock } from "../platform/lock.ts";
import type { AllowedSigner } from "../signing/allowed-signers.ts";
import { keyRing, trustedHere, trustFile } from "./keyring.ts";
import type { Tracker } from "./tracker.ts";

/** Everybody whose SSH key counts here. What gpg is sure of is gpg's to list. */
export async function listKeys(tracker: Tracker): Promise<KeyEntry[]> {
  return await keyRing(tracker, []);
}

/** Trusts a public key, given as a line or as a file's text, for an address. Returns the entry. Throws `invalid`. */
export async function trustKey(tracker: Tracker, text: string, email: string): Promise<KeyEntry> {
  const { fingerprint, parsePrivateKey, parsePublicKey, publicKeyLine } = await import("../signing/ssh-key.ts");
  if (parsePrivateKey(text) !== undefined) {
    throw new TrackerError("invalid", "That is a private key", "Give its public half: the file that ends in .pub");
  }
  const key = parsePublicKey(text.trim().split("\n", 1)[0]?.trim() ?? "");
  if (key === undefined) {
    throw new TrackerError(
      "invalid",
      "That is no SSH public key",
      "As in: git tracker key trust ada.pub ada@example.com",
    );
  }
  const principals = onlyAddress(email);
  if (principals.length === 0 || !email.includes("@")) {
    throw new TrackerError("invalid", `\`${visible(email)}\` is not an address`, "As in: ada@example.com");
  }
  const entry: KeyEntry = { key: fingerprint(key), principals, source: "trusted here" };
  await changeTrust(tracker, (lines, signers) =>
    signers.some((signer) => signer.entry.key === entry.key && signer.entry.principals.includes(email))
      ? lines
      : [...lines, `${email} ${publicKeyLine(key)}`],
  );
  return entry;
}

/** Takes back what this clone alone trusts: a key's name, the key, or all of an address. Returns what that was. Throws `not-found`. */
export async function distrustKey(tracker: Tracker, text: string): Promise<KeyEntry[]> {
  const { fingerprint, parsePublicKey } = await import("../signing/ssh-key.ts");
  const key = parsePublicKey(text.trim().split("\n", 1)[0]?.trim() ?? "");
  const name = key === undefined ? text : fingerprint(key);
  const isMeant = ({ entry }: AllowedSigner) => entry.key === name || entry.principals.includes(name);
  const removed = (await trustedHere(tracker)).filter(isMeant);
  if (removed.length === 0) {
    throw new TrackerError(
      "not-found",
      `Nothing that was trusted here is \`${visible(name)}\``,
      "See it with: git tracker key list; git's own allowed signers stand in gpg.ssh.allowedSignersFile",
    );
  }
  await changeTrust(tracker, (lines, signers) => {
    const gone = new Set(signers.filter(isMeant).map(({ line }) => line));
    return lines.filter((line) => !gone.has(line));
  });
  return removed.map(({ entry }) => entry);
}

async function changeTrust(
  tracker: Tracker,
  change: (lines: readonly string[], signers: readonly AllowedSigner[]) => readonly string[],
): Promise<void> {
  const path = trustFile(tracker);
  await withWriterLock(tracker.store.folder, lockWaitMsMax, async () => {
    const before = readTextIfAny(path) ?? "";
    const lines = before.split("\n").filter((line) => line !== "");
    const after = change(lines, await trustedHere(tracker))
      .map((line) => `${line}\n`)
      .join("");
    if (after === before) return;
    refusingDiskErrors(path, () => {
      makeFolder(dirname(path), "buffered");
      const temporary = `${path}.${tracker.chance.hex(8)}`;
      createFile({ path: temporary, parts: [new TextEncoder().encode(after)], flush: "flushed" });
      takeName(temporary, path);
    });
  });
}
