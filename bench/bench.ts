/**
 * Measures the promises about speed and size: every command beside something known, in the same minute. Prints tables, writes
 * results.json and growth.svg here if all was measured. Never fails for a time.
 *
 *     bun run bench [--sizes 1000,10000,100000] [--runs 25] [--only NAME] [--rivals none|all|NAME,NAME] [--fresh]
 *
 * `--only` measures the rows whose names begin so, `--fresh` makes the repositories anew that are kept between runs. Trackers to be
 * compared with are installed if they are missing: npm packages into a cache, Debian packages on Debian for root.
 */
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { binary } from "../test/support/binary.ts";
import { drawGrowth } from "./curves.ts";
import { timeInTurn } from "./measure.ts";
import { measureMemory } from "./memory.ts";
import { type RivalReport, renderJson, renderText } from "./report.ts";
import { openRepository } from "./repository.ts";
import { growthOf, judge, leadsOf, type Result, type Unmeasured } from "./results.ts";
import { chosenRivals, type RivalSource, rivalRow, rivalRows } from "./rivals.ts";
import { type Row, repositoryRows, startRows } from "./rows.ts";
import { cleanUp, runIn, scratchFolder } from "./scratch.ts";

interface Choice {
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly only: string | undefined;
  readonly rivals: readonly RivalSource[];
  readonly fresh: boolean;
}

/** Where a row stands among the others. */
interface Place {
  readonly issues: number | null;
  readonly rival: string | null;
}

const promisedIssues = 10_000;
const memoryRuns = 3;
const warmUps = 3;
/** For a row, however slow what runs beside it. */
const budgetMs = 30_000;

const results: Result[] = [];
const unmeasured: Unmeasured[] = [];
const rivalReports: RivalReport[] = [];

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    cleanUp();
    process.exit(1);
  });
}
const choice = readChoice();
try {
  await bench(choice);
} finally {
  cleanUp();
}

function readChoice(): Choice {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "1000,10000" },
      runs: { type: "string", default: "25" },
      only: { type: "string" },
      rivals: { type: "string", default: "all" },
      fresh: { type: "boolean", default: false },
    },
  });
  const sizes = values.sizes.split(",").map((size) => wholeNumber("--sizes", size));
  const rivals = chosenRivals(values.rivals);
  if (rivals === undefined) refuse(`--rivals: none, all, or names of ${chosenRivals("all")?.map(({ name }) => name)}`);
  return { sizes, runs: wholeNumber("--runs", values.runs), only: values.only, rivals, fresh: values.fresh };
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : refuse(`${option}: ${text} is no number above 0`);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

async function bench({ sizes, runs, only, rivals, fresh }: Choice): Promise<void> {
  const wanted = ({ name }: { readonly name: string }) => only === undefined || name.startsWith(only);
  const measure = async (rows: readonly Row[], place: Place) => {
    for (const row of rows.filter(wanted)) await tryRow(row, place, runs);
  };
  const executable = await binary();
  await measure(startRows(executable, await buildHello(), scratchFolder()), { issues: null, rival: null });
  for (const issues of sizes) {
    const rows = await openRows(executable, issues, fresh);
    await measure(rows, { issues, rival: null });
    const shared = issues === sizeForRivals(sizes) ? rows.filter(wanted) : [];
    for (const rival of shared.length === 0 ? [] : rivals) await measureRival(rival, shared, issues, runs);
  }
  await report(only === undefined);
}

/** None if there can't be such a repository, which is told. */
async function openRows(executable: string, issues: number, fresh: boolean): Promise<readonly Row[]> {
  progress(`A repository of ${issues} issues`);
  try {
    return repositoryRows(executable, await openRepository(executable, issues, { fresh }));
  } catch (error) {
    unmeasured.push({ issues, name: "the repository", rival: null, reason: reasonOf(error) });
    return [];
  }
}

/** Where something is promised, or else what comes nearest: a rival's preparations take long. */
function sizeForRivals(sizes: readonly number[]): number | undefined {
  return sizes.includes(promisedIssues) ? promisedIssues : sizes.toSorted((a, b) => a - b)[0];
}

async function measureRival({ name, open }: RivalSource, ours: readonly Row[], issues: number, runs: number) {
  progress(`${name} with ${issues} issues`);
  try {
    const { version, trials } = await open(issues);
    rivalReports.push({ name, version, skipped: null });
    for (const row of rivalRows) {
      const [mine, trial] = [ours.find((each) => each.name === row), trials[row]];
      if (mine === undefined) continue;
      if ("lacking" in trial) unmeasured.push({ issues, name: row, rival: name, reason: trial.lacking });
      else await tryRow(rivalRow(mine, name, trial), { issues, rival: name }, runs);
    }
  } catch (error) {
    rivalReports.push({ name, version: null, skipped: reasonOf(error) });
  }
}

/** A row that fails is told of, and doesn't stop the others. */
async function tryRow(row: Row, { issues, rival }: Place, runs: number): Promise<void> {
  progress(
    [row.name, ...(rival === null ? [] : [row.beside]), ...(issues === null ? [] : [`${issues} issues`])].join(", "),
  );
  try {
    results.push(await measureRow(row, { issues, rival }, runs));
  } catch (error) {
    unmeasured.push({ issues, name: row.name, rival, reason: reasonOf(error) });
  }
}

async function measureRow(row: Row, { issues, rival }: Place, runs: number): Promise<Result> {
  const { name, beside, target, kind, memoryTarget = null, peakMax = null } = row;
  const trials = await row.open();
  const times =
    kind === "long"
      ? { runs: Math.max(3, Math.ceil(runs / 5)), warmUps: 1 }
      : { runs, warmUps: rival === null ? warmUps : 1 };
  const timed = await timeInTurn(trials.ours, trials.beside, { ...times, budgetMs });
  const look = kind === "daily" ? ({ runs: memoryRuns, at: "printing" } as const) : ({ runs: 1, at: "peak" } as const);
  const memory = rival === null ? ((await measureMemory(trials.ours, look)) ?? null) : null;
  const memoryBeside = memoryTarget === null ? null : ((await measureMemory(trials.beside, look)) ?? null);
  // The promises are about this many; other sizes show how times grow.
  const promised = issues === null || issues === promisedIssues || rival !== null;
  const targetHere = promised ? (target ?? null) : null;
  return judge({
    issues,
    name,
    rival,
    beside,
    ...timed,
    target: targetHere,
    memory,
    memoryBeside,
    memoryTarget,
    peakMax,
    kind,
  });
}

/** `whole` if no row was left out: only then is it worth keeping. */
async function report(whole: boolean): Promise<void> {
  const git = (await runIn(scratchFolder(), ["git", "--version"])).trim().replace("git version ", "");
  const all = {
    machine: { cores: cpus().length, git, bun: Bun.version },
    rivals: rivalReports,
    results,
    unmeasured,
    growth: growthOf(results),
    leads: leadsOf(results),
  };
  console.log(renderText(all));
  if (!whole) return;
  const picture = drawGrowth(results);
  await Bun.write(join(import.meta.dir, "results.json"), renderJson(all));
  if (picture !== undefined) await Bun.write(join(import.meta.dir, "growth.svg"), picture);
}

/** In a line, without the folders of this machine. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replaceAll(/(?<![\w.:])(?:\/[\w.@+-]+)+\//g, "…/")
    .trim()
    .replaceAll(/\s*\n\s*/g, "; ");
}

function progress(what: string): void {
  console.error(`${what} …`);
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
