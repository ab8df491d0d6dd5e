/** A1, A2, A5 and A6, small: a crowd of writers, all served and nothing lost. */
import { test } from "bun:test";
import { writeInCrowd } from "./crowd.ts";
import { expectKept, slowMs } from "./expect.ts";
import { drawSeed } from "./rig.ts";

test(
  "64 processes on one issue",
  async () => {
    expectKept(await writeInCrowd({ seed: drawSeed(), processes: 64, eventsEach: 4, issues: 1 }));
  },
  slowMs,
);

test(
  "32 processes on 12 issues",
  async () => {
    expectKept(await writeInCrowd({ seed: drawSeed(), processes: 32, eventsEach: 3, issues: 12 }));
  },
  slowMs,
);

const otherProgram = process.env.GIT_TRACKER_OTHER_BIN;
// Only where somebody names an executable of another version: GIT_TRACKER_OTHER_BIN.
if (otherProgram !== undefined) {
  test(
    "two executables, 16 processes on 4 issues",
    async () => {
      expectKept(await writeInCrowd({ seed: drawSeed(), processes: 16, eventsEach: 4, issues: 4, otherProgram }));
    },
    slowMs,
  );
}
