/**
 * The query language: one for lists, boards, search, views and every other door. A query is parsed into a `Query` whose values are
 * already resolved (dates to moments, `@me` to a person, `>=high` to the priorities meant), so that whoever runs it needs no clock,
 * no settings and no guess.
 */
import type { Oid } from "./commit.ts";

export const flags = [
  "open",
  "closed",
  "active",
  "ready",
  "blocked",
  "overdue",
  "conflicted",
  "archived",
  "deleted",
] as const;
export type Flag = (typeof flags)[number];

export type ValueField = "status" | "type" | "priority" | "resolution" | "label" | "milestone" | "sprint";
export type PersonField = "assignee" | "author";
/** Moments are ISO 8601 in UTC, days (due) are dates, estimates are seconds, comments are counted. */
export type RangeField = "created" | "updated" | "closed" | "due" | "estimate" | "comments";
export type IssueField = "id" | "parent" | "blocks" | "blocked-by" | "relates";
export type PresenceField =
  | ValueField
  | PersonField
  | "due"
  | "estimate"
  | "parent"
  | "attachment"
  | "comments"
  | "body"
  | "children";

export type Term =
  | { readonly kind: "and" | "or"; readonly terms: readonly Term[] }
  | { readonly kind: "not"; readonly term: Term }
  /** Full text: a word matches as a prefix, a phrase in its exact order. */
  | { readonly kind: "text"; readonly text: string; readonly match: "prefix" | "phrase" }
  | { readonly kind: "flag"; readonly flag: Flag }
  /** Any of these values; compared without regard to case. A value that ends in `*` is a prefix. */
  | { readonly kind: "value"; readonly field: ValueField; readonly values: readonly string[] }
  /** Equal to the email, or part of the email or the name; without regard to case. */
  | { readonly kind: "person"; readonly field: PersonField; readonly person: string }
  /** `from` inclusive, `to` exclusive; at least one is there. */
  | {
      readonly kind: "range";
      readonly field: RangeField;
      readonly from?: string | number;
      readonly to?: string | number;
    }
  | { readonly kind: "issue"; readonly field: IssueField; readonly prefix: Oid }
  | { readonly kind: "has"; readonly field: PresenceField };

export const sortFields = [
  "created",
  "updated",
  "closed",
  "due",
  "priority",
  "status",
  "title",
  "estimate",
  "rank",
  "comments",
  "relevance",
] as const;
export type SortField = (typeof sortFields)[number];

export interface SortKey {
  readonly field: SortField;
  readonly direction: "asc" | "desc";
}

export interface Query {
  /** Undefined: every issue. */
  readonly where: Term | undefined;
  /** Empty: the caller's default. */
  readonly sort: readonly SortKey[];
}
