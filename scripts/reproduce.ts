/**
 * Makes a release of the commit that is checked out twice, from clones in different folders, and compares. Takes the options of
 * `bun run build --all`. It is slow; the test of the build does the same for this machine alone.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./build/compile.ts";

const scratch = mkdtempSync(join(tmpdir(), "git-tracker-reproduce-"));
try {
  const [one, another] = [join(scratch, "one"), join(scratch, "another")];
  // The second from the first: here, somebody may commit meanwhile.
  const [first, second] = [sumsOf(one, root), sumsOf(another, one)];
  const others = new Set(second.split("\n"));
  const different = first.split("\n").filter((line) => !others.has(line));
  for (const line of different) console.error(`Not the same bytes: ${line.split("  ")[1]}`);
  if (first === second) console.log(`The same bytes, twice:\n${first.trimEnd()}`);
  else process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Builds a release in a new clone of a repository. Returns its SHA256SUMS. Throws with what was printed if that fails. */
function sumsOf(clone: string, from: string): string {
  run(["git", "clone", "--quiet", "--shared", from, clone], root, process.env);
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  run([process.execPath, "scripts/build.ts", "--all", ...process.argv.slice(2)], clone, process.env);
  return readFileSync(join(clone, "dist", "release", "SHA256SUMS"), "utf8");
}
