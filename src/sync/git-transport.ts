/**
 * The transport where git is installed: git itself, so that the person's ssh settings, credential helpers, `insteadOf`, `pushurl`, proxies,
 * bundles and local paths work as ever. Nothing of their refspecs is used or changed.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { type GitResult, runGit, type Variables } from "../platform/git.ts";
import { refs, streamName } from "../store/refs.ts";
import { withoutSecrets } from "./address.ts";
import type { Refused, Sending, Sent, Transport, Wanted } from "./transport.ts";

export interface GitTransportOptions {
  /** Where git is started. */
  readonly folder: string;
  readonly env: Variables;
  readonly remote: string;
  /** Whether somebody sits there who can be asked for a password. */
  readonly interactive: boolean;
  /** How long one exchange may take, in milliseconds. */
  readonly exchangeMsMax: number;
}

export function openGitTransport(options: GitTransportOptions): Transport {
  return {
    list: () => list(options),
    fetch: (wanted) => fetch(options, wanted),
    push: (sendings) => push(options, sendings),
  };
}

async function list(options: GitTransportOptions): Promise<Map<string, Oid>> {
  const { exitCode, stdout, stderr } = await call(options, [
    "ls-remote",
    "--refs",
    "--",
    options.remote,
    `${refs.root}*`,
  ]);
  if (exitCode !== 0) throw refusal(options, stderr);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return new Map(
    lines.flatMap((line): [string, Oid][] => {
      const [oid = "", ref = ""] = line.split("\t");
      return ref.startsWith(refs.root) && /^[0-9a-f]{40,64}$/.test(oid) ? [[ref.slice(refs.root.length), oid]] : [];
    }),
  );
}

/** How an exchange in parts has gone so far. */
interface Course {
  arrived: number;
  lost: number;
  /** How often somebody else of this clone moved the same tracking refs. */
  outrun: number;
}

/** Each time one of those who fetch at the same moment gets through. */
const outrunMax = 20;

/** Where so many streams were lost and none has arrived, it isn't the streams. */
const lostMax = 32;
/** More than so many are asked for by a pattern: git's work for single ones grows with the square of their number. */
const singleMax = 200;

/** What fails as a whole is asked for in halves, so that one bad stream doesn't keep the others away. */
async function fetch(
  options: GitTransportOptions,
  wanted: readonly Wanted[],
  course: Course = { arrived: 0, lost: 0, outrun: 0 },
): Promise<Refused[]> {
  if (wanted.length === 0) return [];
  const tracking = refs.remote(options.remote);
  const names = namesOf(wanted, course);
  const input = names.map((name) => `+${refs.root}${name}:${tracking}${name}\n`).join("");
  const args = ["fetch", ...fetchFlags, "--stdin", "--", options.remote];
  const { exitCode, stderr } = await call(options, args, input);
  if (exitCode === 0) {
    course.arrived += wanted.length;
    return [];
  }
  if (/cannot lock ref|unable to update local ref|incorrect old value/i.test(stderr) && course.outrun < outrunMax) {
    course.outrun++;
    return await fetch(options, wanted, course);
  }
  if (isRemoteTrouble(stderr)) {
    await list(options); // Throws if the remote has gone. Else it died of something in what was asked for.
    if (course.arrived === 0 && course.lost >= lostMax) throw refusal(options, stderr);
  }
  const [first] = wanted;
  if (first !== undefined && wanted.length === 1) {
    course.lost++;
    const by = /upload-pack|not our ref|remote error/i.test(stderr) ? "remote" : "here";
    return [{ name: first.name, by, reason: reasonIn(stderr) }];
  }
  const refused: Refused[] = [];
  for (const part of inParts(wanted)) refused.push(...(await fetch(options, part, course)));
  return refused;
}

const anyIssue = "issues/*";

/** The names as a refspec takes them. */
function namesOf(all: readonly { readonly name: string }[], { lost }: Course): readonly string[] {
  const names = all.map(({ name }) => name);
  if (names.length <= singleMax || lost > 0) return names;
  return [anyIssue, ...names.filter((name) => !name.startsWith("issues/"))];
}

/** Parts that are few enough for git, or halves. */
function inParts<T>(all: readonly T[]): (readonly T[])[] {
  const size = Math.min(singleMax, Math.ceil(all.length / 2));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Our own refs and nothing else, whole histories whatever the clone leaves out, and nothing that the settings would add. */
const fetchFlags = [
  "--quiet",
  "--no-tags",
  "--no-prune",
  "--no-write-fetch-head",
  "--no-auto-maintenance",
  "--no-recurse-submodules",
  "--no-filter",
  "--refmap=",
] as const;

/** All at once; where something of it can't be sent, in parts, until it is alone. */
async function push(
  options: GitTransportOptions,
  sendings: readonly Sending[],
  course: Course = { arrived: 0, lost: 0, outrun: 0 },
): Promise<Sent> {
  if (sendings.length === 0) return { refused: [], outrun: [] };
  const tips = new Map(sendings.map(({ name, to }) => [name, to]));
  const refspecs = namesOf(sendings, course).map((name) => `${tips.get(name) ?? refs.root + name}:${refs.root}${name}`);
  const { stdout, stderr } = await call(options, ["push", ...pushFlags, "--", options.remote, ...refspecs]);
  const answers = new Map(new TextDecoder().decode(stdout).split("\n").flatMap(answerIn));
  const isHere = isLocalTrouble(stderr);
  const isWhole = isHere || sendings.every(({ name }) => answers.get(name) === "unpacker error");
  // Where git says nothing of a ref, it never came so far.
  if (answers.size === 0 && !isHere) throw refusal(options, stderr);
  if (isWhole && sendings.length > 1 && (course.arrived > 0 || course.lost < lostMax)) {
    const sent: Sent[] = [];
    for (const part of inParts(sendings)) sent.push(await push(options, part, course));
    return { refused: sent.flatMap(({ refused }) => refused), outrun: sent.flatMap(({ outrun }) => outrun) };
  }
  if (isWhole) course.lost += sendings.length;
  else course.arrived += sendings.length;
  const refused = sendings.flatMap(({ name }): Refused[] => {
    if (isWhole) return [{ name, by: isHere ? "here" : "remote", reason: reasonIn(stderr) }];
    const reason = answers.get(name) ?? "the remote did not say that it took it";
    return reason === "" ? [] : [{ name, by: "remote", reason }];
  });
  return {
    refused: refused.filter(({ reason }) => !outrunPattern.test(reason)),
    outrun: refused.filter(({ reason }) => outrunPattern.test(reason)),
  };
}

const outrunPattern =
  /fetch first|non-fast-forward|stale info|failed to update ref|cannot lock ref|failed to lock|reference already exists|incorrect old value/i;

/** True if the reason that nothing went is in the objects here. */
function isLocalTrouble(said: string): boolean {
  return /pack-objects died|unable to read [0-9a-f]{40}|bad object|bad tree object|missing (?:blob|tree) object|src refspec|failed to traverse/i.test(
    said,
  );
}

const pushFlags = [
  "--porcelain",
  "--no-verify",
  "--no-signed",
  "--no-follow-tags",
  "--recurse-submodules=no",
  "--no-force-with-lease",
] as const;

/** `<flag>\t<from>:<to>\t<summary> (<reason>)`: the flag `!` says no. */
function answerIn(line: string): [string, string][] {
  const [flag = "", pair = "", said = ""] = line.split("\t");
  const name = streamName(pair.slice(pair.indexOf(":") + 1));
  if (flag.length !== 1 || name === undefined) return [];
  return [[name, flag === "!" ? shownReason(/\((.*)\)\s*$/.exec(said)?.[1] ?? said) || "refused" : ""]];
}

async function call(options: GitTransportOptions, args: readonly string[], input?: string): Promise<GitResult> {
  const { folder, env, interactive, exchangeMsMax } = options;
  const variables = {
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_TERMINAL_PROMPT: interactive ? "1" : "0",
    GIT_SSH_VARIANT: env.GIT_SSH_VARIANT ?? "auto",
    GIT_ALLOC_LIMIT: String(allocationBytesMax),
    ...Object.fromEntries(transportVariables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  };
  const config = [
    "http.lowSpeedLimit=1",
    `http.lowSpeedTime=${Math.ceil(exchangeMsMax / 1000)}`,
    ...bounds,
    `remote.${options.remote}.mirror=false`, // A mirror's remote takes no single refs, and is forced.
    "push.pushOption=", // None: hosts that know nothing of options refuse them.
  ];
  const signal = AbortSignal.timeout(exchangeMsMax);
  // What git has started may outlive it and hold its output open: nobody waits for that.
  const aborted = new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
  const running = runGit({ folder, env, args, config, variables, signal, ...(input !== undefined && { input }) });
  const result = await Promise.race([running, aborted]);
  if (result !== undefined && !signal.aborted) return result;
  throw new TrackerError(
    "unavailable",
    `${visible(options.remote)} does not answer`,
    `Nothing is half done. See what it says: git ls-remote ${visible(options.remote)}`,
  );
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

/** True if nothing could be fetched, whatever was asked for. */
function isRemoteTrouble(said: string): boolean {
  return /Could not read from remote|unable to access|does not appear to be a git repository|Authentication failed|terminal prompts disabled|hung up|early EOF|Connection|unable to connect|No space left|Permission denied|Read-only|mismatched algorithms/i.test(
    said,
  );
}

function refusal({ remote }: GitTransportOptions, said: string): TrackerError {
  const name = visible(remote);
  const reason = reasonIn(said);
  if (/hash algorithm|mismatched algorithms|object format/i.test(said)) {
    return new TrackerError(
      "unavailable",
      `${name} names its objects by another hash than this repository, and git can't sync the two: ${reason}`,
      "Take what is there along as a file: git tracker export jsonl, in a clone of it",
    );
  }
  if (
    /Permission denied|Authentication failed|terminal prompts disabled|could not read (?:Username|Password)|\b40[13]\b|access denied|read-only/i.test(
      said,
    )
  ) {
    return new TrackerError(
      "not-permitted",
      `${name} does not let you in: ${reason}`,
      `Try it with git alone: git ls-remote ${name}`,
    );
  }
  return new TrackerError(
    "unavailable",
    `${name} can't be reached: ${reason}`,
    `Try it with git alone: git ls-remote ${name}`,
  );
}

/** The first line that says why. */
function reasonIn(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const line =
    lines.find((each) => /^(?:fatal|error|remote: error|ERROR):/i.test(each)) ??
    lines.find((each) => each !== "") ??
    "no reason given";
  return shownReason(line.replace(/^(?:(?:fatal|error|remote): *)+/i, ""));
}

function shownReason(text: string): string {
  return visible(withoutSecrets(text));
}
