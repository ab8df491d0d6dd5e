/** B3: writers that are killed at random, each with all that it started, while the others go on. */
import { check } from "./check.ts";
import { ask, type Entry } from "./history.ts";
import { makePlace, tracker } from "./place.ts";
import { createChooser, inMs, percentiles, type RigReport, range, short } from "./rig.ts";

export interface GroupKillSize {
  readonly seed: number;
  readonly kills: number;
  readonly writers?: number;
}

/** Every second command is to be killed somewhere in the time that such a command took last. */
export async function killGroups({ seed, kills, writers = 8 }: GroupKillSize): Promise<RigReport> {
  using place = makePlace();
  const chooser = createChooser(seed);
  const issues = [await tracker(place, "new", "-q", "One"), await tracker(place, "new", "-q", "Two")];
  const history: Entry[] = [];
  let killed = 0;

  const work = async (proc: string) => {
    let usualMs = 100;
    for (let number = 0; killed < kills; number++) {
      const issue = [undefined, ...issues][chooser.below(1 + issues.length)];
      const { running, entry } = await ask(place, { proc, marker: `${proc} ${number}`, issue });
      const isDoomed = chooser.below(2) === 0;
      if (isDoomed) {
        await Promise.race([inMs(chooser.below(usualMs)), entry]);
        running.signal("SIGKILL");
      }
      const ended = await entry;
      if (ended.outcome === "ok") usualMs = Math.ceil(ended.ms * 1.2);
      if (ended.outcome === "unknown") killed++;
      history.push(ended);
    }
  };
  await Promise.all(range(writers).map((index) => work(`writer${index}`)));

  const refused = history.filter(({ outcome }) => outcome === "fail");
  const { problems, acked, kept, nextMs } = await check(place, history);
  const { p50, p99 } = percentiles(history.filter(({ outcome }) => outcome === "ok").map(({ ms }) => ms));
  return {
    rig: "B3 kills under load",
    seed,
    figures: { commands: history.length, killed, acked, kept, "p50 ms": p50, "p99 ms": p99, "next writer ms": nextMs },
    problems: [...problems, ...refused.map(({ marker, stderr }) => `"${marker}" was refused: ${short(stderr)}`)],
  };
}
