/**
 * Pieces of lines, and how they are cut, padded and broken. A span is where text that people wrote enters rendering: only `span`
 * makes one, and it makes every control character visible, so whatever is laid out is harmless. Widths are terminal columns: CJK
 * and emoji take two. Nothing is ever cut inside a grapheme.
 */
import { visible } from "../core/text.ts";
import { type Paint, plain } from "./style.ts";

declare const harmless: unique symbol;

export interface Span {
  readonly text: string;
  readonly paint: Paint;
  /** Only a type: no value has it, so that no literal can pass for a span. */
  readonly [harmless]: true;
}

export type Line = readonly Span[];

/** Printable ASCII: harmless, and as wide as it is long. Most text is, and this is the fastest way to know. */
const simple = /^[\x20-\x7e]*$/;

/** Makes a piece of one line; line breaks and tabs become visible like all controls. */
export function span(text: string, paint: Paint = plain): Span {
  if (simple.test(text)) return unchecked(text, paint);
  const shown = visible(text);
  // A mark with nothing before it would sit on the column's padding and change its width.
  return unchecked(startsWithMark.test(shown) ? `◌${shown}` : shown, paint);
}

/** A line of one span. */
export function line(text: string, paint?: Paint): Line {
  return [span(text, paint)];
}

/** `lines` with `between` put between each two of them, as one line. */
export function joinLines(lines: readonly Line[], between: string): Line {
  return lines.flatMap((part, i) => (i === 0 ? part : [span(between), ...part]));
}

export function widthOf(text: string): number {
  return simple.test(text) ? text.length : Bun.stringWidth(text);
}

export function lineWidth(pieces: Line): number {
  return widthOf(lineText(pieces));
}

/** The line as terminal text. Neighbours of the same paint are painted as one. */
export function paintLine(pieces: Line): string {
  let painted = "";
  for (let i = 0; i < pieces.length; ) {
    const paint = pieces[i]?.paint ?? plain;
    let text = "";
    for (; pieces[i]?.paint === paint; i++) text += pieces[i]?.text;
    painted += paint(text);
  }
  return painted;
}

/** The line without its colours. */
export function lineText(pieces: Line): string {
  if (pieces.length === 1) return pieces[0]?.text ?? "";
  return pieces.map((piece) => piece.text).join("");
}

/** The line if it fits into `width` columns, else as much of it as does, with `…` at the end. */
export function fitLine(pieces: Line, width: number): Line {
  if (lineWidth(pieces) <= width) return pieces;
  if (width < 1) return [];
  const fitted: Span[] = [];
  let room = width - 1;
  for (const piece of pieces) {
    const pieceWidth = widthOf(piece.text);
    if (pieceWidth > room) {
      fitted.push(unchecked(`${cut(piece.text, room)}…`, piece.paint));
      return fitted;
    }
    fitted.push(piece);
    room -= pieceWidth;
  }
  return fitted;
}

/** The line with blanks added to make it `width` columns wide. */
export function padLine(pieces: Line, width: number, align: "left" | "right" | "center" = "left"): Line {
  const missing = width - lineWidth(pieces);
  if (missing <= 0) return pieces;
  if (align === "left") return [...pieces, blanks(missing)];
  if (align === "right") return [blanks(missing), ...pieces];
  return [blanks(missing >> 1), ...pieces, blanks(missing - (missing >> 1))];
}

/** The line without blanks at its end. */
export function trimLine(pieces: Line): Line {
  let end = pieces.length;
  while (end > 0 && pieces[end - 1]?.text.trim() === "") end--;
  return pieces.slice(0, end);
}

/**
 * Breaks a line at its blanks into lines of at most `width` columns; a word that is longer than a line is broken where it must
 * be. Runs of blanks become one. With more than `linesMax` lines, the last one ends with `…`.
 */
export function wrapLine(pieces: Line, width: number, linesMax = Number.POSITIVE_INFINITY): Line[] {
  const lines: Span[][] = [[]];
  let used = 0;
  const add = (added: Line) => {
    lines.at(-1)?.push(...added);
    used += lineWidth(added);
  };
  const startLine = () => {
    lines.push([]);
    used = 0;
  };
  for (const word of words(pieces)) {
    if (lines.length > linesMax) break;
    const wordWidth = lineWidth(word.pieces);
    if (used > 0 && used + 1 + wordWidth <= width) add([word.blank, ...word.pieces]);
    else if (wordWidth <= width) {
      if (used > 0) startLine();
      add(word.pieces);
    } else {
      if (used + 1 + leastOfLongWord > width) startLine();
      else if (used > 0) add([word.blank]);
      for (const [i, part] of splitLine(word.pieces, width, width - used).entries()) {
        if (i > 0) startLine();
        add(part);
      }
    }
  }
  return limitLines(lines, width, linesMax);
}

/**
 * Breaks a line into lines of at most `width` columns (the first at most `first`) exactly where each is full; its blanks stay as
 * they are.
 */
export function splitLine(pieces: Line, width: number, first = width): Line[] {
  const lines: Span[][] = [[]];
  let room = first;
  for (const piece of pieces) {
    for (const [i, part] of slices(piece.text, room, width).toArray().entries()) {
      if (i > 0) {
        lines.push([]);
        room = width;
      }
      if (part === "") continue;
      lines.at(-1)?.push(unchecked(part, piece.paint));
      room = Math.max(0, room - widthOf(part));
    }
  }
  return lines;
}

/** A combining mark, a joiner or an emoji modifier: what would change the look of the character before it. */
const startsWithMark = /^(?:\p{M}|\p{Emoji_Modifier}|\u200d)/u;
/** A word that has to be broken anyway starts on a line only if that many columns are left for it. */
const leastOfLongWord = 4;

/** For text that was taken from a span. */
function unchecked(text: string, paint: Paint): Span {
  return { text, paint } as Span; // The mark of a span exists only as a type.
}

function blanks(count: number): Span {
  return unchecked(" ".repeat(count), plain);
}

interface Word {
  /** The blank before it. */
  readonly blank: Span;
  readonly pieces: Span[];
}

/** The words of a line; one word may be made of several spans. */
function* words(pieces: Line): Generator<Word> {
  let word: Word | undefined;
  let blank = span(" ");
  for (const piece of pieces) {
    const parts = piece.text.split(/ +/);
    for (const [i, part] of parts.entries()) {
      if (i > 0) {
        if (word !== undefined) yield word;
        word = undefined;
        blank = unchecked(" ", piece.paint);
      }
      if (part === "") continue;
      word ??= { blank, pieces: [] };
      word.pieces.push(unchecked(part, piece.paint));
    }
  }
  if (word !== undefined) yield word;
}

function limitLines(lines: readonly Line[], width: number, linesMax: number): Line[] {
  if (lines.length <= linesMax) return [...lines];
  const kept = lines.slice(0, linesMax);
  const last = kept.pop() ?? [];
  return [...kept, fitLine([...last, unchecked("…", last.at(-1)?.paint ?? plain)], width)];
}

function cut(text: string, width: number): string {
  if (simple.test(text)) return text.slice(0, width);
  for (const part of slices(text, width, width)) return part;
  return "";
}

/**
 * `text` in parts: the first at most `first` columns wide, the others `width`. The first may be empty; no other is. A grapheme is cut
 * only if it is wider than `width` (there is no end to how many jamo one may have).
 */
function* slices(text: string, first: number, width: number): Generator<string> {
  if (simple.test(text)) {
    yield text.slice(0, first);
    for (let start = first; start < text.length; start += Math.max(1, width)) yield text.slice(start, start + width);
    return;
  }
  let part = "";
  let room = first;
  let isFirst = true;
  for (const character of characters(text, width)) {
    const characterWidth = widthOf(character);
    if (characterWidth > room && (isFirst || part !== "")) {
      yield part;
      part = "";
      room = width;
      isFirst = false;
    }
    part += character;
    room -= characterWidth;
  }
  yield part;
}

/** Graphemes; the code points of those that are wider than `width`. */
function* characters(text: string, width: number): Generator<string> {
  for (const { segment } of segmenter().segment(text)) {
    if (widthOf(segment) > width) yield* segment;
    else yield segment;
  }
}

let graphemes: Intl.Segmenter | undefined;

/** Made when first needed: it costs milliseconds, and most text is plain. */
function segmenter(): Intl.Segmenter {
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return graphemes;
}
