/**
 * Starts what a release holds, as far as this machine can: itself, by emulators (Debian: qemu-user-static, libc6-arm64-cross and
 * libstdc++6-arm64-cross; musl, also musl:arm64 with gcc-aarch64-linux-gnu; wine64 and gcc-mingw-w64-x86-64), and checks signatures
 * for macOS. Each that starts makes an issue and lists it. What is skipped says why.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { executableName, hostTarget, root, run, type Target, targets, tryOut } from "./build/compile.ts";
import { signatureProblems } from "./build/macho-check.ts";

/** How a target is tried out. */
interface Way {
  /** Why it can't be here; undefined: it can. */
  readonly missing: () => string | undefined;
  /** `scratch` is an empty folder. */
  readonly play: (executable: string, version: string, scratch: string) => void;
}

const wine = "/usr/lib/wine/wine64";
const armEmulator = "qemu-aarch64-static";
const armLibraries = "/usr/aarch64-linux-gnu";

const native: Way = { missing: () => undefined, play: (executable, version) => void tryOut([executable], version) };
const signature: Way = {
  missing: () => undefined,
  play: (executable) => {
    const problems = signatureProblems(readFileSync(executable));
    if (problems.length > 0) throw new Error(`The signature is not valid: ${problems.join("; ")}`);
  },
};
const nothing = (why: string): Way => ({ missing: () => why, play: () => undefined });
const ways: Readonly<Record<Target, Way>> = {
  "linux-x64": nothing("no emulator"),
  "windows-arm64": nothing("no emulator"),
  "linux-arm64": {
    missing: () => lacking([armEmulator], [`${armLibraries}/lib/libstdc++.so.6`]),
    play: (executable, version) => void tryOut([armEmulator, "-L", armLibraries, executable], version),
  },
  "linux-x64-musl": musl({
    compiler: "cc",
    loader: "/lib/ld-musl-x86_64.so.1",
    libraries: ["/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/lib/x86_64-linux-gnu/libgcc_s.so.1"],
  }),
  "linux-arm64-musl": musl({
    emulator: armEmulator,
    compiler: "aarch64-linux-gnu-gcc",
    loader: "/lib/ld-musl-aarch64.so.1",
    libraries: [`${armLibraries}/lib/libstdc++.so.6`, `${armLibraries}/lib/libgcc_s.so.1`],
  }),
  "windows-x64": {
    missing: () => lacking(["x86_64-w64-mingw32-gcc"], [wine]),
    play: (executable, version, scratch) => {
      const library = join(dirname(executable), "bcryptprimitives.dll");
      const compiler = "x86_64-w64-mingw32-gcc";
      run([compiler, "-shared", "-o", library, source("bcryptprimitives.c"), "-ladvapi32"], root, process.env);
      tryOut(["env", `WINEPREFIX=${scratch}`, "WINEDEBUG=-all", wine, executable], version);
    },
  },
  "darwin-x64": signature,
  "darwin-arm64": signature,
};

interface Musl {
  readonly emulator?: string;
  readonly compiler: string;
  readonly loader: string;
  /** Debian's, which look for glibc. */
  readonly libraries: readonly string[];
}

function musl({ emulator, compiler, loader, libraries }: Musl): Way {
  const before = emulator === undefined ? [] : [emulator];
  return {
    missing: () => lacking([...before, compiler], [loader, ...libraries]),
    play: (executable, version, scratch) => {
      for (const library of libraries) run(["cp", "-L", library, scratch], root, process.env);
      const shim = join(scratch, "ld-linux-x86-64.so.2"); // On x64, Debian's libstdc++ asks for the loader, too.
      const options = ["-w", "-fno-builtin", "-shared", "-nostdlib", "-fPIC", "-o", shim, source("musl.c")];
      run([compiler, ...options], root, process.env);
      tryOut([...before, loader, "--preload", shim, "--library-path", scratch, executable], version);
    },
  };
}

const { values } = parseArgs({ options: { release: { type: "string", default: join(root, "dist", "release") } } });
process.exitCode = smoke(resolve(values.release));

/** Returns the exit code. */
function smoke(release: string): number {
  if (!existsSync(join(release, "VERSION"))) {
    console.error(`There is no release in ${release}: make one by \`bun run build --all\``);
    return 1;
  }
  const version = readFileSync(join(release, "VERSION"), "utf8").trim();
  const host = hostTarget();
  let failed = 0;
  for (const target of targets) {
    const archive = readdirSync(release).find((name) => new RegExp(`-${target}\\.(?:tar\\.gz|zip)$`).test(name));
    const way = target === host ? native : ways[target];
    const why = archive === undefined ? "not in the release" : way.missing();
    if (archive === undefined || why !== undefined) {
      console.log(`(skip) ${target}: ${why}`);
      continue;
    }
    const scratch = mkdtempSync(join(tmpdir(), "git-tracker-smoke-"));
    try {
      const started = performance.now();
      way.play(unpack(join(release, archive), target, scratch), version, emptyFolder(scratch, "machine"));
      const how = way === signature ? "signature valid, not started" : "started, created, listed";
      console.log(`(pass) ${target}: ${how} [${((performance.now() - started) / 1000).toFixed(1)} s]`);
    } catch (error) {
      failed++;
      console.log(`(fail) ${target}: ${error instanceof Error ? error.message : error}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return failed === 0 ? 0 : 1;
}

/** Unpacks an archive as a person would. Returns the path of the executable. */
function unpack(archive: string, target: Target, scratch: string): string {
  const folder = emptyFolder(scratch, "unpacked");
  run(archive.endsWith(".zip") ? ["unzip", "-q", archive] : ["tar", "-xzf", archive], folder, process.env);
  const [inside = ""] = readdirSync(folder);
  return join(folder, inside, executableName(target));
}

function emptyFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}

function source(name: string): string {
  return join(import.meta.dir, "smoke", name);
}

function lacking(programs: readonly string[], files: readonly string[]): string | undefined {
  const missing = [
    ...programs.filter((program) => Bun.which(program) === null),
    ...files.filter((file) => !existsSync(file)),
  ];
  return missing.length === 0 ? undefined : `${missing.join(", ")} not installed`;
}
