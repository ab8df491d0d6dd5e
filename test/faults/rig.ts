/**
 * What all rigs have in common. A rig runs the executable against one kind of trouble, at a size that it is told, and reports figures and
 * problems; a test calls it small, `soak.ts` calls it large.
 */
import { inspect } from "node:util";

export interface RigReport {
  readonly rig: string;
  readonly seed: number;
  readonly figures: Readonly<Record<string, number>>;
  /** Broken promises, one sentence each; none is what a test asks for. */
  readonly problems: readonly string[];
}

/** The seed to use: GIT_TRACKER_SEED, or one of chance. */
export function drawSeed(): number {
  const given = Number(process.env.GIT_TRACKER_SEED);
  return Number.isInteger(given) && given > 0 ? given : crypto.getRandomValues(new Uint32Array(1))[0] || 1;
}

/** What was done, with which figures, and the seed with which it can be done again. */
export function headline({ rig, seed, figures, problems }: RigReport): string {
  const counts = Object.entries(figures).map(([name, count]) => `${name} ${Math.round(count * 10) / 10}`);
  return `${rig}: ${counts.join(", ")}; problems ${problems.length}; GIT_TRACKER_SEED=${seed}`;
}

/** One problem of each kind, with how many there are: those that differ only in names and numbers are of one kind. */
export function gather(problems: readonly string[]): string[] {
  const kinds = new Map<string, { readonly first: string; count: number }>();
  for (const problem of problems) {
    const kind = problem.replaceAll(/\/[^\s'"]*|"[^"]*"|[0-9a-f]{7,}|\d+/g, "…");
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { first: problem, count: 1 });
    else known.count++;
  }
  return [...kinds.values()].map(({ first, count }) => (count === 1 ? first : `${first} (and ${count - 1} like it)`));
}

export interface Chooser {
  /** From 0 up to, but not, `limit`. */
  below(limit: number): number;
  /** So many of them at most, in the order that they have. */
  sample<T>(list: readonly T[], count: number): T[];
}

/** Choices that are the same for the same seed (mulberry32). */
export function createChooser(seed: number): Chooser {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    sample(list, count) {
      const drawn = list.map((item, at) => ({ item, at, draw: next() })).toSorted((a, b) => a.draw - b.draw);
      return drawn
        .slice(0, count)
        .toSorted((a, b) => a.at - b.at)
        .map(({ item }) => item);
    },
  };
}

/** Works through `jobs` with so many at the same time. */
export async function inLanes<T>(lanes: number, jobs: readonly T[], work: (job: T) => Promise<void>): Promise<void> {
  const waiting = jobs.values();
  const lane = async () => {
    for (const job of waiting) await work(job);
  };
  await Promise.all(range(lanes).map(lane));
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The moment that is so far away: a fault that comes at any time has no event to wait for. */
export function inMs(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  AbortSignal.timeout(ms).addEventListener("abort", () => resolve());
  return promise;
}

/** Waits of many, as figures in milliseconds. */
export function percentiles(waits: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Any value on one line, for a problem's sentence. */
export function short(value: unknown): string {
  const text = typeof value === "string" ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  const line = text.trim().replaceAll(/\s*\n\s*/g, " | ");
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
