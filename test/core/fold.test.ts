import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Commit } from "../../src/core/commit.ts";
import type { MergeStrategy } from "../../src/core/concurrency.ts";
import type { EventDraft } from "../../src/core/event.ts";
import { foldOnTop, foldStream } from "../../src/core/fold.ts";
import type { Issue } from "../../src/core/issue.ts";
import { ada, ben, change, commit, history, merge, root } from "../support/events.ts";

function fold(commits: readonly Commit[], strategy?: MergeStrategy): Issue {
  const tip = commits.at(-1);
  const folded = foldStream(root.oid, tip?.oid ?? root.oid, commits, strategy);
  if (typeof folded === "string") throw new Error(folded);
  return folded.issue;
}

/** Both sides on the same start, merged. */
function concurrently(
  ours: readonly EventDraft[],
  theirs: readonly EventDraft[],
  start: readonly EventDraft[] = [],
): Commit[] {
  const base = start.length === 0 ? [root] : [root, commit([root.oid], start)];
  const from = base.at(-1)?.oid ?? root.oid;
  const a = commit([from], ours, 1_000_100, ada);
  const b = commit([from], theirs, 1_000_200, ben);
  return [...base, a, b, merge(a, b)];
}

describe("laws", () => {
  test("the fold does not depend on the order of arrival", () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (commits, chance) => {
        const tip = commits.at(-1);
        const keys = new Map(commits.map((each) => [each, chance.next().value ?? 0]));
        const shuffled = [...commits].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        expect(foldStream(root.oid, tip?.oid ?? "", shuffled)).toEqual(foldStream(root.oid, tip?.oid ?? "", commits));
      }),
      { numRuns: 1000 },
    );
  });

  test("folding on top is folding again", () => {
    fc.assert(
      fc.property(history, fc.array(change([root.oid]), { minLength: 1, maxLength: 5 }), (commits, drafts) => {
        const more: Commit[] = [];
        for (const draft of drafts)
          more.push(commit([(more.at(-1) ?? commits.at(-1) ?? root).oid], [draft], 2_000_000_000));
        expect(foldOnTop(fold(commits), more)).toEqual(fold([...commits, ...more]));
      }),
      { numRuns: 1000 },
    );
  });

  test("every comment anybody made is there, and every conflict names values that somebody wrote", () => {
    fc.assert(
      fc.property(history, (commits) => {
        const issue = fold(commits);
        const added = commits.flatMap((each) =>
          each.events.some(({ type }) => type === "comment-added") ? [each.oid] : [],
        );
        expect(issue.comments.map(({ id }) => id).sort()).toEqual(added.sort());
        const written = new Set(commits.map(({ oid }) => oid));
        for (const { values } of issue.conflicts) {
          expect(values.length).toBeGreaterThan(1);
          for (const value of values) expect(written.has(value.commit)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("merging a history that forked changes nothing but the tip when the sides touch different things", () => {
    const commits = concurrently([{ type: "label-added", label: "a" }], [{ type: "priority-changed", to: "high" }]);
    expect(fold(commits)).toMatchObject({ labels: ["a"], priority: "high", conflicts: [] });
  });
});

describe("concurrent edits", () => {
  test("of one scalar: the later in stream order is shown, the conflict holds both", () => {
    const issue = fold(
      concurrently([{ type: "title-changed", to: "Ours" }], [{ type: "title-changed", to: "Theirs" }]),
    );
    expect(issue.title).toBe("Theirs");
    expect(issue.conflicts).toMatchObject([
      {
        field: "title",
        values: [
          { value: "Ours", author: ada },
          { value: "Theirs", author: ben },
        ],
      },
    ]);
  });

  test("of one scalar to the same value: no conflict", () => {
    const same: EventDraft[] = [{ type: "priority-changed", to: "high" }];
    expect(fold(concurrently(same, same))).toMatchObject({ priority: "high", conflicts: [] });
  });

  test("with the manual strategy the value before both is shown meanwhile", () => {
    const commits = concurrently(
      [{ type: "priority-changed", to: "high" }],
      [{ type: "priority-changed", to: "low" }],
      [{ type: "priority-changed", to: "medium" }],
    );
    expect(fold(commits, { priority: "manual" })).toMatchObject({
      priority: "medium",
      conflicts: [{ field: "priority" }],
    });
    expect(fold(commits)).toMatchObject({ priority: "low", conflicts: [{ field: "priority" }] });
  });

  test.each<[string, EventDraft]>([
    ["setting the field again", { type: "title-changed", to: "Settled" }],
    ["resolving", { type: "conflict-resolved", field: "title", value: "Settled" }],
  ])("%s settles the conflict", (_, settling) => {
    const commits = concurrently([{ type: "title-changed", to: "Ours" }], [{ type: "title-changed", to: "Theirs" }]);
    const settled = commit([commits.at(-1)?.oid ?? ""], [settling], 1_000_300);
    expect(fold([...commits, settled])).toMatchObject({ title: "Settled", conflicts: [] });
  });

  test("of rank: never a conflict", () => {
    expect(
      fold(concurrently([{ type: "rank-changed", to: "b" }], [{ type: "rank-changed", to: "c" }])).conflicts,
    ).toEqual([]);
  });

  test.each([
    ["ours", "label-added", "label-removed"],
    ["theirs", "label-removed", "label-added"],
  ] as const)("an add wins over a concurrent remove (%s)", (_, ours, theirs) => {
    const start: EventDraft[] = ours === "label-added" ? [] : [{ type: "label-added", label: "x" }];
    const commits = concurrently([{ type: ours, label: "x" }], [{ type: theirs, label: "x" }], start);
    expect(fold(commits).labels).toEqual(["x"]);
  });

  test("a remove that has seen the add removes", () => {
    const commits = concurrently(
      [{ type: "label-removed", label: "x" }],
      [{ type: "due-changed", to: "2026-01-01" }],
      [{ type: "label-added", label: "x" }],
    );
    expect(fold(commits).labels).toEqual([]);
  });

  test("of the description in different places: both are there", () => {
    const start: EventDraft[] = [{ type: "description-changed", body: "one\ntwo\nthree\nfour" }];
    const commits = concurrently(
      [{ type: "description-changed", body: "ONE\ntwo\nthree\nfour" }],
      [{ type: "description-changed", body: "one\ntwo\nthree\nFOUR" }],
      start,
    );
    expect(fold(commits)).toMatchObject({ body: "ONE\ntwo\nthree\nFOUR", conflicts: [] });
  });

  test("of the description in one place: a conflict that holds both texts", () => {
    const commits = concurrently(
      [{ type: "description-changed", body: "ours" }],
      [{ type: "description-changed", body: "theirs" }],
    );
    expect(fold(commits)).toMatchObject({
      body: "theirs",
      conflicts: [{ field: "description", values: [{ value: "ours" }, { value: "theirs" }] }],
    });
  });

  test("an edit of a comment wins over its concurrent deletion, and the conflict is recorded", () => {
    const said = commit([root.oid], [{ type: "comment-added", body: "first" }]);
    const edited = commit([said.oid], [{ type: "comment-edited", comment: said.oid, body: "second" }], 1_000_100);
    const deleted = commit([said.oid], [{ type: "comment-deleted", comment: said.oid }], 1_000_200, ben);
    const issue = fold([root, said, edited, deleted, merge(edited, deleted)]);
    expect(issue.comments).toMatchObject([{ body: "second", deleted: false }]);
    expect(issue.conflicts).toMatchObject([{ field: `comment:${said.oid}` }]);
  });

  test("a restore wins over a concurrent delete", () => {
    const commits = concurrently(
      [{ type: "issue-restored" }],
      [{ type: "issue-deleted" }],
      [{ type: "issue-archived" }],
    );
    expect(fold(commits)).toMatchObject({ deleted: false, archived: false });
  });

  test("two files under one name: the later is shown, the conflict names both", () => {
    const file = (blob: string): EventDraft[] => [
      { type: "attachment-added", name: "log", size: "1", blob: blob.repeat(40) },
    ];
    const issue = fold(concurrently(file("1"), file("2")));
    expect(issue.attachments.map(({ oid }) => oid)).toEqual(["2".repeat(40)]);
    expect(issue.conflicts).toMatchObject([
      { field: "attachment:log", values: [{ value: "1".repeat(40) }, { value: "2".repeat(40) }] },
    ]);
  });
});

test("what was settled by a merge stays settled under what comes on top", () => {
  const hidden = concurrently([{ type: "issue-restored" }], [{ type: "issue-deleted" }]);
  const archived = commit([hidden.at(-1)?.oid ?? ""], [{ type: "issue-archived" }], 2_000_000);
  expect(foldOnTop(fold(hidden), [archived])).toEqual(fold([...hidden, archived]));
  expect(fold([...hidden, archived])).toMatchObject({ archived: true, deleted: false });
});

test("sets have one order, however their elements came", () => {
  const file = (name: string): EventDraft => ({ type: "attachment-added", name, size: "3", blob: "1".repeat(40) });
  const link = (target: string): EventDraft => ({ type: "link-added", kind: "relates", target: target.repeat(40) });
  const forked = concurrently([file("b"), link("2")], [file("b"), link("2")]);
  const onTop = commit([forked.at(-1)?.oid ?? ""], [file("a"), link("1")], 2_000_000);
  expect(foldOnTop(fold(forked), [onTop])).toEqual(fold([...forked, onTop]));
});

describe("what a stream must be", () => {
  test("its first commit is the one it is named by", () => {
    expect(foldStream("f".repeat(40), root.oid, [root])).toBe("its first commit is not the one its name says");
  });

  test("it has one beginning", () => {
    const other = commit([], [{ type: "issue-created", title: "Other", status: "todo", nonce: "1".repeat(20) }]);
    const tip = merge(root, other);
    expect(foldStream(root.oid, tip.oid, [root, other, tip])).toContain("second beginning");
  });

  test("a second issue-created changes nothing", () => {
    const again = commit(
      [root.oid],
      [{ type: "issue-created", title: "Mine now", status: "done", nonce: "1".repeat(20) }],
    );
    expect(fold([root, again])).toMatchObject({ title: "Start", status: "todo" });
  });

  test("names from Object.prototype are ordinary values", () => {
    const strange = commit(
      [root.oid],
      [
        { type: "reaction-added", reaction: "constructor" },
        { type: "label-added", label: "__proto__" },
        { type: "conflict-resolved", field: "constructor", value: "x" },
        { type: "external-linked", external: "toString x" },
      ],
    );
    expect(fold([root, strange])).toMatchObject({ labels: ["__proto__"], externalIds: { toString: "x" } });
    expect(Object.keys(fold([root, strange]).reactions)).toEqual(["constructor"]);
  });

  test("a stream of 20,000 commits folds without exhausting the stack", () => {
    const commits = [root];
    for (let i = 1; i <= 20_000; i++) {
      const label = String(i % 7);
      commits.push({
        ...root,
        oid: i.toString(16).padStart(40, "0"),
        parents: [commits.at(-1)?.oid ?? ""],
        events: [{ type: "label-added", label }],
      });
    }
    expect(fold(commits.reverse().concat()).labels.length).toBe(7);
  });
});
