/**
 * The query language: one for lists, boards, search, views and every other door. A query is parsed into a `Query` whose values are
 * already resolved (dates to moments, `@me` to a person, `>=high` to the priorities meant), so that whoever runs it needs no clock,
 * no settings and no guess.
 */
import type { Oid } from "./commit.ts";
import { nearest, TrackerError } from "./errors.ts";
import { resolutions } from "./event.ts";
import type { Settings } from "./settings.ts";
import { visible } from "./text.ts";
import {
  dayBefore,
  durationSecondsMax,
  encodeDuration,
  type LocalTime,
  localDay,
  parseDayRange,
  parseDuration,
  parseMomentRange,
  parseRange,
  type Span,
  secondBefore,
} from "./when.ts";

export const flags = [
  "open",
  "closed",
  "active",
  "ready",
  "blocked",
  "overdue",
  "conflicted",
  "archived",
  "deleted",
] as const;
export type Flag = (typeof flags)[number];

export type ValueField = "status" | "type" | "priority" | "resolution" | "label" | "milestone" | "sprint";
export type PersonField = "assignee" | "author";
/** Moments are ISO 8601 in UTC to the second, days (due) are dates, estimates are seconds, comments are counted. */
export type RangeField = "created" | "updated" | "closed" | "due" | "estimate" | "comments";
export type IssueField = "id" | "parent" | "blocks" | "blocked-by" | "relates";
export const presenceFields = [
  "status",
  "type",
  "priority",
  "resolution",
  "label",
  "milestone",
  "sprint",
  "assignee",
  "author",
  "due",
  "estimate",
  "parent",
  "attachment",
  "comments",
  "body",
  "children",
] as const;
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
  | { readonly kind: "has"; readonly field: PresenceField };

export const sortFields = [
  "created",
  "updated",
  "closed",
  "due",
  "priority",
  "status",
  "title",
  "estimate",
  "rank",
  "comments",
  "relevance",
] as const;
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

/** One of the values after a field's colon. */
interface Item {
  readonly text: string;
  /** A quoted value is just that: `sprint:"current"` is a sprint of that name. */
  readonly quoted: boolean;
}

interface Field extends QueryHelp {
  /** Refuses with `invalid`; the parser adds where in the query that was. */
  readonly read: (item: Item, context: QueryContext) => Term;
}

const fields: readonly Field[] = [
  field("status", "its status; a comma means either", "status:todo,in-progress", ({ text }, { settings }) => {
    const names = settings.workflow.statuses.map(({ name }) => name);
    return valueTerm("status", pickAll(text, names, "status", "Statuses"));
  }),
  field("type", "its type", "type:bug", ({ text }, { settings }) =>
    valueTerm("type", pickAll(text, settings.types, "type", "Types")),
  ),
  field("priority", "its priority, or all that are more or less urgent", "priority:>=high", readPriority),
  field(
    "resolution",
    "why it was closed",
    "resolution:not-planned",
    ({ text }) => valueTerm("resolution", pickAll(text, resolutions, "resolution", "Resolutions")),
    resolutions,
  ),
  field("label", "one of its labels; a final * means any that begins so", 'label:auth,"needs review"', ({ text }) =>
    valueTerm("label", [text]),
  ),
  field("milestone", "its milestone", "milestone:v2", ({ text }) => valueTerm("milestone", [text])),
  field("sprint", "its sprint; `current` is the one that is running", "sprint:current", readSprint),
  personField("assignee", "who works on it: @me, an email, or part of a name or email", "assignee:@me"),
  personField("author", "who wrote it", "author:ann"),
  momentField("created", "when it was written: a day, a range or an age", "created:2026-01-01..2026-02-01"),
  momentField("updated", "when it last changed: <7d is within seven days, >7d is longer ago", "updated:>7d"),
  momentField("closed", "when it was closed", "closed:>=monday"),
  field("due", "the day it is due; 7d is seven days ahead", "due:<2026-12-01", ({ text }, context) => ({
    kind: "range",
    field: "due",
    ...parseDayRange(text, localDay(context)),
  })),
  field("estimate", "the work it takes, in hours unless a unit stands there", "estimate:>3", ({ text }, context) => ({
    kind: "range",
    field: "estimate",
    ...parseRange(text, (value) => readEstimate(value, context), upTo(durationSecondsMax)),
  })),
  field("comments", "how many comments it has", "comments:>5", ({ text }) => ({
    kind: "range",
    field: "comments",
    ...parseRange(text, readCount, upTo(countMax)),
  })),
  issueField("id", "the issue itself, by the first digits of its id", "id:4f2a"),
  issueField("parent", "what it is part of", "parent:4f2a"),
  issueField("blocks", "what waits for it", "blocks:4f2a"),
  issueField("blocked-by", "what it waits for", "blocked-by:4f2a"),
  issueField("relates", "what it is related to", "relates:4f2a"),
  field(
    "is",
    "the state it is in",
    "is:ready",
    ({ text }) => ({ kind: "flag", flag: pick(text, flags, "state", "States") }),
    flags,
  ),
  field("blocked", "whether it waits for an open issue", "blocked:yes", readBlocked, ["yes", "no"]),
  field("has", "what must be there", "has:attachment", readPresence, presenceFields),
  field("no", "what must not be there", "no:assignee", readAbsence, presenceFields),
];
const fieldsByName: ReadonlyMap<string, Field> = new Map(fields.map((known) => [known.name, known]));

const sortHelp: QueryHelp = {
  name: "sort",
  help: "the order of the list, most important first; -asc or -desc turns it",
  example: "sort:priority-desc,updated-asc",
  values: sortFields,
};

/** Every field of the language, `sort` last. */
export const queryHelp: readonly QueryHelp[] = [...fields, sortHelp].map(({ name, help, example, values }) => ({
  name,
  help,
  example,
  values,
}));

/** What other trackers call our fields. */
const foreignNames: ReadonlyMap<string, string> = new Map([
  ["state", "is"],
  ["reason", "resolution"],
  ["tag", "label"],
  ["tags", "label"],
  ["owner", "assignee"],
  ["creator", "author"],
  ["reporter", "author"],
  ["epic", "parent"],
  ["kind", "type"],
  ["deadline", "due"],
  ["order", "sort"],
]);
/** What sorts downwards unless told otherwise: the latest, the most urgent, the most. */
const downwards: ReadonlySet<SortField> = new Set([
  "created",
  "updated",
  "closed",
  "priority",
  "comments",
  "relevance",
]);

const quoteHint = 'Text that holds such characters goes in quotes: "main()".';
const columnsMax = 100;
/** What of a long mistake is shown, so that some of the query around it is seen too. */
const mistakeColumnsMax = 60;
/** What of a wrong value a sentence repeats. */
const namedColumnsMax = 40;
/** A higher count is a slip. */
const countMax = 999_999_999;

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
  const meant = foreignNames.get(name) ?? nearest(name, [...fieldsByName.keys(), "sort"]);
  if (meant === undefined) return;
  const hint = `Did you mean \`${meant}:\`? Text that holds a colon goes in quotes.`;
  fail(parser, start, parser.at, `No field \`${name}\`.`, hint);
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

function field(
  name: string,
  help: string,
  example: string,
  read: Field["read"],
  values: readonly string[] = [],
): Field {
  return { name, help, example, read, values };
}

function personField(name: PersonField, help: string, example: string): Field {
  return field(name, help, example, (item, context) => ({
    kind: "person",
    field: name,
    person: readPerson(item, context),
  }));
}

function momentField(name: RangeField, help: string, example: string): Field {
  return field(name, help, example, ({ text }, context) => ({
    kind: "range",
    field: name,
    ...parseMomentRange(text, context),
  }));
}

function issueField(name: IssueField, help: string, example: string): Field {
  return field(name, help, example, ({ text }) => {
    if (/^[0-9a-f]{4,64}$/i.test(text)) return { kind: "issue", field: name, prefix: text.toLowerCase() };
    return refuse(`${named(text)} is not an issue's id.`, "Write four or more of its digits (0-9 and a-f).");
  });
}

function valueTerm(name: ValueField, values: readonly string[]): Term {
  return { kind: "value", field: name, values: [...new Set(values)] };
}

/** The candidate that `text` names, without regard to case unless two differ in that alone. */
function pick<T extends string>(text: string, candidates: readonly T[], one: string, many: string): T {
  const folded = text.toLowerCase();
  const found =
    candidates.find((candidate) => candidate === text) ??
    candidates.find((candidate) => candidate.toLowerCase() === folded);
  if (found !== undefined) return found;
  const meant = nearest(text, candidates);
  const question = meant === undefined ? "" : `Did you mean \`${meant}\`? `;
  return refuse(`No ${one} ${named(text)}.`, `${question}${many}: ${candidates.join(", ")}.`);
}

/** As `pick`; a final `*` names all that begin so. */
function pickAll(text: string, candidates: readonly string[], one: string, many: string): readonly string[] {
  const folded = text.toLowerCase();
  const found = folded.endsWith("*")
    ? candidates.filter((candidate) => candidate.toLowerCase().startsWith(folded.slice(0, -1)))
    : [];
  return found.length > 0 ? found : [pick(text, candidates, one, many)];
}

function readPriority({ text, quoted }: Item, { settings: { priorities } }: QueryContext): Term {
  const [, operator, operand = ""] = (quoted ? null : /^(>=|<=|>|<)(.*)$/s.exec(text)) ?? [];
  if (operator === undefined) return valueTerm("priority", pickAll(text, priorities, "priority", "Priorities"));
  const place = priorities.indexOf(pick(operand, priorities, "priority", "Priorities"));
  const meant = {
    ">": priorities.slice(place + 1),
    ">=": priorities.slice(place),
    "<": priorities.slice(0, place),
    "<=": priorities.slice(0, place + 1),
  }[operator];
  if (meant !== undefined && meant.length > 0) return valueTerm("priority", meant);
  return refuse(`No priority is ${named(text)}.`, `Priorities, from the least urgent: ${priorities.join(", ")}.`);
}

function readSprint({ text, quoted }: Item, { currentSprint }: QueryContext): Term {
  if (quoted || text.toLowerCase() !== "current") return valueTerm("sprint", [text]);
  if (currentSprint !== undefined) return valueTerm("sprint", [currentSprint]);
  return refuse("No sprint is running.", "Start one, or name the sprint you mean.");
}

function readPerson({ text, quoted }: Item, { me }: QueryContext): string {
  if (quoted || text !== "@me") return text;
  return me ?? refuse("It isn't known who `@me` is.", "Set `user.email` in git's configuration.");
}

function readEstimate(text: string, { settings }: QueryContext): Span {
  const from = parseDuration(/^\d+(?:\.\d+)?$/.test(text) ? `${text}h` : text, settings.hoursPerDay);
  return { from, to: from + 1 };
}

function readCount(text: string): Span {
  if (!/^\d{1,9}$/.test(text))
    return refuse(`${named(text)} is not a whole number.`, "Write it as 5, >5, <=5 or 2..5.");
  return { from: Number(text), to: Number(text) + 1 };
}

/** A larger bound is refused: the query couldn't be written with it. */
function upTo(max: number): (bound: number) => number | undefined {
  return (bound) => (bound <= max ? bound : undefined);
}

function readBlocked({ text }: Item): Term {
  const blocked: Term = { kind: "flag", flag: "blocked" };
  return pick(text, ["yes", "no"], "answer", "Answers") === "yes" ? blocked : { kind: "not", term: blocked };
}

function readPresence({ text }: Item): Term {
  return { kind: "has", field: pick(text, presenceFields, "field", "Fields") };
}

function readAbsence(item: Item): Term {
  return { kind: "not", term: readPresence(item) };
}

function readSortKey({ text }: Item): SortKey {
  const [, name = text, turn] = /^(.*)-(asc|desc)$/is.exec(text) ?? [];
  const key = pick(name, sortFields, "order", "Orders");
  if (turn !== undefined) return { field: key, direction: turn.toLowerCase() === "asc" ? "asc" : "desc" };
  return { field: key, direction: downwards.has(key) ? "desc" : "asc" };
}

/** `and` and `or` never hold their like, and never a single term: that is what the parser makes, and what this needs. */
function encodeTerm(term: Term): string {
  switch (term.kind) {
    case "and":
      return term.terms.map(encodeOperand).join(" ");
    case "or":
      return encodeList(term.terms) ?? term.terms.map(encodeAlternative).join(" OR ");
    case "not":
      return encodeNot(term.term);
    case "text":
      return term.match === "phrase" ? quote(term.text) : term.text;
    case "value":
      return `${term.field}:${term.values.map(encodeValue).join(",")}`;
    default:
      return spellings(term)[0]?.join(":") ?? "";
  }
}

function encodeNot(term: Term): string {
  const [spelling] = spellings({ kind: "not", term });
  if (spelling !== undefined) return spelling.join(":");
  // `--` would be text.
  return term.kind === "not" ? `-NOT ${encodeOperand(term.term)}` : `-${encodeOperand(term)}`;
}

function encodeAlternative(term: Term): string {
  return term.kind === "and" ? encodeTerm(term) : encodeOperand(term);
}

function encodeOperand(term: Term): string {
  const loose = term.kind === "and" || (term.kind === "or" && encodeList(term.terms) === undefined);
  return loose ? `(${encodeTerm(term)})` : encodeTerm(term);
}

/** `field:a,b` if all terms can be said with one field. */
function encodeList(terms: readonly Term[]): string | undefined {
  const all = terms.map((term) => new Map(spellings(term)));
  const [first = new Map<string, string>()] = all;
  const name = [...first.keys()].find((candidate) => all.every((spelling) => spelling.has(candidate)));
  return name === undefined ? undefined : `${name}:${all.map((spelling) => spelling.get(name)).join(",")}`;
}

/** The ways to write a term as one field with one value, the usual one first. */
function spellings(term: Term): readonly (readonly [name: string, value: string])[] {
  if (term.kind === "flag") {
    return term.flag === "blocked"
      ? [
          ["is", "blocked"],
          ["blocked", "yes"],
        ]
      : [["is", term.flag]];
  }
  if (term.kind === "has") return [["has", term.field]];
  if (term.kind === "person") return [[term.field, encodeValue(term.person)]];
  if (term.kind === "range") return [[term.field, encodeRange(term)]];
  if (term.kind === "issue") return [[term.field, term.prefix]];
  if (term.kind !== "not") return [];
  if (term.term.kind === "has") return [["no", term.term.field]];
  return term.term.kind === "flag" && term.term.flag === "blocked" ? [["blocked", "no"]] : [];
}

/** Bare only where no reader could see anything else in it. */
function encodeValue(value: string): string {
  const plain = /^[\p{L}\p{N}_][^\s(),"]*$/u.test(value) && value.toLowerCase() !== "current";
  return plain ? value : quote(value);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function encodeRange({ field: name, from, to }: Extract<Term, { kind: "range" }>): string {
  const spell = (bound: string | number): string =>
    typeof bound === "number" && name === "estimate" ? encodeDuration(bound) : `${bound}`;
  if (to === undefined) return from === undefined ? "" : `>=${spell(from)}`;
  return from === undefined ? `<${spell(to)}` : `${spell(from)}..${spell(lastBefore(to))}`;
}

/** `x..y` includes `y`. */
function lastBefore(to: string | number): string | number {
  if (typeof to === "number") return to - 1;
  return to.includes("T") ? secondBefore(to) : dayBefore(to);
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

function refuse(problem: string, hint: string): never {
  throw new TrackerError("invalid", problem, hint);
}

function named(text: string): string {
  return `\`${clipEnd(visible(text), namedColumnsMax)}\``;
}

/** The text on one line, cut around the mistake to fit, and below it a line with carets under the mistake. */
function pointAt(source: string, start: number, end: number): string {
  const mistake = clipEnd(visible(source.slice(start, end)), mistakeColumnsMax);
  const carets = Math.max(1, Bun.stringWidth(mistake));
  const room = columnsMax - carets;
  const rest = visible(source.slice(end));
  const roomBefore = Math.max(Math.floor(room / 2), room - Bun.stringWidth(rest));
  const before = clipStart(visible(source.slice(0, start)), roomBefore);
  const indent = Bun.stringWidth(before);
  return `${before}${mistake}${clipEnd(rest, room - indent)}\n${" ".repeat(indent)}${"^".repeat(carets)}`;
}

function clipEnd(text: string, columns: number): string {
  return Bun.stringWidth(text) <= columns ? text : `${fitting([...text], columns - 1).join("")}…`;
}

function clipStart(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  return `…${fitting([...text].reverse(), columns - 1)
    .reverse()
    .join("")}`;
}

/** As many of the first characters as have room. */
function fitting(characters: readonly string[], columns: number): string[] {
  let width = 0;
  const end = characters.findIndex((character) => {
    width += Bun.stringWidth(character);
    return width > columns;
  });
  return characters.slice(0, end === -1 ? characters.length : end);
}
