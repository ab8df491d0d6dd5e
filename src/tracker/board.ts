/** The kanban board: a column for every status, a swim lane for every value of a field. */
import type { Oid } from "../core/commit.ts";
import type { Query, SortKey } from "../core/query.ts";
import type { Status } from "../core/settings.ts";
import type { BoardCard, BoardLane, BoardView, IssueReference, IssueSummary } from "../core/view.ts";
import type { PlacedCard } from "../index/board.ts";
import { type Asked, aloneIn, type Placed, rankAll, readEach } from "./merged.ts";
import { onAllIssues } from "./refresh.ts";

const boardOrder: readonly SortKey[] = [
  { field: "rank", direction: "asc" },
  { field: "priority", direction: "desc" },
  { field: "updated", direction: "desc" },
];

/** A cell has at most `cardsMax` cards, and the lane says how many issues it holds. */
export async function board(
  asked: readonly Asked[],
  by: string | null,
  cardsMax = Number.POSITIVE_INFINITY,
): Promise<BoardView> {
  return await withCards(asked, by, (hand) => summarizeCards(arrange(asked, hand.cards, by), cardsMax, hand.summaries));
}

/** The same board with all its cards, and on each of them only what every board shows. */
export async function bareBoard(asked: readonly Asked[], by: string | null): Promise<BoardView<BoardCard>> {
  return await withCards(asked, by, ({ cards }) => arrange(asked, cards, by));
}

interface Hand {
  /** In order. */
  readonly cards: readonly PlacedCard[];
  /** What there is to say of some of them. */
  readonly summaries: (cards: readonly PlacedCard[]) => ReadonlyMap<PlacedCard, IssueSummary>;
}

async function withCards<T>(asked: readonly Asked[], by: string | null, use: (hand: Hand) => T): Promise<T> {
  const ordered = ({ query }: { readonly query: Query }): Query => ({
    ...query,
    sort: query.sort.length > 0 ? query.sort : boardOrder,
  });
  const single = aloneIn(asked);
  if (single !== undefined) {
    const { tracker } = single.member;
    return await onAllIssues(tracker, () =>
      use({
        cards: tracker.index.cards(ordered(single), by),
        summaries: (cards) => {
          const found = tracker.index.summaries([...new Set(cards.map(({ id }) => id))]);
          const issues = new Map(found.map((issue) => [issue.id, issue]));
          return new Map(cards.flatMap((card) => pair(card, issues.get(card.id))));
        },
      }),
    );
  }
  const { rows } = await rankAll(asked, ({ index }, question) => {
    return { ranking: index.rankCards(ordered(question), by), total: 0 };
  });
  const owners = new Map<PlacedCard, Placed>(rows.map((placed) => [placed.row, placed]));
  return use({
    cards: rows.map(({ row }) => row),
    summaries: (cards) => {
      const placed = cards.flatMap((card) => owners.get(card) ?? []);
      const keyOf = (id: Oid, repository: string | undefined) => `${id} ${repository}`;
      const found = readEach(
        placed,
        (index, ids) => index.summaries(ids),
        ({ id }) => id,
      );
      const issues = new Map(found.map((issue) => [keyOf(issue.id, issue.repository), issue]));
      return new Map(cards.flatMap((card) => pair(card, issues.get(keyOf(card.id, card.repository)))));
    },
  });
}

function pair(card: PlacedCard, issue: IssueSummary | undefined): (readonly [PlacedCard, IssueSummary])[] {
  return issue === undefined ? [] : [[card, issue]];
}

function arrange(asked: readonly Asked[], cards: readonly PlacedCard[], by: string | null): BoardView<PlacedCard> {
  const columns = columnsFor(statusesOf(asked), cards);
  const place = new Map(columns.map(({ name }, index) => [name, index]));
  const lanes = new Map<string | null, PlacedCard[][]>();
  const counts = columns.map(() => 0);
  const parents =
    by === "parent"
      ? referencesOf(
          asked,
          cards.flatMap(({ lane }) => lane ?? []),
        )
      : undefined;
  for (const card of cards) {
    const column = place.get(card.status) ?? 0;
    counts[column] = (counts[column] ?? 0) + 1;
    for (const lane of lanesOf(card.lane, by, parents)) {
      const cells = lanes.get(lane) ?? columns.map(() => []);
      if (!lanes.has(lane)) lanes.set(lane, cells);
      cells[column]?.push(card);
    }
  }
  const priorities = asked.flatMap(({ member }) => member.tracker.config.priorities);
  return { columns, by, lanes: sortLanes(priorities, by, lanes), counts };
}

/** Those of all workflows. A limit is one repository's: together they have none. */
function statusesOf(asked: readonly Asked[]): readonly Status[] {
  const all = asked.map(({ member }) => member.tracker.config.workflow.statuses);
  const [first = [], ...others] = all;
  if (others.length === 0) return first;
  const byName = new Map<string, Status>();
  for (const status of all.flat()) if (!byName.has(status.name)) byName.set(status.name, { ...status, limit: null });
  return (["todo", "active", "done"] as const).flatMap((category) =>
    [...byName.values()].filter((status) => status.category === category),
  );
}

function referencesOf(asked: readonly Asked[], ids: readonly Oid[]): ReadonlyMap<Oid, IssueReference> {
  return new Map(asked.flatMap(({ member }) => [...member.tracker.index.references(ids)]));
}

function summarizeCards(view: BoardView<PlacedCard>, cardsMax: number, summaries: Hand["summaries"]): BoardView {
  const shown = view.lanes.map(({ cells }) => cells.map((cards) => cards.slice(0, cardsMax)));
  const found = summaries([...new Set(shown.flat(2))]);
  return {
    ...view,
    lanes: view.lanes.map(({ name, cells }, at) => ({
      name,
      cells: (shown[at] ?? []).map((cards) => cards.flatMap((card) => found.get(card) ?? [])),
      counts: cells.map((cards) => cards.length),
    })),
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
  priorities: readonly string[],
  by: string | null,
  lanes: ReadonlyMap<string | null, PlacedCard[][]>,
): BoardLane<PlacedCard>[] {
  const rank = (name: string) => (by === "priority" ? -priorities.indexOf(name) : 0);
  return [...lanes]
    .map(([name, cells]) => ({ name, cells }))
    .sort((a, b) => {
      if (a.name === null || b.name === null) return a.name === b.name ? 0 : a.name === null ? 1 : -1;
      return rank(a.name) - rank(b.name) || a.name.localeCompare(b.name, "en");
    });
}
