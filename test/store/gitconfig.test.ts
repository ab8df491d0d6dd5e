/** The parser of git's configuration, compared with git's own. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import {
  canonicalKey,
  lastValue,
  protectedConfigFiles,
  readConfigFile,
  readConfigFiles,
} from "../../src/store/gitconfig.ts";

/** What git reads in a file; undefined if it refuses it. */
function askGit(path: string): string[] | undefined {
  const { exitCode, stdout } = Bun.spawnSync(["git", "config", "--file", path, "--null", "--list"]);
  if (exitCode !== 0) return undefined;
  const entries = stdout.toString().split("\0").slice(0, -1);
  return entries.map((entry) => (entry.includes("\n") ? entry : `${entry}\ntrue`));
}

function askOurs(path: string): string[] | undefined {
  try {
    return readConfigFile(path).map(({ key, value }) => `${key}\n${value}`);
  } catch {
    return undefined;
  }
}

function withFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const samples = [
  "k = v\n",
  "",
  "[core]\n\tbare = false\n",
  "[a]b=1",
  '[A]\n  B-c = One\n[remote "Or igin"]\n\turl = x\n',
  '[a "q\\"u\\\\o\\te"]\nk = v',
  "[Old.Style]\nk=v",
  "[a]\nk\nl = \nm=\n",
  "[a]\nk = one two  # comment\nl = x;y ; z\n# all\n; all\n",
  '[a]\nk = "one  # two" three   \n',
  '[a]\nk = "  x  " y\n',
  "[a]\nk = one \\\n   two\n",
  '[a]\nk = "one \\\ntwo"\n',
  '[a]\nk = \\t\\n\\"\\\\x\n',
  "[a]\r\nk = v\r\nl\r\n",
  "\ufeff[a]\nk=v\n",
  "[a] k = v\n[b]l=w\n",
  "[a]\nk = tab\t\n",
  "[a]\nk = ü ☃\n",
];
const refused = [
  "[a\nk=v",
  "[a]\nk = \\x\n",
  '[a]\nk = "open\n',
  "[a]\n1k = v\n",
  "[a]\nk_k = v\n",
  '[a "b]\nk=v',
  "[]\nk=v",
  "[a]\nk v\n",
];

test.each(samples)("reads %j as git does", (text) => {
  withFolder((folder) => {
    const path = join(folder, "config");
    writeFileSync(path, text);
    const expected = askGit(path);
    expect(expected).toBeDefined();
    expect(askOurs(path)).toEqual(expected);
  });
});

test.each(refused)("refuses %j as git does", (text) => {
  withFolder((folder) => {
    const path = join(folder, "config");
    writeFileSync(path, text);
    expect(askGit(path)).toBeUndefined();
    expect(() => readConfigFile(path)).toThrow(/^Line \d+ of/);
  });
});

test("reads any value that git writes", () => {
  withFolder((folder) => {
    const path = join(folder, "config");
    const value = fc.string({ unit: fc.constantFrom(..."ab \t\n\"\\#;=[]'ü") });
    fc.assert(
      fc.property(value, (text) => {
        writeFileSync(path, "");
        Bun.spawnSync(["git", "config", "--file", path, "section.Sub Section.key", text]);
        expect(lastValue(readConfigFile(path), "section.Sub Section.key")).toBe(text);
      }),
      { numRuns: 30 },
    );
  });
});

test("includes stand in their place, relative to their file or to home, and not for ever", () => {
  withFolder((folder) => {
    const path = join(folder, "config");
    writeFileSync(path, "[a]\nk = 1\n[include]\npath = more\npath = ~/most\npath = gone\n[a]\nl = 1\n");
    writeFileSync(join(folder, "more"), "[a]\nk = 2\nl = 2\n");
    writeFileSync(join(folder, "most"), "[a]\nm = 3\n");
    const entries = readConfigFiles([path], { HOME: folder });
    expect(["a.k", "a.l", "a.m"].map((key) => lastValue(entries, key))).toEqual(["2", "1", "3"]);
    writeFileSync(join(folder, "more"), "[include]\npath = config\n");
    expect(() => readConfigFiles([path], {})).toThrow("includes itself");
  });
});

test("knows where the person's files are", () => {
  const system = "/etc/gitconfig";
  expect(protectedConfigFiles({ HOME: "/h" })).toEqual([system, "/h/.config/git/config", "/h/.gitconfig"]);
  expect(protectedConfigFiles({ HOME: "/h", XDG_CONFIG_HOME: "/x" })).toEqual([
    system,
    "/x/git/config",
    "/h/.gitconfig",
  ]);
  expect(protectedConfigFiles({})).toEqual([system]);
  expect(protectedConfigFiles({ HOME: "/h", GIT_CONFIG_GLOBAL: "/g", GIT_CONFIG_SYSTEM: "/s" })).toEqual(["/s", "/g"]);
  expect(protectedConfigFiles({ GIT_CONFIG_GLOBAL: "", GIT_CONFIG_NOSYSTEM: "1" })).toEqual([]);
});

test("only the subsection of a key has case", () => {
  expect(canonicalKey("User.Name")).toBe("user.name");
  expect(canonicalKey("Remote.My.Fork.URL")).toBe("remote.My.Fork.url");
  expect(canonicalKey("Alone")).toBe("alone");
});
