/** Single refs are found in packed-refs as if all of it had been read. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstPackedFrom } from "../../src/store/packed-lookup.ts";

const commonDir = mkdtempSync(join(tmpdir(), "git-tracker-packed-"));
const sortedHeader = "# pack-refs with: peeled fully-peeled sorted \n";

afterAll(() => rmSync(commonDir, { recursive: true, force: true }));

/** Compares as git does. */
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const oidOf = (ref: string) => new Bun.CryptoHasher("sha1").update(ref).digest("hex");

function write(header: string, names: readonly string[], line = (ref: string) => `${oidOf(ref)} ${ref}\n`): void {
  writeFileSync(join(commonDir, "packed-refs"), header + names.map(line).join(""));
}

function look(ref: string) {
  return firstPackedFrom({ commonDir, hash: "sha1" }, ref);
}

/** At every name and just behind it, and far from them all. */
function expectAllFound(names: readonly string[]): void {
  const sorted = names.toSorted(byBytes);
  for (const [at, ref] of sorted.entries()) {
    const next = sorted[at + 1];
    expect(look(ref)).toEqual({ ref, oid: oidOf(ref) });
    expect(look(`${ref}\u0001`)).toEqual(next === undefined ? undefined : { ref: next, oid: oidOf(next) });
  }
  expect(look("a")?.ref).toBe(sorted[0]);
  expect(look("zzz")).toBeUndefined();
}

const many = Array.from({ length: 900 }, (_, i) => `refs/git-tracker/issues/${oidOf(`${i}`)}`);
const mixed = [
  ...many.slice(0, 100),
  "refs/heads/main",
  "refs/heads/ü",
  "refs/heads/\u{1f600}",
  "refs/heads/\uff5e",
  ...Array.from({ length: 200 }, (_, i) => `refs/tags/${"long/".repeat(i)}${i}`),
];

describe.each([
  ["none", []],
  ["one", many.slice(0, 1)],
  ["few", many.slice(0, 9)],
  ["many", many],
  ["names of all sorts", mixed],
] as const)("%s", (_, names) => {
  test("in a sorted file", () => {
    write(sortedHeader, names.toSorted(byBytes));
    expectAllFound(names);
  });

  test("in a sorted file with what tags point to", () => {
    write(sortedHeader, names.toSorted(byBytes), (ref) => `${oidOf(ref)} ${ref}\n^${oidOf(`${ref}^`)}\n`);
    expectAllFound(names);
  });

  test.each(["", "# pack-refs with: peeled \n", "# sortedly written by somebody else\n"])(
    "in a file in any order with the header %j",
    (header) => {
      write(header, names);
      expectAllFound(names);
    },
  );
});

test("a line that is longer than a page hides no other", () => {
  const names = [...many, `refs/git-tracker/issues/8${"0".repeat(30_000)}`].sort(byBytes);
  write(sortedHeader, names);
  for (const ref of names.filter((each) => each.length < 100)) expect(look(ref)).toEqual({ ref, oid: oidOf(ref) });
});

test("there is no such file, or it is empty", () => {
  rmSync(join(commonDir, "packed-refs"), { force: true });
  expect(look("refs/heads/main")).toBeUndefined();
  write("", []);
  expect(look("refs/heads/main")).toBeUndefined();
});

test("oids of SHA-256 repositories", () => {
  const oid = (ref: string) => new Bun.CryptoHasher("sha256").update(ref).digest("hex");
  write(sortedHeader, many.toSorted(byBytes), (ref) => `${oid(ref)} ${ref}\n`);
  for (const ref of many.slice(0, 100))
    expect(firstPackedFrom({ commonDir, hash: "sha256" }, ref)).toEqual({ ref, oid: oid(ref) });
});
