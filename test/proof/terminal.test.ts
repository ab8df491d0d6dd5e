/** What only a terminal shows: colours, the pager, and that neither comes where nobody sits. `script` plays the terminal. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { tracker } from "./here.ts";

const why = Bun.which("script") === null ? " (skipped: there is no `script`)" : "";

async function onTerminal(
  repository: TestRepository,
  env: Readonly<Record<string, string>>,
  command: string,
): Promise<string> {
  const child = Bun.spawn(
    ["script", "--quiet", "--return", "--command", `stty rows 10 cols 60; ${await binary()} ${command}`, "/dev/null"],
    {
      cwd: repository.cwd,
      env: { ...repository.env, TERM: "xterm", ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  return (await child.stdout.text()).replaceAll("\r\n", "\n");
}

async function repositoryWith(issues: number): Promise<TestRepository> {
  const repository = makeRepository();
  const plan = join(repository.root, "plan.md");
  writeFileSync(plan, Array.from({ length: issues }, (_, index) => `- [ ] Issue ${index}\n`).join(""));
  await tracker(repository, "new", "--quiet", "--from-file", plan);
  return repository;
}

test.skipIf(why !== "")(`a long result goes through the pager, a short one does not${why}`, async () => {
  using repository = await repositoryWith(30);
  const env = { PAGER: "sed s/^/paged:/" };
  const long = (await onTerminal(repository, env, "list")).split("\n").filter((line) => line !== "");
  expect(long.length).toBeGreaterThan(30);
  expect(long.every((line) => line.startsWith("paged:"))).toBe(true);
  expect(await onTerminal(repository, env, "list --limit 3")).not.toContain("paged:");
  expect(await onTerminal(repository, env, "list --no-pager")).not.toContain("paged:");
});

test.skipIf(why !== "")(`colours come on a terminal, unless they are not wanted${why}`, async () => {
  using repository = await repositoryWith(1);
  const sgr = "\x1b[";
  expect(await onTerminal(repository, {}, "list")).toContain(sgr);
  expect(await onTerminal(repository, { NO_COLOR: "1" }, "list")).not.toContain(sgr);
  expect(await onTerminal(repository, { GIT_TRACKER_COLOR: "never" }, "list")).not.toContain(sgr);
  expect(await onTerminal(repository, { TERM: "dumb" }, "list")).not.toContain(sgr);
  expect(await tracker(repository, "list")).not.toContain(sgr);
});
