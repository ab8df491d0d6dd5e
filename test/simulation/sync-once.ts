/** One sync of a replica through the engine, with what goes wrong on the way, and what the engine promises of it. */
import type { CommitContent, Oid } from "../../src/core/commit.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { foldStream } from "../../src/core/fold.ts";
import { issueOfRef, refs } from "../../src/store/refs.ts";
import type { Store, StreamRead } from "../../src/store/store.ts";
import { type SyncResult, sync } from "../../src/sync/engine.ts";
import type { Transport } from "../../src/sync/transport.ts";
import type { MemoryStore } from "../support/memory-store.ts";
import { type Door, memoryTransport } from "../support/memory-transport.ts";
import type { Chance } from "./chance.ts";
import { olderTip } from "./losses.ts";
import { Crash, type Replica } from "./replica.ts";
import { Broken, hasSeen, type World } from "./world.ts";

export const hubName = "hub";

/** How an exchange is cut off. */
export const syncFaults = [
  "fetched-not-merged",
  "merged-not-moved",
  "push-cut-off",
  "push-answer-lost",
  "fetched-in-part",
  "pushed-in-part",
  "old-answer",
] as const;
export type SyncFault = (typeof syncFaults)[number];

export interface Exchange {
  readonly replica: Replica;
  readonly there: MemoryStore;
  readonly remote: string;
  readonly direction: "both" | "pull" | "push";
  readonly mode: "do" | "plan";
}

interface Scene {
  readonly world: World;
  readonly chance: Chance;
  readonly issues: readonly Oid[];
}

interface Circumstances {
  readonly fault: SyncFault | undefined;
  /** Nobody else syncs at the same moment. */
  readonly alone: boolean;
}

/** Runs it to its end, whatever that is. Returns what came of it, undefined if it was cut off. Throws `Broken` if the engine broke a promise. */
export async function syncOnce(
  scene: Scene,
  exchange: Exchange,
  { fault, alone }: Circumstances,
): Promise<SyncResult | undefined> {
  const { world, chance, issues } = scene;
  const { replica, there, remote, direction, mode } = exchange;
  const before = look(exchange);
  const transport = flawed(exchange, doorFor(scene, fault), fault, chance);
  if (fault === "merged-not-moved") replica.fault = chance.of(0.5) ? "crash-before-ref" : "crash-after-ref";
  let result: SyncResult | undefined;
  try {
    result = await sync({
      store: recording(world, replica.store),
      transport,
      remote,
      direction,
      held: [],
      mode,
      check: (name, stream) => check(world, name, stream),
      writing: async (work) => {
        if (fault === "fetched-not-merged") throw new Crash();
        return await work();
      },
      inTurn: (work) => work(),
      sleep: async () => {},
      clock: { now: () => 0 },
      chance: { hex: (count) => "0".repeat(2 * count) },
      progress: () => {},
    });
  } catch (error) {
    const isMeant = error instanceof Crash || (error instanceof TrackerError && error.code === "unavailable");
    if (!isMeant || fault === undefined) throw error;
    replica.index.clear();
  }
  replica.fault = undefined;
  const after = look(exchange);
  for (const issue of issues) {
    forward(world, "a replica", before.here.get(issue), after.here.get(issue));
    forward(world, "a remote", before.there.get(issue), after.there.get(issue));
  }
  if (mode === "plan" && alone) {
    if (!Bun.deepEquals(before.here, after.here) || !Bun.deepEquals(before.there, after.there))
      throw new Broken("a plan moved something");
  } else if (result !== undefined && fault === undefined && alone) {
    for (const issue of issues) checkIssue(world, exchange, result, { issue, before, after });
    if (direction !== "push" && result.refused.length > 0) throw new Broken(`refused: ${result.refused[0]?.reason}`);
  }
  return result;

  function look({ replica: { store } }: Exchange): Sight {
    const tips = (all: ReadonlyMap<string, Oid>, prefix: string) =>
      new Map(issues.flatMap((id): [Oid, Oid][] => some(id, all.get(`${prefix}issues/${id}`))));
    return {
      here: tips(store.refs, refs.root),
      there: tips(there.refs, refs.root),
      known: tips(store.refs, refs.remote(remote)),
    };
  }
}

/** The tips of all issues: here, at the remote, and what the remote had when it was asked last. */
interface Sight {
  readonly here: ReadonlyMap<Oid, Oid>;
  readonly there: ReadonlyMap<Oid, Oid>;
  readonly known: ReadonlyMap<Oid, Oid>;
}

interface Seen {
  readonly issue: Oid;
  readonly before: Sight;
  readonly after: Sight;
}

/** What holds of an issue when a sync has come to its end undisturbed. */
function checkIssue(world: World, { direction }: Exchange, result: SyncResult, { issue, before, after }: Seen): void {
  const [here, there] = [after.here.get(issue), after.there.get(issue)];
  const reaches = (one: Oid | undefined, other: Oid | undefined) =>
    other === undefined || (one !== undefined && hasSeen(world.fact(one), world.fact(other)));
  if (direction === "both" && here !== there) throw new Broken("both sides have synced and differ");
  if (direction === "pull" && !reaches(here, there)) throw new Broken("a pull did not take what was there");
  if (direction === "pull" && there !== before.there.get(issue)) throw new Broken("a pull sent something");
  if (direction === "push" && here !== before.here.get(issue)) throw new Broken("a push took something");
  const wasAhead = reaches(before.here.get(issue), before.there.get(issue));
  if (direction === "push" && wasAhead && there !== here) throw new Broken("a push did not send what was ahead");
  if (direction === "push" && !wasAhead && here !== undefined && !wasRefused(result, issue))
    throw new Broken("a push does not say what it could not send");
  // Where nothing is to be fetched, what was known of it stays.
  const isFetched = there !== undefined && before.here.get(issue) !== before.there.get(issue);
  if (direction !== "push" && isFetched && there !== after.known.get(issue))
    throw new Broken("the remote's tip is not remembered");
  checkRewound(world, direction, result, { issue, before, after });
}

function wasRefused({ refused }: SyncResult, issue: Oid): boolean {
  return refused.some(({ name, by }) => name === `issues/${issue}` && by === "here");
}

/** A remote that has less than it had is told of; one that has not is not. */
function checkRewound(
  world: World,
  direction: Exchange["direction"],
  { rewound }: SyncResult,
  { issue, before }: Seen,
) {
  const [here, there, known] = [before.here.get(issue), before.there.get(issue), before.known.get(issue)];
  if (direction === "push" || here === undefined || known === undefined || here === there) return;
  const hasLost = there === undefined || !hasSeen(world.fact(there), world.fact(known));
  if (hasLost !== rewound.includes(`issues/${issue}`)) {
    throw new Broken(
      hasLost ? "a remote lost something, and nobody says so" : "a remote is said to have lost something",
    );
  }
}

function forward(world: World, whose: string, before: Oid | undefined, after: Oid | undefined): void {
  if (before === undefined || before === after) return;
  if (after === undefined || !hasSeen(world.fact(after), world.fact(before))) throw new Broken(`${whose} went back`);
}

function some(id: Oid, tip: Oid | undefined): [Oid, Oid][] {
  return tip === undefined ? [] : [[id, tip]];
}

function check(world: World, name: string, stream: StreamRead) {
  if ("broken" in stream) return stream.broken;
  const commits = stream.commits.map(({ oid, bytes }) => world.decode(oid, bytes));
  const folded = foldStream(issueOfRef(refs.root + name) ?? "", stream.tip, commits, world.strategy);
  return typeof folded === "string" ? folded : folded.ordered;
}

/** The store as the engine writes to it: the merges that it makes are part of what really happened. */
function recording(world: World, store: MemoryStore): Store {
  return {
    ...store,
    async writeCommits(contents) {
      const oids = await store.writeCommits(contents);
      for (const [at, content] of contents.entries()) recordMerge(world, oids[at] ?? "", content);
      return oids;
    },
  };
}

function recordMerge(world: World, oid: Oid, { parents, author, time }: CommitContent): void {
  const tips = parents.map(world.fact);
  const [one, other] = tips;
  if (tips.length !== 2 || one === undefined || other === undefined) throw new Broken("a merge of no two tips");
  if (hasSeen(one, other) || hasSeen(other, one)) throw new Broken("a merge of what did not fork");
  if (one.oid > other.oid) throw new Broken("a merge's parents are not in order");
  if (time.seconds !== Math.max(one.seconds, other.seconds)) {
    throw new Broken("a merge does not carry the latest of its parents' times");
  }
  world.record({ oid, parents, author, seconds: time.seconds, drafts: [], unread: [] });
}

function doorFor({ chance }: Scene, fault: SyncFault | undefined): Door {
  return {
    pushes: 0,
    ...(fault === "fetched-in-part" && { withhold: () => chance.of(0.5) }),
    ...(fault === "pushed-in-part" && { refuse: () => (chance.of(0.5) ? "declined" : undefined) }),
  };
}

/** The transport, as the fault has it. */
function flawed(
  { replica, there, remote }: Exchange,
  door: Door,
  fault: SyncFault | undefined,
  chance: Chance,
): Transport {
  const transport = memoryTransport(replica.store, there, remote, door);
  const cut = () => new TrackerError("unavailable", "The line is dead");
  switch (fault) {
    case "push-cut-off":
      return { ...transport, push: async () => Promise.reject(cut()) };
    case "push-answer-lost":
      return {
        ...transport,
        async push(sendings) {
          await transport.push(sendings);
          throw cut();
        },
      };
    case "old-answer": {
      // What the remote had a while ago comes once more, as from a cache that is behind.
      let asked = 0;
      return {
        ...transport,
        async list() {
          const listed = await transport.list();
          if (asked++ > 0) return listed;
          return new Map([...listed].map(([name, tip]) => [name, olderTip(there, tip, chance)]));
        },
      };
    }
    default:
      return transport;
  }
}
