/**
 * Rows of the index as the summaries that lists show: what the row itself says, and what follows from the edges that touch it.
 * Edges and the issues at their other ends are read for all rows at once.
 */
import type { Oid } from "../core/commit.ts";
import type { LinkKind, Resolution } from "../core/issue.ts";
import type { Category } from "../core/settings.ts";
import type { IssueSummary } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { categoryOf, type Meaning } from "./where.ts";

/** The columns of an `IssueRow`, of `issue i`. */
export const rowColumns = `i.id, i.short, i.title, i.status, i.status_at AS statusAt, i.resolution, i.type, i.priority, i.labels,
  i.assignees, i.author_name AS name, i.author_email AS email, i.created_at AS createdAt, i.updated_at AS updatedAt, i.due,
  i.estimate, i.parent, i.sprint, i.milestone, i.rank, i.external, i.archived, i.deleted, i.revision, i.comments,
  i.conflicted OR i.cyclic AS conflicted`;

export interface IssueRow {
  readonly id: Oid;
  readonly short: number;
  readonly title: string;
  readonly status: string;
  readonly statusAt: string;
  readonly resolution: Resolution | null;
  readonly type: string | null;
  readonly priority: string | null;
  readonly labels: string;
  readonly assignees: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly due: string | null;
  readonly estimate: number | null;
  readonly parent: Oid | null;
  readonly sprint: string | null;
  readonly milestone: string | null;
  readonly rank: string | null;
  readonly external: string;
  readonly archived: number;
  readonly deleted: number;
  readonly revision: Oid;
  readonly comments: number;
  readonly conflicted: number;
}

export function summarize(connection: Connection, rows: readonly IssueRow[], meaning: Meaning): IssueSummary[] {
  const relations = relationsOf(connection, rows, meaning);
  return rows.map((row) => summaryOf(row, relations.get(row.id) ?? noRelations, meaning));
}

/** The same of one issue. `alone`: no edge touches it, so that none has to be looked for. */
export function summarizeOne(
  connection: Connection,
  row: IssueRow,
  among: "alone" | "related",
  meaning: Meaning,
): IssueSummary {
  const relation = among === "alone" ? undefined : relationsOf(connection, [row], meaning).get(row.id);
  return summaryOf(row, relation ?? noRelations, meaning);
}

function summaryOf(row: IssueRow, relation: Readonly<Relations>, meaning: Meaning): IssueSummary {
  const category = categoryOf(meaning.settings, row.status);
  return {
    id: row.id,
    shortId: row.id.slice(0, row.short),
    title: row.title,
    status: row.status,
    category,
    resolution: row.resolution,
    type: row.type,
    priority: row.priority,
    labels: linesOf(row.labels),
    assignees: linesOf(row.assignees),
    author: { name: row.name, email: row.email },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    closedAt: category === "done" ? row.statusAt : null,
    due: row.due,
    estimate: row.estimate,
    parent: row.parent,
    children: relation.children,
    childrenDone: relation.childrenDone,
    sprint: row.sprint,
    milestone: row.milestone,
    rank: row.rank,
    links: relation.links,
    blockedBy: relation.blockedBy,
    blocking: relation.blocking,
    blocked: category !== "done" && relation.blockedBy.length > 0,
    commentCount: row.comments,
    conflicted: row.conflicted === 1,
    externalIds: row.external === "" ? {} : JSON.parse(row.external),
    archived: row.archived === 1,
    deleted: row.deleted === 1,
    revision: row.revision,
    repository: meaning.elsewhere?.here,
  };
}

interface Relations {
  readonly children: Oid[];
  childrenDone: number;
  readonly links: { readonly kind: LinkKind; readonly target: Oid }[];
  readonly blockedBy: Oid[];
  readonly blocking: Oid[];
}

/** Shared by all the issues that no edge touches. */
const noRelations: Readonly<Relations> = { children: [], childrenDone: 0, links: [], blockedBy: [], blocking: [] };

interface EdgeRow {
  readonly source: Oid;
  readonly kind: LinkKind | "parent";
  readonly target: Oid;
}

/** With a category where the settings that say it are those of another repository. */
type End = Pick<IssueRow, "id" | "status" | "deleted"> & { readonly category?: Category };

/** Above this many rows, reading all edges costs less than looking for each row's. */
const rowsSoughtMax = 500;

function relationsOf(connection: Connection, rows: readonly IssueRow[], meaning: Meaning): Map<Oid, Relations> {
  const relations = new Map<Oid, Relations>();
  const { elsewhere } = meaning;
  const edges = [...edgesOf(connection, rows), ...(elsewhere?.incoming ?? [])];
  if (edges.length === 0) return relations;
  const shown = new Map<Oid, End>(rows.map((row) => [row.id, row]));
  const others = othersOf(connection, edges, shown, elsewhere);
  const isDone = (end: End) => (end.category ?? categoryOf(meaning.settings, end.status)) === "done";
  const of = (id: Oid): Relations => {
    let relation = relations.get(id);
    if (relation === undefined) {
      relation = { children: [], childrenDone: 0, links: [], blockedBy: [], blocking: [] };
      relations.set(id, relation);
    }
    return relation;
  };

  for (const { source, kind, target } of edges) {
    const sourceShown = shown.get(source);
    const targetShown = shown.get(target);
    const from = sourceShown ?? others.get(source);
    const to = targetShown ?? others.get(target);
    if (kind !== "parent" && sourceShown !== undefined) of(source).links.push({ kind, target });
    if (from === undefined || from.deleted === 1) continue;
    if (kind === "parent" && targetShown !== undefined) {
      const parent = of(target);
      parent.children.push(source);
      if (isDone(from)) parent.childrenDone++;
    }
    if (kind !== "blocks" || isDone(from)) continue;
    if (targetShown !== undefined) of(target).blockedBy.push(source);
    if (sourceShown !== undefined && to !== undefined && to.deleted === 0 && !isDone(to))
      of(source).blocking.push(target);
  }

  sortByAge(
    connection,
    [...relations.values()].map(({ children }) => children).filter(({ length }) => length > 1),
  );
  return relations;
}

/** The edges that hold and touch a row, each once, in order. */
function edgesOf(connection: Connection, rows: readonly IssueRow[]): EdgeRow[] {
  const order = "ORDER BY source, kind, target";
  if (rows.length > rowsSoughtMax)
    return connection.prepared<EdgeRow>(`SELECT source, kind, target FROM edge WHERE broken = 0 ${order}`).all();
  const ids = JSON.stringify(rows.map(({ id }) => id));
  return connection
    .prepared<EdgeRow>(
      `SELECT source, kind, target FROM edge WHERE broken = 0 AND source IN (SELECT value FROM json_each(?1))
       UNION SELECT source, kind, target FROM edge WHERE broken = 0 AND target IN (SELECT value FROM json_each(?1)) ${order}`,
    )
    .all(ids);
}

/** The issues at the other ends of edges: those that are not shown themselves. Ids that no issue has are left out. */
function othersOf(
  connection: Connection,
  edges: readonly EdgeRow[],
  shown: ReadonlyMap<Oid, End>,
  elsewhere: Elsewhere | undefined,
): ReadonlyMap<Oid, End> {
  const ids = new Set<Oid>();
  for (const { source, target } of edges) {
    if (!shown.has(source)) ids.add(source);
    if (!shown.has(target)) ids.add(target);
  }
  if (ids.size === 0) return new Map();
  // No more than the index on ids holds, so that no row has to be read.
  const found = connection
    .prepared<End>("SELECT id, status, deleted FROM issue WHERE id IN (SELECT value FROM json_each(?))")
    .all(JSON.stringify([...ids]));
  const foreign = [...(elsewhere?.ends ?? [])].map(([id, { status, category, deleted }]): End => {
    return { id, status, category, deleted: deleted ? 1 : 0 };
  });
  return new Map([...foreign, ...found].map((end) => [end.id, end]));
}

/** Sorts each of the lists by when its issues were made. */
function sortByAge(connection: Connection, lists: readonly Oid[][]): void {
  if (lists.length === 0) return;
  const rows = connection
    .prepared<{ readonly id: Oid }>(
      "SELECT id FROM issue WHERE id IN (SELECT value FROM json_each(?)) ORDER BY created_at, id",
    )
    .all(JSON.stringify(lists.flat()));
  const places = new Map(rows.map(({ id }, place) => [id, place]));
  for (const list of lists) list.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

function linesOf(lines: string): string[] {
  return lines === "" ? [] : lines.split("\n");
}
