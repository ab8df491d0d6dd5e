/** Starting git: nothing from outside can redirect it or make it run a program. */
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitInstalled, readGitConfig, runGit, startGit } from "../../src/platform/git.ts";
import { openStore } from "../../src/store/open.ts";
import { content } from "../store/contract.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();

/** A program that leaves a trace when somebody runs it. */
function canary(repository: TestRepository, path: string): () => boolean {
  const trace = join(repository.root, "trace");
  writeFileSync(path, `#!/bin/sh\ntouch '${trace}'\nexit 0\n`);
  chmodSync(path, 0o755);
  return () => existsSync(trace);
}

test("inherited variables don't redirect it", async () => {
  using repository = makeRepository();
  using other = makeRepository();
  const env = {
    ...repository.env,
    GIT_DIR: join(other.cwd, ".git"),
    GIT_WORK_TREE: other.cwd,
    GIT_COMMON_DIR: join(other.cwd, ".git"),
    GIT_OBJECT_DIRECTORY: join(other.cwd, ".git/objects"),
    GIT_NAMESPACE: "elsewhere",
    GIT_INDEX_FILE: "/nowhere",
    GIT_EXEC_PATH: "/nowhere",
    GIT_TRACE: join(repository.root, "git-trace"),
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "core.bare",
    GIT_CONFIG_VALUE_0: "true",
    GIT_CONFIG_PARAMETERS: "'core.bare'='true'",
  };
  const answer = await runGit({
    folder: repository.cwd,
    env,
    args: ["rev-parse", "--absolute-git-dir", "--is-bare-repository"],
  });
  expect(textOf(answer.stdout)).toBe(`${join(repository.cwd, ".git")}\nfalse`);
  expect(existsSync(join(repository.root, "git-trace"))).toBe(false);
});

test("it gets only what the list lets through", async () => {
  using repository = makeRepository();
  const seen = join(repository.root, "seen");
  const shell = join(repository.root, "bin");
  mkdirSync(shell);
  writeFileSync(join(shell, "git"), `#!/bin/sh\nenv > '${seen}'\necho "$@" >> '${seen}'\n`);
  chmodSync(join(shell, "git"), 0o755);
  const secret = {
    BUN_OPTIONS: "--preload=x",
    BUN_BE_BUN: "1",
    NODE_OPTIONS: "x",
    LD_PRELOAD: "",
    GIT_SSH: "x",
    API_KEY: "x",
  };
  const env = {
    ...repository.env,
    ...secret,
    PATH: `${shell}:/usr/bin:/bin`,
    LC_ALL: "tr_TR.UTF-8",
    SSH_AUTH_SOCK: "/s",
  };
  await runGit({ folder: repository.cwd, env, args: ["version"], variables: { EXTRA: "1" } });
  const text = await Bun.file(seen).text();
  for (const name of Object.keys(secret)) expect(text).not.toContain(`${name}=`);
  for (const line of [
    "GIT_NO_REPLACE_OBJECTS=1",
    "GIT_TERMINAL_PROMPT=0",
    "LC_ALL=C.UTF-8",
    "SSH_AUTH_SOCK=/s",
    "EXTRA=1",
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).toContain(`-C ${repository.cwd} -c core.hooksPath=/dev/null`);
});

test("the repository's hooks and monitors don't run", async () => {
  using repository = makeRepository();
  const ran = canary(repository, join(repository.cwd, ".git/hooks/reference-transaction"));
  repository.git("config", "core.fsmonitor", join(repository.cwd, ".git/hooks/reference-transaction"));
  const { store } = openStore({ cwd: repository.cwd, env: repository.env, uid: process.getuid?.() });
  const [to = ""] = await store.writeCommits([content(store.emptyTree, "A")]);
  expect(await store.swap([{ ref: "refs/git-tracker/a", from: undefined, to }])).toEqual({ kind: "updated" });
  await runGit({ folder: repository.cwd, env: repository.env, args: ["status"] });
  expect(ran()).toBe(false);
  repository.git("update-ref", "refs/git-tracker/b", to);
  expect(ran()).toBe(true); // The hook is one that git would run.
});

test("a replace ref doesn't put another content in a commit's place", async () => {
  using repository = makeRepository();
  const { store } = openStore({ cwd: repository.cwd, env: repository.env, uid: process.getuid?.() });
  const [a = "", b = ""] = await store.writeCommits(["A", "B"].map((each) => content(store.emptyTree, each)));
  repository.git("replace", a, b);
  repository.git("repack", "-adqk");
  const [commit] = await store.readCommits([a]);
  expect(new TextDecoder().decode(commit?.bytes)).toEndWith("\n\nA");
});

test("a git in the folder one stands in is not run", async () => {
  using repository = makeRepository();
  const ran = canary(repository, join(repository.cwd, "git"));
  for (const PATH of [".", "", ":", "./:relative"]) expect(gitInstalled({ PATH })).toBe(false);
  const env = { ...repository.env, PATH: `.:${repository.env.PATH}` };
  const before = process.cwd();
  process.chdir(repository.cwd);
  try {
    expect(gitInstalled(env)).toBe(true);
    expect((await runGit({ folder: repository.cwd, env, args: ["version"] })).exitCode).toBe(0);
  } finally {
    process.chdir(before);
  }
  expect(ran()).toBe(false);
});

test("says what went in, out and wrong", async () => {
  using repository = makeRepository();
  const call = { folder: repository.cwd, env: repository.env };
  const hashed = await runGit({ ...call, args: ["hash-object", "--stdin"], input: "x" });
  expect(textOf(hashed.stdout)).toBe(new Bun.CryptoHasher("sha1").update("blob 1\0x").digest("hex"));
  const wrong = await runGit({ ...call, args: ["cat-file", "-p", "nothing"] });
  expect(wrong.exitCode).toBe(128);
  expect(wrong.stderr).toContain("nothing");
  const running = startGit({ ...call, args: ["cat-file", "--batch-check"] });
  running.stdin.write("nothing\n");
  await running.stdin.end();
  expect(await new Response(running.stdout).text()).toBe("nothing missing\n");
  expect(await running.exited).toBe(0);
});

test("configuration is asked without our options, and with the person's", async () => {
  using repository = makeRepository();
  const env = { ...repository.env, GIT_CONFIG_PARAMETERS: "'user.name'='Ben'" };
  const entries = await readGitConfig(repository.cwd, env);
  expect(entries.findLast(([key]) => key === "user.name")).toEqual(["user.name", "Ben"]);
  expect(entries.some(([key]) => key === "core.fsmonitor")).toBe(false);
});
