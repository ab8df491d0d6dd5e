/**
 * The engine of a sync: what the remote has comes to tracking refs, is checked, and is taken over, forward or by a merge commit that
 * every replica makes alike; then what the remote lacks is sent. It never moves a stream's ref backwards, on either side. Whoever is
 * outrun by somebody else looks again.
 */
import type { Commit, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Chance } from "../platform/chance.ts";
import type { Clock } from "../platform/clock.ts";
import type { Sleep } from "../platform/sleep.ts";
import { refs, streamName } from "../store/refs.ts";
import type { Store, StreamRead } from "../store/store.ts";
import { differences } from "./plan.ts";
import { named, take, unreadable } from "./take.ts";
import { track } from "./tracking.ts";
import { otherHashHint, type Refused, type Sending, type Transport } from "./transport.ts";

export interface SyncOptions {
  readonly store: Store;
  readonly transport: Transport;
  readonly remote: string;
  readonly direction: "both" | "pull" | "push";
  /** `plan`: only tracking refs move, and what would be done is told. */
  readonly mode: "do" | "plan";
  /** What could not be fetched before. It is not asked for again while the remote has it at the same tip. */
  readonly held: readonly Refused[];
  /** A stream's commits, if it is one that can be taken; a text says why not. */
  check(name: string, stream: StreamRead, whose: "ours" | "theirs"): Checked | Promise<Checked>;
  /** Runs what moves refs while none of ours writes. */
  writing<T>(work: () => Promise<T>): Promise<T>;
  /** Runs what tries again while no other sync of this machine does so at this remote. */
  inTurn(work: () => Promise<void>): Promise<void>;
  readonly sleep: Sleep;
  readonly clock: Pick<Clock, "now">;
  readonly chance: Chance;
  progress(what: string, done: number, total: number | undefined): void;
}

/** A stream's commits, or why it can't be taken. */
export type Checked = readonly Pick<Commit, "oid" | "time">[] | string;

/** What became of one stream. */
export interface Synced {
  readonly name: string;
  /** `new` and `forward`: theirs was taken. `merged`: both sides had something. `same`: nothing came. */
  readonly came: "new" | "forward" | "merged" | "same";
  readonly sent: boolean;
  readonly before: Oid | undefined;
  readonly after: Oid;
}

export interface SyncResult {
  readonly streams: readonly Synced[];
  readonly refused: readonly Refused[];
  /** The remote has less of these than it had. Nothing is lost here, and what it lost is sent again. */
  readonly rewound: readonly string[];
  /** How often the remote was asked. */
  readonly rounds: number;
}

/** A remote that was asked so often, with ever longer waits, is one that others never leave alone. */
const roundsMax = 100;
/** A remote whose refs stay as they are for so many rounds, and which still takes nothing, never will. */
const stalledRoundsMax = 12;
/** How long one may wait between two rounds, in milliseconds, at least and at most. */
const [windowMsMin, windowMsMax] = [40, 60_000];

/**
 * Syncs with a remote, in as many rounds as it takes. What can't be taken or sent is in the result, the rest goes on. Throws `unavailable` if the
 * remote's objects have another hash or others never leave it alone, and what transports throw; what was done by then stays.
 */
export async function sync(options: SyncOptions): Promise<SyncResult> {
  const course: Course = { streams: new Map(), refused: new Map(), rewound: new Set(), rounds: 0 };
  const first = await round(options, course);
  if (first.outrun.length > 0) await options.inTurn(() => goOn(options, course, first));
  const { streams, refused, rewound, rounds } = course;
  return { streams: [...streams.values()], refused: [...refused.values()], rewound: [...rewound], rounds };
}

/** What the rounds of a sync have come to so far. */
interface Course {
  readonly streams: Map<string, Synced>;
  readonly refused: Map<string, Refused>;
  readonly rewound: Set<string>;
  rounds: number;
}

interface Round {
  /** The streams of which somebody else was faster. */
  readonly outrun: readonly Refused[];
  /** Where the remote had these. */
  readonly seen: string;
  /** In milliseconds. */
  readonly took: number;
}

/** Takes what is there, and sends what is not. */
async function round(options: SyncOptions, course: Course): Promise<Round> {
  const begun = options.clock.now();
  course.rounds++;
  const listed = await options.transport.list();
  refuseOtherHash(options, listed);
  const there = new Map([...listed].flatMap(([name, tip]) => named(streamName(refs.root + name), tip)));
  const refuse = (all: readonly Refused[]) => {
    for (const each of all) course.refused.set(each.name, each);
  };
  const before = [...course.refused.values()];
  course.refused.clear(); // What fails for the moment may be there in the next round.
  refuse(misnamed(listed));
  const taken = await take(options, there, before, course.rewound);
  refuse(taken.refused);
  for (const each of taken.streams) note(course.streams, each);
  if (options.direction === "pull") return { outrun: [], seen: "", took: 0 };
  const outrun = await send(options, there, taken.tips, course);
  const seen = outrun.map(({ name }) => `${name} ${there.get(name)}`).join();
  if (options.direction === "both") return { outrun, seen, took: options.clock.now() - begun };
  refuse(outrun.map((each) => ({ ...each, ...untaken })));
  return { outrun: [], seen, took: 0 };
}

/**
 * Tries until nobody is faster. In a crowd a wait that is too short only keeps the others from getting through: it is up to as long as
 * a round takes, and twice as long each time that nothing got through (binary exponential backoff, as in Ethernet).
 */
async function goOn(options: SyncOptions, course: Course, first: Round): Promise<void> {
  let stalled = 0;
  let window = 0;
  for (let last = first; last.outrun.length > 0; ) {
    if (course.rounds === roundsMax) {
      throw new TrackerError(
        "unavailable",
        `Others write to ${options.remote} faster than it can be written to`,
        "Try again.",
      );
    }
    const share = Number.parseInt(options.chance.hex(2), 16) / 0xffff;
    await options.sleep(window * share);
    const next = await round(options, course);
    const isStuck = next.outrun.length === last.outrun.length;
    window = Math.min(windowMsMax, Math.max(windowMsMin, next.took, isStuck ? window * 2 : window));
    stalled = next.seen === last.seen ? stalled + 1 : 0;
    if (stalled === stalledRoundsMax) {
      for (const each of next.outrun) course.refused.set(each.name, each);
      return;
    }
    last = next;
  }
}

const untaken = {
  by: "here",
  reason: "the remote has changes that you don't; take them, too: git tracker sync",
} as const;

/** Git can't bring repositories together that name their objects by different hashes. */
function refuseOtherHash({ store, remote }: SyncOptions, listed: ReadonlyMap<string, Oid>): void {
  const length = store.emptyTree.length;
  if (![...listed.values()].some((oid) => oid.length !== length)) return;
  const [here, there] = length === 40 ? ["SHA-1", "SHA-256"] : ["SHA-256", "SHA-1"];
  throw new TrackerError(
    "unavailable",
    `${visible(remote)} is a repository of ${there}, this one of ${here}, and git can't sync the two`,
    otherHashHint,
  );
}

/** What stands where issues do, and can't be one. */
function misnamed(listed: ReadonlyMap<string, Oid>): Refused[] {
  const names = [...listed.keys()].filter((name) => (refs.root + name).startsWith(refs.issues));
  const wrong = names.filter((name) => streamName(refs.root + name) === undefined);
  return wrong.map((name) => ({ name, by: "here", reason: "its name is not an issue's id" }));
}

/** What happened to a stream in several rounds is told as one. */
function note(streams: Map<string, Synced>, next: Synced): void {
  const before = streams.get(next.name);
  if (before === undefined) streams.set(next.name, next);
  else {
    const came = next.came === "same" || before.came === "new" ? before.came : next.came;
    streams.set(next.name, { ...next, came, sent: before.sent || next.sent, before: before.before });
  }
}

/** Sends what the remote lacks. Returns the streams of which somebody else was faster. */
async function send(
  options: SyncOptions,
  there: ReadonlyMap<string, Oid>,
  tips: ReadonlyMap<string, Oid>,
  { refused, streams }: Course,
): Promise<readonly Refused[]> {
  const { transport, mode } = options;
  const lacking = differences(tips, there).flatMap(({ name, here: to, there: from }): Sending[] =>
    to === undefined || refused.has(name) ? [] : [{ name, from, to }],
  );
  for (const each of await unsendable(options, lacking)) refused.set(each.name, each);
  const sendings = lacking.filter(({ name }) => !refused.has(name));
  const sent = mode === "plan" ? { refused: [], outrun: [] } : await transport.push(sendings);
  for (const each of sent.refused) refused.set(each.name, each);
  const failed = new Set([...sent.outrun, ...sent.refused].map(({ name }) => name));
  const arrived = sendings.filter(({ name }) => !failed.has(name));
  for (const { name, to } of arrived) note(streams, { name, came: "same", sent: true, before: to, after: to });
  if (mode === "do" && arrived.length > 0) {
    const tips = new Map(arrived.map(({ name, to }) => [name, to]));
    await options.writing(() => track(options.store, options.remote, tips));
  }
  return sent.outrun;
}

/** What is broken here; and where nothing was taken before, what the remote has more of. */
async function unsendable({ store, direction }: SyncOptions, sendings: readonly Sending[]): Promise<Refused[]> {
  const refused: Refused[] = [];
  const open = sendings.filter(({ name, from, to }) => {
    if (/^0+$/.test(to)) refused.push({ name, ...unreadable });
    return direction === "push" && from !== undefined && !/^0+$/.test(to);
  });
  let at = 0;
  for await (const stream of store.readStreams(open.map(({ to }) => to))) {
    const sending = open[at++];
    if (sending === undefined) break;
    if ("broken" in stream) refused.push({ name: sending.name, ...unreadable });
    else if (!stream.commits.some(({ oid }) => oid === sending.from)) refused.push({ name: sending.name, ...untaken });
  }
  return refused;
}
