/** Chance that repeats itself: a row of numbers that follows from its seed alone, on every machine. */

export interface Dice {
  /** A whole number from 0 on, below `count`. */
  below(count: number): number;
  /** True so many times of a hundred. */
  percent(times: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** So many hex digits. */
  hex(digits: number): string;
}

/** Mulberry32: small, fast, and even enough for made-up text. */
export function createDice(seed: string): Dice {
  let state = Bun.hash.crc32(seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (count: number) => Math.floor((next() / 2 ** 32) * count);
  return {
    below,
    percent: (times) => below(100) < times,
    pick: (list) => list[below(list.length)] ?? list[0],
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(""),
  };
}
