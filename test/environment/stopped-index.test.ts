/** E, readers are never locked out: whoever is stopped or killed in the middle of the index is in nobody's way. */
import { expect, test } from "bun:test";
import { expectKept, slowMs } from "../faults/expect.ts";
import { drawSeed, gather, headline } from "../faults/rig.ts";
import { type Held, readAfterKilled, readPastHolder, type Since } from "./stopped-index.ts";

const cases: readonly (readonly [Held, Since])[] = [
  ["a write to the index", "nothing"],
  ["a write to the index", "an issue was fetched"],
  ["a write to the index", "the seal is broken"],
  ["the lock under which the index is replaced", "nothing"],
  ["the lock under which the index is replaced", "the seal is broken"],
];

test(
  "every question is answered while somebody is stopped in the middle of something",
  async () => {
    const seed = drawSeed();
    const reports = await Promise.all(cases.map(([held, since]) => readPastHolder(seed, held, since)));
    for (const report of reports) console.info(headline(report));
    expect(reports.flatMap(({ rig, problems }) => gather(problems).map((problem) => `${rig}: ${problem}`))).toEqual([]);
  },
  slowMs,
);

test(
  "what a killed process leaves is read right",
  async () => expectKept(await readAfterKilled(drawSeed(), 6)),
  slowMs,
);
