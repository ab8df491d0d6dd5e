/** Completion as people get it: real shells on a terminal, tabs typed, and what the command line then came to. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { openShell, type Shell } from "../support/shell.ts";

const slow = 60_000;
/** What makes a shell complete git's words, where it does not know them by itself. */
const gitWords = { bash: "/usr/share/bash-completion/completions/git", zsh: undefined, fish: undefined };

/** Each begins with a letter of its own, and would run something, open a quote or drive the terminal if it were taken for shell. */
const hostile = [
  "k$(touch pwned)",
  "m`touch pwned`",
  "n'; touch pwned; '",
  'o" ; touch pwned ; "',
  "p;touch pwned",
  "q|touch pwned&",
  "r>pwned",
  "s\\ t",
  "u*",
  "v!!",
  "w{a}",
  "x ~y",
  "z#y",
  "h(touch pwned)",
  "j<pwned",
  "e=$HOME",
];

let repository: TestRepository;
let id: string;

beforeAll(async () => {
  repository = makeRepository();
  const tracker = async (...args: string[]) => (await run(args, repository)).stdout.trim();
  id = await tracker(
    "new",
    "-q",
    "Evil $(touch pwned) `touch pwned` \" ' \u001b[2J",
    "-l",
    "auth",
    "-l",
    "good first issue",
  );
  for (const label of hostile) await tracker("new", "-q", label, "-l", label);
});
afterAll(() => repository[Symbol.dispose]());

for (const name of ["bash", "zsh", "fish"] as const) {
  const missing = Bun.which(name) === null;
  const words = gitWords[name];
  const isGitKnown = words === undefined || existsSync(words);
  describe.skipIf(missing)(`${name}${missing ? " (it is not installed)" : ""}`, () => {
    let shell: Shell;
    beforeAll(async () => {
      shell = await openShell(name, repository.cwd, isGitKnown && words !== undefined ? `source ${words}` : "");
    }, slow);
    afterAll(() => shell[Symbol.asyncDispose]());

    test.each([
      ["a command", "stat\t", ["status"]],
      ["a part of a command", "label rem\t", ["label", "remove"]],
      ["a flag", "list --mile\t v2", ["list", "--milestone", "v2"]],
      ["a label with blanks", "list -l go\t", ["list", "-l", "good first issue"]],
      ["a label behind =", "list --label=au\t", ["list", "--label=auth"]],
      ["one more label", "list -l auth,go\t", ["list", "-l", "auth,good first issue"]],
      ["@me", "list -a @m\t", ["list", "-a", "@me"]],
      ["an address", "list -a ada@ex\t", ["list", "-a", "ada@example.com"]],
      ["a field of a query, and its value", "list status:in\t", ["list", "status:in-progress"]],
      ["nothing", "list -l nosuchlabel\t", ["list", "-l", "nosuchlabel"]],
    ])(
      "completes %s",
      async (_, keys, expected) => {
        expect(await shell.typed(`git-tracker ${keys}`)).toEqual(expected);
      },
      slow,
    );

    test(
      "completes an id",
      async () => {
        expect(await shell.typed(`git-tracker show ${id.slice(0, 6)}\t`)).toEqual(["show", id.slice(0, 7)]);
      },
      slow,
    );

    test.skipIf(!isGitKnown)(
      `completes behind git tracker and git issue${isGitKnown ? "" : " (git's own completion is not installed)"}`,
      async () => {
        repository.git("config", "alias.issue", "tracker");
        const status = async (line: string) => {
          await shell.ran(`${line}; echo fin''ished`, "finished\r\n");
          return JSON.parse((await run(["show", id, "--json"], repository)).stdout).item.status;
        };
        expect(await status(`git tracker stat\t ${id.slice(0, 6)}\t in-p\t`)).toBe("in-progress");
        expect(await status(`git -C . issue stat\t ${id.slice(0, 6)}\t don\t`)).toBe("done");
      },
      slow,
    );

    test(
      "inserts hostile labels as they are, and runs nothing of them",
      async () => {
        const typed: string[] = [];
        for (const label of hostile)
          typed.push((await shell.typed(`git-tracker label drop ${label.slice(0, 1)}\t`)).at(-1) ?? "");
        expect(typed).toEqual(hostile);
        expect(existsSync(join(repository.cwd, "pwned"))).toBe(false);
      },
      slow,
    );

    test(
      "shows ids with their titles, of which nothing runs",
      async () => {
        await using own = await openShell(name, repository.cwd);
        const shown = await own.shown("git-tracker show \t\t", "Evil $(touch pwned)");
        expect(shown).toContain(id.slice(0, 7));
        expect(existsSync(join(repository.cwd, "pwned"))).toBe(false);
      },
      slow,
    );
  });
}
