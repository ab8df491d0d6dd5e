/**
 * The net where replicas sync as people do: through the engine, with a hub or with each other, in one direction or both, now and then
 * two at once. Exchanges are cut off, answers are lost or old, remotes lose what they had, and issues are forgotten and come again.
 */
import type { Oid } from "../../src/core/commit.ts";
import { refs } from "../../src/store/refs.ts";
import { memoryStore } from "../support/memory-store.ts";
import { collect, forget, rewind } from "./losses.ts";
import type { Net, Setting } from "./net.ts";
import { copyObjects, type Replica } from "./replica.ts";
import { type Exchange, hubName, type SyncFault, syncFaults, syncOnce } from "./sync-once.ts";
import { Broken } from "./world.ts";

/** What may happen beside what happens to replicas alone. */
export const syncHappenings = [
  "pull-only",
  "push-only",
  "plan",
  "peer",
  "together",
  "rewind",
  "forget",
  "collect",
  ...syncFaults,
] as const;

export function createSyncNet(setting: Setting): Net {
  const { world, chance, replicas, on, note, issues } = setting;
  const hub = memoryStore();
  const invited: { readonly replica: Replica }[] = [];
  const happens = (what: string, probability: number) => {
    if (!on.has(what) || !chance.of(probability)) return false;
    note(what);
    return true;
  };
  const drawFault = (): SyncFault | undefined => syncFaults.find((each) => happens(each, 0.12));
  const withHub = (replica: Replica): Exchange => ({
    replica,
    there: hub,
    remote: hubName,
    direction: "both",
    mode: "do",
  });

  const drawExchange = (): Exchange => {
    const replica = chance.pick(replicas);
    const exchange = withHub(replica);
    const peer = chance.pick(replicas);
    const isPeer = peer !== replica && happens("peer", 0.3);
    const direction = happens("pull-only", 0.25) ? "pull" : happens("push-only", 0.25) ? "push" : "both";
    return {
      ...exchange,
      ...(isPeer && { there: peer.store, remote: `peer${replicas.indexOf(peer)}` }),
      direction,
      mode: happens("plan", 0.1) ? "plan" : "do",
    };
  };
  const run = (exchange: Exchange, fault?: SyncFault, alone = true) =>
    syncOnce({ world, chance, issues }, exchange, { fault, alone });

  const net: Net = {
    send(from, to) {
      if (from !== to) invited.push({ replica: from }, { replica: to });
    },
    async fetch(from, to, issue) {
      const tip = await from.store.readRef(refs.issue(issue));
      if (tip !== undefined) copyObjects(world, chance, tip, from, to);
      return tip;
    },
    async step() {
      const issue = chance.pick(issues);
      if (happens("rewind", 0.1)) rewind(setting, hub, issue);
      if (happens("forget", 0.1)) forget(setting, chance.pick(replicas), issue);
      if (happens("collect", 0.15)) collect(chance.of(0.3) ? hub : chance.pick(replicas).store);
      const exchange = drawExchange();
      const other = drawExchange();
      if (other.replica === exchange.replica || !happens("together", 0.25)) {
        await run(exchange, drawFault());
        return;
      }
      await Promise.all([run(exchange, drawFault(), false), run(other, undefined, false)]);
    },
    async deliverAll() {
      for (const { replica } of invited.splice(0)) await run(withHub(replica));
    },
    async comeToRest() {
      for (let round = 1; round <= roundsMax; round++) {
        const order = chance.shuffled(replicas);
        while (order.length > 0) {
          const some = order.splice(0, chance.of(0.3) ? 2 : 1);
          await Promise.all(some.map((replica) => run(withHub(replica), undefined, some.length === 1)));
        }
        if (areAlike()) {
          for (const replica of replicas) await expectNothingNew(replica);
          return round;
        }
      }
      throw new Broken(`still not at rest after ${roundsMax} rounds`);
    },
  };
  return net;

  function areAlike(): boolean {
    const tips = (all: ReadonlyMap<string, Oid>) => issues.map((id) => all.get(refs.issue(id))).join();
    return replicas.every(({ store }) => tips(store.refs) === tips(hub.refs));
  }

  async function expectNothingNew(replica: Replica): Promise<void> {
    const result = await run(withHub(replica));
    const { streams = [], refused = [], rewound = [], rounds = 0 } = result ?? {};
    if (streams.length + refused.length + rewound.length > 0 || rounds !== 1)
      throw new Broken("at rest, and still something to sync");
  }
}

/** One in which the hub gets everything, one in which everybody gets it, and one for those who synced at the same time. */
const roundsMax = 3;
