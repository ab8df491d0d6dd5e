/**
 * Items as CSV (RFC 4180 quoting). A cell that a spreadsheet would run as a formula gets a leading apostrophe, also where quotes, blanks
 * or another apostrophe stand before it; control characters are made visible. Otherwise what is read back is what went in.
 */
import { visible } from "../core/text.ts";
import { fieldText, type Item } from "./json.ts";

/** A header line and a line per item, with LF line ends, as all that is printed. */
export function renderCsv(items: readonly Item[], fields: readonly string[]): string {
  return [csvRow(fields), ...items.map((item) => csvRow(fieldTexts(item, fields)))].join("\n");
}

/** The same as a file, line by line, with the line ends that the RFC asks for. */
export async function* csvFile(items: AsyncIterable<Item>, fields: readonly string[]): AsyncGenerator<string> {
  yield `${csvRow(fields)}\r\n`;
  for await (const item of items) yield `${csvRow(fieldTexts(item, fields))}\r\n`;
}

function fieldTexts(item: Item, fields: readonly string[]): string[] {
  return fields.map((field) => fieldText(item[field]));
}

function csvRow(cells: readonly string[]): string {
  return cells.map(encodeCell).join(",");
}

/** Spreadsheets look for these behind blanks and quotes, too, and some for their wide forms. */
const formula = /^[\s'"]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

function encodeCell(text: string): string {
  const defused = formula.test(text) ? `'${text}` : text;
  const shown = visible(defused, "lines");
  return /[",;\n\t]|^\s|\s$/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
