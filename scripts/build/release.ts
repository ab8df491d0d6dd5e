/** A release: an archive for every machine, sums, and what installs them. docs/releasing.md says what lies where. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Entry, tarGz, zip } from "./archive.ts";
import { compile, compileForHost, executableName, type Identity, identity, root, run, type Target } from "./compile.ts";
import { signAdHoc } from "./macho.ts";
import { signatureProblems } from "./macho-check.ts";
import { thirdPartyLicences } from "./notices.ts";

export interface ReleaseOptions {
  /** Replaced once everything is made. */
  readonly folder: string;
  readonly targets: readonly Target[];
  /** Leaves out what can't be made here, and says so, instead of failing. */
  readonly onlyAvailable: boolean;
}

/** What an archive holds besides the executable, as commands of the executable print it. */
const generated = [
  { name: "git-tracker.1", args: ["man"] },
  { name: "completions/git-tracker.bash", args: ["completion", "bash"] },
  { name: "completions/_git-tracker", args: ["completion", "zsh"] },
  { name: "completions/git-tracker.fish", args: ["completion", "fish"] },
  { name: "completions/git-tracker.ps1", args: ["completion", "powershell"] },
] as const;

const installers = ["install.ps1", "install.sh"];

/** Throws, and leaves the folder as it was, if anything can't be made. */
export async function release({ folder, targets, onlyAvailable }: ReleaseOptions): Promise<void> {
  if (existsSync(folder) && !existsSync(join(folder, "SHA256SUMS")))
    throw new Error(`${folder} is there and holds no release: remove it, or choose another by --outdir`);
  const about = identity();
  mkdirSync(dirname(folder), { recursive: true });
  const scratch = mkdtempSync(join(dirname(folder), ".release-"));
  const leftOut: string[] = [];
  /** `make`, or undefined and a line for the person where something is not to be had here. */
  const tryTo = <T>(what: string, make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof NotAvailable)) throw error;
      leftOut.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const expectAll = () => {
    if (leftOut.length === 0 || onlyAvailable) return;
    throw new Error([...leftOut, "Leave out what can't be made here by --available."].join("\n"));
  };
  try {
    const host = join(scratch, "host", "git-tracker");
    const orders = compileForHost(host, about, scratch);
    const documents: readonly Entry[] = [
      { name: "LICENSE", bytes: readFileSync(join(root, "LICENSE")) },
      { name: "THIRD-PARTY-LICENSES.txt", bytes: Buffer.from(thirdPartyLicences()) },
      ...generated.flatMap(({ name, args }) => tryTo(name, () => ({ name, bytes: printed(host, args) })) ?? []),
    ];
    expectAll(); // Before the targets, which take a while.
    const files = new Map<string, Uint8Array>(installers.map((name) => [name, readFileSync(join(root, name))]));
    files.set("VERSION", Buffer.from(`${about.version}\n`));
    for (const target of targets) {
      const made = tryTo(target, () => archive(target, about, orders, documents, join(scratch, target)));
      if (made === undefined) continue;
      files.set(made.name, made.bytes);
      console.log(`${made.name}  ${megabytes(made.bytes.length)} (${megabytes(made.executableSize)} unpacked)`);
    }
    expectAll();
    const finished = join(scratch, "finished");
    mkdirSync(finished);
    for (const [name, bytes] of files) writeFileSync(join(finished, name), bytes);
    writeFileSync(join(finished, "SHA256SUMS"), sums(files));
    rmSync(folder, { recursive: true, force: true });
    renameSync(finished, folder);
    for (const what of leftOut) console.log(`Left out: ${what}`);
    console.log(`Built ${relative(process.cwd(), folder)}: ${about.version} (${about.commit})`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Something that this machine, or these sources, don't have. */
class NotAvailable extends Error {}

function archive(
  target: Target,
  about: Identity,
  orders: readonly string[],
  documents: readonly Entry[],
  scratch: string,
): { readonly name: string; readonly bytes: Uint8Array; readonly executableSize: number } {
  const executable = executableFor(target, about, orders, scratch);
  const folder = `git-tracker-${about.version}-${target}`;
  const entries = [...documents, { name: executableName(target), bytes: executable, executable: true }].map(
    (entry): Entry => ({ ...entry, name: `${folder}/${entry.name}` }),
  );
  const isWindows = target.startsWith("windows-");
  return {
    name: `${folder}${isWindows ? ".zip" : ".tar.gz"}`,
    bytes: isWindows ? zip(entries, about.seconds) : tarGz(entries, about.seconds),
    executableSize: executable.length,
  };
}

function executableFor(target: Target, about: Identity, orders: readonly string[], scratch: string): Uint8Array {
  mkdirSync(scratch);
  const path = join(scratch, executableName(target));
  try {
    compile(path, target, about, orders);
  } catch (error) {
    const [reason] = /Failed to (?:download|extract|fetch).*/.exec(String(error)) ?? [];
    if (reason === undefined) throw error;
    throw new NotAvailable(`Bun's template for it could not be fetched: ${reason}`);
  }
  const compiled = readFileSync(path);
  rmSync(scratch, { recursive: true });
  if (!target.startsWith("darwin-")) return compiled;
  const executable = signatureProblems(compiled).length === 0 ? compiled : signAdHoc(compiled, "git-tracker");
  const problems = signatureProblems(Buffer.from(executable));
  if (problems.length > 0) throw new Error(`The signature for ${target} is not valid: ${problems.join("; ")}`);
  return executable;
}

function printed(executable: string, args: readonly string[]): Uint8Array {
  try {
    return Buffer.from(run([executable, ...args], dirname(executable), { HOME: dirname(executable) }));
  } catch (error) {
    const [, why] = String(error).split("\n");
    throw new NotAvailable(`\`git-tracker ${args.join(" ")}\` fails: ${why}`);
  }
}

/** As `sha256sum --check` reads it. */
function sums(files: ReadonlyMap<string, Uint8Array>): string {
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}  ${name}\n`)
    .join("");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
