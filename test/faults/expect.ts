/** How a test takes a rig's report: its figures and seed are printed, and no promise may be broken. */
import { expect } from "bun:test";
import { gather, headline, type RigReport } from "./rig.ts";

/** Longer than any small rig takes on a busy machine. */
export const slowMs = 240_000;

export function expectKept(report: RigReport): void {
  console.info(headline(report));
  expect(gather(report.problems)).toEqual([]);
}

/** A test's name with the reason why it is skipped, if it is. */
export function named(name: string, why: string | undefined): string {
  return why === undefined ? name : `${name} (skipped: ${why})`;
}
