/** Taking over, the first half of a round: what the remote has is fetched, checked, and becomes ours, forward or by a merge commit. */
import type { CommitContent, Oid } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import { mergeCommit } from "../core/merge.ts";
import { refs, streamName } from "../store/refs.ts";
import type { Store } from "../store/store.ts";
import type { Checked, Synced, SyncOptions } from "./engine.ts";
import { type Difference, differences, relationOf } from "./plan.ts";
import { trackingTips } from "./tracking.ts";
import type { Refused, Wanted } from "./transport.ts";

/** When so much was read, garbage is collected. Left to itself, the heap grows to several times what it holds. */
const garbageBytesMax = 16 * 1024 * 1024;
export const unreadable = { by: "here", reason: "what is here of it can't be read; see: git tracker doctor" } as const;

/**
 * Takes over what the remote has. What was refused `before` is not asked for again while it is the same; streams of which the remote has less
 * than it had are added to `rewound`.
 */
export async function take(
  options: SyncOptions,
  there: ReadonlyMap<string, Oid>,
  before: readonly Refused[],
  rewound: Set<string>,
): Promise<Moves> {
  const { store, transport, remote, direction } = options;
  if (direction === "push") return { streams: [], refused: [], tips: await streamTips(store) };
  const tracking = await trackingTips(store, remote);
  const here = await streamTips(store);
  const differing = differences(here, there).filter((each) => each.there !== undefined);
  const wanted = differing.flatMap(({ name, there: tip }) =>
    tip === undefined || tracking.get(name) === tip ? [] : [{ name, tip }],
  );
  for (const name of tracking.keys()) if (here.has(name) && !there.has(name)) rewound.add(name);
  const known = new Map([...options.held, ...before].map((each) => [each.name, each]));
  const isHeld = ({ name, tip }: Wanted) => known.get(name)?.tip === tip;
  const held = wanted.filter(isHeld).flatMap(({ name }) => known.get(name) ?? []);
  const refused = [...held, ...(await transport.fetch(wanted.filter((each) => !isHeld(each))))];
  const unfetched = new Set(refused.map(({ name }) => name));
  const candidates = differing.filter(({ name }) => !unfetched.has(name));
  const read = await readTheirs(options, candidates);
  for (const { difference, history } of read.streams) {
    const was = tracking.get(difference.name);
    if (was !== undefined && !history.has(was)) rewound.add(difference.name);
  }
  const moved = await options.writing(() => takeOver(options, read.streams));
  return { ...moved, refused: [...refused, ...read.refused, ...moved.refused] };
}

interface Received {
  readonly difference: Difference;
  /** Theirs, checked, each with its time. */
  readonly history: History;
}

/** Commits with their times in seconds. Nothing that was cut out of a commit's text is kept: it would keep all of that text. */
type History = ReadonlyMap<Oid, number>;

function historyOf(commits: Exclude<Checked, string>): History {
  return new Map(commits.map(({ oid, time }) => [oid, time.seconds]));
}

/** Reads what the remote has of these streams, and checks it. */
async function readTheirs(
  options: SyncOptions,
  candidates: readonly Difference[],
): Promise<{ streams: Received[]; refused: Refused[] }> {
  const { store, check, progress } = options;
  const streams: Received[] = [];
  const refused: Refused[] = [];
  let done = 0;
  let garbage = 0;
  for await (const stream of store.readStreams(
    candidates.map(({ there }) => there ?? ""),
    limits.streamBytesMax,
  )) {
    const difference = candidates[done++];
    if (difference === undefined) break;
    progress("Checking what came", done, candidates.length);
    if (garbage > garbageBytesMax) {
      garbage = 0;
      Bun.gc(true);
    }
    if ("commits" in stream) garbage += stream.commits.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const checked = await check(difference.name, stream, "theirs");
    if (typeof checked === "string") refused.push({ name: difference.name, by: "here", reason: checked });
    else streams.push({ difference, history: historyOf(checked) });
  }
  if (garbage > garbageBytesMax) Bun.gc(true);
  return { streams, refused };
}

/** What our own tips reach, of the streams where theirs doesn't reach ours. Those that can't be read are left out. */
async function readOurs(
  options: SyncOptions,
  streams: readonly Received[],
  tips: ReadonlyMap<string, Oid>,
): Promise<Map<string, History>> {
  const open = streams.flatMap(({ difference: { name }, history }) => {
    const here = tips.get(name);
    return here === undefined || history.has(here) ? [] : [{ name, here }];
  });
  const histories = new Map<string, History>();
  let at = 0;
  for await (const stream of options.store.readStreams(open.map(({ here }) => here))) {
    const name = open[at++]?.name;
    if (name === undefined) break;
    const checked = await options.check(name, stream, "ours");
    if (typeof checked !== "string") histories.set(name, historyOf(checked));
  }
  return histories;
}

export interface Moves {
  readonly streams: readonly Synced[];
  readonly refused: readonly Refused[];
  /** What is here now, or would be. */
  readonly tips: ReadonlyMap<string, Oid>;
}

/** Moves refs to what came. Others may have written since the difference was seen, so it is seen anew. */
async function takeOver(options: SyncOptions, received: readonly Received[]): Promise<Moves> {
  const { store, mode } = options;
  const taken: Synced[] = [];
  for (;;) {
    const tips = await streamTips(store);
    const ours = await readOurs(options, received, tips);
    const streams: Synced[] = [];
    const refused: Refused[] = [];
    const merges: CommitContent[] = [];
    for (const { difference, history } of received) {
      const { name, there } = difference;
      const here = tips.get(name);
      if (there === undefined || here === there) continue;
      const own = here === undefined || history.has(here) ? history : ours.get(name);
      if (own === undefined) {
        refused.push({ name, ...unreadable });
        continue;
      }
      const relation = relationOf(
        { name, here, there },
        (oid) => history.has(oid),
        (oid) => own.has(oid),
      );
      if (relation === "ahead") continue;
      const merge =
        relation === "diverged"
          ? mergeOf(store, [
              [here, own],
              [there, history],
            ])
          : undefined;
      if (merge !== undefined) merges.push(merge);
      const after = merge === undefined ? there : store.nameCommit(merge);
      streams.push({
        name,
        came: relation === "diverged" ? "merged" : relation === "new" ? "new" : "forward",
        sent: false,
        before: here,
        after,
      });
      tips.set(name, after);
    }
    if (mode === "plan" || streams.length === 0) return { streams: [...taken, ...streams], refused, tips };
    await store.writeCommits(merges);
    // Merges belong to refs that were here before. New ones are set in one step, however many they are.
    const [moved, created] = [
      streams.filter(({ before }) => before !== undefined),
      streams.filter(({ before }) => before === undefined),
    ];
    if (!(await moveRefs(store, moved))) continue;
    taken.push(...moved);
    if (!(await moveRefs(store, created))) continue;
    return { streams: [...taken, ...created], refused, tips };
  }
}

/** Returns false, and has moved none, if one of them has moved meanwhile. */
async function moveRefs(store: Store, streams: readonly Synced[]): Promise<boolean> {
  const updates = streams.map(({ name, before, after }) => ({ ref: refs.root + name, from: before, to: after }));
  return (await store.swap(updates)).kind === "updated";
}

function mergeOf(store: Store, sides: readonly (readonly [tip: Oid | undefined, history: History])[]): CommitContent {
  const tips = sides.flatMap(([oid, history]) => {
    const seconds = oid === undefined ? undefined : history.get(oid);
    return oid === undefined || seconds === undefined ? [] : [{ oid, time: { seconds, zone: "+0000" } }];
  });
  return mergeCommit(tips, store.emptyTree);
}

async function streamTips(store: Store): Promise<Map<string, Oid>> {
  const found = await store.listRefs(refs.issues);
  const project = await store.readRef(refs.project);
  if (project !== undefined) found.set(refs.project, project);
  return new Map([...found].flatMap(([ref, tip]) => named(streamName(ref), tip)));
}

/** Of a ref that is no stream, nothing. */
export function named(name: string | undefined, tip: Oid): [string, Oid][] {
  return name === undefined ? [] : [[name, tip]];
}
