/**
 * Markdown as terminal text. Bun parses it into a tree; this file lays the tree out in lines of a given width. Characters that an
 * entity smuggles in (`&#27;`) are made visible like all others, because they too end up in a span. No hyperlinks are written: an
 * address is shown next to its text, so nobody is led elsewhere than they read.
 */
import { visible } from "../core/text.ts";
import { childrenOf, type Element, isElement, parseMarkdown, textOf } from "./markdown-tree.ts";
import {
  joinLines,
  type Line,
  line,
  lineWidth,
  padLine,
  type Span,
  span,
  splitLine,
  trimLine,
  wrapLine,
} from "./span.ts";
import { both, type Paint, plain, type Style } from "./style.ts";

/** Lays Markdown out in lines of at most `width` columns. */
export function layProse(source: string, style: Style, width: number): Line[] {
  return layBlocks(parseMarkdown(visible(source, "lines")), { style, width, depth: 0 });
}

interface Room {
  readonly style: Style;
  readonly width: number;
  readonly depth: number;
}

/** Deeper nesting is shown as plain text: it could otherwise exhaust the stack, and leaves no room anyway. */
const depthMax = 12;
/** Narrower than that no text is readable, so it is wider than it should be. */
const widthMin = 8;

const inlineTypes = new Set(["em", "strong", "a", "img", "code", "del", "u", "br", "math"]);

/** Blocks below each other with a blank line between; text that stands among them (in tight lists) is a paragraph. */
function layBlocks(nodes: readonly unknown[], room: Room, spacing: "loose" | "tight" = "loose"): Line[] {
  const lines: Line[] = [];
  for (const block of gatherBlocks(nodes)) {
    const laid = Array.isArray(block) ? layParagraph(block, plain, room) : layBlock(block, room);
    if (laid.length === 0) continue;
    if (lines.length > 0 && spacing === "loose") lines.push([]);
    for (const shown of laid) lines.push(shown);
  }
  return lines;
}

/** Runs of inline nodes become one list each. */
function gatherBlocks(nodes: readonly unknown[]): (Element | unknown[])[] {
  const blocks: (Element | unknown[])[] = [];
  for (const node of nodes) {
    if (isElement(node) && !inlineTypes.has(String(node.type))) {
      blocks.push(node);
      continue;
    }
    const last = blocks.at(-1);
    if (Array.isArray(last)) last.push(node);
    else blocks.push([node]);
  }
  return blocks;
}

function layBlock(element: Element, room: Room): Line[] {
  const { style, width, depth } = room;
  const children = childrenOf(element);
  if (depth > depthMax) return wrapLines(line(textOf(element).trim()), room);
  switch (element.type) {
    case "h1":
      return layParagraph(children, both(style.bold, style.underline), room);
    case "h2":
    case "h3":
    case "h4":
    case "h5":
    case "h6":
      return layParagraph(children, style.bold, room);
    case "p":
      return layParagraph(children, plain, room);
    case "blockquote":
      return layQuote(children, room);
    case "ul":
    case "ol":
      return layList(element, room);
    case "pre":
      return layCode(element, room);
    case "hr":
      return [line("─".repeat(Math.min(width, 40)), style.dim)];
    case "html":
      return textOf(element)
        .trimEnd()
        .split("\n")
        .flatMap((text) => splitLine(line(text, style.dim), Math.max(width, widthMin)));
    case "table":
      return layTable(element, room);
    default:
      return layBlocks(children, { ...room, depth: depth + 1 });
  }
}

function layParagraph(nodes: readonly unknown[], paint: Paint, room: Room): Line[] {
  const lines: Span[][] = [[]];
  layInline(nodes, paint, room.style, 0, lines);
  const laid = lines.flatMap((pieces) => wrapLines(pieces, room));
  return laid.some((pieces) => lineWidth(pieces) > 0) ? laid : [];
}

function layQuote(nodes: readonly unknown[], room: Room): Line[] {
  const margin = [span("│", room.style.dim), span(" ")];
  return indent(layBlocks(nodes, inner(room, 2)), margin, margin);
}

function layList(list: Element, room: Room): Line[] {
  const items = childrenOf(list).filter(isElement);
  const start = list.props.start ?? 1;
  const bulletOf = (i: number) => (list.type === "ol" ? `${start + i}. ` : "• ");
  const bulletWidth = bulletOf(items.length - 1).length;
  const isLoose = items.some((item) => childrenOf(item).some((child) => isElement(child) && child.type === "p"));
  return items.flatMap((item, i) => {
    const { checked } = item.props;
    const box =
      checked === undefined ? [] : [span(checked ? "[x] " : "[ ] ", checked ? room.style.green : room.style.dim)];
    const bullet = [span(bulletOf(i).padStart(bulletWidth), room.style.dim), ...box];
    const bodyRoom = inner(room, lineWidth(bullet));
    const body = layBlocks(childrenOf(item), bodyRoom, isLoose ? "loose" : "tight");
    const laid = indent(body.length === 0 ? [[]] : body, bullet, [span(" ".repeat(lineWidth(bullet)))]);
    return isLoose && i > 0 ? [[], ...laid] : laid;
  });
}

const tabWidth = 4;

function layCode(element: Element, room: Room): Line[] {
  const { style } = room;
  const margin = [span("  ")];
  const lines = textOf(element)
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((text) =>
      splitLine(line(text.replaceAll("\t", " ".repeat(tabWidth)), style.yellow), inner(room, 2).width),
    );
  return indent(lines, margin, margin);
}

const cellGap = " │ ";

/** Columns share the width fairly, and their cells are broken into lines. Where that leaves too little, a row is a paragraph. */
function layTable(table: Element, room: Room): Line[] {
  const { style } = room;
  const rows = childrenOf(table)
    .filter(isElement)
    .flatMap((part) => childrenOf(part).filter(isElement))
    .map((row) => childrenOf(row).filter(isElement));
  const cells = rows.map((row) => row.map((cell) => layCell(cell, style)));
  const naturals = (cells[0] ?? []).map((_, i) =>
    cells.reduce((widest, row) => Math.max(widest, lineWidth(row[i] ?? [])), 0),
  );
  const widths = shareWidth(naturals, room.width - cellGap.length * (naturals.length - 1));
  if (widths.some((width, i) => width < Math.min(widthMin, naturals[i] ?? 0))) {
    return cells.flatMap((row) => wrapLines(joinLines(row, " · "), room));
  }
  const columns = widths.map((width, i) => ({ width, align: rows[0]?.[i]?.props.align }));
  const [head = [], ...body] = cells.map((row) => layRow(row, columns, style));
  const rule = line(widths.map((width) => "─".repeat(width)).join("─┼─"), style.dim);
  return [...head, rule, ...body.flat()];
}

interface CellRoom {
  readonly width: number;
  readonly align: "left" | "right" | "center" | undefined;
}

/** A row of a table, as high as its highest cell. */
function layRow(cells: readonly Line[], columns: readonly CellRoom[], style: Style): Line[] {
  const wrapped = columns.map(({ width }, i) => wrapLine(cells[i] ?? [], width));
  const height = wrapped.reduce((highest, lines) => Math.max(highest, lines.length), 1);
  return Array.from({ length: height }, (_, y) => {
    const padded = columns.map(({ width, align }, i) => padLine(wrapped[i]?.[y] ?? [], width, align));
    return trimLine(padded.flatMap((cell, i) => (i === 0 ? cell : [span(cellGap, style.dim), ...cell])));
  });
}

function layCell(cell: Element, style: Style): Line {
  const lines: Span[][] = [[]];
  layInline(childrenOf(cell), cell.type === "th" ? style.bold : plain, style, 0, lines);
  return lines.flat();
}

/** Each column gets what it needs if that is at most an equal share; the others share the rest. */
function shareWidth(naturals: readonly number[], width: number): number[] {
  const shares = naturals.map(() => 0);
  const order = naturals.map((natural, i) => ({ natural, i })).sort((a, b) => a.natural - b.natural);
  let left = width;
  for (const [done, { natural, i }] of order.entries()) {
    const share = Math.min(natural, Math.max(0, Math.floor(left / (order.length - done))));
    shares[i] = share;
    left -= share;
  }
  return shares;
}

/** Appends the nodes to the last of `lines`; a line break starts another. */
function layInline(nodes: readonly unknown[], paint: Paint, style: Style, depth: number, lines: Span[][]): void {
  const put = (text: string, dress: Paint) => lines.at(-1)?.push(span(text, dress));
  for (const node of nodes) {
    if (!isElement(node)) {
      for (const [i, text] of String(node).split("\n").entries()) {
        if (i > 0) lines.push([]);
        put(text.replaceAll("\t", " "), paint);
      }
      continue;
    }
    if (depth > depthMax) {
      put(textOf(node).replaceAll("\n", " "), paint);
      continue;
    }
    const go = (dress: Paint) => layInline(childrenOf(node), both(dress, paint), style, depth + 1, lines);
    switch (node.type) {
      case "strong":
        go(style.bold);
        break;
      case "em":
        go(style.italic);
        break;
      case "del":
        go(style.strike);
        break;
      case "code":
        put(textOf(node).replaceAll("\n", " "), both(style.yellow, paint));
        break;
      case "br":
        lines.push([]);
        break;
      case "img":
        put(`[image: ${node.props.alt || node.props.src || "?"}]`, both(style.dim, paint));
        if (node.props.alt) put(` (${node.props.src ?? ""})`, both(style.dim, paint));
        break;
      case "a": {
        go(style.underline);
        const { href = "" } = node.props;
        const shown = textOf(node);
        if (href !== shown && href !== `mailto:${shown}`) put(` (${href})`, both(style.dim, paint));
        break;
      }
      default:
        go(plain);
    }
  }
}

function wrapLines(pieces: Line, room: Room): Line[] {
  return wrapLine(pieces, Math.max(room.width, widthMin));
}

/** The room that is left beside something `taken` columns wide. */
function inner(room: Room, taken: number): Room {
  return { style: room.style, width: Math.max(room.width - taken, widthMin), depth: room.depth + 1 };
}

function indent(lines: readonly Line[], first: Line, others: Line): Line[] {
  return lines.map((shown, i) => trimLine([...(i === 0 ? first : others), ...shown]));
}
