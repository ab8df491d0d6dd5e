/**
 * The long forms of the tests that look for what users would find: thousands of kills, power cuts, collections, histories and hostile
 * inputs. Prints counts and seeds, and ends with 1 if anything was found; every find becomes a fixed seed or a case of the suite.
 *
 *     bun run soak [--scale 1] [--seed N] [--only simulation,real,hostile,faults,environment,doctor,crowd] [--parts "B1,B4 xfs"]
 *
 * At scale 1 it takes a machine for a day; at 0.01 it takes some minutes, and tries all of it.
 */
import { parseArgs } from "node:util";
import { type SoakPart, soakFaults, soakParts } from "./faults/soak.ts";
import { soakHostile } from "./hostile/soak.ts";
import { soakDoctor } from "./interop/soak.ts";
import { soakReal } from "./simulation/real-soak.ts";
import { replayCommand, soakSimulation } from "./simulation/soak.ts";

interface Size {
  readonly scale: number;
  readonly seed: number;
  readonly parts: readonly string[] | undefined;
}

const report = (line: string) => console.log(line);

/** Each returns how many problems it found. */
const soaks: Readonly<Record<string, (size: Size) => Promise<number>>> = {
  async simulation({ scale, seed }) {
    let failed = 0;
    for (const [way, count] of [
      ["bare", 800_000],
      ["engine", 200_000],
    ] as const) {
      const so = await soakSimulation({ histories: Math.ceil(count * scale), seed, way });
      report(
        `simulation, ${way}: ${so.histories} histories from seed ${seed}, ${so.commits} commits, ${so.failures.length} failures`,
      );
      for (const failure of so.failures) report(`  ${replayCommand(failure)}`);
      failed += so.failures.length;
    }
    return failed;
  },
  async real({ scale, seed }) {
    const { problems, said } = await soakReal({ histories: Math.ceil(200 * scale), seed });
    report(said);
    for (const problem of problems) report(`  ${problem}`);
    return problems.length;
  },
  async hostile({ scale, seed }) {
    try {
      await soakHostile({ runs: Math.max(1, 80 * scale), seed, report });
      return 0;
    } catch (error) {
      if (!(error instanceof AggregateError)) throw error;
      return error.errors.length;
    }
  },
  async faults({ scale, seed, parts }) {
    const isPart = (name: string): name is SoakPart => soakParts.some((part) => part === name);
    const chosen = parts?.filter(isPart) ?? soakParts;
    if (chosen.length === 0) {
      report(`faults: there is no such part; there are ${soakParts.join(", ")}`);
      return 1;
    }
    const other = process.env.GIT_TRACKER_OTHER_BIN;
    const options = { scale, seed, report, parts: chosen, ...(other !== undefined && { otherProgram: other }) };
    return (await soakFaults(options)).reduce((sum, { problems }) => sum + problems.length, 0);
  },
  async environment({ scale, seed, parts }) {
    const { soakEnvironment } = await import("./environment/soak.ts");
    const options = { scale, seed, report, ...(parts !== undefined && { parts }) };
    return (await soakEnvironment(options)).reduce((sum, { problems }) => sum + problems.length, 0);
  },
  async crowd({ scale }) {
    const { meetInCrowd } = await import("./proof/many-clones.ts");
    const clones = Math.max(4, Math.min(100, Math.ceil(1000 * scale)));
    let problems = 0;
    for (const machines of [1, clones]) {
      const where = machines === 1 ? "on one machine" : "on as many machines";
      const begun = performance.now();
      try {
        const slowest = await meetInCrowd({ clones, changes: 10, syncEvery: 10, sharedIssues: 5, machines, looked: 5 });
        const [all, one] = [performance.now() - begun, slowest].map((ms) => (ms / 1000).toFixed(1));
        report(
          `crowd: ${clones} clones ${where} with 10 changes each in ${all} s, the slowest sync ${one} s, nothing lost`,
        );
      } catch (error) {
        problems++;
        report(`crowd: ${where}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return problems;
  },
  async doctor({ scale, seed }) {
    const { runs, whole, named, problems } = await soakDoctor({ runs: Math.ceil(100 * scale), seed, report });
    report(`doctor: ${runs} corruptions, ${whole} whole, ${named} named, ${problems.length} problems`);
    return problems.length;
  },
};

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    seed: { type: "string", default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    only: { type: "string" },
    parts: { type: "string" },
  },
});
const size: Size = { scale: Number(values.scale), seed: Number(values.seed), parts: values.parts?.split(",") };
const names = values.only?.split(",") ?? Object.keys(soaks);
console.log(`Soaking ${names.join(", ")} at scale ${size.scale}, seed ${size.seed}.`);
let problems = 0;
for (const name of names) {
  const soak = soaks[name];
  if (soak === undefined) throw new Error(`There is no soak ${name}: ${Object.keys(soaks).join(", ")}`);
  problems += await soak(size);
}
console.log(`${problems} problems found.`);
process.exitCode = problems > 0 ? 1 : 0;
