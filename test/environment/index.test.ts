/** E, the index is a cache, small: a sample of all damages, and every question answered right. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { expectKept, slowMs } from "../faults/expect.ts";
import { createChooser, drawSeed } from "../faults/rig.ts";
import { flips, oddities, olderCopies, olderSets, truncations, zeroPages } from "./damage.ts";
import { answerDespite, writeDespite } from "./index-damage.ts";
import { makeSample, type Sample, wrongAnswers } from "./sample.ts";

let sample: Sample;
const seed = drawSeed();
const chooser = createChooser(seed);

beforeAll(async () => {
  sample = await makeSample();
}, slowMs);
afterAll(() => sample[Symbol.dispose]());

const despite = async (rig: string, damages: Parameters<typeof answerDespite>[3]) =>
  expectKept(await answerDespite(sample, rig, seed, damages));

test("a sound index answers as a clone does that has none", async () => {
  expect(sample.right.join()).toContain("needle");
  expect(await wrongAnswers(sample.place, sample)).toEqual([]);
});

test("odd things in its place", () => despite("oddities", oddities(sample)), slowMs);

test(
  "odd things in its place, met by a writer",
  async () => {
    expectKept(
      await writeDespite(
        sample,
        "oddities",
        seed,
        oddities(sample).filter((_, n) => n % 4 === 1),
      ),
    );
  },
  slowMs,
);

test("files that end too early", () => despite("ends", chooser.sample(truncations(sample, 512), 30)), slowMs);

test("flipped bits", () => despite("flips", flips(sample, 60, chooser, "touched")), slowMs);

test("pages of zeros", () => despite("zeros", zeroPages(sample, 12, chooser)), slowMs);

test("an older log beside the file", () => despite("older log", olderCopies(sample, "index-wal")), slowMs);

test("an older file beside the log", () => despite("older file", olderCopies(sample, "index")), slowMs);

test(
  "older copies of some of them",
  () => {
    const damages = olderSets.flatMap((names) => olderCopies(sample, ...names));
    return despite("older", chooser.sample(damages, 12));
  },
  slowMs,
);
