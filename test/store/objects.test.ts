/** Objects as bytes, compared with what git makes of the same content. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { TrackerError } from "../../src/core/errors.ts";
import { compress, decompress } from "../../src/store/compression.ts";
import {
  decodeCommitObject,
  encodeCommit,
  encodeTree,
  isTreeName,
  nameObject,
  parentsOf,
} from "../../src/store/objects.ts";
import { writePack } from "../../src/store/pack.ts";
import { makeRepository } from "../support/repository.ts";
import { content, range } from "./contract.ts";

const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const bytesOf = (text: string) => new TextEncoder().encode(text);

test("git makes the same commit of the same name, email and message", () => {
  using repository = makeRepository();
  const part = fc.string({ unit: fc.constantFrom(..."ab .,:;<>\"'\\\t\nü☃") });
  const name = part.map((text) => `x${text}`).chain((text) => fc.constantFrom(text, ` .${text}`));
  fc.assert(
    fc.property(name, part, fc.string({ unit: "binary" }), (author, email, text) => {
      // Git takes a text with a noncharacter for Latin-1 and converts it.
      const message = text.toWellFormed().replace(/[\0\p{Noncharacter_Code_Point}]/gu, "");
      const commit = { ...content(tree, message), author: { name: author, email } };
      const variables = {
        GIT_AUTHOR_NAME: author,
        GIT_AUTHOR_EMAIL: email,
        GIT_AUTHOR_DATE: "981173106 +0130",
        GIT_COMMITTER_NAME: author,
        GIT_COMMITTER_EMAIL: email,
        GIT_COMMITTER_DATE: "981173106 +0130",
      };
      const env = { ...repository.env, ...variables };
      const stdin = Buffer.from(message);
      const { stdout, stderr } = Bun.spawnSync(["git", "commit-tree", tree], { cwd: repository.cwd, env, stdin });
      expect(stderr.toString()).toBe("");
      expect(nameObject("sha1", encodeCommit(commit)).oid).toBe(stdout.toString().trim());
    }),
    { numRuns: 40 },
  );
});

test("a name of nothing that git keeps is replaced by the email", () => {
  const { bytes } = encodeCommit({ ...content(tree, "A"), author: { name: " <.> ", email: "ada@example.com" } });
  expect(decodeCommitObject(bytes).content.author).toEqual({ name: "ada@example.com", email: "ada@example.com" });
});

test("a commit is read back as it was written", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[<>\n\0]/g, "").trim());
  fc.assert(
    fc.property(
      line,
      fc.string(),
      fc.array(fc.constant("a".repeat(40))),
      fc.nat(),
      (name, message, parents, seconds) => {
        const author = { name: `x${name}x`, email: "ada@example.com" };
        const commit = { ...content(tree, message.toWellFormed(), parents), author, time: { seconds, zone: "-0330" } };
        const { bytes } = encodeCommit(commit);
        expect(decodeCommitObject(bytes)).toEqual({ content: commit, signed: "unsigned" });
        expect(parentsOf(bytes)).toEqual(parents);
      },
    ),
  );
});

describe("reads commits of others", () => {
  const head = `tree ${tree}\nparent ${"b".repeat(40)}\nauthor Ada <ada@example.com> 5 +0000\ncommitter Ben <ben@example.com> 6 +0000\n`;

  test("signed ones", () => {
    const bytes = bytesOf(`${head}gpgsig -----BEGIN\n parent ${"c".repeat(40)}\n -----END\n\nSubject\n\nparent x\n`);
    const { content: commit, signed } = decodeCommitObject(bytes);
    expect(signed).toBe("signed");
    expect(commit.message).toBe("Subject\n\nparent x\n");
    expect(commit.parents).toEqual(["b".repeat(40)]);
    expect(commit.time.seconds).toBe(5);
  });

  test("of another encoding, and of one that nobody knows", () => {
    const latin = Buffer.concat([bytesOf(`${head}encoding ISO-8859-1\n\n`), Uint8Array.of(0xfc)]);
    expect(decodeCommitObject(latin).content.message).toBe("ü");
    expect(decodeCommitObject(bytesOf(`${head}encoding nonsense\n\nü`)).content.message).toBe("ü");
  });

  test.each(["\r", "\u2028", "\u2029", "\u0085"])("with %j in the author's name", (separator) => {
    const name = `Ada${separator}Lovelace`;
    const { bytes } = encodeCommit({ ...content(tree, "A"), author: { name, email: "ada@example.com" } });
    expect(decodeCommitObject(bytes).content.author.name).toBe(name);
  });

  test("without a message or a date", () => {
    const bare = decodeCommitObject(bytesOf(`tree ${tree}\nauthor  <> \n`)).content;
    expect(bare).toMatchObject({ message: "", author: { name: "", email: "" }, time: { seconds: 0, zone: "+0000" } });
  });

  test.each(["", "\n\n", "parent x\n\n", `tree ${tree}\n\nx`, "tree", "\0\xff"])("and refuses %j", (text) => {
    expect(() => decodeCommitObject(bytesOf(text))).toThrow(TrackerError);
  });
});

test("git makes the same tree of the same files, and takes every name that we take", () => {
  using repository = makeRepository();
  const name = fc.string({ unit: fc.constantFrom(..."abgit.~1- ☃GIT"), minLength: 1 }).filter(isTreeName);
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), (names) => {
      const oid = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
      const made = nameObject("sha1", encodeTree(names.map((each) => ({ name: each, type: "blob", oid })))).oid;
      const input = names.map((each) => `100644 blob ${oid}\t${each}\0`).join("");
      expect(
        Buffer.from(repository.gitWith(input, "mktree", "-z", "--missing"))
          .toString()
          .trim(),
      ).toBe(made);
    }),
    { numRuns: 20 },
  );
});

test("a folder stands in a tree as if its name ended in a slash", () => {
  const oid = "a".repeat(40);
  const { bytes } = encodeTree([
    { name: "a", type: "tree", oid },
    { name: "a.b", type: "blob", oid },
    { name: "a0", type: "blob", oid },
  ]);
  expect(new TextDecoder("latin1").decode(bytes).match(/a[.b0]*(?=\0)/g)).toEqual(["a.b", "a", "a0"]);
});

test("what is compressed comes back, unless it is torn or too big", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      expect(decompress(compress(bytes), bytes.length)).toEqual(bytes);
    }),
  );
  const big = compress(new Uint8Array(50_000_000));
  expect(decompress(big, 1000)).toBeUndefined();
  expect(decompress(big, 50_000_000)).toHaveLength(50_000_000);
  expect(decompress(compress(bytesOf("x".repeat(100))).subarray(0, 10), 100)).toBeUndefined();
  expect(decompress(new Uint8Array(), 100)).toBeUndefined();
});

test.each(["plain", "sha256"] as const)("git accepts a pack of ours: %s", (kind) => {
  using repository = makeRepository(kind);
  const hash = kind === "plain" ? "sha1" : "sha256";
  const objectsDir = join(repository.cwd, ".git/objects");
  const sizes = [0, 1, 15, 16, 2047, 2048, 300_000];
  const blobs = [...sizes, ...range(300)].map((size, i) => {
    const bytes = bytesOf(`${i}`.padEnd(size, "x").slice(0, Math.max(size, i < sizes.length ? size : 3)));
    return nameObject(hash, { type: "blob", bytes });
  });
  let next = 0;
  const chance = { hex: (count: number) => (next++).toString(16).padStart(count * 2, "0") };
  const writer = { objectsDir, hash, flush: "flushed", chance } as const;
  writePack(writer, [...blobs, ...blobs]);
  writePack(writer, blobs);
  const files = readdirSync(join(objectsDir, "pack"));
  expect(files.map((name) => name.replace(/.*\./, "")).sort()).toEqual(["idx", "pack"]);
  repository.git("verify-pack", join(objectsDir, "pack", files[0] ?? ""));
  repository.git("fsck", "--strict", "--no-dangling");
  for (const { oid, bytes } of blobs.slice(0, 8)) {
    expect(Number(repository.git("cat-file", "-s", oid))).toBe(bytes.length);
  }
});
