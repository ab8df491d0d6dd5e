/** The real Env: streams, terminal, files and the repository of the process that was started. */
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Env } from "../commands/env.ts";
import { type GlobalChoice, globalChoice } from "../commands/global.ts";
import { findInvocation, run } from "../commands/run.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { systemChance } from "../platform/chance.ts";
import { systemClock } from "../platform/clock.ts";
import type { Variables } from "../platform/git.ts";
import { isTerminal, type WindowSize, windowSize } from "../platform/terminal.ts";
import { createStyle, type Style } from "../render/style.ts";
import { offsetMinutes } from "../tracker/fields.ts";
import type { OpenOptions } from "../tracker/open.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { personalFiles } from "./files.ts";

export interface Process {
  readonly args: readonly string[];
  readonly version: string;
  readonly cwd: string;
  readonly environment: Variables;
  readonly uid: number | undefined;
}

/** Runs one command line. Returns the exit code. */
export async function start(program: Process): Promise<number> {
  const invocation = findInvocation(program.args);
  const choice = globalChoice(invocation.args);
  const window = (await isTerminal(1)) ? await windowSize() : undefined;
  const printed: string[] = [];
  const env = await createEnv(program, choice, window, printed);
  try {
    return await run(env, invocation);
  } finally {
    env.close();
    await flush(printed.join(""), env, choice, window);
  }
}

async function createEnv(
  program: Process,
  choice: GlobalChoice,
  window: WindowSize | undefined,
  printed: string[],
): Promise<Env> {
  const { cwd, environment } = program;
  const style = await styleOf(choice, environment, window);
  const interactive = window !== undefined && (await isTerminal(0));
  let opened: Promise<Tracker> | undefined;
  const fail = (text: string) => writeAll(2, text);
  const err = (text: string) => {
    if (!choice.quiet) fail(lined(text));
  };
  return {
    version: program.version,
    style,
    interactive,
    cwd,
    environment,
    out: (text) => printed.push(lined(text)),
    err,
    fail,
    files: personalFiles(cwd),
    open: () => {
      opened ??= openHere(program, choice, err);
      return opened;
    },
    close: () => {
      opened?.then((tracker) => tracker.close()).catch(() => undefined); // What failed to open was told already.
      opened = undefined;
    },
    edit: async (text, extension) => await editText(text, extension, environment, await opened),
    confirm: (question) => confirmed(question, interactive, fail),
  };
}

async function openHere(program: Process, choice: GlobalChoice, err: (text: string) => void): Promise<Tracker> {
  const { openTracker } = await import("../tracker/open.ts");
  const { createProgress } = await import("./progress.ts");
  const progress = createProgress(
    systemClock,
    !choice.quiet && (await isTerminal(2)) ? (text) => writeAll(2, text) : undefined,
  );
  const options: OpenOptions = {
    cwd: program.cwd,
    environment: program.environment,
    uid: program.uid,
    clock: systemClock,
    chance: systemChance,
    flags: choice.settings,
    actor: choice.as,
    progress,
    warn: (text) => err(`warning: ${text}`),
  };
  return await openTracker(options);
}

async function styleOf(choice: GlobalChoice, environment: Variables, window: WindowSize | undefined): Promise<Style> {
  const forced = environment.CLICOLOR_FORCE !== undefined && environment.CLICOLOR_FORCE !== "0";
  const wanted =
    window !== undefined && environment.TERM !== "dumb" ? !environment.NO_COLOR : forced && !environment.NO_COLOR;
  const color = choice.color === "always" || (choice.color !== "never" && wanted);
  return createStyle({
    color: color ? "ansi" : "none",
    width: window?.columns,
    now: systemClock.now(),
    zoneOffset: (at) => offsetMinutes(systemClock.zone(at)),
  });
}

async function flush(text: string, env: Env, choice: GlobalChoice, window: WindowSize | undefined): Promise<void> {
  if (text === "") return;
  if (env.interactive && window !== undefined && !choice.noPager && text.split("\n").length > window.rows) {
    const { runPager } = await import("../platform/process.ts");
    const { GIT_PAGER, PAGER } = env.environment;
    const pager = GIT_PAGER ?? PAGER ?? "less";
    if (pager !== "" && pager !== "cat" && (await runPager(pager, text, env.environment))) return;
  }
  try {
    await Bun.write(Bun.stdout, text);
  } catch (error) {
    // Whoever reads has seen enough, as in `git tracker list | head`.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
}

async function editText(
  text: string,
  extension: string,
  environment: Variables,
  tracker: Tracker | undefined,
): Promise<string> {
  const { GIT_EDITOR, VISUAL, EDITOR } = environment;
  const configured = tracker?.config.editor ?? GIT_EDITOR ?? (await tracker?.store.gitConfig("core.editor"));
  const { runEditor } = await import("../platform/process.ts");
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  const path = join(folder, `edit${extension}`);
  try {
    await Bun.write(path, text);
    await runEditor(configured ?? VISUAL ?? EDITOR ?? "vi", path, environment);
    return await Bun.file(path).text();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function confirmed(question: string, interactive: boolean, fail: (text: string) => void): Promise<boolean> {
  if (!interactive) throw new TrackerError("invalid", "Nobody is here to answer", "Say it on the command line: --yes");
  fail(`${visible(question)} [y/N] `);
  for await (const answer of console) return /^y(?:es)?$/i.test(answer.trim());
  return false;
}

function lined(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** Standard error is written at once and in full, so that what is said stays in order with what a crash would say. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") continue;
      return; // Nobody listens.
    }
  }
}
