/** What signing and verifying need to know of git's settings, and how the programs that they name are run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Variables } from "../platform/git.ts";
import { type ProgramResult, runSignProgram } from "../platform/sign-program.ts";
import { expandHome } from "../store/gitconfig.ts";

export interface SigningSettings {
  /** Git's `gpg.format`: `openpgp`, `ssh`, or one that can't be signed with here. */
  readonly format: string;
  /** A key as git's `user.signingkey` has it: an OpenPGP key's name, an SSH key, or the path of one. */
  readonly key: string | undefined;
  /** `Name <email>` of who signs: OpenPGP finds a key by it if none is named. */
  readonly signer: string;
  /** Undefined: ssh-keygen. Somebody's own program is asked even where we could do without one. */
  readonly sshProgram: string | undefined;
  readonly openPgpProgram: string;
  /** A command that prints the SSH key to use. */
  readonly defaultKeyCommand: string | undefined;
  /** Git's `gpg.minTrustLevel`. */
  readonly minTrustLevel: string | undefined;
  /** Where programs run, and relative paths begin. */
  readonly folder: string;
  readonly env: Variables;
}

/** A path as git's settings have it. */
export function settingPath(path: string, { env, folder }: Pick<SigningSettings, "env" | "folder">): string {
  const expanded = expandHome(path, env);
  return isAbsolute(expanded) ? expanded : resolve(folder, expanded);
}

/** Runs a program. Throws `unavailable` if there is none of that name. */
export function runTool(
  settings: Pick<SigningSettings, "env" | "folder">,
  program: string,
  args: readonly string[],
  more: { readonly input?: Uint8Array; readonly msMax?: number } = {},
): ProgramResult {
  const { env, folder } = settings;
  const result = runSignProgram({ program, args, env, folder, ...more });
  if (result !== undefined) return result;
  throw new TrackerError(
    "unavailable",
    `There is no program ${visible(program)}`,
    "Install it, or name another: git config --list --show-origin shows what gpg.program and gpg.ssh.program are.",
  );
}

/** Runs a task with files of these contents, by name, in a folder that only this user can read. It is gone afterwards. */
export function withFiles<T>(
  contents: Readonly<Record<string, Uint8Array | string>>,
  task: (path: (name: string) => string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  try {
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content, { mode: 0o600 });
    return task((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes a command line apart as git does: blanks part words, quotes and backslashes keep them together. Undefined if a quote is left open. */
export function splitCommandLine(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word ??= "";
    if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = "";
    else if (character === "\\" && quote !== "'") {
      if (++i === line.length) return undefined;
      word += line.charAt(i);
    } else word += character;
  }
  if (quote !== "") return undefined;
  return word === undefined ? words : [...words, word];
}
