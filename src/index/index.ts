/**
 * The index: a disposable SQLite read model of all streams. It sees only core values; who reads git and when is the tracker's
 * business. Everything in it can be rebuilt from git, so it is never migrated and never trusted over git.
 */
import type { Actor, Oid } from "../core/commit.ts";
import type { Issue, LinkKind } from "../core/issue.ts";
import type { NamedField, Query } from "../core/query.ts";
import type { Settings } from "../core/settings.ts";
import type { IssueReference, IssueSummary, IssueView, Page, SearchHit } from "../core/view.ts";
import type { PlacedCard } from "./board.ts";
import type { Elsewhere, ForeignEnd } from "./elsewhere.ts";
import type { Ranked, Ranking, RankOptions } from "./rank.ts";

/** A commit of a stream, as the audit trail finds it again. */
export interface HistoryEntry {
  readonly commit: Oid;
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly author: Actor;
  /** `needless`: a merge, which every replica makes alike and nobody signs. */
  readonly signed: "signed" | "unsigned" | "needless";
}

/** A stream that has no issue. */
export interface Unread {
  readonly id: Oid;
  readonly tip: Oid;
  readonly reason: string;
  /** True if nothing is wrong with it but that it does not count. */
  readonly refused: boolean;
}

/** What became of one stream. */
export type Projection =
  /** The stream's whole history, in stream order, replaces what the index had. */
  | ({ readonly kind: "replace"; readonly issue: Issue; readonly history: readonly HistoryEntry[] } & Over)
  /** One or more commits came on top of the tip that the index has. */
  | { readonly kind: "append"; readonly issue: Issue; readonly history: readonly HistoryEntry[] }
  /** The ref is there but its stream can't be read; it is not asked again until the tip moves. */
  | ({ readonly kind: "broken"; readonly refused?: boolean } & Omit<Unread, "refused"> & Over)
  | ({ readonly kind: "gone"; readonly id: Oid } & Over);

/**
 * The tip that the index must still have for the projection to count. Whoever reads streams takes no lock, and while they read
 * somebody else may have projected what is newer. Absent: it counts in any case.
 */
export interface Over {
  readonly over?: { readonly tip: Oid | undefined };
}

/** Stands where an action names the issue, if it changed the project. */
export const projectAction = "project";

/** One command's commits, kept so that `undo` can take all of them back together. */
export interface Action {
  readonly commits: readonly { readonly issue: Oid; readonly commit: Oid }[];
}

export interface Edge {
  readonly source: Oid;
  readonly kind: LinkKind | "parent";
  readonly target: Oid;
}

export interface ListOptions {
  /** Undefined: all. */
  readonly limit?: number | undefined;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

export interface Index {
  /** What the index was marked with when it was last known to be current; undefined when that was never so. */
  stamp(): string | undefined;
  tip(id: Oid): Oid | undefined;
  /** Issue id → tip, of these streams or of all that the index knows, broken ones too. */
  tips(ids?: readonly Oid[]): Map<Oid, Oid>;
  /** In one transaction. Projecting the same twice changes nothing. `stamp` undefined: leaves it as it was. */
  project(projections: Iterable<Projection>, stamp?: string | undefined, action?: Action | undefined): void;
  /** Records that the index is current as of `stamp`, if the index isn't locked just now. */
  touch(stamp: string): void;

  /** The state alone, as it was folded. */
  state(id: Oid): Issue | undefined;
  view(id: Oid): IssueView | undefined;
  /** Ids that begin with `prefix`, at most `limit`. */
  withPrefix(prefix: string, limit: number): Oid[];
  references(ids: readonly Oid[]): Map<Oid, IssueReference>;
  list(query: Query, options?: ListOptions): Page<IssueSummary>;
  /** All issues that the query means, in its order, with as little of each as a board whose lanes are made by `by` needs of it. */
  cards(query: Query, by: string | null): PlacedCard[];
  /** Those of the issues that there are, in the order of the ids. */
  summaries(ids: readonly Oid[]): IssueSummary[];
  /** Full text, best first. `query` narrows it. Never an error for any text. */
  search(text: string, query: Query, options?: ListOptions): Page<SearchHit>;
  /** The issues that the query means, with what they are ordered by; and so of what is found, and of cards. */
  rank(query: Query, options?: RankOptions): Ranking;
  rankHits(text: string, query: Query): Ranking;
  rankCards(query: Query, by: string | null): Ranking<PlacedCard & Ranked>;
  /** Where the text is in these issues, in the order of the ids. */
  hits(text: string, ids: readonly Oid[]): SearchHit[];
  count(query: Query): number;
  /** How many issues each status holds: not archived, not deleted. */
  statusCounts(): Map<string, number>;
  /** What issues have in that field, by name: archived and deleted ones, too. */
  inUse(field: NamedField): string[];
  /** Labels in use with the number of their issues, by name. */
  labels(): { readonly name: string; readonly count: number }[];
  /** Everybody who wrote or is assigned, most active first. */
  people(): Actor[];
  /** Edges that hold (those that would close a cycle are conflicts and not among them). */
  edges(kinds: readonly Edge["kind"][]): Edge[];
  /** Those that end at no issue of this index. */
  outgoing(): Edge[];
  /** Those of the issues that are here, as the indexes of other repositories are to know them. */
  ends(ids: readonly Oid[]): Map<Oid, ForeignEnd>;
  /** True if `to` can be reached from `from` along edges of that kind. Returns the path, both ends included, or undefined. */
  path(kind: Edge["kind"], from: Oid, to: Oid): Oid[] | undefined;
  /** Newest first. */
  history(filter: {
    readonly issue?: Oid | undefined;
    readonly author?: string | undefined;
    /** Seconds since 1970, inclusive. */
    readonly since?: number | undefined;
    readonly limit?: number | undefined;
  }): (HistoryEntry & { readonly issue: Oid })[];
  /** The issue that has this name in another system. */
  byExternalId(system: string, name: string): Oid | undefined;
  broken(): Unread[];
  quarantined(): Oid[];

  lastAction(): Action | undefined;
  /** What is remembered of commands, the oldest first. */
  actions(): Action[];
  /** Remembers these commands, too: an index that was made anew knows of none. */
  remember(actions: readonly Action[]): void;
  /** The issue that the last command which changed one changed last. */
  lastTouched(): Oid | undefined;

  /** What SQLite itself says of the file: empty when it is sound. */
  check(): string[];
  /** The same index in memory, for a process that can't write to the file but has to. The file is left as it is. */
  copy(): Index;
  close(): void;
  /** Closes it and sees to it that the next to open the file begins an empty one. */
  discard(): void;
}

export interface OpenIndexOptions {
  /** A file, or `:memory:`. A file that is missing, of another version or broken is replaced by an empty index. */
  readonly path: string;
  readonly settings: Settings;
  /** Today's date where the person is, as in 2026-12-01. Asked for by `is:overdue` alone: it may be a getter, for time zones cost milliseconds. */
  readonly today: string;
  /** What other repositories say. It may change from one question to the next: a getter. */
  readonly elsewhere?: Elsewhere | undefined;
}
