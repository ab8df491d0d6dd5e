/** Trackers for tests: on a real repository or in memory, with a clock that is wound by hand and chance that counts. */
import { defaultConfig } from "../../src/config/schema.ts";
import type { Actor } from "../../src/core/commit.ts";
import { openIndex } from "../../src/index/open.ts";
import type { Chance } from "../../src/platform/chance.ts";
import type { Clock } from "../../src/platform/clock.ts";
import { createFolds } from "../../src/tracker/folds.ts";
import { openTracker } from "../../src/tracker/open.ts";
import { anyPolicy } from "../../src/tracker/policy.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { ada } from "./events.ts";
import { type MemoryStore, memoryStore } from "./memory-store.ts";
import type { TestRepository } from "./repository.ts";

/** Noon of a day in 2026; every look at it is a second later. */
export function tickingClock(start = Date.UTC(2026, 0, 15, 12)): Clock {
  let now = start;
  return {
    now: () => {
      now += 1000;
      return now;
    },
    zone: () => "+0000",
  };
}

export function countingChance(): Chance {
  let drawn = 0;
  return { hex: (count) => (++drawn).toString(16).padStart(2 * count, "0") };
}

export interface TestTracker extends Tracker {
  readonly warnings: readonly string[];
}

/** Opens a repository as the executable would. */
export async function trackerAt(
  repository: TestRepository,
  as: Actor = ada,
  clock: Clock = tickingClock(),
): Promise<TestTracker> {
  const warnings: string[] = [];
  const tracker = await openTracker({
    cwd: repository.cwd,
    environment: repository.env,
    uid: undefined,
    clock,
    chance: countingChance(),
    flags: {},
    actor: `${as.name} <${as.email}>`,
    interactive: false,
    progress: () => undefined,
    warn: (text) => warnings.push(text),
  });
  return withWarnings(tracker, warnings);
}

/** A tracker whose store and index live in memory only. The lock needs a folder. */
export function trackerInMemory(
  folder: string,
  config: Partial<Tracker["config"]> = {},
  store?: MemoryStore,
): TestTracker {
  const warnings: string[] = [];
  const clock = tickingClock();
  const settings = { ...defaultConfig, ...config };
  const open = () => openIndex({ path: ":memory:", settings, today: "2026-01-15" });
  let index = open();
  let policy = anyPolicy;
  const tracker: Tracker = {
    store: { ...(store ?? memoryStore()), folder },
    get index() {
      return index;
    },
    resetIndex: () => {
      index.close();
      index = open();
    },
    copyIndex: () => {
      index = index.copy();
    },
    get policy() {
      return policy;
    },
    usePolicy: (next) => {
      policy = next;
    },
    folds: createFolds(),
    config: settings,
    settings: { files: { user: undefined, repository: undefined, local: "" }, origin: () => ({ layer: "default" }) },
    surroundings: undefined,
    learn: () => undefined,
    share: () => undefined,
    clock,
    chance: countingChance(),
    actor: async () => ada,
    openTransport: () => Promise.reject(new Error("There is nothing beside memory")),
    programs: { folder, env: {} },
    openForeign: () => Promise.reject(new Error("There is nothing beside memory")),
    progress: () => undefined,
    wrote: false,
    warn: (text) => warnings.push(text),
    close: () => index.close(),
  };
  return withWarnings(tracker, warnings);
}

/** Keeps the getter of `index` alive. */
function withWarnings(tracker: Tracker, warnings: readonly string[]): TestTracker {
  return Object.defineProperty(tracker, "warnings", { value: warnings }) as TestTracker;
}
