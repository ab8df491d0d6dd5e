/**
 * Builds src/main.ts into one executable for this machine, and runs what it built before calling it good: a build that fails leaves
 * the one before in place. With `--all` it makes a release: archives for every machine, as docs/releasing.md describes them. The
 * same commit gives the same bytes.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compileForHost, identity, isTarget, root, type Target, targets } from "./build/compile.ts";

const { values } = parseArgs({
  options: {
    outfile: { type: "string", default: join(root, "dist", "git-tracker") },
    all: { type: "boolean", default: false },
    /** With --all: leave out what can't be made here, and say so. */
    available: { type: "boolean", default: false },
    /** With --all: only these. */
    target: { type: "string", multiple: true },
    /** With --all: the folder of the release, which is replaced. */
    outdir: { type: "string", default: join(root, "dist", "release") },
  },
});

try {
  if (values.all) {
    const { release } = await import("./build/release.ts");
    await release({ folder: resolve(values.outdir), targets: wantedTargets(), onlyAvailable: values.available });
  } else build(resolve(values.outfile));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error("The build failed; what was built before is still the same.");
  process.exitCode = 1;
}

function wantedTargets(): readonly Target[] {
  return (
    values.target?.map((name) => {
      if (!isTarget(name)) throw new Error(`There is no target ${name}: it can be one of ${targets.join(", ")}`);
      return name;
    }) ?? targets
  );
}

function build(outfile: string): void {
  const started = new Date();
  const about = identity();
  mkdirSync(dirname(outfile), { recursive: true });
  // Beside the outfile, so that the last step is a rename: nobody ever sees half an executable. The maps stay in here and go.
  const scratch = mkdtempSync(join(dirname(outfile), ".build-"));
  try {
    const built = join(scratch, "git-tracker");
    compileForHost(built, about, scratch);
    utimesSync(built, started, started); // Older than a source that was saved while we compiled, so that it is built again.
    renameSync(built, outfile);
    const megabytes = (statSync(outfile).size / 1e6).toFixed(0);
    console.log(`Built ${relative(process.cwd(), outfile)}: ${about.version} (${about.commit}), ${megabytes} MB`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
