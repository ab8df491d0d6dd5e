/**
 * Repeats: what a signature is over does not say how the signature is written down, and some kinds can be written down in many ways that are
 * all sound. So anybody can tell a signed event once more under another name. Commits with one content, signed with one key, are one
 * commit: the lowest of their names counts, and whoever refers to another of them means that one.
 */
import type { Commit, Oid } from "./commit.ts";
import type { KnownEvent } from "./event.ts";
import type { Made } from "./trust.ts";

/** What is known of a commit's signature. */
export interface Signed {
  readonly oid: Oid;
  readonly made: Made;
  /** A hash of what was signed; null: that can't be said. */
  readonly payload: string | null;
}

/** By each name that doesn't count the one that does. */
export type Repeats = ReadonlyMap<Oid, Oid>;

/** Why an event does not count that was told before; ends a sentence. */
export const toldBefore = "it repeats another change, signature and all";

/** Which of these commits only repeat others. One whose signature is not sound repeats nothing. */
export function repeatsOf(commits: readonly Signed[]): Repeats {
  const lowest = new Map<string, Oid>();
  const sound = commits.flatMap(({ oid, made, payload }) =>
    made.kind === "sound" && payload !== null ? [{ oid, content: `${payload} ${made.key}` }] : [],
  );
  for (const { oid, content } of sound) {
    const known = lowest.get(content);
    if (known === undefined || oid < known) lowest.set(content, oid);
  }
  return new Map(
    sound.flatMap(({ oid, content }) => {
      const counting = lowest.get(content);
      return counting === undefined || counting === oid ? [] : [[oid, counting] as const];
    }),
  );
}

/** The commits with the parents that are meant. Else a repeat would be concurrent with all that followed what it repeats. */
export function joinRepeats<C extends Pick<Commit, "parents">>(commits: readonly C[], repeats: Repeats): readonly C[] {
  if (repeats.size === 0) return commits;
  return commits.map((commit) => ({
    ...commit,
    parents: [...new Set(commit.parents.map((parent) => repeats.get(parent) ?? parent))],
  }));
}

/** The event about the comment that is meant. */
export function meant(event: KnownEvent, repeats: Repeats): KnownEvent {
  if (event.type === "comment-added" && event.replyTo !== undefined)
    return { ...event, replyTo: repeats.get(event.replyTo) ?? event.replyTo };
  if ("comment" in event && event.comment !== undefined)
    return { ...event, comment: repeats.get(event.comment) ?? event.comment };
  return event;
}
