/**
 * Issues as one Markdown document: a heading for each, its facts, its text and its comments. What people wrote stands in quotes, of
 * which every line is marked as one, so no list, fence or heading of theirs reaches beyond its place; what could from within
 * is taken away: HTML, definitions of links, which hold for a whole document, and headings above the level they are quoted at.
 */
import { visible } from "../core/text.ts";
import type { IssueView } from "../core/view.ts";
import { escapeMarkdown } from "./markdown.ts";

/** The document, issue by issue. */
export async function* markdownDocument(views: AsyncIterable<IssueView>): AsyncGenerator<string> {
  yield "# Issues\n";
  for await (const view of views) yield issueMarkdown(view);
}

function issueMarkdown(view: IssueView): string {
  const facts = factsOf(view).map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`);
  const comments = view.comments.flatMap(({ author, createdAt, body }) => [
    `### ${escapeMarkdown(author.name)}, ${createdAt.slice(0, 10)}`,
    quoteMarkdown(body),
  ]);
  const parts = [`## ${escapeMarkdown(view.title)}`, facts.join("\n"), quoteMarkdown(view.body), ...comments];
  return `\n${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function factsOf(view: IssueView): (readonly [name: string, value: string])[] {
  const shown = (id: string) => {
    const to = view.related[id];
    return to === undefined ? id.slice(0, 10) : `${to.shortId} ${to.title}`;
  };
  const person = ({ name, email }: IssueView["author"]) => `${name} <${email}>`;
  const closed = view.closedAt === null ? "" : [view.closedAt.slice(0, 10), view.resolution ?? ""].join(" ").trim();
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    ["Id", view.id],
    ["Status", view.status],
    ["Author", person(view.author)],
    ["Created", view.createdAt.slice(0, 10)],
    ["Changed", view.updatedAt.slice(0, 10)],
    ["Closed", closed],
    ["Type", view.type],
    ["Priority", view.priority],
    ["Labels", view.labels.join(", ")],
    ["Assignees", view.assignees.join(", ")],
    ["Due", view.due],
    ["Milestone", view.milestone],
    ["Sprint", view.sprint],
    ["Parent", view.parent === null ? null : shown(view.parent)],
    ["Children", view.children.map(shown).join("; ")],
    ["Blocked by", view.blockedBy.map(shown).join("; ")],
    ["Blocks", view.blocking.map(shown).join("; ")],
    ["Files", view.attachments.map(({ name }) => name).join(", ")],
  ];
  return facts.flatMap(([name, value]) => (value === null || value === "" ? [] : [[name, value] as const]));
}

/** Somebody's Markdown as a quote that it can't leave. Empty stays empty. */
export function quoteMarkdown(source: string): string {
  if (source === "") return "";
  let fence: RegExp | undefined;
  let certain = true;
  const lines = visible(source, "lines")
    .split("\n")
    .map((line) => {
      if (fence !== undefined) {
        if (fence.test(line)) fence = undefined;
        return line;
      }
      fence = certain ? endOfFence(line) : undefined;
      certain &&= fence !== undefined || !looksLikeFence(line);
      return fence === undefined ? tame(line) : line.replaceAll("<", "&lt;");
    });
  return lines.map((line) => (line === "" ? ">" : `> ${line}`)).join("\n");
}

/**
 * What ends the fence that a line begins; undefined: it begins none. Only one that stands at the very left is known for certain to hold
 * until such a line, since one in a list ends with the list.
 */
function endOfFence(line: string): RegExp | undefined {
  const [, marks] = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(line) ?? [];
  return marks === undefined ? undefined : new RegExp(`^ {0,3}${marks.charAt(0)}{${marks.length},}[ \\t]*$`);
}

/** True of a line that may begin or end a fence, in a list or not: what is code after it and what is not, nobody knows for certain. */
function looksLikeFence(line: string): boolean {
  return /^(?:[\s>*+-]|\d+[.)])*(?:`{3,}|~{3,})/.test(line);
}

/** A line without HTML, definitions of links, and headings that would stand above what quotes it. */
function tame(line: string): string {
  if (/^\s*=+\s*$/.test(line)) return line.replace("=", "\\=");
  if (/^\s*-+\s*$/.test(line)) return line.trim().length > 2 ? "* * *" : line.replace("-", "\\-");
  return line
    .replaceAll("<", "&lt;")
    .replaceAll("]:", "]\\:")
    .replace(
      /^( {0,3})(#{1,6})(?=[ \t]|$)/,
      (_, blanks: string, marks: string) => `${blanks}${`###${marks}`.slice(0, 6)}`,
    );
}
