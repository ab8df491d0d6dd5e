/** Issues of another system as callers give them, made into what the tracker imports. Whatever they hold is checked here. */
import { TrackerError } from "../core/errors.ts";
import { parseEvent } from "../core/event.ts";
import { visible } from "../core/text.ts";
import type { ImportedDraft, ImportedIssue as ImportedInside } from "../tracker/import.ts";
import type { ImportedIssue } from "./choices.ts";
import type { Event, Person } from "./types.ts";

/** Throws `invalid` for events that make no sense. */
export async function* importedIssues(
  issues: Iterable<ImportedIssue> | AsyncIterable<ImportedIssue>,
): AsyncGenerator<ImportedInside> {
  for await (const issue of issues) {
    yield {
      system: issue.system,
      name: issue.name,
      commits: issue.changes.map(({ key, author, at, events }) => ({
        key,
        ...by(author, at),
        drafts: events.map((event) => draftOf(issue.name, event)),
      })),
      links: (issue.links ?? []).map(({ kind, target, author, at }) => ({
        kind,
        targetName: target,
        ...by(author, at),
      })),
    };
  }
}

function draftOf(issue: string, event: Event): ImportedDraft {
  // An issue's nonce follows from its name; what stands here meanwhile only passes the check.
  const draft = parseEvent(event.type === "issue-created" ? { nonce: "0".repeat(20), ...event } : event);
  if (typeof draft === "string") {
    throw new TrackerError(
      "invalid",
      `${visible(issue)}: the event ${visible(String(event.type))} is not right: ${visible(draft)}`,
      "docs/format.md says which fields it has.",
    );
  }
  if (draft.type !== "comment-edited" && draft.type !== "comment-deleted") return draft;
  throw new TrackerError(
    "invalid",
    `${visible(issue)}: changes of comments can't be imported`,
    "Import the comment as it is now.",
  );
}

function by({ name, email }: Person, at: Date) {
  const milliseconds = at.getTime();
  if (Number.isNaN(milliseconds)) {
    throw new TrackerError("invalid", "A time of the import is none", 'As in: new Date("2026-12-01T08:00:00Z")');
  }
  return { author: { name, email }, time: { seconds: Math.floor(milliseconds / 1000), zone: "+0000" } };
}
