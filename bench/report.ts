/** The report of a run: tables to be read, and the same as JSON to be compared with other runs. */
import type { Spread } from "./measure.ts";
import type { Check, Growth, Lead, Result, Unmeasured } from "./results.ts";

export interface Report {
  readonly machine: Machine;
  readonly rivals: readonly RivalReport[];
  readonly results: readonly Result[];
  readonly unmeasured: readonly Unmeasured[];
  readonly growth: readonly Growth[];
  readonly leads: readonly Lead[];
}

export interface Machine {
  readonly cores: number;
  readonly git: string;
  readonly bun: string;
}

export interface RivalReport {
  readonly name: string;
  /** Null if it could not be had. */
  readonly version: string | null;
  readonly skipped: string | null;
}

/** The same keys in the same order each time, and figures as precise as they are true. */
export function renderJson(report: Report): string {
  const { machine, rivals, results, unmeasured, growth, leads } = report;
  const ordered = { machine, rivals, results: results.map(orderedResult), unmeasured, growth, leads };
  const round = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toFixed(3)) : value);
  return `${JSON.stringify(ordered, round, 2)}\n`;
}

function orderedResult(result: Result): Result {
  const { issues, name, rival, beside, runs, time, timeBeside, ratio, target, memory, memoryBeside, checks } = result;
  return { issues, name, rival, beside, runs, time, timeBeside, ratio, target, memory, memoryBeside, checks };
}

export function renderText(report: Report): string {
  const { machine, rivals, results, unmeasured, growth, leads } = report;
  const sizes = [...new Set([...results, ...unmeasured].map(({ issues }) => issues))];
  const groups = sizes.flatMap((size) => {
    const here = results.filter(({ issues }) => issues === size);
    const failed = unmeasured.filter(({ issues }) => issues === size);
    return [
      section(`${titleOf(size)}: time`, renderTimes(here.filter(({ rival }) => rival === null))),
      section(`${titleOf(size)}: other trackers`, renderTimes(here.filter(({ rival }) => rival !== null))),
      section(`${titleOf(size)}: memory`, renderMemory(here)),
      section(`${titleOf(size)}: not measured`, failed.map(unmeasuredLine).join("")),
    ];
  });
  const skipped = rivals.filter((each) => each.skipped !== null);
  return [
    `${machine.cores} cores, git ${machine.git}, Bun ${machine.bun}; milliseconds and MB, medians\n`,
    ...groups,
    section("Growth", renderGrowth(growth)),
    section("Skipped", skipped.map(({ name, skipped }) => `${name}: ${skipped}\n`).join("")),
    section("Where others lead", renderLeads(leads, results)),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function titleOf(issues: number | null): string {
  return issues === null ? "Start" : `${issues} issues`;
}

function section(title: string, body: string): string {
  return body === "" ? "" : `${title}\n\n${body}`;
}

function unmeasuredLine({ name, rival, reason }: Unmeasured): string {
  return `${rival === null ? "" : `${rival}, `}${name}: ${reason}\n`;
}

function renderTimes(results: readonly Result[]): string {
  const heads = ["ours", "ms", "(quartiles)", "beside", "ms", "(quartiles)", "runs", "ratio", "at most", ""];
  const rows = results.map(({ name, time, beside, timeBeside, runs, ratio, target, checks }) => [
    name,
    digits(time.median),
    quartiles(time),
    beside,
    digits(timeBeside.median),
    quartiles(timeBeside),
    String(runs),
    `${ratio.toFixed(2)}x`,
    target === null ? "" : `${target}x`,
    verdict(checks.filter(({ what }) => what === "ratio" || what === "ms")),
  ]);
  return rows.length === 0 ? "" : align([heads, ...rows], new Set([0, 3, 9]));
}

function renderMemory(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, memory, checks }) => {
    if (memory === null) return [];
    const ofMemory = checks.filter(({ what }) => what !== "ratio" && what !== "ms");
    const atMost = (what: Check["what"]) => String(ofMemory.find((check) => check.what === what)?.atMost ?? "");
    const { anonymous, resident } = memory;
    const figures = [anonymous.toFixed(1), atMost("MB private"), resident.toFixed(1), atMost("MB resident")];
    return [[name, ...figures, verdict(ofMemory)]];
  });
  const heads = ["ours", "private", "at most", "resident", "at most", ""];
  return rows.length === 0 ? "" : align([heads, ...rows], new Set([0, 5]));
}

function verdict(checks: readonly Check[]): string {
  const missed = checks.filter(({ met }) => !met);
  if (missed.length > 0) return `NOT MET: ${missed.map(({ what, atMost }) => `over ${atMost} ${what}`).join(", ")}`;
  return checks.some(({ what }) => what !== "ms") ? "met" : "";
}

function renderGrowth(growth: readonly Growth[]): string {
  const rows = growth.map(({ name, from, to, ratio, target, met }) => {
    return [name, `${from} → ${to}`, `${ratio.toFixed(2)}x`, `at most ${target}x`, met ? "met" : "NOT MET"];
  });
  return align(rows, new Set([0, 4]));
}

/** How much of a lead is the start of any program that Bun compiled. */
function renderLeads(leads: readonly Lead[], results: readonly Result[]): string {
  const start = results.find(({ name }) => name === "version")?.timeBeside.median;
  const why =
    start === undefined ? "" : `; of ours, ${digits(start)} ms are what any program compiled by Bun takes to start`;
  return leads.map(({ rival, name, ms }) => `${rival} leads in ${name} by ${digits(ms)} ms${why}\n`).join("");
}

function quartiles({ lower, upper }: Spread): string {
  return `(${digits(lower)}–${digits(upper)})`;
}

function digits(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 100 ? 1 : 0);
}

function align(rows: readonly (readonly string[])[], left: ReadonlySet<number>): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return left.has(column) ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}
