/**
 * One exchange with a remote: git, started so that the person's ways to reach a remote work and nothing else does, and watched. It is
 * ended when the remote is silent for too long or sends too much, and it tells how far it is.
 */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type GitResult, runGit, type Variables } from "../platform/git.ts";
import { every } from "../platform/sleep.ts";
import { readProgress, type Telling } from "./progress.ts";

export interface ExchangeOptions {
  /** Where git is started. */
  readonly folder: string;
  readonly env: Variables;
  readonly remote: string;
  /** Whether somebody sits there who can be asked for a password. */
  readonly interactive: boolean;
  /** How long the remote may say and send nothing, in milliseconds. */
  readonly silenceMsMax: number;
  /** How much it may send in one exchange. */
  readonly receivedBytesMax: number;
  readonly progress: Telling;
}

export interface ExchangeCall {
  readonly args: readonly string[];
  readonly input?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** How many bytes were received so far, besides what git prints. */
  received?(): number;
}

/** Runs git to its end. Throws `unavailable` if it had to be ended. What git says of its progress is not in its stderr. */
export async function exchange(options: ExchangeOptions, call: ExchangeCall): Promise<GitResult> {
  const { folder, env, silenceMsMax, receivedBytesMax } = options;
  const watch = { printed: 0, heard: 0, received: 0, silentMs: 0 };
  const reader = readProgress(options.progress);
  const ended = new AbortController();
  const end = Promise.withResolvers<never>();
  const giveUp = (reason: TrackerError) => {
    end.reject(reason);
    ended.abort();
  };
  const look = () => {
    const received = watch.printed + (call.received?.() ?? 0);
    if (received > receivedBytesMax) giveUp(tooMuch(options));
    watch.silentMs = watch.heard + received === watch.received ? watch.silentMs + lookMs : 0;
    watch.received = watch.heard + received;
    if (watch.silentMs >= silenceMsMax) giveUp(silent(options));
  };
  const running = runGit({
    folder,
    env,
    args: call.args,
    config: [
      "http.lowSpeedLimit=1",
      `http.lowSpeedTime=${Math.ceil(silenceMsMax / 1000)}`,
      ...bounds,
      `remote.${options.remote}.mirror=false`, // With it only all refs can be pushed.
      "push.pushOption=",
      "fetch.writeCommitGraph=false",
    ],
    variables: { ...call.variables, ...variablesOf(options) },
    signal: ended.signal,
    ...(call.input !== undefined && { input: call.input }),
    heard: {
      stdout: (bytes) => {
        watch.printed += bytes.length;
        if (watch.printed > receivedBytesMax) giveUp(tooMuch(options));
      },
      stderr: (bytes) => {
        watch.heard += bytes.length;
        reader.read(bytes);
      },
    },
  });
  const stop = every(lookMs, look);
  try {
    // What git has started may outlive it and hold its output open: nobody waits for that.
    const result = await Promise.race([running, end.promise]);
    look(); // The last bytes count, too.
    return ended.signal.aborted ? await end.promise : { ...result, stderr: reader.rest() };
  } finally {
    stop();
    reader.end();
  }
}

const lookMs = 100;

function silent({ remote, silenceMsMax }: ExchangeOptions): TrackerError {
  const name = visible(remote);
  return new TrackerError(
    "unavailable",
    `${name} does not answer: nothing came for ${Math.round(silenceMsMax / 1000)} s`,
    `Nothing is half done. See what it says: git ls-remote ${name}; or wait longer: git tracker config set sync.timeout SECONDS`,
  );
}

function tooMuch({ remote, receivedBytesMax }: ExchangeOptions): TrackerError {
  const megabytes = Math.floor(receivedBytesMax / 2 ** 20);
  return new TrackerError(
    "unavailable",
    `${visible(remote)} sends more than ${megabytes} MiB`,
    `Nothing was taken. If you expect that much, allow it: git tracker config set sync.max-size ${megabytes * 4}`,
  );
}

function variablesOf({ env, interactive }: ExchangeOptions): Record<string, string> {
  return {
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_TERMINAL_PROMPT: interactive ? "1" : "0",
    GIT_ALLOC_LIMIT: String(allocationBytesMax),
    GIT_SSH_VARIANT: env.GIT_SSH_VARIANT ?? "auto",
    ...Object.fromEntries(
      transportVariables.flatMap((name) => {
        const value = env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}

/** What git may ask of memory in one go, in bytes: a delta of some bytes can unpack to gigabytes. */
const allocationBytesMax = 256 * 1024 * 1024;
/** Large files pass through without being held, and what deltas stand on takes little. */
const bounds = ["core.bigFileThreshold=16m", "core.deltaBaseCacheLimit=32m", "pack.threads=1"] as const;

/** How a person says how their remotes are reached. */
const transportVariables = [
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_ASKPASS",
  "SSH_ASKPASS",
  "SSH_ASKPASS_REQUIRE",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CERT",
  "GIT_SSL_KEY",
  "GIT_SSL_NO_VERIFY",
  "SSL_CERT_FILE",
] as const;
