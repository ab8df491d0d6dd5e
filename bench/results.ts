/** What was measured, and what it says about the promises. */
import type { Spread } from "./measure.ts";
import type { Memory } from "./memory.ts";

export interface Result {
  /** How many issues there were; null where there was no repository. */
  readonly issues: number | null;
  readonly name: string;
  /** The other tracker that it is compared with, if it is one. */
  readonly rival: string | null;
  readonly beside: string;
  /** How many times each ran. */
  readonly runs: number;
  /** In milliseconds. */
  readonly time: Spread;
  readonly timeBeside: Spread;
  readonly ratio: number;
  readonly target: number | null;
  readonly memory: Memory | null;
  readonly memoryBeside: Memory | null;
  readonly checks: readonly Check[];
}

/** One promise about one row. */
export interface Check {
  readonly what: "ratio" | "ms" | "MB private" | "MB resident" | "ratio of resident memory";
  readonly value: number;
  readonly atMost: number;
  readonly met: boolean;
}

/** A row that could not be measured, and why. */
export interface Unmeasured {
  readonly issues: number | null;
  readonly name: string;
  readonly rival: string | null;
  readonly reason: string;
}

/** How a command's time grows with the number of issues. */
export interface Growth {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly ratio: number;
  readonly target: number;
  readonly met: boolean;
}

/** Ceilings of daily commands on any machine: milliseconds and MB. */
export const ceilings = { time: 100, resident: 50, anonymous: 10 } as const;

export type Kind = "daily" | "remote" | "long";

export interface Measured extends Omit<Result, "ratio" | "checks"> {
  readonly memoryTarget: number | null;
  readonly peakMax: number | null;
  readonly kind: Kind;
}

export function judge({ kind, memoryTarget, peakMax, ...measured }: Measured): Result {
  const { time, timeBeside, target, memory, memoryBeside, rival } = measured;
  const checks: Check[] = [];
  const check = (what: Check["what"], value: number, atMost: number) =>
    checks.push({ what, value, atMost, met: value <= atMost });
  const ratio = time.median / timeBeside.median;
  if (target !== null) check("ratio", ratio, target);
  // The same command has its own row, which answers for the ceilings.
  if (kind === "daily" && rival === null) check("ms", time.median, ceilings.time);
  if (memory !== null) {
    if (kind === "daily") check("MB private", memory.anonymous, ceilings.anonymous);
    if (kind === "daily") check("MB resident", memory.resident, ceilings.resident);
    if (peakMax !== null) check("MB private", memory.anonymous, peakMax);
    if (memoryTarget !== null && memoryBeside !== null) {
      check("ratio of resident memory", memory.resident / memoryBeside.resident, memoryTarget);
    }
  }
  return { ...measured, ratio, checks };
}

const growing = ["new", "show", "list"];
const growthTarget = 1.5;

/** From the size of ten thousand to ten times as many, where both were measured. */
export function growthOf(results: readonly Result[]): Growth[] {
  const [from, to] = [10_000, 100_000];
  return growing.flatMap((name) => {
    const median = (issues: number) =>
      results.find((each) => each.name === name && each.issues === issues && each.rival === null)?.time.median;
    const [before, after] = [median(from), median(to)];
    if (before === undefined || after === undefined) return [];
    const ratio = after / before;
    return [{ name, from, to, ratio, target: growthTarget, met: ratio <= growthTarget }];
  });
}

/** Where another tracker is faster than we are, by how many milliseconds. */
export interface Lead {
  readonly rival: string;
  readonly name: string;
  readonly ms: number;
}

export function leadsOf(results: readonly Result[]): Lead[] {
  return results.flatMap(({ rival, name, time, timeBeside }) =>
    rival === null || time.median <= timeBeside.median ? [] : [{ rival, name, ms: time.median - timeBeside.median }],
  );
}
