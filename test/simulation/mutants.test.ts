/** The simulation finds every deliberate bug, so that its numbers mean something. */
import { afterAll, describe, expect, test } from "bun:test";
import { mutants as coreMutants } from "./mutants.ts";
import { copySources, occurrences } from "./mutate.ts";
import { syncMutants } from "./sync-mutants.ts";

const mutants = [...coreMutants, ...syncMutants];

/** The hinted history is the first; after a change of the simulation another one may have to be found. */
const historiesMax = 3000;
const timeoutMs = 300_000;

test("there are thirty, each a bug of its own", () => {
  expect(new Set(mutants.map(({ bug }) => bug)).size).toBeGreaterThanOrEqual(30);
  expect(new Set(mutants.map(({ find, replace }) => find + replace)).size).toBe(mutants.length);
});

test("each still changes the one place that it is about", () => {
  expect(mutants.filter((mutant) => occurrences(mutant) !== 1).map(({ bug }) => bug)).toEqual([]);
});

describe("the simulation", () => {
  const copies = [copySources(), copySources()];
  afterAll(() => {
    for (const copy of copies) copy[Symbol.dispose]();
  });

  test("finds nothing in a copy without a bug", async () => {
    const [copy] = copies;
    const unchanged = { bug: "none", file: "core/order.ts", find: "return deeper", replace: "return deeper", seed: 1 };
    expect(await copy?.find(unchanged, 20)).toBeUndefined();
  });

  test(
    `finds ${mutants.length} of ${mutants.length}`,
    async () => {
      const waiting = [...mutants];
      const missed: string[] = [];
      const work = async (copy: (typeof copies)[number]) => {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
          const failure = await copy.find(mutant, historiesMax);
          if (failure === undefined) missed.push(mutant.bug);
        }
      };
      await Promise.all(copies.map(work));
      expect(missed).toEqual([]);
    },
    timeoutMs,
  );
});
