/** The filters that `list`, `board`, `ready` and `search` share: what fingers know as flags, turned into terms of the query language. */
import type { Query, Term } from "../core/query.ts";
import type { Tracker } from "../tracker/tracker.ts";
import type { Flags, Values } from "./command.ts";

export const filterFlags = {
  status: { type: "list", short: "s", value: "STATUS", help: "in one of these statuses; or: open, closed, all" },
  label: { type: "list", short: "l", value: "LABEL", help: "with all of these labels" },
  assignee: { type: "list", short: "a", value: "WHO", help: "given to one of these people" },
  author: { type: "list", short: "A", value: "WHO", help: "written by one of these people" },
  milestone: { type: "list", short: "m", value: "NAME", help: "of one of these milestones" },
  type: { type: "list", value: "TYPE", help: "of one of these types" },
  priority: { type: "list", short: "p", value: "PRIORITY", help: "of one of these priorities, or as in '>=high'" },
  sprint: { type: "list", value: "NAME", help: "of one of these sprints" },
  parent: { type: "string", value: "ID", help: "part of this issue" },
  search: { type: "strings", short: "S", value: "QUERY", help: "a query, as the words are: git tracker help query" },
  ready: { type: "boolean", help: "that can be begun now" },
  blocked: { type: "boolean", help: "that wait for others" },
  overdue: { type: "boolean", help: "that should be done already" },
} as const satisfies Flags;

/** As people type them: nothing is resolved yet. */
export type Filter = Partial<Values<typeof filterFlags>>;

/** Spells a filter as a query; what `--search` holds is not in it. `statuses` are those of the workflow. */
export function queryFromFlags(filter: Filter, statuses: readonly string[]): string {
  const { states, names } = splitStatuses(filter.status ?? [], statuses);
  return [
    ...states.filter((state) => state !== "all").map((state) => `is:${state}`),
    ...either("status", names),
    ...(filter.label ?? []).map((label) => `label:${encodeValue(label)}`),
    ...either("assignee", filter.assignee ?? []),
    ...either("author", filter.author ?? []),
    ...either("milestone", filter.milestone ?? []),
    ...either("type", filter.type ?? []),
    ...either("priority", filter.priority ?? []),
    ...either("sprint", filter.sprint ?? []),
    ...(filter.parent === undefined ? [] : [`parent:${encodeValue(filter.parent)}`]),
    ...(["ready", "blocked", "overdue"] as const).filter((flag) => filter[flag] === true).map((flag) => `is:${flag}`),
  ].join(" ");
}

/** Spells one value after a colon. */
export function encodeValue(text: string): string {
  return /^[^\s(),"]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** True if a query says itself whether it means open or closed issues, so that no default may narrow it. */
export function mentionsState(term: Term | undefined): boolean {
  switch (term?.kind) {
    case undefined:
      return false;
    case "and":
    case "or":
      return term.terms.some(mentionsState);
    case "not":
      return mentionsState(term.term);
    case "flag":
      return true;
    case "value":
      return term.field === "status" || term.field === "resolution";
    case "range":
      return term.field === "closed";
    case "issue":
      return term.field === "id";
    default:
      return false;
  }
}

export interface Asked {
  readonly words: readonly string[];
  readonly filter: Filter;
  /** What is asked for where nothing says whether open or closed issues are meant. */
  readonly otherwise: string;
  /** As in `sort:created-asc`; undefined where no flag says so. */
  readonly sort?: string | undefined;
}

export interface Answer {
  readonly query: Query;
  /** True if nothing said whether open or closed issues are meant, so that `otherwise` holds too. */
  readonly isNarrowed: boolean;
}

/** The query that words and flags make together: all of them must hold. */
export async function readQuery(tracker: Tracker, { words, filter, otherwise, sort }: Asked): Promise<Answer> {
  const { parse } = await import("../tracker/read.ts");
  const { andQuery } = await import("../core/query.ts");
  const statuses = tracker.config.workflow.statuses.map(({ name }) => name);
  const parent = await resolveParent(tracker, filter.parent);
  const texts = [
    words.join(" "),
    ...(filter.search ?? []),
    queryFromFlags({ ...filter, ...parent }, statuses),
    ...(sort === undefined ? [] : [`sort:${sort}`]),
  ];
  let query = await parse(tracker, "");
  for (const text of texts) query = andQuery(query, await parse(tracker, text));
  const all = splitStatuses(filter.status ?? [], statuses).states.includes("all");
  if (otherwise === "" || all || mentionsState(query.where)) return { query, isNarrowed: false };
  return { query: andQuery(await parse(tracker, otherwise), query), isNarrowed: true };
}

/** A query knows digits only, but people also mean `@` and `@last`. */
async function resolveParent(tracker: Tracker, text: string | undefined): Promise<{ parent?: string }> {
  if (text === undefined) return {};
  const { refresh } = await import("../tracker/refresh.ts");
  const { resolveId } = await import("../tracker/resolve.ts");
  await refresh(tracker);
  return { parent: await resolveId(tracker, text) };
}

const states = ["open", "closed", "all"] as const;

/** Tells gh's states from the workflow's statuses, which win where a name is both. */
function splitStatuses(
  words: readonly string[],
  statuses: readonly string[],
): { states: (typeof states)[number][]; names: string[] } {
  const named = (word: string) => statuses.some((name) => name.toLowerCase() === word.toLowerCase());
  const stateOf = (word: string) => (named(word) ? undefined : states.find((state) => state === word.toLowerCase()));
  return {
    states: words.flatMap((word) => stateOf(word) ?? []),
    names: words.filter((word) => stateOf(word) === undefined),
  };
}

function either(field: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${field}:${values.map(encodeValue).join(",")}`];
}
