/** The executable stands in repositories that strangers wrote: no file that its runtime would read there may have an effect. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, run, runProgram } from "../support/binary.ts";

const scratch = mkdtempSync(join(tmpdir(), "git-tracker-hostile-"));
const cwd = join(scratch, "here");
const elsewhere = join(scratch, "elsewhere");
const canary = join(scratch, "canary");

beforeAll(async () => {
  await binary();
  for (const repository of [cwd, elsewhere]) await runProgram(["git", "init", "-q", repository], { cwd: scratch });
});
afterAll(() => rmSync(scratch, { recursive: true }));

test("a bunfig.toml in the folder has no effect", async () => {
  writeFileSync(join(cwd, "bunfig.toml"), 'preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n');
  writeFileSync(join(cwd, "evil.ts"), `require("node:fs").writeFileSync(${JSON.stringify(canary)}, "");`);
  expect(await run(["version"], { cwd })).toMatchObject({ stderr: "", code: 0 });
  expect(existsSync(canary)).toBe(false);
});

test("a .env in the folder has no effect", async () => {
  for (const name of [".env", ".env.local", ".env.production"]) {
    writeFileSync(join(cwd, name), `GIT_DIR=${join(elsewhere, ".git")}\nGIT_WORK_TREE=${elsewhere}\n`);
  }
  expect(await run(["new", "Stay here"], { cwd })).toMatchObject({ code: 0 });
  expect((await run(["list"], { cwd })).stdout).toContain("Stay here");
  expect((await run(["list"], { cwd: elsewhere })).stdout).not.toContain("Stay here");
});
