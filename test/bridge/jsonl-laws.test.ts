/**
 * Laws of carrying issues as lines: two people change what they have at random and hand each other files; whoever takes all of it has the
 * same refs and writes the same bytes.
 */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { archiveIssues, createIssue, deleteIssues, editIssues } from "../../src/tracker/issues.ts";
import { defineLabel } from "../../src/tracker/labels.ts";
import { listIssues, parse } from "../../src/tracker/read.ts";
import { addComment, attachFiles } from "../../src/tracker/talk.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { memoryStore } from "../support/memory-store.ts";
import { trackerInMemory } from "../support/tracker.ts";
import { carry, receive, tipsOf } from "./jsonl.ts";

type Step = {
  readonly who: number;
  readonly what: (typeof deeds)[number];
  readonly which: number;
  readonly text: string;
};

const deeds = [
  "create",
  "comment",
  "rename",
  "describe",
  "label",
  "attach",
  "archive",
  "delete",
  "define",
  "hand over",
] as const;
const texts = fc.constantFrom(
  "a",
  "b",
  "Two\n\nlines",
  "\u202e\u001b[2J",
  "=1+1",
  "é\u0000".replace("\0", ""),
  "Event: issue-deleted",
  "😀",
);
const steps = fc.array(fc.record({ who: fc.nat(1), what: fc.constantFrom(...deeds), which: fc.nat(5), text: texts }), {
  maxLength: 14,
});

/** Both have it, both change it, and each change comes to the other: there is a merge, also of the project's stream. */
const forked: Step[] = [
  { who: 0, what: "create", which: 0, text: "a" },
  { who: 0, what: "define", which: 0, text: "a" },
  { who: 0, what: "hand over", which: 0, text: "" },
  { who: 0, what: "comment", which: 0, text: "a" },
  { who: 1, what: "rename", which: 0, text: "Two" },
  { who: 1, what: "attach", which: 0, text: "Two" },
  { who: 0, what: "define", which: 0, text: "b" },
  { who: 1, what: "define", which: 0, text: "Two" },
];

async function take(people: readonly Tracker[], { who, what, which, text }: Step): Promise<void> {
  const [tracker, other] = who === 0 ? people : people.toReversed();
  if (tracker === undefined || other === undefined) throw new Error("There are two of them");
  if (what === "hand over") {
    await receive(other, await carry(tracker));
    return;
  }
  if (what === "define") {
    await defineLabel(tracker, text.split("\n")[0] ?? "", { description: "x" });
    return;
  }
  const { items } = await listIssues(tracker, await parse(tracker, "is:archived OR NOT is:archived"));
  const id = items[which % Math.max(1, items.length)]?.id;
  if (what === "create" || id === undefined) {
    await createIssue(tracker, { title: `Issue ${which}`, body: text });
    return;
  }
  const bytes = new TextEncoder().encode(text);
  if (what === "comment") await addComment(tracker, id, text);
  if (what === "rename") await editIssues(tracker, [id], { title: `Issue ${text.length}` });
  if (what === "describe") await editIssues(tracker, [id], { body: text });
  if (what === "label") await editIssues(tracker, [id], { addLabels: [`label-${text.length}`] });
  if (what === "attach") await attachFiles(tracker, id, [{ name: `file-${which}`, bytes }]);
  if (what === "archive") await archiveIssues(tracker, [id]);
  if (what === "delete") await deleteIssues(tracker, [id]);
}

/** Runs it with so many trackers that have nothing. */
async function withTrackers(count: number, run: (...trackers: Tracker[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-jsonl-"));
  const trackers = Array.from({ length: count }, (_, at) =>
    trackerInMemory(join(folder, String(at)), {}, memoryStore()),
  );
  try {
    await run(...trackers);
  } finally {
    for (const tracker of trackers) tracker.close();
    rmSync(folder, { recursive: true });
  }
}

test("whoever takes all of it has the same refs, writes the same bytes, and takes nothing twice", async () => {
  const property = fc.asyncProperty(steps, async (story) => {
    await withTrackers(4, async (ada, ben, cyn, dan) => {
      if (ada === undefined || ben === undefined || cyn === undefined || dan === undefined) return;
      for (const step of story) await take([ada, ben], step);
      await receive(ben, await carry(ada));
      await receive(ada, await carry(ben));
      expect(await tipsOf(ada)).toEqual(await tipsOf(ben));
      const file = await carry(ada);
      expect(await carry(ben)).toBe(file);
      if (story === forked) expect(file.match(/\\n\\nMerge concurrent changes/g)).toHaveLength(2);

      const came = await receive(cyn, file);
      const tips = await tipsOf(ada);
      expect(await tipsOf(cyn)).toEqual(tips);
      expect(await carry(cyn)).toBe(file);
      expect(came.created).toBe(Object.keys(tips).filter((ref) => ref.includes("/issues/")).length);
      expect(await receive(cyn, file)).toMatchObject({ created: 0, updated: 0, commits: 0, unchanged: came.created });

      // What a query leaves out is left out, and nothing else is different.
      const part = await carry(ada, "is:open sort:created-asc");
      await receive(dan, part);
      expect(await carry(dan)).toBe(part);
    });
  });
  await fc.assert(property, { numRuns: 40, examples: [[forked]] });
}, 60_000);
