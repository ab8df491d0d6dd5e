/** A1, A2, A5 and A6: a crowd of processes writes at once, on one issue or on many, with one executable or with two. */
import { check } from "./check.ts";
import { askAndWait, type Entry } from "./history.ts";
import { makePlace, tracker } from "./place.ts";
import { createChooser, percentiles, type RigReport, range, short } from "./rig.ts";

export interface CrowdSize {
  readonly seed: number;
  readonly processes: number;
  readonly eventsEach: number;
  readonly issues: number;
  /** Every second process runs this executable. */
  readonly otherProgram?: string;
}

/** Everybody writes as fast as it can: all are served, nothing is lost, and the time that each command took is told. */
export async function writeInCrowd(size: CrowdSize): Promise<RigReport> {
  const { seed, processes, eventsEach, issues, otherProgram } = size;
  using place = makePlace();
  const chooser = createChooser(seed);
  const ids: string[] = [];
  for (const number of range(issues)) ids.push(await tracker(place, "new", "-q", `Issue ${number}`));
  const history: Entry[] = [];

  const work = async (index: number) => {
    const proc = `writer${index}`;
    const program = index % 2 === 1 && otherProgram !== undefined ? { program: otherProgram } : {};
    for (const number of range(eventsEach)) {
      // With many issues, some of what is written is a new one.
      const issue = issues > 1 && chooser.below(8) === 0 ? undefined : ids[chooser.below(issues)];
      history.push(await askAndWait(place, { proc, marker: `${proc} ${number}`, issue, ...program }));
    }
  };
  const began = performance.now();
  await Promise.all(range(processes).map(work));
  const seconds = (performance.now() - began) / 1000;

  const refused = history.filter(({ outcome }) => outcome !== "ok");
  const { problems, acked, kept, nextMs } = await check(place, history);
  const { p50, p99, max } = percentiles(history.map(({ ms }) => ms));
  return {
    rig: `A crowd: ${processes} processes, ${issues} issues${otherProgram === undefined ? "" : ", two executables"}`,
    seed,
    figures: {
      asked: history.length,
      acked,
      kept,
      "events/s": acked / seconds,
      "waited p50 ms": p50,
      "p99 ms": p99,
      "max ms": max,
      "next writer ms": nextMs,
    },
    problems: [...problems, ...refused.map(({ marker, stderr }) => `"${marker}" was not served: ${short(stderr)}`)],
  };
}
