/** Whose events count is asked anew when it may be another answer, and only then. */
import { expect, test } from "bun:test";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../../src/store/refs.ts";
import { createIssue } from "../../src/tracker/issues.ts";
import { addMember } from "../../src/tracker/people.ts";
import { listIssues, parse } from "../../src/tracker/read.ts";
import { refresh } from "../../src/tracker/refresh.ts";
import { ada } from "../support/events.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { tickingClock, trackerAt } from "../support/tracker.ts";

/** By a clock for which every change here was long ago, so that stamps of the refs are believed. */
async function openLater(repository: TestRepository) {
  return await trackerAt(repository, ada, tickingClock(Date.now() + 86_400_000));
}

async function make(repository: TestRepository, title: string): Promise<void> {
  const tracker = await openLater(repository);
  await createIssue(tracker, { title });
  tracker.close();
}

/** What a list of everything finds: the titles, whether everybody's events count, and how often the project's ref was read for it. */
async function look(repository: TestRepository) {
  const tracker = await openLater(repository);
  let looks = 0;
  const { readRef } = tracker.store;
  Object.defineProperty(tracker.store, "readRef", {
    value: (ref: string) => {
      if (ref === refs.project) looks++;
      return readRef(ref);
    },
  });
  const { items } = await listIssues(tracker, await parse(tracker, "sort:created-asc"));
  const counts = tracker.policy.key === "" ? "everybody's" : "some";
  tracker.close();
  return { titles: items.map(({ title }) => title), counts, looks };
}

/** Moves the folders' times back, so that the next change is a change of them however soon it comes. */
function predate(repository: TestRepository): void {
  for (const name of [refs.root, refs.issues]) {
    const folder = join(repository.cwd, ".git", name);
    if (existsSync(folder)) utimesSync(folder, 1, 1);
  }
}

test("nobody looks for the project while only issues change", async () => {
  using repository = makeRepository();
  await make(repository, "One");
  predate(repository);
  expect(await look(repository)).toEqual({ titles: ["One"], counts: "everybody's", looks: 1 });
  await make(repository, "Two");
  expect(await look(repository)).toEqual({ titles: ["One", "Two"], counts: "everybody's", looks: 0 });
});

test("a project that comes and goes is noticed, loose and packed", async () => {
  using repository = makeRepository();
  await make(repository, "One");
  predate(repository);
  expect((await look(repository)).counts).toBe("everybody's");
  const tracker = await openLater(repository);
  await addMember(tracker, "Ben <ben@example.com>", { role: "viewer" });
  tracker.close();
  expect((await look(repository)).counts).toBe("some");
  const tip = repository.git("rev-parse", refs.project).trim();
  repository.git("update-ref", "-d", refs.project);
  predate(repository);
  expect((await look(repository)).counts).toBe("everybody's");
  writeFileSync(join(repository.cwd, ".git", "packed-refs"), `${tip} ${refs.project}\n`);
  expect((await look(repository)).counts).toBe("some");
});

test("signatures that the settings ask for are asked for at once, though no ref has moved", async () => {
  using repository = makeRepository();
  await make(repository, "Unsigned");
  predate(repository);
  expect((await look(repository)).titles).toEqual(["Unsigned"]);
  writeFileSync(join(repository.cwd, "git-tracker.toml"), 'signing.require = "yes"\n');
  expect((await look(repository)).titles).toEqual([]);
});

test("what is left of an index that was being filled when its process ended doesn't outlive the settings it was filled under", async () => {
  using repository = makeRepository();
  const source = await trackerAt(repository);
  const body = "Long. ".repeat(10_000); // So few go into one transaction.
  for (let i = 0; i < 100; i++) await createIssue(source, { title: `Nr. ${i}`, body });
  source.close();
  writeFileSync(join(repository.cwd, "git-tracker.toml"), 'signing.require = "yes"\n');
  const strict = await trackerAt(repository);
  const { readStreams } = strict.store;
  Object.assign(strict.store, {
    async *readStreams(tips: readonly string[], bytesMax?: number) {
      let left = 90;
      for await (const stream of readStreams(tips, bytesMax)) {
        if (left-- === 0) throw new Error("Ended");
        yield stream;
      }
    },
  });
  await expect(refresh(strict)).rejects.toThrow("Ended");
  const lacking = strict.index.broken().length;
  expect(lacking).toBeGreaterThan(0);
  strict.close();
  writeFileSync(join(repository.cwd, "git-tracker.toml"), "");
  const tracker = await trackerAt(repository);
  await refresh(tracker);
  expect(tracker.index.broken()).toHaveLength(0);
  expect(tracker.index.count(await parse(tracker, ""))).toBe(100);
  tracker.close();
});
