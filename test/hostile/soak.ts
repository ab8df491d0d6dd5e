/** The long form: every target of the fuzzer, and every case of an injection. */
import { renderFigures } from "./fuzz.ts";
import { inject } from "./injection.ts";
import { storedTargets } from "./stored.ts";
import { targets } from "./targets.ts";

export interface Soak {
  /** How many times what the suite tries. */
  readonly runs: number;
  readonly seed: number;
  /** Told of each part as it ends, in one line. */
  readonly report: (line: string) => void;
}

/** How many cases of an injection the suite tries. */
const injectionsOfSuite = 1000;

/** Throws with what it found at the end; one part's find does not keep the others from running. */
export async function soakHostile({ runs, seed, report }: Soak): Promise<void> {
  using stored = storedTargets();
  const finds: unknown[] = [];
  const part = async (name: string, work: () => Promise<string>) => {
    try {
      report(await work());
    } catch (error) {
      finds.push(error);
      report(`${name}: FOUND ${error instanceof Error ? error.message : error}`);
    }
  };
  for (const { name, check, specials } of [...targets, ...stored.targets]) {
    await part(name, async () => renderFigures(name, await check({ runs, seed })));
    for (const special of specials) {
      const whole = `${name}, ${special.name}`;
      await part(whole, async () => renderFigures(whole, await special.check()));
    }
  }
  await part("injections", async () => {
    const { cases, tried, troubles } = await inject(Math.round(injectionsOfSuite * runs), { runs, seed });
    if (troubles.length > 0) throw new Error(troubles.join("\n"));
    return `injections: ${tried} of ${cases} cases, 0 canaries`;
  });
  if (finds.length > 0) throw new AggregateError(finds, `${finds.length} finds (seed ${seed})`);
}
