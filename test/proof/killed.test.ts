/**
 * A process that is killed in the middle of a change of many issues: all of it is there afterwards or nothing, and the next command
 * goes on. The moments to kill at are told by what happens among the refs.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { issueTips, type Listed, tracker, trackerJson } from "./here.ts";

const slow = 120_000;

/** Who dies: the process alone, or with everything that it started, as when a container is stopped. */
type Victims = "process" | "group";

const disposed: TestRepository[] = [];
afterAll(() => {
  for (const repository of disposed) repository[Symbol.dispose]();
});

/** A repository with an issue, so that the folder of their refs is there, and so many more issues. */
async function repositoryWith(issues: number): Promise<{ repository: TestRepository; ids: readonly string[] }> {
  const repository = makeRepository();
  disposed.push(repository);
  await tracker(repository, "new", "--quiet", "The first");
  if (issues === 0) return { repository, ids: [] };
  const plan = writePlan(repository, issues);
  const ids = (await tracker(repository, "new", "--quiet", "--from-file", plan)).split("\n");
  await tracker(repository, "list");
  return { repository, ids };
}

function writePlan({ root }: TestRepository, issues: number): string {
  const path = join(root, "plan.jsonl");
  const lines = Array.from({ length: issues }, (_, index) => JSON.stringify({ title: `Planned ${index}` }));
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

function refFolder({ cwd }: TestRepository): string {
  return join(cwd, ".git", "refs", "git-tracker", "issues");
}

/** Runs git-tracker and kills it at the change of that number in the folder of the refs. Returns false if it was done before. */
async function runAndKill(
  repository: TestRepository,
  args: readonly string[],
  change: number,
  victims: Victims,
): Promise<boolean> {
  let seen = 0;
  const child = Bun.spawn([await binary(), ...args], {
    cwd: repository.cwd,
    env: repository.env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    detached: true, // A group of its own.
  });
  const watcher = watch(refFolder(repository), () => {
    seen++;
    if (seen === change && child.exitCode === null)
      process.kill(victims === "group" ? -child.pid : child.pid, "SIGKILL");
  });
  await child.exited;
  watcher.close();
  return child.signalCode === "SIGKILL";
}

describe("a plan of 2,000 issues", () => {
  const planned = 2000;

  test.each([1, 250, 1000, 1900, 2100, 3000, 3900])(
    "killed at the change %i among the refs is there whole or not at all",
    async (change) => {
      const { repository } = await repositoryWith(0);
      const plan = writePlan(repository, planned);
      await runAndKill(repository, ["new", "--quiet", "--from-file", plan], change, "group");
      const { total } = await trackerJson<Listed>(repository, "list", "--all");
      expect([1, 1 + planned]).toContain(total);
      expect(issueTips(repository).size).toBe(total);
      await tracker(repository, "new", "The next one");
      expect(issueTips(repository).size).toBe(total + 1);
      expect(repository.git("fsck", "--strict", "--no-dangling", "--no-progress")).toBe("");
    },
    slow,
  );
});

describe("a move of 150 issues", () => {
  const moved = 150;
  const movedNow = async (repository: TestRepository) =>
    (await trackerJson<Listed>(repository, "list", "--all", "status:in-progress")).total;

  test.each([1, 150, 300, 400, 500])(
    "whose process is killed at the change %i among the refs happens whole or not at all",
    async (change) => {
      const { repository, ids } = await repositoryWith(moved);
      await runAndKill(repository, ["status", ...ids, "in-progress"], change, "process");
      await gitIsDone(repository);
      expect([0, moved]).toContain(await movedNow(repository));
    },
    slow,
  );

  // Git moves refs one by one: killed with it, it leaves some moved, and the locks of the others.
  test.todo("that is killed with git happens whole or not at all", async () => {
    const { repository, ids } = await repositoryWith(moved);
    expect(await runAndKill(repository, ["status", ...ids, "in-progress"], 400, "group")).toBe(true);
    expect([0, moved]).toContain(await movedNow(repository));
  });
});

describe("locks that a kill left", () => {
  /** Writes to an issue whose ref is locked, if there is one. */
  const writeToLocked = async (repository: TestRepository) => {
    const tips = issueTips(repository);
    const locked = locksIn(repository).map((name) => name.slice(0, -".lock".length));
    const id = locked.find((each) => tips.has(each));
    if (id !== undefined) await tracker(repository, "comment", id, "Still here");
  };

  test.todo("of our own are in nobody's way", async () => {
    const { repository } = await repositoryWith(0);
    const plan = writePlan(repository, 2000);
    expect(await runAndKill(repository, ["new", "--quiet", "--from-file", plan], 2500, "process")).toBe(true);
    await writeToLocked(repository);
  });

  test.todo("of git are in nobody's way", async () => {
    const { repository, ids } = await repositoryWith(150);
    expect(await runAndKill(repository, ["status", ...ids, "in-progress"], 200, "group")).toBe(true);
    await writeToLocked(repository);
  });
});

function locksIn(repository: TestRepository): string[] {
  return readdirSync(refFolder(repository)).filter((name) => name.endsWith(".lock"));
}

/** Git outlives us by moments, and takes its locks away at its end. */
async function gitIsDone(repository: TestRepository): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (locksIn(repository).length === 0) resolve();
  };
  const watcher = watch(refFolder(repository), look);
  look();
  await promise;
  watcher.close();
}
