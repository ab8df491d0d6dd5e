/** The soak runs from end to end: the smallest there is. */
import { expect, test } from "bun:test";
import { slowMs } from "../faults/expect.ts";
import { drawSeed } from "../faults/rig.ts";
import { soakEnvironment } from "./soak.ts";

test(
  "every part of the soak is played or says why not",
  async () => {
    const lines: string[] = [];
    const reports = await soakEnvironment({ scale: 0.001, seed: drawSeed(), report: (line) => lines.push(line) });
    const skipped = lines.filter((line) => line.includes(": skipped: "));
    expect(reports.length + skipped.length).toBe(11);
  },
  slowMs,
);
