/**
 * How much memory a program has when it has done its work. A program of a few milliseconds is gone before one can look, so its output
 * is a pipe that is full already: it stops at printing its result, with all that it holds, until somebody has looked.
 */
import { closeSync, constants, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { inputOf, spreadOf, type Trial } from "./measure.ts";
import { cleanEnvironment, scratchFolder } from "./scratch.ts";

/** In MB (millions of bytes), the most that was seen. */
export interface Memory {
  readonly resident: number;
  /** Private pages: what the process alone takes from the machine. */
  readonly anonymous: number;
}

/** The median of a few runs of a program that prints something at its end. Undefined where the system doesn't tell. */
export async function measureMemory(trial: Trial, runs: number): Promise<Memory | undefined> {
  if (process.platform !== "linux") return undefined;
  const seen: Memory[] = [];
  for (let run = 0; run < runs; run++) seen.push(await measureOnce(trial));
  return {
    resident: spreadOf(seen.map(({ resident }) => resident)).median,
    anonymous: spreadOf(seen.map(({ anonymous }) => anonymous)).median,
  };
}

/** A program that changes nothing for so long stands before the full pipe: nothing else that we run waits as long. */
const stillMs = 150;
const lookEveryMs = 2;

async function measureOnce(trial: Trial): Promise<Memory> {
  const run = await trial.next();
  const pipe = openFullPipe();
  const child = Bun.spawn([...run.command], {
    cwd: run.cwd,
    env: cleanEnvironment(),
    stdin: inputOf(run),
    stdout: pipe.end,
    stderr: "ignore",
  });
  const memory = await watch(child.pid);
  const code = await Promise.race([child.exited, pipe.empty()]);
  pipe.close();
  if (code !== 0) throw new Error(`${trial.label}: exit code ${code}`);
  return memory;
}

async function watch(pid: number): Promise<Memory> {
  let resident = 0;
  let anonymous = 0;
  let last = "";
  let still = 0;
  while (still < stillMs) {
    await Bun.sleep(lookEveryMs);
    const status = await Bun.file(`/proc/${pid}/status`).text();
    resident = Math.max(resident, kilobytes(status, "VmHWM"));
    anonymous = Math.max(anonymous, kilobytes(status, "RssAnon"));
    const stat = await Bun.file(`/proc/${pid}/stat`).text();
    still = stat === last ? still + lookEveryMs : 0;
    last = stat; // Holds its state, its times and its memory.
  }
  return { resident: (resident * 1024) / 1e6, anonymous: (anonymous * 1024) / 1e6 };
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
