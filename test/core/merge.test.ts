import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Commit } from "../../src/core/commit.ts";
import { foldStream } from "../../src/core/fold.ts";
import { mergeCommit, mergeTexts } from "../../src/core/merge.ts";
import { ancestry, generations, inStreamOrder } from "../../src/core/order.ts";
import { change, commit, commitOf, emptyTree, history, merge, root } from "../support/events.ts";

const branches = fc
  .array(fc.array(change([root.oid]), { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 3 })
  .map((sides) =>
    sides.map((drafts, side) => {
      const commits: Commit[] = [];
      for (const [index, draft] of drafts.entries()) {
        commits.push(commit([commits.at(-1)?.oid ?? root.oid], [draft], 1_000_000 + ((side * 7 + index * 3) % 11)));
      }
      return commits;
    }),
  );

/** The state without what says which merge commit is the tip. */
function stateOf(commits: readonly Commit[], tip: Commit) {
  const folded = foldStream(root.oid, tip.oid, commits);
  if (typeof folded === "string") throw new Error(folded);
  const { revision: _, generation: __, ...state } = folded.issue;
  return state;
}

const last = (commits: readonly Commit[]) => commits.at(-1) ?? root;

describe("merge commits", () => {
  test("are the same bytes whoever merges, and whichever tip is theirs", () => {
    fc.assert(
      fc.property(branches, ([a = [], b = []]) => {
        const ours = mergeCommit([last(a), last(b)], emptyTree);
        const theirs = mergeCommit([last(b), last(a)], emptyTree);
        expect(commitOf(ours).oid).toBe(commitOf(theirs).oid);
        expect(ours.parents).toEqual([...ours.parents].sort());
      }),
      { numRuns: 200 },
    );
  });

  test("of a tip with itself have one parent, so merging twice adds nothing", () => {
    expect(mergeCommit([root, root], emptyTree).parents).toEqual([root.oid]);
  });

  test("carry the latest of the parents' times in UTC and nobody's name", () => {
    const a = commit([root.oid], [{ type: "issue-archived" }], 5_000_000);
    const b = commit([root.oid], [{ type: "issue-deleted" }], 4_000_000);
    expect(mergeCommit([a, b], emptyTree)).toMatchObject({
      author: { name: "git-tracker", email: "git-tracker@localhost" },
      time: { seconds: 5_000_000, zone: "+0000" },
      message: "Merge concurrent changes\n\nFormat: 1\n",
    });
  });

  test("in whatever order three sides are merged, the state is the same", () => {
    fc.assert(
      fc.property(branches, ([a = [], b = [], c = []]) => {
        const ab = merge(last(a), last(b));
        const bc = merge(last(b), last(c));
        const left = merge(ab, last(c));
        const right = merge(last(a), bc);
        const all = [root, ...a, ...b, ...c];
        expect(stateOf([...all, ab, left], left)).toEqual(stateOf([...all, bc, right], right));
      }),
      { numRuns: 300 },
    );
  });
});

describe("texts", () => {
  const someLines = fc
    .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 8 })
    .map((lines) => lines.join("\n").trimEnd());

  test("merge alike from both sides", () => {
    fc.assert(
      fc.property(someLines, someLines, someLines, (base, a, b) => {
        expect(mergeTexts(base, a, b)).toBe(mergeTexts(base, b, a) as string);
      }),
      { numRuns: 2000 },
    );
  });

  test("that one side left alone become the other side's", () => {
    fc.assert(fc.property(someLines, someLines, (base, a) => expect(mergeTexts(base, a, base)).toBe(a)));
  });

  test("too long to compare are not merged", () => {
    const long = (end: string) => `${"x\n".repeat(6000)}${end}`;
    expect(mergeTexts(long("base"), long("a"), long("b"))).toBeUndefined();
  });
});

describe("stream order", () => {
  test("puts ancestors first and never reorders what was there", () => {
    fc.assert(
      fc.property(history, (commits) => {
        const ordered = inStreamOrder(commits);
        const place = new Map(ordered.map(({ oid }, index) => [oid, index]));
        for (const { oid, parents } of ordered) {
          for (const parent of parents) expect(place.get(parent)).toBeLessThan(place.get(oid) ?? 0);
        }
        const more = commit([last(commits).oid], [{ type: "issue-archived" }], -5_000_000);
        expect(inStreamOrder([more, ...commits])).toEqual([...ordered, more]);
      }),
      { numRuns: 200 },
    );
  });

  test("knows ancestors as a walk along the parents does", () => {
    fc.assert(
      fc.property(history, (commits) => {
        const byOid = new Map(commits.map((each) => [each.oid, each]));
        const isAncestor = ancestry(inStreamOrder(commits));
        const reach = (oid: string): Set<string> => {
          const seen = new Set([oid]);
          for (const each of seen) for (const parent of byOid.get(each)?.parents ?? []) seen.add(parent);
          return seen;
        };
        for (const descendant of commits) {
          const seen = reach(descendant.oid);
          for (const { oid } of commits) expect(isAncestor(oid, descendant.oid)).toBe(seen.has(oid));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a generation is one more than the highest of the parents'", () => {
    const a = commit([root.oid], [{ type: "issue-archived" }]);
    const b = commit([a.oid], [{ type: "issue-deleted" }]);
    const tip = merge(b, commit([root.oid], [{ type: "issue-restored" }]));
    expect(generations([tip, b, a, root]).get(tip.oid)).toBe(4);
  });
});
