/**
 * The property that every decoder of other people's data has: it returns or refuses with a TrackerError, the same way each time,
 * and comes to an end.
 */
import { deepEquals } from "bun";
import fc from "fast-check";
import { TrackerError } from "../../src/core/errors.ts";
import type { Effort } from "./effort.ts";
import type { Special } from "./specials.ts";

export interface Target {
  readonly name: string;
  /** Tries made-up inputs. Throws with the shortest that breaks the property. */
  check(effort: Effort): Promise<Figures>;
  readonly specials: readonly { readonly name: string; check(): Promise<Figures> }[];
}

export interface Figures {
  readonly runs: number;
  readonly refused: number;
  /** The slowest input, in milliseconds. */
  readonly slowest: number;
}

export interface Definition<T> {
  readonly name: string;
  /** How many inputs the suite tries: as many as take a second or two. */
  readonly runs: number;
  readonly input: fc.Arbitrary<T>;
  readonly run: (input: T) => unknown;
  readonly specials?: readonly Special[];
  /** A special's text as an input. */
  readonly from?: (text: string) => T;
}

/** An input that takes so long is taken for one that never ends: hundreds of times what the slowest takes. */
export const hangMs = 10_000;
/** The same for the specials, which are a thousand times as big. */
export const specialHangMs = 30_000;

export function defineTarget<T>({ name, runs, input, run, specials = [], from }: Definition<T>): Target {
  return {
    name,
    async check(effort) {
      const figures = { runs: 0, refused: 0, slowest: 0 };
      const property = fc.asyncProperty(input, async (value) => {
        const { refused, ms } = await checkOne(() => run(value), hangMs, "twice");
        figures.runs += 1;
        figures.refused += refused ? 1 : 0;
        figures.slowest = Math.max(figures.slowest, ms);
      });
      await fc.assert(property, { numRuns: Math.max(1, Math.round(runs * effort.runs)), seed: effort.seed });
      return figures;
    },
    specials: specials.map((special) => ({
      name: special.name,
      async check() {
        if (from === undefined) throw new Error(`${name} does not say how to read a special`);
        const value = from(special.make());
        const { refused, ms } = await checkOne(() => run(value), specialHangMs, "once");
        return { runs: 1, refused: refused ? 1 : 0, slowest: ms };
      },
    })),
  };
}

/** A long run in one line. */
export function renderFigures(name: string, { runs, refused, slowest }: Figures): string {
  return `${name}: ${runs} inputs, ${refused} refused, the slowest ${slowest.toFixed(0)} ms`;
}

interface Checked {
  readonly refused: boolean;
  readonly ms: number;
}

async function checkOne(run: () => unknown, msMax: number, times: "once" | "twice"): Promise<Checked> {
  const began = performance.now();
  const first = await outcome(run);
  const ms = performance.now() - began;
  if (ms > msMax) throw new Error(`It took ${ms.toFixed(0)} ms`);
  if (times === "twice" && !deepEquals(first, await outcome(run), true)) {
    throw new Error(`The second time it came to something else than ${JSON.stringify(first)}`);
  }
  if (polluted()) throw new Error("It changed what every object inherits");
  return { refused: "code" in first, ms };
}

type Outcome =
  | { readonly value: unknown }
  | { readonly code: string; readonly message: string; readonly hint: unknown };

async function outcome(run: () => unknown): Promise<Outcome> {
  try {
    return { value: await run() };
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    const { code, message, hint } = error;
    return { code, message, hint };
  }
}

function polluted(): boolean {
  return Object.keys(Object.prototype).length > 0 || "polluted" in {};
}
