import { describe, expect, test } from "bun:test";
import type { EventDraft } from "../../src/core/event.ts";
import { type ImportedCommit, type ImportedIssue, importIssues } from "../../src/tracker/import.ts";
import { editIssues, type IssueEdit } from "../../src/tracker/issues.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import type { Snapshot } from "../../src/tracker/snapshot.ts";
import { addComment } from "../../src/tracker/talk.ts";
import { undo } from "../../src/tracker/undo.ts";
import { ben } from "../support/events.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

const first: EventDraft = {
  type: "issue-created",
  title: "Crash",
  body: "Boom",
  status: "todo",
  nonce: "0".repeat(20),
};

function at(seconds: number, ...drafts: ImportedCommit["drafts"]): ImportedCommit {
  return { author: ben, time: { seconds, zone: "+0000" }, drafts, key: String(seconds) };
}

function issue(name: string, commits: readonly ImportedCommit[], links: ImportedIssue["links"] = []): ImportedIssue {
  return { system: "github", name, commits, links };
}

const talk = at(20, { type: "comment-added", body: "Me too", external: "github 7" });

async function only(repository: TestRepository) {
  const tracker = await trackerAt(repository);
  const { items } = await listIssues(tracker, await parse(tracker, ""));
  const [view] = await showIssues(
    tracker,
    items.map(({ id }) => id),
  );
  tracker.close();
  if (view === undefined || items.length !== 1) throw new Error("There is not one issue");
  return view;
}

describe("an import", () => {
  test("keeps authors and times, and the name in the other system", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    expect(await importIssues(tracker, [issue("a/b#1", [at(10, first), talk])])).toEqual({
      created: 1,
      updated: 0,
      unchanged: 0,
      commits: 2,
      comments: 1,
      dangling: 0,
      circular: 0,
    });
    tracker.close();
    expect(await only(repository)).toMatchObject({
      title: "Crash",
      author: ben,
      createdAt: "1970-01-01T00:00:10Z",
      externalIds: { github: "a/b#1" },
      comments: [{ body: "Me too", author: ben, createdAt: "1970-01-01T00:00:20Z" }],
    });
  });

  test("of the same source in two clones makes the same issue", async () => {
    using one = makeRepository();
    using two = makeRepository();
    for (const repository of [one, two]) {
      const tracker = await trackerAt(repository);
      await importIssues(tracker, [issue("a/b#1", [at(10, first), talk])]);
      tracker.close();
    }
    expect((await only(one)).revision).toBe((await only(two)).revision);
  });

  test("done again adds only what is new, on top of what happened here", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    await importIssues(tracker, [issue("a/b#1", [at(10, first), talk])]);
    expect(await importIssues(tracker, [issue("a/b#1", [at(10, first), talk])])).toMatchObject({
      unchanged: 1,
      commits: 0,
    });
    const { id } = await only(repository);
    await addComment(tracker, id, "Said here");
    const more = at(30, { type: "label-added", label: "bug" });
    expect(await importIssues(tracker, [issue("a/b#1", [at(10, first), talk, more])])).toMatchObject({
      updated: 1,
      commits: 1,
    });
    const after = await only(repository);
    expect(after.comments.map(({ body }) => body)).toEqual(["Me too", "Said here"]);
    expect(after.labels).toEqual(["bug"]);
    tracker.close();
  });

  test("done again does not repeat what the issue says already", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const word = (seconds: number) =>
      at(seconds, { type: "label-added", label: "bug" }, { type: "title-changed", to: "Crash" });
    await importIssues(tracker, [issue("a/b#1", [at(10, first), word(20)])]);
    expect(await importIssues(tracker, [issue("a/b#1", [at(10, first), word(99)])])).toMatchObject({ commits: 0 });
    tracker.close();
  });

  test("takes over texts that were edited there", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    await importIssues(tracker, [issue("a/b#1", [at(10, first), talk])]);
    const edited = at(20, { type: "comment-added", body: "Me three", external: "github 7" });
    const body: EventDraft = {
      ...first,
      type: "issue-created",
      body: "Bang",
      title: "Crash",
      status: "todo",
      nonce: "0".repeat(20),
    };
    await importIssues(tracker, [issue("a/b#1", [at(10, body), edited])]);
    const after = await only(repository);
    expect([after.body, ...after.comments.map((comment) => comment.body)]).toEqual(["Bang", "Me three"]);
    tracker.close();
  });

  test("resolves changes of comments by their keys and links by their names", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const time = { author: ben, time: { seconds: 40, zone: "+0000" } };
    await importIssues(tracker, [
      issue(
        "a/b#2",
        [at(11, { ...first, type: "issue-created", title: "Second", status: "todo", nonce: "0".repeat(20) })],
        [
          { ...time, kind: "duplicates", targetName: "a/b#1" },
          { ...time, kind: "relates", targetName: "a/b#404" },
        ],
      ),
      issue("a/b#1", [at(10, first), talk, at(30, { type: "comment-edited", commentKey: "20", body: "Me four" })]),
    ]);
    const { items } = await listIssues(tracker, await parse(tracker, "sort:created-asc"));
    const [one, two] = await showIssues(
      tracker,
      items.map(({ id }) => id),
    );
    expect(one?.comments.map(({ body }) => body)).toEqual(["Me four"]);
    expect(two?.links).toEqual([{ kind: "duplicates", target: one?.id ?? "" }]);
    tracker.close();
  });

  test("with one broken event imports nothing", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const bad = at(30, { type: "label-added", label: "" });
    expect(
      importIssues(tracker, [issue("a/b#1", [at(10, first)]), issue("a/b#2", [at(10, first), bad])]),
    ).rejects.toThrow("That can't be stored as label-added: Label: not empty");
    expect((await listIssues(tracker, await parse(tracker, ""))).total).toBe(0);
    tracker.close();
  });

  test("is undone as a whole", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    await importIssues(tracker, [issue("a/b#1", [at(10, first), talk]), issue("a/b#2", [at(11, first)])]);
    expect((await undo(tracker)).issues.length).toBe(2);
    expect((await listIssues(tracker, await parse(tracker, ""))).total).toBe(0);
    tracker.close();
  });

  const long = (name: string, more: readonly ImportedCommit[] = []) =>
    issue(name, [
      at(10, {
        ...first,
        type: "issue-created",
        title: name,
        status: "todo",
        body: "x".repeat(1_500_000),
        nonce: "0".repeat(20),
      }),
      ...more,
    ]);

  test("of more than is held at a time is one import all the same", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const names = ["1", "2", "3", "4", "5", "6", "7"];
    const links = (name: string) =>
      names.map((targetName): ImportedIssue["links"][number] => ({
        kind: "blocked-by",
        targetName,
        author: ben,
        time: { seconds: Number(name), zone: "+0000" },
      }));
    const up = { kind: "parent" as const, author: ben, time: { seconds: 30, zone: "+0000" } };
    const source = () =>
      names.map((name) => ({
        ...long(name, [talk]),
        links: name === "4" ? links(name) : name === "2" ? [{ ...up, targetName: "1" }] : [],
      }));
    expect(await importIssues(tracker, source())).toMatchObject({ created: 7, commits: 21, comments: 7 });
    expect((await listIssues(tracker, await parse(tracker, "is:blocked"))).items.map(({ title }) => title)).toEqual([
      "4",
    ]);
    expect(await importIssues(tracker, source())).toMatchObject({ unchanged: 7, commits: 0 });
    expect(repository.git("fsck", "--strict", "--connectivity-only")).not.toContain("missing");
    await undo(tracker);
    expect((await listIssues(tracker, await parse(tracker, ""))).total).toBe(0);
    tracker.close();
  });

  test("knows people again whom git spells without the signs around their names", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const author = { name: " Ada L. ", email: "'ada@example.com." };
    const source = [
      issue("a/b#1", [
        { ...at(10, first), author },
        { ...talk, author },
      ]),
    ];
    await importIssues(tracker, source);
    const before = await only(repository);
    expect(before.comments[0]?.author).toEqual({ name: "Ada L", email: "ada@example.com" });
    expect(await importIssues(tracker, source)).toMatchObject({ unchanged: 1, commits: 0 });
    tracker.resetIndex();
    expect(await only(repository)).toEqual(before);
    tracker.close();
  });

  test("whose source breaks off late imports nothing", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const source = function* () {
      for (const name of ["1", "2", "3", "4", "5"]) yield long(name);
      throw new Error("The disk is gone");
    };
    expect(importIssues(tracker, source())).rejects.toThrow("The disk is gone");
    expect((await listIssues(tracker, await parse(tracker, ""))).total).toBe(0);
    expect(repository.git("for-each-ref", "refs/git-tracker/")).toBe("");
    await importIssues(tracker, [long("1")]);
    expect(repository.git("count-objects", "-v")).toContain("garbage: 0");
    tracker.close();
  });

  test("begins anew with its source when another tool changes an issue meanwhile", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    await importIssues(tracker, [issue("a/b#1", [at(10, first)])]);
    const { id } = await only(repository);
    const ref = `refs/git-tracker/issues/${id}`;
    let begun = 0;
    const source = {
      async *[Symbol.asyncIterator]() {
        begun++;
        yield issue("a/b#1", [at(10, first), talk]);
        if (begun > 1) return;
        const tree = repository.git("rev-parse", `${id}^{tree}`).trim();
        repository.git("update-ref", ref, repository.git("commit-tree", tree, "-p", id, "-m", "Elsewhere").trim());
      },
    };
    expect(await importIssues(tracker, source)).toMatchObject({ updated: 1, commits: 1 });
    expect(begun).toBe(2);
    expect(repository.git("rev-list", "--count", ref).trim()).toBe("3");
    tracker.close();
  });
});

describe("what another system says an issue is now", () => {
  const said = { title: "Crash", status: "todo", labels: new Set(["a"]), priority: null };
  const now = (state: Partial<Snapshot>, seconds = 30): ImportedIssue => ({
    ...issue("a#1", [at(10, { ...first, label: ["a"] })]),
    now: { author: ben, time: { seconds, zone: "+0000" }, state: { ...said, ...state }, isAll: true, tells: [] },
  });

  async function importing(repository: TestRepository, ...issues: ImportedIssue[]) {
    const tracker = await trackerAt(repository);
    const result = await importIssues(tracker, issues);
    tracker.close();
    return result;
  }

  async function change(repository: TestRepository, edit: IssueEdit) {
    const tracker = await trackerAt(repository);
    await editIssues(tracker, [tracker.index.byExternalId("github", "a#1") ?? ""], edit);
    tracker.close();
  }

  test("comes whole, once, and later only what changed there since", async () => {
    using repository = makeRepository();
    expect(await importing(repository, now({ priority: "high" }))).toMatchObject({ created: 1, commits: 2 });
    expect(await importing(repository, now({ priority: "high" }, 40))).toMatchObject({ unchanged: 1, commits: 0 });
    expect(await importing(repository, now({ title: "Crashes", labels: new Set(["b"]) }, 50))).toMatchObject({
      updated: 1,
      commits: 1,
    });
    expect(await only(repository)).toMatchObject({ title: "Crashes", labels: ["b"], priority: null });
  });

  test("leaves alone what was changed here", async () => {
    using repository = makeRepository();
    await importing(repository, now({}));
    await change(repository, { title: "Mine", addLabels: ["mine"], removeLabels: ["a"] });
    await importing(repository, now({ priority: "low" }, 50));
    expect(await only(repository)).toMatchObject({ title: "Mine", labels: ["mine"], priority: "low" });
  });

  test("is no news where it was done here already", async () => {
    using repository = makeRepository();
    await importing(repository, now({}));
    await change(repository, { priority: "low" });
    expect(await importing(repository, now({ priority: "low" }, 50))).toMatchObject({ unchanged: 1, commits: 0 });
  });

  test("knows the changes it came by, though what they did was undone here", async () => {
    const done: EventDraft = { type: "status-changed", from: "todo", to: "done" };
    const closed = (state: Partial<Snapshot>, isAll: boolean, seconds: number): ImportedIssue => {
      const { now: last, ...rest } = now({ status: "done", ...state }, seconds);
      if (last === undefined) throw new Error("It says nothing");
      // What is concluded may be dated anew in every export.
      const mark: ImportedCommit["drafts"] = isAll ? [{ type: "external-linked", external: "github a#1" }] : [];
      return { ...rest, commits: [...rest.commits, at(isAll ? seconds : 20, done, ...mark)], now: { ...last, isAll } };
    };
    for (const isAll of [false, true]) {
      using repository = makeRepository();
      await importing(repository, closed({}, isAll, 30));
      await change(repository, { status: "todo" });
      await importing(repository, closed({ priority: "low" }, isAll, 50));
      expect(await only(repository)).toMatchObject({ status: "todo", priority: "low" });
    }
  });

  test("that was concluded in a commit of its own is known later, even if it is taken back", async () => {
    using repository = makeRepository();
    const done: EventDraft = { type: "status-changed", from: "todo", to: "done" };
    const closed = now({ status: "done" });
    const mark: EventDraft = { type: "external-linked", external: "github a#1" };
    await importing(repository, { ...closed, commits: [...closed.commits, at(20, done, mark)] });
    await importing(repository, now({}, 50));
    expect(await only(repository)).toMatchObject({ status: "todo" });
  });
});

test("links that run in circles are left out, the last of each", async () => {
  using repository = makeRepository();
  const link = (kind: "parent" | "blocks" | "blocked-by", targetName: string) => ({
    kind,
    targetName,
    ...at(10, first),
  });
  const tracker = await trackerAt(repository);
  const result = await importIssues(tracker, [
    issue("1", [at(10, first)], [link("blocks", "2"), link("parent", "3")]),
    issue("2", [at(10, first)], [link("blocked-by", "1"), link("blocks", "3"), link("parent", "1")]),
    issue("3", [at(10, first)], [link("blocks", "1"), link("parent", "2"), link("blocks", "gone")]),
  ]);
  tracker.close();
  expect(result).toMatchObject({ created: 3, commits: 7, circular: 2, dangling: 1 });
});
