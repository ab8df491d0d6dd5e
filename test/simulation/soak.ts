/**
 * Any number of histories, one after the other, and what came of them. The suite runs some thousands (simulation.test.ts), the soak as
 * many as one likes.
 */
import type { Way } from "./history.ts";
import { type Failure, simulate } from "./simulate.ts";

export interface Soak {
  /** How many histories. */
  readonly histories: number;
  /** The first history's seed; the others follow it. */
  readonly seed: number;
  readonly way: Way;
  /** Told now and then, and at every failure. */
  readonly report?: (so: Soaked) => void;
  /** Histories are not begun after this; the result says how many there were. */
  readonly until?: () => boolean;
}

export interface Soaked {
  readonly histories: number;
  readonly commits: number;
  /** The slowest to come to rest, in rounds for each replica. Three is too many. */
  readonly roundsPerReplicaMax: number;
  /** How often what happened. */
  readonly counts: ReadonlyMap<string, number>;
  readonly failures: readonly Failure[];
}

const reportEvery = 1000;

/** Runs histories and counts. A failing one is played again with `replayCommand`. */
export async function soakSimulation({ histories, seed, way, report, until = () => false }: Soak): Promise<Soaked> {
  const counts = new Map<string, number>();
  const failures: Failure[] = [];
  let so: Soaked = { histories: 0, commits: 0, roundsPerReplicaMax: 0, counts, failures };
  for (let next = seed; next < seed + histories && !until(); next++) {
    const { history, rounds, failure } = await simulate(next, way);
    if (failure !== undefined) failures.push(failure);
    for (const [what, times] of history?.counts ?? []) counts.set(what, (counts.get(what) ?? 0) + times);
    const replicas = history?.replicas.length ?? 1;
    so = {
      ...so,
      histories: so.histories + 1,
      commits: so.commits + (history?.world.facts.size ?? 0),
      roundsPerReplicaMax: Math.max(so.roundsPerReplicaMax, rounds / replicas),
    };
    if (failure !== undefined || so.histories % reportEvery === 0) report?.(so);
  }
  return so;
}

/** What a person types to see one history fail again. */
export function replayCommand({ seed, way, reason }: Failure): string {
  return `SIMULATION_SEED=${seed} SIMULATION_WAY=${way} bun test test/simulation/simulation.test.ts # ${reason.slice(0, 400)}`;
}
