/** A4, small: git may tidy up at any time. */
import { test } from "bun:test";
import { expectKept, slowMs } from "./expect.ts";
import { type Chore, writeDuringChores } from "./housekeeping.ts";
import { drawSeed } from "./rig.ts";

const trials: readonly (readonly [readonly Chore[], number])[] = [
  [["gc --prune=now"], 4],
  [["prune --expire=now"], 3],
  [["pack-refs", "repack", "gc --auto", "worktree add", "commit"], 3],
];

test.each(trials)(
  "writing during %p, %i times",
  async (chores, count) => {
    expectKept(await writeDuringChores({ seed: drawSeed(), chores, trials: count }));
  },
  slowMs,
);
