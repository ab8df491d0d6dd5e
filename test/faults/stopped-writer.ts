/** A7: a writer is stopped in the middle of its turn, and readers go on as if there were none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../support/binary.ts";
import { checkNextWriter, checkSoundness } from "./check.ts";
import { attempt, copyPlace, type Ended, makePlace, type Place, tracker } from "./place.ts";
import { type Chooser, createChooser, inLanes, inMs, percentiles, type RigReport, range, short } from "./rig.ts";
import { readLog } from "./state.ts";
import { isChange, type Point, startWithFault, watchCalls } from "./strace.ts";

export interface StoppedSize {
  readonly seed: number;
  readonly reads: number;
  /** At so many moments, at least two. */
  readonly stops: number;
}

/** Nobody waits for a writer so long who does not wait for it at all. */
const blockedMs = 5000;

/** Changes of one file come without notice often enough, so it is looked at again and again. */
const lookMs = 10;
const looksMax = 1000;

interface Stop {
  readonly point: Point;
  readonly hasMoved: boolean;
}

/** Stops a writer at different moments of its turn, reads, and lets it go on: it ends as if nothing had been. */
export async function readPastStopped({ seed, reads, stops }: StoppedSize): Promise<RigReport> {
  using place = makePlace();
  const issue = await tracker(place, "new", "-q", "One");
  await tracker(place, "comment", "-q", issue, "Something");
  const problems: string[] = [];
  const waits: number[] = [];
  const moments = chooseStops(await findStops(place, issue), createChooser(seed), stops);
  for (const [number, stop] of moments.entries()) {
    using copy = copyPlace(place);
    await tracker(copy, "list");
    const found = await readDuring(copy, issue, stop, Math.ceil(reads / moments.length), waits);
    const where = `stopped at ${stop.point.call} ${stop.point.n} (${stop.point.detail.slice(0, 70)})`;
    problems.push(...found.map((problem) => `${number}, ${where}: ${problem}`));
  }
  const { p50, p99, max } = percentiles(waits);
  const figures = { stops: moments.length, reads: waits.length, "p50 ms": p50, "p99 ms": p99, "max ms": max };
  return { rig: "A7 reads past a stopped writer", seed, figures, problems };
}

async function readDuring(place: Place, issue: string, stop: Stop, reads: number, waits: number[]): Promise<string[]> {
  const problems: string[] = [];
  using writer = await stopAt(place, await wordsOf(issue), stop.point);
  const questions = [
    ["list", "--json"],
    ["show", issue, "--json"],
    ["log", "--json"],
    ["search", "Something", "--json"],
  ];
  await inLanes(2, range(reads), async (number) => {
    if (problems.length > 0) return;
    const words = questions[number % questions.length] ?? [];
    const { code, stdout, stderr, ms } = await attempt(place, ...words);
    waits.push(ms);
    if (code !== 0) problems.push(`${words[0]} ends with ${code}: ${short(stderr)}`);
    if (ms > blockedMs) problems.push(`${words[0]} waited ${Math.round(ms)} ms`);
    if (!stop.hasMoved && stdout.includes("Stopped")) problems.push(`${words[0]} tells what has not happened yet`);
  });
  const { code, stderr } = await writer.resume();
  if (code !== 0) problems.push(`The stopped writer ends with ${code}: ${short(stderr)}`);
  const next = await checkNextWriter(place);
  const rows = await readLog(place);
  if (!JSON.stringify(rows).includes("Stopped")) problems.push("What the stopped writer wrote is not there");
  return [...problems, ...next.problems, ...(await checkSoundness(place, rows))];
}

async function wordsOf(issue: string): Promise<readonly string[]> {
  return [await binary(), "comment", "-q", issue, "Stopped"];
}

/** The calls of a writer's turn, from the first about the objects on; a signal lets the call end that it comes at. */
async function findStops(place: Place, issue: string): Promise<readonly Stop[]> {
  using copy = copyPlace(place);
  await tracker(copy, "list");
  const { points } = await watchCalls(copy, await wordsOf(issue));
  const first = points.findIndex(({ call, detail }) => call === "write" && detail.includes("/.git/"));
  const move = points.findIndex(
    ({ call, detail }) => /^rename/.test(call) && detail.includes("refs/git-tracker/issues/"),
  );
  if (first < 0 || move < 0) throw new Error("No call moves the ref of an issue");
  const stops = points.map((point, at) => ({ point, hasMoved: at >= move }));
  return stops.slice(first).filter(({ point }) => isChange(point) && point.call !== "unlink" && point.call !== "mmap");
}

/** Always right before the move and right after it; others by chance. */
function chooseStops(all: readonly Stop[], chooser: Chooser, count: number): Stop[] {
  const move = all.findIndex(({ hasMoved }) => hasMoved);
  const others = all.filter((_, at) => at !== move && at !== move - 1);
  return [...all.slice(Math.max(0, move - 1), move + 1), ...chooser.sample(others, count - 2)];
}

/** Runs a command until it is stopped at that call. */
async function stopAt(
  place: Place,
  command: readonly string[],
  point: Point,
): Promise<Disposable & { resume(): Promise<Ended> }> {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  const said = join(folder, "calls");
  writeFileSync(said, "");
  const running = startWithFault(place, command, point, { kind: "stop" }, said);
  try {
    const isStopped = () => readFileSync(said, "utf8").includes("stopped by SIGSTOP");
    for (let looks = 0; !isStopped(); looks++) {
      if (looks === looksMax) throw new Error(`The writer was not stopped at ${point.call} ${point.n}`);
      await inMs(lookMs);
    }
  } catch (error) {
    running.signal("SIGKILL");
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    resume() {
      running.signal("SIGCONT");
      return running.ended;
    },
    [Symbol.dispose]: () => running.signal("SIGKILL"),
  };
}
