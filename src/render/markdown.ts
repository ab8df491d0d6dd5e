/**
 * Items as a Markdown table, for pasting into documents and discussions. Whatever Markdown or HTML would read in a cell is escaped.
 */
import { visible } from "../core/text.ts";
import { fieldText, type Item } from "./json.ts";

export function renderMarkdownTable(items: readonly Item[], fields: readonly string[]): string {
  const rows = items.map((item) => fields.map((field) => encodeCell(fieldText(item[field]))));
  return [fields, fields.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A text on one line that Markdown reads as what it is, wherever it stands but at a line's beginning. */
export function escapeMarkdown(text: string): string {
  return visible(text).replace(/[\\`*_[\]<>|~&$#]/g, "\\$&");
}

function encodeCell(text: string): string {
  return visible(text, "lines")
    .replace(/[\\`*_[\]<>|~&$]/g, "\\$&")
    .replaceAll("\t", " ")
    .replaceAll("\n", "<br>");
}
