/**
 * The transport where git is installed: git itself, so that the person's ssh settings, credential helpers, `insteadOf`, `pushurl`, proxies,
 * bundles and local paths work as ever. Nothing of their refspecs is used or changed.
 */
import { resolve } from "node:path";
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { statIfAny } from "../platform/files.ts";
import { runGit } from "../platform/git.ts";
import { type IncomingOptions, withIncoming } from "../store/incoming.ts";
import { refs, streamName } from "../store/refs.ts";
import { withoutSecrets } from "./address.ts";
import { type ExchangeOptions, exchange } from "./exchange.ts";
import { otherHashHint, type Refused, type Sending, type Sent, type Transport, type Wanted } from "./transport.ts";

export interface GitTransportOptions extends ExchangeOptions {
  readonly incoming: IncomingOptions;
  /** Has the remote's tracking refs point to these. */
  track(tips: ReadonlyMap<string, Oid>): Promise<void>;
}

export function openGitTransport(options: GitTransportOptions): Transport {
  return {
    list: () => list(options),
    fetch: (wanted) => fetch(options, wanted),
    push: (sendings) => push(options, sendings),
  };
}

async function list(options: GitTransportOptions): Promise<Map<string, Oid>> {
  const args = ["ls-remote", "--refs", "--", options.remote, `${refs.root}*`];
  const { exitCode, stdout, stderr } = await exchange(options, { args });
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
}

/** Where so many streams were lost and none has arrived, it isn't the streams. */
const lostMax = 32;
/** More than so many are sent by a pattern: git's work for single ones grows with the square of their number. */
const singleMax = 200;

/** What fails as a whole is asked for in halves, so that one bad stream doesn't keep the others away. */
async function fetch(
  options: GitTransportOptions,
  wanted: readonly Wanted[],
  course: Course = { arrived: 0, lost: 0 },
): Promise<Refused[]> {
  if (wanted.length === 0) return [];
  const { failure, absent } = await receive(options, wanted);
  if (failure === undefined) {
    course.arrived += wanted.length - absent.length;
    return absent.map(({ name }) => ({
      name,
      by: "remote",
      reason: "the remote has moved it back meanwhile; sync again",
    }));
  }
  if (isRemoteTrouble(failure)) {
    await list(options); // Throws if the remote has gone. Else it died of something in what was asked for.
    if (course.arrived === 0 && course.lost >= lostMax) throw refusal(options, failure);
  }
  const [first] = wanted;
  if (first !== undefined && wanted.length === 1) {
    course.lost++;
    const by = /upload-pack|not our ref|remote error|early EOF/i.test(failure) ? "remote" : "here";
    const tip = faultyPattern.test(failure) && !oursPattern.test(failure) ? first.tip : undefined;
    return [{ name: first.name, by, reason: reasonIn(failure), tip }];
  }
  const refused: Refused[] = [];
  for (const part of inParts(wanted)) refused.push(...(await fetch(options, part, course)));
  return refused;
}

/** What git says of objects that are no good, or gone, where they come from; not of connections, disks and people. */
const faultyPattern =
  /fsck error|^remote:.*(corrupt|bad object)|bogus commit|not our ref|did not send all necessary objects|SHA1 collision/im;

/** What it says of what was here before: whatever is asked for then fails, and comes as soon as that is mended. */
const oursPattern = /^(fatal|error): (bad object (?![0-9a-f]{40})|.*\(stored in )/im;

interface Received {
  /** What git said if nothing came. */
  readonly failure: string | undefined;
  /** What the remote doesn't have any more. */
  readonly absent: readonly Wanted[];
}

/**
 * Asks for the tips themselves, whichever refs have them by now, and has git write no refs: one file for each would take longer than all
 * else. A server that only gives what its refs are at (git's first protocol; ssh often knows no other) is asked for the refs if they
 * have moved.
 */
async function receive(options: GitTransportOptions, wanted: readonly Wanted[]): Promise<Received> {
  return await withIncoming(options.incoming, async (incoming) => {
    const { variables } = incoming;
    const ask = (lines: readonly string[]) =>
      exchange(options, {
        args: ["fetch", ...fetchFlags, "--stdin", "--", options.remote],
        input: lines.map((line) => `${line}\n`).join(""),
        variables,
        received: incoming.bytes,
      });
    let { exitCode, stderr } = await ask(wanted.map(({ tip }) => tip));
    let came = wanted;
    if (exitCode !== 0 && unadvertisedPattern.test(stderr)) {
      ({ exitCode, stderr } = await ask(wanted.map(({ name }) => refs.root + name)));
      if (exitCode === 0) came = await present(options, wanted, variables);
    }
    if (exitCode !== 0) return { failure: stderr, absent: [] };
    await incoming.admit(() => options.track(new Map(came.map(({ name, tip }) => [name, tip]))));
    return { failure: undefined, absent: wanted.filter((each) => !came.includes(each)) };
  });
}

/** What git, its servers and other people's say of a commit that no ref is at. */
const unadvertisedPattern = /unadvertised object|not our ref|want \S+ not valid/i;

/** Those whose tips have come or were here. */
async function present(
  { folder, env }: GitTransportOptions,
  wanted: readonly Wanted[],
  variables: Readonly<Record<string, string>>,
): Promise<readonly Wanted[]> {
  const args = ["cat-file", "--batch-check=%(objectname)"];
  const input = wanted.map(({ tip }) => `${tip}\n`).join("");
  const { stdout } = await runGit({ folder, env, args, input, variables });
  const found = new Set(new TextDecoder().decode(stdout).split("\n"));
  return wanted.filter(({ tip }) => found.has(tip));
}

/** Parts that are few enough for git, or halves. */
function inParts<T>(all: readonly T[]): (readonly T[])[] {
  const size = Math.min(singleMax, Math.ceil(all.length / 2));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Our own refs and nothing else, whole histories whatever the clone leaves out, and nothing that the settings would add. */
const fetchFlags = [
  "--progress",
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
  course: Course = { arrived: 0, lost: 0 },
): Promise<Sent> {
  if (sendings.length === 0) return { refused: [], outrun: [] };
  const refspecs = course.lost === 0 ? refspecsFor(sendings) : sendings.map(refspecOf);
  const args = ["push", ...pushFlags, "--", options.remote, ...refspecs];
  const { stdout, stderr } = await exchange(options, { args });
  const answers = new Map(new TextDecoder().decode(stdout).split("\n").flatMap(answerIn));
  const isHere = isLocalTrouble(stderr);
  const isWhole = isHere || sendings.every(({ name }) => answers.get(name) === "unpacker error");
  // Where git says nothing of a ref, it never came so far.
  if (answers.size === 0 && !isHere) throw (await bundleRefusal(options)) ?? refusal(options, stderr);
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

/** Git doesn't say why nothing can be sent to a bundle. */
async function bundleRefusal({ folder, env, remote }: GitTransportOptions): Promise<TrackerError | undefined> {
  const { stdout } = await runGit({ folder, env, args: ["remote", "get-url", "--push", "--", remote] });
  const path = new TextDecoder().decode(stdout).trimEnd();
  if (path === "" || !statIfAny(resolve(folder, path))?.isFile()) return undefined;
  const name = visible(remote);
  return new TrackerError(
    "not-permitted",
    `${name} is a bundle, which nothing can be sent to`,
    `Take what it has with: git tracker pull ${name}`,
  );
}

function refspecOf({ name, to }: Sending): string {
  return `${to}:${refs.root}${name}`;
}

/** Many of one kind go by a pattern, as in `issues/*`. */
function refspecsFor(sendings: readonly Sending[]): string[] {
  const kinds = Map.groupBy(sendings, ({ name }) => name.slice(0, name.lastIndexOf("/") + 1));
  return [...kinds].flatMap(([kind, all]) =>
    kind === "" || all.length <= singleMax ? all.map(refspecOf) : [`${refs.root}${kind}*:${refs.root}${kind}*`],
  );
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
  "--progress",
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

/** True if nothing could be fetched, whatever was asked for. */
function isRemoteTrouble(said: string): boolean {
  return /Could not read from remote|unable to access|does not appear to be a git repository|Authentication failed|terminal prompts disabled|hung up|disconnect|early EOF|Connection|unable to connect|No space left|Permission denied|Read-only|mismatched algorithms/i.test(
    said,
  );
}

function refusal({ remote }: GitTransportOptions, said: string): TrackerError {
  const name = visible(remote);
  const reason = reasonIn(said);
  if (/hash algorithm|mismatched algorithms|object format|unexpected capabilities\^/i.test(said)) {
    return new TrackerError(
      "unavailable",
      `${name} names its objects by another hash than this repository, and git can't sync the two: ${reason}`,
      otherHashHint,
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

/** The first line that says why: of git's, unless that only says that whatever it ran, as ssh, has told why before. */
function reasonIn(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const at = lines.findIndex((each) => /^(?:fatal|error|remote: error|ERROR):/i.test(each));
  const before = lines.slice(0, Math.max(at, 0)).findLast((each) => each !== "");
  const found = /Could not read from remote/i.test(lines[at] ?? "") ? (before ?? lines[at]) : lines[at];
  const line = found ?? lines.find((each) => each !== "") ?? "no reason given";
  return shownReason(line.replace(/^(?:(?:fatal|error|remote): *)+/i, ""));
}

function shownReason(text: string): string {
  return visible(withoutSecrets(text));
}
