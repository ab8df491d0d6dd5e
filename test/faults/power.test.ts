/** B4, small: the power fails, on every file system that can be mounted here. */
import { describe, test } from "bun:test";
import { expectKept, slowMs } from "./expect.ts";
import { fileSystems, whyNoCuts } from "./mount.ts";
import { cutPower } from "./power.ts";
import { drawSeed } from "./rig.ts";

for (const fileSystem of fileSystems) {
  const why = whyNoCuts(fileSystem);
  describe.skipIf(why !== undefined)(
    `power cuts on ${fileSystem}${why === undefined ? "" : ` (skipped: ${why})`}`,
    () => {
      test(
        "lose nothing that was acknowledged",
        async () => {
          expectKept(await cutPower({ seed: drawSeed(), fileSystem, durability: "durable", cuts: 3, untilMs: 1500 }));
        },
        slowMs,
      );

      test(
        "leave no issue unreadable after doctor's repair, where durability is given up",
        async () => {
          expectKept(await cutPower({ seed: drawSeed(), fileSystem, durability: "fast", cuts: 2, untilMs: 1500 }));
        },
        slowMs,
      );
    },
  );
}
