/** What was acked stays: through garbage collections at the worst moments, disks that lose writes, and writers that die. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { systemChance } from "../../src/platform/chance.ts";
import { createSystemClock } from "../../src/platform/clock.ts";
import { openJournal } from "../../src/store/journal.ts";
import { encodeLoose } from "../../src/store/loose.ts";
import { encodeCommit, nameObject } from "../../src/store/objects.ts";
import { packedAmong } from "../../src/store/pack-index.ts";
import type { Store } from "../../src/store/store.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { brokenOf, collect, content, range } from "./contract.ts";
import { gitDir, kinds, open } from "./subject.ts";

const refOf = (name: string) => `refs/git-tracker/issues/${name}`;

function objectPath(repository: TestRepository, oid: Oid): string {
  return join(gitDir(repository), "objects", oid.slice(0, 2), oid.slice(2));
}

function packs(repository: TestRepository, suffix: string): string[] {
  const folder = join(gitDir(repository), "objects/pack");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(suffix)) : [];
}

async function writeOne(store: Store, name: string, parents: readonly Oid[] = []): Promise<Oid> {
  const [to = ""] = await store.writeCommits([content(store.emptyTree, name, parents)]);
  expect(await store.swap([{ ref: refOf(name), from: undefined, to }])).toEqual({ kind: "updated" });
  return to;
}

/** Makes the journal look as if nobody had written to it for a minute. */
function letRest(store: Store): void {
  const then = Date.now() / 1000 - 60;
  utimesSync(join(store.folder, "journal"), then, then);
}

async function expectSound(repository: TestRepository, store: Store, tips: readonly Oid[]): Promise<void> {
  for (const stream of await collect(store.readStreams(tips))) expect(brokenOf(stream)).toBeUndefined();
  repository.git("fsck", "--strict", "--no-dangling", "--no-progress");
}

describe.each(kinds)("%s", (kind) => {
  test.each(["gc --quiet --prune=now", "prune --expire=now", "repack -adq --unpack-unreachable=now"])(
    "git %s between writing and pointing takes nothing away",
    async (command) => {
      using repository = makeRepository();
      for (const [count, refMover] of [[1], [60], [2, "git"]] as const) {
        const store = open(repository, kind, { refMover });
        const oids = await store.writeCommits(
          range(count).map((i) => content(store.emptyTree, `${command} ${count} ${i}`)),
        );
        repository.git(...command.split(" "));
        const updates = oids.map((to, i) => ({ ref: refOf(`${count}-${i}`), from: undefined, to }));
        expect(await store.swap(updates)).toEqual({ kind: "updated" });
        await expectSound(repository, store, oids);
      }
      expect(packs(repository, ".keep")).toEqual([]);
    },
  );

  test("an object that goes after its ref has moved is given back by whoever reads it", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const first = await writeOne(store, "first");
    const [second = ""] = await store.writeCommits([content(store.emptyTree, "second", [first])]);
    await store.swap([{ ref: refOf("first"), from: first, to: second }]);
    for (const damage of [
      (path: string) => rmSync(path),
      (path: string) => writeFileSync(path, ""),
      (path: string) => writeFileSync(path, "torn"),
    ]) {
      for (const oid of [first, second]) {
        chmodSync(objectPath(repository, oid), 0o644);
        damage(objectPath(repository, oid));
      }
      await expectSound(repository, open(repository, kind), [second]);
    }
    rmSync(objectPath(repository, first));
    expect(await open(repository, kind).readCommits([first])).toHaveLength(1);
  });

  test("an attachment that goes is given back, and so is its tree by the next writer", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const bytes = new TextEncoder().encode("attached");
    const { tree, blobs } = await store.writeTree([{ name: "a", bytes }]);
    const [to = ""] = await store.writeCommits([content(tree, "With a file")]);
    await store.swap([{ ref: refOf("a"), from: undefined, to }]);
    for (const oid of [tree, blobs[0] ?? ""]) rmSync(objectPath(repository, oid));
    expect(await open(repository, kind).readBlob(blobs[0] ?? "")).toEqual(bytes);
    letRest(store);
    await open(repository, kind).recover();
    await expectSound(repository, store, [to]);
  });

  test("in a place where nothing can be written, what is missing can be read all the same", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const to = await writeOne(store, "a");
    rmSync(dirname(objectPath(repository, to)), { recursive: true });
    writeFileSync(dirname(objectPath(repository, to)), "in the way"); // Also of root.
    const [stream] = await collect(open(repository, kind).readStreams([to]));
    if (kind === "native") expect(brokenOf(stream)).toBeUndefined();
  });

  test("the next writer gives back what was taken, and forgets what is in packs", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const oids = [await writeOne(store, "a"), await writeOne(store, "b")];
    for (const oid of oids) rmSync(objectPath(repository, oid));
    await store.recover();
    expect(oids.some((oid) => existsSync(objectPath(repository, oid)))).toBe(false); // In a crowd once in a while is enough.
    letRest(store);
    await store.recover();
    await expectSound(repository, store, oids);
    repository.git("gc", "--quiet");
    letRest(store);
    await store.recover();
    expect(statSync(join(store.folder, "journal")).size).toBe(0);
    await expectSound(repository, store, oids);
  });

  test("what was behind a deleted ref does not come back, what was written with it does", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const { tree } = await store.writeTree([{ name: "kept", bytes: new TextEncoder().encode("kept") }]);
    const [secret = "", kept = ""] = await store.writeCommits([
      content(store.emptyTree, "Secret"),
      content(tree, "Kept"),
    ]);
    const both = [
      { ref: refOf("secret"), from: undefined, to: secret },
      { ref: refOf("kept"), from: undefined, to: kept },
    ];
    await store.swap(both);
    await store.swap([{ ref: refOf("secret"), from: secret, to: undefined }]);
    for (const oid of [secret, kept, tree]) rmSync(objectPath(repository, oid));
    await open(repository, kind).restore();
    expect([secret, kept, tree].map((oid) => existsSync(objectPath(repository, oid)))).toEqual([false, true, true]);
    expect(store.lastTips().get(refOf("secret"))).toBeUndefined();
    expect(store.lastTips().get(refOf("kept"))).toBe(kept);
    await expectSound(repository, store, [kept]);
  });

  test("restore says how many objects it gave back", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const oids = [await writeOne(store, "a"), await writeOne(store, "b")];
    expect(await store.restore()).toBe(0);
    for (const oid of oids) rmSync(objectPath(repository, oid));
    expect(await store.restore()).toBe(2);
    await expectSound(repository, store, oids);
  });

  test("a journal that has grown becomes a pack, and the loose objects go", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const tips: Oid[] = [];
    for (const i of range(6)) {
      const [to = ""] = await store.writeCommits([content(store.emptyTree, `Long ${i}\n\n${noise(40_000)}`)]);
      await store.swap([{ ref: refOf(`long-${i}`), from: undefined, to }]);
      tips.push(to);
      await store.maintain();
    }
    expect(packs(repository, ".pack").length).toBeGreaterThan(0);
    const loose = tips.filter((oid) => existsSync(objectPath(repository, oid)));
    expect(loose.length).toBeLessThan(4);
    const packed = packedAmong(join(gitDir(repository), "objects"), tips);
    expect([...packed, ...loose].toSorted()).toEqual(tips.toSorted());
    expect(packs(repository, ".keep")).toEqual([]);
    await expectSound(repository, open(repository, kind), tips);
  });

  test("a swap that was cut short half-way is finished, one that had not begun is not", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const old = await writeOne(store, "old");
    const objects = ["x", "y"].map((each) => nameObject(store.hash, encodeCommit(content(store.emptyTree, each))));
    const [x = "", y = ""] = objects.map(({ oid }) => oid);
    const updates = [
      { ref: refOf("x"), from: undefined, to: x },
      { ref: refOf("y"), from: undefined, to: y },
      { ref: refOf("old"), from: old, to: undefined },
    ];
    const journal = openJournal(join(store.folder, "journal"), systemChance);
    const files = new Map(objects.map(encodeLoose).map(({ oid, file }) => [oid, file]));
    journal.append({ objects: files, guards: [], updates }, "flushed");
    await store.recover();
    expect([...(await store.listRefs("refs/git-tracker/")).keys()]).toEqual([refOf("old")]);
    expect(journal.look()?.state).toBe("closed");
    expect(store.lastTips()).toEqual(new Map([[refOf("old"), old]]));

    journal.append({ objects: files, guards: ["pack-none"], updates }, "flushed");
    rmSync(objectPath(repository, x), { force: true });
    for (const [name, text] of [
      [refOf("y"), `${y}\n`],
      [`${refOf("x")}.lock`, `${x}\n`], // Moved would be next.
      [`${refOf("old")}.lock`, "git-tracker\n"],
      ["packed-refs.lock", "git-tracker\n"],
    ] as const) {
      mkdirSync(dirname(join(gitDir(repository), name)), { recursive: true });
      writeFileSync(join(gitDir(repository), name), text);
      if (name.endsWith(".lock")) linkSync(join(gitDir(repository), name), join(gitDir(repository), secondName(name)));
    }
    await open(repository, kind).recover();
    expect([...(await store.listRefs("refs/git-tracker/"))]).toEqual([
      [refOf("x"), x],
      [refOf("y"), y],
    ]);
    expect(await store.findLocks()).toEqual([]);
    await expectSound(repository, store, [x, y]);
  });

  test("a pack that a dead writer kept from collection is released, somebody else's is not", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    await writeOne(store, "a");
    await store.writeCommits(range(60).map((i) => content(store.emptyTree, `Pack ${i}`)));
    expect(packs(repository, ".keep")).toHaveLength(1); // The writer is gone, and has not moved a ref.
    const next = open(repository, kind);
    await next.recover();
    expect(packs(repository, ".keep")).toEqual([]);

    await next.writeCommits(range(60).map((i) => content(next.emptyTree, `Other ${i}`)));
    const [keep = ""] = packs(repository, ".keep");
    writeFileSync(join(gitDir(repository), "objects/pack", keep), "for my own reasons\n");
    await open(repository, kind).recover();
    expect(packs(repository, ".keep")).toEqual([keep]);
  });

  test("a journal that can't be written stops a swap before it moves anything", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
    mkdirSync(join(store.folder, "journal"), { recursive: true });
    const swapped = store.swap([{ ref: refOf("a"), from: undefined, to }]);
    expect(await swapped.catch((error: unknown) => error)).toMatchObject({ code: "unavailable" });
    expect(await store.readRef(refOf("a"))).toBeUndefined();
    expect(await store.findLocks()).toEqual([]);
  });

  test("a clock that is far off stops nothing", async () => {
    using repository = makeRepository();
    const clock = { ...createSystemClock(undefined), now: () => 0 };
    const store = open(repository, kind, { clock });
    const to = await writeOne(store, "a");
    rmSync(objectPath(repository, to));
    await store.recover();
    expect(existsSync(objectPath(repository, to))).toBe(true);
  });
});

function secondName(lock: string): string {
  return lock.replace(/lock$/, "new.lock");
}

/** Text that compression can't shorten much. */
function noise(length: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(length / 2))).toString("hex");
}
