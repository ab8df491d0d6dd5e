import { describe, expect, test } from "bun:test";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TrackerError } from "../../src/core/errors.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { diagnose, reindex } from "../../src/tracker/doctor.ts";
import { changeStatus } from "../../src/tracker/flow.ts";
import { createIssue, deleteIssues, editIssues } from "../../src/tracker/issues.ts";
import { createPlan } from "../../src/tracker/plan.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import { addComment } from "../../src/tracker/talk.ts";
import { undo } from "../../src/tracker/undo.ts";
import { ada, ben } from "../support/events.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { type TestTracker, trackerAt } from "../support/tracker.ts";

async function refusal(work: Promise<unknown>): Promise<TrackerError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TrackerError) return outcome;
  throw new Error(`It was not refused: ${outcome}`);
}

/** Reads until the index vouches for what it saw: a stamp that is too fresh is not kept. The file system's clock moves by itself. */
async function settled(tracker: TestTracker, repository: TestRepository): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    await listIssues(tracker, await parse(tracker, ""));
    if (tracker.index.stamp()?.startsWith(tracker.store.stampRefs() ?? "?")) return;
    repository.git("rev-parse", "HEAD");
  }
  throw new Error("The stamp never settled");
}

describe("a change", () => {
  test("is one commit on the issue's ref, which git reads and finds sound", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, {
      title: "Fix login",
      labels: ["auth"],
      priority: "high",
      body: "Steps:\n\n1. go",
    });
    await changeStatus(tracker, [issue.id], "in-progress");
    tracker.close();
    const ref = `refs/git-tracker/issues/${issue.id}`;
    expect(
      repository
        .git("log", "--format=%s|%an <%ae>|%(trailers:key=To,valueonly,separator=%x2C)", ref)
        .trim()
        .split("\n"),
    ).toEqual(["Move to in-progress|Ada <ada@example.com>|in-progress", "Fix login|Ada <ada@example.com>|"]);
    expect(repository.git("rev-list", "--max-parents=0", ref).trim()).toBe(issue.id);
    repository.git("fsck", "--strict");
  });

  test("is made although tidying up after it fails, which is said", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const packs = join(repository.cwd, ".git/objects/pack");
    rmSync(packs, { recursive: true });
    writeFileSync(packs, "in the way");
    const body = Buffer.from(crypto.getRandomValues(new Uint8Array(200_000))).toString("hex"); // The journal is then to become a pack.
    const { id } = await createIssue(tracker, { title: "Long", body });
    expect(tracker.warnings).toEqual([expect.stringContaining(packs)]);
    rmSync(packs);
    expect((await showIssues(tracker, [id]))[0]?.body).toBe(body);
    await createIssue(tracker, { title: "Next" });
    expect(tracker.warnings).toHaveLength(1);
    tracker.close();
  });

  test("touches nothing but its ref and the program's own folder", async () => {
    using repository = makeRepository();
    const before = [
      repository.git("status", "--porcelain"),
      repository.git("rev-parse", "HEAD"),
      repository.git("config", "--local", "--list"),
    ];
    const tracker = await trackerAt(repository);
    await createIssue(tracker, { title: "One" });
    tracker.close();
    const after = [
      repository.git("status", "--porcelain"),
      repository.git("rev-parse", "HEAD"),
      repository.git("config", "--local", "--list"),
    ];
    expect(after).toEqual(before);
  });

  test("that changes nothing writes nothing", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One", labels: ["a"] });
    const [changed] = await editIssues(tracker, [issue.id], { title: "One", addLabels: ["a"], priority: "" });
    expect(changed?.events).toEqual([]);
    expect(changed?.issue.revision).toBe(issue.revision);
    tracker.close();
  });

  test("of several issues happens to all of them or to none", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const one = await createIssue(tracker, { title: "One" });
    const error = await refusal(changeStatus(tracker, [one.id, "ffffffff"], "done"));
    expect(error.code).toBe("not-found");
    expect((await showIssues(tracker, [one.id]))[0]?.status).toBe("todo");
    tracker.close();
  });

  test("that would close a cycle is refused with the path", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const [a, b, c] = [
      await createIssue(tracker, { title: "A" }),
      await createIssue(tracker, { title: "B" }),
      await createIssue(tracker, { title: "C" }),
    ];
    await editIssues(tracker, [a.id], { addBlocking: [b.id] });
    await editIssues(tracker, [b.id], { addBlocking: [c.id] });
    const error = await refusal(editIssues(tracker, [c.id], { addBlocking: [a.id] }));
    expect(error.message).toBe(
      `That would be a cycle: ${[c, a, b, c].map(({ shortId }) => shortId).join(" → ")}; nothing can wait for itself`,
    );
    await editIssues(tracker, [b.id], { parent: a.id });
    expect((await refusal(editIssues(tracker, [a.id], { parent: b.id }))).code).toBe("conflict");
    tracker.close();
  });

  test("survives an index that can't be written to", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    tracker.close();
    rmSync(join(repository.root, "main", ".git", "git-tracker", "index"), { force: true });
    writeFileSync(join(repository.root, "main", ".git", "git-tracker", "index"), "not a database");
    const again = await trackerAt(repository);
    await addComment(again, issue.id, "Still here");
    expect((await showIssues(again, [issue.id]))[0]?.comments.map(({ body }) => body)).toEqual(["Still here"]);
    again.close();
  });
});

test("a conflict is settled by setting the field, also to the value it shows", async () => {
  using repository = makeRepository();
  const tracker = await trackerAt(repository);
  const issue = await createIssue(tracker, { title: "One" });
  const ref = `refs/git-tracker/issues/${issue.id}`;
  await editIssues(tracker, [issue.id], { title: "Ours" });
  const ours = repository.git("rev-parse", ref).trim();
  repository.git("update-ref", ref, issue.id);
  await editIssues(tracker, [issue.id], { title: "Theirs" });
  const theirs = repository.git("rev-parse", ref).trim();
  const message = "Merge concurrent changes\n\nFormat: 1";
  const tree = repository.git("rev-parse", `${ours}^{tree}`).trim();
  repository.git(
    "update-ref",
    ref,
    repository.git("commit-tree", tree, "-p", ours, "-p", theirs, "-m", message).trim(),
  );
  const [view] = await showIssues(tracker, [issue.id]);
  writeFileSync(join(repository.cwd, "git-tracker.toml"), 'merge.strategy.title = "manual"\n');
  const careful = await trackerAt(repository);
  expect((await showIssues(careful, [issue.id]))[0]?.title).toBe("One");
  careful.close();
  expect(view?.conflicts.map(({ field }) => field)).toEqual(["title"]);
  await editIssues(tracker, [issue.id], { title: view?.title });
  expect((await showIssues(tracker, [issue.id]))[0]).toMatchObject({
    title: view?.title,
    conflicts: [],
    conflicted: false,
  });
  tracker.close();
});

describe("freshness", () => {
  test("what another tool did to the refs is seen by the next read", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    const other = await createIssue(tracker, { title: "Two" });
    await changeStatus(tracker, [issue.id], "done");
    repository.git("update-ref", `refs/git-tracker/issues/${issue.id}`, issue.id);
    repository.git("update-ref", "-d", `refs/git-tracker/issues/${other.id}`);
    const { items } = await listIssues(tracker, await parse(tracker, ""));
    expect(items.map(({ title, status }) => [title, status])).toEqual([["One", "todo"]]);
    tracker.close();
  });

  test("what happened to loose refs is seen though only they are read", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository, ada, systemClock); // Stamps are compared with the time of real files.
    const [packed, changed, deleted] = [
      await createIssue(tracker, { title: "Packed" }),
      await createIssue(tracker, { title: "Changed" }),
      await createIssue(tracker, { title: "Deleted" }),
    ];
    repository.git("pack-refs", "--all", "--prune");
    await settled(tracker, repository);
    const late = await createIssue(tracker, { title: "Late" });
    await changeStatus(tracker, [changed.id], "done");
    await settled(tracker, repository);
    repository.git("update-ref", "-d", `refs/git-tracker/issues/${late.id}`);
    await settled(tracker, repository);
    const titles = async () =>
      (await listIssues(tracker, await parse(tracker, "sort:title-asc"))).items.map(({ title }) => title);
    expect(await titles()).toEqual(["Changed", "Deleted", "Packed"]);
    repository.git("update-ref", "-d", `refs/git-tracker/issues/${deleted.id}`);
    repository.git("update-ref", `refs/git-tracker/issues/${changed.id}`, changed.id);
    expect(await titles()).toEqual(["Changed", "Packed"]);
    expect((await showIssues(tracker, [changed.id, packed.id])).map(({ status }) => status)).toEqual(["todo", "todo"]);
    tracker.close();
  });

  test("packing the refs changes nothing", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    await createIssue(tracker, { title: "One" });
    const before = await listIssues(tracker, await parse(tracker, ""));
    repository.git("pack-refs", "--all", "--prune");
    expect(await listIssues(tracker, await parse(tracker, ""))).toEqual(before);
    tracker.close();
  });

  test("two trackers on one repository see each other's changes", async () => {
    using repository = makeRepository();
    const one = await trackerAt(repository);
    const two = await trackerAt(repository, ben);
    const issue = await createIssue(one, { title: "One" });
    await addComment(two, issue.id, "From two");
    await addComment(one, issue.id, "From one");
    expect((await showIssues(two, [issue.id]))[0]?.comments.map(({ author, body }) => [author.name, body])).toEqual([
      ["Ben", "From two"],
      ["Ada", "From one"],
    ]);
    one.close();
    two.close();
  });

  test("an index made anew says the same", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One", labels: ["a"], body: "Words" });
    await addComment(tracker, issue.id, "More words");
    const before = await showIssues(tracker, [issue.id]);
    expect(await reindex(tracker)).toBe(1);
    expect(await showIssues(tracker, [issue.id])).toEqual(before);
    tracker.close();
  });
});

describe("a plan", () => {
  const item = { key: "", line: 1, blockedBy: [], blocking: [] };

  test("becomes issues with parents and dependencies, also on items further down", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const views = await createPlan(
      tracker,
      [
        { ...item, title: "Child", parent: { item: 1 }, blockedBy: [{ item: 2 }] },
        { ...item, title: "Parent" },
        { ...item, title: "Blocker", status: "done", resolution: "completed" },
      ],
      "plan.md",
    );
    const [child, parent, blocker] = views;
    expect(child).toMatchObject({ parent: parent?.id, blocked: false });
    expect(blocker).toMatchObject({
      status: "done",
      resolution: "completed",
      links: [{ kind: "blocks", target: child?.id }],
    });
    tracker.close();
  });

  test("with one mistake makes nothing, and the mistake is named with its line", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const plan = [
      { ...item, title: "Good" },
      { ...item, line: 7, title: "Bad", priority: "banana" },
    ];
    expect((await refusal(createPlan(tracker, plan, "plan.md"))).message).toBe(
      "plan.md:7: There is no priority `banana`",
    );
    expect((await listIssues(tracker, await parse(tracker, ""))).total).toBe(0);
    tracker.close();
  });
});

describe("undo", () => {
  test("takes back the whole last command, and undone again does it again", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const ids = [await createIssue(tracker, { title: "One" }), await createIssue(tracker, { title: "Two" })].map(
      ({ id }) => id,
    );
    const statuses = async () => (await showIssues(tracker, ids)).map(({ status }) => status);
    await changeStatus(tracker, ids, "done");
    expect((await undo(tracker)).issues.length).toBe(2);
    expect(await statuses()).toEqual(["todo", "todo"]);
    await undo(tracker);
    expect(await statuses()).toEqual(["done", "done"]);
    tracker.close();
  });

  test("of a new issue deletes it, and undone again brings it back", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    await undo(tracker);
    expect((await showIssues(tracker, [issue.id]))[0]?.deleted).toBe(true);
    await undo(tracker);
    expect((await showIssues(tracker, [issue.id]))[0]?.deleted).toBe(false);
    tracker.close();
  });

  test("of an issue takes back its last change, whoever made it", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    const two = await trackerAt(repository, ben);
    await editIssues(two, [issue.id], { title: "Renamed" });
    await createIssue(tracker, { title: "Later" });
    await undo(tracker, { id: issue.id });
    expect((await showIssues(tracker, [issue.id]))[0]?.title).toBe("One");
    tracker.close();
    two.close();
  });

  test("knows the very first command in a repository, from another process", async () => {
    using repository = makeRepository();
    const first = await trackerAt(repository);
    const issue = await createIssue(first, { title: "One" });
    first.close();
    const second = await trackerAt(repository, ben);
    expect((await undo(second)).issues.map(({ issue: { id } }) => id)).toEqual([issue.id]);
    second.close();
  });

  test("with nothing to undo is refused", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    expect((await refusal(undo(tracker))).code).toBe("not-found");
    tracker.close();
  });

  test("after the index was made anew still knows the last change", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    await deleteIssues(tracker, [issue.id]);
    await reindex(tracker);
    await undo(tracker);
    expect((await showIssues(tracker, [issue.id]))[0]?.deleted).toBe(false);
    tracker.close();
  });
});

describe("doctor", () => {
  test("finds nothing wrong with what the verbs wrote", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    await addComment(tracker, issue.id, "Words");
    expect(await diagnose(tracker, "look")).toEqual({ findings: [], checked: 1 });
    tracker.close();
  });

  test("names an event that is broken, an issue that can't be read, a ref that is none", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    const lost = await createIssue(tracker, { title: "Two" });
    const tree = repository.git("hash-object", "-t", "tree", "-w", "/dev/null").trim();
    const broken = repository
      .git("commit-tree", tree, "-p", issue.id, "-m", "Bad\n\nEvent: status-changed\nFormat: 1")
      .trim();
    repository.git("update-ref", `refs/git-tracker/issues/${issue.id}`, broken);
    repository.git("update-ref", `refs/git-tracker/issues/${"a".repeat(40)}`, lost.id);
    repository.git("update-ref", "refs/git-tracker/issues/strange", lost.id);
    const { findings } = await diagnose(tracker, "look");
    expect(findings.map(({ level, what }) => `${level}: ${what}`).sort()).toEqual([
      "error: Issue aaaaaaaaaa can't be read: its first commit is not the one its name says",
      `warning: Issue ${issue.id.slice(0, 10)}: the event status-changed in commit ${broken.slice(0, 10)} does not count: To: missing`,
      "warning: refs/git-tracker/issues/strange is no issue's name; it is ignored",
    ]);
    expect((await showIssues(tracker, [issue.id]))[0]).toMatchObject({
      title: "One",
      quarantined: [{ type: "status-changed" }],
    });
    tracker.close();
  });

  test("names a lock that a dead program left", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issue = await createIssue(tracker, { title: "One" });
    const lock = join(repository.root, "main", ".git", "refs", "git-tracker", "issues", `${issue.id}.lock`);
    writeFileSync(lock, "");
    const { findings } = await diagnose(tracker, "repair");
    expect(findings.map(({ what }) => what)).toEqual([`A lock is in the way: ${lock}`]);
    expect(existsSync(lock)).toBe(true);
    tracker.close();
  });
});
