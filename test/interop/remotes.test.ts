/** Syncing with and from every kind of repository that git makes, while people do what people do with git. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { attempt, tracker } from "../proof/here.ts";
import { findSteering } from "../render/hostile.ts";
import { makeRepository, type RepositoryKind, type TestRepository } from "../support/repository.ts";
import { type Spot, see, spotAt, trackerRefs, work } from "./transcript.ts";

const slow = 120_000;

/** The tips of the issues themselves, which both sides of a sync end with. */
function issueRefs(spot: Pick<Spot, "git">): string {
  return spot.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/git-tracker/issues/");
}

/** Another folder of the same root, made by git. */
function made(repository: TestRepository, name: string, ...args: readonly string[]): Spot {
  repository.git(...args, join(repository.root, name));
  return spotAt(join(repository.root, name), repository.env);
}

/** A bare repository with a branch, and two people's clones of it. */
function makeHub(repository: TestRepository, ...format: readonly string[]) {
  const hub = made(repository, "hub.git", "init", "--quiet", "--bare", "--initial-branch=main", ...format);
  repository.git("push", "--quiet", hub.cwd, "main");
  const clone = (name: string, ...flags: readonly string[]) =>
    made(repository, name, "clone", "--quiet", ...flags, pathToFileURL(hub.cwd).href);
  return { hub, clone };
}

function expectSoundGit(spot: Spot): void {
  const said = spot.git("fsck", "--strict", "--no-dangling", "--no-progress");
  expect(said.split("\n").filter((line) => line !== "" && !line.startsWith("notice: HEAD"))).toEqual([]);
}

async function expectSound(...spots: readonly Spot[]): Promise<void> {
  for (const spot of spots) {
    expectSoundGit(spot);
    expect(await tracker(spot, "doctor")).toEndWith("all is well");
  }
}

/** Both have the same, write, and have the same again. */
async function expectTogether(one: Spot, other: Spot, ids: readonly string[]): Promise<void> {
  for (const spot of [one, other, one]) await tracker(spot, "sync");
  expect(issueRefs(other)).toBe(issueRefs(one));
  await tracker(one, "comment", ids[0] ?? "", "Of the one");
  await tracker(other, "comment", ids[0] ?? "", "Of the other");
  for (const spot of [one, other, one]) await tracker(spot, "sync");
  expect(issueRefs(other)).toBe(issueRefs(one));
  const [seen] = await see(one, ids.slice(0, 1));
  expect(seen?.comments).toEqual(expect.arrayContaining(["Of the one", "Of the other"]));
  expect((await see(other, ids.slice(0, 1)))[0]).toEqual(seen as never);
  await expectSound(one, other);
}

/** What people and their machines do to a repository at any moment. */
const chores: readonly (readonly string[])[] = [
  ["gc", "--quiet", "--prune=now"],
  ["repack", "-adFq"],
  ["pack-refs", "--all"],
  ["maintenance", "run", "--quiet"],
  ["maintenance", "run", "--quiet", "--task=commit-graph", "--task=loose-objects", "--task=incremental-repack"],
  ["multi-pack-index", "write"],
  ["prune", "--expire=now"],
  ["fetch", "--quiet", "--all", "--prune"],
  ["reflog", "expire", "--all", "--expire=now"],
];

test(
  "housekeeping between any two steps, on either side, costs nothing",
  async () => {
    using repository = makeRepository();
    const { hub, clone } = makeHub(repository);
    for (const key of ["receive.fsckObjects", "transfer.fsckObjects", "fetch.fsckObjects"])
      hub.git("config", key, "true");
    const [ada, ben] = [clone("ada"), clone("ben")];
    for (const spot of [ada, ben]) spot.git("config", "fetch.prune", "true");
    const { ids } = await work(ada);
    let step = 0;
    const said: string[] = [];
    const rest = () => {
      for (const spot of [hub, ada, ben]) spot.git(...(chores[step++ % chores.length] ?? []));
    };
    for (const [writer, other] of [
      [ada, ben],
      [ben, ada],
      [ada, ben],
    ] as const) {
      rest();
      await tracker(writer, "sync");
      rest();
      await tracker(other, "sync");
      rest();
      for (const spot of [writer, other]) {
        said.push(`Step ${step}`);
        await tracker(spot, "comment", ids[0] ?? "", `Step ${step}`);
        rest();
      }
      await tracker(writer, "sync");
      rest();
      await tracker(other, "sync");
      await tracker(writer, "sync");
      rest();
    }
    expect(issueRefs(ben)).toBe(issueRefs(ada));
    expect(issueRefs(hub)).toBe(issueRefs(ada));
    const [seen] = await see(ben, ids);
    expect(seen?.comments.slice(1).toSorted()).toEqual(said.toSorted());
    expectSoundGit(hub);
    await expectSound(ada, ben);
  },
  slow,
);

test(
  "two work trees of one clone sync at once, and with a third who writes",
  async () => {
    using repository = makeRepository();
    const { hub, clone } = makeHub(repository);
    const [ada, ben] = [clone("ada"), clone("ben")];
    const { ids } = await work(ada);
    ada.git("worktree", "add", "--quiet", "--detach", join(repository.root, "tree"));
    const tree = spotAt(join(repository.root, "tree"), repository.env);
    await tracker(ada, "sync");
    await tracker(ben, "sync");
    for (let round = 0; round < 4; round++) {
      await Promise.all([
        tracker(ada, "comment", ids[0] ?? "", `ada ${round}`).then(() => tracker(ada, "sync")),
        tracker(tree, "comment", ids[0] ?? "", `tree ${round}`).then(() => tracker(tree, "sync")),
        tracker(ben, "comment", ids[0] ?? "", `ben ${round}`).then(() => tracker(ben, "sync")),
      ]);
    }
    await tracker(tree, "sync");
    await tracker(ben, "sync");
    expect(issueRefs(ben)).toBe(issueRefs(tree));
    expect(issueRefs(hub)).toBe(issueRefs(tree));
    expect((await see(ben, ids))[0]?.comments).toHaveLength(1 + 3 * 4);
    await expectSound(ada, tree, ben);
  },
  slow,
);

test(
  "with a mirror, from it, and after a push --mirror",
  async () => {
    using repository = makeRepository();
    const { hub, clone } = makeHub(repository);
    const ada = clone("ada");
    const { ids, seen } = await work(ada);
    await tracker(ada, "sync");
    const mirror = made(repository, "mirror.git", "clone", "--quiet", "--mirror", hub.cwd);
    expect(await see(mirror, ids)).toEqual([...seen]);
    await expectTogether(mirror, ada, ids);
    mirror.git("push", "--quiet", "--mirror", "origin"); // Takes what is remembered of remotes along.
    expect(trackerRefs(hub)).toContain("refs/git-tracker/remotes/");
    await expectTogether(mirror, ada, ids);
    // A mirror's own fetch takes away whatever the remote lacks, and what was said since.
    const own = await tracker(mirror, "new", "-q", "Of the mirror");
    await tracker(mirror, "comment", ids[1] ?? "", "Of the mirror");
    mirror.git("fetch", "--quiet", "--prune", "origin");
    expect((await attempt(mirror, "doctor")).stdout).toContain(own.slice(0, 10));
    await tracker(mirror, "doctor", "--repair");
    expect((await see(mirror, [own]))[0]?.title).toBe("Of the mirror");
    expect((await see(mirror, [ids[1] ?? ""]))[0]?.comments).toContain("Of the mirror");
    await expectSound(mirror);
  },
  slow,
);

test.each([
  ["a shallow clone", ["--depth=1"]],
  ["a clone without blobs", ["--filter=blob:none"]],
  ["a clone without trees", ["--filter=tree:0"]],
  ["a clone of one branch", ["--single-branch"]],
  ["a bare clone", ["--bare"]],
  ["a clone without a checkout", ["--no-checkout"]],
])(
  "from and to %s",
  async (_, flags) => {
    using repository = makeRepository();
    repository.git("commit", "--quiet", "--allow-empty", "--message=Second");
    const { hub, clone } = makeHub(repository);
    for (const key of ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"]) hub.git("config", key, "true");
    const ada = clone("ada");
    const { ids } = await work(ada);
    const [first = ""] = ids;
    await Bun.write(join(ada.cwd, "a.txt"), "attached");
    await tracker(ada, "attach", first, "a.txt");
    await tracker(ada, "sync");
    const ben = clone("ben", ...flags);
    await tracker(ben, "sync");
    expect(await tracker(ben, "attach", first, "--get", "a.txt", "-o", "-")).toBe("attached");
    await expectTogether(ada, ben, ids);
  },
  slow,
);

test(
  "with clones that borrow, and whose source collects garbage",
  async () => {
    using repository = makeRepository();
    const { hub, clone } = makeHub(repository);
    const ada = clone("ada");
    const { ids } = await work(ada);
    await tracker(ada, "sync");
    const shared = made(repository, "shared", "clone", "--quiet", "--shared", hub.cwd);
    const referring = clone("referring", "--reference", ada.cwd);
    for (const spot of [shared, referring]) {
      await tracker(spot, "sync");
      for (const each of [hub, ada]) each.git("gc", "--quiet", "--prune=now");
      await expectTogether(spot, ada, ids);
    }
    referring.git("repack", "-adq");
    await expectTogether(referring, shared, ids);
  },
  slow,
);

test(
  "SHA-256 on both ends; across, git's own no is told",
  async () => {
    using repository = makeRepository("sha256");
    const { hub, clone } = makeHub(repository, "--object-format=sha256");
    const [ada, ben] = [clone("ada"), clone("ben")];
    const { ids } = await work(ada);
    await expectTogether(ada, ben, ids);
    using other = makeRepository();
    await work(other);
    other.git("remote", "add", "origin", hub.cwd);
    const before = trackerRefs(other);
    const said = await attempt(other, "sync");
    expect({ code: said.code, err: said.stderr.split("\n")[0] }).toEqual({
      code: 5,
      err: "error: origin is a repository of SHA-256, this one of SHA-1, and git can't sync the two",
    });
    expect(trackerRefs(other)).toBe(before);
    expect(issueRefs(hub)).toBe(issueRefs(ada));
    await expectCarried(said.stderr, ada, other);
    await expectCarried(said.stderr, other, ada);
    using empty = makeRepository();
    empty.git("init", "--quiet", "--bare", "--object-format=sha256", "hub");
    other.git("remote", "set-url", "origin", join(empty.cwd, "hub"));
    const toEmpty = await attempt(other, "sync");
    expect([toEmpty.code, toEmpty.stderr]).toEqual([5, expect.stringContaining("by another hash")]);
    expect(toEmpty.stderr.split("hint: ")[1]).toBe(said.stderr.split("hint: ")[1]);
  },
  slow,
);

/** Does what the hint says. */
async function expectCarried(said: string, from: Spot, to: Spot): Promise<void> {
  const [, first, second] = /in a clone of it, git tracker (.*); here, git tracker (.*)\n/.exec(said) ?? [];
  const [there, here] = [first, second].map((line = "") =>
    line.replace("FILE", join(from.cwd, "../carried")).split(" "),
  );
  const before = await titlesOf(to);
  expect((await attempt(from, ...(there ?? []))).code).toBe(0);
  expect((await attempt(to, ...(here ?? []))).code).toBe(0);
  expect(await titlesOf(to)).toEqual([...before, ...(await titlesOf(from))].sort());
}

async function titlesOf(repository: Spot): Promise<string[]> {
  const { stdout } = await attempt(repository, "list", "--status", "all", "--format", "{title}");
  return stdout.trimEnd().split("\n").sort();
}

test.each<RepositoryKind>(["submodule", "worktree", "alternates", "subdirectory", "git-dir", "bare"])(
  "from %s",
  async (kind) => {
    using repository = makeRepository(kind);
    using elsewhere = makeRepository();
    const { hub, clone } = makeHub(elsewhere);
    const { ids } = await work(repository);
    repository.git("remote", "add", "hub", hub.cwd);
    await tracker(repository, "sync", "hub");
    const ada = clone("ada");
    await tracker(ada, "sync");
    expect(issueRefs(ada)).toBe(issueRefs(repository));
    await tracker(ada, "comment", ids[0] ?? "", "Back");
    await tracker(ada, "sync");
    await tracker(repository, "sync", "hub");
    expect((await see(repository, ids))[0]?.comments).toContain("Back");
    expectSoundGit(ada);
  },
  slow,
);

test(
  "a host that hides our refs, or refuses them, is told of with exit code 7, and nothing is lost",
  async () => {
    using repository = makeRepository();
    const { hub, clone } = makeHub(repository);
    const ada = clone("ada");
    const { ids, seen } = await work(ada);
    hub.git("config", "transfer.hideRefs", "refs/git-tracker");
    const before = issueRefs(ada);
    for (let time = 0; time < 2; time++) {
      const said = await attempt(ada, "sync");
      expect(said.code).toBe(7);
      expect(said.stdout).toContain("hidden ref");
    }
    hub.git("config", "--unset", "transfer.hideRefs");
    await Bun.write(
      join(hub.cwd, "hooks/pre-receive"),
      "#!/bin/sh\nprintf '\\033]0;owned\\007 no \\033[2J' >&2\nexit 1\n",
    );
    Bun.spawnSync(["chmod", "+x", join(hub.cwd, "hooks/pre-receive")]);
    const said = await attempt(ada, "sync");
    expect(said.code).toBe(7);
    expect(said.stdout).toContain("pre-receive hook declined");
    expect(findSteering(said.stdout + said.stderr)).toBeUndefined();
    expect(issueRefs(ada)).toBe(before);
    expect(await see(ada, ids)).toEqual([...seen]);
    expect(trackerRefs(hub)).toBe("");
  },
  slow,
);

test(
  "a person's own settings of remotes change nothing",
  async () => {
    using repository = makeRepository();
    const { hub, clone } = makeHub(repository);
    const [ada, ben] = [clone("ada"), clone("ben")];
    const { ids } = await work(ada);
    ada.git("remote", "add", "elsewhere", join(repository.root, "nowhere"));
    for (const [key, value] of [
      ["remote.pushDefault", "elsewhere"],
      ["push.default", "nothing"],
      ["push.followTags", "true"],
      ["push.gpgSign", "if-asked"],
      ["push.pushOption", "ci.skip"],
      ["push.recurseSubmodules", "on-demand"],
      ["fetch.prune", "true"],
      ["fetch.pruneTags", "true"],
      ["fetch.writeCommitGraph", "true"],
      ["fetch.unpackLimit", "1"],
      ["remote.origin.prune", "true"],
      ["remote.origin.tagOpt", "--tags"],
      ["remote.origin.push", "refs/heads/*:refs/heads/*"],
      ["remote.origin.skipDefaultUpdate", "true"],
      ["core.logAllRefUpdates", "always"],
      ["transfer.fsckObjects", "true"],
      ["gc.auto", "1"],
    ] as const) {
      ada.git("config", key, value);
    }
    ada.git("config", "remote.origin.url", "hub:hub.git");
    ada.git("config", `url.${pathToFileURL(repository.root).href}/.insteadOf`, "hub:");
    ada.git("config", `url.${repository.root}/.pushInsteadOf`, "hub:");
    ada.git("tag", "not-to-be-pushed");
    await expectTogether(ada, ben, ids);
    expect(hub.git("tag")).toBe("");
    for (const args of [
      ["fetch", "--all"],
      ["fetch", "--prune", "origin"],
      ["remote", "prune", "origin"],
    ]) {
      Bun.spawnSync(["git", ...args, "--quiet"], { cwd: ada.cwd, env: { ...ada.env } });
    }
    expect(issueRefs(ada)).toBe(issueRefs(hub));
    ada.git("remote", "rename", "origin", "upstream");
    await expectTogether(ada, ben, ids);
  },
  slow,
);

test(
  "a person who prunes with our refs in a refspec gets everything back",
  async () => {
    using repository = makeRepository();
    const { clone } = makeHub(repository);
    const ada = clone("ada");
    const { ids, seen } = await work(ada);
    ada.git("config", "--add", "remote.origin.fetch", "+refs/git-tracker/*:refs/git-tracker/*");
    ada.git("fetch", "--quiet", "--prune");
    expect(issueRefs(ada)).toBe(""); // So much git does on its own.
    expect((await attempt(ada, "doctor")).code).toBe(6);
    await tracker(ada, "doctor", "--repair");
    expect(await see(ada, ids)).toEqual([...seen]);
    await tracker(ada, "sync");
    ada.git("fetch", "--quiet", "--prune");
    expect(await see(ada, ids)).toEqual([...seen]);
  },
  slow,
);
