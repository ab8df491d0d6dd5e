/** Packing refs: ours move, and nobody else's change by a byte. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { makeRepository } from "../support/repository.ts";
import { content, fakeOid, range } from "./contract.ts";
import { filesIn, gitDir, kinds, open } from "./subject.ts";

const ref = "refs/git-tracker/issues/one";

describe.each(kinds)("%s", (kind) => {
  test("maintenance packs our refs and leaves all others byte for byte", async () => {
    using repository = makeRepository();
    const store = open(repository, kind);
    repository.git("tag", "--annotate", "--message=One", "v1");
    for (const name of ["ü", "refs", "\u{1f600}", "~"])
      repository.git("update-ref", `refs/heads/x${name.replace("~", "}")}`, "HEAD");
    repository.git("pack-refs", "--all");
    repository.git("branch", "loose");
    const [a = "", b = ""] = await store.writeCommits(["A", "B"].map((each) => content(store.emptyTree, each)));
    const names = range(210).map((i) => `refs/git-tracker/issues/${fakeOid(store, "0", i)}`);
    const create = (oid: Oid) => names.map((name) => `create ${name} ${oid}\n`).join("");
    repository.gitWith(create(a), "update-ref", "--stdin");
    repository.git("pack-refs", "--all", "--no-prune");
    const packed = join(gitDir(repository), "packed-refs");
    const foreign = () =>
      readFileSync(packed, "latin1")
        .split("\n")
        .filter((line) => !line.includes("git-tracker"));
    repository.git("update-ref", names[7] ?? "", b, a);
    const before = { foreign: foreign(), refs: repository.git("show-ref", "-d") };
    await store.maintain();
    expect({ foreign: foreign(), refs: repository.git("show-ref", "-d") }).toEqual(before);
    expect(filesIn(join(gitDir(repository), "refs/git-tracker")).filter((name) => name.includes("/"))).toEqual([]);
    expect(existsSync(join(gitDir(repository), "refs/heads/loose"))).toBe(true);
    expect(await store.readRef(names[7] ?? "")).toBe(b);
    expect(await store.swap([{ ref: names[8] ?? "", from: a, to: undefined }])).toEqual({ kind: "updated" });
    const crowd = range(101).map((i) => `refs/git-tracker/remotes/ü/issues/${i}`);
    expect(await store.swap(crowd.map((each) => ({ ref: each, from: undefined, to: a })))).toEqual({ kind: "updated" });
    expect((await store.listRefs("refs/git-tracker/remotes/ü/")).size).toBe(101);
    expect(await store.readRef(crowd[5] ?? "")).toBe(a);
    const moved = crowd.map((each) => ({ ref: each, from: undefined, to: b }));
    expect(await store.swap(moved)).toMatchObject({ kind: "moved", actual: a });
    expect(foreign()).toEqual(before.foreign);
    expect(await store.swap(crowd.map((each) => ({ ref: each, from: a, to: undefined })))).toEqual({ kind: "updated" });
    expect(foreign()).toEqual(before.foreign);
    expect(
      readFileSync(packed, "latin1")
        .split("\n")
        .filter((line) => line.endsWith(names[7] ?? "")),
    ).toHaveLength(1);
  });

  test.each(["", "# pack-refs with: peeled \n", "# pack-refs with: peeled fully-peeled \n"])(
    "maintenance leaves few refs alone, and packed-refs with the header %j",
    async (head) => {
      using repository = makeRepository();
      const store = open(repository, kind);
      const [a = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
      await store.swap([{ ref, from: undefined, to: a }]);
      await store.maintain();
      expect(await store.readRef(ref)).toBe(a);
      expect(existsSync(join(gitDir(repository), "packed-refs"))).toBe(false);
      const lines = `${head}${a} refs/tags/z\n${a} refs/tags/a\n`;
      writeFileSync(join(gitDir(repository), "packed-refs"), lines);
      const names = range(210).map((i) => `create refs/git-tracker/issues/${fakeOid(store, "0", i)} ${a}\n`);
      repository.gitWith(names.join(""), "update-ref", "--stdin");
      await store.maintain();
      expect(readFileSync(join(gitDir(repository), "packed-refs"), "utf8")).toBe(lines);
      expect(await store.findLocks()).toEqual([]);
    },
  );
});
