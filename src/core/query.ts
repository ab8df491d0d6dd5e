/**
 * The query language: one for lists, boards, search, views and every other door. A query is parsed into a `Query` whose values are
 * already resolved (dates to moments, `@me` to a person, `>=high` to the priorities meant), so that whoever runs it needs no clock,
 * no settings and no guess.
 */
import { pointAt } from "./caret.ts";
import type { Oid } from "./commit.ts";
import { TrackerError } from "./errors.ts";
import { encodeTerm } from "./query-encode.ts";
import {
  fields,
  type flags,
  type Item,
  meantField,
  type presenceFields,
  readSortKey,
  type sortFields,
  sortHelp,
  valueTerm,
} from "./query-field.ts";
import type { Settings } from "./settings.ts";
import type { LocalTime } from "./when.ts";

export type Flag = (typeof flags)[number];

export type ValueField = "status" | "type" | "priority" | "resolution" | "label" | "milestone" | "sprint";
/** Those whose values the settings name. Issues may have others: of an import, or of settings that have changed since. */
export type NamedField = "status" | "type" | "priority";
export type PersonField = "assignee" | "author";
/** Moments are ISO 8601 in UTC to the second, days (due) are dates, estimates are seconds, comments are counted. */
export type RangeField = "created" | "updated" | "closed" | "due" | "estimate" | "comments";
export type IssueField = "id" | "parent" | "blocks" | "blocked-by" | "relates";
export type PresenceField = (typeof presenceFields)[number];

export type Term =
  | { readonly kind: "and" | "or"; readonly terms: readonly Term[] }
  | { readonly kind: "not"; readonly term: Term }
  /** Full text: a word matches as a prefix, a phrase in its exact order. */
  | { readonly kind: "text"; readonly text: string; readonly match: "prefix" | "phrase" }
  | { readonly kind: "flag"; readonly flag: Flag }
  /** Any of these values; compared without regard to case. A value that ends in `*` is a prefix. */
  | { readonly kind: "value"; readonly field: ValueField; readonly values: readonly string[] }
  /** Equal to the email, or part of the email or the name; without regard to case. */
  | { readonly kind: "person"; readonly field: PersonField; readonly person: string }
  /** `from` inclusive, `to` exclusive; at least one is there. */
  | {
      readonly kind: "range";
      readonly field: RangeField;
      readonly from?: string | number;
      readonly to?: string | number;
    }
  | { readonly kind: "issue"; readonly field: IssueField; readonly prefix: Oid }
  | { readonly kind: "has"; readonly field: PresenceField }
  /** In that repository of the workspace. */
  | { readonly kind: "repository"; readonly name: string };

export type SortField = (typeof sortFields)[number];

export interface SortKey {
  readonly field: SortField;
  readonly direction: "asc" | "desc";
}

export interface Query {
  /** Undefined: every issue. */
  readonly where: Term | undefined;
  /** Empty: the caller's default. */
  readonly sort: readonly SortKey[];
}

/** What the words of a query refer to. */
export interface QueryContext extends LocalTime {
  readonly settings: Settings;
  /** The email that `@me` stands for. */
  readonly me: string | undefined;
  /** The name that `sprint:current` stands for; undefined when no sprint is running. */
  readonly currentSprint?: string | undefined;
  /** The values that issues have in a field; asked where the settings alone can't tell what is meant. */
  readonly inUse?: ((field: NamedField) => readonly string[]) | undefined;
  /** The names of the workspace's repositories; undefined where only one is looked at. */
  readonly repositories?: readonly string[] | undefined;
}

/** One line of the help page, and what completion offers. */
export interface QueryHelp {
  readonly name: string;
  readonly help: string;
  readonly example: string;
  /** All that may follow the colon; empty where that depends on the settings or the issues. */
  readonly values: readonly string[];
}

/** Words, phrases, values and sort keys. SQLite refuses expressions that are nested deeper than 1000. */
export const queryTermsMax = 500;
/** Parentheses and `NOT`s in each other, so that the parser's own stack is bounded. */
export const queryDepthMax = 64;

/** Every field of the language, `sort` last. */
export const queryHelp: readonly QueryHelp[] = [...fields, sortHelp].map(({ name, help, example, values }) => ({
  name,
  help,
  example,
  values,
}));

/**
 * Reads a query. Terms side by side must all hold, `OR` binds weaker, `NOT` and `-` stronger. A mistake is `invalid`: the message
 * holds the query on one line, a line with carets under the mistake, and what is wrong with it.
 */
export function parseQuery(text: string, context: QueryContext): Query {
  const source = text.toWellFormed();
  const parser: Parser = { source, context, sort: [], at: 0, depth: 0, terms: 0 };
  const where = parseAny(parser);
  if (parser.at < source.length) {
    fail(parser, parser.at, parser.at + 1, "This parenthesis was never opened.", quoteHint);
  }
  return { where, sort: parser.sort };
}

/** Both must hold. The order is `b`'s if it has one. */
export function andQuery(a: Query, b: Query): Query {
  const terms = [a.where, b.where].filter((term) => term !== undefined);
  return { where: joined("and", terms), sort: b.sort.length > 0 ? b.sort : a.sort };
}

/** Spells a parsed query so that `parseQuery` reads the same from it, whatever day it is then. */
export function encodeQuery({ where, sort }: Query): string {
  const keys = sort.map(({ field, direction }) => `${field}-${direction}`).join(",");
  return [where === undefined ? "" : encodeTerm(where), keys === "" ? "" : `sort:${keys}`].filter(Boolean).join(" ");
}

interface Parser {
  readonly source: string;
  readonly context: QueryContext;
  readonly sort: SortKey[];
  /** Where the rest of the query begins. */
  at: number;
  /** How many parentheses and negations are open. */
  depth: number;
  terms: number;
}

const fieldsByName = new Map(fields.map((known) => [known.name, known]));

const quoteHint = 'Text that holds such characters goes in quotes: "main()".';

// All sticky: they match where the parser stands or not at all.
const blanks = /\s+/y;
const bareWord = /[^\s()"]+/y;
const bareValue = /[^\s(),"]+/y;
const quotedText = /"[^"\\]*(?:\\.[^"\\]*)*"/suy;
const minus = /-(?!-)/y;
const orOperator = /OR(?![^\s()"])/y;
const andOperator = /AND(?![^\s()"])/y;
const notOperator = /NOT(?![^\s()"])/y;
const sortPrefix = /sort:/iy;
const fieldPrefix = /-*[a-z][a-z-]{0,30}:/iy;
const withoutColon = /([a-z-]+)(!=|[<>]=?|=)/iy;

function parseAny(parser: Parser): Term | undefined {
  const terms: (Term | undefined)[] = [parseAll(parser)];
  for (;;) {
    const start = parser.at;
    if (take(parser, orOperator) === undefined) break;
    terms.push(parseAll(parser));
    if (terms.includes(undefined)) dangling(parser, start, "OR", "needs a term on both sides");
  }
  return joined(
    "or",
    terms.filter((term) => term !== undefined),
  );
}

function parseAll(parser: Parser): Term | undefined {
  const terms: Term[] = [];
  let begun = false;
  /** Where the `AND` stands that waits for its right side. */
  let open: number | undefined;
  while (startsTerm(parser)) {
    const start = parser.at;
    if (take(parser, andOperator) !== undefined) {
      if (!begun || open !== undefined) dangling(parser, start, "AND", "needs a term on both sides");
      open = start;
      continue;
    }
    if (!takeSort(parser)) terms.push(parseOne(parser));
    begun = true;
    open = undefined;
  }
  if (open !== undefined) dangling(parser, open, "AND", "needs a term on both sides");
  return joined("and", terms);
}

/** Skips blanks. True unless this is the end of the query, of a parenthesis or of one side of an `OR`. */
function startsTerm(parser: Parser): boolean {
  take(parser, blanks);
  return parser.at < parser.source.length && parser.source[parser.at] !== ")" && !stands(parser, orOperator);
}

function parseOne(parser: Parser): Term {
  const start = parser.at;
  if (parser.source[start] === "(") return nested(parser, start, () => parseGroup(parser));
  if (take(parser, notOperator) !== undefined) {
    if (!startsTerm(parser) || stands(parser, andOperator)) dangling(parser, start, "NOT", "needs a term after it");
    return nested(parser, start, () => ({ kind: "not", term: parseOne(parser) }));
  }
  if (take(parser, minus) !== undefined) {
    const attached = !stands(parser, blanks) && startsTerm(parser) && !stands(parser, andOperator);
    if (!attached) dangling(parser, start, "-", "needs a term right after it");
    // No level of its own: another one can only come after a parenthesis or a `NOT`.
    return { kind: "not", term: parseOne(parser) };
  }
  if (parser.source[start] === '"') return parsePhrase(parser);
  return parseField(parser) ?? parseWord(parser);
}

function parseGroup(parser: Parser): Term {
  const start = parser.at;
  parser.at += 1;
  const term = parseAny(parser);
  if (parser.source[parser.at] !== ")") fail(parser, start, start + 1, "This parenthesis is never closed.", quoteHint);
  parser.at += 1;
  if (term === undefined) fail(parser, start, parser.at, "There is nothing in these parentheses.", quoteHint);
  return term;
}

function parsePhrase(parser: Parser): Term {
  const start = parser.at;
  const text = takeQuoted(parser);
  if (text.trim() === "") fail(parser, start, parser.at, "There is nothing in these quotes.", "Leave them out.");
  countTerms(parser, start, 1);
  return { kind: "text", text, match: "phrase" };
}

function parseWord(parser: Parser): Term {
  const start = parser.at;
  refuseWithoutColon(parser);
  // Whatever else could stand here has been tried.
  const text = take(parser, bareWord) ?? "";
  countTerms(parser, start, 1);
  return { kind: "text", text, match: "prefix" };
}

/** Undefined if the word isn't one of the form `field:value`. */
function parseField(parser: Parser): Term | undefined {
  const start = parser.at;
  const prefix = take(parser, fieldPrefix);
  if (prefix === undefined) return undefined;
  const name = prefix.slice(0, -1).toLowerCase();
  const known = fieldsByName.get(name);
  if (known !== undefined) {
    const terms = takeItems(parser, name, (item) => known.read(item, parser.context));
    countTerms(
      parser,
      start,
      terms.reduce((sum, term) => sum + (term.kind === "value" ? term.values.length : 1), 0),
    );
    return anyOf(terms);
  }
  if (name === "sort") {
    const problem = "`sort:` orders the whole list and can't stand in parentheses or after a negation.";
    fail(parser, start, parser.at, problem, "Put it at the end of the query.");
  }
  refuseNearMiss(parser, start, name);
  parser.at = start;
  return undefined;
}

/** A slip in a field's name must not become a search for it as text; what is like no field is text. */
function refuseNearMiss(parser: Parser, start: number, name: string): void {
  // `::`, `:/` and `:\` are parts of code, addresses and paths.
  if (/[:/\\]/.test(parser.source[parser.at] ?? "")) return;
  const hint = meantField(name);
  if (hint !== undefined) fail(parser, start, parser.at, `No field \`${name}\`.`, hint);
}

/** `priority>=high` is a slip too. */
function refuseWithoutColon(parser: Parser): void {
  const found = take(parser, withoutColon);
  if (found === undefined) return;
  const operator = found.replace(/^[a-z-]+/i, "");
  const name = found.slice(0, -operator.length).toLowerCase();
  const start = parser.at - found.length;
  if (fieldsByName.has(name)) {
    const form = operator === "!=" ? `-${name}:` : `${name}:${operator === "=" ? "" : operator}`;
    const hint = `Write \`${form}…\`. Text that looks like this goes in quotes.`;
    fail(parser, start, parser.at, "A colon joins a field and its value.", hint);
  }
  parser.at = start;
}

/** Takes a `sort:` of the whole query. True if there was one. */
function takeSort(parser: Parser): boolean {
  const start = parser.at;
  if (parser.depth > 0 || take(parser, sortPrefix) === undefined) return false;
  const keys = takeItems(parser, "sort", readSortKey);
  countTerms(parser, start, keys.length);
  parser.sort.push(...keys);
  return true;
}

/** Takes the values after a colon: at least one, with commas between them. */
function takeItems<T>(parser: Parser, name: string, read: (item: Item) => T): T[] {
  const results: T[] = [];
  for (;;) {
    const start = parser.at;
    const item = takeItem(parser);
    if (item === undefined || item.text.trim() === "") {
      const after = parser.source.slice(start - 1, start);
      const example = queryHelp.find((help) => help.name === name)?.example;
      fail(
        parser,
        start - 1,
        Math.max(start, parser.at),
        `A value must follow the \`${after}\`.`,
        `As in \`${example}\`.`,
      );
    }
    results.push(located(parser, start, () => read(item)));
    if (parser.source[parser.at] !== ",") break;
    parser.at += 1;
  }
  if (/[("]/.test(parser.source[parser.at] ?? "")) {
    fail(
      parser,
      parser.at,
      parser.at + 1,
      "A comma or a blank must follow the value.",
      "Put the whole value in quotes.",
    );
  }
  return results;
}

function takeItem(parser: Parser): Item | undefined {
  if (parser.source[parser.at] === '"') {
    const text = takeQuoted(parser);
    if (!/[^\s(),"]/.test(parser.source[parser.at] ?? " ")) return { text, quoted: true };
    return fail(parser, parser.at, parser.at + 1, "A comma or a blank must follow the quotes.", quoteHint);
  }
  const text = take(parser, bareValue);
  return text === undefined ? undefined : { text, quoted: false };
}

function takeQuoted(parser: Parser): string {
  const start = parser.at;
  const text = take(parser, quotedText);
  if (text === undefined)
    return fail(parser, start, start + 1, "This quote is never closed.", 'Add a `"` after the text.');
  return text.slice(1, -1).replace(/\\(["\\])/g, "$1");
}

function take(parser: Parser, pattern: RegExp): string | undefined {
  pattern.lastIndex = parser.at;
  const match = pattern.exec(parser.source);
  if (match === null) return undefined;
  parser.at += match[0].length;
  return match[0];
}

function stands(parser: Parser, pattern: RegExp): boolean {
  pattern.lastIndex = parser.at;
  return pattern.test(parser.source);
}

function nested(parser: Parser, start: number, parse: () => Term): Term {
  if (parser.depth === queryDepthMax) {
    const problem = `Parentheses and \`NOT\`s are more than ${queryDepthMax} deep here.`;
    fail(parser, start, start + 1, problem, "Leave out parentheses that aren't needed.");
  }
  parser.depth += 1;
  const term = parse();
  parser.depth -= 1;
  return term;
}

function countTerms(parser: Parser, start: number, count: number): void {
  parser.terms += count;
  if (parser.terms <= queryTermsMax) return;
  fail(
    parser,
    start,
    parser.at,
    `A query has at most ${queryTermsMax} terms; these are more.`,
    "Ask in several queries.",
  );
}

/** One term that holds if any of these does; values of one field become one list. There must be at least one. */
function anyOf(terms: readonly Term[]): Term {
  return terms.reduce((a, b) => {
    if (a.kind === "value" && b.kind === "value") return valueTerm(a.field, [...a.values, ...b.values]);
    return { kind: "or", terms: [a, b].flatMap((term) => (term.kind === "or" ? term.terms : [term])) };
  });
}

function joined(kind: "and" | "or", terms: readonly Term[]): Term | undefined {
  const flat = terms.flatMap((term) =>
    (term.kind === "and" || term.kind === "or") && term.kind === kind ? term.terms : [term],
  );
  return flat.length > 1 ? { kind, terms: flat } : flat[0];
}

/** Adds to a refusal where in the query its cause stands: from `start` to where the parser is. */
function located<T>(parser: Parser, start: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    return fail(parser, start, parser.at, error.message, error.hint);
  }
}

function dangling(parser: Parser, start: number, operator: string, problem: string): never {
  const hint = `Write a term there, or put \`${operator}\` in quotes to search for it.`;
  return fail(parser, start, start + operator.length, `\`${operator}\` ${problem}.`, hint);
}

function fail({ source }: Parser, start: number, end: number, problem: string, hint: string | undefined): never {
  throw new TrackerError("invalid", `${pointAt(source, start, end)}\n${problem}`, hint);
}
