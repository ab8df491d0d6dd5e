/** E, a disk fills up while events are written to it: no acknowledged one is lost, and with more room all goes on. */
import { join } from "node:path";
import { attempt, gitIn, makePlace, tracker } from "../faults/place.ts";
import { type RigReport, short } from "../faults/rig.ts";
import { readLog, strayLocks } from "../faults/state.ts";
import { makeSmallDisk } from "./mounts.ts";
import { misconduct, readAll } from "./outcome.ts";

export type Scarce = "bytes" | "inodes";

export interface FullDiskSize {
  readonly seed: number;
  readonly scarce: Scarce;
  /** The disk is full after so many refusals, one after the other. */
  readonly refusals: number;
}

const commandsMax = 2000;

/** Writes until nothing goes any more, looks, makes room, and goes on. */
export async function fillDisk({ seed, scarce, refusals }: FullDiskSize): Promise<RigReport> {
  using disk = makeSmallDisk("size=1536k,nr_inodes=1000");
  using place = makePlace(join(disk.folder, "main"));
  const id = await tracker(place, "new", "-q", "The first, with a needle");
  if (scarce === "inodes") disk.resize(`size=64m,nr_inodes=${disk.inodes() + 60}`);
  const problems: string[] = [];
  const acked: string[] = [];
  let refused = 0;
  for (let n = 0; refused < refusals; n++) {
    if (n === commandsMax) throw new Error("The disk does not get full");
    const marker = `marker-${n}.`;
    const words = n % 3 === 0 ? ["new", "-q", marker] : ["comment", "-q", id, `${marker} ${"needle ".repeat(n % 50)}`];
    const ended = await attempt(place, ...words);
    problems.push(...misconduct(`${words[0]} on a full disk`, ended, [0, 5]));
    if (ended.code === 0) acked.push(marker);
    refused = ended.code === 0 ? 0 : refused + 1;
  }
  problems.push(...strayLocks(place).map((name) => `${name} is left`));
  const whileFull = await readAll(place, id);
  problems.push(...whileFull.problems.map((problem) => `On a full disk, ${problem}`));
  problems.push(
    ...missing(acked, whileFull.answers.at(-1) ?? "").map((marker) => `On a full disk ${marker} is not read`),
  );

  disk.resize("size=64m,nr_inodes=10000");
  const next = await attempt(place, "comment", "-q", id, "There is room again");
  problems.push(...misconduct("With room again, comment", next, [0]));
  const rows = JSON.stringify(await readLog(place));
  problems.push(...missing(acked, rows).map((marker) => `With room again ${marker} is lost`));
  const said = gitIn(place, "fsck", "--strict", "--no-dangling", "--no-progress").trim();
  if (said !== "") problems.push(`fsck: ${short(said)}`);
  const doctor = await attempt(place, "doctor", "--json");
  if (!doctor.stdout.includes('"findings":[]')) problems.push(`doctor finds: ${short(doctor.stdout + doctor.stderr)}`);
  return { rig: `E disk without ${scarce}`, seed, figures: { acked: acked.length }, problems };
}

function missing(markers: readonly string[], text: string): string[] {
  return markers.filter((marker) => !text.includes(marker));
}
