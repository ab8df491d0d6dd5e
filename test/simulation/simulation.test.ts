/**
 * Replicas converge, whatever nets, clocks, crashes and other versions do. `SIMULATION_SEED=n bun test test/simulation/simulation.test.ts`
 * plays one history and tells it.
 */
import { afterAll, describe, expect, test } from "bun:test";
import cases from "./cases.json";
import { families } from "./changes.ts";
import { happenings } from "./history.ts";
import { simulate } from "./simulate.ts";
import { replayCommand, soakSimulation } from "./soak.ts";
import { story } from "./story.ts";

const replayed = process.env.SIMULATION_SEED;

const wanted = 10_000;
/** On a machine that is busy with other things fewer histories have to do. */
const budgetMs = 100_000;
const timeoutMs = 180_000;

describe.skipIf(replayed !== undefined)("histories that are kept for ever", () => {
  for (const { seed, why } of cases) {
    test(`${seed}: ${why}`, async () => expect((await simulate(seed)).failure).toBeUndefined());
  }
});

describe.skipIf(replayed !== undefined)(`${wanted} histories`, () => {
  let said = "";
  afterAll(() => console.log(said));

  test(
    "come to rest, lose nothing, and are the same everywhere",
    async () => {
      const start = performance.now();
      const until = () => performance.now() - start > budgetMs;
      const so = await soakSimulation({ histories: wanted, seed: 1, until });
      const { histories, commits, roundsPerReplicaMax, counts, failures } = so;
      said = `simulation: ${histories} histories from seed 1, ${commits} commits, at most ${roundsPerReplicaMax} rounds for each replica${
        histories < wanted ? ` (${wanted} did not fit in ${budgetMs / 1000} s on this machine)` : ""
      }`;
      expect(failures.map(replayCommand)).toEqual([]);
      const events = [...families.values()].flat();
      if (histories > 1000) expect([...events, ...happenings].filter((what) => !counts.has(what))).toEqual([]);
    },
    timeoutMs,
  );

  test("end with the same refs when they are played again", async () => {
    for (let seed = 1; seed <= 100; seed++) expect(await endOf(seed)).toEqual(await endOf(seed));
  });
});

if (replayed !== undefined) {
  test(
    `history ${replayed} keeps all promises`,
    async () => {
      const { history, failure } = await simulate(Number(replayed));
      if (history !== undefined) console.log(story(history));
      expect(failure).toBeUndefined();
    },
    timeoutMs,
  );
}

async function endOf(seed: number) {
  const { history } = await simulate(seed);
  return history?.replicas.map(({ store }) => [...store.refs]);
}
