/** Verbs that answer questions and change nothing. */
import { andQuery, type NamedField, parseQuery, type Query, type QueryContext, type SortKey } from "../core/query.ts";
import type { IssueSummary, IssueView, LogEntry, Page, SearchHit } from "../core/view.ts";
import type { Index, ListOptions } from "../index/index.ts";
import { offsetMinutes } from "../platform/clock.ts";
import { onAllIssues, onFreshIndex } from "./refresh.ts";
import { resolveId, resolveIds } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";
import { viewOf } from "./view.ts";

/** A query that a person typed. The index is looked at only for what the settings don't name. */
export async function parse(tracker: Tracker, text: string): Promise<Query> {
  let isAsked = false;
  const ask = () => {
    isAsked = true;
    return [];
  };
  try {
    const query = parseQuery(text, await queryContext(tracker, text, ask));
    if (!isAsked) return query;
  } catch (error) {
    if (!isAsked) throw error;
  }
  const context = await queryContext(tracker, text, (field) => tracker.index.inUse(field));
  return await onFreshIndex(tracker, () => parseQuery(text, context));
}

export async function listIssues(tracker: Tracker, query: Query, options?: ListOptions): Promise<Page<IssueSummary>> {
  return await onAllIssues(tracker, () => tracker.index.list(query, options));
}

export async function showIssues(tracker: Tracker, ids: readonly string[]): Promise<IssueView[]> {
  return await onFreshIndex(tracker, async () => (await resolveIds(tracker, ids)).map((id) => viewOf(tracker, id)));
}

export async function searchIssues(
  tracker: Tracker,
  text: string,
  query: Query,
  options?: ListOptions,
): Promise<Page<SearchHit>> {
  return await onAllIssues(tracker, () => tracker.index.search(text, query, options));
}

const readyOrder: readonly SortKey[] = [
  { field: "priority", direction: "desc" },
  { field: "created", direction: "asc" },
];

/** What can be begun now: open, not blocked, the most urgent first, then the oldest. */
export function readyQuery(query: Query): Query {
  const sort = query.sort.length > 0 ? query.sort : readyOrder;
  return andQuery({ where: { kind: "flag", flag: "ready" }, sort }, query);
}

export interface LogFilter {
  readonly id?: string | undefined;
  readonly author?: string | undefined;
  /** Seconds since 1970. */
  readonly since?: number | undefined;
  readonly limit?: number | undefined;
}

/** The audit trail, newest first. */
export async function log(tracker: Tracker, filter: LogFilter): Promise<LogEntry[]> {
  return await onFreshIndex(tracker, async () => {
    const issue = filter.id === undefined ? undefined : await resolveId(tracker, filter.id);
    return await readEntries(tracker, tracker.index.history({ ...filter, issue }));
  });
}

async function readEntries(tracker: Tracker, entries: ReturnType<Index["history"]>): Promise<LogEntry[]> {
  const names = tracker.index.references([...new Set(entries.map((entry) => entry.issue))]);
  const { decode } = await import("./streams.ts");
  const commits = new Map(
    (await tracker.store.readCommits(entries.map(({ commit }) => commit))).map((raw) => [raw.oid, decode(raw)]),
  );
  const signed = entries.filter((entry) => entry.signed === "signed").map(({ issue }) => issue);
  const verdicts =
    signed.length === 0 ? undefined : await (await import("./verify.ts")).verdictsOf(tracker, [...new Set(signed)]);
  return entries.flatMap(({ issue: id, commit: oid, seconds }): LogEntry[] => {
    const commit = commits.get(oid);
    const name = names.get(id);
    if (commit === undefined) return [];
    const at = new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
    return [
      {
        issue: id,
        shortId: name?.shortId ?? id.slice(0, 7),
        title: name?.title ?? "",
        commit,
        at,
        signature: verdicts?.get(oid),
      },
    ];
  });
}

async function queryContext(
  tracker: Tracker,
  text: string,
  inUse: (field: NamedField) => readonly string[],
): Promise<QueryContext> {
  const now = tracker.clock.now();
  const me = text.includes("@me") ? (await tracker.actor()).email : undefined;
  return {
    settings: tracker.config,
    now,
    // Only a query that names a day asks for it: time zones cost milliseconds.
    get offsetMinutes() {
      return offsetMinutes(tracker.clock.zone(now));
    },
    me,
    inUse,
    repositories: tracker.surroundings?.repositories,
  };
}
