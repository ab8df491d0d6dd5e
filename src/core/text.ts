/**
 * Text that people wrote, made fit to be stored: one line end, no characters that drive a terminal in single-line values, and
 * always valid Unicode, so that what is hashed is what is read back.
 */

/** Controls (C0, DEL, C1) and the line and paragraph separators: what a single line can't hold. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
/** The above and the bidirectional controls, which can disguise one text as another. Line feed and tab are let through by `visible`. */
const steering = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line fit to be a record's value: white space runs become one blank, other control characters go, the ends are trimmed. */
export function toLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\t-\r\u0085\u2028\u2029]/g, " ")
    .replace(controls, "")
    .replace(/ +/g, " ")
    .trim();
}

/** True if `text` may be a record's value just as it is. */
export function isLine(text: string): boolean {
  return text.isWellFormed() && text === text.trim() && text.search(controls) === -1;
}

/** A text of many lines fit to be stored: LF line ends, no NUL, no blank lines at its end. */
export function toText(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd").trimEnd();
}

/**
 * `text` with every control character made visible, so that printing it can't move a cursor, set a title, reorder a line or
 * end it: C0 as its Unicode picture (ESC is ␛), the rest as `<U+202E>`. Line feeds and tabs stay in `"lines"`, not in `"line"`.
 */
export function visible(text: string, shape: "line" | "lines" = "line"): string {
  return text.toWellFormed().replace(steering, (character) => {
    if (shape === "lines" && (character === "\n" || character === "\t")) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}
