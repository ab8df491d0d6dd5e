/** Points at a mistake in a text that a person wrote, in a message that fits a terminal. */
import { visible } from "./text.ts";

/** The text on one line, cut around the mistake to fit, and below it a line with carets under the mistake. */
export function pointAt(source: string, start: number, end: number): string {
  const mistake = clipEnd(visible(source.slice(start, end)), mistakeColumnsMax);
  const carets = Math.max(1, Bun.stringWidth(mistake));
  const room = columnsMax - carets;
  const rest = visible(source.slice(end));
  const roomBefore = Math.max(Math.floor(room / 2), room - Bun.stringWidth(rest));
  const before = clipStart(visible(source.slice(0, start)), roomBefore);
  const indent = Bun.stringWidth(before);
  return `${before}${mistake}${clipEnd(rest, room - indent)}\n${" ".repeat(indent)}${"^".repeat(carets)}`;
}

/** The beginning of `text` if it is wider than so many columns. */
export function clipEnd(text: string, columns: number): string {
  return Bun.stringWidth(text) <= columns ? text : `${fitting([...text], columns - 1).join("")}…`;
}

/** What fits a usual terminal and is still read at a glance. */
const columnsMax = 100;
/** What of a long mistake is shown, so that some of the text around it is seen too. */
const mistakeColumnsMax = 60;

function clipStart(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  return `…${fitting([...text].reverse(), columns - 1)
    .reverse()
    .join("")}`;
}

/** As many of the first characters as have room. */
function fitting(characters: readonly string[], columns: number): string[] {
  let width = 0;
  const end = characters.findIndex((character) => {
    width += Bun.stringWidth(character);
    return width > columns;
  });
  return characters.slice(0, end === -1 ? characters.length : end);
}
