/** What was measured, and what it says about the promises. */

import type { Spread } from "./measure.ts";
import type { Memory } from "./memory.ts";

export interface Result {
  /** How many issues there were; null where there was no repository. */
  readonly issues: number | null;
  readonly name: string;
  readonly beside: string;
  /** In milliseconds. */
  readonly time: Spread;
  readonly timeBeside: Spread;
  readonly ratio: number;
  readonly target: number | null;
  readonly memory: Memory | null;
  readonly memoryBeside: Memory | null;
  /** What is not kept, in words. */
  readonly missed: readonly string[];
}

/** How a command's time grows with the number of issues. */
export interface Growth {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly ratio: number;
  readonly target: number;
}

/** Ceilings of daily commands on any machine: milliseconds and MB. */
export const ceilings = { time: 100, resident: 50, anonymous: 10 } as const;

export interface Measured extends Omit<Result, "ratio" | "missed"> {
  readonly memoryTarget: number | null;
  readonly kind: "daily" | "long";
}

export function judge({ kind, memoryTarget, ...measured }: Measured): Result {
  const { time, timeBeside, target, memory, memoryBeside } = measured;
  const ratio = time.median / timeBeside.median;
  const missed: string[] = [];
  if (target !== null && ratio > target) missed.push(`over ${target}x`);
  if (memoryTarget !== null && memory !== null && memoryBeside !== null) {
    if (memory.resident > memoryTarget * memoryBeside.resident) missed.push(`over ${memoryTarget}x memory`);
  }
  if (kind === "daily") {
    if (time.median > ceilings.time) missed.push(`over ${ceilings.time} ms`);
    if (memory !== null && memory.resident > ceilings.resident) missed.push(`over ${ceilings.resident} MB resident`);
    if (memory !== null && memory.anonymous > ceilings.anonymous) missed.push(`over ${ceilings.anonymous} MB private`);
  }
  return { ...measured, ratio, missed };
}

const growing = ["new", "show", "list"];
const growthTarget = 1.5;

/** From the size of ten thousand to ten times as many, where both were measured. */
export function growthOf(results: readonly Result[]): Growth[] {
  const [from, to] = [10_000, 100_000];
  return growing.flatMap((name) => {
    const median = (issues: number) =>
      results.find((each) => each.name === name && each.issues === issues)?.time.median;
    const [before, after] = [median(from), median(to)];
    return before === undefined || after === undefined
      ? []
      : [{ name, from, to, ratio: after / before, target: growthTarget }];
  });
}

export function renderTable(results: readonly Result[]): string {
  const heads = [
    "issues",
    "ours",
    "ms",
    "(quartiles)",
    "beside",
    "ms",
    "(quartiles)",
    "ratio",
    "at most",
    "RSS",
    "private",
  ];
  const rows = results.map(({ issues, name, time, beside, timeBeside, ratio, target, memory, missed }) => [
    issues === null ? "" : String(issues),
    name,
    digits(time.median),
    `(${digits(time.lower)}–${digits(time.upper)})`,
    beside,
    digits(timeBeside.median),
    `(${digits(timeBeside.lower)}–${digits(timeBeside.upper)})`,
    `${ratio.toFixed(2)}x`,
    target === null ? "" : `${target}x`,
    memory === null ? "" : memory.resident.toFixed(1),
    memory === null ? "" : memory.anonymous.toFixed(1),
    missed.length === 0 ? (target === null ? "" : "met") : `NOT MET: ${missed.join(", ")}`,
  ]);
  return align([[...heads, ""], ...rows], new Set([1, 4, 11]));
}

export function renderGrowth(growth: readonly Growth[]): string {
  const rows = growth.map(({ name, from, to, ratio, target }) => [
    name,
    `${from} → ${to}`,
    `${ratio.toFixed(2)}x`,
    `at most ${target}x`,
    ratio <= target ? "met" : "NOT MET",
  ]);
  return align(rows, new Set([0, 4]));
}

function digits(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 100 ? 1 : 0);
}

function align(rows: readonly (readonly string[])[], left: ReadonlySet<number>): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          left.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
