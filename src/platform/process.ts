/** Programs that are started, beside git, which git.ts alone starts: a person's editor and pager, and this program itself; and ending programs. */
import { readdirSync, readFileSync } from "node:fs";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import type { Variables } from "./git.ts";

/** Opens a file in an editor and waits until it is closed. `editor` is a command line for the shell, as git has it. */
export async function runEditor(editor: string, path: string, env: Variables): Promise<void> {
  const child = Bun.spawn(["sh", "-c", `${editor} "$@"`, editor, path], {
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
    env: childVariables(env),
  });
  const code = await child.exited;
  if (code === 0) return;
  throw new TrackerError(
    "unavailable",
    `The editor \`${visible(editor)}\` ended with an error (${code})`,
    "Choose another: git config --global core.editor NAME",
  );
}

/** Shows a text in a pager and waits until it is left. Returns false if there is no such pager. */
export async function runPager(pager: string, text: string, env: Variables): Promise<boolean> {
  const child = Bun.spawn(["sh", "-c", pager], {
    stdin: new Blob([text]),
    stdout: "inherit",
    stderr: "inherit",
    // As git does it: quit if it fits, keep colours, leave the screen alone.
    env: { LESS: "FRX", LV: "-c", ...childVariables(env) },
  });
  return (await child.exited) !== 127;
}

/** Starts a program that outlives this one, without a terminal, and waits for nothing. */
export function startDetached(command: readonly string[], cwd: string, env: Variables): void {
  const child = Bun.spawn([...command], {
    cwd,
    env: childVariables(env),
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  child.unref();
}

/**
 * Ends a program and, on Linux, all that it has started: an ssh that hears nothing would wait for ever. Elsewhere they notice by themselves
 * that nobody listens.
 */
export function endAll(pid: number): void {
  for (const each of [pid, ...descendants(pid)]) {
    try {
      process.kill(each, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
  }
}

function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of foldersOfProcesses()) {
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const waiting = [pid];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const next = children.get(at) ?? [];
    found.push(...next);
    waiting.push(...next);
  }
  return found;
}

function foldersOfProcesses(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // Not Linux.
  }
}

/** `pid (name) state parent …`, where the name may hold anything. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

/** What a program prints if it ends well within ten seconds, undefined otherwise. It reads nothing, and what it complains of is dropped. */
export function outputOf(command: readonly string[], env: Variables): string | undefined {
  try {
    const { success, stdout } = Bun.spawnSync([...command], {
      env: childVariables(env),
      stdin: "ignore",
      stderr: "ignore",
      timeout: 10_000,
    });
    return success ? stdout.toString() : undefined;
  } catch {
    return undefined; // It can't be started at all.
  }
}

/** A program that has this one's streams. */
export interface RunningProgram {
  /** The code that it ended with, or 128 and the number of the signal that ended it. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program in our place. Throws `unavailable` if it can't be started. */
export function runProgram(command: readonly string[], env: Variables): RunningProgram {
  const child = started(command, env);
  return {
    ended: child.exited,
    kill: (signal) => child.kill(signal),
  };
}

function started(command: readonly string[], env: Variables) {
  try {
    return Bun.spawn([...command], { stdio: ["inherit", "inherit", "inherit"], env: childVariables(env) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrackerError(
      "unavailable",
      `${visible(command[0] ?? "")} can't be started: ${visible(reason)}`,
      "Look at its first line, which names what runs it, and at its permissions.",
    );
  }
}

/** What would change how our own executable starts is not handed on. */
function childVariables(env: Variables): Record<string, string> {
  const { BUN_OPTIONS: _, BUN_BE_BUN: __, ...rest } = env;
  return Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
