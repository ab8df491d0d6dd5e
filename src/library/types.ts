/**
 * The values that the library returns: plain objects, the same that `--json` prints. Times are ISO 8601 in UTC, durations are seconds, a
 * scalar without a value is null. Fields may be added to them; none changes its meaning or goes.
 */

/** Who acted, person or agent. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/** What a status means: not begun, being worked on, or finished. */
export type Category = "todo" | "active" | "done";

/** Why an issue is closed. */
export type Resolution = "completed" | "not-planned" | "duplicate";

export type LinkKind = "blocks" | "relates" | "duplicates";

/** An edge from the issue that has it to another one. */
export interface Link {
  readonly kind: LinkKind;
  /** The other issue's id. */
  readonly target: string;
}

/** An issue as lists and boards show it: everything but its long texts. */
export interface IssueSummary {
  /** The full object id of the commit that began the issue: 40 hex digits, or 64. It never changes and is the same in every clone. */
  readonly id: string;
  /** The shortest prefix of the id that is unique in this clone now, of at least 7 digits: for people to see, not to be stored. */
  readonly shortId: string;
  readonly title: string;
  readonly status: string;
  readonly category: Category;
  readonly resolution: Resolution | null;
  readonly type: string | null;
  readonly priority: string | null;
  readonly labels: readonly string[];
  /** Email addresses. */
  readonly assignees: readonly string[];
  readonly author: Person;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  /** A day, as in 2026-12-01. */
  readonly due: string | null;
  /** In seconds. */
  readonly estimate: number | null;
  /** The id of the issue that this one is a part of. */
  readonly parent: string | null;
  /** Ids of its parts, oldest first. */
  readonly children: readonly string[];
  readonly sprint: string | null;
  readonly milestone: string | null;
  readonly rank: string | null;
  readonly links: readonly Link[];
  /** Ids of issues that must be done first, without those that are done. */
  readonly blockedBy: readonly string[];
  /** Ids of issues that wait for this one. */
  readonly blocking: readonly string[];
  /** Open, and something in `blockedBy`. */
  readonly blocked: boolean;
  readonly archived: boolean;
  readonly deleted: boolean;
  /** True while concurrent edits wait to be resolved. */
  readonly conflicted: boolean;
  /** System → its name for this issue, as in `github` → `owner/repository#12`. */
  readonly externalIds: Readonly<Record<string, string>>;
  /** The newest commit of the issue's stream: it changes whenever the issue does. */
  readonly revision: string;
}

/** An issue in full. */
export interface Issue extends IssueSummary {
  /** The description, as Markdown. Other people's text: escape it before you show it. */
  readonly body: string;
  /** Without deleted ones, oldest first. */
  readonly comments: readonly Comment[];
  readonly attachments: readonly Attachment[];
  /** Commits of the code that are linked to it. */
  readonly commits: readonly string[];
  readonly conflicts: readonly Conflict[];
}

export interface Comment {
  /** The object id of the commit that added it. */
  readonly id: string;
  readonly author: Person;
  readonly body: string;
  readonly createdAt: string;
  readonly editedAt: string | null;
  /** The id of the comment that it answers. */
  readonly replyTo: string | null;
  /** Reaction → the addresses of those who gave it. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
}

export interface Attachment {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The object id of its content. */
  readonly oid: string;
}

/** Concurrent edits of one field that can't all hold. The issue shows one of the values meanwhile. */
export interface Conflict {
  /** A scalar's name, `description`, `comment:<id>`, `attachment:<name>`, or `links`. */
  readonly field: string;
  readonly sides: readonly ConflictSide[];
}

export interface ConflictSide {
  readonly value: string | null;
  readonly author: Person;
  readonly at: string;
  readonly commit: string;
}

/** One fact of an issue's history. Which types there are, with which fields: docs/format.md. */
export interface Event {
  readonly type: string;
  readonly [field: string]: string | readonly string[] | undefined;
}

/** What became of one issue. */
export interface Changed {
  readonly issue: Issue;
  /** What was written; empty if it was so already. */
  readonly events: readonly Event[];
}

/** One page of an answer. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many there are on all pages. */
  readonly total: number;
  /** What to give as `after` for the next page; null on the last. */
  readonly next: string | null;
}

/** An issue that a search found, and where the text is in it. */
export interface SearchHit extends IssueSummary {
  readonly hit: {
    readonly field: "title" | "body" | "comment";
    /** A line around the first place. */
    readonly excerpt: string;
  };
}

export interface Board {
  readonly by: string | null;
  readonly columns: readonly BoardColumn[];
  readonly lanes: readonly BoardLane[];
}

/** A status of the workflow. */
export interface BoardColumn {
  readonly name: string;
  readonly category: Category;
  /** How many issues may be in it at once; null: any number. */
  readonly limit: number | null;
  readonly count: number;
}

export interface BoardLane {
  /** Null: the lane of the issues without such a value, or the only one. */
  readonly name: string | null;
  /** A list of issues for each column. */
  readonly cells: readonly (readonly IssueSummary[])[];
}

/** One commit of an issue's history: what one person did at one moment. */
export interface LogEntry {
  readonly at: string;
  readonly author: Person;
  /** The issue's id. */
  readonly issue: string;
  readonly shortId: string;
  readonly title: string;
  readonly commit: string;
  readonly events: readonly Event[];
  /** Records of newer programs, and broken ones: kept, and not counted. */
  readonly unread: readonly { readonly type: string; readonly reason: string }[];
  readonly signed: boolean;
  readonly signature: Signature;
}

export interface Signature {
  /** `good`: made with a key that speaks for the author. `unknown`: nobody here vouches for the key. */
  readonly state: "bad" | "unknown" | "unsigned" | "good";
  /** `SHA256:…` of an SSH key, or an OpenPGP fingerprint. */
  readonly key: string | null;
  /** The addresses that the key is known for. */
  readonly signer: string | null;
}

export interface Label {
  readonly name: string;
  /** As in `#d73a4a`. */
  readonly color: string | null;
  readonly description: string | null;
  /** How many issues have it. */
  readonly count: number;
  /** True if the project says what it means. */
  readonly defined: boolean;
}

/** What an undo took back of one issue. */
export interface Undone {
  readonly issue: Issue;
  readonly undone: readonly Event[];
  /** What was written to take it back. */
  readonly events: readonly Event[];
  /** What was left as it is, since others have built on it. */
  readonly kept: readonly Event[];
}

export interface UndoResult {
  readonly items: readonly Undone[];
  /** What was written to the project's stream. */
  readonly project: readonly Event[];
}

export interface SyncResult {
  readonly remote: string;
  /** What became of members, teams and labels; null: nothing. */
  readonly project: SyncedProject | null;
  readonly issues: readonly SyncedIssue[];
  /** What was not taken, or not sent, and why. Everything else was: look at this list. */
  readonly refused: readonly SyncRefusal[];
  /** Ids of issues of which the remote has less than it had. Nothing is lost here. */
  readonly rewound: readonly string[];
}

/** `new` and `forward`: theirs was taken. `merged`: both sides had something. `same`: nothing came. */
export type Came = "new" | "forward" | "merged" | "same";

export interface SyncedProject {
  readonly came: Came;
  readonly sent: boolean;
  readonly conflicted: boolean;
  /** Something of it does not count. */
  readonly quarantined: boolean;
}

export interface SyncedIssue extends SyncedProject {
  readonly id: string;
  /** Null where it was not taken over yet. */
  readonly title: string | null;
}

export interface SyncRefusal {
  readonly id: string;
  readonly reason: string;
  /** `here`: it was looked at, and not taken or not sent. */
  readonly by: "here" | "remote";
}

export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** How many commits were written. */
  readonly commits: number;
  readonly comments: number;
  /** Links left out, since what they lead to is not here. */
  readonly dangling: number;
  /** Links left out, since they would close a circle. */
  readonly circular: number;
}

/** An issue with its whole history. */
export interface ExportedIssue {
  readonly issue: Issue;
  /** Oldest first. */
  readonly history: readonly ExportedCommit[];
}

export interface ExportedCommit {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly at: string;
  readonly events: readonly Event[];
  /** The commit as git stores it, without git's header. */
  readonly bytes: Uint8Array;
}
