/** What one event does to an issue's state, whatever else there is in the stream. */
import type { Commit } from "./commit.ts";
import type { KnownEvent } from "./event.ts";
import type { Attachment, Comment, Issue, Link } from "./issue.ts";
import { decodeDuration } from "./when.ts";

/** A state while it is being folded. */
export type Draft = { -readonly [K in keyof Issue]: Issue[K] extends readonly (infer T)[] ? T[] : Issue[K] };

export type EventOf<T extends KnownEvent["type"]> = Extract<KnownEvent, { type: T }>;

/** True if it matters to `apply` at which place an event stands: making the place of every commit would take longer than folding it. */
export function dependsOnPlace({ type }: KnownEvent): boolean {
  return type === "issue-created" || type === "parent-changed" || type === "link-added" || type === "conflict-resolved";
}

/** One event's effect on the state. One case for every event type; an unhandled one does not compile. */
export function apply(issue: Draft, event: KnownEvent, commit: Commit, place: string): void {
  switch (event.type) {
    case "issue-created":
      create(issue, event, commit, place);
      return;
    case "title-changed":
      issue.title = event.to;
      return;
    case "description-changed":
      issue.body = event.body;
      return;
    case "status-changed":
      issue.status = event.to;
      issue.statusAt = isoTime(commit);
      issue.resolution = event.resolution ?? null;
      return;
    case "type-changed":
      issue.type = event.to ?? null;
      return;
    case "priority-changed":
      issue.priority = event.to ?? null;
      return;
    case "estimate-changed":
      issue.estimate = event.to === undefined ? null : decodeDuration(event.to);
      return;
    case "due-changed":
      issue.due = event.to ?? null;
      return;
    case "parent-changed":
      issue.parent = event.to ?? null;
      issue.parentSince = event.to === undefined ? null : place;
      return;
    case "rank-changed":
      issue.rank = event.to ?? null;
      return;
    case "milestone-changed":
      issue.milestone = event.to ?? null;
      return;
    case "sprint-changed":
      issue.sprint = event.to ?? null;
      return;
    case "label-added":
      issue.labels = withElement(issue.labels, event.label);
      return;
    case "label-removed":
      issue.labels = issue.labels.filter((label) => label !== event.label);
      return;
    case "assignee-added":
      issue.assignees = withElement(issue.assignees, event.assignee);
      return;
    case "assignee-removed":
      issue.assignees = issue.assignees.filter((assignee) => assignee !== event.assignee);
      return;
    case "watcher-added":
      issue.watchers = withElement(issue.watchers, event.watcher);
      return;
    case "watcher-removed":
      issue.watchers = issue.watchers.filter((watcher) => watcher !== event.watcher);
      return;
    case "link-added": {
      const { kind, target } = event;
      const others = issue.links.filter((link) => link.kind !== kind || link.target !== target);
      issue.links = [...others, { kind, target, since: place }].sort(bySince);
      return;
    }
    case "link-removed":
      issue.links = issue.links.filter((link) => link.kind !== event.kind || link.target !== event.target);
      return;
    case "attachment-added": {
      const attachment = { name: event.name, size: Number(event.size), oid: event.blob };
      issue.attachments = [...issue.attachments.filter(({ name }) => name !== event.name), attachment].sort(byName);
      return;
    }
    case "attachment-removed":
      issue.attachments = issue.attachments.filter((attachment) => attachment.name !== event.name);
      return;
    case "commit-linked":
      issue.commits = withElement(issue.commits, event.commit);
      return;
    case "external-linked":
      issue.externalIds = { ...issue.externalIds, ...externalId(event.external) };
      return;
    case "comment-added":
      issue.comments.push(newComment(event, commit));
      return;
    case "comment-edited":
      changeComment(issue, event.comment, (comment) => ({
        ...comment,
        body: event.body,
        deleted: false,
        editedAt: isoTime(commit),
      }));
      return;
    case "comment-deleted":
      changeComment(issue, event.comment, (comment) => ({ ...comment, deleted: true }));
      return;
    case "reaction-added":
    case "reaction-removed":
      react(issue, event, commit.author.email);
      return;
    // An issue is in sight, archived or deleted: one of three, so that one event says all.
    case "issue-archived":
    case "issue-deleted":
    case "issue-restored":
      issue.archived = event.type === "issue-archived";
      issue.deleted = event.type === "issue-deleted";
      return;
    case "conflict-resolved":
      if (isScalarField(event.field)) setScalar(issue, event.field, event.value ?? null, commit, place);
      return;
    default:
      event satisfies never;
  }
}

/** The scalars whose concurrent changes are conflicts. A rank's are not: it has no meaning of its own. */
export const scalarFields = [
  "title",
  "status",
  "type",
  "priority",
  "estimate",
  "due",
  "parent",
  "milestone",
  "sprint",
] as const;
export type ScalarField = (typeof scalarFields)[number];

export function isScalarField(field: string): field is ScalarField {
  return (scalarFields as readonly string[]).includes(field);
}

/** Sets a scalar by its name. A title or status can't be cleared: null leaves it. */
export function setScalar(issue: Draft, field: ScalarField, value: string | null, commit: Commit, place: string): void {
  const to = value ?? undefined;
  if (isClearable(field)) apply(issue, { type: `${field}-changed`, to }, commit, place);
  else if (to !== undefined) apply(issue, { type: `${field}-changed`, to }, commit, place);
}

/** `github owner/repository#12` → `{ github: "owner/repository#12" }`. */
export function externalId(text: string): Readonly<Record<string, string>> {
  const blank = text.indexOf(" ");
  return blank === -1 ? { [text]: "" } : { [text.slice(0, blank)]: text.slice(blank + 1) };
}

/** As in `2026-12-01T09:30:00Z`. */
export function isoTime({ time: { seconds } }: Pick<Commit, "time">): string {
  if (seconds !== latest.seconds) {
    const day = Math.floor(seconds / daySeconds);
    latest = { seconds, text: `${isoDay(day)}T${clockTime(seconds - day * daySeconds)}Z` };
  }
  return latest.text;
}

/** What was asked for last: one commit's time is asked for again and again. */
let latest = { seconds: 0, text: "1970-01-01T00:00:00Z" };

const daySeconds = 86_400;
const daysMax = 10_000;
/** The days that were asked for: making a date costs more than all the rest. */
const days = new Map<number, string>();

function isoDay(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    text = new Date(day * daySeconds * 1000).toISOString().slice(0, -"T00:00:00.000Z".length);
    if (days.size < daysMax) days.set(day, text);
  }
  return text;
}

function clockTime(seconds: number): string {
  return `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** Only a stream's root creates; a second `issue-created` in it would let anybody rewrite an issue's beginning. */
function create(issue: Draft, event: EventOf<"issue-created">, commit: Commit, place: string): void {
  if (commit.oid !== issue.id) return;
  issue.title = event.title;
  issue.body = event.body;
  issue.status = event.status;
  issue.type = event.issueType ?? null;
  issue.priority = event.priority ?? null;
  issue.labels = [...new Set(event.label)].sort();
  issue.assignees = [...new Set(event.assignee)].sort();
  issue.due = event.due ?? null;
  issue.estimate = event.estimate === undefined ? null : decodeDuration(event.estimate);
  issue.parent = event.parent ?? null;
  issue.parentSince = event.parent === undefined ? null : place;
  issue.milestone = event.milestone ?? null;
  issue.sprint = event.sprint ?? null;
  issue.externalIds = Object.fromEntries(event.external.flatMap((each) => Object.entries(externalId(each))));
}

/** Sets are kept sorted, so that equal sets are equal values, in whatever order their elements came. */
function withElement(set: readonly string[], value: string): string[] {
  return set.includes(value) ? [...set] : [...set, value].sort();
}

function byName(a: Attachment, b: Attachment): number {
  return a.name < b.name ? -1 : 1;
}

function bySince(a: Link, b: Link): number {
  if (a.since !== b.since) return a.since < b.since ? -1 : 1;
  return `${a.kind} ${a.target}` < `${b.kind} ${b.target}` ? -1 : 1;
}

function newComment(event: EventOf<"comment-added">, commit: Commit): Comment {
  return {
    id: commit.oid,
    author: commit.author,
    body: event.body,
    createdAt: isoTime(commit),
    editedAt: null,
    replyTo: event.replyTo ?? null,
    reactions: {},
    deleted: false,
  };
}

function changeComment(issue: Draft, id: string, change: (comment: Comment) => Comment): void {
  const at = issue.comments.findIndex((comment) => comment.id === id);
  const comment = issue.comments[at];
  if (comment !== undefined) issue.comments[at] = change(comment);
}

function react(issue: Draft, event: EventOf<"reaction-added" | "reaction-removed">, who: string): void {
  const changed = (reactions: Readonly<Record<string, readonly string[]>>) => {
    const others = (Object.hasOwn(reactions, event.reaction) ? (reactions[event.reaction] ?? []) : []).filter(
      (email) => email !== who,
    );
    const people = event.type === "reaction-added" ? [...others, who].sort() : others;
    const { [event.reaction]: _, ...rest } = reactions;
    return people.length === 0 ? rest : { ...rest, [event.reaction]: people };
  };
  if (event.comment === undefined) issue.reactions = changed(issue.reactions);
  else changeComment(issue, event.comment, (comment) => ({ ...comment, reactions: changed(comment.reactions) }));
}

function isClearable(field: ScalarField): field is Exclude<ScalarField, "title" | "status"> {
  return field !== "title" && field !== "status";
}
