/**
 * What the verbs return to every door: an issue together with what follows from other issues and from the settings. These are
 * the values that `--json` prints and that render/ turns into text.
 */
import type { Commit, Oid } from "./commit.ts";
import type { Issue, LinkKind } from "./issue.ts";
import type { Category, Status } from "./settings.ts";
import type { SignatureState, Verdict } from "./trust.ts";

/** An issue as lists and boards show it: everything but its long texts. */
export interface IssueSummary
  extends Pick<
    Issue,
    | "id"
    | "title"
    | "status"
    | "resolution"
    | "type"
    | "priority"
    | "labels"
    | "assignees"
    | "author"
    | "createdAt"
    | "updatedAt"
    | "due"
    | "estimate"
    | "parent"
    | "sprint"
    | "milestone"
    | "rank"
    | "externalIds"
    | "archived"
    | "deleted"
    | "revision"
  > {
  /** The shortest prefix of the id that is unique here, of at least 7 digits. */
  readonly shortId: string;
  readonly category: Category;
  /** When it came into the done category; null while it isn't done. */
  readonly closedAt: string | null;
  /** Children, oldest first. */
  readonly children: readonly Oid[];
  /** How many of the children are done. */
  readonly childrenDone: number;
  readonly links: readonly { readonly kind: LinkKind; readonly target: Oid }[];
  /** Issues that must be done first; those that are done already are not listed. */
  readonly blockedBy: readonly Oid[];
  /** Issues that wait for this one. */
  readonly blocking: readonly Oid[];
  /** Open, and at least one issue in `blockedBy`. */
  readonly blocked: boolean;
  readonly commentCount: number;
  readonly conflicted: boolean;
  /** The name of its repository, where those of several stand together. */
  readonly repository?: string | undefined;
}

/** An issue in full. Deleted comments are left out. */
export interface IssueView
  extends IssueSummary,
    Pick<
      Issue,
      "body" | "reactions" | "comments" | "attachments" | "commits" | "watchers" | "conflicts" | "quarantined"
    > {
  /** Edges of other issues that end here, whether what they ask for is done or not. */
  readonly linkedFrom: readonly { readonly kind: LinkKind; readonly source: Oid }[];
  /** The summaries of all issues that this one names: parent, children, links in both directions. */
  readonly related: Readonly<Record<Oid, IssueReference>>;
}

export interface IssueReference {
  readonly shortId: string;
  readonly title: string;
  readonly status: string;
  readonly category: Category;
  /** The name of its repository, if that is another one of the workspace. */
  readonly repository?: string | undefined;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many there are on all pages. */
  readonly total: number;
  /** Where the next page starts; null on the last. */
  readonly next: string | null;
}

export interface SearchHit {
  readonly issue: IssueSummary;
  readonly field: "title" | "body" | "comment";
  /** A line around the first hit, and where in it the hits are (UTF-16 offsets, end exclusive). */
  readonly excerpt: string;
  readonly marks: readonly (readonly [start: number, end: number])[];
}

/** What every board shows of an issue. */
export type BoardCard = Pick<IssueSummary, "shortId" | "title" | "repository">;

export interface BoardView<Card extends BoardCard = IssueSummary> {
  readonly columns: readonly Status[];
  /** What the swim lanes are made by; null for a board with one lane without a name. */
  readonly by: string | null;
  readonly lanes: readonly BoardLane<Card>[];
  /** How many issues each column holds in all lanes. */
  readonly counts: readonly number[];
}

export interface BoardLane<Card extends BoardCard = IssueSummary> {
  /** Null: the lane of the issues that have no such value. */
  readonly name: string | null;
  /** A list of cards for every column. */
  readonly cells: readonly (readonly Card[])[];
  /** How many issues each cell holds; absent where there is a card for each. */
  readonly counts?: readonly number[];
}

/** One commit of a stream in the audit trail. */
export interface LogEntry {
  readonly issue: Oid;
  readonly shortId: string;
  readonly title: string;
  readonly commit: Pick<Commit, "oid" | "author" | "subject" | "events" | "unread" | "signed" | "parents">;
  readonly at: string;
  /** Undefined if nobody asked. */
  readonly signature?: Verdict | undefined;
}

/** What the signatures of an issue's changes come to. */
export interface SignatureSummary {
  /** The worst of them. */
  readonly state: SignatureState;
  /** That change's key. */
  readonly key: string | null;
  readonly counts: Readonly<Record<SignatureState, number>>;
}
