/**
 * The executable as tests run it: built if the sources are newer than it, and started in an environment that holds nothing of
 * the machine but the PATH. `GIT_TRACKER_BIN` names another executable to test.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { withWriterLock } from "../../src/platform/lock.ts";

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface RunOptions {
  readonly cwd: string;
  /** On top of the clean environment; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

const root = resolve(import.meta.dir, "..", "..");
const built = join(root, "dist", "git-tracker");
/** Several builds at once on a slow machine. */
const buildMsMax = 300_000;

let found: Promise<string> | undefined;

/** Runs git-tracker with `args` to its end. */
export async function run(args: readonly string[], options: RunOptions): Promise<Ran> {
  return runProgram([await binary(), ...args], options);
}

/** Runs any program in the same clean environment: a HOME of its own with a name and an email for git, gone afterwards. */
export async function runProgram(command: readonly string[], { cwd, env, stdin }: RunOptions): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), "git-tracker-home-"));
  try {
    writeFileSync(
      join(home, ".gitconfig"),
      "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n",
    );
    const child = Bun.spawn([...command], {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        TZ: "UTC",
        LANG: "C.UTF-8",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_TERMINAL_PROMPT: "0",
        ...env,
      },
      stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { stdout, stderr, code };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The path of an executable that is up to date. Test files that run at the same time build it once. */
export function binary(): Promise<string> {
  found ??= findOrBuild();
  return found;
}

async function findOrBuild(): Promise<string> {
  const given = process.env.GIT_TRACKER_BIN;
  if (given !== undefined) return resolve(given);
  if (isFresh()) return built;
  return withWriterLock(join(root, "node_modules", ".cache", "git-tracker"), buildMsMax, async () => {
    if (isFresh()) return built; // Somebody else built it while we waited.
    const child = Bun.spawn([process.execPath, "scripts/build.ts"], { cwd: root, stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (code !== 0) throw new Error(`The executable could not be built:\n${stdout}${stderr}`);
    return built;
  });
}

function isFresh(): boolean {
  const builtAt = modifiedAt(built);
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const recipe = ["package.json", "bun.lock", "scripts/build.ts", "scripts/build/compile.ts"];
  return [...sources, ...recipe.map((path) => join(root, path))].every((path) => modifiedAt(path) <= builtAt);
}

/** Milliseconds since 1970; before everything if there is no such file. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
