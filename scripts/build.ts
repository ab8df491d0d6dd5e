/**
 * Builds src/main.ts into one executable, and runs what it built before calling it good: a build that fails leaves the one
 * before in place. The same commit gives the same bytes.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dir, "..");

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

const { values } = parseArgs({ options: { outfile: { type: "string", default: join(root, "dist", "git-tracker") } } });
build(resolve(values.outfile));

function build(outfile: string): void {
  const started = new Date();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const commit = currentCommit();
  mkdirSync(dirname(outfile), { recursive: true });
  // Beside the outfile, so that the last step is a rename: nobody ever sees half an executable. The maps stay in here and go.
  const scratch = mkdtempSync(join(dirname(outfile), ".build-"));
  try {
    const built = join(scratch, "git-tracker"); // The name is part of the bytes, so it is the same for every outfile.
    const constants = { BUILD_VERSION: version, BUILD_COMMIT: commit };
    compile(built, constants);
    // Once more, with functions laid out in the order of their use: every command then reads fewer pages of the executable.
    compile(built, constants, tryOut(built, version, scratch));
    tryOut(built, version, scratch);
    utimesSync(built, started, started); // Older than a source that was saved while we compiled, so that it is built again.
    renameSync(built, outfile);
    const megabytes = (statSync(outfile).size / 1e6).toFixed(0);
    console.log(`Built ${relative(process.cwd(), outfile)}: ${version} (${commit}), ${megabytes} MB`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error("The build failed; an executable that was there before is still the same.");
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function compile(outfile: string, constants: Readonly<Record<string, string>>, orders: readonly string[] = []): void {
  const defines = Object.entries(constants).flatMap(([name, value]) => [
    "--define",
    `${name}=${JSON.stringify(value)}`,
  ]);
  const layout = orders.length === 0 ? [] : [`--bytecode-order=${orders.join(",")}`];
  const options = [...flags, ...layout, ...defines];
  run([process.execPath, "build", ...options, "src/main.ts", "--outfile", outfile], root, process.env);
  chmodSync(outfile, 0o755);
}

/** Plays the shortest possible session in a scratch repository. Returns files that say in what order functions were used. */
function tryOut(executable: string, version: string, folder: string): string[] {
  const scratch = mkdtempSync(join(tmpdir(), "git-tracker-build-"));
  const env = { PATH: process.env.PATH, HOME: scratch, GIT_CONFIG_NOSYSTEM: "1" };
  try {
    for (const args of [
      ["init", "-q"],
      ["config", "user.name", "Ada"],
      ["config", "user.email", "ada@example.com"],
    ]) {
      run(["git", ...args], scratch, env);
    }
    expectText(run([executable, "version"], scratch, env), version);
    const [made, listed] = [join(folder, "new.order"), join(folder, "list.order")];
    run([executable, "new", "Built and run"], scratch, { ...env, BUN_BYTECODE_ORDER_OUT: made });
    expectText(run([executable, "list"], scratch, { ...env, BUN_BYTECODE_ORDER_OUT: listed }), "Built and run");
    return [made, listed];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The commit that is checked out, or "unknown" where these sources are not a git repository of their own. */
function currentCommit(): string {
  const asked = Bun.spawnSync(["git", "rev-parse", "--show-prefix", "HEAD"], { cwd: root, stderr: "ignore" });
  const [prefix, oid] = asked.stdout.toString().split("\n");
  return asked.exitCode === 0 && prefix === "" && oid !== undefined ? oid.slice(0, 10) : "unknown";
}

function run(command: string[], cwd: string, env: Record<string, string | undefined>): string {
  const ran = Bun.spawnSync(command, { cwd, env, stdin: "ignore" });
  const output = `${ran.stdout}${ran.stderr}`;
  if (ran.exitCode !== 0) throw new Error(`${command.join(" ")}: exit code ${ran.exitCode}\n${output}`);
  return ran.stdout.toString();
}

function expectText(output: string, text: string): void {
  if (!output.includes(text))
    throw new Error(`The executable runs, but "${text}" is not in what it printed:\n${output}`);
}
