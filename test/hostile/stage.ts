/**
 * Command lines run in this process in a repository of their own, with everything that a real one has (store, index, settings, editor)
 * but the streams: what goes to them is kept. What only a bug makes, an error that is no refusal, is kept too.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Env } from "../../src/commands/env.ts";
import { globalChoice } from "../../src/commands/global.ts";
import { findInvocation, run } from "../../src/commands/run.ts";
import { systemChance } from "../../src/platform/chance.ts";
import { personalFiles } from "../../src/process/files.ts";
import { editText } from "../../src/process/person.ts";
import { upgrade } from "../../src/process/upgrade.ts";
import { createStyle } from "../../src/render/style.ts";
import { createPlace } from "../../src/tracker/place.ts";

export interface Played {
  readonly out: string;
  /** Standard error: what was said, and refusals. */
  readonly err: string;
  /** Undefined: it crashed. */
  readonly code: number | undefined;
  readonly crash: unknown;
}

/** How the person sits there. */
export interface Seat {
  /** Undefined: output goes into a pipe. */
  readonly columns?: number | undefined;
  readonly stdin?: string;
  readonly color?: "ansi" | "none";
}

export interface Stage extends Disposable {
  /** Everything below it is this stage's. */
  readonly root: string;
  /** The work tree: three folders down, so that `../../x` is still inside. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  play(args: readonly string[], seat?: Seat): Promise<Played>;
  git(...args: string[]): string;
}

export interface StageOptions {
  /** On top of a clean environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Another stage's folder to begin with a copy of. */
  readonly copyOf?: string;
}

export function openStage({ environment: more = {}, copyOf }: StageOptions = {}): Stage {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "git-tracker-stage-")));
  const [cwd, home, temp] = [join(root, "a/b/main"), join(root, "home"), join(root, "tmp")];
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    TMPDIR: temp,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_EDITOR: "true",
    GIT_PAGER: "cat",
    ...more,
  };
  const git = (...args: string[]) => {
    const ran = Bun.spawnSync(["git", ...args], { cwd, env: environment, stdin: "ignore" });
    if (ran.exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${ran.stderr}`);
    return ran.stdout.toString();
  };
  if (copyOf === undefined) {
    for (const folder of [cwd, home, temp]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Ada\n\temail = ada@example.com\n");
    git("init", "--quiet", "--initial-branch=main", "--template=");
  } else {
    cpSync(copyOf, root, { recursive: true });
  }
  return {
    root,
    cwd,
    environment,
    git,
    play: (args, seat = {}) => play({ cwd, environment }, args, seat),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

let now = Date.UTC(2026, 0, 15, 12);

async function play(
  { cwd, environment }: Pick<Stage, "cwd" | "environment">,
  args: readonly string[],
  { columns, stdin = "", color = "none" }: Seat,
): Promise<Played> {
  now += 60_000;
  let [out, err] = ["", ""];
  const invocation = findInvocation(args);
  const choice = globalChoice(invocation.args);
  const clock = { now: () => now, zone: () => "+0000" };
  const lined = (text: string) => (text === "" || text.endsWith("\n") ? text : `${text}\n`);
  const files = personalFiles(cwd);
  const say = (text: string) => {
    if (!choice.quiet) err += lined(text);
  };
  const place = createPlace({
    repo: choice.repo,
    allRepos: choice.allRepos,
    cwd,
    environment,
    uid: process.getuid?.(),
    clock,
    chance: systemChance,
    flags: { durability: "fast", ...choice.settings },
    actor: choice.as,
    interactive: false,
    progress: () => undefined,
    warn: (text) => say(`warning: ${text}`),
  });
  const env: Env = {
    version: "1.2.3 (abcdef)",
    style: createStyle({ color, width: columns, now, zoneOffset: () => 0 }),
    interactive: columns !== undefined,
    cwd,
    environment,
    out: (text) => {
      out += lined(text);
    },
    err: say,
    fail: (text) => {
      err += text;
    },
    files: {
      ...files,
      read: async (path) => (path === "-" ? new TextEncoder().encode(stdin) : await files.read(path)),
      readText: async (path) => (path === "-" ? stdin : await files.readText(path)),
      stream: (path) => (path === "-" ? new Blob([stdin]).stream() : files.stream(path)),
      writeParts: async (path, parts) => {
        if (path === "-") for await (const part of parts) out += part;
        else await files.writeParts(path, parts);
      },
      write: async (path, bytes) => {
        if (path === "-") out += typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes);
        else await files.write(path, bytes);
      },
    },
    open: (ids) => place.one(ids),
    openAll: () => place.all(),
    opening: async () => place.options,
    edit: async (text, extension) => await editText(text, extension, environment, await place.one()),
    upgrade: (wish) =>
      upgrade({ version: "1.2.3", target: undefined, path: "", environment, clock, chance: systemChance, say }, wish),
    confirm: async () => true,
    close: () => undefined,
  };
  try {
    return { code: await run(env, invocation), crash: undefined, out, err };
  } catch (crash) {
    return { code: undefined, crash, out, err };
  } finally {
    place.close();
  }
}

/** Where every file below a folder is, and when it last changed in any way. */
export function filesBelow(folder: string, isLeftOut: (path: string) => boolean = () => false): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (isLeftOut(path)) continue;
      if (entry.isDirectory()) walk(path);
      else {
        const { size, ino, mtimeMs, mode } = statSync(join(folder, path), { throwIfNoEntry: false }) ?? {};
        found.set(path, `${size} ${ino} ${mtimeMs} ${mode}`);
      }
    }
  };
  walk("");
  return found;
}
