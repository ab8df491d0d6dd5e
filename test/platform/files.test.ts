/** Files that are there in full or not at all. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  claimName,
  createFile,
  makeFolder,
  readFileIfAny,
  readFolderIfAny,
  readTextIfAny,
  refusingDiskErrors,
  removeFile,
  takeName,
} from "../../src/platform/files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = new TextEncoder().encode("bytes");
const errnoError = (code: string) => Object.assign(new Error(code), { code });

test("a file is created once, with its parts in order and its permissions", () => {
  const path = join(folder, "created");
  createFile({ path, parts: [bytes, bytes], mode: 0o444, flush: "flushed" });
  expect(readFileSync(path, "utf8")).toBe("bytesbytes");
  expect(statSync(path).mode & 0o777).toBe(0o444);
  expect(() => createFile({ path, parts: [], flush: "buffered" })).toThrow("EEXIST");
  expect(readFileSync(path, "utf8")).toBe("bytesbytes");
});

test("a name is claimed only if it is free", () => {
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, "new");
  expect(claimName(from, to)).toBe(true);
  expect(existsSync(from)).toBe(false);
  expect(statSync(to).nlink).toBe(1);
  writeFileSync(from, "newer");
  expect(claimName(from, to)).toBe(false);
  expect(readFileSync(to, "utf8")).toBe("new");
  takeName(from, to);
  expect(readFileSync(to, "utf8")).toBe("newer");
});

test("what can't get its name is removed", () => {
  const from = join(folder, "homeless");
  writeFileSync(from, "");
  expect(() => claimName(from, join(folder, "no/such/folder"))).toThrow("ENOENT");
  expect(existsSync(from)).toBe(false);
  writeFileSync(from, "");
  expect(() => takeName(from, join(folder, "no/such/folder"))).toThrow("ENOENT");
  expect(existsSync(from)).toBe(false);
});

test("folders are made with those above them", () => {
  makeFolder(join(folder, "a/b/c"), "flushed");
  makeFolder(join(folder, "a/b/c"), "flushed");
  expect(existsSync(join(folder, "a/b/c"))).toBe(true);
});

test("what isn't there is undefined, also below a file", () => {
  writeFileSync(join(folder, "file"), "text");
  for (const path of ["gone", "file/below"].map((name) => join(folder, name))) {
    expect(readFileIfAny(path)).toBeUndefined();
    expect(readTextIfAny(path)).toBeUndefined();
    expect(readFolderIfAny(path)).toBeUndefined();
    removeFile(path);
  }
  expect(readTextIfAny(join(folder, "file"))).toBe("text");
  expect(() => readTextIfAny(folder)).toThrow("EISDIR");
});

test.each([
  ["EACCES", "not-permitted"],
  ["EROFS", "not-permitted"],
  ["ENOSPC", "unavailable"],
  ["EDQUOT", "unavailable"],
  ["EIO", "unavailable"],
])("%s is %s", (errno, code) => {
  const work = () =>
    refusingDiskErrors("objects", () => {
      throw errnoError(errno);
    });
  expect(work).toThrow(expect.objectContaining({ code, message: expect.stringContaining("objects") }));
});

test("a bug stays a bug", () => {
  const bug = new TypeError("x");
  const work = () =>
    refusingDiskErrors("objects", () => {
      throw bug;
    });
  expect(work).toThrow(bug);
});

test.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "a full disk leaves nothing behind (needs root and Linux)",
  () => {
    const small = join(folder, "small");
    mkdirSync(small);
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small]);
    if (mounted.exitCode !== 0) return; // Not every machine lets its root mount.
    try {
      const parts = Array.from({ length: 100 }, () => new Uint8Array(4096));
      expect(() => createFile({ path: join(small, "big"), parts, flush: "flushed" })).toThrow("ENOSPC");
      expect(readdirSync(small)).toEqual([]);
    } finally {
      Bun.spawnSync(["umount", small]);
    }
  },
);
