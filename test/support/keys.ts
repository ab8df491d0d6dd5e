/** Keys of people for tests, made by the real programs in a temporary folder. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../../src/signing/ssh-key.ts";
import { wireBytes, wireNumber, wireReader } from "../../src/signing/wire.ts";

/** Undefined if these programs are there, else why a test can't run; stands in its name. */
export function missing(...programs: readonly string[]): string | undefined {
  const absent = programs.filter((program) => Bun.which(program) === null);
  return absent.length === 0 ? undefined : `no ${absent.join(", ")}`;
}

export interface KeyFiles {
  /** The private key's file. */
  readonly path: string;
  /** `ssh-ed25519 AAAA…` */
  readonly line: string;
  readonly fingerprint: string;
}

export interface KeyOptions {
  readonly type?: "ed25519" | "rsa" | "ecdsa";
  readonly bits?: number;
  readonly passphrase?: string;
}

/** Makes an SSH key in the folder. */
export function makeKey(
  folder: string,
  name: string,
  { type = "ed25519", bits, passphrase = "" }: KeyOptions = {},
): KeyFiles {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  const size = bits === undefined ? [] : ["-b", String(bits)];
  runTool(["ssh-keygen", "-q", "-t", type, ...size, "-N", passphrase, "-C", name, "-f", path]);
  const line = readFileSync(`${path}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
  const fingerprint = runTool(["ssh-keygen", "-l", "-f", `${path}.pub`]).split(" ")[1] ?? "";
  return { path, line, fingerprint };
}

/** Writes a key that is the same in every run, as ssh-keygen would have made it. For tests that print what keys are called. */
export function writeFixedKey(folder: string, name: string): KeyFiles {
  const seed = new Bun.CryptoHasher("sha256").update(name).digest();
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex"); // PKCS #8 of an Ed25519 key, up to its seed.
  const privateKey = createPrivateKey({ key: Buffer.concat([prefix, seed]), format: "der", type: "pkcs8" });
  const point = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-32);
  const blob = Buffer.concat([wireBytes("ssh-ed25519"), wireBytes(point)]);
  const section = Buffer.concat([
    ...[wireNumber(1), wireNumber(1), blob, wireBytes(Buffer.concat([seed, point])), wireBytes("fixed")],
  ]);
  const file = Buffer.concat([
    ...[Buffer.from("openssh-key-v1\0"), wireBytes("none"), wireBytes("none"), wireBytes("")],
    ...[wireNumber(1), wireBytes(blob), wireBytes(section)],
  ]);
  const path = join(folder, name);
  const armor = file.toString("base64").replace(/.{70}/g, "$&\n");
  const [begin, end] = ["-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"];
  writeFileSync(path, `${begin}\n${armor}\n${end}\n`, { mode: 0o600 });
  const line = `ssh-ed25519 ${blob.toString("base64")}`;
  writeFileSync(`${path}.pub`, `${line} ${name}\n`);
  return { path, line, fingerprint: fingerprint({ blob }) };
}

/** What `ssh-keygen -Y sign` says of a payload. */
export function keygenSign(key: string, payload: Uint8Array | string, namespace = "git", env = {}): string {
  return runTool(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key], payload, env);
}

/** The other signature that is sound where this one of an ECDSA key (P-256) is: anybody can make it from the first. */
export function twinOf(armor: string): string {
  const lines = armor.trimEnd().split("\n");
  const reader = wireReader(Buffer.from(lines.slice(1, -1).join(""), "base64"));
  const head = Buffer.concat([reader.take(10), ...[1, 2, 3, 4].map(() => wireBytes(reader.bytes()))]);
  const signature = wireReader(reader.bytes());
  const type = signature.bytes();
  const pair = wireReader(signature.bytes());
  const r = pair.bytes();
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = (order - BigInt(`0x${Buffer.from(pair.bytes()).toString("hex")}`)).toString(16);
  const digits = s.padStart(s.length + (s.length % 2), "0");
  const other = Buffer.from(/^[89a-f]/.test(digits) ? `00${digits}` : digits, "hex");
  const inner = Buffer.concat([wireBytes(type), wireBytes(Buffer.concat([wireBytes(r), wireBytes(other)]))]);
  const blob = Buffer.concat([head, wireBytes(inner)])
    .toString("base64")
    .replace(/.{70}(?=.)/g, "$&\n");
  return [lines[0], blob, lines.at(-1), ""].join("\n");
}

/** An allowed signers file; each line as it stands in the file. Returns its path. */
export function writeSigners(folder: string, ...lines: readonly string[]): string {
  const path = join(folder, "allowed_signers");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

/** Runs a program. Throws if it fails. */
export function runTool(
  command: readonly string[],
  input?: Uint8Array | string,
  env: Readonly<Record<string, string | undefined>> = {},
): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    stdin: input === undefined ? "ignore" : Buffer.from(input),
    env: { PATH: process.env.PATH, ...env },
  });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${exitCode}: ${stderr}`);
  return stdout.toString();
}
