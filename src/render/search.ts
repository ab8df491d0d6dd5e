/**
 * What a search found: each issue with the line that matched, the words looked for set off.
 */
import type { Page, SearchHit } from "../core/view.ts";
import { renderRest } from "./list.ts";
import { fitLine, type Line, line, paintLine, type Span, span, widthOf } from "./span.ts";
import { type Style, statusPaint } from "./style.ts";

/**
 * Renders one page of hits. Not on a terminal a line is: the repository where there are several, id, status, title, field, excerpt, parted by tabs. Empty if nothing was found.
 */
export function renderHits(page: Page<SearchHit>, style: Style): string {
  if (page.items.length === 0) return "";
  const { width } = style;
  if (width === undefined) return page.items.map((hit) => plainHit(hit, style)).join("\n");
  const lines = page.items.flatMap((hit) => hitLines(hit, style)).map((shown) => paintLine(fitLine(shown, width)));
  const rest = renderRest(page);
  return [...lines, ...(rest === undefined ? [] : [style.dim(rest)])].join("\n");
}

function hitLines(hit: SearchHit, style: Style): Line[] {
  const { issue } = hit;
  const start = [
    ...(issue.repository === undefined ? [] : [span(`${issue.repository}  `, style.dim)]),
    span(issue.shortId, style.cyan),
    span("  "),
    span(issue.status, statusPaint(style, issue.category)),
    span("  "),
  ];
  if (hit.field === "title") return [[...start, ...markedExcerpt(hit, style)]];
  const indent = issue.shortId.length + 2 + (issue.repository === undefined ? 0 : widthOf(issue.repository) + 2);
  const where = span(`${" ".repeat(indent)}${hit.field}: `, style.dim);
  return [
    [...start, span(issue.title)],
    [where, ...markedExcerpt(hit, style)],
  ];
}

function plainHit(hit: SearchHit, style: Style): string {
  const { issue, field } = hit;
  const mark = issue.repository === undefined ? [] : [issue.repository];
  const cells = [...mark, issue.shortId, issue.status, issue.title, field].map((text) => line(text));
  return [...cells, markedExcerpt(hit, style)].map(paintLine).join("\t");
}

function markedExcerpt({ excerpt, marks }: SearchHit, style: Style): Line {
  const pieces: Span[] = [];
  let end = 0;
  for (const [from, to] of marks) {
    pieces.push(span(excerpt.slice(end, from)), span(excerpt.slice(from, to), style.bold));
    end = to;
  }
  return [...pieces, span(excerpt.slice(end))];
}
