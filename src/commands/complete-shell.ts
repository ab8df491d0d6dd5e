/**
 * How shells ask for completions and want them told. bash hands over the line as it stands and takes shell text back; the others take
 * words apart themselves and quote what they insert. Titles and labels are other people's text: what can't be inserted whatever the
 * shell does with it is left out, and nothing that a shell would run or a terminal obey is ever printed.
 */
import { visible } from "../core/text.ts";
import type { Answer } from "./candidates.ts";
import type { Candidate } from "./values.ts";

/** A word of a line that may be unfinished. */
export interface ShellWord {
  /** Without its quotes. */
  readonly text: string;
  /** How much of `text` stands before the part that the shell replaces. */
  readonly kept: number;
  /** The quote that is still open at its end. */
  readonly quote: "" | "'" | '"';
}

/**
 * Takes a line apart as bash does; the last word is the one being typed. `breaks` are the characters at which readline begins anew: behind
 * them, but at an `@`, which it takes for the beginning of a host.
 */
export function splitLine(line: string, breaks: string): ShellWord[] {
  const words: ShellWord[] = [];
  let word: { text: string; kept: number } | undefined;
  let quote: ShellWord["quote"] = "";
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push({ ...word, quote });
      word = undefined;
      continue;
    }
    word ??= { text: "", kept: 0 };
    if (char === quote) {
      quote = "";
    } else if (quote === "" && (char === "'" || char === '"')) {
      quote = char;
      word.kept = word.text.length;
    } else if (char === "\\" && quote !== "'") {
      at++;
      word.text += line.charAt(at);
    } else {
      word.text += char;
      if (quote === "" && breaks.includes(char)) word.kept = word.text.length - (char === "@" ? 1 : 0);
    }
  }
  return [...words, { ...(word ?? { text: "", kept: 0 }), quote }];
}

/** What a line of candidates can hold beside the value. */
const noteLengthMax = 70;

/** For shells that quote what they insert: a line for each, the value, a tab, and what it is. A file may stand at an empty value. */
export function tellPlain({ candidates, isFile }: Answer, quote: (value: string) => string = (value) => value): string {
  const lines = candidates.filter(isInsertable).map(({ value, note = "" }) => `${quote(value)}\t${told(note)}\n`);
  return [...lines, ...(isFile ? ["\tfile\n"] : [])].join("");
}

/**
 * For bash, which inserts what it is given: shell text, of which `word` says what readline replaces. `listing`: it only shows them, or
 * inserts no more than they have in common; then ids are told with their titles, which differ before anything of a title is reached.
 */
export function tellBash({ candidates }: Answer, word: ShellWord, listing: boolean): string {
  const kept = word.text.slice(0, word.kept);
  const fitting = candidates.filter((each) => isInsertable(each) && each.value.startsWith(kept));
  const texts = fitting.flatMap((each) => {
    const text = bashText(each.value.slice(kept.length), word.quote);
    return text === undefined ? [] : [{ ...each, text }];
  });
  const isDistinct = texts.every(({ value }) => /^[0-9a-f]{4,}$|^@/.test(value.slice(kept.length)));
  return texts
    .map(({ text, note, open }) => {
      if (listing && texts.length > 1 && isDistinct && note !== undefined) return `${text}  (${told(note)})\n`;
      return open === true || word.quote !== "" ? `${text}\n` : `${text} \n`;
    })
    .join("");
}

/** PowerShell inserts what it is given, too. It knows five apostrophes. */
export function powerShellText(value: string): string {
  return /^[A-Za-z0-9_./:-]+$/.test(value) ? value : `'${value.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}

/** Undefined: it can't be said within that quote. */
function bashText(text: string, quote: ShellWord["quote"]): string | undefined {
  if (quote === "") return text.replace(/[^\p{L}\p{M}\p{N}_@%+=:,./-]/gu, "\\$&").replace(/^(?=~)/, "\\");
  return /["'`$\\!]/.test(text) ? undefined : text;
}

/** A value that looks other than it is has no place in a command line. */
function isInsertable({ value }: Candidate): boolean {
  return value !== "" && visible(value) === value;
}

function told(note: string): string {
  const line = visible(note);
  const glyphs = [...line];
  return glyphs.length > noteLengthMax ? `${glyphs.slice(0, noteLengthMax - 1).join("")}…` : line;
}
