/**
 * Signing with an SSH key: in process where the key is an Ed25519 file without a passphrase, else by ssh-keygen or the person's own
 * program, which asks the agent, the security key or the person.
 */
import { readFileSync } from "node:fs";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { statIfAny } from "../platform/files.ts";
import { runTool, type SigningSettings, settingPath, splitCommandLine, withFiles } from "./settings.ts";
import type { Signer } from "./signer.ts";
import {
  fingerprint,
  isLiteralKey,
  type PrivateKey,
  type PublicKey,
  parsePrivateKey,
  parsePublicKey,
  publicKeyLine,
} from "./ssh-key.ts";
import { checkSshSignature, respelled, sshSigner } from "./sshsig.ts";

/** Throws `not-permitted` if there is no key, `unavailable` if a program that should tell it can't. */
export function openSshSigner(settings: SigningSettings): Signer {
  const key = findSshKey(settings);
  const inProcess = settings.sshProgram === undefined && key.privateKey && sshSigner(key.privateKey);
  return {
    key: key.publicKey && fingerprint(key.publicKey),
    asks: typeof inProcess !== "function",
    sign: inProcess || ((payload) => signByProgram(settings, key, payload)),
  };
}

/** The public key that this person signs with, if that can be told. */
export function ownSshKey(settings: SigningSettings): PublicKey | undefined {
  return findSshKey(settings).publicKey;
}

interface SshKey {
  /** Undefined: the key is given by itself. */
  readonly path: string | undefined;
  /** Undefined: only a program can read it. */
  readonly publicKey: PublicKey | undefined;
  readonly privateKey: PrivateKey | undefined;
}

function findSshKey(settings: SigningSettings): SshKey {
  const text = settings.key ?? defaultKey(settings);
  if (text === undefined) {
    throw new TrackerError(
      "not-permitted",
      "There is no key to sign with",
      "Name one: git config --global user.signingkey ~/.ssh/id_ed25519.pub",
    );
  }
  if (!isLiteralKey(text)) return readSshKey(settingPath(text, settings));
  const publicKey = parsePublicKey(text);
  if (publicKey !== undefined) return { path: undefined, publicKey, privateKey: undefined };
  throw new TrackerError(
    "not-permitted",
    `The signing key is no SSH key: ${visible(text)}`,
    "As in: git config --global user.signingkey 'key::ssh-ed25519 AAAA…'",
  );
}

function readSshKey(path: string): SshKey {
  const text = readKeyFile(path);
  if (text === undefined) {
    throw new TrackerError(
      "not-permitted",
      `The signing key can't be read: ${visible(path)}`,
      "Correct the path: git config --get --show-origin user.signingkey",
    );
  }
  const privateKey = parsePrivateKey(text);
  if (privateKey !== undefined)
    return { path, publicKey: privateKey.publicKey, privateKey: ifKeptWell(path, privateKey) };
  const publicKey = parsePublicKey(text.split("\n", 1)[0]?.trimEnd() ?? "");
  return { path, publicKey, privateKey: publicKey && privateKeyBeside(path, publicKey) };
}

/** The private key of a public key's file, where ssh-keygen would look for it. */
function privateKeyBeside(path: string, publicKey: PublicKey): PrivateKey | undefined {
  const beside = path.replace(/\.pub$/, "");
  const found = beside === path ? undefined : parsePrivateKey(readKeyFile(beside) ?? "");
  const isIts = found !== undefined && fingerprint(found.publicKey) === fingerprint(publicKey);
  return isIts ? ifKeptWell(beside, found) : undefined;
}

/** Nobody else may read a private key: one that they may is left to ssh-keygen, which refuses it and says why. */
function ifKeptWell(path: string, key: PrivateKey): PrivateKey | undefined {
  return ((statIfAny(path)?.mode ?? 0) & 0o077) === 0 ? key : undefined;
}

/** Undefined if there is no such file, or it is no file that a key could be in. */
function readKeyFile(path: string): string | undefined {
  try {
    const stat = statIfAny(path);
    return stat?.isFile() && stat.size <= keyBytesMax ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

const keyBytesMax = 64 * 1024;

/** What git's `gpg.ssh.defaultKeyCommand` prints first. */
function defaultKey(settings: SigningSettings): string | undefined {
  const { defaultKeyCommand } = settings;
  if (defaultKeyCommand === undefined) return undefined;
  const [program, ...args] = splitCommandLine(defaultKeyCommand) ?? [];
  const said = program === undefined ? undefined : runTool(settings, program, args);
  const [line = ""] = new TextDecoder().decode(said?.stdout).split("\n", 1);
  if (said?.exitCode === 0 && isLiteralKey(line)) return line;
  throw new TrackerError(
    "unavailable",
    `gpg.ssh.defaultKeyCommand gives no key: ${visible(said?.stderr.split("\n", 1)[0] || line)}`,
    "Name a key instead: git config --global user.signingkey ~/.ssh/id_ed25519.pub",
  );
}

/** As git has it signed, so that every program made for git does. */
function signByProgram(settings: SigningSettings, { path, publicKey }: SshKey, payload: Uint8Array): string {
  const program = settings.sshProgram ?? "ssh-keygen";
  const literal = path === undefined && publicKey !== undefined ? { key: `${publicKeyLine(publicKey)}\n` } : {};
  return withFiles({ payload, ...literal }, (file) => {
    const agent = path === undefined ? ["-U"] : [];
    const args = ["-Y", "sign", "-n", "git", "-f", path ?? file("key"), ...agent, file("payload")];
    const { exitCode, stderr } = runTool(settings, program, args);
    const signature = exitCode === 0 ? (readKeyFile(file("payload.sig")) ?? "") : "";
    const armor = respelled(signature);
    const made = checkSshSignature(armor, payload);
    if (exitCode === 0 && (made.kind === "sound" || made.kind === "unchecked")) return armor;
    const why = stderr.split("\n", 1)[0] || (made.kind === "broken" ? made.reason : `it ended with ${exitCode}`);
    throw new TrackerError(
      "unavailable",
      `${visible(program)} can't sign: ${visible(why)}`,
      "A key with a passphrase must be in your agent: ssh-add",
    );
  });
}
