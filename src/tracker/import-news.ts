/** What of another system's word is new to an issue that is here already, and what it took from there before. */
import type { Oid } from "../core/commit.ts";
import type { EventDraft } from "../core/event.ts";
import type { Batch } from "./batch.ts";
import type { ImportedIssue } from "./import.ts";
import { externalMark, keyOf, type There } from "./import-there.ts";
import { changed, says } from "./imported.ts";
import { newsBetween, tell, toldOf } from "./snapshot.ts";

/** The comment here that one of the drafts adds in the other system, whatever it says by now. */
export function commentNamedBy(drafts: readonly EventDraft[], { comments }: There): Oid | undefined {
  for (const draft of drafts) {
    if (draft.type === "comment-added" && draft.external !== undefined) return comments.get(draft.external);
  }
  return undefined;
}

/** What drafts come to on an issue that is there; nothing if only the mark is left of them. */
export function newsOf(batch: Batch, there: There, issue: ImportedIssue, drafts: readonly EventDraft[]): EventDraft[] {
  const mark = keyOf(issue);
  const news = drafts.flatMap((draft) => changed(batch.state(there.id), there.comments, draft));
  return news.every((draft) => draft.type === "external-linked" && draft.external === mark) ? [] : news;
}

/** The events of the commits that earlier imports of the issue made, as far as they are known. */
export function takenFrom(issue: ImportedIssue, there: There, taken: ReadonlySet<Oid>): (readonly EventDraft[])[] {
  const mark = keyOf(issue);
  return there.commits
    .filter(
      ({ oid, events }, index) =>
        index === 0 ||
        taken.has(oid) ||
        events.some((event) => event.type === "external-linked" && event.external === mark),
    )
    .map(({ events }) => events);
}

/** Adds what the other system says and the commits don't come to, as far as it isn't so here already. True if there was anything. */
export function addNews(
  batch: Batch,
  id: Oid,
  issue: ImportedIssue,
  commits: readonly (readonly EventDraft[])[],
): boolean {
  if (issue.now === undefined) return false;
  const { state, author, time } = issue.now;
  const told = toldOf(state);
  for (const draft of commits.flat()) tell(told, draft);
  const news = newsBetween(told, state);
  const drafts = news.length === 0 ? [] : news.filter((draft) => !says(batch.state(id), draft));
  if (drafts.length > 0) batch.append(id, [...drafts, externalMark(issue)], { author, time });
  return drafts.length > 0;
}
