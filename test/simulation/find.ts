/**
 * Looks for a history that breaks a promise and prints the first as JSON, or `{}`: `bun find.ts WAY SEED COUNT`, the hinted seed first. It is
 * a program of its own, so that it can run beside a changed copy of the sources.
 */
import { ways } from "./history.ts";
import { simulate } from "./simulate.ts";

const [given, ...numbers] = Bun.argv.slice(2);
const way = ways.find((each) => each === given) ?? "bare";
const [hint = 1, count = 1] = numbers.map(Number);
process.stdout.write(JSON.stringify(await firstFailure(hint, count)));

async function firstFailure(hint: number, count: number) {
  const seeds = [hint, ...Array.from({ length: count }, (_, index) => index + 1)];
  for (const seed of seeds) {
    const { failure } = await simulate(seed, way);
    if (failure !== undefined) return failure;
  }
  return {};
}
