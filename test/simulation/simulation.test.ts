/**
 * Replicas converge, whatever nets, clocks, crashes and other versions do. `SIMULATION_SEED=n SIMULATION_WAY=bare bun test
 * test/simulation/simulation.test.ts` plays one history and tells it.
 */
import { afterAll, describe, expect, test } from "bun:test";
import cases from "./cases.json";
import { families } from "./changes.ts";
import { happenings, type Way, ways } from "./history.ts";
import { simulate } from "./simulate.ts";
import { replayCommand, soakSimulation } from "./soak.ts";
import { story } from "./story.ts";
import { syncHappenings } from "./sync-net.ts";

const replayed = process.env.SIMULATION_SEED;
const replayedWay = ways.find((way) => way === process.env.SIMULATION_WAY);

const wanted: Readonly<Record<Way, number>> = { bare: 8000, engine: 2000 };
/** On a machine that is busy with other things fewer histories have to do. */
const budgetMs = 100_000;
const timeoutMs = 180_000;

/** What only the other net does. */
const ofTheBareNet = new Set<string>(["partition", "duplicate", "reorder", "drop", "octopus"]);
const mayHappen: Readonly<Record<Way, readonly string[]>> = {
  bare: happenings,
  engine: [...happenings.filter((what) => !ofTheBareNet.has(what)), ...syncHappenings],
};

describe.skipIf(replayed !== undefined)("histories that are kept for ever", () => {
  for (const { seed, why } of cases) {
    test(`${seed}: ${why}`, async () => expect((await simulate(seed)).failure).toBeUndefined());
  }
});

describe.skipIf(replayed !== undefined).each(ways)("histories by way of %s", (way) => {
  let said = "";
  afterAll(() => console.log(said));

  test(
    `${wanted[way]} come to rest, lose nothing, and are the same everywhere`,
    async () => {
      const start = performance.now();
      const until = () => performance.now() - start > budgetMs;
      const so = await soakSimulation({ histories: wanted[way], seed: 1, way, until });
      const { histories, commits, roundsPerReplicaMax, counts, failures } = so;
      said = `simulation, ${way}: ${histories} histories from seed 1, ${commits} commits, at most ${roundsPerReplicaMax} rounds for each replica${
        histories < wanted[way] ? ` (${wanted[way]} did not fit in ${budgetMs / 1000} s on this machine)` : ""
      }`;
      expect(failures.map(replayCommand)).toEqual([]);
      const events = [...families.values()].flat();
      if (histories > 1000) expect([...events, ...mayHappen[way]].filter((what) => !counts.has(what))).toEqual([]);
    },
    timeoutMs,
  );

  test("end with the same refs when they are played again", async () => {
    for (let seed = 1; seed <= 100; seed++) expect(await endOf(seed, way)).toEqual(await endOf(seed, way));
  });
});

if (replayed !== undefined) {
  test(
    `history ${replayed} keeps all promises`,
    async () => {
      const { history, failure } = await simulate(Number(replayed), replayedWay);
      if (history !== undefined) console.log(story(history));
      expect(failure).toBeUndefined();
    },
    timeoutMs,
  );
}

async function endOf(seed: number, way: Way) {
  const { history } = await simulate(seed, way);
  return history?.replicas.map(({ store }) => [...store.refs]);
}
