/** D2: whatever others wrote is read or refused, never crashed over. `HOSTILE_RUNS=1000` is a night's work. */
import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TrackerError } from "../../src/core/errors.ts";
import { effortHere } from "./effort.ts";
import { defineTarget } from "./fuzz.ts";
import { storedTargets } from "./stored.ts";
import { targets } from "./targets.ts";

const effort = effortHere();
const slow = 3_600_000;
const stored = storedTargets();
afterAll(() => stored[Symbol.dispose]());

for (const target of [...targets, ...stored.targets]) {
  describe(target.name, () => {
    test(
      `never crash, hang or differ (seed ${effort.seed})`,
      async () => {
        const figures = await target.check(effort);
        expect(figures.runs).toBeGreaterThan(0);
      },
      slow,
    );
    test.each(target.specials.map((special) => [special.name, special] as const))(
      "%s",
      async (_, special) => {
        expect((await special.check()).runs).toBe(1);
      },
      slow,
    );
  });
}

describe("the fuzzer", () => {
  const definition = { name: "made up", runs: 50, input: fc.nat() };
  const check = (run: (n: number) => unknown) => defineTarget({ ...definition, run }).check(effort);

  test("lets refusals through and counts them", async () => {
    const refuse = () => {
      throw new TrackerError("invalid", "no");
    };
    const tried = Math.round(50 * effort.runs);
    expect(await check(refuse)).toMatchObject({ runs: tried, refused: tried });
  });
  test("catches a bug", async () => {
    const crash = () => {
      throw new TypeError("undefined is not an object");
    };
    expect(check(crash)).rejects.toThrow();
  });
  test("catches what differs from one time to the next", async () => {
    let times = 0;
    expect(check(() => times++)).rejects.toThrow();
  });
});
