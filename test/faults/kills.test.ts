/** B1 and B3, small: killed anywhere, a command has happened or has not, and is in nobody's way. */
import { expect, test } from "bun:test";
import { expectKept, named, slowMs } from "./expect.ts";
import { killGroups } from "./group-kills.ts";
import { killAtPoints } from "./kills.ts";
import { drawSeed } from "./rig.ts";
import { whyNoStrace } from "./strace.ts";

test.skipIf(whyNoStrace !== undefined)(
  named("kill -9 at a sample of the system calls of 12 commands", whyNoStrace),
  async () => {
    const report = await killAtPoints({ seed: drawSeed(), perCase: 6 });
    expectKept(report);
    expect(report.figures.runs).toBe(12 * 6);
    expect(report.figures.survived).toBeLessThan(12); // Most faults must really come.
  },
  slowMs,
);

test(
  "kill -9 of 40 commands and all that they started, while others write",
  async () => {
    expectKept(await killGroups({ seed: drawSeed(), kills: 40 }));
  },
  slowMs,
);
