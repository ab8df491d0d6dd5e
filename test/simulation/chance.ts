/** Chance with a seed: the same seed draws the same, on every machine. */
export interface Chance {
  /** A whole number from 0 up to, not including, `below`. */
  int(below: number): number;
  /** True with this probability. */
  of(probability: number): boolean;
  /** One of the items; there must be one. */
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  // Mulberry32: small, fast, and good enough to spread seeds that follow each other.
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const int = (below: number) => Math.floor(draw() * below);
  draw();
  return {
    int,
    of: (probability) => draw() < probability,
    pick(items) {
      const item = items[int(items.length)];
      if (item === undefined) throw new Error("Nothing to pick from");
      return item;
    },
    shuffled(items) {
      const left = [...items];
      const shuffled: typeof left = [];
      while (left.length > 0) shuffled.push(...left.splice(int(left.length), 1));
      return shuffled;
    },
  };
}
