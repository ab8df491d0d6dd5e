/**
 * Merging: of tips (a merge commit that every replica makes alike, to the byte) and of texts (line by line, against the text that
 * both started from).
 */
import { diff3Merge } from "node-diff3";
import type { CommitContent, Moment, Oid } from "./commit.ts";
import { mergeMessage } from "./message.ts";

/**
 * The merge of diverged tips: a pure function of them, so that two replicas that merge the same tips write the same commit and
 * merging comes to rest.
 */
export function mergeCommit(
  tips: readonly { readonly oid: Oid; readonly time: Moment }[],
  emptyTree: Oid,
): CommitContent {
  return {
    tree: emptyTree,
    parents: [...new Set(tips.map((tip) => tip.oid))].sort(),
    author: { name: "git-tracker", email: "git-tracker@localhost" },
    time: { seconds: Math.max(...tips.map((tip) => tip.time.seconds)), zone: "+0000" },
    message: mergeMessage,
  };
}

/** Longer texts are not merged by line but recorded as a conflict: matching lines takes time that grows with their square. */
const mergeLinesMax = 5000;

/** Lines of a text, or what two people made of them. */
export type Region = { readonly lines: readonly string[] } | { readonly sides: readonly (readonly string[])[] };

/** Two texts that both come from `base`, parted into what can be had from both and what somebody has to put together. */
export function mergeRegions(base: string, a: string, b: string): Region[] {
  const [baseLines, aLines, bLines] = [base.split("\n"), a.split("\n"), b.split("\n")];
  if (Math.max(baseLines.length, aLines.length, bLines.length) > mergeLinesMax) return [{ sides: [aLines, bLines] }];
  return diff3Merge(aLines, baseLines, bLines, { excludeFalseConflicts: true }).flatMap(
    ({ ok, conflict }): Region[] => {
      if (conflict !== undefined) return [{ sides: [conflict.a, conflict.b] }];
      return ok === undefined ? [] : [{ lines: ok }];
    },
  );
}

/** Merges two texts that both come from `base`. Undefined if they changed the same region in different ways. */
export function mergeTexts(base: string, a: string, b: string): string | undefined {
  if (a === b || b === base) return a;
  if (a === base) return b;
  const [baseLines, aLines, bLines] = [base.split("\n"), a.split("\n"), b.split("\n")];
  if (Math.max(baseLines.length, aLines.length, bLines.length) > mergeLinesMax) return undefined;
  const merged: string[] = [];
  for (const region of diff3Merge(aLines, baseLines, bLines, { excludeFalseConflicts: true })) {
    if (region.ok === undefined) return undefined;
    merged.push(...region.ok);
  }
  return merged.join("\n").trimEnd();
}
