/**
 * The policy: whose events count. Those of viewers don't. It is asked when streams are folded, never when they are stored or sent: what
 * doesn't count stays in the history, is told of, and counts as soon as the policy lets it.
 */
import type { Commit } from "../core/commit.ts";
import { issueEvents } from "../core/event.ts";
import { memberOf, type Project, roleAt } from "../core/project.ts";
import { refs } from "../store/refs.ts";
import type { Tracker } from "./tracker.ts";

export interface Policy {
  /** What one policy makes of streams, another may not: two of the same key make the same. Empty: everything counts. */
  readonly key: string;
  /** Why the events of a commit don't count; undefined: they do. */
  refusalOf(commit: Commit): string | undefined;
}

export const anyPolicy: Policy = { key: "", refusalOf: () => undefined };

/** The policy that the project's stream says now. */
export async function readPolicy(tracker: Tracker): Promise<Policy> {
  if ((await tracker.store.readRef(refs.project)) === undefined) return anyPolicy;
  const { readProject } = await import("./project.ts");
  return policyOf(await readProject(tracker));
}

function policyOf({ members }: Project): Policy {
  const viewers = members.filter(({ roles }) => roles.some(({ role }) => role === "viewer"));
  if (viewers.length === 0) return anyPolicy;
  const said = viewers.map(({ emails, roles }) => [emails, roles.map(({ since, role }) => [since, role])]);
  return {
    key: new Bun.CryptoHasher("sha256").update(JSON.stringify(said)).digest("hex").slice(0, 16),
    refusalOf: ({ author, time, events }) => {
      const member = events.length === 0 ? undefined : memberOf({ members: viewers }, author.email);
      const role = member === undefined ? undefined : roleAt(member, time.seconds);
      return role === "viewer" ? `${author.email} was a viewer` : undefined;
    },
  };
}

/** The commit as it counts: events that don't are kept among what was not read. */
export function admit({ refusalOf }: Policy, commit: Commit): Commit {
  const reason = refusalOf(commit);
  if (reason === undefined) return commit;
  const refused = commit.events.map((event) => ({ type: event.type, fields: issueEvents.encode(event), reason }));
  return { ...commit, events: [], unread: [...refused, ...commit.unread] };
}
