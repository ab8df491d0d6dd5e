/** B4: the power fails while several write. Durable: every acknowledged event is there. Fast: some may be lost, but none is unreadable. */
import { join } from "node:path";
import { check, isWrong, readFindings } from "./check.ts";
import { askAndWait, type Entry } from "./history.ts";
import { type Cut, type FileSystem, makeDisk } from "./mount.ts";
import { attempt, makePlace, type Place, tracker } from "./place.ts";
import { createChooser, inMs, type RigReport, range, short } from "./rig.ts";
import { type Listed, readJson, readLog } from "./state.ts";

export interface PowerSize {
  readonly seed: number;
  readonly fileSystem: FileSystem;
  readonly durability: "durable" | "fast";
  readonly cuts: number;
  /** The power fails after so long at most. */
  readonly untilMs: number;
  readonly writers?: number;
}

interface Lost {
  readonly problems: readonly string[];
  readonly acked: number;
  readonly kept: number;
}

/** Cuts the power again and again, each time of a new disk. */
export async function cutPower({
  seed,
  fileSystem,
  durability,
  cuts,
  untilMs,
  writers = 4,
}: PowerSize): Promise<RigReport> {
  const chooser = createChooser(seed);
  const problems: string[] = [];
  let acked = 0;
  let kept = 0;
  for (const number of range(cuts)) {
    const how: Cut = number % 2 === 0 ? "hard" : "log";
    const afterMs = 200 + chooser.below(untilMs - 200);
    const lost = await cutOnce({ fileSystem, durability, how, afterMs, writers });
    problems.push(...lost.problems.map((problem) => `cut ${number} (${how}, after ${afterMs} ms): ${problem}`));
    acked += lost.acked;
    kept += lost.kept;
  }
  return { rig: `B4 power cuts, ${fileSystem}, ${durability}`, seed, figures: { cuts, acked, kept }, problems };
}

interface OneCut {
  readonly fileSystem: FileSystem;
  readonly durability: "durable" | "fast";
  readonly how: Cut;
  readonly afterMs: number;
  readonly writers: number;
}

async function cutOnce({ fileSystem, durability, how, afterMs, writers }: OneCut): Promise<Lost> {
  using disk = makeDisk(fileSystem);
  using place = makePlace(join(disk.folder, "main"));
  const shared = await tracker(place, "new", "-q", "Everybody's");
  disk.settle();

  // Here, not on the disk: what was acknowledged before the cut. Whatever is answered after it counts for nothing.
  const history: Entry[] = [];
  const power = { isOn: true };
  const flags = durability === "fast" ? ["--no-durable"] : [];
  const work = async (proc: string) => {
    for (let number = 0; power.isOn; number++) {
      const issue = number % 3 === 2 ? undefined : shared;
      const entry = await askAndWait(place, { proc, marker: `${proc} ${number}`, issue, flags });
      history.push(power.isOn || entry.outcome !== "ok" ? entry : { ...entry, outcome: "unknown" });
    }
  };
  const works = range(writers).map((index) => work(`writer${index}`));
  await inMs(afterMs);
  power.isOn = false;
  try {
    disk.cut(how);
  } finally {
    await Promise.all(works);
  }
  disk.restart();
  return durability === "durable" ? await check(place, history) : await checkReadable(place, history);
}

/** After doctor's repair, every issue that there is can be read. */
async function checkReadable(place: Place, history: readonly Entry[]): Promise<Lost> {
  const acked = history.filter(({ outcome }) => outcome === "ok");
  try {
    await readFindings(place, "--repair");
    const { findings } = await readFindings(place);
    const problems = findings.filter(isWrong).map(({ what }) => `doctor: ${what}`);
    const next = await attempt(place, "new", "-q", "Next");
    if (next.code !== 0) problems.push(`The next writer ends with ${next.code}: ${short(next.stderr)}`);
    const commits = new Set((await readLog(place)).map(({ commit }) => commit.slice(0, 7)));
    for (const { id } of (await readJson<Listed>(place, "list", "--all")).items) await readJson(place, "show", id);
    const kept = acked.filter(({ commit }) => commit !== undefined && commits.has(commit.slice(0, 7))).length;
    return { problems, acked: acked.length, kept };
  } catch (error) {
    return { problems: [short(error)], acked: acked.length, kept: 0 };
  }
}
