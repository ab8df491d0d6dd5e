/** Queries answered the slow and obvious way, from the issues themselves: what the index is compared with. */
import { breakCycles, type DatedEdge } from "../../src/core/graph.ts";
import type { Issue } from "../../src/core/issue.ts";
import type { Flag, SortKey, Term } from "../../src/core/query.ts";
import { settings, today } from "./issues.ts";

interface NamedEdge extends DatedEdge {
  readonly kind: string;
}

export interface World {
  readonly issues: readonly Issue[];
  readonly byId: ReadonlyMap<string, Issue>;
  /** Edges that hold. */
  readonly edges: readonly NamedEdge[];
  readonly broken: readonly NamedEdge[];
}

export function worldOf(issues: readonly Issue[]): World {
  const all = issues.flatMap((issue): NamedEdge[] => [
    ...issue.links.map(({ kind, target, since }) => ({ source: issue.id, kind, target, since })),
    ...(issue.parent === null
      ? []
      : [{ source: issue.id, kind: "parent", target: issue.parent, since: issue.parentSince ?? "" }]),
  ]);
  const settled = ["blocks", "parent", "duplicates"].map((kind) =>
    breakCycles(all.filter((edge) => edge.kind === kind)),
  );
  return {
    issues,
    byId: new Map(issues.map((issue) => [issue.id, issue])),
    edges: [...all.filter(({ kind }) => kind === "relates"), ...settled.flatMap(({ kept }) => kept)],
    broken: settled.flatMap(({ broken }) => broken),
  };
}

export function evaluate(world: World, where: Term | undefined, sort: readonly SortKey[]): string[] {
  const keys = sort.filter(({ field }) => field !== "relevance");
  const order: readonly SortKey[] = keys.length > 0 ? keys : [{ field: "updated", direction: "desc" }];
  return world.issues
    .filter((issue) => !issue.archived || mentions(where, "archived"))
    .filter((issue) => !issue.deleted || mentions(where, "deleted"))
    .filter((issue) => where === undefined || holds(world, where, issue))
    .sort((a, b) => {
      for (const { field, direction } of order) {
        const difference = compare(sortValue(a, field), sortValue(b, field), direction);
        if (difference !== 0) return difference;
      }
      return a.id < b.id ? -1 : 1;
    })
    .map(({ id }) => id);
}

function mentions(term: Term | undefined, flag: Flag): boolean {
  return term !== undefined && JSON.stringify(term).includes(`"flag":"${flag}"`);
}

const isDone = ({ status }: Issue) => status === "done" || status === "dropped";
const lower = (text: string) => text.toLowerCase();

function holds(world: World, term: Term, issue: Issue): boolean {
  switch (term.kind) {
    case "and":
      return term.terms.every((part) => holds(world, part, issue));
    case "or":
      return term.terms.some((part) => holds(world, part, issue));
    case "not":
      return !holds(world, term.term, issue);
    case "repository":
      return false; // There is one alone.
    case "flag":
      return hasFlag(world, term.flag, issue);
    case "text":
      return hasText(issue, term.text, term.match);
    case "value": {
      const values = term.field === "label" ? issue.labels : [issue[term.field]].flatMap((value) => value ?? []);
      return values.some((value) =>
        term.values.some((wanted) =>
          wanted.endsWith("*") ? lower(value).startsWith(lower(wanted.slice(0, -1))) : lower(value) === lower(wanted),
        ),
      );
    }
    case "person": {
      const people = term.field === "author" ? [issue.author.email] : issue.assignees;
      return people.some((email) => isMeant(world, lower(term.person), email));
    }
    case "range": {
      const value = rangeValue(issue, term.field);
      if (value === null) return false;
      return (term.from === undefined || value >= term.from) && (term.to === undefined || value < term.to);
    }
    case "issue": {
      const linked = (kind: string, from: "source" | "target") =>
        world.edges.some(
          (edge) =>
            edge.kind === kind &&
            edge[from] === issue.id &&
            edge[from === "source" ? "target" : "source"].startsWith(term.prefix),
        );
      if (term.field === "id") return issue.id.startsWith(term.prefix);
      if (term.field === "parent") return linked("parent", "source");
      if (term.field === "blocks") return linked("blocks", "source");
      if (term.field === "blocked-by") return linked("blocks", "target");
      return linked("relates", "source") || linked("relates", "target");
    }
    case "has":
      return has(world, term.field, issue);
  }
}

function hasFlag(world: World, flag: Flag, issue: Issue): boolean {
  const waits = world.edges.some(({ kind, source, target }) => {
    const blocker = world.byId.get(source);
    return kind === "blocks" && target === issue.id && blocker !== undefined && !blocker.deleted && !isDone(blocker);
  });
  switch (flag) {
    case "open":
      return !isDone(issue);
    case "closed":
      return isDone(issue);
    case "active":
      return issue.status === "Doing";
    case "blocked":
      return !isDone(issue) && waits;
    case "ready":
      return !isDone(issue) && !waits && !issue.archived && !issue.deleted;
    case "overdue":
      return !isDone(issue) && issue.due !== null && issue.due < today;
    case "conflicted":
      return issue.conflicts.length > 0 || world.broken.some(({ source }) => source === issue.id);
    case "archived":
      return issue.archived;
    case "deleted":
      return issue.deleted;
  }
}

/** Words as a search sees them: without accents and case, Han characters one by one. */
function wordsOf(text: string): string[] {
  const bare = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.match(/\p{sc=Han}|[^\P{L}\p{sc=Han}]+/gu) ?? [];
}

function hasText(issue: Issue, text: string, match: "prefix" | "phrase"): boolean {
  const spoken = issue.comments.filter(({ deleted }) => !deleted).map(({ body }) => body);
  const texts = [issue.title, issue.body, spoken.join("\n")].map(wordsOf);
  const phrases = (match === "phrase" ? [text] : text.split(" ")).map(wordsOf).filter((words) => words.length > 0);
  const isIn = (phrase: readonly string[], words: readonly string[]) =>
    words.some((_, at) =>
      phrase.every((word, index) => {
        const found = words[at + index];
        return match === "prefix" && index === phrase.length - 1 ? found?.startsWith(word) : found === word;
      }),
    );
  return phrases.length > 0 && phrases.every((phrase) => texts.some((words) => isIn(phrase, words)));
}

function isMeant(world: World, person: string, email: string): boolean {
  const known = new Map<string, string[]>();
  for (const issue of world.issues) {
    for (const assignee of issue.assignees) known.set(assignee, known.get(assignee) ?? []);
    known.set(issue.author.email, [issue.author.name]);
  }
  if ([...known.keys()].some((other) => lower(other) === person)) return lower(email) === person;
  const partOfEmail = /.@./.test(person) ? lower(email).startsWith(person) : lower(email).includes(person);
  return partOfEmail || (known.get(email) ?? []).some((name) => lower(name).includes(person));
}

function rangeValue(issue: Issue, field: (Term & { kind: "range" })["field"]): string | number | null {
  switch (field) {
    case "created":
      return issue.createdAt;
    case "updated":
      return issue.updatedAt;
    case "closed":
      return isDone(issue) ? issue.statusAt : null;
    case "due":
      return issue.due;
    case "estimate":
      return issue.estimate;
    case "comments":
      return issue.comments.filter(({ deleted }) => !deleted).length;
  }
}

function has(world: World, field: (Term & { kind: "has" })["field"], issue: Issue): boolean {
  const count = issue.comments.filter(({ deleted }) => !deleted).length;
  switch (field) {
    case "author":
      return true;
    case "label":
      return issue.labels.length > 0;
    case "assignee":
      return issue.assignees.length > 0;
    case "attachment":
      return issue.attachments.length > 0;
    case "comments":
      return count > 0;
    case "body":
      return issue.body !== "";
    case "parent":
      return world.edges.some(({ kind, source }) => kind === "parent" && source === issue.id);
    case "children":
      return world.edges.some(
        ({ kind, source, target }) =>
          kind === "parent" && target === issue.id && world.byId.get(source)?.deleted === false,
      );
    default:
      return issue[field] !== null;
  }
}

/** Null comes last, whatever the direction. */
function compare(a: string | number | null, b: string | number | null, direction: "asc" | "desc"): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const difference = a < b ? -1 : a > b ? 1 : 0;
  return direction === "asc" ? difference : -difference;
}

function sortValue(issue: Issue, field: SortKey["field"]): string | number | null {
  switch (field) {
    case "created":
      return issue.createdAt;
    case "updated":
    case "relevance":
      return issue.updatedAt;
    case "closed":
      return isDone(issue) ? issue.statusAt : null;
    case "due":
      return issue.due;
    case "priority":
      return settings.priorities.indexOf(issue.priority ?? "");
    case "status":
      return ["todo", "Doing", "done", "dropped", "strange"].indexOf(issue.status);
    case "title":
      return issue.title.replace(/[A-Z]/g, lower); // As SQLite's NOCASE; no title here has a surrogate.
    case "estimate":
      return issue.estimate;
    case "rank":
      return issue.rank;
    case "comments":
      return issue.comments.filter(({ deleted }) => !deleted).length;
  }
}
