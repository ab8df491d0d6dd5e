/** Runs the simulation beside a copy of the sources that has a bug in it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Mutant } from "./mutants.ts";
import type { Failure } from "./simulate.ts";

const root = resolve(import.meta.dir, "..", "..");
/** What the simulation imports, and what its imports need. */
const copied = ["src", "test/support", "test/simulation", "package.json", "tsconfig.json"];

export interface Copy {
  /** The first history that finds the bug; undefined if none of `histories` does. Throws what a copy that doesn't even start says. */
  find(mutant: Mutant, histories: number): Promise<Failure | undefined>;
  [Symbol.dispose](): void;
}

/** How often what the mutant changes stands in the source. */
export function occurrences({ file, find }: Mutant): number {
  return readFileSync(join(root, "src", file), "utf8").split(find).length - 1;
}

/** A copy of the sources in a temporary folder. It serves one mutant at a time. */
export function copySources(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-mutants-"));
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const running = new Set<Bun.Subprocess>();
  return {
    async find({ file, find, replace, seed, way = "bare" }, histories) {
      const path = join(folder, "src", file);
      const whole = readFileSync(path, "utf8");
      writeFileSync(
        path,
        whole.replace(find, () => replace),
      );
      try {
        const child = Bun.spawn(
          [process.execPath, join(folder, "test", "simulation", "find.ts"), way, String(seed), String(histories)],
          { cwd: folder, stdout: "pipe", stderr: "pipe", timeout: childMsMax },
        );
        running.add(child);
        const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
        running.delete(child);
        if (stdout === "") throw new Error(`The simulation did not run: ${stderr}`);
        const failure: Partial<Failure> = JSON.parse(stdout);
        return failure.seed === undefined || failure.reason === undefined
          ? undefined
          : { seed: failure.seed, way, reason: failure.reason };
      } finally {
        writeFileSync(path, whole);
      }
    },
    [Symbol.dispose]() {
      for (const child of running) child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A mutant that never ends is not found. */
const childMsMax = 60_000;
