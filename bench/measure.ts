/**
 * How long programs take from being started to their end. Two that are to be compared run in turn, so that whatever else the machine
 * does meets both.
 */
import { cleanEnvironment } from "./scratch.ts";

/** One run of a program. */
export interface Run {
  readonly command: readonly string[];
  readonly cwd: string;
  /** A file that it reads as its input. */
  readonly input?: string;
}

/** A program to be run again and again. */
export interface Trial {
  /** What the table calls it. */
  readonly label: string;
  /** Prepares the next run, which is not measured. */
  next(): Run | Promise<Run>;
}

export interface Spread {
  readonly median: number;
  /** A quarter of the runs were faster than this. */
  readonly lower: number;
  readonly upper: number;
}

/** Times of two trials, in milliseconds; they take turns. */
export async function timeInTurn(
  a: Trial,
  b: Trial,
  { runs, warmUps }: { readonly runs: number; readonly warmUps: number },
): Promise<readonly [Spread, Spread]> {
  const times: [number[], number[]] = [[], []];
  for (let run = -warmUps; run < runs; run++) {
    const [timeOfA, timeOfB] = [await timeOnce(a), await timeOnce(b)];
    if (run < 0) continue;
    times[0].push(timeOfA);
    times[1].push(timeOfB);
  }
  return [spreadOf(times[0]), spreadOf(times[1])];
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

export function inputOf({ input }: Run) {
  return input === undefined ? "ignore" : Bun.file(input);
}

async function timeOnce(trial: Trial): Promise<number> {
  const run = await trial.next();
  const env = cleanEnvironment();
  const stdin = inputOf(run);
  const started = Bun.nanoseconds();
  // Through a pipe, as most programs read what they start.
  const child = Bun.spawn([...run.command], { cwd: run.cwd, env, stdin, stdout: "pipe", stderr: "pipe" });
  const [, stderr, code] = await Promise.all([drain(child.stdout), child.stderr.text(), child.exited]);
  const time = (Bun.nanoseconds() - started) / 1e6;
  if (code !== 0) throw new Error(`${trial.label}: exit code ${code}\n${stderr}`);
  return time;
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}
