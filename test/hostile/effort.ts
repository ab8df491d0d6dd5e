/**
 * How much a run tries, and with which chance. `HOSTILE_RUNS` multiplies what the suite tries by default, `HOSTILE_SEED` repeats
 * a run; the seed of each run is printed.
 */
export interface Effort {
  /** A factor: 1 is what the suite has seconds for. */
  readonly runs: number;
  readonly seed: number;
}

let printed = false;

/** What the environment asks for; a new seed if it names none. */
export function effortHere(): Effort {
  const effort = { runs: Number(process.env.HOSTILE_RUNS ?? 1), seed: Number(process.env.HOSTILE_SEED ?? drawn) };
  if (!printed) console.log(`HOSTILE_SEED=${effort.seed} HOSTILE_RUNS=${effort.runs}`);
  printed = true;
  return effort;
}

const drawn = Math.floor(Math.random() * 2 ** 31);

/** Mulberry32: numbers from 0 to below 1 that follow from the seed alone. */
export function chanceOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of the items, drawn without putting back, in their order; all if there are no more. */
export function sample<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  if (count >= items.length) return items;
  const chance = chanceOf(seed);
  const picked = new Set<number>();
  while (picked.size < count) picked.add(Math.floor(chance() * items.length));
  return items.filter((_, at) => picked.has(at));
}
