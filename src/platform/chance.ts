/** Chance: the only place that draws random bytes. */
export interface Chance {
  /** `count` random bytes as hex digits. */
  hex(count: number): string;
}

export const systemChance: Chance = {
  hex: (count) => crypto.getRandomValues(new Uint8Array(count)).toHex(),
};
