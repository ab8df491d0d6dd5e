/**
 * The fields of the query language: what each is for, and how its values are read. The parser knows none of them by name but `sort`.
 */
import { clipEnd } from "./caret.ts";
import { nearest, TrackerError } from "./errors.ts";
import { resolutions } from "./issue.ts";
import type {
  IssueField,
  NamedField,
  PersonField,
  QueryContext,
  QueryHelp,
  RangeField,
  SortField,
  SortKey,
  Term,
  ValueField,
} from "./query.ts";
import { visible } from "./text.ts";
import {
  durationSecondsMax,
  localDay,
  parseDayRange,
  parseDuration,
  parseMomentRange,
  parseRange,
  type Span,
} from "./when.ts";

/** One of the values after a field's colon. */
export interface Item {
  readonly text: string;
  /** A quoted value is just that: `sprint:"current"` is a sprint of that name. */
  readonly quoted: boolean;
}

export interface Field extends QueryHelp {
  /** Refuses with `invalid`; the parser adds where in the query that was. */
  readonly read: (item: Item, context: QueryContext) => Term;
}

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

export const fields: readonly Field[] = [
  field("status", "its status; a comma means either", "status:todo,in-progress", ({ text }, context) => {
    const names = context.settings.workflow.statuses.map(({ name }) => name);
    return valueTerm("status", pickNamed(text, names, "status", "Statuses", context));
  }),
  field("type", "its type", "type:bug", ({ text }, context) =>
    valueTerm("type", pickNamed(text, context.settings.types, "type", "Types", context)),
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
  field("repo", "its repository, where those of a workspace are looked at together", "repo:api", readRepository),
  field("blocked", "whether it waits for an open issue", "blocked:yes", readBlocked, ["yes", "no"]),
  field("has", "what must be there", "has:attachment", readPresence, presenceFields),
  field("no", "what must not be there", "no:assignee", readAbsence, presenceFields),
];

export const sortHelp: QueryHelp = {
  name: "sort",
  help: "the order of the list, most important first; -asc or -desc turns it",
  example: "sort:priority-desc,updated-asc",
  values: sortFields,
};

export function valueTerm(name: ValueField, values: readonly string[]): Term {
  return { kind: "value", field: name, values: [...new Set(values)] };
}

export function readSortKey({ text }: Item): SortKey {
  const [, name = text, turn] = /^(.*)-(asc|desc)$/is.exec(text) ?? [];
  const key = pick(name, sortFields, "order", "Orders");
  if (turn !== undefined) return { field: key, direction: turn.toLowerCase() === "asc" ? "asc" : "desc" };
  return { field: key, direction: downwards.has(key) ? "desc" : "asc" };
}

/** A hint for a name that is no field; undefined if it is like none, and so can only be text. */
export function meantField(name: string): string | undefined {
  if (textNames.has(name)) return "Words without a field are looked for in titles, descriptions and comments.";
  const known = [...fields, sortHelp].map((help) => help.name);
  const meant = foreignNames.get(name) ?? nearest(name, known);
  return meant === undefined ? undefined : `Did you mean \`${meant}:\`? Text that holds a colon goes in quotes.`;
}

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
  ["prio", "priority"],
  ["date", "created"],
]);
/** What is searched by words alone. */
const textNames: ReadonlySet<string> = new Set(["title", "body", "description", "text", "in"]);
/** What sorts downwards unless told otherwise: the latest, the most urgent, the most. */
const downwards: ReadonlySet<SortField> = new Set([
  "created",
  "updated",
  "closed",
  "priority",
  "comments",
  "relevance",
]);

/** What of a wrong value a sentence repeats. */
const namedColumnsMax = 40;
/** A higher count is a slip. */
const countMax = 999_999_999;

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

/** As `pickAll`, among what the settings name and, where that isn't all that may be meant, what issues have. */
function pickNamed(
  text: string,
  names: readonly string[],
  one: NamedField,
  many: string,
  { inUse }: QueryContext,
): readonly string[] {
  const isKnown = names.some((name) => name.toLowerCase() === text.toLowerCase());
  return pickAll(text, isKnown ? names : [...new Set([...names, ...(inUse?.(one) ?? [])])], one, many);
}

/** As `pick`; a final `*` names all that begin so. */
function pickAll(text: string, candidates: readonly string[], one: string, many: string): readonly string[] {
  const folded = text.toLowerCase();
  const found = folded.endsWith("*")
    ? candidates.filter((candidate) => candidate.toLowerCase().startsWith(folded.slice(0, -1)))
    : [];
  return found.length > 0 ? found : [pick(text, candidates, one, many)];
}

function readPriority({ text, quoted }: Item, context: QueryContext): Term {
  const { priorities } = context.settings;
  const [, operator, operand = ""] = (quoted ? null : /^(>=|<=|>|<)(.*)$/s.exec(text)) ?? [];
  if (operator === undefined)
    return valueTerm("priority", pickNamed(text, priorities, "priority", "Priorities", context));
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

function readRepository({ text }: Item, { repositories }: QueryContext): Term {
  if (repositories === undefined)
    return refuse("Only one repository is looked at here.", "For all of a workspace: --all-repos");
  const terms = pickAll(text, repositories, "repository", "Repositories").map(
    (name): Term => ({ kind: "repository", name }),
  );
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : { kind: "or", terms };
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

function refuse(problem: string, hint: string): never {
  throw new TrackerError("invalid", problem, hint);
}

function named(text: string): string {
  return `\`${clipEnd(visible(text), namedColumnsMax)}\``;
}
