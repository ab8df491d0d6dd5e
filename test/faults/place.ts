/** Repositories for rigs: made anywhere (also on a mount), copied cheaply, and the programs that run in them. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../support/binary.ts";

export interface Place extends Disposable {
  /** The repository's working tree. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** What it died of, if it did not end by itself. */
  readonly signal: NodeJS.Signals | number | null;
  readonly ms: number;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Sends a signal to it and all that it started. */
  signal(signal: NodeJS.Signals): void;
}

/** A repository with one commit in `folder`; without one, in a temporary folder that dispose removes. */
export function makePlace(folder?: string): Place {
  const root = mkdtempSync(join(tmpdir(), "git-tracker-"));
  const place = placeIn(root, folder ?? join(root, "main"));
  mkdirSync(place.cwd, { recursive: true });
  gitIn(place, "init", "--quiet", "--initial-branch=main");
  gitIn(place, "commit", "--quiet", "--allow-empty", "--message=First");
  return place;
}

/** A copy of its own, of a repository that nobody is writing to. */
export function copyPlace(original: Place): Place {
  const root = mkdtempSync(join(tmpdir(), "git-tracker-"));
  const place = placeIn(root, join(root, "main"));
  cpSync(original.cwd, place.cwd, { recursive: true, preserveTimestamps: true });
  return place;
}

function placeIn(root: string, cwd: string): Place {
  writeFileSync(join(root, "gitconfig"), "[user]\n\tname = Ada\n\temail = ada@example.com\n");
  return {
    cwd,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: root,
      TZ: "UTC",
      LANG: "C.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: join(root, "gitconfig"),
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Starts a program as the leader of a process group of its own. */
export function start(place: Place, command: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const began = performance.now();
  const child = Bun.spawn([...command], {
    cwd: place.cwd,
    env: { ...place.env, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  const ended = Promise.all([child.stdout.text(), child.stderr.text(), child.exited]).then(
    ([stdout, stderr, code]): Ended => ({
      stdout,
      stderr,
      code,
      signal: child.signalCode,
      ms: performance.now() - began,
    }),
  );
  return {
    ended,
    signal(signal) {
      try {
        process.kill(-child.pid, signal);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // Ended by itself.
      }
    },
  };
}

/** Runs git-tracker to its end. */
export async function attempt(place: Place, ...args: readonly string[]): Promise<Ended> {
  return start(place, [await binary(), ...args]).ended;
}

/** The same; it must succeed. Returns what it printed, without the last line end. */
export async function tracker(place: Place, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await attempt(place, ...args);
  if (code !== 0) throw new Error(`git-tracker ${args.join(" ")}: ${code}: ${stderr}`);
  return stdout.trimEnd();
}

/** Runs git, which must succeed. */
export function gitIn(place: Place, ...args: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd: place.cwd, env: place.env });
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${exitCode}: ${stderr}`);
  return stdout.toString();
}
