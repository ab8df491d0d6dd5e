/**
 * How long programs take from being started to their end. Two that are to be compared run in turn, so that whatever else the machine
 * does meets both.
 */
import { cleanEnvironment, watched } from "./scratch.ts";

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

export interface Effort {
  readonly runs: number;
  /** Come first and don't count. */
  readonly warmUps: number;
  /** No further run is begun after so long, once there are a few. */
  readonly budgetMs: number;
}

/** Fewer say nothing of the spread. */
const runsMin = 3;

/** Times of two trials, in milliseconds; they take turns. */
export async function timeInTurn(a: Trial, b: Trial, { runs, warmUps, budgetMs }: Effort) {
  const times: [number[], number[]] = [[], []];
  const started = Bun.nanoseconds();
  const spent = () => (Bun.nanoseconds() - started) / 1e6;
  for (let run = -warmUps; run < runs && (run < runsMin || spent() < budgetMs); run++) {
    const [timeOfA, timeOfB] = [await timeOnce(a), await timeOnce(b)];
    if (run < 0) continue;
    times[0].push(timeOfA);
    times[1].push(timeOfB);
  }
  return { time: spreadOf(times[0]), timeBeside: spreadOf(times[1]), runs: times[0].length };
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

/** Now the one, now the other. */
export function alternating(a: string, b: string): () => string {
  let last = b;
  return () => {
    last = last === a ? b : a;
    return last;
  };
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
  const child = watched(Bun.spawn([...run.command], { cwd: run.cwd, env, stdin, stdout: "pipe", stderr: "pipe" }));
  const [, stderr, code] = await Promise.all([drain(child.stdout), child.stderr.text(), child.exited]);
  const time = (Bun.nanoseconds() - started) / 1e6;
  if (code !== 0) throw new Error(`${trial.label}: exit code ${code}\n${stderr}`);
  return time;
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}
