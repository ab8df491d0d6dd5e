/** Runs histories by seed and says which of them broke a promise. */
import { checkHistory } from "./checks.ts";
import { type History, playHistory, type Way } from "./history.ts";

export interface Failure {
  readonly seed: number;
  readonly way: Way;
  readonly reason: string;
}

export interface Simulated {
  readonly history: History | undefined;
  /** How many rounds of syncing it took to come to rest. */
  readonly rounds: number;
  readonly failure: Failure | undefined;
}

/** Plays one history to its end. Whatever is thrown on the way is its failure: nothing that is done in it is refused rightly. */
export async function simulate(seed: number, way: Way = "bare"): Promise<Simulated> {
  let history: History | undefined;
  try {
    history = await playHistory(seed, way);
    const rounds = await history.net.comeToRest();
    await checkHistory(history);
    return { history, rounds, failure: undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { history, rounds: 0, failure: { seed, way, reason } };
  }
}
