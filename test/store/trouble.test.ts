/** What the stores do when the repository is locked, damaged, shallow, full of refs, or can't be written. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { TrackerError } from "../../src/core/errors.ts";
import type { Chance } from "../../src/platform/chance.ts";
import type { Store } from "../../src/store/store.ts";
import { makeRepository, type RepositoryKind } from "../support/repository.ts";
import { brokenOf, collect, content, fakeOid, range, refusal, writeChain } from "./contract.ts";
import { filesIn, gitDir, kinds, open } from "./subject.ts";

const ref = "refs/git-tracker/issues/trouble";
const counting = (): Chance => {
  let next = 0;
  return { hex: (count) => (next++).toString(16).padStart(count * 2, "0") };
};

/** Root writes where nobody may, but not on a read-only mount. */
function forbidWriting(folder: string): Disposable {
  if (process.getuid?.() !== 0) {
    const folders = ["objects", "objects/pack", "refs", "refs/git-tracker/issues", ""].map((name) =>
      join(folder, ".git", name),
    );
    for (const each of folders) chmodSync(each, 0o555);
    return {
      [Symbol.dispose]: () => {
        for (const each of folders) chmodSync(each, 0o755);
      },
    };
  }
  Bun.spawnSync(["mount", "--bind", folder, folder]);
  Bun.spawnSync(["mount", "-o", "remount,ro,bind", folder]);
  return { [Symbol.dispose]: () => Bun.spawnSync(["umount", folder]) };
}

/** Not every machine lets its root mount. */
function mayForbid(): boolean {
  if (process.getuid?.() !== 0) return process.platform !== "win32";
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  const { exitCode } = Bun.spawnSync(["mount", "--bind", folder, folder]);
  if (exitCode === 0) Bun.spawnSync(["umount", folder]);
  rmSync(folder, { recursive: true });
  return exitCode === 0;
}

const canForbid = mayForbid();

describe.each(kinds)("%s", (kind) => {
  test("a ref that stays locked is unavailable, and the lock is named and left alone", async () => {
    using repository = makeRepository();
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    const lock = join(gitDir(repository), `${ref}.lock`);
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, "");
    const error = await store.swap([{ ref, from: undefined, to }]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TrackerError);
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(lock) });
    expect(existsSync(lock)).toBe(true);
    expect(await store.findLocks()).toEqual([lock]);
    expect(await store.readRef(ref)).toBeUndefined();
    expect((await store.listRefs("refs/git-tracker/")).size).toBe(0);
  });

  test("of several refs none moves when one is locked", async () => {
    using repository = makeRepository();
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    const refs = ["a", "b", "c"].map((name) => `refs/git-tracker/${name}`);
    await store.swap([{ ref: "refs/git-tracker/x", from: undefined, to }]);
    writeFileSync(join(gitDir(repository), "refs/git-tracker/c.lock"), "");
    expect(await refusal(store.swap(refs.map((each) => ({ ref: each, from: undefined, to }))))).toBe("unavailable");
    expect([...(await store.listRefs("refs/git-tracker/")).keys()]).toEqual(["refs/git-tracker/x"]);
    expect(await store.findLocks()).toHaveLength(1);
  });

  test("of very many refs none is made when one is locked", async () => {
    using repository = makeRepository();
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    const lock = join(gitDir(repository), "refs/git-tracker/many/77.lock");
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, "");
    const updates = range(150).map((i) => ({ ref: `refs/git-tracker/many/${i}`, from: undefined, to }));
    expect(await refusal(store.swap(updates))).toBe("unavailable");
    expect(await store.findLocks()).toEqual([lock]);
    expect((await store.listRefs("refs/git-tracker/")).size).toBe(0);
    rmSync(lock);
    expect(await store.swap(updates)).toEqual({ kind: "updated" });
    expect(filesIn(join(gitDir(repository), "refs/git-tracker"))).toEqual(["many"]);
    expect(repository.git("for-each-ref", "refs/git-tracker/").trim().split("\n")).toHaveLength(150);
  });

  test("a stale packed-refs.lock stops deletes, not reads, creations and maintenance", async () => {
    using repository = makeRepository();
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    await store.swap([{ ref, from: undefined, to }]);
    repository.git("pack-refs", "--all");
    const lock = join(gitDir(repository), "packed-refs.lock");
    writeFileSync(lock, "");
    expect(await refusal(store.swap([{ ref, from: to, to: undefined }]))).toBe("unavailable");
    expect(await store.readRef(ref)).toBe(to);
    const updates = range(210).map((i) => ({ ref: `${ref}-${i}`, from: undefined, to }));
    expect(await store.swap(updates)).toEqual({ kind: "updated" });
    await store.maintain();
    expect((await store.listRefs("refs/git-tracker/")).size).toBe(211);
    expect(await store.findLocks()).toEqual([lock]);
  });

  test("what can't be written is refused, and nothing is left of it", async () => {
    using repository = makeRepository();
    const objects = join(gitDir(repository), "objects");
    const store = open(repository, kind);
    const contents = range(60).map((i) => content(store.emptyTree, `Commit ${i}`));
    const folder = join(objects, (await nameOf(store)).slice(0, 2));
    writeFileSync(folder, "in the way");
    renameSync(join(objects, "pack"), join(objects, "pack-was"));
    writeFileSync(join(objects, "pack"), "in the way");
    const before = filesIn(objects);
    expect(await refusal(store.writeCommits([content(store.emptyTree, "A")]))).toBe("unavailable");
    expect(await refusal(store.writeCommits(contents))).toBe("unavailable");
    expect(filesIn(objects).filter((name) => name.includes("tmp"))).toEqual([]);
    expect(filesIn(objects).length).toBeLessThanOrEqual(before.length + 2); // The empty tree and its folder.
    renameSync(folder, join(repository.root, "was in the way"));
    rmSync(join(objects, "pack"));
    renameSync(join(objects, "pack-was"), join(objects, "pack"));
    repository.git("fsck", "--strict", "--no-dangling");
  });

  test.skipIf(!canForbid)("a read-only repository is not permitted (needs no root, or a mount)", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    await store.swap([{ ref, from: undefined, to }]);
    const before = filesIn(gitDir(repository));
    using _readOnly = forbidWriting(repository.cwd);
    expect(await refusal(store.writeCommits([content(store.emptyTree, "B")]))).toBe("not-permitted");
    expect(await refusal(store.writeCommits(range(60).map((i) => content(store.emptyTree, `${i}`))))).toBe(
      "not-permitted",
    );
    expect(await refusal(store.swap([{ ref, from: to, to: undefined }]))).toBe("not-permitted");
    expect(await refusal(store.swap([{ ref: `${ref}-2`, from: undefined, to }]))).toBe("not-permitted");
    expect(await store.readRef(ref)).toBe(to);
    expect(await store.readCommits([to])).toHaveLength(1);
    expect(filesIn(gitDir(repository))).toEqual(before);
  });

  test("objects that a power cut left empty or torn are damage, and are written again", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const [sound = ""] = await store.writeCommits([content(store.emptyTree, "Sound")]);
    for (const bytes of ["", "torn", "x\x9c"]) {
      const oids = await writeChain(store, 3, "Chain");
      const [, damaged = "", tip = ""] = oids;
      const path = join(gitDir(repository), "objects", damaged.slice(0, 2), damaged.slice(2));
      chmodSync(path, 0o644);
      writeFileSync(path, bytes);
      for (const more of [0, 20]) {
        const streams = await collect(store.readStreams([sound, tip, damaged, ...range(more).map(() => sound)]));
        expect(streams.map((stream) => brokenOf(stream) === undefined)).toEqual([
          true,
          false,
          false,
          ...range(more).map(() => true),
        ]);
      }
      await writeChain(store, 3, "Chain");
      const [stream] = await collect(store.readStreams([tip]));
      expect(brokenOf(stream)).toBeUndefined();
    }
    repository.git("fsck", "--strict", "--no-dangling");
  });

  test("a sound object under another's name is damage, unless there is a packed copy", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const [a = "", b = ""] = await store.writeCommits(["A", "B"].map((each) => content(store.emptyTree, each)));
    await store.swap([{ ref, from: undefined, to: a }]);
    rmSync(join(store.folder, "journal")); // It would give the right one back.
    const [from, to] = [b, a].map((oid) => join(gitDir(repository), "objects", oid.slice(0, 2), oid.slice(2))) as [
      string,
      string,
    ]; // Two of two.
    const swapFiles = () => {
      mkdirSync(dirname(to), { recursive: true });
      rmSync(to, { force: true });
      writeFileSync(to, readFileSync(from));
    };
    swapFiles();
    const [stream] = await collect(store.readStreams([a]));
    expect(brokenOf(stream)).toContain("damaged");
    rmSync(to);
    await store.writeCommits([content(store.emptyTree, "A")]);
    repository.git("repack", "-adq");
    swapFiles();
    const [again] = await collect(store.readStreams([a]));
    expect(brokenOf(again) === undefined).toBe(kind === "native");
  });

  test("one commit alone leaves nothing for git to miss", async () => {
    using repository = makeRepository("bare");
    const store = open(repository, kind);
    for (const count of [1, 60]) {
      const oids = await store.writeCommits(range(count).map((i) => content(store.emptyTree, `${i}`)));
      await store.swap(oids.map((to, i) => ({ ref: `refs/git-tracker/${count}/${i}`, from: undefined, to })));
      repository.git("fsck", "--strict");
      repository.git("gc", "--quiet", "--prune=now");
    }
  });

  test("history that a shallow fetch cut off is said to be", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const [, cut = "", tip = ""] = await writeChain(store, 3, "Chain");
    writeFileSync(join(gitDir(repository), "shallow"), `${cut}\n`);
    const [stream] = await collect(store.readStreams([tip]));
    expect(brokenOf(stream)).toContain(cut);
  });

  test("a broken or symbolic ref is not taken for absent, and is never followed", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    const head = repository.git("rev-parse", "refs/heads/main").trim();
    const folder = join(gitDir(repository), "refs/git-tracker/issues");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "empty"), "");
    writeFileSync(join(folder, "symbolic"), "ref: refs/heads/main\n");
    const found = await store.listRefs("refs/git-tracker/issues/");
    expect([...found.keys()].map((name) => name.split("/").at(-1))).toEqual(["empty", "symbolic"]);
    const streams = await collect(store.readStreams([...found.values()]));
    expect(streams.map(brokenOf)).toEqual(["its ref is broken or symbolic", "its ref is broken or symbolic"]);
    const symbolic = "refs/git-tracker/issues/symbolic";
    await store.swap([{ ref: symbolic, from: head, to }]);
    expect(repository.git("rev-parse", "refs/heads/main").trim()).toBe(head);
  });

  test("refs have the same stamp until one changes, and none just after", async () => {
    using repository = makeRepository();
    const years = 10 * 365 * 24 * 3600 * 1000;
    let now = 0;
    const clock = { now: () => now, zone: () => "+0000" };
    const store = open(repository, kind, { clock });
    const [a = "", b = ""] = await store.writeCommits(["A", "B"].map((each) => content(store.emptyTree, each)));
    await store.swap([{ ref, from: undefined, to: a }]);
    const folder = join(gitDir(repository), dirname(ref));
    const changed = Math.floor(statSync(folder).mtimeMs);
    now = changed + 10;
    expect(store.stampRefs()).toBeUndefined();
    now = changed + years;
    const first = store.stampRefs();
    expect(first).toBeString();
    expect(store.stampRefs()).toBe(first);
    expect(await store.swap([{ ref, from: a, to: b }])).toEqual({ kind: "updated" });
    const second = store.stampRefs();
    expect(second).not.toBe(first);
    repository.git("pack-refs", "--all");
    expect(store.stampRefs()).not.toBe(second);
    mkdirSync(folder, { recursive: true }); // Git removes it when it is empty.
    utimesSync(folder, 1_000_000_000, 1_000_000_000); // Whole seconds: the file system may know no others.
    utimesSync(dirname(folder), 1_000_000_000, 1_000_000_000);
    utimesSync(join(gitDir(repository), "packed-refs"), 1_000_000_000, 1_000_000_000);
    now = 1_000_000_001_900;
    expect(store.stampRefs()).toBeUndefined();
    now = 1_000_000_002_000;
    expect(store.stampRefs()).toBeString();
  });

  test("a ref takes the place of folders that are left over", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    await store.swap([{ ref: `${ref}/a/b`, from: undefined, to }]);
    await store.swap([{ ref: `${ref}/a/b`, from: to, to: undefined }]);
    expect(await store.swap([{ ref, from: undefined, to }])).toEqual({ kind: "updated" });
    expect(await store.readRef(ref)).toBe(to);
  });

  test("finds git's configuration as git does, and the branch", async () => {
    using repository = makeRepository();
    const more = join(repository.root, "more");
    writeFileSync(more, '[included]\n\tkey = "from include"\n[user]\n\temail = ben@example.com\n');
    repository.git("config", "include.path", more);
    repository.git("config", "remote.Up.url", "https://example.com/#x;y");
    const env = { ...repository.env, GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "Given.Key", GIT_CONFIG_VALUE_0: "v" };
    const store = open(repository, kind, { env: kind === "embedded" ? { ...env, PATH: "" } : env });
    expect(await store.gitConfig("user.name")).toBe("Ada");
    expect(await store.gitConfig("User.Email")).toBe("ben@example.com");
    expect(await store.gitConfig("remote.Up.URL")).toBe("https://example.com/#x;y");
    expect(await store.gitConfig("remote.up.url")).toBeUndefined();
    expect(await store.gitConfig("included.key")).toBe("from include");
    expect(await store.gitConfig("given.key")).toBe("v");
    expect(await store.gitConfig("core.hooksPath")).toBeUndefined();
    expect(await store.currentBranch()).toBe("main");
    repository.git("checkout", "--quiet", "-b", "feature/ü-1");
    expect(await store.currentBranch()).toBe("feature/ü-1");
    repository.git("checkout", "--quiet", "--detach");
    expect(await store.currentBranch()).toBeUndefined();
  });

  test("`fast` writes the same as `durable`", async () => {
    using repository = makeRepository();
    const store = open(repository, kind, { durability: "fast" });
    const oids = await store.writeCommits(range(3).map((i) => content(store.emptyTree, `Fast ${i}`)));
    expect(await store.swap([{ ref, from: undefined, to: oids[2] }])).toEqual({ kind: "updated" });
    expect(repository.git("rev-parse", ref).trim()).toBe(oids[2] ?? "");
  });
});

test("two writers that name the same refs in another order don't wait for each other for ever", async () => {
  using repository = makeRepository();
  const stores = range(2).map(() => open(repository, "embedded", { sleep: async () => {} }));
  const [to = ""] = (await stores[0]?.writeCommits([content(stores[0].emptyTree, "A")])) ?? [];
  const updates = ["a", "b", "c"].map((name) => ({ ref: `refs/git-tracker/${name}`, from: undefined, to }));
  const swaps = [updates, updates.toReversed()].map((each, i) => stores[i]?.swap(each));
  expect((await Promise.all(swaps)).map((result) => result?.kind).sort()).toEqual(["moved", "updated"]);
});

test("a lock that is let go in time is waited for", async () => {
  using repository = makeRepository();
  const lock = join(gitDir(repository), `${ref}.lock`);
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
    if (waits.length === 5) renameSync(lock, `${lock}-was`);
  };
  const store = open(repository, "embedded", { chance: counting(), sleep });
  const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, "");
  expect(await store.swap([{ ref, from: undefined, to }])).toEqual({ kind: "updated" });
  expect(waits).toHaveLength(5);
});

test("waits about as long as it may, in pauses that grow and differ", async () => {
  using repository = makeRepository();
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  const store = open(repository, "embedded", { sleep });
  const lock = join(gitDir(repository), `${ref}.lock`);
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, "");
  expect(await refusal(store.swap([{ ref, from: undefined, to: fakeOid(store, "1") }]))).toBe("unavailable");
  const total = waits.reduce((sum, wait) => sum + wait, 0);
  expect(total).toBeCloseTo(2000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(150);
  expect(waits[0]).toBeLessThan(2);
});

test.each(["sha256"] as const)("without git a %s repository is refused", (kind: RepositoryKind) => {
  using repository = makeRepository(kind);
  expect(() => open(repository, "embedded")).toThrow("needs git installed");
});

/** The name of the commit that is written first where something is in the way. */
async function nameOf(store: Store): Promise<Oid> {
  return store.nameCommit(content(store.emptyTree, "A"));
}
