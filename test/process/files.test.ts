import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrackerError } from "../../src/core/errors.ts";
import { personalFiles } from "../../src/process/files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "git-tracker-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function* parts(...texts: (string | Error)[]) {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield text;
  }
}

const long = "x".repeat(200_000);
const at = (name: string) => join(folder, name);

test("a file is replaced when all of it is there", async () => {
  const files = personalFiles(folder);
  writeFileSync(at("old"), "old", { mode: 0o600 });
  symlinkSync("old", at("link"));
  await files.writeParts("link", parts("a", long, "b"));
  expect(readFileSync(at("old"), "utf8")).toBe(`a${long}b`);
  expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
  expect(statSync(at("old")).mode & 0o777).toBe(0o600);
  await files.writeParts("empty", parts());
  expect(readFileSync(at("empty"), "utf8")).toBe("");
  await files.writeParts("/dev/null", parts("a"));
  expect(readdirSync(folder).sort()).toEqual(["empty", "link", "old"]);
});

test("what breaks off leaves everything as it was", async () => {
  const files = personalFiles(folder);
  writeFileSync(at("old"), "old");
  const refusal = new TrackerError("corrupt", "Something can't be read");
  for (const name of ["old", "new"]) {
    expect(await files.writeParts(name, parts(long, refusal)).catch((error) => error)).toBe(refusal);
  }
  expect(readdirSync(folder)).toEqual(["old"]);
  expect(readFileSync(at("old"), "utf8")).toBe("old");
});

test("a file comes piece by piece, and one that isn't there is refused", async () => {
  const files = personalFiles(folder);
  writeFileSync(at("long"), long);
  const bytes = await Array.fromAsync(files.stream("long"));
  expect(Buffer.concat(bytes).toString()).toBe(long);
  const refusal = await Array.fromAsync(files.stream("nowhere")).catch((error) => error);
  expect(refusal).toMatchObject({ code: "not-found", message: "There is no file nowhere" });
});

test("a folder is listed with all that is below it, but for what git keeps there", async () => {
  for (const name of ["b", "a/.git/objects", "a/c"]) mkdirSync(at(name), { recursive: true });
  for (const name of ["z", "b/x", "a/c/.hidden", "a/.git/HEAD", "a/.git/objects/o"]) writeFileSync(at(name), "");
  expect(await personalFiles(folder).list(".")).toEqual(["a/c/.hidden", "b/x", "z"].map(at));
});
