/**
 * One issue in full: its facts, what it has to do with other issues, what is in conflict, its text and its talk. On a terminal for the
 * eye; elsewhere the same facts as `key: value` lines, a blank line, the text, the comments.
 */
import type { Oid } from "../core/commit.ts";
import type { Comment } from "../core/issue.ts";
import { visible } from "../core/text.ts";
import type { IssueView, SignatureSummary } from "../core/view.ts";
import { renderAgo } from "./age.ts";
import { type Fact, listFacts } from "./facts.ts";
import { layProse } from "./prose.ts";
import { fitLine, type Line, line, padLine, paintLine, span, wrapLine } from "./span.ts";
import type { Style } from "./style.ts";

export interface ShowOptions {
  /** The last comment with the number of the others, or all of them. */
  readonly comments: "last" | "all";
  /** How long `1d` is. */
  readonly hoursPerDay: number;
  /** What its signatures come to; undefined if nothing of it is signed. */
  readonly signature?: SignatureSummary | undefined;
}

export function renderIssue(view: IssueView, style: Style, options: ShowOptions): string {
  const facts = listFacts(view, style, options);
  const text =
    style.width === undefined
      ? plainIssue(view, facts, style, options)
      : shownIssue(view, facts, style, style.width, options);
  return text.join("\n");
}

/** Longer lines of prose are tiring to read, however wide the terminal. */
const proseWidthMax = 100;
const commentMargin = 2;

function shownIssue(
  view: IssueView,
  facts: readonly Fact[],
  style: Style,
  width: number,
  options: ShowOptions,
): string[] {
  const isOpen = view.conflicts.some(({ field }) => field === "title");
  const title = [span(view.title, style.bold), ...(isOpen ? [span(" "), span("conflict", style.inverse)] : [])];
  const head = [...wrapLine(title, width), ...wrapLine(subtitle(view, style), width)];
  const comments = shownComments(view, style, width, options);
  return [
    ...head.map(paintLine),
    "",
    ...shownFacts(facts, style, width).map(paintLine),
    ...(view.body === "" ? [] : ["", ...shownText(view.body, style, width)]),
    ...(comments.length === 0 ? [] : ["", ...comments]),
  ];
}

function subtitle(view: IssueView, style: Style): Line {
  const { author, createdAt, updatedAt } = view;
  const changed = updatedAt === createdAt ? "" : ` · changed ${renderAgo(updatedAt, style.now)}`;
  const opened = ` · opened ${renderAgo(createdAt, style.now)} by ${author.name}${changed}`;
  return [span(view.shortId, style.cyan), span(opened, style.dim)];
}

/** Names in one column, values in the other. */
function shownFacts(facts: readonly Fact[], style: Style, width: number): Line[] {
  const nameWidth = facts.reduce((widest, { name }) => Math.max(widest, name.length), 0) + 2;
  const room = Math.max(width - nameWidth, 1);
  return facts.flatMap(({ name, values, overflow }) => {
    const lines = values.flatMap((value) => (overflow === "cut" ? [fitLine(value, room)] : wrapLine(value, room)));
    return lines.map((value, i) => [...padLine(line(i === 0 ? name : "", style.dim), nameWidth), ...value]);
  });
}

/** Markdown is laid out where there is colour to do it with; otherwise the text is printed as it was written. */
function shownText(text: string, style: Style, width: number): string[] {
  if (style.color === "none") return visible(text, "lines").split("\n");
  return layProse(text, style, Math.min(width, proseWidthMax)).map(paintLine);
}

function shownComments(view: IssueView, style: Style, width: number, { comments }: ShowOptions): string[] {
  const count = view.comments.length;
  if (count === 0) return [];
  const shown = comments === "all" ? view.comments : view.comments.slice(-1);
  const name =
    shown.length < count
      ? `last of ${count} comments · all: --comments`
      : count === 1
        ? "1 comment"
        : `${count} comments`;
  return [
    style.dim(ruleWith(name, Math.min(width, proseWidthMax))),
    ...shown.flatMap((comment) => ["", ...shownComment(comment, style, width)]),
  ];
}

function ruleWith(name: string, width: number): string {
  const start = `── ${name} `;
  return start.length > width ? name.slice(0, width) : start.padEnd(width, "─");
}

function shownComment(comment: Comment, style: Style, width: number): string[] {
  const margin = " ".repeat(commentMargin);
  const head = wrapLine(commentHead(comment, style), width).map(paintLine);
  const body = shownText(comment.body, style, Math.min(width, proseWidthMax) - commentMargin);
  return [...head, ...body.map((text) => (text === "" ? "" : margin + text))];
}

function commentHead(comment: Comment, style: Style): Line {
  const facts = [
    renderAgo(comment.createdAt, style.now),
    ...(comment.editedAt === null ? [] : ["edited"]),
    ...(comment.replyTo === null ? [] : [`in reply to ${shortOid(comment.replyTo)}`]),
    ...countReactions(comment.reactions),
  ];
  return [
    span(comment.author.name, style.bold),
    span(` · ${facts.join(" · ")} · `, style.dim),
    span(shortOid(comment.id), style.dim),
  ];
}

function plainIssue(view: IssueView, facts: readonly Fact[], style: Style, { comments }: ShowOptions): string[] {
  const shown = comments === "all" ? view.comments : view.comments.slice(-1);
  return [
    paintLine(line(`title: ${view.title}`)),
    paintLine(line(`id: ${view.id}`)),
    ...facts.flatMap(({ name, values }) => values.map((value) => `${name.replaceAll(" ", "-")}: ${paintLine(value)}`)),
    `comments: ${view.comments.length}`,
    ...(view.body === "" ? [] : ["", visible(view.body, "lines")]),
    ...shown.flatMap((comment) => ["", plainCommentHead(comment, style), visible(comment.body, "lines")]),
  ];
}

function plainCommentHead({ id, author, createdAt, editedAt, replyTo }: Comment, style: Style): string {
  const edited = editedAt === null ? "" : ` edited ${editedAt}`;
  const reply = replyTo === null ? "" : ` reply-to ${replyTo}`;
  return paintLine([
    span("comment: ", style.bold),
    span(`${id} ${author.name} <${author.email}> ${createdAt}${edited}${reply}`),
  ]);
}

function countReactions(reactions: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(reactions).map(([reaction, people]) => `${reaction} ${people.length}`);
}

function shortOid(oid: Oid): string {
  return oid.slice(0, 7);
}
