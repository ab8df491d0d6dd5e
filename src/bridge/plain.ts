/** Issues of sources that keep no history, only what an issue is now and a few dates: the changes follow from the dates. */
import type { Actor, Moment } from "../core/commit.ts";
import type { Category } from "../core/settings.ts";
import { categoryOf, firstStatus } from "../core/workflow.ts";
import type { ImportedCommit, ImportedLink } from "../tracker/import.ts";
import { personWithoutEmail } from "./fit.ts";
import type { SourceHistory } from "./history.ts";
import type { ImportContext } from "./source.ts";
import type { FittedStatus } from "./vocabulary.ts";

export interface PlainComment {
  readonly author: Actor | undefined;
  readonly time: Moment | undefined;
  /** Fit to be stored. */
  readonly body: string;
  readonly external?: string | undefined;
}

/** Texts and names are fit to be stored. */
export interface PlainIssue {
  readonly system: string;
  readonly name: string;
  readonly place: string;
  readonly title: string;
  readonly body?: string | undefined;
  readonly status: FittedStatus;
  /** Null: it has none. Undefined: the source doesn't say. */
  readonly type?: string | null | undefined;
  readonly priority?: string | null | undefined;
  readonly due?: string | null | undefined;
  readonly estimate?: string | null | undefined;
  readonly milestone?: string | null | undefined;
  readonly sprint?: string | null | undefined;
  readonly labels?: ReadonlySet<string> | undefined;
  readonly assignees?: ReadonlySet<string> | undefined;
  readonly archived?: boolean | undefined;
  readonly archivedAt?: Moment | undefined;
  readonly author: Actor | undefined;
  readonly created: Moment | undefined;
  readonly started?: Moment | undefined;
  readonly closed?: Moment | undefined;
  readonly updated?: Moment | undefined;
  readonly comments?: readonly PlainComment[];
  /** Names of issues of the same source. */
  readonly parent?: string | undefined;
  readonly blockedBy?: readonly string[] | undefined;
  readonly links?: readonly Pick<ImportedLink, "kind" | "targetName">[];
  /** The kinds of links that the source would tell of. */
  readonly tells: readonly ImportedLink["kind"][];
}

/** The first dates that are missing follow from the others, the last from the first. */
export function plainHistory(issue: PlainIssue, context: ImportContext): SourceHistory {
  const { system, name, place, parent, blockedBy, closed, updated } = issue;
  const author = issue.author ?? context.actor ?? personWithoutEmail(system, "unknown");
  const dates = [issue.created, issue.started, closed, updated].filter((date) => date !== undefined);
  const time = issue.created ?? dates.toSorted((a, b) => a.seconds - b.seconds)[0] ?? context.now;
  const created = { author, time };
  const comments = (issue.comments ?? []).map((comment, index): ImportedCommit => {
    const { author: by = author, time: at = time, body, external } = comment;
    return { author: by, time: at, key: `comment:${index}`, drafts: [{ type: "comment-added", body, external }] };
  });
  const links: readonly Pick<ImportedLink, "kind" | "targetName">[] = [
    ...(issue.links ?? []),
    ...(blockedBy ?? []).map((targetName) => ({ kind: "blocked-by", targetName }) as const),
    ...(parent === undefined ? [] : [{ kind: "parent", targetName: parent } as const]),
  ];
  return {
    system,
    name,
    place,
    created,
    updated: { author, time: updated ?? closed ?? time },
    state: { ...stateOf(issue) },
    changes: [...movesOf(issue, created, context), ...comments],
    links: links.map((link) => ({ ...link, ...created })),
    tells: issue.tells,
    keeps: "nothing",
  };
}

function stateOf({ title, body, status, type, priority, due, estimate, milestone, sprint, ...rest }: PlainIssue) {
  const { labels, assignees, archived } = rest;
  const scalars = { type, priority, due, estimate, milestone, sprint };
  return { title, body, ...status, ...scalars, labels, assignees, archived };
}

/** From the first status of all to the one it has now, when the dates say so. */
function movesOf(issue: PlainIssue, { author, time }: SourceHistory["created"], { settings }: ImportContext) {
  const { workflow } = settings;
  const { status, resolution } = issue.status;
  const category: Category = categoryOf(workflow, status);
  const { started = issue.updated ?? time, closed = issue.updated ?? started } = issue;
  const moves: ImportedCommit[] = [];
  let from = category === "todo" ? status : firstStatus(workflow, "todo");
  const move = (to: string, at: Moment, why: FittedStatus["resolution"]) => {
    if (from === to) return;
    const draft = { type: "status-changed", from, to, resolution: why ?? undefined } as const;
    moves.push({ author, time: at, key: `status:${to}`, drafts: [draft] });
    from = to;
  };
  if (category === "active") move(status, started, null);
  if (category === "done") {
    if (issue.started !== undefined) move(firstStatus(workflow, "active"), issue.started, null);
    move(status, closed, resolution);
  }
  if (issue.archived === true) {
    moves.push({
      author,
      time: issue.archivedAt ?? issue.updated ?? closed,
      key: "archived",
      drafts: [{ type: "issue-archived" }],
    });
  }
  return moves;
}
