/** An entry of the audit trail as JSON. */
import type { LogEntry } from "../core/view.ts";
import type { Item } from "../render/json.ts";
import { describeEvent } from "../render/log.ts";

export const logFields = [
  "at",
  "author",
  "issue",
  "shortId",
  "title",
  "commit",
  "what",
  "events",
  "unread",
  "signed",
] as const;

/** `what` says in words what happened; `events` are the records themselves. */
export function logItem({ issue, shortId, title, commit, at }: LogEntry): Item {
  const { oid, author, events, unread, signed } = commit;
  return {
    at,
    author,
    issue,
    shortId,
    title,
    commit: oid,
    what: events.map(describeEvent),
    events,
    unread: unread.map(({ type, reason }) => ({ type, reason })),
    signed,
  };
}
