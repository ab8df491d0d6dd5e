/** An entry of the audit trail as JSON. */
import type { Verdict } from "../core/trust.ts";
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
  "signature",
] as const;

/** A commit that nobody asked about is one without a signature: there is nothing to ask. */
function signatureItem({ state, key, signer }: Pick<Verdict, "state" | "key" | "signer"> = noSignature): Item {
  return { state, key, signer };
}

const noSignature = { state: "unsigned", key: null, signer: null } as const;

/** `what` says in words what happened; `events` are the records themselves. */
export function logItem({ issue, shortId, title, commit, at, signature }: LogEntry): Item {
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
    signature: signatureItem(signature),
  };
}
