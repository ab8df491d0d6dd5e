/** What a command has folded goes to the index as it is: the same as if the index had read it. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Projection } from "../../src/index/index.ts";
import { createFolds } from "../../src/tracker/folds.ts";
import { type ImportedDraft, type ImportedIssue, importIssues } from "../../src/tracker/import.ts";
import { refresh } from "../../src/tracker/refresh.ts";
import { syncIssues } from "../../src/tracker/sync.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { ada, ben } from "../support/events.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

const issues = 150;

test("an import's issues are not read again, but for those that it linked when they had left memory", async () => {
  using repository = makeRepository();
  const tracker = await trackerAt(repository);
  const read = countReads(tracker);
  await importIssues(tracker, history(60_000)); // More than is held at a time.
  expect(read()).toBe(2);
  await expectAsReadAnew(tracker);
  tracker.close();
});

/** Issues in a repository that is the other's remote. */
async function fillRemote(theirs: TestRepository, ours: TestRepository): Promise<void> {
  const source = await trackerAt(theirs);
  await importIssues(source, history(100));
  source.close();
  ours.git("remote", "add", "origin", `file://${theirs.cwd}`);
}

test("the issues of a first sync are read once", async () => {
  using theirs = makeRepository();
  using ours = makeRepository();
  await fillRemote(theirs, ours);
  const tracker = await trackerAt(ours);
  const read = countReads(tracker);
  await syncIssues(tracker, { remote: undefined, direction: "both", mode: "do" });
  expect(read()).toBe(issues);
  await expectAsReadAnew(tracker);
  tracker.close();
});

test("where events must be signed, unsigned ones that were folded don't count for that", async () => {
  using theirs = makeRepository();
  using ours = makeRepository();
  await fillRemote(theirs, ours);
  writeFileSync(join(ours.cwd, "git-tracker.toml"), 'signing.require = "yes"\n');
  const tracker = await trackerAt(ours);
  await syncIssues(tracker, { remote: undefined, direction: "both", mode: "do" });
  expect(tracker.index.broken()).toHaveLength(issues);
  tracker.close();
});

test("what is kept is given away once, to the issue that it is of", async () => {
  using repository = makeRepository();
  const tracker = await trackerAt(repository);
  await importIssues(tracker, history(10).slice(0, 1));
  const [id = ""] = tracker.index.tips().keys();
  const issue = tracker.index.state(id);
  tracker.close();
  if (issue === undefined) throw new Error("There is no issue");
  const whole: Projection & { kind: "replace" } = {
    kind: "replace",
    issue,
    history: [{ commit: id, seconds: 1, author: ada, signed: "unsigned" }],
  };
  const folds = createFolds();
  folds.keep(whole);
  expect(folds.take(id, id)).toBeUndefined();
  expect(folds.take(id, issue.revision)?.projection).toEqual(whole);
  expect(folds.take(id, issue.revision)).toBeUndefined();
  folds.keep(whole);
  expect(folds.take(issue.revision, issue.revision)).toBeUndefined();
  folds.keep(whole);
  folds.clear();
  expect(folds.take(id, issue.revision)).toBeUndefined();
});

/** The first two issues lead to the ones after them. */
function history(bodyCharacters: number): ImportedIssue[] {
  return Array.from({ length: issues }, (_, number) => {
    const at = (seconds: number, draft: ImportedDraft) => {
      return { author: number % 2 ? ada : ben, time: { seconds, zone: "+0100" }, key: `${seconds}`, drafts: [draft] };
    };
    const body = `${number} ü `.repeat(bodyCharacters / 5).slice(0, bodyCharacters - 1);
    const first = {
      type: "issue-created",
      title: `Nr. ${number}`,
      body: `${body}.`,
      status: "todo",
      nonce: "",
    } as const;
    const link = { author: ada, time: { seconds: 9, zone: "+0000" }, kind: "relates" } as const;
    return {
      system: "github",
      name: `a/b#${number}`,
      commits: [at(number, first), at(number + 5, { type: "comment-added", body: "Said: \u0001 \u2028 \u{1f600}" })],
      links: number < 2 ? [{ ...link, targetName: `a/b#${number + 1}` }] : [],
    };
  });
}

/** How many streams were read from the store since. */
function countReads(tracker: Tracker): () => number {
  const { store } = tracker;
  const { readStreams } = store;
  let count = 0;
  Object.assign(store, {
    readStreams: (tips: readonly string[], bytesMax?: number) => {
      count += tips.length;
      return readStreams(tips, bytesMax);
    },
  });
  return () => count;
}

async function expectAsReadAnew(tracker: Tracker): Promise<void> {
  const before = told(tracker);
  expect(before.states).toHaveLength(issues);
  tracker.resetIndex();
  await refresh(tracker);
  expect(told(tracker)).toEqual(before);
}

function told({ index }: Tracker) {
  const ids = [...index.tips().keys()].sort();
  return {
    states: ids.map((id) => index.state(id)),
    histories: ids.map((id) => index.history({ issue: id })),
    people: index.people(),
    edges: index.edges(["relates", "parent", "blocks"]),
  };
}
