/** Any number of histories with the executable, two at a time, and what came of them. */
import { inLanes } from "../faults/rig.ts";
import { playReal } from "./real.ts";

export interface RealSoak {
  readonly histories: number;
  /** The first history's; the others follow it. */
  readonly seed: number;
  /** Histories are not begun after this. */
  readonly until?: () => boolean;
}

export interface RealSoaked {
  /** Each with the seed of its history. */
  readonly problems: readonly string[];
  /** How many there were and what happened in them, in a line. */
  readonly said: string;
}

const lanes = 2;

export async function soakReal({ histories, seed, until = () => false }: RealSoak): Promise<RealSoaked> {
  const problems: string[] = [];
  const sums = new Map<string, number>();
  let played = 0;
  const seeds = Array.from({ length: histories }, (_, at) => seed + at);
  await inLanes(lanes, seeds, async (each) => {
    if (until()) return;
    const report = await playReal(each);
    played++;
    problems.push(...report.problems.map((problem) => `GIT_TRACKER_SEED=${each}: ${problem}`));
    for (const [what, times] of Object.entries(report.figures)) sums.set(what, (sums.get(what) ?? 0) + times);
  });
  const figures = [...sums].map(([what, times]) => `${what} ${times}`).join(", ");
  return { problems, said: `C4: ${played} of ${histories} histories from seed ${seed}: ${figures}` };
}
