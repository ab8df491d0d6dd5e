/**
 * A process that is killed while it moves many issues that are there already: all of them have moved afterwards or none, and what it
 * held is in nobody's way.
 */
import { afterAll, expect, test } from "bun:test";
import { readdirSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary, run } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { type Listed, tracker, trackerJson } from "./here.ts";

const moved = 150;

const disposed: TestRepository[] = [];
afterAll(() => {
  for (const repository of disposed) repository[Symbol.dispose]();
});

async function repositoryWithMany(): Promise<{ repository: TestRepository; ids: readonly string[] }> {
  const repository = makeRepository();
  disposed.push(repository);
  const plan = join(repository.root, "plan.jsonl");
  const lines = Array.from({ length: moved }, (_, index) => JSON.stringify({ title: `Planned ${index}` }));
  writeFileSync(plan, `${lines.join("\n")}\n`);
  const ids = (await tracker(repository, "new", "--quiet", "--from-file", plan)).split("\n");
  await tracker(repository, "new", "One with a file of its own, so that their folder is there");
  return { repository, ids };
}

function refFolder({ cwd }: TestRepository): string {
  return join(cwd, ".git", "refs", "git-tracker", "issues");
}

/** Moves all of them, and kills the process at the change of that number in the folder of their refs. */
async function moveAndKill(repository: TestRepository, ids: readonly string[], change: number): Promise<void> {
  let seen = 0;
  const child = Bun.spawn([await binary(), "status", ...ids, "in-progress"], {
    cwd: repository.cwd,
    env: repository.env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    detached: true, // A group of its own, so that what it started dies with it.
  });
  const watcher = watch(refFolder(repository), () => {
    seen++;
    if (seen === change && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  });
  await child.exited;
  watcher.close();
}

test.each([1, 2, 100, 200, 300, 400])(
  "killed at the change %i, all have moved or none once the next has written, and no lock is in the way",
  async (change) => {
    const { repository, ids } = await repositoryWithMany();
    await moveAndKill(repository, ids, change);
    await tracker(repository, "comment", ids[0] ?? "", "Still here");
    const { total } = await trackerJson<Listed>(repository, "list", "--all", "status:in-progress");
    expect([0, moved]).toContain(total);
    expect(readdirSync(refFolder(repository)).filter((name) => name.endsWith(".lock"))).toEqual([]);
    expect(await trackerJson(repository, "doctor")).toMatchObject({ findings: [] });
  },
  60_000,
);

test("a lock of git's own is left alone, and named", async () => {
  const { repository, ids } = await repositoryWithMany();
  const [id = ""] = ids;
  writeFileSync(join(refFolder(repository), `${id}.lock`), "");
  const ran = await run(["comment", id, "Words"], repository);
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain(`${id}.lock`);
  expect(readdirSync(refFolder(repository))).toContain(`${id}.lock`);
});
