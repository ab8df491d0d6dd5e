/** A crowd that syncs at once. The long form is `bun run soak --only crowd`: 100 clones with 10 changes each. */
import { test } from "bun:test";
import { meetInCrowd } from "./many-clones.ts";

test("12 clones on 3 machines that change the same issues and sync at once lose nothing and end alike", async () => {
  await meetInCrowd({ clones: 12, changes: 3, syncEvery: 1, sharedIssues: 2, machines: 3, looked: 12 });
}, 180_000);
