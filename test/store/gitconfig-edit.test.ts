import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutRemote, withRemote } from "../../src/store/gitconfig-edit.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { open } from "./subject.ts";

let repository: TestRepository;
let path: string;
beforeEach(() => {
  repository = makeRepository();
  path = join(repository.cwd, ".git/config");
});
afterEach(() => repository[Symbol.dispose]());

const settings = () => repository.git("config", "--local", "--list");

const texts: Readonly<Record<string, string>> = {
  plain: "",
  "without a line end": "[a]\n\tb = c",
  "with comments and odd spacing":
    '; top\n[a]  b=c ; x\n # own\n\t[branch "main"]\n  remote = x # theirs\n  merge = refs/heads/main\n',
  "with Windows line ends": "[a]\r\n\tb = c\r\n[user]\r\n\tname = Ada\r\n",
  "with a byte order mark and bytes that are no UTF-8": "\ufeff[a]\n\tb = ü\n",
  "that names it in many places":
    '[remote "x"] url = /a\n[remote]\n\tpushDefault = x\n[branch "m"]\n\tpushRemote = x\n\tmerge = y\n[remote "x"]\n\tprune = true\n[z]\n\tk\n',
};

for (const [what, text] of Object.entries(texts)) {
  test(`a configuration ${what}: a remote comes and goes as with git, and the rest stays`, async () => {
    const before = Buffer.concat([Buffer.from(text), Buffer.from("\n[d]\n\te = \xe9\n", "latin1"), readFileSync(path)]);
    /** What git makes of it, and what we do. */
    const both = async (ours: () => Promise<void>, ...args: string[]) => {
      const start = readFileSync(path);
      repository.git("remote", ...args);
      const theirs = settings();
      writeFileSync(path, start);
      await ours();
      expect(settings()).toBe(theirs);
    };
    writeFileSync(path, before);
    chmodSync(path, 0o600);
    const store = open(repository, "embedded");
    if (!settings().includes("remote.x.url")) {
      await both(() => store.changeRemotes({ kind: "add", name: "x", url: "/a b" }), "add", "x", "/a b");
      expect((await store.remotes()).get("x")).toBe("/a b");
      expect(readFileSync(path).subarray(0, before.length)).toEqual(before);
    }
    await both(() => store.changeRemotes({ kind: "remove", name: "x" }), "remove", "x");
    expect(readFileSync(path).includes(Buffer.from("e = \xe9\n", "latin1"))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    store.close();
  });
}

test("refs of a removed remote go, others stay", async () => {
  repository.git("remote", "add", "x", "/a");
  for (const ref of ["refs/remotes/x/main", "refs/remotes/xy/main"]) repository.git("update-ref", ref, "HEAD");
  const store = open(repository, "embedded");
  await store.changeRemotes({ kind: "remove", name: "x" });
  store.close();
  expect(repository.git("for-each-ref", "--format=%(refname)", "refs/remotes/")).toBe("refs/remotes/xy/main\n");
});

test("a configuration that somebody else changes is left alone", async () => {
  writeFileSync(`${path}.lock`, "");
  const store = open(repository, "embedded", { lockWaitMsMax: 1 });
  const before = readFileSync(path, "utf8");
  await expect(store.changeRemotes({ kind: "add", name: "x", url: "/a" })).rejects.toMatchObject({
    code: "unavailable",
  });
  store.close();
  expect(readFileSync(path, "utf8")).toBe(before);
});

test("a value is read as it was written", () => {
  for (const url of ["/a b", "/a#b;c", ' "q" \\ ', "https://example.com/ü"]) {
    writeFileSync(path, Buffer.from(withRemote(readFileSync(path, "latin1"), { name: "x", url }), "latin1"));
    expect(repository.git("config", "remote.x.url")).toBe(`${url}\n`);
    const text = withoutRemote(readFileSync(path, "latin1"), "x", path);
    writeFileSync(path, Buffer.from(text, "latin1"));
    expect(settings()).not.toContain("remote.x");
  }
});
