/** D5 as far as the suite has time for it: `HOSTILE_RUNS=50` tries every case. */
import { expect, test } from "bun:test";
import { commands } from "../../src/commands/table.ts";
import { effortHere } from "./effort.ts";
import { inject } from "./injection.ts";
import { payloads } from "./payloads.ts";
import { slotsFor } from "./slots.ts";
import { openWorld } from "./world.ts";

const effort = effortHere();
const slow = 3_600_000;

test("every command has places for payloads, and there are more than 60 payloads", async () => {
  using world = await openWorld();
  const slots = await slotsFor(world.things);
  const covered = new Set(slots.map(({ command }) => command));
  expect(commands.filter(({ name }) => !covered.has(name))).toEqual([]);
  expect(new Set(payloads).size).toBeGreaterThan(60);
  expect(slots.length * payloads.length).toBeGreaterThan(18_000);
});

test(
  `no payload runs, writes elsewhere or crashes anything (seed ${effort.seed})`,
  async () => {
    const { cases, tried, codes, troubles } = await inject(Math.round(1000 * effort.runs), effort);
    console.log(`${tried} of ${cases} cases; by exit code: ${JSON.stringify(Object.fromEntries(codes))}`);
    expect(troubles).toEqual([]);
    // Cases that all end in a refusal would show nothing.
    expect((codes.get(0) ?? 0) / tried).toBeGreaterThan(0.05);
  },
  slow,
);

test("the name of an attachment, which others choose, leads nowhere", async () => {
  using world = await openWorld();
  world.changes();
  let got = 0;
  for (const payload of payloads) {
    const { code } = await world.stage.play(["attach", world.things.id, `--get=${payload}`]);
    got += code === 0 ? 1 : 0;
    const elsewhere = world.changes().filter((path) => !/^a\/b\/main\/[^/]+$/.test(path));
    expect({ payload, elsewhere }).toEqual({ payload, elsewhere: [] });
  }
  expect(got).toBeGreaterThan(20);
});
