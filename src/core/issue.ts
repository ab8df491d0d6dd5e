/**
 * An issue's state: what folding its stream's events gives. The same value is what the index keeps, what the verbs return and
 * what `--json` prints (render/json.ts adds what follows from other issues and from the settings).
 */
import type { Actor, Oid } from "./commit.ts";
import type { Fields } from "./vocabulary.ts";

export const linkKinds = ["blocks", "relates", "duplicates"] as const;
export type LinkKind = (typeof linkKinds)[number];

export const resolutions = ["completed", "not-planned", "duplicate"] as const;
export type Resolution = (typeof resolutions)[number];

export interface Comment {
  /** The oid of the commit that added it. */
  readonly id: Oid;
  readonly author: Actor;
  readonly body: string;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly replyTo: Oid | null;
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly deleted: boolean;
}

export interface Link {
  readonly kind: LinkKind;
  readonly target: Oid;
  /** The place in stream order of the event that made it, comparable as text: of two edges that close a cycle, the later gives way. */
  readonly since: string;
}

export interface Attachment {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The blob. A tree of a commit of the stream holds it, so it lives as long as the issue. */
  readonly oid: Oid;
}

/** Two or more concurrent edits that can't all hold, or edges that can't. */
export interface Conflict {
  /** A scalar's name, `description`, `comment:<id>`, `attachment:<name>`, or `links`. */
  readonly field: string;
  readonly values: readonly ConflictValue[];
}

/**
 * True for edges that gave way because they would close a circle of parents or links: nobody wrote the same field at once, so there is
 * one side to it.
 */
export function isCircle({ field, values }: Conflict): boolean {
  return field === "links" || values.length < 2;
}

export interface ConflictValue {
  readonly value: string | null;
  readonly author: Actor;
  readonly at: string;
  readonly commit: Oid;
}

/** A record of the stream that was not folded. */
export interface Quarantined {
  readonly commit: Oid;
  readonly type: string;
  readonly reason: string;
  readonly fields: Fields;
}

/** Times are ISO 8601 in UTC; a scalar without a value is null. */
export interface Issue {
  readonly id: Oid;
  readonly title: string;
  readonly body: string;
  readonly status: string;
  /** When the status last changed. */
  readonly statusAt: string;
  readonly resolution: Resolution | null;
  readonly type: string | null;
  readonly priority: string | null;
  readonly labels: readonly string[];
  /** Email addresses. */
  readonly assignees: readonly string[];
  readonly watchers: readonly string[];
  readonly author: Actor;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly due: string | null;
  /** In seconds. */
  readonly estimate: number | null;
  readonly parent: Oid | null;
  /** As a link's `since`; null without a parent. */
  readonly parentSince: string | null;
  readonly sprint: string | null;
  readonly milestone: string | null;
  readonly rank: string | null;
  /** Edges that start here. */
  readonly links: readonly Link[];
  readonly comments: readonly Comment[];
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly attachments: readonly Attachment[];
  readonly commits: readonly Oid[];
  /** System → its name for this issue, as in `github` → `owner/repository#12`. */
  readonly externalIds: Readonly<Record<string, string>>;
  readonly conflicts: readonly Conflict[];
  readonly quarantined: readonly Quarantined[];
  readonly archived: boolean;
  readonly deleted: boolean;
  /** The stream's tip, and its generation. */
  readonly revision: Oid;
  readonly generation: number;
}
