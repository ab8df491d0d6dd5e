/**
 * A process that is killed in the middle of making many issues: all of them are there afterwards or none, and the next command goes
 * on. The moments to kill at are told by what changes below `.git`.
 */
import { afterAll, expect, test } from "bun:test";
import { watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { issueTips, type Listed, tracker, trackerJson } from "./here.ts";

const planned = 2000;

const disposed: TestRepository[] = [];
afterAll(() => {
  for (const repository of disposed) repository[Symbol.dispose]();
});

async function repositoryWithOne(): Promise<TestRepository> {
  const repository = makeRepository();
  disposed.push(repository);
  await tracker(repository, "new", "--quiet", "The first");
  return repository;
}

function writePlan({ root }: TestRepository, issues: number): string {
  const path = join(root, "plan.jsonl");
  const lines = Array.from({ length: issues }, (_, index) => JSON.stringify({ title: `Planned ${index}` }));
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

/** Runs git-tracker and kills it, with all that it started, when a file of that name changes below `.git`. */
async function runAndKill(repository: TestRepository, args: readonly string[], name: RegExp): Promise<void> {
  const child = Bun.spawn([await binary(), ...args], {
    cwd: repository.cwd,
    env: repository.env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    detached: true, // A group of its own.
  });
  const watcher = watch(join(repository.cwd, ".git"), { recursive: true }, (_, changed) => {
    if (changed !== null && name.test(changed) && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  });
  await child.exited;
  watcher.close();
}

test.each([/lock$/, /tmp_(?:obj|pack)/, /pack$/, /idx$/, /^packed-refs.lock$/, /^packed-refs$/, /index/])(
  "a plan of 2,000 issues, killed when %p changes, is there whole or not at all, and the next command goes on",
  async (name) => {
    const repository = await repositoryWithOne();
    await runAndKill(repository, ["new", "--quiet", "--from-file", writePlan(repository, planned)], name);
    const { total } = await trackerJson<Listed>(repository, "list", "--all");
    expect([1, 1 + planned]).toContain(total);
    expect(issueTips(repository).size).toBe(total);
    expect(repository.git("fsck", "--strict", "--no-dangling", "--no-progress")).toBe("");
    await tracker(repository, "new", "The next one");
    expect(issueTips(repository).size).toBe(total + 1);
  },
  60_000,
);
