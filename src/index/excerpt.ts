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
    const hits = hitsIn(tokens(text), sought);
    const [first] = hits;
    if (first !== undefined) return { field, ...cut(text, first[0], hits) };
  }
  return { field: "title", ...cut(issue.title, 0, []) };
}

interface Sought {
  readonly keys: readonly string[];
  readonly match: Word["match"];
}

type Mark = readonly [start: number, end: number];

/** About this many UTF-16 units are shown, so that a line of a terminal holds them beside an id. */
const excerptLength = 100;
/** How many of them stand before the first hit. */
const leadLength = 30;

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

function cut(text: string, hit: number, hits: readonly Mark[]): Omit<Excerpt, "field"> {
  const line = text.replace(/\s/g, " ");
  const start = startFor(line, hit);
  const end = endFor(line, hit, start + excerptLength);
  const before = start > 0 ? "…" : "";
  const after = end < line.length ? "…" : "";
  const shift = before.length - start;
  return {
    excerpt: before + line.slice(start, end) + after,
    marks: hits.flatMap(([from, to]): Mark[] =>
      from >= start && from < end ? [[from + shift, Math.min(to, end) + shift]] : [],
    ),
  };
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
