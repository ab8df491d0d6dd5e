/** Reading through `git cat-file --batch`: what is damaged, missing or too big costs only itself. */
import { expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBatch } from "../../src/store/batch.ts";
import { loosePath } from "../../src/store/loose.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { range, refusal } from "./contract.ts";

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function writeBlob(repository: TestRepository, text: string): string {
  return textOf(repository.gitWith(text, "hash-object", "-w", "--stdin")).trim();
}

function batchOf(repository: TestRepository, bytesMax = 10_000_000) {
  return openBatch({ runDir: repository.cwd, env: repository.env, bytesMax });
}

test("answers come to their questions, whatever their size", async () => {
  using repository = makeRepository();
  const texts = ["", "x", "line\nline\n", "big ".repeat(500_000), "after"];
  const oids = texts.map((text) => writeBlob(repository, text));
  const batch = batchOf(repository);
  const found = await Promise.all([...oids, "1".repeat(40), ...oids].map(batch.read));
  expect(found.map((each) => (each && "bytes" in each ? textOf(each.bytes) : each))).toEqual([
    ...texts,
    undefined,
    ...texts,
  ]);
  expect(await batch.read(oids[1] ?? "")).toMatchObject({ type: "blob" });
  batch.close();
});

test("a damaged object is told, and the others are read", async () => {
  using repository = makeRepository();
  const oids = range(6).map((i) => writeBlob(repository, `Blob ${i}`.repeat(20)));
  for (const i of [0, 2, 3]) {
    const path = loosePath(join(repository.cwd, ".git/objects"), oids[i] ?? "");
    const bytes = readFileSync(path);
    chmodSync(path, 0o644);
    writeFileSync(path, bytes.subarray(0, bytes.length - 5));
  }
  const batch = batchOf(repository);
  const found = await Promise.all(oids.map(batch.read));
  expect(found.map((each) => each && "damage" in each)).toEqual([true, false, true, true, false, false]);
  expect(found[2]).toMatchObject({ damage: expect.stringContaining(oids[2] ?? "") });
  expect(await batch.read(oids[4] ?? "")).toEqual(found[4]);
  batch.close();
});

test("an object that is too big is told, and what comes after it is read", async () => {
  using repository = makeRepository();
  const [big = "", small = ""] = ["x".repeat(1001), "x".repeat(1000)].map((text) => writeBlob(repository, text));
  const batch = batchOf(repository, 1000);
  const [first, second] = await Promise.all([big, small].map(batch.read));
  expect(first).toMatchObject({ damage: expect.stringContaining("1000 bytes") });
  expect(second).toMatchObject({ type: "blob" });
  batch.close();
});

test("a name is asked for only if it is an object's", async () => {
  using repository = makeRepository();
  const batch = batchOf(repository);
  for (const name of ["HEAD", "refs/heads/main", "main^{tree}", "", "\n"])
    expect(await batch.read(name)).toBeUndefined();
  batch.close();
});

test("where git can't read at all, it is said once", async () => {
  using repository = makeRepository();
  const batch = openBatch({ runDir: repository.root, env: repository.env, bytesMax: 10 });
  const answers = ["1", "2", "3"].map((digit) => refusal(batch.read(digit.repeat(40))));
  expect(await Promise.all(answers)).toEqual(["unavailable", "unavailable", "unavailable"]);
  batch.close();
});
