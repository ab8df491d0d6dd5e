/** One command line in this process, against the real store and index, where a process of its own would only cost time. */
import type { Env } from "../../src/commands/env.ts";
import { globalChoice } from "../../src/commands/global.ts";
import { findInvocation, run } from "../../src/commands/run.ts";
import type { Clock } from "../../src/platform/clock.ts";
import { personalFiles } from "../../src/process/files.ts";
import { createStyle } from "../../src/render/style.ts";
import { createPlace } from "../../src/tracker/place.ts";

export interface Where {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly out: string;
  /** Warnings and refusals. */
  readonly said: string;
  readonly code: number;
}

/** A clock that is wound by hand. */
export interface HandClock extends Clock {
  /** What it will say next, in milliseconds since 1970. */
  time: number;
}

/** `step` is added before every look. */
export function handClock(time: number, step = 1000): HandClock {
  const clock: HandClock = {
    time,
    now: () => {
      clock.time += step;
      return clock.time;
    },
    zone: () => "+0000",
  };
  return clock;
}

/** Noon of a day in 2026, and it stays so. */
export const noon: Clock = { now: () => Date.UTC(2026, 0, 15, 12), zone: () => "+0000" };

/** Runs a command to its end. Bugs are thrown on, as the executable would crash. */
export async function ask(where: Where, args: readonly string[], clock: Clock = noon): Promise<Answer> {
  const printed: string[] = [];
  const said: string[] = [];
  const invocation = findInvocation(args);
  const choice = globalChoice(invocation.args);
  const lined = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);
  const err = (text: string) => {
    if (!choice.quiet) said.push(lined(text));
  };
  const place = createPlace({
    repo: choice.repo,
    allRepos: choice.allRepos,
    cwd: where.cwd,
    environment: where.env,
    uid: undefined,
    clock,
    chance: { hex: (count) => Buffer.from(crypto.getRandomValues(new Uint8Array(count))).toString("hex") },
    flags: choice.settings,
    actor: choice.as ?? "Ada <ada@example.com>",
    interactive: false,
    progress: () => undefined,
    warn: (text) => err(`warning: ${text}`),
  });
  const env: Env = {
    version: "1.2.3 (abcdef)",
    out: (text) => printed.push(lined(text)),
    err,
    fail: (text) => said.push(lined(text)),
    style: createStyle({ color: "none", width: undefined, now: clock.now(), zoneOffset: () => 0 }),
    interactive: false,
    cwd: where.cwd,
    environment: where.env,
    files: personalFiles(where.cwd),
    open: (ids) => place.one(ids),
    openAll: () => place.all(),
    opening: async () => place.options,
    edit: () => Promise.reject(new Error("Nobody expected the editor")),
    upgrade: () => Promise.reject(new Error("Nobody expected an upgrade")),
    confirm: () => Promise.resolve(true),
    close: () => undefined,
  };
  try {
    const code = await run(env, invocation);
    return { out: printed.join(""), said: said.join(""), code };
  } finally {
    place.close();
  }
}

/** The same; it must succeed. Returns what it printed, without the last line end. */
export async function told(where: Where, args: readonly string[], clock: Clock = noon): Promise<string> {
  const { out, said, code } = await ask(where, args, clock);
  if (code !== 0) throw new Error(`git-tracker ${args.join(" ")}: ${code}: ${said}`);
  return out.trimEnd();
}
