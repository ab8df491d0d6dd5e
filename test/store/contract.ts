/** What every store must do, whatever it is made of. The tests of each implementation run all of this. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { CommitContent, Oid } from "../../src/core/commit.ts";
import { TrackerError } from "../../src/core/errors.ts";
import type { Store, StreamRead } from "../../src/store/store.ts";
import { attachmentTree } from "../../src/store/writer.ts";
import { memoryStore } from "../support/memory-store.ts";

/** Blobs, and the trees that hold them. */
function elsewhere({ hash }: Store, count: number) {
  const files = Array.from({ length: count }, (_, i) => ({ name: `${i}`, bytes: encoder.encode(`${count} ${i}`) }));
  const { oid, objects } = attachmentTree(hash, files);
  return { tree: oid, objects };
}

const encoder = new TextEncoder();

/** A store under test, in a repository of its own. */
export interface Subject extends Disposable {
  open(): Store;
  /** Called between writing and reading: a place to pack what was written. */
  settle?(): void;
  /** Absent: there is no git repository behind it. */
  readonly repository?: {
    git(...args: string[]): string;
    gitWith(input: string | Uint8Array, ...args: string[]): Uint8Array;
  };
}

export function storeContract(name: string, makeSubject: () => Subject): void {
  describe(name, () => {
    let subject: Subject;
    let store: Store;
    beforeAll(() => {
      subject = makeSubject();
      store = subject.open();
    });
    afterAll(() => {
      store?.close();
      subject?.[Symbol.dispose]();
    });
    const settle = () => subject.settle?.();

    test("commits have the names and bytes that git gives them", async () => {
      const tree = store.emptyTree;
      const [root = ""] = await store.writeCommits([content(tree, "Root")]);
      const contents = [
        content(tree, "Ünïcode ☃\n\nBody\n\n", [root]),
        content(tree, "", [root]),
        { ...content(tree, "Name"), author: { name: ' ."Ada <x>\nLovelace.,', email: "<ada@example.com>" } },
        { ...content(tree, "Crud"), author: { name: "...", email: "ada@example.com" } },
        { ...content(tree, "Early"), time: { seconds: 0, zone: "-1200" } },
        { ...content(tree, "Signed", [root]), signature: "-----BEGIN SSH SIGNATURE-----\n\nAAAA\n-----END\n" },
      ];
      const oids = await store.writeCommits(contents);
      settle();
      expect(oids).toEqual(contents.map((each) => memoryStore({ hash: store.hash }).nameCommit(each)));
      expect(oids).toEqual(contents.map((each) => store.nameCommit(each)));
      for (const { oid, bytes } of await store.readCommits(oids)) {
        expect(new Bun.CryptoHasher(store.hash).update(`commit ${bytes.length}\0`).update(bytes).digest("hex")).toBe(
          oid,
        );
        if (subject.repository)
          expect(Buffer.from(subject.repository.git("cat-file", "commit", oid))).toEqual(Buffer.from(bytes));
      }
    });

    test("writing a commit again changes nothing", async () => {
      const once = await store.writeCommits([content(store.emptyTree, "Again")]);
      settle();
      expect(await store.writeCommits([content(store.emptyTree, "Again")])).toEqual(once);
      expect(await store.readCommits(once)).toHaveLength(1);
    });

    test("objects that came from elsewhere are read as they were written", async () => {
      const { tree, objects } = elsewhere(store, 3);
      const many = elsewhere(store, 120).objects;
      await store.writeObjects(objects);
      await store.writeObjects(many);
      await store.writeObjects([]);
      settle();
      const oids = [...objects, ...many].map(({ oid }) => oid);
      const missing = "1".repeat(oids[0]?.length ?? 0);
      const read = await store.readObjects([...oids, missing]);
      expect(read.at(-1)).toBeUndefined();
      for (const [i, { type, bytes }] of [...objects, ...many].entries()) {
        const found = read[i];
        if (found === undefined || "damage" in found) throw new Error(`It has lost ${oids[i]}`);
        expect({ type: found.type, bytes: Buffer.from(found.bytes) }).toEqual({ type, bytes: Buffer.from(bytes) });
      }
      if (subject.repository) expect(subject.repository.git("cat-file", "-t", tree)).toBe("tree\n");
    });

    test("writes many commits at once, and none", async () => {
      const contents = Array.from({ length: 120 }, (_, i) =>
        content(store.emptyTree, `Many ${i}\n${"x".repeat(i * 40)}`),
      );
      const oids = await store.writeCommits([...contents, ...contents.slice(0, 3)]);
      settle();
      expect(oids).toHaveLength(123);
      expect((await store.readCommits(oids.slice(0, 120))).map(({ bytes }) => messageOf(bytes))).toEqual(
        contents.map(({ message }) => message),
      );
      expect(await store.writeCommits([])).toEqual([]);
    });

    test("attachments are files of a tree", async () => {
      const files = ["b.txt", "a", "a.b", "ü x"].map((each, i) => ({ name: each, bytes: bytesOf(`${each} ${i}`) }));
      const { tree, blobs } = await store.writeTree([...files, { name: "empty", bytes: new Uint8Array() }]);
      const [commit = ""] = await store.writeCommits([content(tree, "With files")]);
      await store.swap([{ ref: "refs/git-tracker/files", from: undefined, to: commit }]);
      settle();
      expect(await store.readBlob(blobs[3] ?? "")).toEqual(files[3]?.bytes ?? new Uint8Array());
      expect(await store.readBlob(blobs[4] ?? "")).toHaveLength(0);
      const listed = subject.repository?.git(
        "-c",
        "core.quotePath=false",
        "ls-tree",
        "-r",
        "--name-only",
        "--full-tree",
        tree,
      );
      if (listed !== undefined) {
        expect(listed.trimEnd().split("\n")).toEqual(
          ["a", "a.b", "b.txt", "empty", "ü x"].map((each) => `attachments/${each}`),
        );
      }
    });

    test("the tree without files is the empty tree", async () => {
      expect(await store.writeTree([])).toEqual({ tree: store.emptyTree, blobs: [] });
    });

    test.each(["", ".", "..", "a/b", "a\\b", ".git", ".GIT", "git~1", ".git. ", ".g\u200cit", "a\0b", "x".repeat(256)])(
      "refuses to attach a file as %j",
      async (file) => {
        expect(await refusal(store.writeTree([{ name: file, bytes: new Uint8Array() }]))).toBe("invalid");
      },
    );

    test("refuses two files of one name", async () => {
      const file = { name: "a", bytes: new Uint8Array() };
      expect(await refusal(store.writeTree([file, file]))).toBe("invalid");
    });

    test("a blob that isn't there is not found, nor is a commit a blob", async () => {
      const [commit = ""] = await store.writeCommits([content(store.emptyTree, "No blob")]);
      expect(await refusal(store.readBlob(fakeOid(store, "5")))).toBe("not-found");
      expect(await refusal(store.readBlob(commit))).toBe("not-found");
    });

    test("a ref is made, moved and deleted only from where it is", async () => {
      const [a = "", b = ""] = await store.writeCommits([content(store.emptyTree, "A"), content(store.emptyTree, "B")]);
      const ref = "refs/git-tracker/swap/one";
      const swap = (from: Oid | undefined, to: Oid | undefined) => store.swap([{ ref, from, to }]);
      expect(await store.readRef(ref)).toBeUndefined();
      expect(await swap(a, b)).toEqual({ kind: "moved", ref, actual: undefined });
      expect(await swap(undefined, a)).toEqual({ kind: "updated" });
      settle();
      expect(await store.readRef(ref)).toBe(a);
      expect(await swap(undefined, b)).toEqual({ kind: "moved", ref, actual: a });
      expect(await swap(b, a)).toEqual({ kind: "moved", ref, actual: a });
      expect(await swap(b, undefined)).toEqual({ kind: "moved", ref, actual: a });
      expect(await swap(a, b)).toEqual({ kind: "updated" });
      settle();
      expect(await store.readRef(ref)).toBe(b);
      expect(await swap(b, undefined)).toEqual({ kind: "updated" });
      expect(await store.readRef(ref)).toBeUndefined();
      expect((await store.listRefs("refs/git-tracker/swap/")).size).toBe(0);
      expect(await swap(undefined, a)).toEqual({ kind: "updated" });
      expect(await store.readRef(ref)).toBe(a);
    });

    test("several refs move together or not at all", async () => {
      const [a = "", b = ""] = await store.writeCommits([content(store.emptyTree, "A"), content(store.emptyTree, "B")]);
      const [one, two, three] = ["one", "two", "three"].map((each) => `refs/git-tracker/several/${each}`) as [
        string,
        string,
        string,
      ]; // map keeps the length.
      const made = [two, one].map((ref) => ({ ref, from: undefined, to: a }));
      expect(await store.swap(made)).toEqual({ kind: "updated" });
      settle();
      const mixed = [
        { ref: one, from: a, to: b },
        { ref: three, from: undefined, to: b },
        { ref: two, from: b, to: a },
      ];
      expect(await store.swap(mixed)).toEqual({ kind: "moved", ref: two, actual: a });
      expect([...(await store.listRefs("refs/git-tracker/several/"))]).toEqual([one, two].map((ref) => [ref, a]));
      const all = [
        { ref: one, from: a, to: undefined },
        { ref: two, from: a, to: a },
        { ref: three, from: undefined, to: b },
      ];
      expect(await store.swap(all)).toEqual({ kind: "updated" });
      settle();
      expect([...(await store.listRefs("refs/git-tracker/several/"))].sort()).toEqual([
        [three, b],
        [two, a],
      ]);
      expect(await store.swap([])).toEqual({ kind: "updated" });
    });

    test("many refs are made together or not at all", async () => {
      const [a = "", b = ""] = await store.writeCommits([content(store.emptyTree, "A"), content(store.emptyTree, "B")]);
      const make = (names: readonly string[], to: Oid) =>
        store.swap(names.map((each) => ({ ref: `refs/git-tracker/crowd/${each}`, from: undefined, to })));
      const names = range(150).map((i) => `${i}`.padStart(3, "0"));
      const others = [...(await store.listRefs("refs/git-tracker/"))].filter(([ref]) => !ref.includes("/crowd/"));
      expect(await make(names, a)).toEqual({ kind: "updated" });
      settle();
      const made = names.map((each) => [`refs/git-tracker/crowd/${each}`, a]);
      expect([...(await store.listRefs("refs/git-tracker/crowd/"))]).toEqual(made as [string, Oid][]); // Pairs stay pairs.
      const more = range(150).map((i) => `more/${i}`);
      expect(await make([...more, "007"], b)).toEqual({ kind: "moved", ref: "refs/git-tracker/crowd/007", actual: a });
      expect(await refusal(make([...more, "007/below"], b))).toBe("conflict");
      expect(await refusal(make([...more, "more"], b))).toBe("conflict");
      expect([...(await store.listRefs("refs/git-tracker/crowd/"))]).toEqual(made as [string, Oid][]);
      expect(await make(["single"], a)).toEqual({ kind: "updated" });
      expect((await make([...more, "single"], b)).kind).toBe("moved");
      expect(await refusal(make([...more, "single/below"], b))).toBe("conflict");
      expect(await make(more, b)).toEqual({ kind: "updated" });
      expect((await store.listRefs("refs/git-tracker/crowd/")).size).toBe(301);
      expect([...(await store.listRefs("refs/git-tracker/"))].filter(([ref]) => !ref.includes("/crowd/"))).toEqual(
        others,
      );
      expect(await store.findLocks()).toEqual([]);
    });

    test("a swap that changes nothing still checks", async () => {
      const [a = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
      const ref = "refs/git-tracker/verify/one";
      expect(await store.swap([{ ref, from: undefined, to: undefined }])).toEqual({ kind: "updated" });
      expect(await store.swap([{ ref, from: a, to: a }])).toEqual({ kind: "moved", ref, actual: undefined });
    });

    test("a ref can't be below or above another", async () => {
      const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
      await store.swap([{ ref: "refs/git-tracker/clash/a/b", from: undefined, to }]);
      settle();
      for (const ref of ["refs/git-tracker/clash/a/b/c", "refs/git-tracker/clash/a"]) {
        expect(await refusal(store.swap([{ ref, from: undefined, to }]))).toBe("conflict");
        expect(await store.readRef(ref)).toBeUndefined();
      }
    });

    test("lists refs below a prefix in order, packed and loose", async () => {
      const [a = "", b = ""] = await store.writeCommits([content(store.emptyTree, "A"), content(store.emptyTree, "B")]);
      const make = (name: string) => store.swap([{ ref: `refs/git-tracker/list/${name}`, from: undefined, to: a }]);
      for (const each of ["c", "a", "sub/x"]) await make(each);
      settle();
      for (const each of ["b", "d"]) await make(each);
      await store.swap([{ ref: "refs/git-tracker/list/a", from: a, to: b }]);
      await store.swap([{ ref: "refs/git-tracker/listing", from: undefined, to: a }]);
      expect(await store.readRef("refs/git-tracker/list/a")).toBe(b);
      const found = await store.listRefs("refs/git-tracker/list/");
      expect([...found]).toEqual(
        ["a", "b", "c", "d", "sub/x"].map((each) => [`refs/git-tracker/list/${each}`, each === "a" ? b : a]),
      );
      expect((await store.listRefs("refs/git-tracker/nothing/")).size).toBe(0);
    });

    test("streams come whole, in the order asked for, children first", async () => {
      const chain = await writeChain(store, 30, "Chain");
      const [left = "", right = ""] = await store.writeCommits(
        ["L", "R"].map((each) => content(store.emptyTree, each, [chain[3] ?? ""])),
      );
      const [merge = ""] = await store.writeCommits([content(store.emptyTree, "Merge", [left, right])]);
      const [twice = ""] = await store.writeCommits([content(store.emptyTree, "Twice", [merge, chain[1] ?? ""])]);
      settle();
      const tips = [merge, chain[29] ?? "", chain[0] ?? "", twice, chain[29] ?? ""];
      const streams = await collect(store.readStreams(tips));
      expect(streams.map(({ tip }) => tip)).toEqual(tips);
      const oids = streams.map((stream) => ("commits" in stream ? stream.commits.map(({ oid }) => oid) : []));
      expect(oids[1]).toEqual(chain.toReversed());
      expect(oids[2]).toEqual([chain[0] ?? ""]);
      expect(oids[4]).toEqual(oids[1] ?? []);
      expect(new Set(oids[0])).toEqual(new Set([merge, left, right, ...chain.slice(0, 4)]));
      expect(oids[0]).toHaveLength(7);
      expect(oids[3]).toHaveLength(8);
      for (const each of oids) expect(each.findLast((oid) => oid === chain[0])).toBe(each.at(-1));
      expect(oids[0]?.slice(-4)).toEqual(chain.slice(0, 4).toReversed());
    });

    test("a stream that can't be read leaves the others alone", async () => {
      const [whole = ""] = await store.writeCommits([content(store.emptyTree, "Whole")]);
      const missing = fakeOid(store, "7");
      const [orphan = ""] = await store.writeCommits([content(store.emptyTree, "Orphan", [missing])]);
      const { blobs } = await store.writeTree([{ name: "a", bytes: bytesOf("a") }]);
      settle();
      const some = [missing, whole, orphan, blobs[0] ?? "", "0".repeat(whole.length)];
      for (const tips of [some, [...some, ...Array.from({ length: 40 }, () => whole)]]) {
        const streams = await collect(store.readStreams(tips));
        expect(streams.map(({ tip }) => tip)).toEqual(tips);
        expect(streams.slice(0, 5).map((stream) => "broken" in stream)).toEqual([true, false, true, true, true]);
        expect(streams.slice(5).every((stream) => "commits" in stream)).toBe(true);
        expect(JSON.stringify(streams[2])).toContain(missing);
      }
    });

    test("many streams", async () => {
      const tips: Oid[] = [];
      for (const i of range(6)) {
        const roots = await store.writeCommits(range(100).map((j) => content(store.emptyTree, `Root ${i} ${j}`)));
        tips.push(...(await store.writeCommits(roots.map((root) => content(store.emptyTree, "Next", [root])))));
      }
      settle();
      const streams = await collect(store.readStreams(tips));
      expect(streams.map(({ tip }) => tip)).toEqual(tips);
      expect(streams.every((stream) => "commits" in stream && stream.commits.length === 2)).toBe(true);
    });

    test("reading streams may stop early", async () => {
      const tips = await store.writeCommits(range(20).map((i) => content(store.emptyTree, `Early ${i}`)));
      for await (const { tip } of store.readStreams(tips)) {
        expect(tip).toBe(tips[0] ?? "");
        break;
      }
      expect(await collect(store.readStreams([]))).toEqual([]);
    });

    test("single commits come in order, missing ones left out", async () => {
      const [a = "", b = ""] = await store.writeCommits([
        content(store.emptyTree, "A1"),
        content(store.emptyTree, "B1"),
      ]);
      settle();
      const oids = [b, fakeOid(store, "9"), store.emptyTree, a];
      expect((await store.readCommits(oids)).map(({ oid }) => oid)).toEqual([b, a]);
      expect(await store.readCommits([])).toEqual([]);
    });

    test("maintenance loses no ref", async () => {
      const [a = ""] = await store.writeCommits([content(store.emptyTree, "Maintained")]);
      const names = range(250).map((i) => `refs/git-tracker/issues/${fakeOid(store, "b", i)}`);
      const creations = names.map((ref) => `create ${ref} ${a}\n`).join("");
      if (subject.repository) subject.repository.gitWith(creations, "update-ref", "--stdin");
      else await store.swap(names.map((ref) => ({ ref, from: undefined, to: a })));
      const others = subject.repository?.git("for-each-ref");
      const before = await store.listRefs("refs/git-tracker/");
      await store.maintain();
      await store.maintain();
      expect(await store.listRefs("refs/git-tracker/")).toEqual(before);
      expect(before.size).toBeGreaterThanOrEqual(250);
      expect(subject.repository?.git("for-each-ref")).toEqual(others);
    });

    test("git finds nothing to complain about", () => {
      if (!subject.repository) return;
      const said = subject.repository.git("fsck", "--strict", "--no-dangling", "--no-progress", "--connectivity-only");
      expect(said.split("\n").filter((line) => !line.startsWith("notice:") && line !== "")).toEqual([]);
      expect(Bun.stripANSI(subject.repository.git("fsck", "--strict", "--no-dangling", "--no-progress"))).not.toContain(
        "error",
      );
    });
  });
}

/** A commit that anybody could have written. */
export function content(tree: Oid, message: string, parents: readonly Oid[] = []): CommitContent {
  const author = { name: "Ada", email: "ada@example.com" };
  return { tree, parents, author, time: { seconds: 981_173_106, zone: "+0130" }, message };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items);
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Writes commits each on top of the one before. */
export async function writeChain(store: Store, length: number, name: string): Promise<Oid[]> {
  const oids: Oid[] = [];
  for (const i of range(length)) {
    oids.push(...(await store.writeCommits([content(store.emptyTree, `${name} ${i}`, oids.slice(-1))])));
  }
  return oids;
}

export function brokenOf(stream: StreamRead | undefined): string | undefined {
  return stream !== undefined && "broken" in stream ? stream.broken : undefined;
}

/** The code of the refusal that a promise ends in. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof TrackerError) return error.code;
    throw error;
  }
  return "no refusal";
}

/** A name that nothing has. */
export function fakeOid(store: Pick<Store, "hash">, digit: string, number = 0): Oid {
  return number
    .toString(16)
    .padStart(8, "0")
    .padStart(store.hash === "sha1" ? 40 : 64, digit);
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function messageOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return text.slice(text.indexOf("\n\n") + 2);
}
