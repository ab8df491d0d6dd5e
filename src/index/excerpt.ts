/** The line of an issue that shows why a search found it, and where in it the hits are. */
import type { Issue } from "../core/issue.ts";
import type { SearchHit } from "../core/view.ts";
import { type Token, tokens, type Word } from "./words.ts";

export type Excerpt = Pick<SearchHit, "field" | "excerpt" | "marks">;

/** Looks in the title, then the body, then the comments. If none has a hit of its own, the title is shown unmarked. */
export function excerptOf(issue: Pick<Issue, "title" | "body" | "comments">, words: readonly Word[]): Excerpt {
  const sought = words.map(({ text, match }): Sought => ({ keys: tokens(text).map(({ key }) => key), match }));
  const texts: [SearchHit["field"], string][] = [
    ["title", issue.title],
    ["body", issue.body],
    ...issue.comments
      .filter(({ deleted }) => !deleted)
      .map(({ body }): [SearchHit["field"], string] => ["comment", body]),
  ];
  for (const [field, text] of texts) {
    const shown = cutAtHit(text, sought);
    if (shown !== undefined) return { field, ...shown };
  }
  return { field: "title", ...cut(issue.title, boundsOf(issue.title, 0), []) };
}

interface Sought {
  readonly keys: readonly string[];
  readonly match: Word["match"];
}

type Mark = readonly [start: number, end: number];
type Cut = Omit<Excerpt, "field">;

/** About this many UTF-16 units are shown, so that a line of a terminal holds them beside an id. */
const excerptLength = 100;
/** How many of them stand before the first hit. */
const leadLength = 30;

/** So much of a text is cut into words at first: usually that is enough to show a hit. */
const windowLength = 400;

/** Undefined: there is no hit. Reads of the text only what is needed to know what is shown of it. */
function cutAtHit(text: string, sought: readonly Sought[]): Cut | undefined {
  const from = firstGuess(text, sought);
  if (from === undefined) return undefined;
  const ahead = Math.max(1, ...sought.map(({ keys }) => keys.length));
  for (let length = windowLength; ; length *= 2) {
    const end = blankFrom(text, from + length);
    const words = tokens(text.slice(from, end));
    const hits = hitsIn(words, sought).map(([start, end]): Mark => [start + from, end + from]);
    const [first] = hits;
    const bounds = first === undefined ? undefined : boundsOf(text, first[0]);
    // What begins in the last words may be a hit together with words that follow the window.
    const isAll = end === text.length || from + (words.at(-ahead)?.start ?? 0) >= (bounds?.end ?? text.length);
    if (isAll) return bounds === undefined ? undefined : cut(text, bounds, hits);
  }
}

/** Where a word begins that no hit comes before; undefined if there can be none. */
function firstGuess(text: string, sought: readonly Sought[]): number | undefined {
  if (/[^\0-\x7f]/.test(text)) return 0; // Keys have no accents: such a text must be cut into words to be compared.
  const lower = text.toLowerCase();
  const places = sought.flatMap(({ keys: [key] }) => (key === undefined ? [] : lower.indexOf(key)));
  const found = places.filter((place) => place !== -1);
  if (found.length === 0) return undefined;
  let start = Math.min(...found);
  while (start > 0 && /[a-z0-9]/.test(lower.charAt(start - 1))) start--;
  return start;
}

/** The end of the text, or a place from `offset` on where no word is cut. */
function blankFrom(text: string, offset: number): number {
  const blank = /\s/g;
  blank.lastIndex = offset;
  return blank.exec(text)?.index ?? text.length;
}

/** In order of place; where two begin at one place, the longest alone. */
function hitsIn(text: readonly Token[], sought: readonly Sought[]): Mark[] {
  const hits: Mark[] = [];
  for (const [at, token] of text.entries()) {
    if (token.start < (hits.at(-1)?.[1] ?? 0)) continue;
    const lengths = sought.map((words) => (isAt(text, at, words) ? words.keys.length : 0));
    const last = text[at + Math.max(0, ...lengths) - 1];
    if (last !== undefined && last.start >= token.start) hits.push([token.start, last.end]);
  }
  return hits;
}

function isAt(text: readonly Token[], at: number, { keys, match }: Sought): boolean {
  return (
    keys.length > 0 &&
    keys.every((key, index) => {
      const found = text[at + index]?.key;
      const whole = match === "phrase" || index < keys.length - 1;
      return whole ? found === key : found?.startsWith(key);
    })
  );
}

function cut(text: string, { start, end }: Bounds, hits: readonly Mark[]): Cut {
  const before = start > 0 ? "…" : "";
  const after = end < text.length ? "…" : "";
  const shift = before.length - start;
  return {
    excerpt: before + lined(text.slice(start, end)) + after,
    marks: hits.flatMap(([from, to]): Mark[] =>
      from >= start && from < end ? [[from + shift, Math.min(to, end) + shift]] : [],
    ),
  };
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** What is shown of a text for the hit that begins at `hit`. */
function boundsOf(text: string, hit: number): Bounds {
  const line = lined(text);
  const start = startFor(line, hit);
  return { start, end: endFor(line, hit, start + excerptLength) };
}

function lined(text: string): string {
  return text.replace(/[^\S ]/g, " ");
}

/** The beginning of a word, if one is near. */
function startFor(text: string, hit: number): number {
  if (text.length <= excerptLength || hit <= leadLength) return 0;
  const from = hit - leadLength;
  const blank = text.slice(from, hit).indexOf(" ");
  return graphemeAt(text, from + blank + 1).index;
}

function endFor(text: string, hit: number, wanted: number): number {
  if (wanted >= text.length) return text.length;
  const { index, segment } = graphemeAt(text, wanted);
  return index > hit ? index : index + segment.length;
}

let graphemes: Intl.Segmenter | undefined;

/** What a reader takes for one character is never cut apart. */
function graphemeAt(text: string, offset: number): { readonly index: number; readonly segment: string } {
  const plain = { index: offset, segment: text.slice(offset, offset + 1) };
  if (/^[\0-\x7f]{2}/.test(text.slice(offset - 1, offset + 1))) return plain;
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" }); // Takes milliseconds, and is hardly ever needed.
  return graphemes.segment(text).containing(offset) ?? plain;
}
