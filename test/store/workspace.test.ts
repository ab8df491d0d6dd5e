import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrackerError } from "../../src/core/errors.ts";
import { findMember, findWorkspace, placeAt } from "../../src/store/workspace.ts";

let root: string;
const env = { HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1", PATH: process.env.PATH };
const uid = process.getuid?.();
const find = (cwd: string, who = uid) => findWorkspace({ cwd, env, uid: who })?.folder;
const member = (folder: string, path: string) => findMember(placeAt(folder), path, { env, uid }).commonDir;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "git-tracker-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function workspace(...path: string[]): string {
  const folder = join(root, ...path);
  mkdirSync(join(folder, ".git-tracker"), { recursive: true });
  writeFileSync(join(folder, ".git-tracker", "config.toml"), "");
  return folder;
}

function repository(...path: string[]): string {
  const folder = join(root, ...path);
  Bun.spawnSync(["git", "init", "--quiet", folder], { env });
  return folder;
}

test("the nearest one above is found, and none beyond a ceiling", () => {
  const outer = workspace("ws");
  const inner = workspace("ws", "a", "b");
  mkdirSync(join(inner, "c"));
  expect(find(join(inner, "c"))).toBe(inner);
  expect(find(join(outer, "a"))).toBe(outer);
  expect(
    findWorkspace({ cwd: join(outer, "a"), env: { ...env, GIT_CEILING_DIRECTORIES: outer }, uid }),
  ).toBeUndefined();
});

test.skipIf(uid === undefined)("one that is somebody else's is refused, unless safe.directory names it", () => {
  const folder = workspace("ws");
  expect(refusalOf(() => find(folder, (uid ?? 0) + 1))).toMatchObject({
    code: "not-permitted",
    hint: `If you trust it: git config --global --add safe.directory ${folder}`,
  });
  writeFileSync(join(root, "gitconfig"), `[safe]\n\tdirectory = ${folder}\n`);
  const trusting = { ...env, GIT_CONFIG_GLOBAL: join(root, "gitconfig") };
  expect(findWorkspace({ cwd: folder, env: trusting, uid: (uid ?? 0) + 1 })?.folder).toBe(folder);
});

test("one whose settings are a link is refused", () => {
  const real = workspace("real");
  mkdirSync(join(root, "one"));
  symlinkSync(join(real, ".git-tracker"), join(root, "one", ".git-tracker"));
  mkdirSync(join(root, "two", ".git-tracker"), { recursive: true });
  symlinkSync(join(real, ".git-tracker", "config.toml"), join(root, "two", ".git-tracker", "config.toml"));
  for (const folder of ["one", "two"]) {
    expect(refusalOf(() => find(join(root, folder)))).toMatchObject({ code: "not-permitted" });
  }
});

test("a repository is where the path says, inside the workspace or out of it", () => {
  const folder = workspace("ws");
  const inside = repository("ws", "services", "api");
  const outside = repository("other");
  expect(member(folder, "services/api")).toBe(join(inside, ".git"));
  expect(member(folder, "../other")).toBe(join(outside, ".git"));
  expect(member(folder, outside)).toBe(join(outside, ".git"));
  expect(refusalOf(() => member(folder, "nowhere"))).toMatchObject({ code: "not-found" });
  mkdirSync(join(inside, "src"));
  expect(refusalOf(() => member(folder, "services/api/src"))).toMatchObject({ code: "not-found" });
});

test("a link that leads out of the workspace is not followed; one that stays in it is", () => {
  const folder = workspace("ws");
  repository("other");
  const inside = repository("ws", "api");
  symlinkSync(join(root, "other"), join(folder, "out"));
  symlinkSync("api", join(folder, "same"));
  expect(refusalOf(() => member(folder, "out"))).toMatchObject({ code: "not-permitted" });
  expect(member(folder, "same")).toBe(join(inside, ".git"));
});

test("what may have come with a repository lists only what is inside of it", () => {
  const outer = repository("outer");
  const folder = workspace("outer", "sub");
  const inside = repository("outer", "sub", "api");
  repository("other");
  expect(member(folder, "api")).toBe(join(inside, ".git"));
  for (const path of ["../../other", join(root, "other"), "..", outer]) {
    expect(refusalOf(() => member(folder, path))).toMatchObject({ code: "not-permitted" });
  }
});

test("git's variables of one repository do not lead into another", () => {
  const folder = workspace("ws");
  const api = repository("ws", "api");
  const other = repository("other");
  const bound = { ...env, GIT_DIR: join(other, ".git"), GIT_WORK_TREE: other };
  expect(findMember(placeAt(folder), "api", { env: bound, uid }).commonDir).toBe(join(api, ".git"));
});

function refusalOf(task: () => unknown): TrackerError {
  try {
    task();
  } catch (error) {
    if (error instanceof TrackerError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
