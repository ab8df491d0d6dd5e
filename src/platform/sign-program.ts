/**
 * Programs that sign and verify for a person: ssh-keygen, gpg, and what their configuration names instead. They get arguments, never a
 * shell, and of the environment what they need to find keys, agents and a place to ask for a passphrase.
 */
import { isAbsolute, join } from "node:path";
import { safePath, type Variables } from "./git.ts";

export interface ProgramCall {
  /** A name to be found in PATH, or an absolute path; `~/` is the person's home. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Variables;
  /** Where it runs. */
  readonly folder?: string;
  readonly input?: Uint8Array;
  /** It is ended after so many milliseconds. Undefined: somebody may have to type a passphrase. */
  readonly msMax?: number;
}

export interface ProgramResult {
  /** Not 0 also if it had to be ended. */
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Runs a program to its end. Undefined if there is none of that name. */
export function runSignProgram({ program, args, env, folder, input, msMax }: ProgramCall): ProgramResult | undefined {
  const path = findProgram(program, env);
  if (path === undefined) return undefined;
  const { exitCode, stdout, stderr } = Bun.spawnSync([path, ...args], {
    env: environmentOf(env),
    ...(folder !== undefined && { cwd: folder }),
    stdin: input ?? "ignore",
    stdout: "pipe",
    stderr: "pipe",
    maxBuffer: outputBytesMax,
    ...(msMax !== undefined && { timeout: msMax }),
  });
  return { exitCode, stdout, stderr: stderr.toString().trim() };
}

/** More is no signature and no answer about one. */
const outputBytesMax = 1024 * 1024;

function findProgram(name: string, env: Variables): string | undefined {
  if (name.startsWith("~/") && env.HOME !== undefined) return findProgram(join(env.HOME, name.slice(2)), env);
  if (isAbsolute(name)) return Bun.which(name) ?? undefined;
  // A relative path would mean another program in every folder.
  return name === "" || /[/\\]/.test(name) ? undefined : (Bun.which(name, { PATH: safePath(env) }) ?? undefined);
}

const letThrough = [
  ...["HOME", "USER", "LOGNAME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"],
  ...["LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TERM", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"],
  ...["SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "SSH_SK_PROVIDER"],
  ...["GNUPGHOME", "GPG_TTY", "GPG_AGENT_INFO", "PINENTRY_USER_DATA"],
] as const;

function environmentOf(env: Variables): Record<string, string> {
  const found: Record<string, string> = { PATH: safePath(env) };
  for (const name of letThrough) {
    const value = env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
