/**
 * The audit trail: every event in words, with who and when. Events that this program can't read are there too, and say so.
 */
import type { KnownEvent } from "../core/event.ts";
import { visible } from "../core/text.ts";
import type { SignatureState } from "../core/trust.ts";
import type { LogEntry } from "../core/view.ts";
import type { UnreadRecord } from "../core/vocabulary.ts";
import { renderAge } from "./age.ts";
import { renderSize } from "./size.ts";
import { type Line, line, paintLine, type Span, span } from "./span.ts";
import type { Style } from "./style.ts";
import { type Column, type Row, renderTable } from "./table.ts";

/**
 * Renders commits as they are given, one line per event. Not on a terminal a line is: time, author, id of the issue, commit, what
 * happened, parted by tabs. Empty if there are none.
 */
export function renderLog(entries: readonly LogEntry[], style: Style): string {
  if (style.width === undefined) return entries.flatMap((entry) => plainRows(entry, style)).join("\n");
  return renderTable(
    columns,
    entries.flatMap((entry) => tableRows(entry, style)),
    style,
  );
}

/** What happened, in one line of words without colour, as in `status todo → in-progress`. */
export function describeEvent(event: KnownEvent): string {
  return visible(describe(event));
}

const columns: readonly Column[] = [
  { name: "", align: "right" },
  { name: "", widthMax: 20, leaves: 1 },
  { name: "" },
  { name: "", shrinksTo: 24 },
];

function tableRows(entry: LogEntry, style: Style): Row[] {
  return happenings(entry, style).map((what, i) =>
    i > 0
      ? [[], [], [], what]
      : [
          line(renderAge(entry.at, style.now), style.dim),
          line(entry.commit.author.name),
          line(entry.shortId, style.cyan),
          what,
        ],
  );
}

function plainRows(entry: LogEntry, style: Style): string[] {
  const { name, email } = entry.commit.author;
  const start = [entry.at, `${name} <${email}>`, entry.shortId, entry.commit.oid].map((text) => line(text));
  return happenings(entry, style).map((what) => [...start, what].map(paintLine).join("\t"));
}

/** At least one line. */
function happenings({ commit, signature }: LogEntry, style: Style): Line[] {
  const events = commit.events.map((event) => line(describe(event)));
  const unread = commit.unread.map((record) => line(describeUnread(record), style.red));
  const lines = [...events, ...unread];
  if (lines.length === 0) {
    lines.push(line(commit.parents.length > 1 ? "joined concurrent changes" : commit.subject, style.dim));
  }
  const mark = commit.signed ? signatureMark(signature?.state, style) : undefined;
  return mark === undefined ? lines : lines.map((what) => [...what, span("  "), mark]);
}

function signatureMark(state: SignatureState | undefined, style: Style): Span {
  if (state === "good") return span("signed", style.green);
  if (state === "bad") return span("bad signature", style.red);
  return span(state === "unknown" ? "signed by an unknown key" : "signed", style.dim);
}

function describeUnread({ type, reason }: UnreadRecord): string {
  return reason === "unknown" ? `${type}: an event of a newer git-tracker, kept` : `${type}: not counted (${reason})`;
}

function describe(event: KnownEvent): string {
  switch (event.type) {
    case "issue-created":
      return `created “${event.title}”`;
    case "title-changed":
      return `title ${event.from === undefined ? "" : `“${event.from}” `}→ “${event.to}”`;
    case "description-changed":
      return event.body === "" ? "description cleared" : `description changed: ${firstWords(event.body)}`;
    case "status-changed":
      return `${changed("status", event)}${event.resolution === undefined ? "" : ` (${event.resolution})`}`;
    case "type-changed":
      return changed("type", event);
    case "priority-changed":
      return changed("priority", event);
    case "estimate-changed":
      return changed("estimate", { from: plainDuration(event.from), to: plainDuration(event.to) });
    case "due-changed":
      return changed("due", event);
    case "parent-changed":
      return changed("parent", { from: event.from && short(event.from), to: event.to && short(event.to) });
    case "rank-changed":
      return event.to === undefined ? "place in the column cleared" : "moved within the column";
    case "milestone-changed":
      return changed("milestone", event);
    case "sprint-changed":
      return changed("sprint", event);
    case "label-added":
      return `label +${event.label}`;
    case "label-removed":
      return `label -${event.label}`;
    case "assignee-added":
      return `assigned ${event.assignee}`;
    case "assignee-removed":
      return `unassigned ${event.assignee}`;
    case "watcher-added":
      return `${event.watcher} watches`;
    case "watcher-removed":
      return `${event.watcher} watches no more`;
    case "link-added":
      return `${event.kind} ${short(event.target)}`;
    case "link-removed":
      return `no longer ${event.kind} ${short(event.target)}`;
    case "attachment-added":
      return `attached ${event.name} (${renderSize(Number(event.size))})`;
    case "attachment-removed":
      return `removed attachment ${event.name}`;
    case "commit-linked":
      return `mentioned by commit ${short(event.commit)}`;
    case "external-linked":
      return `linked to ${event.external}`;
    case "comment-added":
      return `${event.replyTo === undefined ? "commented" : "replied"}: ${firstWords(event.body)}`;
    case "comment-edited":
      return `edited comment ${short(event.comment)}: ${firstWords(event.body)}`;
    case "comment-deleted":
      return `deleted comment ${short(event.comment)}`;
    case "reaction-added":
      return `reacted ${event.reaction}${onComment(event.comment)}`;
    case "reaction-removed":
      return `took back ${event.reaction}${onComment(event.comment)}`;
    case "issue-archived":
      return "archived";
    case "issue-deleted":
      return "deleted";
    case "issue-restored":
      return "restored";
    case "conflict-resolved":
      return `resolved ${event.field}${event.value === undefined ? "" : ` → ${event.value}`}`;
  }
}

interface Change {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function changed(field: string, { from, to }: Change): string {
  if (to === undefined) return from === undefined ? `${field} cleared` : `${field} ${from} → none`;
  return from === undefined ? `${field} → ${to}` : `${field} ${from} → ${to}`;
}

/** `PT2H30M` → `2h30m`. */
function plainDuration(iso: string | undefined): string | undefined {
  return iso?.slice(2).toLowerCase();
}

function short(oid: string): string {
  return oid.slice(0, 7);
}

function onComment(comment: string | undefined): string {
  return comment === undefined ? "" : ` on comment ${short(comment)}`;
}

/** Enough to recognise a text by; a terminal cuts it further. */
const firstWordsMax = 120;

function firstWords(text: string): string {
  const words = text
    .slice(0, 4 * firstWordsMax)
    .replace(/\s+/g, " ")
    .trim();
  return words.length > firstWordsMax ? `${words.slice(0, firstWordsMax)}…` : words;
}
