/**
 * Issues of beads → histories. The source is what `bd export` writes: an issue per line, with its comments, labels and dependencies.
 * It has no events, so what the issue tells of its past (created, begun, commented, closed, deleted) becomes one commit each; what else it
 * is by now, the verb adds.
 */
import type { Actor, Moment } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import type { Category } from "../core/settings.ts";
import { encodeDuration } from "../core/when.ts";
import type { ImportedCommit, ImportedDraft, ImportedIssue, ImportedLink } from "../tracker/import.ts";
import { externalMark, isTalk } from "../tracker/import-there.ts";
import type { Snapshot } from "../tracker/snapshot.ts";
import { type BeadsIssue, readBeads } from "./beads-shape.ts";
import { createDistinct, findAlike, fitBody, fitPriority, fitStatus, fitTitle, personNamed } from "./fit.ts";
import type { ImportContext } from "./source.ts";
import { readObjects, refusedAt, type SourceFile } from "./values.ts";

const system = "beads";

/** Stands in for whoever did what beads doesn't say who did. */
const somebody: Actor = { name: "beads", email: `beads@${system}.invalid` };

/** Yields one issue after the other, in the order of the files. Throws `invalid` with file and line. */
export async function* importBeads(
  files: AsyncIterable<SourceFile>,
  context: ImportContext,
): AsyncGenerator<ImportedIssue> {
  const places = new Map<string, string>();
  for await (const file of files) {
    for await (const object of readObjects(file)) {
      const issue = readBeads(object);
      if (issue === undefined) {
        context.skipped?.("line that is no issue");
        continue;
      }
      const before = places.get(issue.id);
      if (before !== undefined) {
        throw refusedAt(object.place, `${issue.id} is there twice, first at ${before}`, "Remove one of the two.");
      }
      places.set(issue.id, object.place);
      yield translate(issue, object.place, context);
    }
  }
}

function translate(issue: BeadsIssue, place: string, context: ImportContext): ImportedIssue {
  const first = createdBy(issue, context);
  const begin = fitStatus(context, "open", "todo");
  const status = statusOf(issue, begin, context);
  const body = bodyOf(issue, place);
  const past = [
    ...referenceOf(issue, first.time),
    ...commentsOf(issue, place, context),
    ...(issue.started_at === undefined ? [] : [started(issue.started_at, context)]),
    ...closings(issue, status),
    ...deletions(issue),
    ...reasons(issue, place),
  ].sort((a, b) => a.time.seconds - b.time.seconds);
  if (past.length + 2 > limits.streamCommitsMax) {
    throw refusedAt(place, `${issue.id} has more comments than an issue can have`, "Remove some of them.");
  }
  const mark = externalMark({ system, name: issue.id });
  return {
    system,
    name: issue.id,
    commits: [
      { ...first, key: "issue", drafts: [creation(issue, begin, body)] },
      // A later export may lack what isn't so any more.
      ...past.map((commit) => (isTalk(commit) ? commit : { ...commit, drafts: [...commit.drafts, mark] })),
    ],
    links: linksOf(issue, first, context),
    now: {
      ...changed(issue, context),
      state: { ...stateOf(issue, status, context), body },
      isAll: false,
      tells: ["blocked-by", "parent", "duplicates", "relates"],
    },
  };
}

function createdBy(issue: BeadsIssue, { now }: ImportContext): { readonly author: Actor; readonly time: Moment } {
  const who = issue.created_by || issue.sender || issue.owner;
  return { author: who ? personNamed(system, who) : somebody, time: issue.created_at ?? issue.updated_at ?? now };
}

function creation({ title }: BeadsIssue, status: string, body: string): ImportedDraft {
  return { type: "issue-created", title: fitTitle(title), body, status, nonce: "0".repeat(20) };
}

function bodyOf(issue: BeadsIssue, place: string): string {
  const parts = [
    issue.description ?? "",
    ...sections.flatMap(([field, title]) => (issue[field]?.trim() ? [`## ${title}\n\n${issue[field]}`] : [])),
  ];
  return fitBody(parts.filter((part) => part.trim() !== "").join("\n\n"), place, "description");
}

const sections = [
  ["design", "Design"],
  ["acceptance_criteria", "Acceptance criteria"],
  ["notes", "Notes"],
] as const;

/** What beads' own statuses mean. Blocked and deferred work is not being done; `hooked` is claimed. */
const categories: ReadonlyMap<string, Category> = new Map([
  ["in_progress", "active"],
  ["hooked", "active"],
  ["closed", "done"],
]);

function statusOf({ status, closed_at }: BeadsIssue, open: string, context: ImportContext): string {
  const name = status === "tombstone" ? (closed_at === undefined ? "open" : "closed") : status;
  return name === "open" ? open : fitStatus(context, name, categories.get(name) ?? "todo");
}

function commentsOf({ id, comments = [] }: BeadsIssue, place: string, context: ImportContext): ImportedCommit[] {
  const distinct = createDistinct();
  return comments.flatMap((comment, index): ImportedCommit[] => {
    const body = fitBody(comment.text, place, `comments.${index}.text`);
    if (body === "") {
      context.skipped?.("comment without a text");
      return [];
    }
    const key = distinct(String(comment.id ?? `${comment.created_at?.seconds}.${index}`));
    const author = comment.author ? personNamed(system, comment.author) : somebody;
    const external = `${system} ${id}#${key}`;
    const drafts: ImportedDraft[] = [{ type: "comment-added", body, external }];
    return [{ author, time: comment.created_at ?? context.now, key: `comment:${key}`, drafts }];
  });
}

function started(time: Moment, context: ImportContext): ImportedCommit {
  const to = fitStatus(context, "in_progress", "active");
  return { author: somebody, time, key: "started", drafts: [{ type: "status-changed", to }] };
}

function closings(issue: BeadsIssue, to: string): ImportedCommit[] {
  const { closed_at: time, status } = issue;
  if (time === undefined || (status !== "closed" && status !== "tombstone")) return [];
  const resolution = issue.dependencies?.some(({ type }) => type === "duplicates") ? "duplicate" : undefined;
  return [{ author: somebody, time, key: "closed", drafts: [{ type: "status-changed", to, resolution }] }];
}

function deletions(issue: BeadsIssue): ImportedCommit[] {
  if (issue.status !== "tombstone") return [];
  return [{ ...deletedBy(issue), key: "deleted", drafts: [{ type: "issue-deleted" }] }];
}

function deletedBy({ deleted_at, updated_at, closed_at, created_at, deleted_by }: BeadsIssue) {
  const time = deleted_at ?? updated_at ?? closed_at ?? created_at ?? { seconds: 0, zone: "+0000" };
  return { author: deleted_by ? personNamed(system, deleted_by) : somebody, time };
}

/** A reason is something that somebody said. */
function reasons(issue: BeadsIssue, place: string): ImportedCommit[] {
  const { status, closed_at: time } = issue;
  const said = (field: "close_reason" | "delete_reason", by: Pick<ImportedCommit, "author" | "time">) => {
    const body = fitBody(issue[field], place, field);
    const external = `${system} ${issue.id}#${field}`;
    return body === "" ? [] : [{ ...by, key: field, drafts: [{ type: "comment-added", body, external } as const] }];
  };
  const isClosed = time !== undefined && (status === "closed" || status === "tombstone");
  return [
    ...(isClosed ? said("close_reason", { author: somebody, time }) : []),
    ...(status === "tombstone" ? said("delete_reason", deletedBy(issue)) : []),
  ];
}

/** When it became what it is by now. */
function changed({ updated_at, closed_at, created_at }: BeadsIssue, context: ImportContext) {
  return { author: somebody, time: updated_at ?? closed_at ?? created_at ?? context.now };
}

/** What it is called elsewhere. */
function referenceOf({ external_ref }: BeadsIssue, time: Moment): ImportedCommit[] {
  if (!external_ref) return [];
  const drafts: ImportedDraft[] = [{ type: "external-linked", external: `external-ref ${external_ref}` }];
  return [{ author: somebody, time, key: "reference", drafts }];
}

function stateOf(issue: BeadsIssue, status: string, context: ImportContext): Snapshot {
  const { original_type, issue_type, estimated_minutes, due_at, assignee } = issue;
  const type = original_type || issue_type;
  return {
    title: fitTitle(issue.title),
    status,
    resolution: issue.status === "closed" || issue.status === "tombstone" ? undefined : null,
    type: type ? typeOf(type, context) : undefined,
    priority: issue.priority === undefined ? undefined : priorityOf(issue.priority, context),
    due: due_at === undefined ? null : new Date(due_at.seconds * 1000).toISOString().slice(0, "2026-12-01".length),
    estimate: estimated_minutes ? encodeDuration(estimated_minutes * 60) : null,
    labels: new Set((issue.labels ?? []).filter((label) => label !== "")),
    assignees: new Set(assignee ? [personNamed(system, assignee).email] : []),
    deleted: issue.status === "tombstone",
  };
}

/** A type that the settings lack stays as it is; they can name it later. */
function typeOf(type: string, { settings, kept }: ImportContext): string {
  const known = findAlike(settings.types, type);
  if (known === undefined) kept?.(type);
  return known ?? type;
}

/** Beads counts from 0, the most urgent, to 4. */
function priorityOf(priority: number, context: ImportContext): string | undefined {
  return (
    findAlike(context.settings.priorities, `P${priority}`) ?? fitPriority(context, String(priority), (4 - priority) / 5)
  );
}

/** How beads names what an issue has to do with another, which is the one that it depends on. What isn't here is `relates`. */
const linkKinds: ReadonlyMap<string, ImportedLink["kind"]> = new Map<string, ImportedLink["kind"]>([
  ["blocks", "blocked-by"],
  ["conditional-blocks", "blocked-by"],
  ["waits-for", "blocked-by"],
  ["parent-child", "parent"],
  ["duplicates", "duplicates"],
  ["related", "relates"],
  ["relates-to", "relates"],
]);

function linksOf(
  { id, dependencies = [] }: BeadsIssue,
  first: Pick<ImportedLink, "author" | "time">,
  { mapped }: ImportContext,
): ImportedLink[] {
  return dependencies
    .filter(({ depends_on_id }) => depends_on_id !== id)
    .map(({ type, depends_on_id, created_by, created_at }) => {
      const kind = linkKinds.get(type) ?? "relates";
      if (!linkKinds.has(type)) mapped?.("dependency", type, kind);
      const author = created_by ? personNamed(system, created_by) : first.author;
      return { kind, targetName: depends_on_id, author, time: created_at ?? first.time };
    });
}
