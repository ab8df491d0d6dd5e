/** E at full size, for hours of a machine: the sizes of scale 1 are those of which the documents speak. */
import { createChooser, gather, headline, type RigReport } from "../faults/rig.ts";
import { playByClocks } from "./clock.ts";
import { type Damage, flips, oddities, olderCopies, olderSets, truncations, zeroPages } from "./damage.ts";
import { fillDisk } from "./full-disk.ts";
import { answerDespite, writeDespite } from "./index-damage.ts";
import { whyNoMounts } from "./mounts.ts";
import { makeSample, type Sample } from "./sample.ts";
import { readAfterKilled } from "./stopped-index.ts";

export interface SoakOptions {
  /** 1 is full size; 0.01 tries whether all of it runs. */
  readonly scale: number;
  readonly seed: number;
  /** Takes each line as it comes. */
  readonly report: (line: string) => void;
  /** Names of parts; without it, all. */
  readonly parts?: readonly string[];
}

type Part = readonly [name: string, play: () => Promise<RigReport> | string];

/** Plays all parts one after the other. Returns their reports; what was skipped is only told. */
export async function soakEnvironment({ scale, seed, report, parts }: SoakOptions): Promise<readonly RigReport[]> {
  using sample = await makeSample();
  const reports: RigReport[] = [];
  for (const [name, play] of partsOf(sample, seed, scale)) {
    if (parts?.includes(name) === false) continue;
    const began = performance.now();
    const played = play();
    if (typeof played === "string") {
      report(`${name}: skipped: ${played}`);
      continue;
    }
    const done = await played;
    reports.push(done);
    report(`${headline(done)}; ${Math.round((performance.now() - began) / 1000)} s`);
    for (const problem of gather(done.problems)) report(`  ${problem}`);
  }
  return reports;
}

function partsOf(sample: Sample, seed: number, scale: number): Part[] {
  const chooser = createChooser(seed);
  const count = (full: number) => Math.max(1, Math.round(full * scale));
  const share = (damages: readonly Damage[]) => chooser.sample(damages, Math.ceil(damages.length * Math.min(1, scale)));
  const despite = (rig: string, damages: readonly Damage[]): Part => [
    rig,
    () => answerDespite(sample, rig, seed, damages),
  ];
  const older = [["index"], ["index-wal"], ...olderSets] as const;
  return [
    despite("oddities", share(oddities(sample))),
    ["oddities, then a write", () => writeDespite(sample, "oddities", seed, share(oddities(sample)))],
    despite("ends", share(truncations(sample, 512))),
    despite("flips", flips(sample, count(1000), chooser, "touched")),
    ["flips that no time tells of", () => countSilentFlips(sample, seed, flips(sample, count(1000), chooser, "kept"))],
    despite("zeros", zeroPages(sample, count(200), chooser)),
    despite("older", share(older.flatMap((names) => olderCopies(sample, ...names)))),
    ["left by the killed", () => readAfterKilled(seed, count(60))],
    ["a disk without bytes", () => whyNoMounts ?? fillDisk({ seed, scarce: "bytes", refusals: count(50) })],
    ["a disk without inodes", () => whyNoMounts ?? fillDisk({ seed, scarce: "inodes", refusals: count(50) })],
    ["clocks", () => playByClocks(seed, count(100))],
  ];
}

/**
 * What nobody promises but it is good to know: a disk that gives back other bytes than it was given, in a file that has not been
 * written to since. SQLite sees it if it hits the structure of a page; in a row it is read as it stands.
 */
async function countSilentFlips(sample: Sample, seed: number, damages: readonly Damage[]): Promise<RigReport> {
  const { rig, problems } = await answerDespite(sample, "flips that no time tells of", seed, damages);
  const harmed = new Set(problems.map((problem) => problem.slice(0, problem.indexOf(":"))));
  const crashes = problems.filter((problem) => problem.includes(" crashes: "));
  return { rig, seed, figures: { flips: damages.length, harmed: harmed.size, crashes: crashes.length }, problems: [] };
}
