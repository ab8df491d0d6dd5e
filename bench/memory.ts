/**
 * How much memory a program takes. One of a few milliseconds is gone before one can look, so its output is a pipe that is full already:
 * it stops at printing its result, with all that it holds, until somebody has looked. One that runs longer is looked at all the time,
 * for the most that it ever held.
 */
import { closeSync, constants, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { inputOf, type Run, spreadOf, type Trial } from "./measure.ts";
import { cleanEnvironment, scratchFolder, watched } from "./scratch.ts";

/** In MB (millions of bytes), the most that was seen. */
export interface Memory {
  readonly resident: number;
  /** Private pages: what the process alone takes from the machine. */
  readonly anonymous: number;
}

export interface Look {
  readonly runs: number;
  /** When it has done its work and is to print something, or all the way to its end. */
  readonly at: "printing" | "peak";
}

/** The median of a few runs. Undefined where the system doesn't tell. */
export async function measureMemory(trial: Trial, { runs, at }: Look): Promise<Memory | undefined> {
  if (process.platform !== "linux") return undefined;
  const seen: Memory[] = [];
  for (let run = 0; run < runs; run++) seen.push(await (at === "peak" ? measurePeak(trial) : measurePrinting(trial)));
  return {
    resident: spreadOf(seen.map(({ resident }) => resident)).median,
    anonymous: spreadOf(seen.map(({ anonymous }) => anonymous)).median,
  };
}

/** A program that waits for so long stands before the full pipe: nothing else that we run waits as long. */
const stillMs = 150;
const lookEveryMs = 2;

async function measurePrinting(trial: Trial): Promise<Memory> {
  const run = await trial.next();
  const pipe = openFullPipe();
  try {
    const child = start(run, pipe.end);
    const memory = await watch(child.pid, stoppedFor(stillMs));
    checkCode(trial, await Promise.race([child.exited, pipe.empty()]));
    return memory;
  } finally {
    pipe.close();
  }
}

async function measurePeak(trial: Trial): Promise<Memory> {
  const child = start(await trial.next(), "ignore");
  let ended = false;
  child.exited.then(() => {
    ended = true;
  });
  const memory = await watch(child.pid, () => ended);
  checkCode(trial, await child.exited);
  return memory;
}

function start(run: Run, stdout: number | "ignore") {
  const options = { cwd: run.cwd, env: cleanEnvironment(), stdin: inputOf(run), stderr: "ignore" } as const;
  return watched(Bun.spawn([...run.command], { ...options, stdout }));
}

function checkCode({ label }: Trial, code: number | undefined): void {
  if (code !== 0) throw new Error(`${label}: exit code ${code}`);
}

/** Looks until `enough` says so of the process's line of figures. The most that was seen. */
async function watch(pid: number, enough: (stat: string) => boolean): Promise<Memory> {
  let resident = 0;
  let anonymous = 0;
  let stat = "";
  while (!enough(stat)) {
    await Bun.sleep(lookEveryMs);
    const status = await textOf(`/proc/${pid}/status`);
    resident = Math.max(resident, kilobytes(status, "VmHWM"));
    anonymous = Math.max(anonymous, kilobytes(status, "RssAnon"));
    stat = await textOf(`/proc/${pid}/stat`);
  }
  return { resident: (resident * 1024) / 1e6, anonymous: (anonymous * 1024) / 1e6 };
}

/** Waiting, and not for the processor, or gone; with its times and its memory as they were. */
function stoppedFor(milliseconds: number): (stat: string) => boolean {
  let last = "";
  let still = 0;
  return (stat) => {
    const waits = /\) [SZ] |^$/.test(stat);
    still = waits && stat === last ? still + lookEveryMs : 0;
    last = stat;
    return still >= milliseconds;
  };
}

/** Empty when the process is gone. */
async function textOf(path: string): Promise<string> {
  try {
    return await Bun.file(path).text();
  } catch {
    return "";
  }
}

function kilobytes(status: string, field: string): number {
  const at = status.indexOf(`\n${field}:`);
  return at === -1 ? 0 : Number.parseInt(status.slice(at + field.length + 2), 10);
}

interface FullPipe {
  /** For the program to write to. */
  readonly end: number;
  /** Reads all that comes until the pipe is closed. */
  empty(): Promise<undefined>;
  close(): void;
}

function openFullPipe(): FullPipe {
  const path = join(scratchFolder(), "pipe");
  const { exitCode } = Bun.spawnSync(["mkfifo", path]);
  if (exitCode !== 0) throw new Error("mkfifo failed");
  const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const end = openSync(path, constants.O_WRONLY);
  rmSync(path);
  const page = Buffer.alloc(4096);
  let open = true;
  while (transfer(() => writeSync(both, page)) > 0);
  return {
    end,
    async empty() {
      while (open) {
        while (transfer(() => readSync(both, page, 0, page.length, null)) > 0);
        await Bun.sleep(lookEveryMs);
      }
    },
    close() {
      open = false;
      closeSync(end);
      closeSync(both);
    },
  };
}

/** How many bytes were moved; none where it would have to wait. */
function transfer(move: () => number): number {
  try {
    return move();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}
