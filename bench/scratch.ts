/** Where the bench works: a folder of its own that is gone when it ends, and an environment that holds nothing of the machine but PATH. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { systemChance } from "../src/platform/chance.ts";

/** Everything made-up follows from it. */
export const seed = "git-tracker";

let folder: string | undefined;
const unfinished = new Set<string>();
const running = new Set<Subprocess>();

/** Made on first use. */
export function scratchFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), "git-tracker-bench-"));
  return folder;
}

/** Ends what still runs and leaves nothing behind, however the bench ends. */
export function cleanUp(): void {
  for (const child of running) child.kill("SIGKILL");
  for (const path of [folder, ...unfinished]) {
    // Who was killed just now may still be writing there.
    if (path !== undefined) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
  folder = undefined;
}

/** Makes a folder as a whole or not at all: `make` fills another one beside it, which then gets the name. */
export async function makeWhole(path: string, make: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${path}.${systemChance.hex(4)}`;
  unfinished.add(beside);
  try {
    await make(beside);
    rmSync(path, { recursive: true, force: true });
    renameSync(beside, path);
  } finally {
    rmSync(beside, { recursive: true, force: true });
    unfinished.delete(beside);
  }
}

/** Notes a program that was started, so that it doesn't outlive the bench. */
export function watched<T extends Subprocess>(child: T): T {
  running.add(child);
  child.exited.finally(() => running.delete(child));
  return child;
}

export function cleanEnvironment(): Record<string, string> {
  const home = scratchFolder();
  const gitconfig = join(home, ".gitconfig");
  writeFileSync(gitconfig, "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n");
  const path = process.env.PATH ?? "";
  return { PATH: path, HOME: home, USER: "ada", TZ: "UTC", LANG: "C.UTF-8", GIT_CONFIG_NOSYSTEM: "1" };
}

/** Runs a program to its end. Returns what it printed. Throws if it fails. */
export async function runIn(cwd: string, command: readonly string[]): Promise<string> {
  const child = watched(
    Bun.spawn([...command], { cwd, env: cleanEnvironment(), stdin: "ignore", stdout: "pipe", stderr: "pipe" }),
  );
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`${command.join(" ")}: exit code ${code}\n${stderr}`);
  return stdout;
}
