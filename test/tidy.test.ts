/** Style is what this test checks. The last part is its test of itself: made-up sources that break one rule each. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { doors, layerViolations, mayImport, type Source, unreachable } from "./support/layers.ts";
import { fileLinesMax, tidyViolations } from "./support/tidy.ts";

const root = resolve(import.meta.dir, "..");
const folders = ["src", "test", "scripts", "bench", ".ci"];
/** These spell what they forbid. */
const exempt = ["test/tidy.test.ts", "test/support/tidy.ts"];

/** The library's build for Node puts these in the place of what Bun has. */
const nodeParts = ["bun", "sqlite", "http-transport"].map((name) => `src/platform/node/${name}.ts`);

const sources = readSources();
const production = sources.filter(({ path }) => path.startsWith("src/"));

describe("the repository", () => {
  test("imports only what the table of layers allows", () => {
    expect(layerViolations(production)).toEqual([]);
  });

  test("keeps the house rules", () => {
    expect(tidyViolations(sources.filter(({ path }) => !exempt.includes(path)))).toEqual([]);
  });

  const missing = !existsSync(join(root, "src/main.ts"));
  test.skipIf(missing)(
    `holds no source that neither main.ts nor the library leads to${missing ? " (there is no main.ts)" : ""}`,
    () => {
      expect(unreachable(production, "src/main.ts", "src/library/index.ts", ...nodeParts)).toEqual([]);
    },
  );

  test("pins every package to one version", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  test("locks packages without naming a registry, and the linter for every platform", () => {
    const lock = readFileSync(join(root, "bun.lock"), "utf8");
    expect(lock).not.toMatch(/"https?:\/\//);
    const linters = [...lock.matchAll(/^ {4}"@biomejs\/cli-([\w-]+)": \[/gm)].map(([, platform]) => platform);
    expect(linters.sort()).toEqual([
      "darwin-arm64",
      "darwin-x64",
      "linux-arm64",
      "linux-arm64-musl",
      "linux-x64",
      "linux-x64-musl",
      "win32-arm64",
      "win32-x64",
    ]);
  });
});

describe("the layers", () => {
  const imports = (path: string, text: string) => layerViolations([{ path, text }]);

  test.each([
    ["downwards", "src/tracker/a.ts", 'import { x } from "../store/x.ts";'],
    ["within a layer", "src/core/a.ts", 'import type { X } from "./x.ts";'],
    ["within a layer, from a folder in it", "src/commands/sprint/a.ts", 'import { x } from "../../core/x.ts";'],
    ["of an allowed package", "src/core/a.ts", 'import * as v from "valibot";'],
    ["of a part of an allowed package", "src/store/a.ts", 'import http from "isomorphic-git/http/node";'],
    [
      "that is only spoken of",
      "src/core/a.ts",
      '// import { x } from "../store/x.ts";\n/** import("../store/x.ts") */',
    ],
    ["that is only a text", "src/core/a.ts", 'export const moved = () => `import it from "../store/x.ts"`;'],
  ])("let through an import %s", (_, path, text) => {
    expect(imports(path, text)).toEqual([]);
  });

  test.each([
    ["upwards", "src/store/a.ts", 'import { x } from "../tracker/x.ts";'],
    ["of a type", "src/core/a.ts", 'import type { X } from "../store/x.ts";'],
    ["over several lines", "src/core/a.ts", 'import {\n  x,\n  type Y,\n} from "../store/x.ts";'],
    ["that exports again", "src/core/a.ts", 'export * from "../store/x.ts";'],
    ["for its effect", "src/core/a.ts", 'import "../store/x.ts";'],
    ["at run time", "src/core/a.ts", 'const x = await import("../store/x.ts");'],
    ["in a type", "src/core/a.ts", 'export type X = import("../store/x.ts").X;'],
    ["by require", "src/core/a.ts", 'const x = require("../store/x.ts");'],
    ["that is computed", "src/platform/a.ts", "const x = await import(name);"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source.
    ["that is partly computed", "src/platform/a.ts", "const x = await import(`./${name}.ts`);"],
    ["of a package", "src/core/a.ts", 'import git from "isomorphic-git";'],
    ["of a package with a similar name", "src/core/a.ts", 'import v from "valibot-more";'],
    ["of Node's", "src/core/a.ts", 'import { readFileSync } from "node:fs";'],
    ["of a door by a door", "src/server/a.ts", 'import { x } from "../bridge/x.ts";'],
    ["of main", "src/commands/a.ts", 'import { x } from "../main.ts";'],
    ["of a test", "src/core/a.ts", 'import { x } from "../../test/support/x.ts";'],
    ["without an ending", "src/core/a.ts", 'import { x } from "./x";'],
    ["by a folder nobody knows", "src/utils/a.ts", 'import { x } from "../core/x.ts";'],
  ])("find an import %s", (_, path, text) => {
    expect(imports(path, text)).toHaveLength(1);
  });

  test("say where and what", () => {
    expect(imports("src/core/a.ts", '/** A. */\nimport { x } from "../store/x.ts";\n')).toEqual([
      "src/core/a.ts:2: core may not import store (../store/x.ts)",
    ]);
  });

  test("keep doors apart", () => {
    const between = doors.flatMap((door) => mayImport[door]?.filter((other) => doors.some((each) => each === other)));
    expect(between).toEqual([]);
  });

  test("have no circle", () => {
    const reaches = (from: string, to: string): boolean =>
      (mayImport[from] ?? []).some((next) => next === to || reaches(next, to));
    expect(Object.keys(mayImport).filter((layer) => reaches(layer, layer))).toEqual([]);
  });

  test("find what main does not lead to", () => {
    const made: readonly Source[] = [
      { path: "src/main.ts", text: 'import { a } from "./core/a.ts";' },
      { path: "src/core/a.ts", text: 'import type { B } from "./b.ts";\nconst c = import("./c.ts");' },
      { path: "src/core/b.ts", text: "" },
      { path: "src/core/c.ts", text: 'import "./a.ts";' },
      { path: "src/core/alone.ts", text: 'import "./a.ts";' },
    ];
    expect(unreachable(made, "src/main.ts")).toEqual(["src/core/alone.ts"]);
  });
});

describe("the rules", () => {
  const opened = "/** What it is. */\n";
  const violations = (path: string, text: string) => tidyViolations([{ path, text }]);

  test.each([
    ["the clock", "src/core/a.ts", "const now = Date.now();"],
    ["the clock, as an object", "src/tracker/a.ts", "const now = new Date();"],
    ["chance", "src/store/a.ts", "const draw = Math.random();"],
    ["chance, as bytes", "src/store/a.ts", "crypto.getRandomValues(bytes);"],
    ["the process", "src/platform/a.ts", "if (!process.env.HOME) return;"],
    ["the process, as a module", "src/platform/a.ts", 'import { env } from "node:process";'],
    ["the console", "src/commands/a.ts", 'console.log("done");'],
    ["a ref's name", "src/tracker/a.ts", 'const ref = "refs/git-tracker/issues/";'],
    ["a ref's name, as a template", "src/tracker/a.ts", "const ref = `refs/heads`;"],
    ["a process started", "src/store/a.ts", 'Bun.spawnSync(["git"]);'],
    ["a process started Node's way", "src/store/a.ts", 'const { spawn } = await import("node:child_process");'],
    ["a shell", "src/platform/a.ts", "await Bun.$`git status`;"],
    ["a sleep", "src/store/a.ts", "setTimeout(again, 100);"],
    ["a sleep in a test", "test/store/a.test.ts", "await Bun.sleep(100);"],
    ["a promise in core", "src/core/a.ts", "export async function load() {}"],
    ["any", "test/store/a.test.ts", "const x = y as any;"],
    ["a test that keeps others from running", "test/store/a.test.ts", 'test.only("x", () => {});'],
    ["a note to oneself", "scripts/a.ts", "// TODO: later"],
    ["a path of one machine", "test/store/a.test.ts", 'const path = "/home/ada/project";'],
    ["a file that is too long", "bench/a.ts", "x;\n".repeat(fileLinesMax + 1)],
  ])("find %s", (_, path, text) => {
    expect(violations(path, opened + text)).toHaveLength(1);
  });

  test("find a source that does not say what it is", () => {
    expect(violations("src/core/a.ts", 'import * as v from "valibot";')).toHaveLength(1);
  });

  test.each([
    ["the clock, at home", "src/platform/clock.ts", "const now = Date.now();"],
    ["a moment that was given", "src/core/a.ts", "const at = new Date(milliseconds);"],
    ["chance, at home", "src/platform/chance.ts", "crypto.getRandomValues(bytes);"],
    ["the process, at home", "src/main.ts", "const { env } = process.env;"],
    ["an import of a file named process", "src/store/a.ts", 'import { start } from "../platform/process.ts";'],
    ["a property named process", "src/core/a.ts", "return this.process.name;"],
    ["a process started, at home", "src/platform/git.ts", 'Bun.spawn(["git"]);'],
    ["a ref's name, at home", "src/store/refs.ts", 'const ref = "refs/git-tracker/";'],
    ["a comment about the clock", "src/core/a.ts", "// Date.now() would make this depend on the machine."],
    ["a comment at the end of a line", "src/core/a.ts", "const x = 1; // Not Date.now(): it must stay the same."],
    ["a wait, at home", "src/platform/lock.ts", "setTimeout(again, delayMs);"],
    ["a file that is just short enough", "bench/a.ts", "x;\n".repeat(fileLinesMax - 1)],
    ["a path of the system", "install.sh", "PATH=/usr/local/bin"],
    ["an address with a path", "src/bridge/a.ts", 'const url = "https://example.com/home/ada";'],
  ])("let through %s", (_, path, text) => {
    expect(violations(path, opened + text)).toEqual([]);
  });

  test("say where, what and what instead", () => {
    expect(violations("src/core/a.ts", `${opened}const now = Date.now();`)).toEqual([
      "src/core/a.ts:2: Date.now( is not for here: use the Clock you were given",
    ]);
  });
});

function readSources(): Source[] {
  const tops = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile() && isCode(entry.name));
  const inFolders = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && isCode(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return [...tops.map((entry) => join(root, entry.name)), ...inFolders].map((path) => ({
    path: path.slice(root.length + 1).replaceAll("\\", "/"),
    text: readFileSync(path, "utf8"),
  }));
}

/** Programs have an ending, or are scripts without one. */
function isCode(name: string): boolean {
  return /\.(?:ts|tsx|sh|toml|md)$|^[a-z]+$/.test(name) || name === "package.json";
}
