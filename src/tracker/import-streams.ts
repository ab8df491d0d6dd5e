/**
 * The verb behind `import jsonl`: streams that were exported come in as from a remote, with the same names. All of it is looked at before
 * any ref moves: each object must hash to its name, and each stream pass what a received one must (received.ts). Where an issue has moved
 * on here, it is merged as a sync would.
 */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { systemSleep } from "../platform/sleep.ts";
import { decodeTree, emptyTree, type NamedObject, nameObject, parentsOf, treeOf } from "../store/objects.ts";
import { refs } from "../store/refs.ts";
import type { StreamRead } from "../store/store.ts";
import { type Synced, sync } from "../sync/engine.ts";
import { otherHashHint, type Transport } from "../sync/transport.ts";
import type { ImportResult } from "./import.ts";
import { checkOwn, checkReceived } from "./received.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";
import { tidyUp } from "./write.ts";
import { asWriter } from "./writer.ts";

/** A stream as a file holds it: nothing of it has been believed yet. */
export interface CarriedStream {
  /** Undefined: the project's. */
  readonly id: Oid | undefined;
  readonly tip: Oid;
  readonly objects: readonly NamedObject[];
  /** Where it stands, for refusals: `file:line`. */
  readonly place: string;
}

export interface StreamsImported
  extends Pick<ImportResult, "created" | "updated" | "unchanged" | "commits" | "comments"> {
  /** What became of the members, teams and labels; undefined: none came. */
  readonly project: Synced["came"] | undefined;
}

/** Imports all of the streams or none. Throws `invalid` with the place of the first that can't be taken. */
export async function importStreams(tracker: Tracker, source: AsyncIterable<CarriedStream>): Promise<StreamsImported> {
  const { store, clock, chance, progress } = tracker;
  tracker.share();
  return await asWriter(store, async () => {
    const arrived = await takeIn(tracker, source);
    const tips = new Map([...arrived].map(([name, { tip }]) => [name, tip]));
    const check = async (name: string, stream: StreamRead, whose: "ours" | "theirs") => {
      if (whose === "ours") return await checkOwn(tracker, name, stream);
      const checked = await checkReceived(tracker, name, stream);
      if (typeof checked === "string") throw refused(arrived.get(name)?.place ?? name, checked);
      return checked;
    };
    const result = await sync({
      store,
      transport: alreadyHere(tips),
      remote: nobody,
      direction: "pull",
      held: [],
      mode: "do",
      check,
      writing: (work) => work(),
      inTurn: (work) => work(),
      sleep: systemSleep,
      clock,
      chance,
      progress,
    });
    await tidyUp(tracker);
    if (result.streams.length > 0) tracker.wrote = true;
    const [left] = result.refused;
    if (left !== undefined) {
      const where = visible(arrived.get(left.name)?.place ?? left.name);
      throw new TrackerError("corrupt", `${where}: ${left.reason}`, "Everything else was imported.");
    }
    return await reportOf(tracker, arrived, result.streams);
  });
}

/** A name that no remote can have: nothing is known of what it had before. */
const nobody = ".file";

/** What a file holds is in the store before anything is asked for. */
function alreadyHere(tips: Map<string, Oid>): Transport {
  return {
    list: async () => tips,
    fetch: async () => [],
    push: async () => ({ refused: [], outrun: [] }),
  };
}

interface Arrived {
  readonly tip: Oid;
  readonly place: string;
  /** Each commit, and how many comments it adds. */
  readonly comments: ReadonlyMap<Oid, number>;
}

/** So many bytes are written at once. */
const writtenBytes = 16 * 1024 * 1024;

/** Writes what the streams that are not here as they are stand on. No ref leads to it yet. */
async function takeIn(tracker: Tracker, source: AsyncIterable<CarriedStream>): Promise<Map<string, Arrived>> {
  const { store } = tracker;
  const here = await store.listRefs(refs.issues);
  const project = await store.readRef(refs.project);
  if (project !== undefined) here.set(refs.project, project);
  const arrived = new Map<string, Arrived>();
  let held: NamedObject[] = [];
  let bytes = 0;
  const flush = async () => {
    // Git knows the empty tree without having it, but its fsck misses it.
    if (held.length > 0) await store.writeObjects([emptyTree(store.hash), ...held]);
    held = [];
    bytes = 0;
  };
  for await (const stream of source) {
    const { id, tip, place } = stream;
    const ref = id === undefined ? refs.project : refs.issue(id);
    const name = ref.slice(refs.root.length);
    const before = arrived.get(name);
    if (before !== undefined && before.tip === tip) continue;
    if (before !== undefined) {
      const problem = `${id === undefined ? "the project" : `issue ${id}`} is there twice, first at ${visible(before.place)}`;
      throw new TrackerError("invalid", `${visible(place)}: ${problem}`, "Import one file after the other.");
    }
    const isHere = here.get(ref) === tip;
    const objects = isHere ? [] : standingOn(tracker, stream);
    arrived.set(name, { tip, place, comments: commentsIn(objects, place) });
    tracker.progress("Reading", arrived.size, undefined);
    for (const object of objects) {
      held.push(object);
      bytes += object.bytes.length;
    }
    if (bytes < writtenBytes) continue;
    await flush();
    Bun.gc(true); // Left to itself, the heap grows to several times what it holds.
  }
  await flush();
  return arrived;
}

/** All of the stream's objects, after it was seen that they are what they are called, and that each belongs to it. */
function standingOn({ store }: Tracker, { tip, objects, place }: CarriedStream): readonly NamedObject[] {
  const found = new Map<Oid, NamedObject>();
  for (const object of objects) {
    if (object.oid.length !== store.emptyTree.length) {
      const [theirs, ours] = object.oid.length === 40 ? ["SHA-1", "SHA-256"] : ["SHA-256", "SHA-1"];
      const problem = `its objects are named by ${theirs}, those of this repository by ${ours}`;
      throw new TrackerError("invalid", `${visible(place)}: ${problem}`, otherHashHint);
    }
    const { oid } = nameObject(store.hash, object);
    if (oid !== object.oid) throw refused(place, `what is called ${object.type} ${object.oid} is ${oid}`);
    found.set(oid, object);
  }
  const waiting = [tip];
  const reached = new Set<Oid>();
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    const object = reached.has(oid) ? undefined : found.get(oid);
    if (object === undefined) continue; // What is missing may be here; if it isn't, the check says so.
    reached.add(oid);
    if (object.type === "commit") waiting.push(treeOf(object.bytes), ...parentsOf(object.bytes));
    if (object.type === "tree") waiting.push(...decodeTree(object.bytes, store.hash));
  }
  const stray = objects.find(({ oid }) => !reached.has(oid));
  if (stray !== undefined) throw refused(place, `${stray.type} ${stray.oid} does not belong to ${tip}`);
  return [...found.values()];
}

function commentsIn(objects: readonly NamedObject[], place: string): Map<Oid, number> {
  const comments = new Map<Oid, number>();
  for (const object of objects) {
    if (object.type !== "commit") continue;
    try {
      const { oid, events } = decode(object);
      comments.set(oid, events.filter(({ type }) => type === "comment-added").length);
    } catch (error) {
      throw error instanceof TrackerError ? refused(place, error.message) : error;
    }
  }
  return comments;
}

async function reportOf(
  { store }: Tracker,
  arrived: ReadonlyMap<string, Arrived>,
  streams: readonly Synced[],
): Promise<StreamsImported> {
  const known = await commitsOf(
    store,
    streams.flatMap(({ before }) => before ?? []),
  );
  const projectName = refs.project.slice(refs.root.length);
  const came = new Map(streams.map((each) => [each.name, each.came]));
  let [commits, comments, created, updated] = [0, 0, 0, 0];
  for (const { name, came } of streams) {
    if (name === projectName) continue;
    if (came === "new") created += 1;
    else updated += 1;
    for (const [oid, count] of arrived.get(name)?.comments ?? []) {
      if (known.has(oid)) continue;
      commits += 1;
      comments += count;
    }
  }
  const issues = [...arrived.keys()].filter((name) => name !== projectName).length;
  const project = arrived.has(projectName) ? (came.get(projectName) ?? "same") : undefined;
  return { created, updated, unchanged: issues - created - updated, commits, comments, project };
}

async function commitsOf(store: Tracker["store"], tips: readonly Oid[]): Promise<Set<Oid>> {
  const known = new Set<Oid>();
  for await (const stream of store.readStreams(tips)) {
    if ("commits" in stream) for (const { oid } of stream.commits) known.add(oid);
  }
  return known;
}

function refused(place: string, problem: string): TrackerError {
  return new TrackerError(
    "invalid",
    `${visible(place)}: ${visible(problem)}`,
    "Nothing was imported. Is it what `git tracker export jsonl` wrote?",
  );
}
