import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readPack } from "../../src/store/received-pack.ts";
import { linksOf } from "../../src/store/soundness.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

let repository: TestRepository;
let oids: readonly string[];
const limits = { objectBytesMax: 1_000_000, totalBytesMax: 10_000_000 };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

beforeAll(() => {
  repository = makeRepository();
  const lines = Array.from({ length: 400 }, (_, i) => `line ${i} of a text that changes little`);
  const blobs = Array.from({ length: 30 }, (_, i) => {
    lines[i * 7] = `line ${i} is another now`;
    return text(repository.gitWith(lines.join("\n"), "hash-object", "-w", "--stdin")).trim();
  });
  const tree = text(repository.gitWith(blobs.map((oid, i) => `100644 blob ${oid}\t${i}\n`).join(""), "mktree")).trim();
  const commit = repository.git("commit-tree", "-m", "One", tree).trim();
  oids = [...blobs, tree, commit];
});
afterAll(() => repository[Symbol.dispose]());

function pack(...args: string[]): Uint8Array {
  return repository.gitWith(`${oids.join("\n")}\n`, "pack-objects", "--stdout", "-q", "--window=20", ...args);
}

for (const [how, args] of [
  ["deltas upon offsets", ["--delta-base-offset"]],
  ["deltas upon oids", []],
  ["no deltas", ["--depth=0"]],
] as const) {
  test(`reads what git packs: ${how}`, () => {
    const received = readPack(pack(...args), "sha1", limits);
    expect(received.count).toBe(oids.length);
    for (const oid of oids.toReversed()) {
      const object = received.read(oid);
      expect(object?.type).toBe(repository.git("cat-file", "-t", oid).trim() as "blob");
      expect(Buffer.from(object?.bytes ?? [])).toEqual(
        Buffer.from(repository.gitWith("", "cat-file", object?.type ?? "", oid)),
      );
    }
    expect(received.read("1".repeat(40))).toBeUndefined();
  });
}

/** With the checksum that belongs to it. */
function sealed(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(0, -20);
  return Buffer.concat([body, new Bun.CryptoHasher("sha1").update(body).digest()]);
}

test("no changed byte gets through: it is refused, or the objects are the same", () => {
  const whole = pack("--delta-base-offset");
  let refused = 0;
  for (let at = 0; at < whole.length - 20; at += 3) {
    const broken = Buffer.from(whole);
    broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
    expect(() => readPack(broken, "sha1", limits)).toThrow(/its checksum is wrong|it is no pack/);
    try {
      const received = readPack(sealed(broken), "sha1", limits);
      // What is in it has other names now, so whoever asked for these does not get them.
      const same = oids.filter((oid) => received.read(oid) !== undefined);
      for (const oid of same) {
        const object = received.read(oid);
        if (object === undefined) continue;
        const name = new Bun.CryptoHasher("sha1")
          .update(`${object.type} ${object.bytes.length}\0`)
          .update(object.bytes);
        expect(name.digest("hex")).toBe(oid);
      }
    } catch (error) {
      expect(error).toMatchObject({ name: "BadPack" });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(0);
});

test("a pack that is cut off, or holds more than it says, is refused", () => {
  const whole = pack("--delta-base-offset");
  for (let length = 0; length < whole.length; length += 97) {
    expect(() => readPack(whole.subarray(0, length), "sha1", limits)).toThrow(/cut off|checksum|no pack/);
    expect(() =>
      readPack(sealed(Buffer.concat([whole.subarray(0, length), new Uint8Array(20)])), "sha1", limits),
    ).toThrow();
  }
  const more = Buffer.concat([whole.subarray(0, -20), new Uint8Array(50)]);
  expect(() => readPack(sealed(more), "sha1", limits)).toThrow("it holds more than it says");
});

test("what is too big is refused before it is made", () => {
  expect(() => readPack(pack(), "sha1", { ...limits, objectBytesMax: 10_000 })).toThrow("bigger than 10000 bytes");
  expect(() => readPack(pack("--delta-base-offset"), "sha1", { ...limits, totalBytesMax: 200_000 })).toThrow(
    "bigger than 200000 bytes",
  );
});

test("a delta upon something outside is refused", () => {
  const [outside = ""] = oids;
  const header = Buffer.from("5041434b0000000200000001", "hex");
  const plain = [1, 1, 1];
  const delta = Bun.deflateSync(Buffer.from(plain));
  const entry = Buffer.concat([Buffer.from([0x73]), Buffer.from(outside, "hex"), zlibbed(delta, plain)]);
  expect(() => readPack(sealed(Buffer.concat([header, entry, new Uint8Array(20)])), "sha1", limits)).toThrow(
    "deltas upon what it doesn't hold",
  );
});

function zlibbed(deflated: Uint8Array, plain: readonly number[]): Uint8Array {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(Number(Bun.hash.adler32(Uint8Array.from(plain))));
  return Buffer.concat([Buffer.from([0x78, 0x01]), deflated, checksum]);
}

describe("what an object stands on", () => {
  const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  const who = "Eve <eve@example.com> 1768478400 +0000";
  const commit = (content: string) => linksOf({ type: "commit", bytes: Buffer.from(content) });
  const made = (...entries: string[]) =>
    linksOf({
      type: "tree",
      bytes: Buffer.concat(entries.map((entry) => Buffer.concat([Buffer.from(`${entry}\0`), Buffer.alloc(20, 1)]))),
    });

  test("of a commit, its tree and parents", () => {
    const parent = "1".repeat(40);
    expect(commit(`tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\ngpgsig x\n y\n\nText`)).toEqual([
      { oid: tree, type: "tree" },
      { oid: parent, type: "commit" },
    ]);
    expect(commit(`tree ${tree}\nauthor ${who}\ncommitter ${who}\n`)).toEqual([{ oid: tree, type: "tree" }]);
  });

  test("commits that git's fsck refuses are refused", () => {
    for (const content of [
      "garbage\n",
      `tree ${tree}\n\nText`,
      `tree ${tree}\nauthor Eve eve@example.com 1 +0000\ncommitter ${who}\n\n`,
      `tree ${tree}\nauthor ${who}\ncommitter Eve <eve@example.com> 01 +0000\n\n`,
      `tree ${tree}\nauthor ${who}\nparent ${tree}\ncommitter ${who}\n\n`,
      `tree ${tree}\nauthor ${who}\ncommitter ${who}\nx \0\n\n`,
    ]) {
      expect(commit(content)).toBe("its header is not a commit's");
    }
  });

  test("trees: folders and files, each once, in order, with plain names", () => {
    const oid = "01".repeat(20);
    expect(made("100644 a", "40000 b")).toEqual([
      { oid, type: "blob" },
      { oid, type: "tree" },
    ]);
    expect(made()).toEqual([]);
    expect(made("100644 b", "100644 a")).toBe("it is a tree out of order");
    expect(made("100644 a", "100644 a")).toBe("it is a tree out of order");
    for (const name of [".git", "..", "a/b", ""]) expect(made(`40000 ${name}`)).toContain("a name");
    for (const mode of ["120000", "160000", "040000", "x"]) expect(made(`${mode} a`)).toContain("neither");
    expect(linksOf({ type: "tree", bytes: Buffer.from("100644 a\0short") })).toContain("cut off");
  });
});
