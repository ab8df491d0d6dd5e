/** A strict WIP limit holds for several issues that are moved at once, too. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSession } from "../support/transcript.ts";

const settings = `workflow.statuses = [
  { name = "todo", category = "todo" },
  { name = "doing", category = "active", limit = 2 },
  { name = "done", category = "done" },
]
workflow.wip = "refuse"
`;

test("a column that has room for one takes one, by each way that leads there", async () => {
  using session = openSession();
  const { $, repository } = session;
  writeFileSync(join(repository.cwd, "git-tracker.toml"), settings);
  const ids = [await session.make("One"), await session.make("Two"), await session.make("Three")];
  const [one = "", two = "", three = ""] = ids;
  const inColumn = async () => (await $("list", "status:doing", "--format", "{title}")).split("\n").sort();
  for (const move of [
    ["status", ...ids, "doing"],
    ["edit", ...ids, "--status", "doing"],
  ]) {
    expect(await $(...move)).toContain("`doing` is full: its WIP limit is 2");
    expect(await $("list", "status:doing", "--format", "ids")).not.toContain(one);
  }
  await $("status", one, two, "doing");
  expect(await $("status", two, three, "doing")).toContain("`doing` is full");
  expect(await inColumn()).toEqual(["One", "Two"]);
});
