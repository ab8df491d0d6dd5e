/**
 * One history: a seed becomes replicas, faults and changes, then the net heals and all come to rest. Each seed switches off about
 * half of what can happen (a uniform mix hides states).
 */
import type { Actor, Oid } from "../../src/core/commit.ts";
import type { MergeStrategy } from "../../src/core/concurrency.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { type EventDraft, ownsText, parseEvent } from "../../src/core/event.ts";
import { encodeMessage } from "../../src/core/message.ts";
import { subjectOf } from "../../src/core/subject.ts";
import { inverseOf } from "../../src/core/undo.ts";
import { refs } from "../../src/store/refs.ts";
import { type Chance, seededChance } from "./chance.ts";
import { type ChangeType, families, makeBeginning, makeChange } from "./changes.ts";
import { makeForeign } from "./foreign.ts";
import { createNet, type Net } from "./net.ts";
import { Crash, createReplica, fold, integrate, type Replica, reachable, stateOf, write } from "./replica.ts";
import { createSyncNet, syncHappenings } from "./sync-net.ts";
import { checkUndone } from "./undone.ts";
import { Broken, createWorld, type World } from "./world.ts";

/** Everything that may happen beside single changes. */
export const happenings = [
  "several",
  "foreign",
  "foreign-merge",
  "undo",
  "race",
  "crash-before-ref",
  "crash-after-ref",
  "restart",
  "partition",
  "duplicate",
  "reorder",
  "drop",
  "octopus",
  "clock-back",
  "clock-jump",
  "same-moment",
] as const;
export type Happening = (typeof happenings)[number];

/** How replicas get at each other's events: by the bare merge of tips, or by the engine of a sync. */
export const ways = ["bare", "engine"] as const;
export type Way = (typeof ways)[number];

export interface History {
  readonly seed: number;
  readonly world: World;
  readonly chance: Chance;
  readonly replicas: readonly Replica[];
  readonly issues: readonly Oid[];
  readonly net: Net;
  /** How often what happened. */
  readonly counts: Map<string, number>;
}

/** A history while it is being made. */
interface Making extends History {
  readonly issues: Oid[];
  readonly on: ReadonlySet<string>;
  readonly types: readonly (readonly ChangeType[])[];
  now: number;
}

const actors: readonly Actor[] = [
  { name: "Ada", email: "ada@example.com" },
  { name: "Ben", email: "ben@example.com" },
  { name: "Cyn", email: "cyn@example.com" },
];
const yearSeconds = 31_557_600;
const beginnings = [1_700_000_000, 2_147_483_640, 3] as const;
const allFamilies = [...families.values()];

/** Plays everything that happens before the net heals. */
export async function playHistory(seed: number, way: Way): Promise<History> {
  const chance = seededChance(seed);
  const on = new Set<string>(happenings.filter(() => chance.of(0.5)));
  if (way === "engine") for (const what of syncHappenings) if (chance.of(0.5)) on.add(what);
  const half = allFamilies.filter(() => chance.of(0.5));
  const world = createWorld(someStrategy(chance));
  const counts = new Map<string, number>();
  const size = 2 + Math.min(chance.int(6), chance.int(6));
  const replicas = Array.from({ length: size }, () => createReplica(chance.pick(actors), someSkew(chance, on)));
  const issues: Oid[] = [];
  const setting = { world, chance, replicas, issues, on, note: (what: string) => count(counts, what) };
  const making: Making = {
    seed,
    world,
    chance,
    on,
    replicas,
    issues,
    net: way === "engine" ? createSyncNet(setting) : createNet(setting),
    counts,
    types: focus(chance, half.length > 0 ? half : allFamilies),
    now: chance.of(0.9) ? beginnings[0] : chance.pick(beginnings),
  };
  if (on.has("same-moment")) note(making, "same-moment");
  await begin(making);
  const steps = 3 + chance.int(chance.pick([8, 16, 16, 40]));
  for (let step = 0; step < steps; step++) await takeStep(making);
  return making;
}

/** Most changes of a history are of a few kinds, so that they meet. */
function focus(chance: Chance, half: readonly (readonly ChangeType[])[]): readonly (readonly ChangeType[])[] {
  const few = chance.shuffled(half).slice(0, 1 + chance.int(3));
  if (few.length > 1 && chance.of(0.1)) few[0] = families.get("description") ?? [];
  return [...few, ...few, ...few, ...few.map(() => chance.pick(half))];
}

/** Up to ten years fast or slow. Where moments are to be the same, clocks are wrong by the same. */
function someSkew(chance: Chance, on: ReadonlySet<string>): number {
  const years = on.has("same-moment") ? chance.pick([0, 20]) : chance.int(20_001) / 1000;
  return Math.round((years - 10) * yearSeconds);
}

function someStrategy(chance: Chance): MergeStrategy {
  if (chance.of(0.7)) return {};
  return { [chance.pick(["title", "status", "priority", "parent", "estimate"])]: "manual", description: "manual" };
}

async function begin(making: Making): Promise<void> {
  const { chance, replicas } = making;
  const issues = chance.of(0.85) ? 1 : 2;
  for (let issue = 0; issue < issues; issue++) {
    const replica = chance.pick(replicas);
    const id = await append(making, replica, undefined, [makeBeginning(chance, making.seed * 4 + issue)]);
    making.issues.push(id);
    for (const other of replicas) if (other !== replica && chance.of(0.9)) making.net.send(replica, other, id);
    await making.net.deliverAll();
  }
}

async function takeStep(making: Making): Promise<void> {
  const { chance, on, net, replicas } = making;
  const happens = (what: Happening) => {
    if (!on.has(what) || !chance.of(0.1)) return false;
    note(making, what);
    return true;
  };
  if (happens("clock-back")) chance.pick(replicas).skew -= 1 + chance.int(100_000);
  if (happens("clock-jump")) chance.pick(replicas).skew += 1 + chance.int(100_000_000);
  if (happens("restart")) chance.pick(replicas).index.clear();
  if (!on.has("same-moment")) making.now += chance.int(60);
  if (chance.of(0.35)) {
    await net.step();
    return;
  }
  const replica = chance.pick(replicas);
  const issue = chance.pick(making.issues);
  if ((await replica.store.readRef(refs.issue(issue))) === undefined) return;
  if (on.has("foreign") && chance.of(0.15)) await appendForeign(making, replica, issue);
  else if (on.has("foreign-merge") && chance.of(0.1)) await mergeByHand(making, replica, issue);
  else if (on.has("undo") && chance.of(0.25)) await undo(making, replica, issue);
  else await change(making, replica, issue);
}

async function change(making: Making, replica: Replica, issue: Oid): Promise<void> {
  const { chance, on, world } = making;
  const state = await stateOf(world, replica, issue);
  const drafts: EventDraft[] = [];
  const length = on.has("several") && chance.of(0.4) ? 2 + chance.int(2) : 1;
  while (drafts.length < length) {
    const type = chance.pick(chance.pick(making.types));
    if (ownsText(type) && drafts.some((draft) => ownsText(draft.type))) break;
    drafts.push(makeChange(chance, type, state));
  }
  if (drafts.length > 1) note(making, "several");
  const fault = (["crash-before-ref", "crash-after-ref"] as const).find((each) => on.has(each) && chance.of(0.15));
  replica.fault = fault;
  try {
    await append(making, replica, issue, drafts);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    if (fault !== undefined) note(making, fault);
    replica.index.clear();
    // Who was told nothing tries again, on the tip that is there then; now and then nobody does.
    if (chance.of(0.8)) await append(making, replica, issue, drafts);
  }
}

async function append(
  making: Making,
  replica: Replica,
  issue: Oid | undefined,
  drafts: readonly EventDraft[],
): Promise<Oid> {
  const { world, chance, on } = making;
  const events = drafts.map((draft) => {
    const event = parseEvent(draft);
    if (typeof event === "string") throw new Broken(`a valid ${draft.type} is refused: ${event}`);
    return event;
  });
  const message = encodeMessage(subjectOf(events), events);
  for (const { type } of drafts) note(making, type);
  const parents = await parentsFor(replica, issue);
  const writing = { message, drafts, unread: [], parents, time: timeOf(making, replica) };
  if (issue !== undefined && on.has("race") && replica.fault === undefined && chance.of(0.2)) {
    note(making, "race");
    const first = makeForeign(chance);
    await write(world, replica, issue, { ...first, parents, time: writing.time });
  }
  return write(world, replica, issue, writing);
}

async function appendForeign(making: Making, replica: Replica, issue: Oid): Promise<void> {
  const foreign = makeForeign(making.chance);
  note(making, "foreign");
  const parents = await parentsFor(replica, issue);
  await write(making.world, replica, issue, { ...foreign, parents, time: timeOf(making, replica) });
}

/** Somebody merges two tips with a commit of their own that also says something, as no version of this program does. */
async function mergeByHand(making: Making, replica: Replica, issue: Oid): Promise<void> {
  const { chance, world } = making;
  const [ours] = await parentsFor(replica, issue);
  const theirs = await making.net.fetch(chance.pick(making.replicas), replica, issue);
  if (ours === undefined || theirs === undefined) return;
  const merged = await integrate(world, replica, issue, [theirs]);
  if (merged === ours || merged === theirs) return;
  note(making, "foreign-merge");
  const again = await replica.store.swap([{ ref: refs.issue(issue), from: merged, to: ours }]);
  if (again.kind === "moved") throw new Broken("a ref moved by itself");
  const foreign = makeForeign(chance);
  const parents = chance.of(0.5) ? [ours, theirs] : [ours, theirs, world.fact(ours).parents[0] ?? theirs];
  await write(world, replica, issue, { ...foreign, parents: [...new Set(parents)], time: timeOf(making, replica) });
}

async function undo(making: Making, replica: Replica, issue: Oid): Promise<void> {
  const { chance, world } = making;
  const now = await stateOf(world, replica, issue);
  const commits = reachable(world, replica, [now.revision]).filter(({ events }) => events.length > 0);
  const tip = commits.find(({ oid }) => oid === now.revision);
  const target = tip !== undefined && chance.of(0.8) ? tip : chance.pick(commits);
  const [parent] = target.parents;
  if (target.parents.length > 1) return;
  const before = parent === undefined ? undefined : fold(world, issue, parent, reachable(world, replica, [parent]));
  const drafts = inverses(() => inverseOf(target, before, now));
  const texts = drafts.filter(({ type }) => ownsText(type));
  if (drafts.length === 0 || texts.length > 1) return;
  note(making, "undo");
  await append(making, replica, issue, drafts);
  if (target !== tip || before === undefined || making.on.has("race")) return;
  checkUndone(target, before, await stateOf(world, replica, issue));
}

/** Undo may refuse: somebody has changed since what would be undone. */
function inverses(inverse: () => EventDraft[]): EventDraft[] {
  try {
    return inverse();
  } catch (error) {
    if (error instanceof TrackerError && error.code === "conflict") return [];
    throw error;
  }
}

async function parentsFor(replica: Replica, issue: Oid | undefined): Promise<Oid[]> {
  const tip = issue === undefined ? undefined : await replica.store.readRef(refs.issue(issue));
  return tip === undefined ? [] : [tip];
}

function timeOf(making: Making, replica: Replica) {
  return { seconds: making.now + replica.skew, zone: making.chance.pick(["+0000", "+0130", "-1200"]) };
}

function note({ counts }: History, what: string): void {
  count(counts, what);
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
