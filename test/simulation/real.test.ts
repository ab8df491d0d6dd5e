/** The same histories with the executable, real repositories and git itself. `GIT_TRACKER_SEED=n` plays others. */
import { afterAll, expect, test } from "bun:test";
import { gather } from "../faults/rig.ts";
import { soakReal } from "./real-soak.ts";

const wanted = 20;
/** On a machine that is busy with other things fewer histories have to do. */
const budgetMs = 90_000;
const timeoutMs = 300_000;

let said = "";
afterAll(() => console.log(said));

test(
  `${wanted} histories of real repositories end with the same refs everywhere, and git finds nothing wrong`,
  async () => {
    const begun = performance.now();
    const until = () => performance.now() - begun > budgetMs;
    const so = await soakReal({ histories: wanted, seed: Number(process.env.GIT_TRACKER_SEED ?? 1), until });
    said = so.said;
    expect(gather(so.problems)).toEqual([]);
  },
  timeoutMs,
);
