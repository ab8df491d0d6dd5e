/**
 * Items as CSV (RFC 4180 quoting, LF line ends as everywhere here). A cell that a spreadsheet would run as a formula gets a leading
 * apostrophe, and control characters are made visible.
 */
import { visible } from "../core/text.ts";
import { fieldText, type Item } from "./json.ts";

/** A header line and a line per item. */
export function renderCsv(items: readonly Item[], fields: readonly string[]): string {
  return [fields, ...items.map((item) => fields.map((field) => fieldText(item[field])))]
    .map((cells) => cells.map(encodeCell).join(","))
    .join("\n");
}

function encodeCell(text: string): string {
  const defused = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  const shown = visible(defused, "lines");
  return /[",\n]|^\s|\s$/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
