/** A7, small: a stopped writer keeps nobody from reading. */
import { test } from "bun:test";
import { expectKept, named, slowMs } from "./expect.ts";
import { drawSeed } from "./rig.ts";
import { readPastStopped } from "./stopped-writer.ts";
import { whyNoStrace } from "./strace.ts";

test.skipIf(whyNoStrace !== undefined)(
  named("48 reads while a writer is stopped at 6 moments of its turn all answer", whyNoStrace),
  async () => {
    expectKept(await readPastStopped({ seed: drawSeed(), reads: 48, stops: 6 }));
  },
  slowMs,
);
