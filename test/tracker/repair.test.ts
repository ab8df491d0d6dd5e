/** Pointing a broken ref back: to the newest events that can be read, never past them, and never where they may only be out of reach. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { diagnose, type Finding } from "../../src/tracker/doctor.ts";
import { createIssue } from "../../src/tracker/issues.ts";
import { showIssues } from "../../src/tracker/read.ts";
import { addComment } from "../../src/tracker/talk.ts";
import { looseFile } from "../interop/ledger.ts";
import { ada } from "../support/events.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

const nowhere = "d".repeat(40);
const inGit = (repository: TestRepository, path: string) => join(repository.cwd, ".git", path);
const refOf = (id: Oid) => `refs/git-tracker/issues/${id}`;

/** An issue with so many comments. Its commits, the first first. */
async function makeIssue(repository: TestRepository, comments: number): Promise<{ id: Oid; commits: Oid[] }> {
  const tracker = await trackerAt(repository);
  const { id } = await createIssue(tracker, { title: "Issue" });
  const commits = [id];
  for (let i = 0; i < comments; i++) commits.push((await addComment(tracker, id, `Comment ${i}`)).comment);
  tracker.close();
  return { id, commits };
}

function forget(repository: TestRepository): void {
  rmSync(inGit(repository, "git-tracker/journal"), { force: true });
}

function pointTo(repository: TestRepository, id: Oid, text: string): void {
  mkdirSync(dirname(inGit(repository, refOf(id))), { recursive: true });
  writeFileSync(inGit(repository, refOf(id)), text);
}

async function repair(repository: TestRepository): Promise<readonly Finding[]> {
  const tracker = await trackerAt(repository);
  const { findings } = await diagnose(tracker, "repair");
  tracker.close();
  return findings;
}

async function commentsOf(repository: TestRepository, id: Oid): Promise<number> {
  const tracker = await trackerAt(repository);
  const [issue] = await showIssues(tracker, [id]);
  tracker.close();
  return issue?.comments.length ?? -1;
}

const tipOf = (repository: TestRepository, id: Oid) => repository.git("rev-parse", refOf(id)).trim();

test.each(["", "garbage\n", `${nowhere}\n`])(
  "a ref that holds %j goes back to where the journal knows it",
  async (text) => {
    using repository = makeRepository();
    const { id, commits } = await makeIssue(repository, 3);
    pointTo(repository, id, text);
    expect(await repair(repository)).toMatchObject([{ level: "error", issue: id, repaired: true }]);
    expect(tipOf(repository, id)).toBe(commits.at(-1) ?? "");
    expect(await commentsOf(repository, id)).toBe(3);
    expect(await repair(repository)).toEqual([]);
  },
);

test("without a journal it goes to the last commit that there is", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 3);
  forget(repository);
  pointTo(repository, id, "");
  await repair(repository);
  expect(tipOf(repository, id)).toBe(commits.at(-1) ?? "");
});

test("what packed-refs has is taken only if nothing newer is there", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 1);
  repository.git("pack-refs", "--all");
  const tracker = await trackerAt(repository);
  const { comment } = await addComment(tracker, id, "Newer");
  tracker.close();
  forget(repository);
  pointTo(repository, id, "");
  await repair(repository);
  expect([tipOf(repository, id), await commentsOf(repository, id)]).toEqual([comment, 2]);

  forget(repository);
  rmSync(looseFile(repository, comment) ?? "");
  pointTo(repository, id, `${comment}\n`);
  await repair(repository);
  expect(tipOf(repository, id)).toBe(commits.at(-1) ?? "");
});

test("what the journal has is taken only if nothing newer is there", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 1);
  const message = "Comment\n\nLater, from elsewhere\n\nEvent: comment-added\nFormat: 1\n";
  const tip = commits.at(-1) ?? "";
  const made = repository.gitWith(message, "commit-tree", "-p", tip, `${tip}^{tree}`);
  const newer = new TextDecoder().decode(made).trim();
  repository.git("update-ref", refOf(id), newer); // As a fetch does it.
  expect(await commentsOf(repository, id)).toBe(2);
  pointTo(repository, id, "");
  await repair(repository);
  expect([tipOf(repository, id), await commentsOf(repository, id)]).toEqual([newer, 2]);
});

test("of two ends, the one that was acked is taken, even if the other is longer", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 2);
  const message = "Comment\n\nNever acked\n\nEvent: comment-added\nFormat: 1\n";
  let parent = id;
  for (let i = 0; i < 4; i++) {
    const made = repository.gitWith(`${i} ${message}`, "commit-tree", "-p", parent, `${id}^{tree}`);
    parent = new TextDecoder().decode(made).trim();
  }
  pointTo(repository, id, "");
  await repair(repository);
  expect(tipOf(repository, id)).toBe(commits.at(-1) ?? "");
});

test("events that are lost on the way are not called repaired", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 3);
  forget(repository);
  const tip = commits.at(-1) ?? "";
  rmSync(looseFile(repository, tip) ?? "");
  const findings = await repair(repository);
  expect(tipOf(repository, id)).toBe(commits.at(-2) ?? "");
  expect(findings[0]?.what).toContain(tip);
  expect(findings[0]?.what).toContain((commits.at(-2) ?? "").slice(0, 10));
  expect(findings).toMatchObject([{ level: "error", issue: id, repaired: false }]);
});

test("a commit missing in the middle gives up none that is there", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 3);
  forget(repository);
  rmSync(looseFile(repository, commits[1] ?? "") ?? "");
  expect(await repair(repository)).toMatchObject([{ level: "error", issue: id, repaired: false }]);
  expect(tipOf(repository, id)).toBe(commits.at(-1) ?? "");
});

test("nothing moves while what is borrowed may only be out of reach", async () => {
  using repository = makeRepository();
  const { id } = await makeIssue(repository, 1);
  pointTo(repository, id, `${nowhere}\n`);
  writeFileSync(inGit(repository, "objects/info/alternates"), `${join(repository.root, "away")}\n`);
  const findings = await repair(repository);
  expect(findings.map(({ level, repaired }) => [level, repaired])).toEqual([
    ["error", false],
    ["error", false],
  ]);
  expect(findings[0]?.what).toContain(join(repository.root, "away"));
  expect(tipOf(repository, id)).toBe(nowhere);
});

test.each([
  ["durable", false],
  ["fast", true],
])("where durability is %s, a ref of which nothing is left is removed: %p", async (durability, removed) => {
  using repository = makeRepository();
  const { id } = await makeIssue(repository, 0);
  const { id: other } = await makeIssue(repository, 1);
  forget(repository);
  rmSync(looseFile(repository, id) ?? "");
  writeFileSync(inGit(repository, "git-tracker/config.toml"), `durability = "${durability}"\n`);
  const findings = await repair(repository);
  expect(findings).toMatchObject([{ level: "error", issue: id }]);
  expect(findings[0]?.what).toContain(id);
  const left = repository.git("for-each-ref", "--format=%(refname)", "refs/git-tracker/").trim().split("\n");
  expect(left).toEqual([refOf(other), ...(removed ? [] : [refOf(id)])].toSorted());
});

test("a pack that is gone is not taken for events that are lost", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 2);
  repository.git("repack", "-adq");
  forget(repository);
  const packs = inGit(repository, "objects/pack");
  renameSync(packs, `${packs}-away`);
  const errors = (await repair(repository)).filter(({ level }) => level === "error");
  expect(errors).toMatchObject([{ issue: id, repaired: false }]);
  renameSync(`${packs}-away`, packs);
  expect(tipOf(repository, id)).toBe(commits.at(-1) ?? "");
  expect(await commentsOf(repository, id)).toBe(2);
});

test("a pack that has lost its index is only out of reach, too", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 1);
  repository.git("repack", "-adq");
  const tracker = await trackerAt(repository);
  const { comment: tip } = await addComment(tracker, id, "In a pack of its own");
  tracker.close();
  const packed = new TextDecoder().decode(
    repository.gitWith(tip, "pack-objects", "-q", inGit(repository, "objects/pack/pack")),
  );
  forget(repository);
  rmSync(looseFile(repository, tip) ?? "");
  const pack = inGit(repository, `objects/pack/pack-${packed.trim()}`);
  for (const suffix of ["idx", "rev"]) rmSync(`${pack}.${suffix}`, { force: true });
  const errors = (await repair(repository)).filter(({ level }) => level === "error");
  expect(errors).toMatchObject([{ hint: expect.stringContaining("git index-pack") }, { issue: id, repaired: false }]);
  repository.git("index-pack", `${pack}.pack`);
  expect(commits).not.toContain(tipOf(repository, id));
  expect(await commentsOf(repository, id)).toBe(2);
});

test("a ref that was overwritten in its place is found, though its folder looks as before", async () => {
  using repository = makeRepository();
  const { id, commits } = await makeIssue(repository, 1);
  const later = { now: () => Date.now() + 60_000, zone: () => "+0000" }; // Long enough for stats to be believed.
  const tracker = await trackerAt(repository, ada, later);
  await showIssues(tracker, [id]);
  pointTo(repository, id, "");
  expect((await showIssues(tracker, [id]))[0]?.comments).toHaveLength(1); // No stat tells.
  expect((await diagnose(tracker, "look")).findings).toMatchObject([{ level: "error", issue: id }]);
  expect((await diagnose(tracker, "repair")).findings).toMatchObject([{ issue: id, repaired: true }]);
  expect(tipOf(repository, id)).toBe(commits.at(-1) ?? "");
  tracker.close();
});
