/**
 * Words as full-text search sees them. Scripts that put no blanks between words (Chinese, Japanese, Korean) are cut into single
 * characters, in the texts and in what is searched for alike; a run of them is then a phrase.
 */

/** What is searched for: words that a hit's words begin with, or words in exactly this order. */
export interface Word {
  readonly text: string;
  readonly match: "prefix" | "phrase";
}

/** A word's place in a text, in UTF-16 offsets, the end exclusive. */
export interface Token {
  readonly start: number;
  readonly end: number;
  /** Without case and accents. */
  readonly key: string;
}

/** Each costs a walk through the index; nobody types as many. */
const wordsMax = 64;

/** Parses what a person typed: quoted parts are phrases, everything else is words. Words without a letter or digit are left out. */
export function parseWords(text: string): Word[] {
  const words: Word[] = [];
  for (const [, phrase, word] of text.matchAll(/"([^"]*)"?|([^\s"]+)/gu)) {
    if (words.length === wordsMax) break;
    if (phrase !== undefined && isSearchable(phrase)) words.push({ text: phrase, match: "phrase" });
    if (word !== undefined && isSearchable(word)) words.push({ text: word, match: "prefix" });
  }
  return words;
}

/** The words as an FTS5 expression that all of them must fulfil; undefined if there is nothing to search for. */
export function matchExpression(words: readonly Word[]): string | undefined {
  const phrases = words
    .filter(({ text }) => isSearchable(text))
    .map(({ text, match }) => {
      // Quoted, nothing in a text is an operator. A NUL would end the expression.
      const quoted = `"${separated(text).replace(/["\0]/g, " ")}"`;
      return match === "prefix" ? `${quoted} *` : quoted;
    });
  return phrases.length === 0 ? undefined : phrases.join(" AND ");
}

/** `text` with blanks around every character that is a word of its own. */
export function separated(text: string): string {
  return beyondLatin.test(text) ? text.toWellFormed().replace(singles, " $& ") : text;
}

/** The words of a text. */
export function tokens(text: string): Token[] {
  return Array.from(text.matchAll(token), ({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    key: word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase(),
  }));
}

/** No script that is cut begins before this. */
const beyondLatin = /[^\0-\u10ff]/;
const singles = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu;
const token =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]|[[\p{L}\p{N}\p{M}\p{Co}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]]+/gv;

function isSearchable(text: string): boolean {
  return /[\p{L}\p{N}\p{Co}]/u.test(text);
}
