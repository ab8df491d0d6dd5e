/** Keys of people for tests, made by the real programs in a temporary folder. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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

/** What `ssh-keygen -Y sign` says of a payload. */
export function keygenSign(key: string, payload: Uint8Array | string, namespace = "git", env = {}): string {
  return runTool(["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key], payload, env);
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
