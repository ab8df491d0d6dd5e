/** How help fits a terminal: its lines break between words. What is no terminal gets them as they are. */
import { line, lineText, wrapLine } from "../render/span.ts";

/**
 * Breaks lines at `width` columns (undefined: nowhere). The second column of a table goes on below its beginning, indented text at its
 * indentation.
 */
export function fitLines(lines: readonly string[], width: number | undefined): string[] {
  if (width === undefined) return [...lines];
  return lines.flatMap((row) => (row.length <= width ? [row] : breakRow(row, width)));
}

/** As `fitLines`, for paragraphs whose lines were broken in the middle of sentences: they are put together first. */
export function fitText(text: string, width: number | undefined): string[] {
  const lines = text.split("\n");
  if (width === undefined) return lines;
  const whole: string[] = [];
  for (const next of lines) {
    const last = whole.at(-1);
    if (last !== undefined && isHalf(last) && isSentence(next)) whole[whole.length - 1] = `${last} ${next}`;
    else whole.push(next);
  }
  return fitLines(whole, width);
}

/** Shorter lines end where they are meant to. */
const brokenFrom = 80;

function isHalf(row: string): boolean {
  return row.length >= brokenFrom && isSentence(row) && !/[.:]$/.test(row);
}

function isSentence(row: string): boolean {
  return /^\S/.test(row) && !/ {2}/.test(row);
}

function breakRow(row: string, width: number): string[] {
  const [indent = ""] = /^ */.exec(row) ?? [];
  const [column = indent] = /^ *\S+(?: \S+)* {2,}/.exec(row) ?? [];
  const start = column.length <= width / 2 ? column : indent;
  const wrapped = wrapLine(line(row.slice(start.length)), width - start.length).map(lineText);
  return wrapped.map((part, i) => (i === 0 ? start : " ".repeat(start.length)) + part);
}
