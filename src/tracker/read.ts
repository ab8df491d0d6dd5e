/** Verbs that answer questions and change nothing. */
import type { Oid } from "../core/commit.ts";
import { andQuery, parseQuery, type Query, type QueryContext, type SortKey } from "../core/query.ts";
import type { Status } from "../core/settings.ts";
import type {
  BoardCard,
  BoardLane,
  BoardView,
  IssueReference,
  IssueSummary,
  IssueView,
  LogEntry,
  Page,
  SearchHit,
} from "../core/view.ts";
import type { PlacedCard } from "../index/board.ts";
import type { Edge, Index, ListOptions } from "../index/index.ts";
import { offsetMinutes } from "../platform/clock.ts";
import { viewOf } from "./change.ts";
import { onAllIssues, onFreshIndex } from "./refresh.ts";
import { resolveId, resolveIds } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";

/** A query that a person typed. */
export async function parse(tracker: Tracker, text: string): Promise<Query> {
  return parseQuery(text, await queryContext(tracker, text));
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
export async function readyIssues(tracker: Tracker, query: Query, options?: ListOptions): Promise<Page<IssueSummary>> {
  const ready: Query = {
    where: { kind: "flag", flag: "ready" },
    sort: query.sort.length > 0 ? query.sort : readyOrder,
  };
  return await onAllIssues(tracker, () => tracker.index.list(andQuery(ready, query), options));
}

const boardOrder: readonly SortKey[] = [
  { field: "rank", direction: "asc" },
  { field: "priority", direction: "desc" },
  { field: "updated", direction: "desc" },
];

/**
 * The kanban board: a column for every status, a swim lane for every value of `by`. A cell has at most `cardsMax` cards, and the lane
 * says how many issues it holds.
 */
export async function board(
  tracker: Tracker,
  query: Query,
  by: string | null,
  cardsMax = Number.POSITIVE_INFINITY,
): Promise<BoardView> {
  return await onAllIssues(tracker, () => summarizeCards(tracker, arrange(tracker, query, by), cardsMax));
}

/** The same board with all its cards, and on each of them only what every board shows. */
export async function bareBoard(tracker: Tracker, query: Query, by: string | null): Promise<BoardView<BoardCard>> {
  return await onAllIssues(tracker, () => arrange(tracker, query, by));
}

function arrange(tracker: Tracker, query: Query, by: string | null): BoardView<PlacedCard> {
  const cards = tracker.index.cards({ ...query, sort: query.sort.length > 0 ? query.sort : boardOrder }, by);
  const columns = columnsFor(tracker.config.workflow.statuses, cards);
  const place = new Map(columns.map(({ name }, index) => [name, index]));
  const lanes = new Map<string | null, PlacedCard[][]>();
  const counts = columns.map(() => 0);
  const names = by === "parent" ? tracker.index.references(cards.flatMap(({ lane }) => lane ?? [])) : undefined;
  for (const card of cards) {
    const column = place.get(card.status) ?? 0;
    counts[column] = (counts[column] ?? 0) + 1;
    for (const lane of lanesOf(card.lane, by, names)) {
      const cells = lanes.get(lane) ?? columns.map(() => []);
      if (!lanes.has(lane)) lanes.set(lane, cells);
      cells[column]?.push(card);
    }
  }
  return { columns, by, lanes: sortLanes(tracker, by, lanes), counts };
}

function summarizeCards(tracker: Tracker, view: BoardView<PlacedCard>, cardsMax: number): BoardView {
  const shown = view.lanes.map(({ cells }) => cells.map((cards) => cards.slice(0, cardsMax).map(({ id }) => id)));
  const found = new Map(tracker.index.summaries([...new Set(shown.flat(2))]).map((issue) => [issue.id, issue]));
  return {
    ...view,
    lanes: view.lanes.map(({ name, cells }, at) => ({
      name,
      cells: (shown[at] ?? []).map((ids) => ids.flatMap((id) => found.get(id) ?? [])),
      counts: cells.map((cards) => cards.length),
    })),
  };
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

export interface Dependencies {
  /** Undefined: of all issues. */
  readonly root: Oid | undefined;
  readonly nodes: ReadonlyMap<Oid, IssueReference>;
  /** `source` must be done before `target`. */
  readonly edges: readonly Edge[];
}

/** What an issue waits for and what waits for it, however far; without an id, all that there is. */
export async function dependencies(tracker: Tracker, id?: string): Promise<Dependencies> {
  return await onFreshIndex(tracker, async () =>
    dependenciesOf(tracker, id === undefined ? undefined : await resolveId(tracker, id)),
  );
}

function dependenciesOf(tracker: Tracker, root: Oid | undefined): Dependencies {
  const all = tracker.index.edges(["blocks"]);
  const edges = root === undefined ? all : all.filter(within(reach(all, root, "source"), reach(all, root, "target")));
  const ids = new Set([
    ...(root === undefined ? [] : [root]),
    ...edges.flatMap(({ source, target }) => [source, target]),
  ]);
  return { root, nodes: tracker.index.references([...ids]), edges };
}

async function queryContext(tracker: Tracker, text: string): Promise<QueryContext> {
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
  };
}

/** The workflow's statuses, and those that issues have although the workflow doesn't know them (any more). */
function columnsFor(statuses: readonly Status[], issues: readonly { readonly status: string }[]): Status[] {
  const known = new Set(statuses.map(({ name }) => name));
  const strays = new Set(issues.map(({ status }) => status).filter((status) => !known.has(status)));
  return [...[...strays].sort().map((name): Status => ({ name, category: "todo", limit: null })), ...statuses];
}

/** The lanes that an issue is in, by what it has in their field. */
function lanesOf(
  value: string | null,
  by: string | null,
  parents: ReadonlyMap<Oid, IssueReference> | undefined,
): readonly (string | null)[] {
  if (by === null || value === null) return none;
  if (by === "priority" || by === "type") return [value];
  if (by === "parent") {
    const parent = parents?.get(value);
    return [parent === undefined ? value : `${parent.shortId} ${parent.title}`];
  }
  const prefix = by === "assignee" ? "" : by.slice("label:".length);
  const values = value.split("\n").filter((text) => text !== "" && text.startsWith(prefix));
  return values.length === 0 ? none : values;
}

/** The one lane of issues that have no value. */
const none = [null];

/** Priorities go from the most urgent, everything else by name; what has no value comes last. */
function sortLanes(
  tracker: Tracker,
  by: string | null,
  lanes: ReadonlyMap<string | null, PlacedCard[][]>,
): BoardLane<PlacedCard>[] {
  const rank = (name: string) => (by === "priority" ? -tracker.config.priorities.indexOf(name) : 0);
  return [...lanes]
    .map(([name, cells]) => ({ name, cells }))
    .sort((a, b) => {
      if (a.name === null || b.name === null) return a.name === b.name ? 0 : a.name === null ? 1 : -1;
      return rank(a.name) - rank(b.name) || a.name.localeCompare(b.name, "en");
    });
}

/** Everything that can be reached from `start` by walking the edges from the other end to `end`, `start` included. */
function reach(edges: readonly Edge[], start: Oid, end: "source" | "target"): Set<Oid> {
  const other = end === "source" ? "target" : "source";
  const next = new Map<Oid, Oid[]>();
  for (const edge of edges) next.set(edge[other], [...(next.get(edge[other]) ?? []), edge[end]]);
  const seen = new Set([start]);
  for (const oid of seen) for (const found of next.get(oid) ?? []) seen.add(found);
  return seen;
}

function within(...sets: readonly ReadonlySet<Oid>[]): (edge: Edge) => boolean {
  return ({ source, target }) => sets.some((set) => set.has(source) && set.has(target));
}
