/** A person whose signing program takes its time: the others write meanwhile, and what was decided before is decided anew where it must be. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changeStatus } from "../../src/tracker/flow.ts";
import { createIssue, editIssues } from "../../src/tracker/issues.ts";
import { defineLabel } from "../../src/tracker/labels.ts";
import { linkIssues } from "../../src/tracker/links.ts";
import { addTeam } from "../../src/tracker/people.ts";
import { readProject } from "../../src/tracker/project.ts";
import { log, showIssues } from "../../src/tracker/read.ts";
import { attachFiles, readAttachment } from "../../src/tracker/talk.ts";
import { verifyIssues } from "../../src/tracker/verify.ts";
import { missing } from "../support/keys.ts";
import { configure, makeSigning, type Signing } from "../support/signing.ts";
import { type TestTracker, trackerAt } from "../support/tracker.ts";

const absent = missing("ssh-keygen", "sh");
const main = join(import.meta.dir, "../../src/main.ts");

describe.skipIf(absent !== undefined)(`while somebody is asked${absent === undefined ? "" : ` (${absent})`}`, () => {
  let signing: Signing;
  let tracker: TestTracker;
  let id: string;

  beforeEach(async () => {
    signing = makeSigning();
    tracker = await trackerAt(signing.repository);
    id = (await createIssue(tracker, { title: "Ours" })).id;
  });
  afterEach(() => {
    tracker.close();
    signing[Symbol.dispose]();
  });

  const path = (name: string) => join(signing.repository.root, name);
  const asked = () => readFileSync(path("asked"), "utf8").length;

  /** Signs from now on with a program that, the first `times`, does not come back before somebody else has run this command. */
  const signAfter = (times: number, ...command: readonly string[]) => {
    const line = [process.execPath, main, "--as", "Bot <bot@example.com>", ...command].map((word) => `'${word}'`);
    const script = [
      "#!/bin/sh",
      `printf x >>'${path("asked")}'`,
      `if [ "$(wc -c <'${path("asked")}')" -le ${times} ]; then`,
      `  (cd '${signing.repository.cwd}' && ${line.join(" ")}) >>'${path("said")}' 2>&1 || : >'${path("failed")}'`,
      "fi",
      'exec ssh-keygen "$@"',
    ];
    writeFileSync(path("signer"), `${script.join("\n")}\n`);
    chmodSync(path("signer"), 0o700);
    configure(signing.repository, { "gpg.ssh.program": path("signer") });
  };
  const reopen = async () => {
    tracker.close();
    tracker = await trackerAt(signing.repository);
  };
  const expectSound = async () => {
    expect(existsSync(path("failed")) ? readFileSync(path("said"), "utf8") : "").toBe("");
    expect((await verifyIssues(tracker, [])).filter(({ state }) => state !== "good" && state !== "unsigned")).toEqual(
      [],
    );
    signing.repository.git("fsck", "--strict");
  };
  const titles = async () => (await log(tracker, {})).map(({ commit }) => commit.author.name);

  test("others write elsewhere, and nobody is asked twice", async () => {
    signAfter(1, "new", "By the bot");
    await reopen();
    await editIssues(tracker, [id], { title: "Signed" });
    expect(asked()).toBe(1);
    expect((await titles()).sort()).toEqual(["Ada", "Ada", "Bot"]);
    await expectSound();
  });

  test("what somebody else did to the same issue is seen", async () => {
    signAfter(1, "edit", id, "--title", "By the bot");
    await reopen();
    await editIssues(tracker, [id], { title: "Signed" });
    expect(asked()).toBe(2);
    const [view] = await showIssues(tracker, [id]);
    expect([view?.title, view?.conflicts]).toEqual(["Signed", []]);
    expect(signing.repository.git("rev-list", "--merges", `refs/git-tracker/issues/${id}`)).toBe("");
    await expectSound();
  });

  test("nothing runs in circles for what somebody else did to another issue", async () => {
    const other = (await createIssue(tracker, { title: "Theirs" })).id;
    signAfter(1, "link", other, "--blocks", id);
    await reopen();
    await expect(linkIssues(tracker, id, "blocks", [other])).rejects.toThrow("That would be a cycle");
    expect(asked()).toBe(1);
    signAfter(2, "edit", other, "--set-parent", id);
    await reopen();
    await expect(editIssues(tracker, [id], { parent: other })).rejects.toThrow("That would be a cycle");
    await expectSound();
  });

  test("a strict WIP limit holds, though somebody else fills the column", async () => {
    const other = (await createIssue(tracker, { title: "Theirs" })).id;
    const statuses = `[{ name = "todo", category = "todo" }, { name = "doing", category = "active", limit = 1 }, { name = "done", category = "done" }]`;
    const settings = `workflow.statuses = ${statuses}\nworkflow.wip = "refuse"\n`;
    writeFileSync(join(signing.repository.cwd, "git-tracker.toml"), settings);
    signAfter(1, "status", other, "doing");
    await reopen();
    await expect(changeStatus(tracker, [id], "doing")).rejects.toThrow("`doing` is full");
    expect(asked()).toBe(1);
    await expectSound();
  });

  test("who is outrun each time asks under the lock in the end", async () => {
    signAfter(3, "comment", id, "Again");
    await reopen();
    await editIssues(tracker, [id], { title: "Signed" });
    expect(asked()).toBe(4);
    const [view] = await showIssues(tracker, [id]);
    expect([view?.title, view?.comments.length]).toEqual(["Signed", 3]);
    await expectSound();
  });

  test("files are stored with what attaches them", async () => {
    signAfter(1, "comment", id, "Meanwhile");
    await reopen();
    const bytes = new TextEncoder().encode("data");
    await attachFiles(tracker, id, [{ name: "a.txt", bytes }]);
    expect(await readAttachment(tracker, id, "a.txt")).toEqual(bytes);
    await expectSound();
  });

  test("the project is written to, too", async () => {
    signAfter(1, "label", "define", "bug");
    await reopen();
    await addTeam(tracker, "web", []);
    expect(asked()).toBe(2);
    const { teams, labels, conflicts } = await readProject(tracker);
    expect([teams.map(({ name }) => name), labels.map(({ name }) => name), conflicts]).toEqual([["web"], ["bug"], []]);
    signAfter(0);
    await reopen();
    await defineLabel(tracker, "docs", {});
    expect((await readProject(tracker)).labels).toHaveLength(2);
    await expectSound();
  });
});
