/**
 * The package as strangers get it: packed, put into an empty project, and used there by Bun and by Node.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../support/binary.ts";
import { betterSqlite, node, pathNode, whyNotBetter, whyNotNode, whyNotOldNode } from "../support/node.ts";

const root = resolve(import.meta.dir, "..", "..");
const slow = 100_000;

let scratch = "";
const project = () => join(scratch, "project");
const installed = () => join(project(), "node_modules", "git-tracker");

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "git-tracker-package-"));
  const built = join(scratch, "built");
  await done([process.execPath, join(root, "scripts", "build-library.ts"), "--outdir", built], root);
  await done([process.execPath, "pm", "pack", "--destination", scratch, "--quiet"], built);
  mkdirSync(installed(), { recursive: true });
  const [tarball = ""] = readdirSync(scratch).filter((name) => name.endsWith(".tgz"));
  await done(["tar", "-xzf", join(scratch, tarball), "-C", installed(), "--strip-components=1"], scratch);
  for (const name of Object.keys(manifest().dependencies ?? {})) {
    symlinkSync(join(root, "node_modules", name), join(project(), "node_modules", name));
  }
  writeFileSync(join(project(), "package.json"), JSON.stringify({ name: "project", type: "module", private: true }));
  cpSync(join(import.meta.dir, "project"), project(), { recursive: true });
}, slow);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function done(command: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr, code } = await runProgram(command, { cwd });
  if (code !== 0) throw new Error(`${command.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

function manifest(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return JSON.parse(readFileSync(join(installed(), "package.json"), "utf8"));
}

/** A copy of the project, to put something beside the package. */
function projectWith(name: string): string {
  const copy = join(scratch, name);
  cpSync(project(), copy, { recursive: true });
  return copy;
}

/** What the script told of its work, without what differs from run to run. */
async function played(runtime: string, cwd = project()): Promise<unknown> {
  const place = mkdtempSync(join(scratch, "place-"));
  return JSON.parse(await done([runtime, join(cwd, "play.js"), place], cwd));
}

const expected = {
  listed: ["Login fails"],
  found: [{ field: "title", excerpt: "Login fails" }],
  sent: [["same", true]],
  came: [["new", false]],
  merged: [["merged", true, true]],
  sides: ["Of a", "Of b"],
  resolved: "Of a",
  comments: 20,
  trail: ["issue-created"],
  refused: ["TrackerError", "not-found"],
  sound: "",
};

/** What the introduction's example prints, in a repository with a remote. */
async function introduced(runtime: string, cwd = project()): Promise<string> {
  const [, example = ""] = /^```js\n(.*?)^```/ms.exec(readFileSync(join(installed(), "README.md"), "utf8")) ?? [];
  writeFileSync(join(cwd, "example.js"), example);
  const place = mkdtempSync(join(scratch, "place-"));
  await done(["git", "init", "--quiet", "--bare", join(place, "hub")], place);
  await done(["git", "clone", "--quiet", join(place, "hub"), join(place, "clone")], place);
  return (await done([runtime, join(cwd, "example.js")], join(place, "clone"))).replace(/^[0-9a-f]{7} /, "ID ");
}

/** Processes of these runtimes write to one repository at once, five writers in each; each runtime then sees all. */
async function loseNothing(processes: readonly (readonly [runtime: string, cwd: string])[]): Promise<void> {
  const place = mkdtempSync(join(scratch, "place-"));
  await done(["git", "init", "--quiet", place], scratch);
  await Promise.all(
    processes.map(([runtime, cwd], at) => done([runtime, join(cwd, "write.js"), place, `process${at}`], cwd)),
  );
  const titles = processes.flatMap((_, process) =>
    Array.from({ length: 20 }, (__, at) => `Issue ${at % 4} of process${process} ${Math.floor(at / 4)}`),
  );
  for (const [runtime, cwd] of processes) {
    const found: unknown[] = JSON.parse(await done([runtime, join(cwd, "read.js"), place], cwd));
    expect(found.sort()).toEqual(titles.sort());
  }
  expect(await done(["git", "fsck", "--strict", "--no-dangling"], place)).toBe("");
}

async function refusal(cwd: string): Promise<string> {
  const { stderr, code } = await runProgram([pathNode.path, join(cwd, "open.js")], { cwd });
  expect(code).toBe(5);
  return stderr;
}

describe("the package", () => {
  test("holds its two bundles, its types and what it is", () => {
    expect(readdirSync(installed()).sort()).toEqual(
      ["LICENSE", "README.md", "bun", "format.md", "node", "package.json", "types"].sort(),
    );
    const { "modern-tar": _, ...dependencies } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    ).dependencies;
    expect(manifest().dependencies).toEqual(dependencies); // The library imports no packed exports of GitLab.
    expect(dependencies).not.toHaveProperty("better-sqlite3"); // It is the project's, if it is there at all.
    expect(Object.keys(manifest().peerDependenciesMeta ?? {})).toEqual(["better-sqlite3"]);
  });

  test("tells of nothing inside in its types", () => {
    const types = readdirSync(join(installed(), "types"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".d.ts"),
    );
    expect(types.sort()).toEqual(
      ["choices", "index", "open", "questions", "types", "verbs"]
        .map((name) => join("library", `${name}.d.ts`))
        .concat(join("core", "errors.d.ts"))
        .sort(),
    );
    const texts = types.map((name) => readFileSync(join(installed(), "types", name), "utf8")).join("\n");
    expect(texts.match(/valibot|bun:|node:|\bBuffer\b|\b(?:Store|Index|Config)\b/g)).toBeNull();
  });

  test(
    "has types that a strict project compiles against, and that find mistakes",
    async () => {
      const compiler = join(root, "node_modules", ".bin", "tsc");
      const options = [
        "--noEmit",
        "--strict",
        "--target",
        "esnext",
        "--module",
        "nodenext",
        "--types",
        "",
        "--lib",
        "esnext",
      ];
      await done([compiler, ...options, "right.ts"], project());
      const { stdout, code } = await runProgram([compiler, ...options, "wrong.ts"], { cwd: project() });
      expect([code === 0, stdout.match(/wrong\.ts\(\d+/g)]).toEqual([false, ["wrong.ts(5", "wrong.ts(6"]]);
    },
    slow,
  );

  test(
    "works under Bun: makes, lists, searches, and syncs two clones",
    async () => {
      expect(await played(process.execPath)).toEqual(expected);
      expect(await introduced(process.execPath)).toBe("ID Login fails\n");
    },
    slow,
  );

  test.skipIf(!node.hasSqlite)(
    `works under Node: the same${whyNotNode}`,
    async () => {
      expect(await played(node.path)).toEqual(expected);
      expect(await introduced(node.path)).toBe("ID Login fails\n");
    },
    slow,
  );

  test.skipIf(whyNotBetter !== "")(
    `works under an old Node with better-sqlite3: the same${whyNotBetter}`,
    async () => {
      const old = projectWith("better");
      symlinkSync(betterSqlite ?? "", join(old, "node_modules", "better-sqlite3"));
      expect(await played(pathNode.path, old)).toEqual(expected);
      expect(await introduced(pathNode.path, old)).toBe("ID Login fails\n");
      await loseNothing([
        [pathNode.path, old],
        [pathNode.path, old],
        [process.execPath, project()],
      ]);
    },
    slow,
  );

  test.skipIf(whyNotOldNode !== "")(
    `is refused by an old Node where no better-sqlite3 can be had${whyNotOldNode}`,
    async () => {
      const another = "Run in your project: npm install better-sqlite3@12. Or use Node 22.16 or newer, or Bun.\n";
      const old = projectWith("none");
      const none = await refusal(old);
      expect(none).toMatch(
        /^unavailable: (?:This Node has no SQLite|The SQLite of this Node has no full text search)/m,
      );
      expect(none).toContain(another);
      const better = join(old, "node_modules", "better-sqlite3");
      mkdirSync(better);
      // Opening a real one crashes the process.
      writeFileSync(join(better, "index.js"), "module.exports = class { constructor() { process.abort(); } };");
      writeFileSync(join(better, "package.json"), JSON.stringify({ version: "13.2.0" }));
      expect(await refusal(old)).toBe(`unavailable: better-sqlite3 13.2.0 does not run on this Node\n${another}`);
      // As one does whose compiled part is missing or of another Node.
      writeFileSync(
        join(better, "index.js"),
        "module.exports = class { constructor() { require('./absent.node'); } };",
      );
      writeFileSync(join(better, "package.json"), JSON.stringify({ version: "12.11.1" }));
      expect(await refusal(old)).toBe(
        "unavailable: better-sqlite3 is there, but not built for this Node\nRun in your project: npm rebuild better-sqlite3\n",
      );
    },
    slow,
  );
});
