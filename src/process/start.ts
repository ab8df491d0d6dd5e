/** The real Env: streams, terminal, files and the repository of the process that was started. */
import type { Env } from "../commands/env.ts";
import { type GlobalChoice, globalChoice } from "../commands/global.ts";
import { findInvocation, type Invocation, run } from "../commands/run.ts";
import { exitCodes, systemRefusal } from "../core/errors.ts";
import { systemChance } from "../platform/chance.ts";
import { type Clock, createSystemClock, offsetMinutes } from "../platform/clock.ts";
import type { Variables } from "../platform/git.ts";
import { isTerminal, type WindowSize, windowSize } from "../platform/terminal.ts";
import { createStyle, type Style } from "../render/style.ts";
import type { Place } from "../tracker/place.ts";
import type { Tracker } from "../tracker/tracker.ts";
import { personalFiles } from "./files.ts";
import { writeAll } from "./output.ts";

export interface Process {
  readonly args: readonly string[];
  readonly version: string;
  /** What releases for this machine are named by, as in linux-x64-musl; undefined: it was not compiled. */
  readonly target: string | undefined;
  /** How it is started: with `args` behind it. */
  readonly program: readonly string[];
  readonly cwd: string;
  readonly environment: Variables;
  readonly uid: number | undefined;
  /** Reacts to a signal instead of being ended by it. */
  readonly onSignal: (signal: NodeJS.Signals, react: () => void) => void;
}

/** Runs one command line. Returns the exit code. */
export async function start(program: Process): Promise<number> {
  const invocation = findInvocation(program.args);
  const session: Session = {
    program,
    choice: globalChoice(invocation.args),
    window: isTerminal(1) ? windowSize() : undefined,
    clock: createSystemClock(program.environment.TZ),
    printed: [],
    place: undefined,
    tracker: undefined,
  };
  const env = createEnv(session);
  try {
    const code = await run(env, invocation, async () => (await import("./plugin.ts")).runPlugin(program, invocation));
    const told = await printed(session, env.interactive, code);
    await beside(session, invocation);
    return told;
  } finally {
    env.close();
  }
}

/** What a command leaves to be done when its answer is out. */
async function beside({ tracker, program, choice }: Session, { name, args }: Invocation): Promise<void> {
  if (tracker === undefined || tracker.config.syncAuto === "off" || leavingNothing.has(name)) return;
  const { afterCommand } = await import("./background.ts");
  const isTold = !choice.quiet && !args.includes("--json") && isTerminal(2);
  await afterCommand({ ...program, tracker, tell: isTold ? (text) => writeAll(2, text) : undefined });
}

/** What syncs by itself, and what a shell asks at a tab. */
const leavingNothing: ReadonlySet<string> = new Set(["sync", "pull", "push", "complete"]);

/** What was done is done; a result that can't be told is an error all the same. */
async function printed(session: Session, interactive: boolean, code: number): Promise<number> {
  try {
    await print(session, interactive);
    return code;
  } catch (error) {
    const refusal = systemRefusal(error);
    if (refusal === undefined) throw error;
    writeAll(2, `error: The result can't be printed: ${refusal.message}\n`);
    return code === 0 ? exitCodes.unavailable : code;
  }
}

interface Session {
  readonly program: Process;
  readonly choice: GlobalChoice;
  /** Undefined: standard output is no terminal. */
  readonly window: WindowSize | undefined;
  readonly clock: Clock;
  /** Results are kept until the end, and written at once or paged. */
  readonly printed: string[];
  place: Place | undefined;
  /** Whose settings the person's editor and pager follow. */
  tracker: Tracker | undefined;
}

function createEnv(session: Session): Env {
  const { program, choice, window } = session;
  const { cwd, environment } = program;
  let style = createStyleFor(session, choice.color ?? "auto");
  let place: Promise<Place> | undefined;
  const interactive = window !== undefined && isTerminal(0);
  const fail = (text: string) => writeAll(2, text);
  const err = (text: string) => {
    if (!choice.quiet) fail(lined(text));
  };
  const here = () => {
    place ??= findPlace(session, err);
    return place;
  };
  const settle = (tracker: Tracker | undefined, { color }: Tracker["config"]) => {
    session.tracker = tracker;
    if (choice.color === undefined) style = createStyleFor(session, color);
  };
  return {
    version: program.version,
    get style() {
      return style;
    },
    interactive,
    environment,
    out: (text) => session.printed.push(lined(text)),
    err,
    fail,
    files: personalFiles(cwd),
    open: async (ids) => {
      const tracker = await (await here()).one(ids);
      settle(tracker, tracker.config);
      return tracker;
    },
    openAll: async () => {
      const workspace = await (await here()).all();
      settle(workspace.members[0]?.tracker, workspace.config);
      return workspace;
    },
    opening: async () => (await here()).options,
    cwd,
    close: () => {
      session.place?.close();
      session.place = undefined;
      session.tracker = undefined;
      place = undefined;
    },
    edit: async (text, extension) => {
      const { editText } = await import("./person.ts");
      return await editText(text, extension, environment, session.tracker);
    },
    confirm: async (question) => {
      const { confirm } = await import("./person.ts");
      return await confirm(question, { interactive, say: fail });
    },
    upgrade: async (wish) => {
      const { upgrade } = await import("./upgrade.ts");
      const { clock } = session;
      const [path = ""] = program.program;
      return await upgrade({ ...program, path, clock, chance: systemChance, say: err }, wish);
    },
  };
}

async function findPlace(session: Session, err: (text: string) => void): Promise<Place> {
  const { program, choice, clock } = session;
  const { createPlace } = await import("../tracker/place.ts");
  const { createProgress } = await import("./progress.ts");
  const place = createPlace({
    repo: choice.repo,
    allRepos: choice.allRepos,
    cwd: program.cwd,
    environment: program.environment,
    uid: program.uid,
    clock,
    chance: systemChance,
    flags: choice.settings,
    actor: choice.as,
    interactive: isTerminal(0) && isTerminal(2),
    progress: createProgress(
      clock,
      () => !choice.quiet && isTerminal(2),
      (text) => writeAll(2, text),
    ),
    warn: (text) => err(`warning: ${text}`),
  });
  session.place = place;
  return place;
}

function createStyleFor({ program, window, clock }: Session, color: string): Style {
  const { NO_COLOR, CLICOLOR_FORCE, TERM } = program.environment;
  const forced = CLICOLOR_FORCE !== undefined && CLICOLOR_FORCE !== "0";
  const wanted = !NO_COLOR && (forced || (window !== undefined && TERM !== "dumb"));
  return createStyle({
    color: color === "always" || (color !== "never" && wanted) ? "ansi" : "none",
    width: window?.columns,
    now: clock.now(),
    zoneOffset: (at) => offsetMinutes(clock.zone(at)),
  });
}

async function print({ program, choice, window, printed, tracker }: Session, interactive: boolean): Promise<void> {
  const text = printed.join("");
  if (text === "") return;
  if (interactive && window !== undefined && !choice.noPager && text.split("\n").length > window.rows) {
    const { page } = await import("./person.ts");
    if (await page(text, program.environment, tracker)) return;
  }
  writeAll(1, text);
}

function lined(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
