/**
 * Walking streams: from each tip along the parents to the root, many at once, told one by one in the order asked for. It only needs
 * a way to read an object, so that every store walks alike. `git rev-list` would do, but with ten thousand tips it takes eight times as
 * long as reading every commit, and it gives up at the first one that is missing.
 */
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import { readTextIfAny } from "../platform/files.ts";
import type { Found, ReadObject } from "./found.ts";
import { nameOf, parentsOf } from "./objects.ts";
import type { RawCommit, StreamRead } from "./store.ts";

/** A commit's bytes at most: its message, and room for its parents and a signature. */
export const commitBytesMax = limits.messageBytesMax + 64 * 1024;

export async function* walkStreams(
  tips: readonly Oid[],
  read: ReadObject,
  shallow: ReadonlySet<Oid>,
  bytesMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<StreamRead> {
  const crowd = createCrowd();
  const walks: Promise<Walk>[] = [];
  for (let first = 0, started = 0; first < tips.length; first++) {
    for (; started < tips.length && started - first < walksMax; started++) {
      const place = started;
      const walk = walkStream(tips[place] ?? "", {
        read,
        shallow,
        bytesMax,
        hold: (bytes, all) => crowd.hold(place, bytes, all),
        turn: () => crowd.turn(place),
      });
      walk.catch(() => {}); // Told when its turn comes.
      walks.push(walk);
    }
    const walk = await walks.shift();
    if (walk === undefined) return;
    crowd.next(walk.bytes);
    yield walk.stream;
  }
}

/** The commits at which a shallow fetch cut the history off. */
export function readShallow(commonDir: string): Set<Oid> {
  return new Set(
    readTextIfAny(join(commonDir, "shallow"))
      ?.split("\n")
      .filter((line) => line !== ""),
  );
}

/** As many as keep a reader busy. */
const walksMax = 128;
/** So many commits of one stream are asked for at once. */
const abreastMax = 16;
/** How much the walks that are not first may have read before they wait for their turn. */
const heldBytesMax = 4 * 1024 * 1024;
/** A walk that has read more than this gives it up while it waits, and reads it again: one commit alone may have megabytes. */
const keptBytesMax = 128 * 1024;

interface WalkOptions {
  readonly read: ReadObject;
  readonly shallow: ReadonlySet<Oid>;
  /** A stream whose commits have more bytes is broken. */
  readonly bytesMax: number;
  /** Says that so many bytes were read, and how many that makes in all. */
  hold(bytes: number, all: number): Hold;
  /** Comes when the walk is the first. */
  turn(): Promise<void>;
}

/** A promise: go on when it is kept. `give up`: let go of everything, and begin anew as the first. */
type Hold = Promise<void> | "give up" | undefined;

interface Walk {
  readonly stream: StreamRead;
  readonly bytes: number;
}

interface Visited {
  readonly raw: RawCommit;
  readonly parents: readonly Oid[];
}

/** What bounds the memory of walks that run ahead: when they hold too much, only the first goes on. */
function createCrowd() {
  let held = 0;
  let first = 0;
  let turn = Promise.withResolvers<void>();
  const wait = async (place: number) => {
    while (held > heldBytesMax && place !== first) await turn.promise;
  };
  return {
    hold(place: number, bytes: number, all: number): Hold {
      held += bytes;
      if (held <= heldBytesMax || place === first) return undefined;
      if (all <= keptBytesMax) return wait(place);
      held -= all;
      return "give up";
    },
    async turn(place: number): Promise<void> {
      while (place !== first) await turn.promise;
    },
    next(bytes: number): void {
      held -= bytes;
      first++;
      turn.resolve();
      turn = Promise.withResolvers();
    },
  };
}

async function walkStream(tip: Oid, options: WalkOptions): Promise<Walk> {
  for (;;) {
    const walk = await walkLine(tip, options);
    if (walk !== undefined) return walk;
    await options.turn();
  }
}

/** Undefined: it held too much for one that isn't first. */
async function walkLine(tip: Oid, options: WalkOptions): Promise<Walk | undefined> {
  const { read, shallow, bytesMax, hold } = options;
  const line: Visited[] = [];
  let bytes = 0;
  // Most streams never forked, and then every commit comes after all of its children by itself.
  for (let oid: Oid | undefined = tip; oid !== undefined; ) {
    if (line.length === limits.streamCommitsMax) return { stream: tooLong(tip), bytes };
    const commit = asCommit(oid, await read(oid), shallow);
    if (typeof commit === "string") return { stream: { tip, broken: commit }, bytes };
    line.push(commit);
    const more = commit.raw.bytes.length;
    bytes += more;
    const waiting = hold(more, bytes);
    if (waiting === "give up") return undefined;
    if (waiting !== undefined) await waiting;
    if (bytes > bytesMax) return { stream: tooBig(tip, bytesMax), bytes };
    if (commit.parents.length > 1) return walkGraph(tip, line, bytes, options);
    oid = commit.parents[0];
  }
  return { stream: { tip, commits: line.map(({ raw }) => raw) }, bytes };
}

/** Goes on from the last of the commits in `line`, the first that has more than one parent. */
async function walkGraph(
  tip: Oid,
  line: readonly Visited[],
  read: number,
  { shallow, bytesMax, ...options }: WalkOptions,
): Promise<Walk | undefined> {
  const visited = new Map(line.map((commit) => [commit.raw.oid, commit]));
  const known = new Set(line.flatMap(({ raw, parents }) => [raw.oid, ...parents]));
  const frontier = [...new Set(line.at(-1)?.parents)].filter((oid) => !visited.has(oid));
  let bytes = read;
  let isOver = false;
  const readOne = async (oid: Oid): Promise<Found> => {
    const found = await options.read(oid);
    if (isOver || found === undefined || "damage" in found) return isOver ? undefined : found;
    bytes += found.bytes.length;
    const waiting = options.hold(found.bytes.length, bytes);
    isOver = waiting === "give up";
    if (isOver) return undefined;
    await waiting;
    return found;
  };
  while (frontier.length > 0) {
    if (visited.size + frontier.length > limits.streamCommitsMax) return { stream: tooLong(tip), bytes };
    const oids = frontier.splice(0, abreastMax);
    const objects = await Promise.all(oids.map(readOne));
    if (isOver) return undefined;
    if (bytes > bytesMax) return { stream: tooBig(tip, bytesMax), bytes };
    for (const [i, oid] of oids.entries()) {
      const commit = asCommit(oid, objects[i], shallow);
      if (typeof commit === "string") return { stream: { tip, broken: commit }, bytes };
      visited.set(oid, commit);
      for (const parent of commit.parents) {
        if (!known.has(parent)) frontier.push(parent);
        known.add(parent);
      }
    }
  }
  return { stream: { tip, commits: childrenFirst(tip, visited) }, bytes };
}

function tooLong(tip: Oid): StreamRead {
  return { tip, broken: `it has more than ${limits.streamCommitsMax} commits` };
}

function tooBig(tip: Oid, bytesMax: number): StreamRead {
  return { tip, broken: `its commits hold more than ${bytesMax / 1024 / 1024} MiB` };
}

/** The commit, or what is wrong with it. */
function asCommit(oid: Oid, object: Found, shallow: ReadonlySet<Oid>): Visited | string {
  if (object === undefined) return /^0*$/.test(oid) ? "its ref is broken or symbolic" : `commit ${oid} is missing`;
  if ("damage" in object) return `commit ${oid} can't be read: ${object.damage}`;
  if (object.type !== "commit") return `${oid} is a ${object.type}, not a commit`;
  // A pack's index may be mixed up, which nothing but a hash tells.
  if (nameOf(oid.length === 40 ? "sha1" : "sha256", object) !== oid) {
    return `commit ${oid} can't be read: what is stored under its name is something else`;
  }
  const parents = parentsOf(object.bytes);
  if (parents.length > limits.parentsMax) return `commit ${oid} has ${parents.length} parents`;
  if (parents.some((parent) => !/^[0-9a-f]{40,64}$/.test(parent))) return `commit ${oid} has a parent without a name`;
  if (parents.length > 0 && shallow.has(oid)) return `history before commit ${oid} was cut off by a shallow fetch`;
  return { raw: { oid, bytes: object.bytes }, parents };
}

/** Every commit after all of its children. */
function childrenFirst(tip: Oid, visited: ReadonlyMap<Oid, Visited>): RawCommit[] {
  const children = new Map<Oid, number>();
  for (const { parents } of visited.values()) {
    for (const parent of new Set(parents)) children.set(parent, (children.get(parent) ?? 0) + 1);
  }
  const commits: RawCommit[] = [];
  const ready = [tip];
  for (let oid = ready.pop(); oid !== undefined; oid = ready.pop()) {
    const commit = visited.get(oid);
    if (commit === undefined) continue;
    commits.push(commit.raw);
    for (const parent of new Set(commit.parents)) {
      const left = (children.get(parent) ?? 0) - 1;
      children.set(parent, left);
      if (left === 0) ready.push(parent);
    }
  }
  return commits;
}
