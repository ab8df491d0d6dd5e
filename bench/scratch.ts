/** Where the bench works: a folder of its own that is gone when it ends, and an environment that holds nothing of the machine but PATH. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything made-up follows from it. */
export const seed = "git-tracker";

let folder: string | undefined;

/** Made on first use. */
export function scratchFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), "git-tracker-bench-"));
  return folder;
}

export function removeScratch(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

export function cleanEnvironment(): Record<string, string> {
  const home = scratchFolder();
  const gitconfig = join(home, ".gitconfig");
  writeFileSync(gitconfig, "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n");
  return { PATH: process.env.PATH ?? "", HOME: home, TZ: "UTC", LANG: "C.UTF-8", GIT_CONFIG_NOSYSTEM: "1" };
}

/** Runs a program to its end. Returns what it printed. Throws if it fails. */
export async function runIn(cwd: string, command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd,
    env: cleanEnvironment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`${command.join(" ")}: exit code ${code}\n${stderr}`);
  return stdout;
}
