/**
 * Looks for a history that breaks a promise and prints the first as JSON, or `{}`: `bun find.ts SEED COUNT`, the hinted seed first. It is
 * a program of its own, so that it can run beside a changed copy of the core.
 */
import { simulate } from "./simulate.ts";

const [hint = 1, count = 1] = Bun.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(await firstFailure(hint, count)));

async function firstFailure(hint: number, count: number) {
  const seeds = [hint, ...Array.from({ length: count }, (_, index) => index + 1)];
  for (const seed of seeds) {
    const { failure } = await simulate(seed);
    if (failure !== undefined) return failure;
  }
  return {};
}
