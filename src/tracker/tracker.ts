/**
 * A tracker: one repository, opened. It is what every verb takes: the only place where settings, store, index and clock meet.
 */
import type { Config } from "../config/schema.ts";
import type { Actor } from "../core/commit.ts";
import type { Index } from "../index/index.ts";
import type { Chance } from "../platform/chance.ts";
import type { Clock } from "../platform/clock.ts";
import type { Store } from "../store/store.ts";

/** What a long piece of work says of itself. `total` undefined: not known. */
export type Progress = (what: string, done: number, total: number | undefined) => void;

export interface Tracker {
  readonly store: Store;
  readonly index: Index;
  readonly config: Config;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Who acts. Throws `invalid` if nobody said who they are. */
  readonly actor: () => Promise<Actor>;
  readonly progress: Progress;
  /** Tells the person something beside the result. */
  readonly warn: (text: string) => void;
}
