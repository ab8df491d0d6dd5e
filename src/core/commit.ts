/**
 * A commit is what one actor did at one moment: events that take effect together. Streams are graphs of them; this file says
 * what a commit is in memory, whatever store it came from.
 */
import type { KnownEvent } from "./event.ts";
import type { UnreadRecord } from "./vocabulary.ts";

/** The full hex name of a git object: 40 digits (SHA-1) or 64 (SHA-256). */
export type Oid = string;

/** Who acted, person or agent. */
export interface Actor {
  readonly name: string;
  readonly email: string;
}

/** A moment as git writes it. */
export interface Moment {
  /** Seconds since 1970, UTC. */
  readonly seconds: number;
  /** As in `+0130`. */
  readonly zone: string;
}

/** A commit before it has a name: all that its bytes are made of. */
export interface CommitContent {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: Actor;
  readonly time: Moment;
  readonly message: string;
  /** An armored signature over all of the above, as git keeps it. */
  readonly signature?: string;
}

/** A commit of a stream, decoded. A merge commit has no records. */
export interface Commit<E = KnownEvent> {
  readonly oid: Oid;
  readonly parents: readonly Oid[];
  readonly author: Actor;
  readonly time: Moment;
  readonly subject: string;
  readonly events: readonly E[];
  /** Records of newer programs and broken ones, kept but not folded. */
  readonly unread: readonly UnreadRecord[];
  readonly signed: boolean;
}
