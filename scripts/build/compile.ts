/** Compiling src/main.ts into one executable for one target, and trying out what was made. */
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dir, "..", "..");

/** Every machine that there is an executable for, as system, processor and, where it isn't the usual one, C library. */
export const targets = [
  "darwin-arm64",
  "darwin-x64",
  "linux-arm64",
  "linux-arm64-musl",
  "linux-x64",
  "linux-x64-musl",
  "windows-arm64",
  "windows-x64",
] as const;
export type Target = (typeof targets)[number];

/** What the sources are told of themselves. */
export interface Identity {
  readonly version: string;
  /** Ten digits, or "unknown" where these sources are not a git repository of their own. */
  readonly commit: string;
  /** When the commit was made, in seconds since 1970; that of 1980-01-01, the first day that a zip file knows, if it is unknown. */
  readonly seconds: number;
}

export function isTarget(text: string): text is Target {
  return targets.some((target) => target === text);
}

/** The target that this machine runs. Throws if there is none. */
export function hostTarget(): Target {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const target = `${system}-${process.arch}${runsOnMusl() ? "-musl" : ""}`;
  if (!isTarget(target))
    throw new Error(`There is no executable for ${target}: it can be one of ${targets.join(", ")}`);
  return target;
}

/** The name of the executable: it is part of its bytes, so it is the same wherever that lies. */
export function executableName(target: Target): string {
  return target.startsWith("windows-") ? "git-tracker.exe" : "git-tracker";
}

export function identity(): Identity {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const asked = Bun.spawnSync(["git", "log", "-1", "--format=%H %ct"], { cwd: root, stderr: "ignore" });
  const prefix = Bun.spawnSync(["git", "rev-parse", "--show-prefix"], { cwd: root, stderr: "ignore" });
  const [oid = "", seconds = ""] = asked.stdout.toString().trim().split(" ");
  if (asked.exitCode !== 0 || prefix.stdout.toString() !== "\n")
    return { version, commit: "unknown", seconds: 315_532_800 };
  return { version, commit: oid.slice(0, 10), seconds: Number(seconds) };
}

/** Without the last two, the executable would run the `preload` of whatever bunfig.toml lies in the folder one stands in. */
const flags = [
  "--compile",
  "--minify",
  "--sourcemap",
  "--bytecode",
  "--format=esm",
  "--splitting",
  // Compiles less at run time: a command is over before it would pay.
  "--compile-jit-policy=100",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-dotenv",
];

/** `orders`: files that say in what order functions are used, from `tryOut`. Throws with what the compiler said. */
export function compile(outfile: string, target: Target, about: Identity, orders: readonly string[] = []): void {
  const constants = { BUILD_VERSION: about.version, BUILD_COMMIT: about.commit, BUILD_TARGET: target };
  const defines = Object.entries(constants).flatMap(([name, value]) => [
    "--define",
    `${name}=${JSON.stringify(value)}`,
  ]);
  const layout = orders.length === 0 ? [] : [`--bytecode-order=${orders.join(",")}`];
  const options = [...flags, `--target=bun-${target}`, ...layout, ...defines];
  run([process.execPath, "build", ...options, "src/main.ts", "--outfile", outfile], root, process.env);
  chmodSync(outfile, 0o755);
}

/**
 * Compiles for this machine, twice: the second time with functions laid out in the order of their use, so that every command reads
 * fewer pages of the executable. Returns the files that say that order, in `folder` beside the outfile.
 */
export function compileForHost(outfile: string, about: Identity, folder: string): readonly string[] {
  const target = hostTarget();
  compile(outfile, target, about);
  const orders = tryOut([outfile], about.version, folder);
  compile(outfile, target, about, orders);
  tryOut([outfile], about.version);
  return orders;
}

/**
 * Plays the shortest possible session in a scratch repository: start, create, list. `command` starts the executable. Returns files in
 * `ordersFolder` that say in what order functions were used. Throws if anything comes out wrong.
 */
export function tryOut(command: readonly string[], version: string, ordersFolder?: string): readonly string[] {
  const scratch = mkdtempSync(join(tmpdir(), "git-tracker-build-"));
  const env = { PATH: process.env.PATH, HOME: scratch, GIT_CONFIG_NOSYSTEM: "1" };
  const orderIn = (file: string | undefined) => (file === undefined ? env : { ...env, BUN_BYTECODE_ORDER_OUT: file });
  const orders = ordersFolder === undefined ? [] : ["new", "list"].map((name) => join(ordersFolder, `${name}.order`));
  const [made, listed] = orders;
  try {
    for (const args of [
      ["init", "-q"],
      ["config", "user.name", "Ada"],
      ["config", "user.email", "ada@example.com"],
    ]) {
      run(["git", ...args], scratch, env);
    }
    expectText(run([...command, "version"], scratch, env), version);
    run([...command, "new", "Built and run"], scratch, orderIn(made));
    expectText(run([...command, "list"], scratch, orderIn(listed)), "Built and run");
    return orders;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs a program. Returns what it printed. Throws with all that it said if its exit code isn't 0. */
export function run(command: readonly string[], cwd: string, env: Record<string, string | undefined>): string {
  const ran = Bun.spawnSync([...command], { cwd, env, stdin: "ignore" });
  if (ran.exitCode !== 0) {
    throw new Error(`${command.join(" ")}: exit code ${ran.exitCode}\n${ran.stdout}${ran.stderr}`);
  }
  return ran.stdout.toString();
}

function expectText(output: string, text: string): void {
  if (!output.includes(text))
    throw new Error(`The executable runs, but "${text}" is not in what it printed:\n${output}`);
}

/** The loader that an ELF file asks for stands near its beginning. */
function runsOnMusl(): boolean {
  const head = Buffer.alloc(4096);
  const descriptor = openSync(process.execPath, "r");
  try {
    readSync(descriptor, head);
  } finally {
    closeSync(descriptor);
  }
  return head.includes("/ld-musl-");
}
