/**
 * The kanban board. Columns stand side by side where each gets room to be read, below each other where not; swim lanes run across.
 * Not on a terminal: one line per card.
 */
import type { Status } from "../core/settings.ts";
import type { BoardCard, BoardLane, BoardView, IssueSummary } from "../core/view.ts";
import { initials } from "./person.ts";
import {
  fitLine,
  joinLines,
  type Line,
  line,
  lineWidth,
  padLine,
  paintLine,
  type Span,
  span,
  trimLine,
  wrapLine,
} from "./span.ts";
import { both, labelPaint, type Paint, plain, priorityPaint, type Style, statusPaint } from "./style.ts";

export interface BoardOptions {
  /** How many cards a cell shows on a terminal before it only counts the others. */
  readonly cardsMax: number;
}

/** Needs of each cell as many cards as it shows. */
export function renderBoard(view: BoardView, style: Style, options: BoardOptions = { cardsMax: 10 }): string {
  const { width } = style;
  if (width === undefined) return renderBareBoard(view, style);
  const columnWidth = fitColumns(view.columns.length, width);
  const lines =
    columnWidth === undefined
      ? stackColumns(view, { style, width, ...options })
      : alignColumns(view, { style, width: columnWidth, ...options });
  return lines.map((shown) => paintLine(fitLine(trimLine(shown), width))).join("\n");
}

/** The board where there is no terminal: a line is the lane if there are any, status, the repository if there are several, id, title, parted by tabs. */
export function renderBareBoard(view: BoardView<BoardCard>, style: Style): string {
  const lines: string[] = [];
  for (const lane of view.lanes) {
    const start = view.by === null ? "" : `${paintText(lane.name ?? "")}\t`;
    for (const [i, column] of view.columns.entries()) {
      const place = `${start}${paintText(column.name, statusPaint(style, column.category))}\t`;
      for (const { shortId, title, repository } of lane.cells[i] ?? []) {
        const mark = repository === undefined ? "" : `${paintText(repository, style.dim)}\t`;
        lines.push(`${place}${mark}${paintText(shortId, style.cyan)}\t${paintText(title)}`);
      }
    }
  }
  return lines.join("\n");
}

/** As `paintLine` of one span: there may be very many. */
function paintText(text: string, paint: Paint = plain): string {
  return paint(span(text).text);
}

interface Room extends BoardOptions {
  readonly style: Style;
  /** Of one column. */
  readonly width: number;
}

/** Four columns fit into the usual 80. */
const columnWidthMin = 17;
/** Wider cards are no easier to read. */
const columnWidthMax = 48;
const betweenWidth = 3;

/** The width of each of `count` equal columns; undefined if they don't fit side by side. */
function fitColumns(count: number, width: number): number | undefined {
  const columnWidth = Math.floor((width - betweenWidth * (count - 1)) / count);
  return columnWidth < columnWidthMin ? undefined : Math.min(columnWidth, columnWidthMax);
}

function alignColumns(view: BoardView, room: Room): Line[] {
  const { style, width } = room;
  const heads = view.columns.map((column, i) => [columnHead(column, view.counts[i] ?? 0, style)]);
  const rule = line(view.columns.map(() => "─".repeat(width)).join("─┼─"), style.dim);
  const boardWidth = view.columns.length * (width + betweenWidth) - betweenWidth;
  return [
    ...sideBySide(heads, room),
    rule,
    ...view.lanes.flatMap((lane, i) => [
      ...(view.by === null
        ? []
        : [...(i > 0 ? [[]] : []), laneHead(view, lane, countLane(lane), { ...room, width: boardWidth })]),
      ...sideBySide(
        lane.cells.map((_, column) => layCell(lane, column, room)),
        room,
      ),
    ]),
  ];
}

/** Puts blocks of lines next to each other. */
function sideBySide(blocks: readonly (readonly Line[])[], { style, width }: Room): Line[] {
  const height = blocks.reduce((highest, block) => Math.max(highest, block.length), 0);
  const bar = [span(" "), span("│", style.dim), span(" ")];
  return Array.from({ length: height }, (_, y) =>
    blocks.flatMap((block, i) => {
      const cell = padLine(fitLine(block[y] ?? [], width), width);
      return i === 0 ? cell : [...bar, ...cell];
    }),
  );
}

function stackColumns(view: BoardView, room: Room): Line[] {
  const { style, width } = room;
  const sections = view.columns.map((column, i) => {
    const parts = view.lanes
      .filter((lane) => countCell(lane, i) > 0)
      .map((lane) => [
        ...(view.by === null ? [] : [laneHead(view, lane, countCell(lane, i), room)]),
        ...layCell(lane, i, room),
      ]);
    const head = [columnHead(column, view.counts[i] ?? 0, style), line("─".repeat(width), style.dim)];
    return [...head, ...separate(parts)];
  });
  return separate(sections);
}

/** The blocks one after the other, a blank line between each two. */
function separate(blocks: readonly (readonly Line[])[]): Line[] {
  return blocks.flatMap((block, i) => (i === 0 ? block : [[], ...block]));
}

/** Name and number; `3/2` in red where there are more than the limit allows. */
function columnHead(column: Status, count: number, style: Style): Line {
  const over = column.limit !== null && count > column.limit;
  const number = column.limit === null ? `${count}` : `${count}/${column.limit}`;
  return [
    span(column.name, both(style.bold, statusPaint(style, column.category))),
    span(" "),
    span(number, over ? both(style.bold, style.red) : style.dim),
  ];
}

function laneHead(view: BoardView, lane: BoardLane, count: number, { style, width }: Room): Line {
  const name = lane.name === null ? span(`no ${view.by}`, style.dim) : span(lane.name, style.bold);
  const head = fitLine([span("── ", style.dim), name, span(` ${count} `, style.dim)], width);
  const rest = width - lineWidth(head);
  return [...head, span("─".repeat(Math.max(0, rest)), style.dim)];
}

function countLane(lane: BoardLane): number {
  return lane.cells.reduce((sum, _, column) => sum + countCell(lane, column), 0);
}

function countCell({ cells, counts }: BoardLane, column: number): number {
  return counts?.[column] ?? cells[column]?.length ?? 0;
}

function layCell(lane: BoardLane, column: number, room: Room): Line[] {
  const shown = (lane.cells[column] ?? []).slice(0, room.cardsMax);
  const rest = countCell(lane, column) - shown.length;
  return separate([
    ...shown.map((card) => layCard(card, room)),
    ...(rest > 0 ? [[line(`+${rest} more`, room.style.dim)]] : []),
  ]);
}

/** Id and title, then what else is to be known at a glance. */
function layCard(card: IssueSummary, { style, width }: Room): Line[] {
  const titlePaint = card.category === "done" ? style.dim : plain;
  const linesMax = width < 30 ? 3 : 2;
  const title = [span(card.shortId, style.cyan), span(" "), span(card.title, titlePaint)];
  const meta = cardMeta(card, style);
  return [...wrapLine(title, width, linesMax), ...(meta.length === 0 ? [] : [fitLine(meta, width)])];
}

/** What is most urgent to know comes first, because the end may be cut. */
function cardMeta(card: IssueSummary, style: Style): Line {
  const facts: Span[] = [
    ...(card.repository === undefined ? [] : [span(card.repository, style.dim)]),
    ...(card.conflicted ? [span("conflict", style.inverse)] : []),
    ...(card.blocked ? [span("blocked", style.red)] : []),
    ...(card.priority === null ? [] : [span(card.priority, priorityPaint(style, card.priority))]),
    ...card.assignees.map((email) => span(initials(email), style.bold)),
    ...(card.children.length === 0 ? [] : [span(`${card.childrenDone}/${card.children.length}`, style.dim)]),
    ...card.labels.map((label) => span(label, labelPaint(style, label))),
  ];
  return joinLines(
    facts.map((fact) => [fact]),
    " ",
  );
}
