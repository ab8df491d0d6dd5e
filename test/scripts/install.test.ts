/** The installer under every shell that `sh` may be, with a small stand-in for the executable. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { binary, runProgram } from "../support/binary.ts";

const script = resolve(import.meta.dir, "..", "..", "install.sh");
const scratch = mkdtempSync(join(tmpdir(), "git-tracker-install-"));
const standIn = join(scratch, "stand-in");
const broken = join(scratch, "broken");
const id = "4f2a000000000000000000000000000000000000";

beforeAll(() => {
  writeProgram(standIn, `case $1 in version) echo "git-tracker 1.2.3";; list) echo ${id};; *) echo "($*)";; esac`);
  writeProgram(broken, "exit 1");
});
afterAll(() => rmSync(scratch, { recursive: true }));

for (const shell of [["dash"], ["bash"], ["busybox", "sh"]]) {
  const name = shell.join(" ");
  const missing = Bun.which(shell[0] ?? "") === null;
  describe.skipIf(missing)(`install.sh under ${name}`, () => {
    const why = missing ? ` (${name} is not installed)` : "";

    test(`installs into ~/.local and sets the alias, as often as it is asked${why}`, async () => {
      const machine = newMachine();
      const first = await install(shell, machine, ["--from", standIn]);
      expect(first.stderr).toBe("");
      expect(first.stdout).toContain(`Installed git-tracker 1.2.3 as ${machine.home}/.local/bin/git-tracker\n`);
      expect(first.stdout).toContain("Set the alias `git issue`");
      expect(first.stdout).toContain(`  export PATH="${machine.home}/.local/bin:$PATH"\n`);
      const second = await install(shell, machine, ["--from", standIn]);
      expect(second.code).toBe(0);
      expect(second.stdout).toContain("already");
      expect(readdirSync(join(machine.home, ".local", "bin"))).toEqual(["git-tracker"]);
      const issue = await runProgram(["git", "issue", "show"], { cwd: scratch, env: machine.envWithInstalled });
      expect(issue).toEqual({ stdout: "(show)\n", stderr: "", code: 0 });
    });

    test(`installs below a prefix, and says that git finds it there${why}`, async () => {
      const machine = newMachine();
      const prefix = join(machine.home, "a prefix");
      const env = { PATH: `${prefix}/bin:${process.env.PATH}` };
      const ran = await install(shell, machine, ["--prefix", "./a prefix/", "--from", standIn], env);
      expect(ran.stdout).toContain("Ready");
      expect(readdirSync(join(prefix, "bin"))).toEqual(["git-tracker"]);
      const again = await install(shell, machine, ["--from", standIn], { ...env, PREFIX: prefix });
      expect(again.stdout).toContain("Ready");
    });

    test(`warns where another git-tracker comes first${why}`, async () => {
      const machine = newMachine();
      writeProgram(join(machine.tools, "git-tracker"), "exit 0");
      const env = { PATH: `${machine.tools}:${machine.home}/.local/bin:${process.env.PATH}` };
      const ran = await install(shell, machine, ["--from", standIn], env);
      expect(ran.stdout).toContain(`Beware: ${machine.tools}/git-tracker comes earlier`);
    });

    test(`leaves an alias and a program git-issue alone${why}`, async () => {
      const aliased = newMachine();
      writeFileSync(join(aliased.home, ".gitconfig"), "[alias]\n\tissue = log\n");
      expect((await install(shell, aliased, ["--from", standIn])).stdout).toContain("it is your alias for `log`");
      await install(shell, aliased, ["--uninstall"]);
      expect(readFileSync(join(aliased.home, ".gitconfig"), "utf8")).toBe("[alias]\n\tissue = log\n");

      const taken = newMachine();
      writeProgram(join(taken.tools, "git-issue"), "exit 0");
      const env = { PATH: `${taken.tools}:${process.env.PATH}` };
      expect((await install(shell, taken, ["--from", standIn], env)).stdout).toContain(
        "a program git-issue is installed",
      );
      expect(existsSync(join(taken.home, ".gitconfig"))).toBe(false);
    });

    test(`uninstalls what it installed, as often as it is asked${why}`, async () => {
      const machine = newMachine();
      await install(shell, machine, ["--from", standIn]);
      const first = await install(shell, machine, ["--uninstall"]);
      expect(first.stdout).toContain(`Removed ${machine.home}/.local/bin/git-tracker\n`);
      expect(first.stdout).toContain("Removed the alias");
      expect(readdirSync(join(machine.home, ".local", "bin"))).toEqual([]);
      const second = await install(shell, machine, ["--uninstall"]);
      expect(second.code).toBe(0);
      expect(second.stdout).not.toContain("Removed");
    });

    test(`keeps the executable from before where the new one does not run${why}`, async () => {
      const machine = newMachine();
      await install(shell, machine, ["--from", standIn]);
      const ran = await install(shell, machine, ["--from", broken]);
      expect(ran).toEqual({ stdout: "", stderr: `install.sh: ${broken} does not run on this machine\n`, code: 1 });
      expect(readdirSync(join(machine.home, ".local", "bin"))).toEqual(["git-tracker"]);
      expect(readFileSync(join(machine.home, ".local", "bin", "git-tracker"), "utf8")).toBe(
        readFileSync(standIn, "utf8"),
      );
    });

    test(`works without HOME and inside a git hook${why}`, async () => {
      const machine = newMachine();
      const env = {
        HOME: undefined,
        GIT_CONFIG_GLOBAL: join(machine.home, "config"),
        GIT_DIR: join(machine.home, "none"),
      };
      const ran = await install(shell, machine, ["--from", standIn, "--prefix", machine.home], env);
      expect({ stderr: ran.stderr, code: ran.code }).toEqual({ stderr: "", code: 0 });
      expect(readFileSync(join(machine.home, "config"), "utf8")).toContain("issue = tracker");
    });

    test.each([[["--speed"]], [["--prefix"]], [["--from", ""]], [["here"]]])(
      `refuses %p with its usage${why}`,
      async (args) => {
        const machine = newMachine();
        const ran = await install(shell, machine, args);
        expect({ stdout: ran.stdout, code: ran.code }).toEqual({ stdout: "", code: 2 });
        expect(ran.stderr).toContain("Usage: ./install.sh");
      },
    );

    test(`plays a demo and leaves nothing of it${why}`, async () => {
      const machine = newMachine();
      const ran = await install(shell, machine, ["--demo", "--from", standIn], { TMPDIR: machine.tools });
      expect({ stderr: ran.stderr, code: ran.code }).toEqual({ stderr: "", code: 0 });
      expect(ran.stdout).toContain(
        '\n$ git tracker new "Fix login" --label bug --priority high\n(new Fix login --label bug --priority high)\n',
      );
      expect(ran.stdout).toContain("\n$ git tracker show 4f2a000\n(show 4f2a000)\n");
      expect(readdirSync(machine.tools)).toEqual([]);
    });

    test(`read from a pipe, trusts no folder it happens to be in${why}`, async () => {
      const machine = newMachine();
      mkdirSync(join(machine.home, "scripts"));
      writeProgram(join(machine.home, "scripts", "bootstrap"), "touch canary");
      writeFileSync(join(machine.home, "package.json"), "{}");
      const ran = await runProgram([...shell, "-s", "--", "--demo"], {
        cwd: machine.home,
        env: machine.env,
        stdin: readFileSync(script, "utf8"),
      });
      expect({ stdout: ran.stdout, code: ran.code }).toEqual({ stdout: "", code: 1 });
      expect(ran.stderr).toContain("from a checkout");
      expect(readdirSync(machine.home).sort()).toEqual(["package.json", "scripts"]);
    });

    test(`cut off in a pipe, does nothing${why}`, async () => {
      const machine = newMachine();
      const whole = readFileSync(script, "utf8");
      const stdin = whole.slice(0, whole.lastIndexOf("main"));
      const ran = await runProgram([...shell, "-s", "--", "--from", standIn], {
        cwd: machine.home,
        env: machine.env,
        stdin,
      });
      expect(ran).toEqual({ stdout: "", stderr: "", code: 0 });
      expect(readdirSync(machine.home)).toEqual([]);
    });
  });
}

test("install.sh plays its demo with the executable itself", async () => {
  const machine = newMachine();
  const ran = await install(["sh"], machine, ["--demo", "--from", await binary()]);
  expect({ stderr: ran.stderr, code: ran.code }).toEqual({ stderr: "4 issues made\n", code: 0 });
});

test("install.sh stops its demo at a command that fails", async () => {
  const machine = newMachine();
  const program = join(machine.tools, "fails-at-board");
  writeProgram(program, `case $1 in board) exit 4;; list) echo ${id};; *) echo ok;; esac`);
  const ran = await install(["sh"], machine, ["--demo", "--from", program]);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toEndWith("$ git tracker board\n");
});

interface Machine {
  readonly home: string;
  /** An empty folder for programs and temporary files. */
  readonly tools: string;
  readonly env: Readonly<Record<string, string>>;
  readonly envWithInstalled: Readonly<Record<string, string>>;
}

function newMachine(): Machine {
  const home = mkdtempSync(join(scratch, "home-"));
  const tools = mkdtempSync(join(scratch, "tools-"));
  return {
    home,
    tools,
    env: { HOME: home },
    envWithInstalled: { HOME: home, PATH: `${home}/.local/bin:${process.env.PATH}` },
  };
}

function install(shell: string[], machine: Machine, args: string[], env: Record<string, string | undefined> = {}) {
  return runProgram([...shell, script, ...args], { cwd: machine.home, env: { ...machine.env, ...env } });
}

function writeProgram(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
