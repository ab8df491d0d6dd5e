/** Copies of a repository that git makes: whole ones are equal, and those that lack something say so and heal. */
import { expect, test } from "bun:test";
import { appendFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, type Listed, tracker, trackerJson } from "../proof/here.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { expectSoundAt, type Outcome, type Spot, see, spotAt, trackerRefs, troubles, work } from "./transcript.ts";

const slow = 60_000;
const all = "+refs/git-tracker/*:refs/git-tracker/*";

const refOf = (id = "") => `refs/git-tracker/issues/${id}`;

/** Another folder of the same root, made by git. */
function made(repository: TestRepository, name: string, ...args: readonly string[]): Spot {
  repository.git(...args, join(repository.root, name));
  return spotAt(join(repository.root, name), repository.env);
}

async function expectSame(spot: Spot, { ids, seen }: Outcome): Promise<void> {
  expect(await see(spot, ids)).toEqual([...seen]);
  await expectSoundAt(spot);
  for (const id of ids) await tracker(spot, "comment", id, "From the copy");
  await expectSoundAt(spot);
}

async function totalOf(spot: Spot): Promise<number> {
  return (await trackerJson<Listed>(spot, "list", "--all")).total;
}

test(
  "a plain clone has none of the issues, a mirror all",
  async () => {
    using repository = makeRepository();
    const outcome = await work(repository);
    const clone = made(repository, "clone", "clone", "--quiet", repository.cwd);
    expect([trackerRefs(clone), await totalOf(clone)]).toEqual(["", 0]);
    const mirror = made(repository, "mirror", "clone", "--quiet", "--mirror", repository.cwd);
    expect(trackerRefs(mirror)).toBe(trackerRefs(repository));
    await expectSame(mirror, outcome);
    clone.git("fetch", "--quiet", "origin", all);
    await expectSame(clone, outcome);
  },
  slow,
);

test(
  "a bundle brings all to elsewhere",
  async () => {
    using repository = makeRepository();
    const outcome = await work(repository);
    const bundle = join(repository.root, "all.bundle");
    repository.git("bundle", "create", "--quiet", bundle, "--all");
    repository.git("bundle", "verify", "--quiet", bundle);
    const elsewhere = made(repository, "elsewhere", "init", "--quiet", "--bare");
    elsewhere.git("fetch", "--quiet", bundle, "refs/*:refs/*");
    expect(trackerRefs(elsewhere)).toBe(trackerRefs(repository));
    await expectSame(elsewhere, outcome);
    const unbundled = made(repository, "unbundled", "init", "--quiet", "--bare");
    for (const line of unbundled.git("bundle", "unbundle", bundle).trim().split("\n")) {
      const [oid = "", ref = ""] = line.split(" ");
      if (ref.startsWith("refs/git-tracker/")) unbundled.git("update-ref", ref, oid);
    }
    await expectSame(unbundled, outcome);
  },
  slow,
);

test(
  "a bundle of what is new brings that",
  async () => {
    using repository = makeRepository();
    const { ids } = await work(repository);
    const mirror = made(repository, "mirror", "clone", "--quiet", "--mirror", repository.cwd);
    const known = trackerRefs(repository)
      .trim()
      .split("\n")
      .map((line) => `^${line.split(" ")[0]}`);
    for (const id of ids) await tracker(repository, "comment", id, "New");
    const bundle = join(repository.root, "new.bundle");
    repository.git("bundle", "create", "--quiet", bundle, "--glob=refs/git-tracker/*", ...known);
    mirror.git("fetch", "--quiet", bundle, all);
    expect(trackerRefs(mirror)).toBe(trackerRefs(repository));
    expect(await see(mirror, ids)).toEqual(await see(repository, ids));
    await expectSoundAt(mirror);
  },
  slow,
);

/** A clone that has the last commit of each issue only. */
async function shallowClone(repository: TestRepository) {
  const { ids, seen } = await work(repository);
  const single = await tracker(repository, "new", "-q", "One commit only");
  const clone = made(repository, "clone", "clone", "--quiet", repository.cwd);
  const url = pathToFileURL(repository.cwd).href;
  clone.git("fetch", "--quiet", "--depth=1", url, all);
  const deepen = () =>
    clone.git("fetch", "--quiet", "--unshallow", url, ...ids.map((id) => `${refOf(id)}:${refOf(id)}`));
  return { ids, seen, single, clone, deepen };
}

test(
  "a shallow fetch is not taken for the whole, is named, and spares what is whole",
  async () => {
    using repository = makeRepository();
    const { ids, single, clone } = await shallowClone(repository);
    const { code, errors } = await troubles(clone);
    expect(code).toBe(6);
    for (const id of ids) expect(errors.filter((what) => what.includes(id.slice(0, 10)))).toHaveLength(1);
    expect(errors.map((what) => what.includes("shallow"))).toEqual([true, true]);
    for (const id of ids) {
      expect((await attempt(clone, "show", id)).code).not.toBe(0);
      expect((await attempt(clone, "comment", id, "On half of it")).code).not.toBe(0);
    }
    const own = await tracker(clone, "new", "-q", "Of this clone");
    for (const id of [single, own]) await tracker(clone, "comment", id, "Whole");
    expect((await see(clone, [single, own])).map(({ comments }) => comments)).toEqual([["Whole"], ["Whole"]]);
  },
  slow,
);

test(
  "a shallow fetch heals by an unshallow one, though nobody looked before",
  async () => {
    using repository = makeRepository();
    const { ids, seen, clone, deepen } = await shallowClone(repository);
    deepen();
    expect(await see(clone, ids)).toEqual([...seen]);
    await expectSoundAt(clone);
  },
  slow,
);

test(
  "a shallow fetch heals by an unshallow one, also where the index has seen the half",
  async () => {
    using repository = makeRepository();
    const { ids, seen, clone, deepen } = await shallowClone(repository);
    expect(await totalOf(clone)).toBe(1);
    deepen();
    expect(await see(clone, ids)).toEqual([...seen]);
    expect(await totalOf(clone)).toBe(3);
    await expectSoundAt(clone);
  },
  slow,
);

test("an ordinary fetch into a shallow clone brings whole issues", async () => {
  using repository = makeRepository();
  repository.git("commit", "--quiet", "--allow-empty", "--message=Second");
  const outcome = await work(repository);
  const url = pathToFileURL(repository.cwd).href;
  const clone = made(repository, "clone", "clone", "--quiet", "--depth=1", url);
  clone.git("fetch", "--quiet", "origin", all);
  await expectSame(clone, outcome);
});

test.each(["blob:none", "tree:0"])(
  "a partial clone (%s) reads every event offline, and says what of the files it lacks",
  async (filter) => {
    using repository = makeRepository();
    const { ids, seen } = await work(repository);
    const [first = ""] = ids;
    await Bun.write(join(repository.cwd, "a.txt"), "attached");
    await tracker(repository, "attach", first, "a.txt");
    repository.git("config", "uploadpack.allowFilter", "true");
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true");
    const url = pathToFileURL(repository.cwd).href;
    const clone = made(repository, "clone", "clone", "--quiet", "--no-checkout", `--filter=${filter}`, url);
    clone.git("fetch", "--quiet", "origin", all);
    renameSync(repository.cwd, `${repository.cwd}-offline`);
    expect(await see(clone, ids)).toEqual([...seen]);
    await tracker(clone, "comment", first, "Offline");
    const got = await attempt(clone, "attach", first, "--get", "a.txt", "-o", "-");
    expect([3, 5, 6]).toContain(got.code);
    expect(got.stderr).toStartWith("error: ");
    const { code, errors } = await troubles(clone);
    expect(code).toBe(6);
    expect(errors).toEqual([expect.stringContaining(first.slice(0, 10))]);
    renameSync(`${repository.cwd}-offline`, repository.cwd);
    expect((await troubles(clone)).errors).toEqual([]);
  },
  slow,
);

test(
  "a clone that borrows keeps its issues when the source collects garbage, and names a source that vanished",
  async () => {
    using repository = makeRepository();
    const { ids, seen } = await work(repository);
    const clone = made(repository, "clone", "clone", "--quiet", "--shared", repository.cwd);
    clone.git("fetch", "--quiet", "origin", all);
    const [first = "", second = ""] = ids;
    await tracker(clone, "comment", first, "Of the borrower");
    repository.git("gc", "--quiet", "--prune=now");
    expect((await see(clone, [second]))[0]).toEqual(seen[1] as never);
    await expectSoundAt(clone);

    renameSync(repository.cwd, `${repository.cwd}-away`);
    const { code, errors } = await troubles(clone);
    expect(code).toBe(6);
    expect(errors.join("\n")).toContain(join(repository.cwd, ".git/objects"));
    for (const flags of [[], ["--repair"]]) expect((await attempt(clone, "doctor", ...flags)).code).toBe(6);
    renameSync(`${repository.cwd}-away`, repository.cwd);
    await expectSoundAt(clone);
    expect((await see(clone, [first]))[0]?.comments).toHaveLength(2);
  },
  slow,
);

test(
  "a source that deleted its issues and collected garbage is named by the borrower, issue by issue",
  async () => {
    using repository = makeRepository();
    const { ids } = await work(repository);
    const clone = made(repository, "clone", "clone", "--quiet", "--shared", repository.cwd);
    clone.git("fetch", "--quiet", "origin", all);
    for (const id of ids) repository.git("update-ref", "-d", `refs/git-tracker/issues/${id}`);
    rmSync(join(repository.cwd, ".git/git-tracker"), { recursive: true });
    repository.git("gc", "--quiet", "--prune=now");
    const own = await tracker(clone, "new", "-q", "Of the borrower");
    const { code, errors } = await troubles(clone);
    expect(code).toBe(6);
    for (const id of ids) expect(errors.join("\n")).toContain(id.slice(0, 10));
    await tracker(clone, "comment", own, "Still here");
  },
  slow,
);

test("a repository that borrows from itself, or in a circle, is still read", async () => {
  using repository = makeRepository();
  const outcome = await work(repository);
  const objects = join(repository.cwd, ".git/objects");
  appendFileSync(join(objects, "info/alternates"), `${objects}\n`);
  expect(await see(repository, outcome.ids)).toEqual([...outcome.seen]);
  expect((await troubles(repository)).errors).toEqual([]);
});
