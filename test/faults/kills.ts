/** B1: kill -9 at every call with which a command changes something. */
import { type CaseName, caseNames, prepareStage } from "./cases.ts";
import { findPoints, play, type Trial } from "./points.ts";
import { type Chooser, createChooser, inLanes, percentiles, type RigReport } from "./rig.ts";
import { isCache, isChange, type Point } from "./strace.ts";

export interface KillSize {
  readonly seed: number;
  /** So many points of each command; without it, all. */
  readonly perCase?: number;
  readonly cases?: readonly CaseName[];
  readonly lanes?: number;
}

/** Kills the commands at their points, one run each. */
export async function killAtPoints({ seed, perCase, cases = caseNames, lanes = 2 }: KillSize): Promise<RigReport> {
  using stage = await prepareStage(cases);
  const chooser = createChooser(seed);
  const trials: Trial[] = [];
  let pointCount = 0;
  for (const subject of stage.cases) {
    const points = (await findPoints(stage, subject)).filter(isChange);
    pointCount += points.length;
    const chosen = perCase === undefined ? points : choose(chooser, points, perCase);
    trials.push(...chosen.map((point): Trial => ({ subject, point, fault: { kind: "kill" } })));
  }
  const problems: string[] = [];
  const waits: number[] = [];
  const counts = { before: 0, after: 0, between: 0, survived: 0 };
  await inLanes(lanes, trials, async (trial) => {
    const { outcome, hasSucceeded, nextMs, problems: found } = await play(stage, trial);
    counts[outcome]++;
    if (hasSucceeded) counts.survived++;
    waits.push(nextMs);
    problems.push(...found);
  });
  const { p99, max } = percentiles(waits);
  const figures = { points: pointCount, runs: trials.length, ...counts, "next writer p99 ms": p99, "max ms": max };
  return { rig: "B1 kills at system calls", seed, figures, problems };
}

/** Two of three are about what must not be lost. */
function choose(chooser: Chooser, points: readonly Point[], count: number): Point[] {
  const lasting = chooser.sample(
    points.filter((point) => !isCache(point)),
    Math.ceil((count * 2) / 3),
  );
  return [...lasting, ...chooser.sample(points.filter(isCache), count - lasting.length)];
}
