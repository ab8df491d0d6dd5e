/** Beside plain git: what others' git brings is noticed, and what a person has set and fetched stays theirs. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Listed, tracker, trackerJson } from "../proof/here.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

/** Somebody whose issues are at a bare repository. */
async function openHub(): Promise<{ hub: TestRepository; ada: TestRepository } & Disposable> {
  const hub = makeRepository("bare");
  const ada = makeRepository();
  ada.git("remote", "add", "origin", hub.cwd);
  ada.git("push", "--quiet", "origin", "main");
  await tracker(ada, "new", "-q", "Ada's");
  await tracker(ada, "sync");
  return {
    hub,
    ada,
    [Symbol.dispose]() {
      for (const each of [hub, ada]) each[Symbol.dispose]();
    },
  };
}

function cloneOf(hub: TestRepository, name: string): TestRepository {
  const cwd = join(hub.root, name);
  hub.git("clone", "--quiet", hub.cwd, cwd);
  return { ...hub, cwd, git: (...args) => hub.git("-C", cwd, ...args) };
}

const titles = async (place: TestRepository) =>
  (await trackerJson<Listed>(place, "list")).items.map(({ title }) => title).sort();

test("a newcomer types git clone and git tracker sync", async () => {
  using opened = await openHub();
  const ben = cloneOf(opened.hub, "ben");
  expect(await tracker(ben, "sync")).toEndWith("synced with origin: 1 new");
  expect(await titles(ben)).toEqual(["Ada's"]);
  await tracker(ben, "new", "-q", "Ben's");
  await tracker(ben, "sync");
  await tracker(opened.ada, "sync");
  expect(await titles(opened.ada)).toEqual(["Ada's", "Ben's"]);
});

test("what a plain git fetch brings straight to the issues is there with the next command", async () => {
  using opened = await openHub();
  const { ada, hub } = opened;
  const ben = cloneOf(hub, "ben");
  const issues = "refs/git-tracker/issues/*:refs/git-tracker/issues/*";
  ben.git("fetch", "--quiet", "origin", issues);
  expect(await titles(ben)).toEqual(["Ada's"]);
  const [first] = (await trackerJson<Listed>(ada, "list")).items;
  await tracker(ada, "edit", first?.id ?? "", "--title", "Ada's, renamed");
  await tracker(ada, "new", "-q", "Another");
  await tracker(ada, "sync");
  ben.git("fetch", "--quiet", "origin", issues);
  expect(await titles(ben)).toEqual(["Ada's, renamed", "Another"]);
  expect(await tracker(ben, "sync")).toBe("synced with origin: nothing new");
});

test("what a plain git fetch brings to the tracking refs is taken over without being fetched again", async () => {
  using opened = await openHub();
  const { ada, hub } = opened;
  const ben = cloneOf(hub, "ben");
  await tracker(ben, "sync");
  const [first] = (await trackerJson<Listed>(ada, "list")).items;
  await tracker(ada, "edit", first?.id ?? "", "--title", "Ada's, renamed");
  await tracker(ada, "sync");
  ben.git("fetch", "--quiet", "origin", "+refs/git-tracker/issues/*:refs/git-tracker/remotes/origin/issues/*");
  expect(await titles(ben)).toEqual(["Ada's"]);
  expect(await tracker(ben, "sync")).toEndWith("synced with origin: 1 changed");
  expect(await titles(ben)).toEqual(["Ada's, renamed"]);
});

test("a sync leaves the person's settings, tags, branches and FETCH_HEAD as they are", async () => {
  using opened = await openHub();
  const { ada, hub } = opened;
  const ben = cloneOf(hub, "ben");
  await tracker(ben, "new", "-q", "Ben's");
  ada.git("tag", "v1");
  ada.git("commit", "--quiet", "--allow-empty", "--message=Second");
  ada.git("push", "--quiet", "origin", "main", "v1");
  ben.git("tag", "mine");
  const git = join(ben.cwd, ".git");
  const look = () => ({
    config: readFileSync(join(git, "config"), "utf8"),
    fetched: existsSync(join(git, "FETCH_HEAD")),
    refs: ben.git("for-each-ref", "refs/heads", "refs/tags", "refs/remotes"),
  });
  const before = look();
  await tracker(ben, "sync");
  expect(look()).toEqual(before);
  ben.git("fetch", "--quiet", "--no-tags");
  const fetched = readFileSync(join(git, "FETCH_HEAD"), "utf8");
  await tracker(ada, "new", "-q", "Another");
  await tracker(ada, "sync");
  await tracker(ben, "sync");
  expect(readFileSync(join(git, "FETCH_HEAD"), "utf8")).toBe(fetched);
  expect(hub.git("tag")).toBe("v1\n");
});
