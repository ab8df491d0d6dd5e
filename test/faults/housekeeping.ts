/** A4: writers while git tidies up the same repository, again and again, and a person goes on working in it. */
import { join } from "node:path";
import { check } from "./check.ts";
import { askAndWait, type Entry } from "./history.ts";
import { makePlace, type Place, start, tracker } from "./place.ts";
import { type RigReport, range, short } from "./rig.ts";

/** What git does meanwhile, by name; each round of a loop runs these commands. */
const chores = {
  "pack-refs": () => [["git", "pack-refs", "--all"]],
  repack: () => [["git", "repack", "-adq"]],
  "gc --auto": () => [["git", "-c", "gc.auto=1", "gc", "--auto", "--quiet"]],
  "gc --prune=now": () => [["git", "gc", "--prune=now", "--quiet"]],
  "prune --expire=now": () => [["git", "prune", "--expire=now"]],
  "worktree add": (place: Place, round: number) => [
    ["git", "worktree", "add", "--quiet", "--detach", join(place.cwd, `../worktree-${round}`)],
  ],
  commit: (_: Place, round: number) => [["git", "commit", "--quiet", "--allow-empty", `--message=Work ${round}`]],
} as const satisfies Record<string, (place: Place, round: number) => readonly (readonly string[])[]>;

export type Chore = keyof typeof chores;
export const choreNames = Object.keys(chores).filter((name): name is Chore => name in chores);

export interface HousekeepingSize {
  readonly seed: number;
  readonly chores: readonly Chore[];
  readonly trials: number;
  readonly writers?: number;
  readonly eventsEach?: number;
}

/** Each trial is a repository of its own, in which all these chores loop while several write. */
export async function writeDuringChores(size: HousekeepingSize): Promise<RigReport> {
  const { seed, trials, writers = 6, eventsEach = 5 } = size;
  const problems: string[] = [];
  const totals = { trials, broken: 0, acked: 0, kept: 0, rounds: 0, "rounds that failed": 0 };
  for (const trial of range(trials)) {
    const { verdict, rounds } = await tryOnce(size.chores, writers, eventsEach);
    if (verdict.problems.length > 0) totals.broken++;
    problems.push(...verdict.problems.map((problem) => `trial ${trial}: ${problem}`));
    totals.acked += verdict.acked;
    totals.kept += verdict.kept;
    totals.rounds += rounds.done;
    totals["rounds that failed"] += rounds.failed;
  }
  return { rig: `A4 during ${size.chores.join(", ")}`, seed, figures: totals, problems };
}

async function tryOnce(names: readonly Chore[], writers: number, eventsEach: number) {
  using place = makePlace();
  const issue = await tracker(place, "new", "-q", "Everybody's");
  const history: Entry[] = [];
  const work = async (proc: string) => {
    for (const number of range(eventsEach)) {
      const target = number % 3 === 2 ? undefined : issue;
      history.push(await askAndWait(place, { proc, marker: `${proc} ${number}`, issue: target }));
    }
  };
  const stop = { now: false };
  const loops = names.map((name) => loop(place, name, stop));
  await Promise.all(range(writers).map((index) => work(`writer${index}`))).finally(() => {
    stop.now = true;
  });
  const counts = await Promise.all(loops);
  const rounds = {
    done: counts.reduce((sum, { done }) => sum + done, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  };
  const verdict = await check(place, history);
  const refused = history.filter(({ outcome }) => outcome !== "ok");
  const unserved = refused.map(({ marker, stderr }) => `"${marker}" was not served: ${short(stderr)}`);
  return { verdict: { ...verdict, problems: [...verdict.problems, ...unserved] }, rounds };
}

/** A chore may fail, as when two want one lock: git says so, and tries again in the next round. */
async function loop(place: Place, name: Chore, stop: { readonly now: boolean }) {
  let done = 0;
  let failed = 0;
  while (!stop.now) {
    for (const command of chores[name](place, done)) {
      if ((await start(place, command).ended).code !== 0) failed++;
    }
    done++;
  }
  return { done, failed };
}
