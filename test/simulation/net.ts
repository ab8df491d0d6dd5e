/**
 * The net between replicas: messages (a tip, and the objects it is made of) that are held up, come twice, in another order or never,
 * and partitions that nothing crosses. Then it heals, and replicas sync until nothing moves.
 */
import type { Oid } from "../../src/core/commit.ts";
import { refs } from "../../src/store/refs.ts";
import type { Chance } from "./chance.ts";
import { Crash, copyObjects, integrate, type Replica } from "./replica.ts";
import { Broken, type World } from "./world.ts";

interface Letter {
  readonly from: Replica;
  readonly to: Replica;
  readonly issue: Oid;
  readonly tip: Oid;
}

export interface Net {
  send(from: Replica, to: Replica, issue: Oid): void;
  /** Copies another replica's objects; returns its tip without taking it over. Undefined: out of reach, or it has no such issue. */
  fetch(from: Replica, to: Replica, issue: Oid): Promise<Oid | undefined>;
  /** One of the things that nets do. */
  step(): Promise<void>;
  deliverAll(): Promise<void>;
  /** All partitions end; what is still on its way arrives, or does not. Then all sync until nothing moves. Returns how many rounds that took. */
  comeToRest(): Promise<number>;
}

export interface Setting {
  readonly world: World;
  readonly chance: Chance;
  readonly replicas: readonly Replica[];
  /** All that there are by now. */
  readonly issues: readonly Oid[];
  /** What may happen. */
  readonly on: ReadonlySet<string>;
  /** Says that it did. */
  note(what: string): void;
}

export function createNet(setting: Setting): Net {
  const { world, chance, replicas, on, note } = setting;
  const letters: Letter[] = [];
  let islands = new Map<Replica, number>();
  const reach = (a: Replica, b: Replica) => islands.get(a) === islands.get(b);

  const deliver = async (letter: Letter) => {
    const { from, to, issue, tip } = letter;
    if (!reach(from, to)) return;
    copyObjects(world, chance, tip, from, to);
    if (on.has("crash-before-ref") && chance.of(0.1)) to.fault = "crash-before-ref";
    try {
      await integrate(world, to, issue, [tip]);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      to.index.clear();
    }
    to.fault = undefined;
    if (on.has("duplicate") && chance.of(0.3)) {
      note("duplicate");
      letters.push(letter);
    }
  };
  const deliverOne = async () => {
    const at = on.has("reorder") ? chance.int(letters.length) : 0;
    if (at > 0) note("reorder");
    const [letter] = letters.splice(at, 1);
    if (letter === undefined) return;
    if (on.has("drop") && chance.of(0.2)) note("drop");
    else await deliver(letter);
  };
  const net: Net = {
    send(from, to, issue) {
      const tip = from.store.refs.get(refs.issue(issue));
      if (tip !== undefined && from !== to && letters.length < 30) letters.push({ from, to, issue, tip });
    },
    async fetch(from, to, issue) {
      const tip = await from.store.readRef(refs.issue(issue));
      if (tip === undefined || !reach(from, to)) return undefined;
      copyObjects(world, chance, tip, from, to);
      return tip;
    },
    async step() {
      if (on.has("partition") && chance.of(0.15)) {
        note("partition");
        islands = new Map(replicas.map((replica) => [replica, chance.of(0.6) ? chance.int(2) : 0]));
      }
      const from = chance.pick(replicas);
      const issues = issuesOf(from);
      if (issues.length === 0) return;
      const issue = chance.pick(issues);
      if (on.has("octopus") && chance.of(0.3)) {
        note("octopus");
        const tips: Oid[] = [];
        for (const other of chance.shuffled(replicas).slice(0, 3)) {
          const tip = other === from ? undefined : await net.fetch(other, from, issue);
          if (tip !== undefined) tips.push(tip);
        }
        await integrate(world, from, issue, tips);
        return;
      }
      net.send(from, chance.pick(replicas), issue);
      while (letters.length > 0 && chance.of(0.6)) await deliverOne();
    },
    async deliverAll() {
      while (letters.length > 0) await deliverOne();
    },
    async comeToRest() {
      islands = new Map();
      while (letters.length > 0) await deliverOne();
      return await syncAll(setting);
    },
  };
  return net;
}

function issuesOf(replica: Replica): Oid[] {
  return [...replica.store.refs.keys()].map((ref) => ref.slice(refs.issues.length));
}

async function syncAll(setting: Setting): Promise<number> {
  const { chance, replicas, issues } = setting;
  const roundsMax = 3 * replicas.length;
  for (let round = 1; round <= roundsMax; round++) {
    const order = chance.shuffled(replicas);
    // Pairs that sync at the same moment: both see the other's tip as it was, and both merge.
    for (const [at, one] of order.entries()) {
      const other = order[(at + 1 + chance.int(order.length - 1)) % order.length] ?? one;
      for (const issue of issues) await exchange(setting, one, other, issue);
    }
    const tips = new Set(replicas.map(({ store }) => issues.map((id) => store.refs.get(refs.issue(id))).join()));
    if (tips.size === 1 && !(await moves(setting))) return round;
  }
  throw new Broken(`still not at rest after ${roundsMax} rounds`);
}

async function exchange({ world, chance }: Setting, one: Replica, other: Replica, issue: Oid): Promise<void> {
  const ref = refs.issue(issue);
  const [ours, theirs] = [one.store.refs.get(ref), other.store.refs.get(ref)];
  if (ours === theirs) return;
  if (theirs !== undefined) copyObjects(world, chance, theirs, other, one);
  if (ours !== undefined) copyObjects(world, chance, ours, one, other);
  if (theirs !== undefined) await integrate(world, one, issue, [theirs]);
  if (ours !== undefined) await integrate(world, other, issue, [ours]);
  if (ours !== undefined && theirs !== undefined && one.store.refs.get(ref) !== other.store.refs.get(ref)) {
    throw new Broken("two replicas that merged the same tips have different tips");
  }
}

/** True if one more sync between any two would still change something. */
async function moves({ world, replicas, issues }: Setting): Promise<boolean> {
  const [first] = replicas;
  for (const issue of issues) {
    const tip = first?.store.refs.get(refs.issue(issue));
    for (const replica of replicas) {
      if (tip !== undefined && (await integrate(world, replica, issue, [tip, tip])) !== tip) return true;
    }
  }
  return false;
}
