/** A1, A2, A5 and A6, small: a crowd of writers, all served and nothing lost. */
import { test } from "bun:test";
import { writeInCrowd } from "./crowd.ts";
import { expectKept, named, slowMs } from "./expect.ts";
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
const why = otherProgram === undefined ? "GIT_TRACKER_OTHER_BIN names no second executable" : undefined;

test.skipIf(otherProgram === undefined)(
  named("two executables, 16 processes on 4 issues", why),
  async () => {
    const size = { seed: drawSeed(), processes: 16, eventsEach: 4, issues: 4 };
    expectKept(await writeInCrowd(otherProgram === undefined ? size : { ...size, otherProgram }));
  },
  slowMs,
);
