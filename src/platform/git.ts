/**
 * Git as a program: the only place that starts it. Nothing that the folder, its hooks or an inherited variable says can redirect
 * it: the environment is made from a list of what may come through, and the options below come last and win.
 */
import { delimiter, isAbsolute } from "node:path";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { endAll } from "./process.ts";
import { every } from "./sleep.ts";

/** The variables of the process, as main.ts hands them on. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface GitCall {
  /** Where git runs: the work tree, or a git folder. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: Variables;
  /** More configuration, as in `core.fsync=none`. */
  readonly config?: readonly string[];
  /** More variables, on top of those let through. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Ends git and what it has started. */
  readonly signal?: AbortSignal;
  /** Told of all that git says, as it comes. */
  readonly heard?: Partial<Record<"stdout" | "stderr", (bytes: Uint8Array) => void>>;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  /** The beginning of what it said on stderr. */
  readonly stderr: string;
}

/** A git that is still running. */
export interface GitProcess {
  readonly stdin: Bun.FileSink;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: Promise<string>;
  readonly exited: Promise<number>;
  kill(): void;
}

/** True if there is a git in PATH. Starts nothing. */
export function gitInstalled(env: Variables): boolean {
  return findGit(env) !== undefined;
}

/** Runs git to its end. Its exit code is the caller's business. */
export async function runGit(call: GitCall): Promise<GitResult> {
  const child = Bun.spawn(commandOf(call), {
    env: environmentOf(call),
    stdin: call.input === undefined ? "ignore" : asBytes(call.input),
    stdout: "pipe",
    stderr: "pipe",
  });
  call.signal?.addEventListener("abort", () => endAll(child.pid));
  const [stdout, stderr, exitCode] = await Promise.all([
    readAll(child.stdout, call.heard?.stdout),
    readStart(untilAfter(child.exited, child.stderr), call.heard?.stderr),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

/** Starts git with pipes at both ends. */
export function startGit(call: Omit<GitCall, "input" | "signal" | "heard">): GitProcess {
  const child = Bun.spawn(commandOf(call), {
    env: environmentOf(call),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: readStart(child.stderr),
    exited: child.exited,
    kill: () => child.kill(),
  };
}

/**
 * The configuration as git finds it in a folder, in order: later values win. It is asked without the options below, which are not
 * the person's, and with what they gave by `git -c` or variables; asking runs nothing. Throws `unavailable` if git refuses.
 */
export async function readGitConfig(
  folder: string,
  env: Variables,
): Promise<(readonly [key: string, value: string])[]> {
  const child = Bun.spawn([findGit(env) ?? "git", "-C", folder, "config", "--null", "--list"], {
    env: { ...environmentOf({ folder, env, args: [] }), ...givenConfig(env) },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [text, said, exitCode] = await Promise.all([child.stdout.text(), readStart(child.stderr), child.exited]);
  if (exitCode !== 0) throw new TrackerError("unavailable", `git can't read its configuration: ${visible(said)}`);
  return text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => {
      const end = entry.indexOf("\n");
      return end === -1 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}

/** What may come through from outside: where things are, who somebody is, and how to reach a remote. */
const letThrough = [
  "HOME",
  "XDG_CONFIG_HOME",
  "USER",
  "LOGNAME",
  "SUDO_UID", // Git's own check of who owns a repository reads it.
  "TMPDIR",
  "SYSTEMROOT",
  "USERPROFILE",
  "SSH_AUTH_SOCK",
  "SSH_AGENT_PID",
  "http_proxy",
  "https_proxy",
  "HTTPS_PROXY",
  "all_proxy",
  "ALL_PROXY",
  "no_proxy",
  "NO_PROXY",
  "GIT_CONFIG_GLOBAL", // These say which files are the person's and the system's, not what is in them.
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_AUTHOR_NAME",
  "GIT_AUTHOR_EMAIL",
  "GIT_COMMITTER_NAME",
  "GIT_COMMITTER_EMAIL",
] as const;

const fixed = {
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  GIT_NO_REPLACE_OBJECTS: "1", // A replace ref would silently put another content in an event's place.
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_ALLOW_PROTOCOL: "file:http:https:ssh", // Beats the configuration, which could let `ext::` run programs.
} as const;

const settings = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "maintenance.auto=false",
  "gc.auto=0",
  "core.fsync=loose-object,pack,reference", // Git's default flushes neither refs nor loose objects.
  "core.filesRefLockTimeout=2000",
  "safe.bareRepository=all", // findRepository has already refused those that may not be found.
  "transfer.bundleURI=false",
  "fetch.fsckObjects=true",
  "fetch.recurseSubmodules=false",
] as const;

/** How much of stderr is kept, in bytes: enough for any message, too little to exhaust memory. */
const stderrBytesMax = 64 * 1024;

function findGit(env: Variables): string | undefined {
  return Bun.which("git", { PATH: safePath(env) }) ?? undefined;
}

/** PATH without its relative entries, which would find programs in the folder that one stands in. */
export function safePath(env: Variables): string {
  return (env.PATH ?? "")
    .split(delimiter)
    .filter((entry) => isAbsolute(entry))
    .join(delimiter);
}

function commandOf(call: Omit<GitCall, "input">): string[] {
  const program = findGit(call.env) ?? "git"; // Without one, starting it says so.
  const config = [...settings, ...(call.config ?? [])].flatMap((setting) => ["-c", setting]);
  return [program, "-C", call.folder, ...config, ...call.args];
}

function environmentOf(call: Omit<GitCall, "input">): Record<string, string> {
  const env: Record<string, string> = { PATH: safePath(call.env) };
  for (const name of letThrough) {
    const value = call.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...fixed, ...call.variables };
}

/** What `git -c` hands to the programs it starts, and its documented form. */
function givenConfig(env: Variables): Record<string, string> {
  const names = Object.keys(env).filter((name) => /^GIT_CONFIG_(?:PARAMETERS|COUNT|KEY_\d+|VALUE_\d+)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, env[name] ?? ""]));
}

/** What is said until git has ended and a little longer: an ssh that it started may stay for the next one, with the same stderr. */
async function* untilAfter(exited: Promise<unknown>, stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let stop: (() => void) | undefined;
  exited.then(() => {
    stop ??= every(lastWordsMs, () => reader.cancel());
  });
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    stop?.();
    stop = () => undefined;
  }
}

const lastWordsMs = 100;

async function readAll(stream: ReadableStream<Uint8Array>, heard?: (bytes: Uint8Array) => void): Promise<Uint8Array> {
  if (heard === undefined) return new Response(stream).bytes();
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
    heard(chunk);
  }
  return Buffer.concat(chunks);
}

async function readStart(stream: AsyncIterable<Uint8Array>, heard?: (bytes: Uint8Array) => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    heard?.(chunk);
    if (text.length < stderrBytesMax) text += decoder.decode(chunk.subarray(0, stderrBytesMax), { stream: true });
  }
  return text.trim();
}

function asBytes(input: string | Uint8Array): Uint8Array {
  return typeof input === "string" ? new TextEncoder().encode(input) : input;
}
