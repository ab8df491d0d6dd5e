/**
 * Measures the promises about speed and size: every command beside something known, in the same minute. Prints a table, writes
 * results.json and growth.svg here. Never fails for a time.
 *
 *     bun run bench [--sizes 1000,10000,100000] [--runs 25] [--only NAME]
 */
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { binary } from "../test/support/binary.ts";
import { drawGrowth } from "./curves.ts";
import { timeInTurn } from "./measure.ts";
import { type Memory, measureMemory } from "./memory.ts";
import { openRepository } from "./repository.ts";
import { growthOf, judge, type Result, renderGrowth, renderTable } from "./results.ts";
import { coldRow, type Row, repositoryRows, startRows } from "./rows.ts";
import { removeScratch, runIn, scratchFolder } from "./scratch.ts";

interface Choice {
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly only: string | undefined;
}

const promisedIssues = 10_000;
const memoryRuns = 3;
const warmUps = 3;

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "1000,10000" },
    runs: { type: "string", default: "25" },
    only: { type: "string" },
  },
});
const choice: Choice = { sizes: values.sizes.split(",").map(Number), runs: Number(values.runs), only: values.only };
try {
  await bench(choice);
} finally {
  removeScratch();
}

async function bench({ sizes, runs, only }: Choice): Promise<void> {
  const executable = await binary();
  const hello = await buildHello();
  const results: Result[] = [];
  const measure = async (rows: readonly Row[], issues: number | null) => {
    for (const row of rows.filter(({ name }) => only === undefined || name.startsWith(only))) {
      console.error(`${row.name}${issues === null ? "" : `, ${issues} issues`} …`);
      results.push(await measureRow(row, issues, runs));
    }
  };
  await measure(startRows(executable, hello, scratchFolder()), null);
  const cold = await coldRow(executable, hello, scratchFolder());
  if (cold === undefined) console.error("The first run after leaving the page cache can't be measured on this system.");
  else await measure([cold], null);
  for (const issues of sizes) {
    console.error(`A repository of ${issues} issues …`);
    const repository = await openRepository(executable, issues);
    await measure(await repositoryRows(executable, repository), issues);
  }
  await report(results, sizes);
}

async function measureRow(
  { name, ours, beside, target, ...row }: Row,
  issues: number | null,
  runs: number,
): Promise<Result> {
  const times = row.kind === "daily" ? { runs, warmUps } : { runs: Math.max(3, Math.ceil(runs / 5)), warmUps: 1 };
  const [time, timeBeside] = await timeInTurn(ours, beside, times);
  const memory = (await measureMemory(ours, row.kind === "daily" ? memoryRuns : 1)) ?? null;
  const compared: Memory | undefined =
    row.memoryTarget === undefined ? undefined : await measureMemory(beside, memoryRuns);
  return judge({
    issues,
    name,
    beside: beside.label,
    time,
    timeBeside,
    // The promises are about this many; other sizes show how times grow.
    target: issues === null || issues === promisedIssues ? (target ?? null) : null,
    memory,
    memoryBeside: compared ?? null,
    memoryTarget: row.memoryTarget ?? null,
    kind: row.kind,
  });
}

async function report(results: readonly Result[], sizes: readonly number[]): Promise<void> {
  const growth = growthOf(results);
  const git = (await runIn(scratchFolder(), ["git", "--version"])).trim();
  const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, platform: process.platform, git, bun: Bun.version };
  console.log(`\n${Object.values(machine).join(", ")}; milliseconds and MB, medians\n`);
  console.log(renderTable(results));
  if (growth.length > 0) console.log(renderGrowth(growth));
  const at = (name: string) => join(import.meta.dir, name);
  await Bun.write(at("results.json"), `${JSON.stringify({ machine, results, growth }, null, 2)}\n`);
  if (sizes.length > 1) await Bun.write(at("growth.svg"), drawGrowth(results));
}

/** The least that a program of this Bun can be. */
async function buildHello(): Promise<string> {
  const folder = join(scratchFolder(), "hello");
  mkdirSync(folder);
  await Bun.write(join(folder, "hello.ts"), 'console.log("hello world");\n');
  const flags = ["--compile", "--minify", "--bytecode", "--format=esm"];
  await runIn(folder, [process.execPath, "build", ...flags, "hello.ts", "--outfile", "hello"]);
  return join(folder, "hello");
}
