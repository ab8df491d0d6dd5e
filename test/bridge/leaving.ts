/** Random issues for formats that lead elsewhere: told to a tracker by its verbs, and read back from another. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { IssueView } from "../../src/core/view.ts";
import { type Exported, exportIssues } from "../../src/tracker/export.ts";
import { changeStatus, closeIssues } from "../../src/tracker/flow.ts";
import { createIssue, editIssues } from "../../src/tracker/issues.ts";
import { parse, showIssues } from "../../src/tracker/read.ts";
import { addComment, deleteComment, editComment } from "../../src/tracker/talk.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { trackerInMemory } from "../support/tracker.ts";

const line = fc.constantFrom(
  "One",
  "é😀",
  "a: b",
  'say "hi" [x] (y)',
  "BEGIN:VTODO",
  "x".repeat(200),
  "-o",
  "a\\nb;c,d",
  "tag +x",
);
const text = fc.constantFrom(
  "Words",
  "Two\n\nlines",
  "END:VCALENDAR\nBEGIN:VTODO",
  "\u202e\u001b[2J",
  "é".repeat(100),
  "Closes #1",
  "a;b,c\\d",
);
const label = fc.constantFrom("bug", "help wanted", "x,y", "ü", "+tag", "project:a", "=1+1");
export const story = fc.array(
  fc.record({
    title: line,
    body: fc.option(text, { nil: "" }),
    labels: fc.uniqueArray(label, { maxLength: 3 }),
    milestone: fc.option(fc.constantFrom("1.0", "Next one"), { nil: undefined }),
    priority: fc.option(fc.constantFrom("low", "medium", "high", "urgent"), { nil: undefined }),
    due: fc.option(fc.constantFrom("2026-12-01", "2024-02-29"), { nil: undefined }),
    comments: fc.array(text, { maxLength: 3 }),
    later: fc.constantFrom(
      "open",
      "started",
      "closed",
      "not planned",
      "again",
      "renamed",
      "label gone",
      "comment gone",
    ),
    blockedBy: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);
export type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** Runs it with two trackers that have nothing, and a folder. */
export async function withTrackers(run: (from: Tracker, to: Tracker, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-leaving-"));
  const [from, to] = [trackerInMemory(join(folder, "from")), trackerInMemory(join(folder, "to"))];
  try {
    await run(from, to, folder);
  } finally {
    from.close();
    to.close();
    rmSync(folder, { recursive: true });
  }
}

export async function tell(tracker: Tracker, issues: Story): Promise<void> {
  let last: string | undefined;
  for (const { comments, later, blockedBy, ...issue } of issues) {
    const { id } = await createIssue(tracker, { ...issue, blockedBy: blockedBy && last !== undefined ? [last] : [] });
    const said: string[] = [];
    for (const comment of comments) said.push((await addComment(tracker, id, comment)).comment);
    if (later === "started") await changeStatus(tracker, [id], "in-progress");
    if (later === "closed" || later === "again") await closeIssues(tracker, [id], { resolution: "completed" });
    if (later === "not planned") await closeIssues(tracker, [id], { resolution: "not-planned" });
    if (later === "again") await changeStatus(tracker, [id], "todo");
    if (later === "renamed") await editIssues(tracker, [id], { title: `${issue.title} by now`, milestone: "" });
    if (later === "label gone")
      await editIssues(tracker, [id], { removeLabels: issue.labels.slice(0, 1), addLabels: ["new"] });
    const [first] = said;
    if (later === "comment gone" && first !== undefined) await deleteComment(tracker, id, first);
    if (later === "renamed" && first !== undefined) await editComment(tracker, id, first, "Something else");
    last = id;
  }
}

export async function leave(tracker: Tracker): Promise<Exported> {
  return await exportIssues(tracker, await parse(tracker, "sort:created-asc"));
}

export async function viewsOf(tracker: Tracker): Promise<IssueView[]> {
  const { summaries } = await leave(tracker);
  return await showIssues(
    tracker,
    summaries.map(({ id }) => id),
  );
}

export async function* fileOf(written: string, name = "file.json") {
  yield { name, bytes: new TextEncoder().encode(written) };
}

export async function written(parts: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(parts)).join("");
}
