/** Opening the store of the repository that one stands in: with git if it is installed, without it otherwise. */
import { type Chance, systemChance } from "../platform/chance.ts";
import { type Clock, systemClock } from "../platform/clock.ts";
import { gitInstalled, type Variables } from "../platform/git.ts";
import { type Sleep, systemSleep } from "../platform/sleep.ts";
import { openEmbeddedStore } from "./embedded.ts";
import { openNativeStore } from "./native.ts";
import { findRepository, type Repository, type RepositoryStart } from "./repository.ts";
import type { Durability, Store } from "./store.ts";

export interface StoreOptions {
  readonly env: Variables;
  readonly durability: Durability;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly sleep: Sleep;
  /**
   * Who moves the refs of a repository that has git: git itself, as it must for reftable, or we under git's own locks, which takes a
   * fifth of the time. Undefined: whichever suits the repository.
   */
  readonly refMover: "git" | "locks" | undefined;
  /** How long a ref that somebody else has locked is waited for, in milliseconds. */
  readonly lockWaitMsMax: number;
}

export interface OpenStoreOptions extends RepositoryStart, Partial<Omit<StoreOptions, "env">> {}

/** Throws what findRepository throws, and `unavailable` for a repository that needs git where there is none. */
export function openStore(
  options: OpenStoreOptions,
  repository: Repository = findRepository(options),
): { readonly store: Store; readonly repository: Repository } {
  const { env, durability = "durable", clock = systemClock, chance = systemChance } = options;
  const { sleep = systemSleep, lockWaitMsMax = lockWaitMsDefault, refMover } = options;
  const given = { env, durability, clock, chance, sleep, lockWaitMsMax, refMover };
  const open = gitInstalled(env) ? openNativeStore : openEmbeddedStore;
  return { store: open(repository, given), repository };
}

/** Other writers are done in milliseconds; who holds a lock longer has most likely crashed. */
const lockWaitMsDefault = 2000;
