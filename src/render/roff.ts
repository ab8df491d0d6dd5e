/**
 * The pieces of a manual page, in the man macros of roff that every `man` knows. Text is escaped so that it stands there as it is
 * written: hyphens stay hyphens that can be copied, and no line of it is taken for a request.
 */

/** A term and what it means. */
export type Definition = readonly [term: string, meaning: string];

/** The page's head. It has no date: the same program gives the same page. */
export function title(name: string, section: number, source: string, manual: string): string {
  return `.TH ${quoted(name.toUpperCase())} ${section} "" ${quoted(source)} ${quoted(manual)}\n.nh\n.ad l\n`;
}

/** A heading and the text below it. */
export function section(name: string, text = ""): string {
  return `.SH ${quoted(name)}\n${filled(text)}`;
}

export function subsection(name: string, text = ""): string {
  return `.SS ${quoted(name)}\n${filled(text)}`;
}

export function paragraph(text: string): string {
  return `.PP\n${filled(text)}`;
}

/** Lines that stay as they are. */
export function verbatim(texts: readonly string[]): string {
  return texts.length === 0
    ? ""
    : `.PP\n.RS 4\n.nf\n${texts.map((text) => (text === "" ? ".sp\n" : lines(text))).join("")}.fi\n.RE\n`;
}

export function definitions(rows: readonly Definition[]): string {
  return rows.map(([term, meaning]) => `.TP\n.B ${quoted(term)}\n${filled(meaning)}`).join("");
}

/** Running text. */
function filled(text: string): string {
  const folded = text.replace(/(?=[^\n]{70})([^\n]{1,70}) /g, "$1\n");
  return text === "" ? "" : lines(folded);
}

/** One or more lines, none of which begins with what roff would obey. */
function lines(text: string): string {
  const each = text.split("\n").map((line) => escaped(line).replace(/^(?=[.'])/, "\\&"));
  return `${each.join("\n")}\n`;
}

/** An argument of a macro. */
function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', "\\(dq")}"`;
}

function escaped(text: string): string {
  return text.replace(/[\\\-'`^~"]|[^\n -~]/gu, (char) => special[char] ?? `\\[u${hex(char)}]`);
}

const special: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': '"',
  "…": "...",
};

function hex(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
