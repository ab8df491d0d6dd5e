/** One issue in full: its state, what follows from other issues, and the edges of it that gave way. */
import { isoTime } from "../core/apply.ts";
import type { Oid } from "../core/commit.ts";
import type { Conflict, ConflictValue, Issue, LinkKind } from "../core/issue.ts";
import type { IssueReference, IssueView } from "../core/view.ts";
import type { Connection } from "./connection.ts";
import type { ForeignEnd } from "./elsewhere.ts";
import { history } from "./history.ts";
import type { Edge } from "./index.ts";
import { type IssueRow, rowColumns, summarizeOne } from "./summary.ts";
import { categoryOf, type Meaning } from "./where.ts";

export function view(connection: Connection, id: Oid, meaning: Meaning): IssueView | undefined {
  const row = connection
    .prepared<IssueRow & { readonly json: string }>(
      `SELECT ${rowColumns}, s.json FROM issue i JOIN state s ON s.seq = i.seq WHERE i.id = ?`,
    )
    .get(id);
  if (row === null) return undefined;
  const incoming = meaning.elsewhere?.incoming.filter((edge) => edge.target === id) ?? [];
  const related = [...relatedIds(connection, id), ...incoming.map(({ source }) => source)];
  const isAlone = related.length === 0; // As most are: then none of what follows from edges has to be asked for.
  const state: Issue = JSON.parse(row.json);
  return {
    ...summarizeOne(connection, row, isAlone ? "alone" : "related", meaning),
    body: state.body,
    reactions: state.reactions,
    comments: state.comments.filter(({ deleted }) => !deleted),
    attachments: state.attachments,
    commits: state.commits,
    watchers: state.watchers,
    conflicts: isAlone ? state.conflicts : [...state.conflicts, ...circles(connection, id)],
    quarantined: state.quarantined,
    linkedFrom: isAlone ? [] : [...linkedFrom(connection, id), ...incoming.flatMap(linkOf)],
    related: isAlone ? {} : Object.fromEntries(anywhere(connection, related, meaning)),
  };
}

function linkedFrom(connection: Connection, id: Oid): IssueView["linkedFrom"] {
  return connection
    .prepared<{ kind: LinkKind; source: Oid }>(
      "SELECT kind, source FROM edge WHERE target = ? AND kind <> 'parent' AND broken = 0 ORDER BY kind, source",
    )
    .all(id);
}

function linkOf({ kind, source }: Edge): IssueView["linkedFrom"] {
  return kind === "parent" ? [] : [{ kind, source }];
}

/** As `references`, with the issues of other repositories that are known of. */
function anywhere(connection: Connection, ids: readonly Oid[], meaning: Meaning): Map<Oid, IssueReference> {
  const found = references(connection, ids, meaning);
  for (const id of ids) {
    const end = found.has(id) ? undefined : meaning.elsewhere?.ends.get(id);
    if (end !== undefined) found.set(id, end);
  }
  return found;
}

export function references(connection: Connection, ids: readonly Oid[], meaning: Meaning): Map<Oid, IssueReference> {
  const rows = connection
    .prepared<{ id: Oid; short: number; title: string; status: string }>(
      "SELECT id, short, title, status FROM issue WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
    )
    .all(JSON.stringify(ids));
  return new Map(
    rows.map(({ id, short, title, status }) => [
      id,
      { shortId: id.slice(0, short), title, status, category: categoryOf(meaning.settings, status) },
    ]),
  );
}

/** Those of the issues that are here, as other repositories are to know them. */
export function foreignEnds(connection: Connection, ids: readonly Oid[], meaning: Meaning): Map<Oid, ForeignEnd> {
  const rows = connection
    .prepared<{ id: Oid }>("SELECT id FROM issue WHERE deleted = 1 AND id IN (SELECT value FROM json_each(?))")
    .all(JSON.stringify(ids));
  const deleted = new Set(rows.map(({ id }) => id));
  return new Map(
    [...references(connection, ids, meaning)].map(([id, reference]) => [
      id,
      { ...reference, deleted: deleted.has(id) },
    ]),
  );
}

/** Both ends of every edge that touches the issue, whether it holds or not. */
function relatedIds(connection: Connection, id: Oid): Oid[] {
  return connection
    .prepared<{ id: Oid }>(
      "SELECT target AS id FROM edge WHERE source = ?1 UNION SELECT source FROM edge WHERE target = ?1",
    )
    .all(id)
    .map((row) => row.id);
}

interface BrokenEdge {
  readonly kind: Edge["kind"];
  readonly target: Oid;
  readonly since: string;
}

/** The edges that start here and would close a circle. */
function circles(connection: Connection, id: Oid): Conflict[] {
  const edges = connection
    .prepared<BrokenEdge>("SELECT kind, target, since FROM edge WHERE source = ? AND broken = 1 ORDER BY kind, target")
    .all(id);
  const conflict = (field: string, broken: readonly BrokenEdge[]): Conflict[] =>
    broken.length === 0 ? [] : [{ field, values: broken.map((edge) => conflictValue(connection, id, edge)) }];
  return [
    ...conflict(
      "parent",
      edges.filter(({ kind }) => kind === "parent"),
    ),
    ...conflict(
      "links",
      edges.filter(({ kind }) => kind !== "parent"),
    ),
  ];
}

/** A parent is its id; a link says its kind, too, as in `blocks <id>`. The commit that made the edge ends its `since`. */
function conflictValue(connection: Connection, id: Oid, { kind, target, since }: BrokenEdge): ConflictValue {
  const commit = since.slice(since.lastIndexOf(".") + 1);
  const made = history(connection, { issue: id }).find((entry) => entry.commit === commit);
  return {
    value: kind === "parent" ? target : `${kind} ${target}`,
    author: made?.author ?? { name: "", email: "" },
    at: made === undefined ? "" : isoTime({ time: { seconds: made.seconds, zone: "+0000" } }),
    commit,
  };
}
