/**
 * How long programs take from being started to their end. Two that are to be compared run in turn, so that whatever else the machine
 * does meets both.
 */
import { cleanEnvironment } from "./scratch.ts";

/** A program to be run again and again. */
export interface Trial {
  /** What the table calls it. */
  readonly label: string;
  readonly command: readonly string[];
  readonly cwd: string;
  /** A file that it reads as its input. */
  readonly input?: string;
  /** What is to be done before each run, and isn't measured. May name another folder to run in. */
  readonly prepare?: () => Promise<{ readonly cwd: string } | undefined>;
}

export interface Spread {
  readonly median: number;
  /** A quarter of the runs were faster than this. */
  readonly lower: number;
  readonly upper: number;
}

/** Times of the trials, in milliseconds, one list for each; they take turns. */
export async function timeInTurn(trials: readonly Trial[], runs: number, warmUps: number): Promise<Spread[]> {
  const times = trials.map((): number[] => []);
  for (let run = -warmUps; run < runs; run++) {
    for (const [index, trial] of trials.entries()) {
      const time = await timeOnce(trial);
      if (run >= 0) times[index]?.push(time);
    }
  }
  return times.map(spreadOf);
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

async function timeOnce(trial: Trial): Promise<number> {
  const { cwd = trial.cwd } = (await trial.prepare?.()) ?? {};
  const env = cleanEnvironment();
  const started = Bun.nanoseconds();
  // Through a pipe, as most programs that start others read them.
  const child = Bun.spawn([...trial.command], { cwd, env, stdin: inputOf(trial), stdout: "pipe", stderr: "pipe" });
  const [, stderr, code] = await Promise.all([drain(child.stdout), child.stderr.text(), child.exited]);
  const time = (Bun.nanoseconds() - started) / 1e6;
  if (code !== 0) throw new Error(`${trial.label}: exit code ${code}\n${stderr}`);
  return time;
}

export function inputOf({ input }: Trial) {
  return input === undefined ? "ignore" : Bun.file(input);
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}
