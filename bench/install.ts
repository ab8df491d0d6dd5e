/** Gets programs from the registries they are published in: Debian packages and npm packages. Throws why it can't. */
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeWhole } from "./scratch.ts";

/** Where the program of a Debian package is, installed first if it is missing and we may do that. */
export async function debianProgram(program: string, packageName: string): Promise<string> {
  const found = Bun.which(program);
  if (found !== null) return found;
  if (Bun.which("apt-get") === null) throw new Error(`${program} is not installed, and this is no Debian`);
  if (process.getuid?.() !== 0)
    throw new Error(`${program} is not installed, and only root may: apt-get install ${packageName}`);
  const install = ["apt-get", "install", "--yes", "--no-install-recommends", packageName];
  if ((await tryRun(install)) !== undefined) await tryRun(["apt-get", "update"]); // The lists may be old, or missing.
  const failure = Bun.which(program) === null ? await tryRun(install) : undefined;
  const installed = Bun.which(program);
  if (installed === null)
    throw new Error(`apt-get install ${packageName}: ${failure ?? `there is no ${program} in it`}`);
  return installed;
}

/** The folder of an npm package's programs. It is kept between runs. */
export async function npmPrograms(packageName: string, version: string): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME || tmpdir();
  const folder = join(cache, "git-tracker-bench", `${packageName}-${version}`);
  const programs = join(folder, "node_modules", ".bin");
  if (existsSync(programs)) return programs;
  if (Bun.which("npm") === null) throw new Error(`npm is not installed, from which ${packageName} comes`);
  await makeWhole(folder, async (beside) => {
    mkdirSync(beside, { recursive: true });
    const args = ["install", "--prefix", beside, "--no-audit", "--no-fund", `${packageName}@${version}`];
    const failure = await tryRun(["npm", ...args]);
    if (failure !== undefined) throw new Error(`npm install ${packageName}: ${failure}`);
  });
  return programs;
}

/** With the machine's own environment, which may name a registry or a proxy. Returns why it failed. */
async function tryRun(command: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const child = Bun.spawn([...command], {
    env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: installMsMax,
  });
  const [stderr, code] = await Promise.all([child.stderr.text(), child.exited]);
  if (code === 0) return undefined;
  const errors = stderr.split("\n").filter((line) => /error|^E:/i.test(line));
  return errors.length === 0 ? `exit code ${code}` : errors.slice(0, reasonLinesMax).join("; ");
}

/** The first ones say what is wrong; those behind say where to read more. */
const reasonLinesMax = 2;

const installMsMax = 300_000;
