/** B2, small: system calls that fail or lie. */
import { test } from "bun:test";
import { failAtPoints, loseWrites } from "./errors.ts";
import { expectKept, named, slowMs } from "./expect.ts";
import { drawSeed } from "./rig.ts";
import { whyNoStrace } from "./strace.ts";

test.skipIf(whyNoStrace !== undefined)(
  named("a sample of failing system calls: a message or success, and nothing in between", whyNoStrace),
  async () => {
    expectKept(await failAtPoints({ seed: drawSeed(), perCase: 4 }));
  },
  slowMs,
);

test.skipIf(whyNoStrace !== undefined)(
  named("a write that is lost is not acknowledged", whyNoStrace),
  async () => {
    const cases = ["new", "comment", "edit", "import", "init", "new --from-file"] as const;
    expectKept(await loseWrites({ seed: drawSeed(), cases, perCase: 4 }));
  },
  slowMs,
);
