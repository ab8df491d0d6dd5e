/** Plug-ins: real programs in PATH that the executable runs in place of a command. The contract is docs/plugins.md. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, run } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

let repository: TestRepository;
let folder: string;

beforeAll(() => {
  repository = makeRepository();
  folder = realpathSync(mkdtempSync(join(tmpdir(), "git-tracker-plugins-")));
});
afterAll(() => {
  repository[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

function plugin(name: string, script: string, where = folder): void {
  mkdirSync(where, { recursive: true });
  writeFileSync(join(where, `git-tracker-${name}`), script);
  chmodSync(join(where, `git-tracker-${name}`), 0o755);
}

const withPlugins = (path = folder) => ({ PATH: `${path}:${process.env.PATH}` });
const tracker = (args: readonly string[], cwd = repository.cwd, stdin?: string) =>
  run(args, { cwd, env: withPlugins(), ...(stdin === undefined ? {} : { stdin }) });

test("gets its arguments, its input and the contract's variables, and its exit code is passed on", async () => {
  plugin("echo", `#!/bin/sh\nprintf '<%s>' "$@"; cat; env | grep '^GIT_TRACKER_' | sort; echo said >&2; exit 7\n`);
  const ran = await tracker(["--json", "echo", "a b", "-x", "--", "--json"], repository.cwd, "in\n");
  const variables = [
    `GIT_TRACKER_BIN=${realpathSync(await binary())}`,
    "GIT_TRACKER_JSON=1",
    `GIT_TRACKER_REPOSITORY=${realpathSync(repository.cwd)}`,
    "GIT_TRACKER_SCHEMA=1",
  ];
  expect(ran).toEqual({
    code: 7,
    stdout: `<--json><a b><-x><--><--json>in\n${variables.join("\n")}\n`,
    stderr: "said\n",
  });
});

test("is told of no repository where there is none, and of no JSON that nobody asked for", async () => {
  plugin("vars", "#!/bin/sh\nenv | grep '^GIT_TRACKER_' | sort | sed 's/=.*//'\n");
  const { stdout } = await tracker(["vars", "--", "--json"], folder);
  expect(stdout).toBe("GIT_TRACKER_BIN\nGIT_TRACKER_SCHEMA\n");
});

test("can call the program that runs it", async () => {
  plugin("titles", '#!/bin/sh\nexec "$GIT_TRACKER_BIN" list --format "{title}" "$@"\n');
  await tracker(["new", "One"]);
  expect(await tracker(["titles", "--all"])).toEqual({ code: 0, stdout: "One\n", stderr: "" });
});

test("a signal that ends it is told in the exit code, and one that reaches us is handed on", async () => {
  plugin("dies", "#!/bin/sh\nkill -KILL $$\n");
  expect((await tracker(["dies"])).code).toBe(137);
  plugin("waits", "#!/bin/sh\ntrap 'echo told; exit 9' TERM\necho ready\nwhile :; do sleep 0.05; done\n");
  const child = Bun.spawn([await binary(), "waits"], {
    cwd: repository.cwd,
    env: withPlugins(),
    stdin: "ignore",
    stdout: "pipe",
  });
  let said = "";
  for await (const bytes of child.stdout) {
    said += new TextDecoder().decode(bytes);
    if (said === "ready\n") child.kill("SIGTERM");
  }
  expect([said, await child.exited]).toEqual(["ready\ntold\n", 9]);
});

test("known commands, their aliases and hidden ones can't be replaced", async () => {
  for (const name of ["version", "ls", "complete"]) plugin(name, "#!/bin/sh\necho replaced\n");
  for (const name of ["version", "ls", "complete"]) {
    expect((await tracker([name])).stdout).not.toContain("replaced");
  }
});

test("is looked for in folders that are named in full, by names that are no paths, among programs", async () => {
  plugin("near", "#!/bin/sh\necho run\n", join(repository.cwd, "bin"));
  for (const path of ["bin", ".", ""]) {
    const cwd = path === "bin" ? repository.cwd : join(repository.cwd, "bin");
    const { stdout, code } = await run(["near"], { cwd, env: withPlugins(path) });
    expect([stdout, code]).toEqual(["", 2]);
  }
  writeFileSync(join(folder, "git-tracker-data"), "no program\n");
  mkdirSync(join(folder, "git-tracker-folder"));
  mkdirSync(join(folder, "git-tracker-x"), { recursive: true });
  plugin("up", "#!/bin/sh\necho run\n", join(folder, "git-tracker-x"));
  for (const name of ["data", "folder", "x/git-tracker-up", "../git-tracker-echo"]) {
    expect((await tracker([name])).stderr).toContain(`There is no command \`${name}\``);
  }
});

test("one that can't be started is an error that says so", async () => {
  plugin("broken", "#!/nosuch/interpreter\n");
  const { code, stderr } = await tracker(["broken"]);
  expect(code).toBe(5);
  expect(stderr).toMatch(/^error: .*git-tracker-broken can't be started: .*\nhint: .*\n$/);
});

test("help and completion name it, without running it", async () => {
  plugin("named", `#!/bin/sh\ntouch ${join(folder, "ran")}\n`);
  expect((await tracker(["help"])).stdout).toMatch(/^plug-ins:.* named/m);
  expect((await tracker(["help", "--all"])).stdout).toMatch(/^Plug-ins\n .*named/m);
  expect(await tracker(["help", "named"])).toMatchObject({
    code: 2,
    stderr: "error: `named` is a plug-in\nhint: It may say more: git tracker named --help\n",
  });
  expect((await tracker(["complete", "zsh", "--", "git-tracker", "nam"])).stdout).toBe("named\t\n");
  expect(await Bun.file(join(folder, "ran")).exists()).toBe(false);
});

test("a misspelled command is still one", async () => {
  expect(await tracker(["stauts"])).toMatchObject({
    code: 2,
    stderr: "error: There is no command `stauts`\nhint: Did you mean: git tracker status\n",
  });
});
