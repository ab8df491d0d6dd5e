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

/** Queries are typed or kept in a view: a longer one was pasted by mistake. */
export const queryCharactersMax = 65_536;
/** Words, phrases and single values. SQLite refuses expressions that are nested deeper than 1000. */
export const queryTermsMax = 500;
/** Of parentheses and negations in each other, so that the parser's own stack is bounded. */
export const queryDepthMax = 64;

/**
 * Reads a query. Terms side by side must all hold, `OR` binds weaker, `NOT` and `-` stronger. A mistake is `invalid`: the message
 * holds the query on one line, a line with carets under the mistake, and what is wrong with it.
 */
export function parseQuery(text: string, context: QueryContext): Query {
  const source = text.toWellFormed();
  if (source.length > queryCharactersMax) {
    const problem = `The query has ${source.length} characters; ${queryCharactersMax} is the most.`;
    throw new TrackerError("invalid", problem, "Leave out what was pasted by mistake.");
  }
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
    return valueTerm("status", pick(text, names, "status", "Statuses"));
  }),
  field("type", "its type", "type:bug", ({ text }, { settings }) =>
    valueTerm("type", pick(text, settings.types, "type", "Types")),
  ),
  field("priority", "its priority, or all that are more or less urgent", "priority:>=high", readPriority),
  field(
    "resolution",
    "why it was closed",
    "resolution:not-planned",
    ({ text }) => valueTerm("resolution", pick(text, resolutions, "resolution", "Resolutions")),
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
    ...parseRange(text, (value) => readEstimate(value, context), wholeNumber),
  })),
  field("comments", "how many comments it has", "comments:>5", ({ text }) => ({
    kind: "range",
    field: "comments",
    ...parseRange(text, readCount, wholeNumber),
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
    ({ text }) => anyOf(pick(text, flags, "state", "States").map((flag) => ({ kind: "flag", flag }))),
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
const downwards: ReadonlySet<SortField> = new Set(["created", "updated", "closed", "priority", "comments", "relevance"]);

const quoteHint = 'Text that holds such characters goes in quotes: "main()".';
const columnsMax = 100;
/** What of a long mistake is shown, so that some of the query around it is seen too. */
const mistakeColumnsMax = 60;
/** What of a wrong value a sentence repeats. */
const namedColumnsMax = 40;
/** Above it, a number of anything in an issue is a slip. */
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
/** `::`, `:/` and `:\` are parts of code, addresses and paths. */
const fieldPrefix = /-*[a-z][a-z-]{0,30}:(?![:/\\])/iy;
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
    return nested(parser, start, () => ({ kind: "not", term: parseOne(parser) }));
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
  countTerm(parser, start);
  return { kind: "text", text, match: "phrase" };
}

function parseWord(parser: Parser): Term {
  const start = parser.at;
  refuseWithoutColon(parser);
  // Whatever else could stand here has been tried.
  const text = take(parser, bareWord) ?? "";
  countTerm(parser, start);
  return { kind: "text", text, match: "prefix" };
}

/** Undefined if the word isn't one of the form `field:value`. */
function parseField(parser: Parser): Term | undefined {
  const start = parser.at;
  const prefix = take(parser, fieldPrefix);
  if (prefix === undefined) return undefined;
  const name = prefix.slice(0, -1).toLowerCase();
  const known = fieldsByName.get(name);
  if (known !== undefined) return anyOf(takeItems(parser, name, (item) => known.read(item, parser.context)));
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
  if (parser.depth > 0 || take(parser, sortPrefix) === undefined) return false;
  parser.sort.push(...takeItems(parser, "sort", readSortKey));
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
      fail(parser, start - 1, Math.max(start, parser.at), `A value must follow the \`${after}\`.`, `As in \`${example}\`.`);
    }
    countTerm(parser, start);
    results.push(located(parser, start, () => read(item)));
    if (parser.source[parser.at] !== ",") break;
    parser.at += 1;
  }
  if (/[("]/.test(parser.source[parser.at] ?? "")) {
    fail(parser, parser.at, parser.at + 1, "A comma or a blank must follow the value.", "Put the whole value in quotes.");
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
  if (text === undefined) return fail(parser, start, start + 1, "This quote is never closed.", 'Add a `"` after the text.');
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
    const problem = `Parentheses and negations are more than ${queryDepthMax} deep here.`;
    fail(parser, start, start + 1, problem, "Leave out parentheses that aren't needed.");
  }
  parser.depth += 1;
  const term = parse();
  parser.depth -= 1;
  return term;
}

function countTerm(parser: Parser, start: number): void {
  parser.terms += 1;
  if (parser.terms <= queryTermsMax) return;
  const problem = `A query has at most ${queryTermsMax} terms, and this is one more.`;
  fail(parser, start, parser.at, problem, "Ask in several queries.");
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

/** The candidates that `text` names, without regard to case; a final `*` names all that begin so. At least one. */
function pick<T extends string>(text: string, candidates: readonly T[], one: string, many: string): T[] {
  const wanted = text.toLowerCase();
  const found = wanted.endsWith("*")
    ? candidates.filter((candidate) => candidate.toLowerCase().startsWith(wanted.slice(0, -1)))
    : candidates.filter((candidate) => candidate.toLowerCase() === wanted);
  if (found.length > 0) return found;
  const meant = nearest(text, candidates);
  const question = meant === undefined ? "" : `Did you mean \`${meant}\`? `;
  return refuse(`No ${one} ${named(text)}.`, `${question}${many}: ${candidates.join(", ")}.`);
}

function readPriority({ text, quoted }: Item, { settings: { priorities } }: QueryContext): Term {
  const [, operator, operand = text] = (quoted ? null : /^(>=|<=|>|<)(.*)$/s.exec(text)) ?? [];
  const found = pick(operand, priorities, "priority", "Priorities");
  if (operator === undefined) return valueTerm("priority", found);
  const places = found.map((name) => priorities.indexOf(name));
  const [lowest, highest] = [Math.min(...places), Math.max(...places)];
  const meant = {
    ">": priorities.slice(highest + 1),
    ">=": priorities.slice(lowest),
    "<": priorities.slice(0, lowest),
    "<=": priorities.slice(0, highest + 1),
  }[operator];
  if (meant !== undefined && meant.length > 0) return valueTerm("priority", meant);
  return refuse(`No priority is ${text}.`, `Priorities, from the least urgent: ${priorities.join(", ")}.`);
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
  if (!/^\d{1,9}$/.test(text)) return refuse(`${named(text)} is not a whole number.`, "Write it as 5, >5, <=5 or 2..5.");
  return { from: Number(text), to: Number(text) + 1 };
}

/** Undefined for a bound that the query couldn't be written with. */
function wholeNumber(bound: number): number | undefined {
  return bound <= countMax ? bound : undefined;
}

function readBlocked({ text }: Item): Term {
  const blocked: Term = { kind: "flag", flag: "blocked" };
  return pick(text, ["yes", "no"], "answer", "Answers").includes("yes") ? blocked : { kind: "not", term: blocked };
}

function readPresence({ text }: Item): Term {
  return anyOf(pick(text, presenceFields, "such thing", "Known are").map((name) => ({ kind: "has", field: name })));
}

function readAbsence(item: Item): Term {
  return { kind: "not", term: readPresence(item) };
}

function readSortKey({ text }: Item): SortKey {
  const [, name = text, turn] = /^(.*)-(asc|desc)$/is.exec(text) ?? [];
  const [key = "relevance"] = pick(name, sortFields, "order", "Orders");
  if (turn !== undefined) return { field: key, direction: turn.toLowerCase() === "asc" ? "asc" : "desc" };
  return { field: key, direction: downwards.has(key) ? "desc" : "asc" };
}

function encodeTerm(term: Term): string {
  switch (term.kind) {
    case "and":
      return term.terms.map(encodeOperand).join(" ");
    case "or":
      return term.terms.map((inner) => (inner.kind === "and" ? encodeTerm(inner) : encodeOperand(inner))).join(" OR ");
    case "not":
      return `-${encodeOperand(term.term)}`;
    case "text":
      return term.match === "phrase" ? quote(term.text) : term.text;
    case "flag":
      return `is:${term.flag}`;
    case "value":
      return `${term.field}:${term.values.map(encodeValue).join(",")}`;
    case "person":
      return `${term.field}:${encodeValue(term.person)}`;
    case "range":
      return `${term.field}:${encodeRange(term)}`;
    case "issue":
      return `${term.field}:${term.prefix}`;
    case "has":
      return `has:${term.field}`;
  }
}

function encodeOperand(term: Term): string {
  const compound = term.kind === "and" || term.kind === "or" || term.kind === "not";
  return compound ? `(${encodeTerm(term)})` : encodeTerm(term);
}
