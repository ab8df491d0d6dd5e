/**
 * The package as strangers get it: packed, put into an empty project, and used there by Bun and by Node.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../support/binary.ts";
import { node, whyNotNode } from "../support/node.ts";

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

/** What the script told of its work, without what differs from run to run. */
async function played(runtime: string): Promise<unknown> {
  const place = mkdtempSync(join(scratch, "place-"));
  return JSON.parse(await done([runtime, join(project(), "play.js"), place], project()));
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
async function introduced(runtime: string): Promise<string> {
  const [, example = ""] = /^```js\n(.*?)^```/ms.exec(readFileSync(join(installed(), "README.md"), "utf8")) ?? [];
  writeFileSync(join(project(), "example.js"), example);
  const place = mkdtempSync(join(scratch, "place-"));
  await done(["git", "init", "--quiet", "--bare", join(place, "hub")], place);
  await done(["git", "clone", "--quiet", join(place, "hub"), join(place, "clone")], place);
  return (await done([runtime, join(project(), "example.js")], join(place, "clone"))).replace(/^[0-9a-f]{7} /, "ID ");
}

describe("the package", () => {
  test("holds its two bundles, its types and what it is", () => {
    expect(readdirSync(installed()).sort()).toEqual(
      ["LICENSE", "README.md", "bun", "format.md", "node", "package.json", "types"].sort(),
    );
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(manifest().dependencies).toEqual(dependencies);
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

  test.skipIf(node.version === undefined || node.hasSqlite)(
    `is refused by a Node that has no SQLite${node.hasSqlite ? ` (skipped: ${node.version} has)` : node.version === undefined ? " (skipped: there is no Node)" : ""}`,
    async () => {
      const { stderr, code } = await runProgram([node.path, join(project(), "open.js")], { cwd: project() });
      expect(code).toBe(5);
      expect(stderr).toMatch(
        /^unavailable: (?:This Node has no SQLite|The SQLite of this Node has no full text search)/m,
      );
      expect(stderr).toContain("Use Node 22.16 or newer, or Bun.\n");
    },
    slow,
  );
});
