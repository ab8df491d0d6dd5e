/**
 * Event histories of other systems: what every importer yields and the import verb writes. An importer only translates; the verb
 * knows what is there already, computes oids, and puts the stored commits on top of each other in the order given.
 */
import type { Actor, Moment } from "../core/commit.ts";
import { type EventDraft, type LinkKind, limits } from "../core/event.ts";
import type { Settings } from "../core/settings.ts";

/** One commit to be: what one actor did at one moment in another system. */
export interface ImportedCommit {
  readonly author: Actor;
  readonly time: Moment;
  /** At least one, and at most one of them owns a text. */
  readonly drafts: readonly ImportedDraft[];
  /** Unique within the issue and stable in the source: it makes a second import add only what is new. */
  readonly key: string;
}

/** Comments have no oids before they are written, so a change of one names the commit that added it by its key. */
export type ImportedDraft =
  | Exclude<EventDraft, { readonly type: "comment-edited" | "comment-deleted" }>
  | CommentChange;

export type CommentChange =
  | { readonly type: "comment-edited"; readonly commentKey: string; readonly body: string }
  | { readonly type: "comment-deleted"; readonly commentKey: string };

/** An edge to another issue of the same system, which has an id only when all issues are known. */
export interface ImportedLink {
  /** `parent`: the target is above this issue. The others start at this issue. */
  readonly kind: LinkKind | "parent";
  /** As an `ImportedIssue`'s `name`. It may not be among those imported. */
  readonly targetName: string;
  readonly author: Actor;
  readonly time: Moment;
  /** As an `ImportedCommit`'s `key`. */
  readonly key: string;
}

export interface ImportedIssue {
  /** As in `github`. */
  readonly system: string;
  /** What the system calls this issue, as in `owner/repository#12`. */
  readonly name: string;
  /** The first one's first draft is the `issue-created`; the rest came after it in this order. */
  readonly commits: readonly ImportedCommit[];
  readonly links: readonly ImportedLink[];
}

export interface ImportContext {
  readonly settings: Settings;
  /** Stands in for times that the source does not give. */
  readonly now: Moment;
  /** Told of everything that is left out, by kind, once for each. */
  readonly skipped?: ((kind: string) => void) | undefined;
}

/** A text must fit into one message together with its title and records. */
export const bodyBytesMax = limits.messageBytesMax - 64 * 1024;
