import { expect, test } from "bun:test";
import fc from "fast-check";
import type { EventDraft } from "../../src/core/event.ts";
import { foldStream } from "../../src/core/fold.ts";
import type { Issue } from "../../src/core/issue.ts";
import { inverseOf } from "../../src/core/undo.ts";
import { change, commit, root } from "../support/events.ts";

const said = commit([root.oid], [{ type: "comment-added", body: "said" }]);
const start = [root, said];

function after(...drafts: readonly (readonly EventDraft[])[]): { issue: Issue; commits: typeof start } {
  const commits = [...start];
  for (const each of drafts) if (each.length > 0) commits.push(commit([commits.at(-1)?.oid ?? ""], each));
  const folded = foldStream(root.oid, commits.at(-1)?.oid ?? "", commits);
  if (typeof folded === "string") throw new Error(folded);
  return { issue: folded.issue, commits };
}

/** What people see of a state: not when it changed, and nothing of what was deleted. */
function seen(issue: Issue) {
  const {
    revision: _,
    generation: __,
    updatedAt: ___,
    statusAt: ____,
    links,
    parentSince: _____,
    comments,
    ...rest
  } = issue;
  return {
    ...rest,
    links: links.map(({ kind, target }) => `${kind} ${target}`),
    comments: comments.filter(({ deleted }) => !deleted).map(({ id, body }) => ({ id, body })),
  };
}

const undoable = change([said.oid]).filter(
  ({ type }) => !["conflict-resolved", "commit-linked", "external-linked"].includes(type),
);

test("what is undone is as it was, and undone again it is as it became", () => {
  fc.assert(
    fc.property(undoable, undoable, (first, draft) => {
      fc.pre(!first.type.startsWith("reaction") && !draft.type.startsWith("reaction"));
      const before = after([first]);
      const changed = after([first], [draft]);
      const inverse = inverseOf(changed.commits.at(-1) ?? root, before.issue, changed.issue);
      const undone = after([first], [draft], inverse);
      expect(seen(undone.issue)).toEqual(seen(before.issue));
      if (inverse.length === 0) return;
      const redo = inverseOf(undone.commits.at(-1) ?? root, changed.issue, undone.issue);
      expect(seen(after([first], [draft], inverse, redo).issue)).toEqual(seen(changed.issue));
    }),
    { numRuns: 1000 },
  );
});

test("what somebody changed again is not overwritten", () => {
  const first = after([{ type: "title-changed", to: "Mine" }]);
  const now = after([{ type: "title-changed", to: "Mine" }], [{ type: "title-changed", to: "Theirs" }]);
  expect(() => inverseOf(first.commits[2] ?? root, after().issue, now.issue)).toThrow(
    "The title was changed again since then",
  );
});

test("an issue that began is deleted", () => {
  expect(inverseOf(root, undefined, after().issue)).toEqual([{ type: "issue-deleted" }]);
});
