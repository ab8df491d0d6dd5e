/**
 * Lock files that somebody left: git keeps the lock of a ref without having it open, so only a real git shows who is robbed. A lock's
 * time is set and the store's clock is given, so nothing here waits for ten seconds.
 */
import { describe, expect, test } from "bun:test";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { OpenStoreOptions } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { makeRepository, type TestRepository, whyNot } from "../support/repository.ts";
import { content, range, refusal } from "./contract.ts";
import { gitDir, kinds, open } from "./subject.ts";

const linux = process.platform === "linux";
const why = linux ? "" : " (skipped: only Linux tells who holds a lock)";
const ref = "refs/git-tracker/issues/locked";
const first = "refs/git-tracker/issues/a";
/** A lock of that time is older than any git that runs. */
const longAgo = Date.UTC(2001, 0, 1);

const openPath = join(import.meta.dir, "../../src/store/open.ts");
const canUnshare =
  linux && Bun.which("unshare") && Bun.spawnSync(["unshare", "--pid", "--fork", "--mount-proc", "true"]).exitCode === 0;

const at = (now: number) => ({ ...systemClock, now: () => now });
const lockOf = (repository: TestRepository, name = ref) => join(gitDir(repository), `${name}.lock`);
const setAsideIn = (store: Store) => {
  const folder = join(store.folder, "stale-locks");
  return existsSync(folder) ? readdirSync(folder) : [];
};
const openAt = (repository: TestRepository, now: number, options: Partial<OpenStoreOptions> = {}) =>
  open(repository, "native", { clock: at(now), lockWaitMsMax: 30, ...options });

function backdate(path: string, time = longAgo): void {
  utimesSync(path, time / 1000, time / 1000);
}

/** An issue's ref with one commit, and a commit to move it to. */
async function begin(repository: TestRepository): Promise<{ from: Oid; to: Oid }> {
  const store = open(repository, "native");
  const [from = ""] = await store.writeCommits([content(store.emptyTree, "One")]);
  await store.swap([{ ref, from: undefined, to: from }]);
  const [to = ""] = await store.writeCommits([content(store.emptyTree, "Two", [from])]);
  return { from, to };
}

async function leaveLock(repository: TestRepository, time = longAgo) {
  const oids = await begin(repository);
  writeFileSync(lockOf(repository), "");
  backdate(lockOf(repository), time);
  return oids;
}

interface Holder extends Disposable {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** Lets go of the refs, and waits until it has ended. */
  abort(): Promise<number>;
  kill(): Promise<number>;
}

/** Starts a program, and waits until it has said what it says when it holds the lock. */
async function start(command: string[], repository: TestRepository, input: string, said: string): Promise<Holder> {
  const child = Bun.spawn(command, { cwd: repository.cwd, env: repository.env, stdin: "pipe", stdout: "pipe" });
  child.stdin.write(input);
  await child.stdin.flush();
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  for (let text = ""; !text.includes(said); ) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${command.join(" ")} ended and said: ${text}`);
    text += decoder.decode(value);
  }
  return {
    pid: child.pid,
    signal: (name) => child.kill(name),
    async abort() {
      child.stdin.write("abort\n");
      await child.stdin.end();
      return await child.exited;
    },
    kill() {
      child.kill("SIGKILL");
      return child.exited;
    },
    [Symbol.dispose]: () => child.kill("SIGKILL"),
  };
}

/** A git that has locked these refs and waits to be told to go on. */
function gitHolding(repository: TestRepository, to: Oid, names: readonly string[] = [ref]): Promise<Holder> {
  const moves = names.map((name) => `update ${name} ${to}\n`).join("");
  return start(["git", "update-ref", "--stdin"], repository, `start\n${moves}prepare\n`, "prepare: ok");
}

function filesOpenIn(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).map((name) => readlinkSync(join(folder, name)));
}

describe.skipIf(!linux)(`a git that is alive and holds a lock${why}`, () => {
  test.each(range(6).map((trial) => [trial, trial % 2 === 0 ? "running" : "stopped"] as const))(
    "is never robbed, trial %i: it is %s",
    async (_, state) => {
      using repository = makeRepository();
      const { from, to } = await begin(repository);
      using holder = await gitHolding(repository, to);
      if (state === "stopped") holder.signal("SIGSTOP");
      const lock = lockOf(repository);
      expect(filesOpenIn(holder.pid)).not.toContain(lock); // Or that alone would tell.
      const store = openAt(repository, Date.now() + 60_000);
      const error = await store.swap([{ ref, from, to }]).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(lock) });
      await store.recover();
      expect(await store.setLocksAside()).toEqual([]);
      expect(await store.findLocks()).toEqual([lock]);
      expect(setAsideIn(store)).toEqual([]);
      holder.signal("SIGCONT");
      expect(await holder.abort()).toBe(0);
      expect(await store.swap([{ ref, from, to }])).toEqual({ kind: "updated" });
    },
  );

  test("is not robbed of the second of two refs, and none of ours moves", async () => {
    using repository = makeRepository();
    const { from, to } = await begin(repository);
    using holder = await gitHolding(repository, to, [ref]);
    holder.signal("SIGSTOP");
    const store = openAt(repository, Date.now() + 60_000);
    const updates = [
      { ref: first, from: undefined, to },
      { ref, from, to },
    ];
    expect(await refusal(store.swap(updates))).toBe("unavailable");
    expect(await store.readRef(first)).toBeUndefined();
    expect(await store.readRef(ref)).toBe(from);
    expect(await store.findLocks()).toEqual([lockOf(repository)]);
  });

  test("is not robbed by one that stands in a link to the repository", async () => {
    using repository = makeRepository();
    const { from, to } = await begin(repository);
    using _holder = await gitHolding(repository, to);
    const link = join(repository.root, "link");
    Bun.spawnSync(["ln", "-s", repository.cwd, link]);
    const store = open({ ...repository, cwd: link }, "native", { clock: at(Date.now() + 60_000), lockWaitMsMax: 30 });
    expect(await refusal(store.swap([{ ref, from, to }]))).toBe("unavailable");
  });
});

test.skipIf(!canUnshare)(
  "a git that a container can't see is not robbed by a writer in there (needs Linux and leave to unshare)",
  async () => {
    using repository = makeRepository();
    const { from, to } = await begin(repository);
    using _holder = await gitHolding(repository, to);
    const script = `
      const { openStore } = await import(${JSON.stringify(openPath)});
      const clock = { now: () => Date.now() + 60_000, zone: () => "+0000" };
      const { store } = openStore({ cwd: process.cwd(), env: process.env, uid: process.getuid(), clock, lockWaitMsMax: 30 });
      const move = ${JSON.stringify({ ref, from, to })};
      console.log(await store.swap([move]).then(({ kind }) => kind, ({ code }) => code));`;
    const command = ["unshare", "--pid", "--fork", "--mount-proc", process.execPath, "-e", script];
    const { stdout } = Bun.spawnSync(command, { cwd: repository.cwd, env: repository.env });
    expect(stdout.toString().trim()).toBe("unavailable");
    expect(existsSync(lockOf(repository))).toBe(true);
  },
);

describe.skipIf(!linux)(`a lock whose holder is dead${why}`, () => {
  test.each(range(3))(
    "of a git that was killed is moved aside, not deleted, and the write goes on, trial %i",
    async () => {
      using repository = makeRepository();
      const { from, to } = await begin(repository);
      using holder = await gitHolding(repository, to);
      await holder.kill();
      const lock = lockOf(repository);
      const held = readFileSync(lock, "utf8");
      expect(held).toBe(`${to}\n`);
      backdate(lock); // So that no other git of this machine can be its holder.
      const store = openAt(repository, longAgo + 60_000);
      expect(await store.swap([{ ref, from, to }])).toEqual({ kind: "updated" });
      expect(await store.findLocks()).toEqual([]);
      const [aside = ""] = setAsideIn(store);
      expect(readFileSync(join(store.folder, "stale-locks", aside), "utf8")).toBe(held);
      expect(repository.git("rev-parse", ref).trim()).toBe(to);
      repository.git("fsck", "--strict", "--no-dangling");
    },
  );

  test.each([
    [9_999, "stays"],
    [10_001, "goes"],
  ])("of an age of %i ms %s", async (age, what) => {
    using repository = makeRepository();
    const { from, to } = await leaveLock(repository);
    const store = openAt(repository, longAgo + age);
    const lock = lockOf(repository);
    const swapped = await store.swap([{ ref, from, to }]).catch((reason: unknown) => reason);
    if (what === "goes") {
      expect(swapped).toEqual({ kind: "updated" });
    } else {
      expect(swapped).toMatchObject({ code: "unavailable", message: expect.stringContaining(lock) });
      expect(await store.setLocksAside()).toEqual([]);
    }
    expect(existsSync(lock)).toBe(what === "stays");
  });

  test("from a time that has not come yet stays", async () => {
    using repository = makeRepository();
    const { from, to } = await leaveLock(repository);
    expect(await refusal(openAt(repository, longAgo - 60_000).swap([{ ref, from, to }]))).toBe("unavailable");
  });

  test.each([
    ["is written to", (lock: string, turn: number) => writeFileSync(lock, `more ${turn}`)],
    ["becomes newer", (lock: string, turn: number) => backdate(lock, longAgo + turn)],
    [
      "is another file",
      (lock: string) => {
        renameSync(lock, `${lock}-was`);
        writeFileSync(lock, "");
        backdate(lock);
      },
    ],
  ])("that %s between two looks stays", async (_, change) => {
    using repository = makeRepository();
    const { from, to } = await leaveLock(repository);
    const lock = lockOf(repository);
    let looks = 0;
    let turn = 0;
    const sleep = async () => {
      if (looks++ === 0) change(lock, ++turn);
    };
    const store = openAt(repository, Date.now() + 60_000, { sleep });
    expect(await refusal(store.swap([{ ref, from, to }]))).toBe("unavailable");
    looks = 0;
    expect(await store.setLocksAside()).toEqual([]);
    expect(await store.findLocks()).toEqual([lock]);
  });

  test("is not what some process has open", async () => {
    using repository = makeRepository();
    const { from, to } = await leaveLock(repository);
    const script = 'require("node:fs").openSync(process.argv[1], "r+"); console.log("open"); process.stdin.resume();';
    using holder = await start([process.execPath, "-e", script, lockOf(repository)], repository, "", "open");
    const store = openAt(repository, longAgo + 60_000);
    expect(await refusal(store.swap([{ ref, from, to }]))).toBe("unavailable");
    expect(await store.setLocksAside()).toEqual([]);
    await holder.kill();
    expect(await store.setLocksAside()).toEqual([lockOf(repository)]);
    expect(await store.swap([{ ref, from, to }])).toEqual({ kind: "updated" });
  });

  test("goes although a git runs that began after it: whoever has its process number now is another", async () => {
    using repository = makeRepository();
    const { from, to } = await leaveLock(repository);
    const question = "HEAD\n";
    using _git = await start(["git", "cat-file", "--batch-check"], repository, question, "commit");
    expect(await openAt(repository, longAgo + 60_000).swap([{ ref, from, to }])).toEqual({ kind: "updated" });
  });

  test("is moved aside as often as it comes, and all of them are kept", async () => {
    using repository = makeRepository();
    await leaveLock(repository);
    const store = openAt(repository, Date.now() + 60_000);
    for (const text of ["a", "b"]) {
      writeFileSync(lockOf(repository), text);
      backdate(lockOf(repository), longAgo + text.charCodeAt(0));
      expect(await store.setLocksAside()).toEqual([lockOf(repository)]);
    }
    expect(setAsideIn(store)).toHaveLength(2);
  });
});

describe.each(kinds)("%s: what all refs share", (kind) => {
  test("is never unlocked for somebody else, however old the lock", async () => {
    using repository = makeRepository();
    const store = open(repository, kind, { clock: at(Date.now() + 60_000), lockWaitMsMax: 30 });
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "One")]);
    await store.swap([{ ref, from: undefined, to }]);
    repository.git("pack-refs", "--all");
    const locks = ["packed-refs", "reftable/tables.list", "refs/git-tracker/other"].map((name) =>
      lockOf(repository, name),
    );
    for (const lock of locks) {
      mkdirSync(dirname(lock), { recursive: true });
      writeFileSync(lock, "");
      backdate(lock);
    }
    expect(await refusal(store.swap([{ ref, from: to, to: undefined }]))).toBe("unavailable");
    await store.recover();
    await store.maintain();
    expect(await store.setLocksAside()).toEqual([]);
    expect(await store.findLocks()).toEqual(locks);
    expect(setAsideIn(store)).toEqual([]);
    const heads = lockOf(repository, "refs/heads/main");
    writeFileSync(heads, "");
    backdate(heads);
    expect(await store.setLocksAside()).toEqual([]);
    expect(existsSync(heads)).toBe(true);
  });
});

const noReftable = whyNot("reftable");
test.skipIf(noReftable !== undefined)(
  `a reftable's lock is named and stays${noReftable ? ` (skipped: ${noReftable})` : ""}`,
  async () => {
    using repository = makeRepository("reftable");
    const store = openAt(repository, Date.now() + 60_000);
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "One")]);
    const lock = lockOf(repository, "reftable/tables.list");
    writeFileSync(lock, "");
    backdate(lock);
    expect(await refusal(store.swap([{ ref, from: undefined, to }]))).toBe("unavailable");
    expect(await store.setLocksAside()).toEqual([]);
    expect(await store.findLocks()).toEqual([lock]);
  },
);

/** Kills a writer of ours that has locked the first of two refs, and waits for the second. */
async function killOneOfOurs(repository: TestRepository, { from, to }: { from: Oid; to: Oid }): Promise<void> {
  const updates = JSON.stringify([
    { ref: first, to },
    { ref, from, to },
  ]);
  const script = `
    const { openStore } = await import(${JSON.stringify(openPath)});
    const sleep = async () => { console.log("waits"); await Promise.withResolvers().promise; };
    process.stdin.resume();
    const { store } = openStore({ cwd: process.cwd(), env: process.env, uid: process.getuid(), sleep });
    await store.swap(${updates});`;
  using writer = await start([process.execPath, "-e", script], repository, "", "waits");
  await writer.kill();
  expect(existsSync(lockOf(repository, first))).toBe(true);
}

describe.each(kinds)("%s: a lock that a dead process of ours left", (kind) => {
  test("on packed-refs goes at once, even filled with what the file was to become", async () => {
    using repository = makeRepository();
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "One")]);
    await store.swap([{ ref, from: undefined, to }]);
    repository.git("pack-refs", "--all");
    const lock = lockOf(repository, "packed-refs");
    const second = join(gitDir(repository), "packed-refs.new.lock");
    const packed = readFileSync(join(gitDir(repository), "packed-refs"), "utf8");
    writeFileSync(second, packed);
    linkSync(second, lock);
    await store.recover();
    expect([lock, second].filter((path) => existsSync(path))).toEqual([]);
    expect(readFileSync(join(gitDir(repository), "packed-refs"), "utf8")).toBe(packed);

    // The same content without our second name is somebody else's.
    writeFileSync(second, packed);
    writeFileSync(lock, packed);
    await store.recover();
    expect([lock, second].map((path) => existsSync(path))).toEqual([true, false]);
    expect(await refusal(store.swap([{ ref, from: to, to: undefined }]))).toBe("unavailable");
  });

  test("on a ref goes at once when it was killed, and what a git holds stays", async () => {
    using repository = makeRepository();
    const { from, to } = await begin(repository);
    using holder = await gitHolding(repository, from);
    await killOneOfOurs(repository, { from, to });
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    await store.recover();
    expect(await store.findLocks()).toEqual([lockOf(repository)]);
    const [more = ""] = await store.writeCommits([content(store.emptyTree, "Other")]);
    expect(await store.swap([{ ref: first, from: undefined, to: more }])).toEqual({ kind: "updated" });
    expect(await holder.abort()).toBe(0);
    expect(await store.swap([{ ref, from, to }])).toEqual({ kind: "updated" });
    expect(readdirSync(join(gitDir(repository), dirname(ref))).sort()).toEqual(["a", "locked"]);
  });

  test("is not what a living git holds, even one that moves the ref to the same commit", async () => {
    using repository = makeRepository();
    const { from, to } = await begin(repository);
    using _holder = await gitHolding(repository, to);
    await killOneOfOurs(repository, { from, to });
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    await store.recover();
    expect(await store.findLocks()).toEqual([lockOf(repository)]);
  });

  test("leaves no second name behind", async () => {
    using repository = makeRepository();
    const { from, to } = await begin(repository);
    const store = open(repository, kind, { lockWaitMsMax: 0 });
    const second = join(gitDir(repository), `${ref}.new.lock`);
    writeFileSync(second, "git-tracker\n");
    expect(await refusal(store.swap([{ ref, from, to }]))).toBe("unavailable");
    rmSync(second);
    expect(await store.swap([{ ref, from, to }])).toEqual({ kind: "updated" });
    expect(await store.findLocks()).toEqual([]);
  });
});
