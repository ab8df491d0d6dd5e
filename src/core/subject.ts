/** Commit subjects: what people see in `git log refs/git-tracker/issues/…`. They are written and never read. */
import type { KnownEvent } from "./event.ts";
import { toLine } from "./text.ts";

/** Longer subjects are cut, as git's own tools would do when they show them. */
const subjectCharactersMax = 100;

export function subjectOf(events: readonly KnownEvent[]): string {
  const sentence = events.map(phrase).join("; ");
  const capital =
    events[0]?.type === "issue-created" ? sentence : sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
  if (capital.length <= subjectCharactersMax) return capital; // Nearly all are; telling graphemes apart takes milliseconds to load.
  if (unjoined.test(capital)) return `${capital.slice(0, subjectCharactersMax - 1)}…`;
  const graphemes: string[] = [];
  segmenter ??= new Intl.Segmenter();
  for (const { segment } of segmenter.segment(capital.slice(0, 4 * subjectCharactersMax))) {
    if (graphemes.push(segment) > subjectCharactersMax)
      return `${graphemes.slice(0, subjectCharactersMax - 1).join("")}…`;
  }
  return capital;
}

let segmenter: Intl.Segmenter | undefined;

/** Texts of one line in which every character is a grapheme: the first that joins the one before it is U+0300. */
const unjoined = /^[ -\u02ff]*$/;

function phrase(event: KnownEvent): string {
  switch (event.type) {
    case "issue-created":
      return event.title;
    case "title-changed":
      return `rename to ${event.to}`;
    case "description-changed":
      return "edit the description";
    case "status-changed":
      return `move to ${event.to}`;
    case "type-changed":
    case "priority-changed":
    case "estimate-changed":
    case "due-changed":
    case "parent-changed":
    case "milestone-changed":
    case "sprint-changed":
    case "rank-changed": {
      const field = event.type.slice(0, -"-changed".length);
      return event.to === undefined ? `clear the ${field}` : `set the ${field} to ${event.to}`;
    }
    case "label-added":
      return `add label ${event.label}`;
    case "label-removed":
      return `remove label ${event.label}`;
    case "assignee-added":
      return `assign ${event.assignee}`;
    case "assignee-removed":
      return `unassign ${event.assignee}`;
    case "watcher-added":
      return `add watcher ${event.watcher}`;
    case "watcher-removed":
      return `remove watcher ${event.watcher}`;
    case "link-added":
      return `link: ${event.kind} ${event.target.slice(0, 10)}`;
    case "link-removed":
      return `unlink: ${event.kind} ${event.target.slice(0, 10)}`;
    case "attachment-added":
      return `attach ${event.name}`;
    case "attachment-removed":
      return `remove attachment ${event.name}`;
    case "commit-linked":
      return `link commit ${event.commit.slice(0, 10)}`;
    case "external-linked":
      return `known elsewhere as ${event.external}`;
    case "comment-added":
      return `comment: ${toLine(event.body.slice(0, 4 * subjectCharactersMax))}`;
    case "comment-edited":
      return "edit a comment";
    case "comment-deleted":
      return "delete a comment";
    case "reaction-added":
      return `react with ${event.reaction}`;
    case "reaction-removed":
      return `take back the reaction ${event.reaction}`;
    case "issue-archived":
      return "archive";
    case "issue-deleted":
      return "delete";
    case "issue-restored":
      return "restore";
    case "conflict-resolved":
      return `settle the conflict about ${event.field}`;
    default:
      return event satisfies never;
  }
}
