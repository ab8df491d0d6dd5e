/**
 * CSV as RFC 4180 has it, read strictly: a quoted cell may hold separators, line ends and doubled quotes; a quote anywhere else, a cell
 * that never ends, and a row that is longer or shorter than the first are refused, saying where. Line ends are CRLF, LF or CR. The
 * separator is the one of comma, semicolon and tab that stands most often in the first row.
 */
import { refusedAt, type SourceFile } from "./values.ts";

export interface CsvRow {
  readonly cells: readonly string[];
  /** `file:line` of its beginning. */
  readonly place: string;
}

export interface CsvTable {
  /** The names in the first row. */
  readonly columns: readonly string[];
  readonly rows: Iterable<CsvRow>;
}

/** Tables of trackers have a few hundred columns, most of them of custom fields. */
export const columnsMax = 10_000;
const separators = [",", ";", "\t"] as const;
const quoteHint = 'A cell that holds quotes stands in quotes, with each of them doubled: "say ""hi""".';

/** Reads a table whose first row names the columns. Throws `invalid` with file, line and column, for rows only when they are asked for. */
export async function readCsv(file: SourceFile): Promise<CsvTable> {
  const text = decodeUtf8(await bytesOf(file), file.name);
  const rows = readRows(text, file.name, sniffSeparator(text));
  const first = rows.next();
  if (first.done) throw refusedAt(`${file.name}:1`, "the file is empty", "Its first row names the columns.");
  const columns = first.value.cells.map((name) => name.trim());
  return { columns, rows: sameWidth(rows, columns.length) };
}

/** All rows, the first among them, of any width; blank lines are none. */
export function* readRows(text: string, name: string, separator: string): Generator<CsvRow> {
  const scan = { text, name, separator, at: 0, line: 1, lineStart: 0 };
  while (scan.at < text.length) {
    const place = `${name}:${scan.line}`;
    const cells = readRow(scan);
    if (cells.length > 1 || cells[0] !== "") yield { cells, place };
  }
}

export function sniffSeparator(text: string): string {
  const counts = new Map<string, number>(separators.map((separator) => [separator, 0]));
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === "\n" || character === "\r") break;
    const count = counts.get(character);
    if (count !== undefined) counts.set(character, count + 1);
  }
  let best: string = separators[0];
  for (const [separator, count] of counts) if (count > (counts.get(best) ?? 0)) best = separator;
  return best;
}

/** Where the reader stands. */
interface Scan {
  readonly text: string;
  readonly name: string;
  readonly separator: string;
  at: number;
  line: number;
  lineStart: number;
}

function readRow(scan: Scan): string[] {
  const cells: string[] = [];
  for (;;) {
    cells.push(scan.text[scan.at] === '"' ? readQuoted(scan) : readBare(scan));
    if (cells.length > columnsMax) {
      throw refusedAt(placeOf(scan), `a row of more than ${columnsMax} cells`, "Is it a table of issues?");
    }
    if (scan.text[scan.at] !== scan.separator) break;
    scan.at += 1;
  }
  if (scan.at < scan.text.length) {
    scan.at += scan.text.startsWith("\r\n", scan.at) ? 2 : 1;
    beginLine(scan);
  }
  return cells;
}

/** Up to the separator or the end of the line, which it leaves. */
function readBare(scan: Scan): string {
  const { text, separator } = scan;
  const start = scan.at;
  for (; scan.at < text.length; scan.at++) {
    const character = text[scan.at];
    if (character === separator || character === "\n" || character === "\r") break;
    if (character === '"')
      throw refusedAt(placeOf(scan), "a quote inside of a cell that has none around it", quoteHint);
  }
  return text.slice(start, scan.at);
}

function readQuoted(scan: Scan): string {
  const { text, separator } = scan;
  const start = placeOf(scan);
  let cell = "";
  scan.at += 1;
  for (;;) {
    const end = text.indexOf('"', scan.at);
    if (end === -1) throw refusedAt(start, "the quote that begins here does not end", "Is the file cut off?");
    countLines(scan, end);
    cell += text.slice(scan.at, end);
    scan.at = end + 1;
    if (text[scan.at] !== '"') break;
    cell += '"';
    scan.at += 1;
  }
  const next = text[scan.at];
  if (next === undefined || next === separator || next === "\n" || next === "\r") return cell;
  throw refusedAt(placeOf(scan), "text behind the closing quote of a cell", quoteHint);
}

function countLines(scan: Scan, end: number): void {
  for (let at = scan.at; at < end; at++) {
    const character = scan.text[at];
    if (character !== "\n" && (character !== "\r" || scan.text[at + 1] === "\n")) continue;
    scan.line += 1;
    scan.lineStart = at + 1;
  }
}

function beginLine(scan: Scan): void {
  scan.line += 1;
  scan.lineStart = scan.at;
}

function placeOf({ name, line, at, lineStart }: Scan): string {
  return `${name}:${line}:${at - lineStart + 1}`;
}

function* sameWidth(rows: Iterable<CsvRow>, width: number): Generator<CsvRow> {
  for (const row of rows) {
    if (row.cells.length !== width) {
      const problem = `${row.cells.length} cells, but the first row names ${width} columns`;
      throw refusedAt(row.place, problem, "A cell that holds separators or line ends stands in quotes.");
    }
    yield row;
  }
}

export async function bytesOf({ bytes }: SourceFile): Promise<Uint8Array> {
  if (bytes instanceof Uint8Array) return bytes;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Throws `invalid`, saying in which line, for what is no UTF-8. A byte order mark goes. */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusedAt(`${name}:${brokenLine(bytes)}`, "this is not UTF-8", "Save the file as UTF-8.");
  }
}

/** The line of the first byte that is no UTF-8: no character has a line feed among its bytes. */
function brokenLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(bytes.subarray(start, end === -1 ? bytes.length : end));
    } catch {
      return line;
    }
    if (end === -1) break;
    start = end + 1;
  }
  return line;
}
