/**
 * A query's condition as SQL over `issue i`. Every value is bound, and every condition is true or false, never null, so that `not`
 * means not.
 */
import type { Oid } from "../core/commit.ts";
import type { Flag, IssueField, PersonField, PresenceField, RangeField, Term, ValueField } from "../core/query.ts";
import type { Category, Settings } from "../core/settings.ts";
import type { Binding } from "./connection.ts";
import { type Elsewhere, reachedFrom, waitingForOthers } from "./elsewhere.ts";
import { caseless } from "./schema.ts";
import { matchExpression, parseWords } from "./words.ts";

/** A piece of SQL with the values of its question marks. */
export interface Sql {
  readonly text: string;
  readonly bindings: readonly Binding[];
}

/** What conditions mean depends on these, so that the index needn't be rebuilt when they change. */
export interface Meaning {
  readonly settings: Settings;
  readonly today: string;
  /** Undefined: there are no other repositories to know of. */
  readonly elsewhere?: Elsewhere | undefined;
}

export function sql(text: string, ...bindings: readonly Binding[]): Sql {
  return { text, bindings };
}

/** The whole condition: archived and deleted issues are left out unless the term asks for them anywhere in it. */
export function compileWhere(where: Term | undefined, meaning: Meaning): Sql {
  const parts: Sql[] = [];
  if (!mentions(where, "archived")) parts.push(sql("i.archived = 0"));
  if (!mentions(where, "deleted")) parts.push(sql("i.deleted = 0"));
  if (where !== undefined) parts.push(compile(where, meaning));
  return joined(parts, "AND", "1");
}

export function categoryOf(settings: Settings, status: string): Category {
  return settings.workflow.statuses.find(({ name }) => name === status)?.category ?? "todo";
}

/** `list` as a row of question marks with their values. */
export function bound(list: readonly Binding[]): Sql {
  return { text: list.map(() => "?").join(", "), bindings: list };
}

/** True of rows whose `column` is a status of that category. */
export function isCategory(category: Category, column: string, { settings }: Meaning): Sql {
  const names = (wanted: (category: Category) => boolean) =>
    bound(settings.workflow.statuses.filter((status) => wanted(status.category)).map(({ name }) => name));
  // A status that the settings don't know is something to do.
  const list = category === "todo" ? names((other) => other !== "todo") : names((other) => other === category);
  return sql(`(${column} ${category === "todo" ? "NOT IN" : "IN"} (${list.text}))`, ...list.bindings);
}

/** The emails of everybody whom `person` may mean: the one who has exactly this address, or else all whom it is a part of. */
export function emailsOf(person: string): Sql {
  const key = caseless(person);
  // Somebody's address is not part of another's that only ends in it: ben@example.com isn't ruben@example.com.
  const partOfEmail = /.@./.test(key) ? "instr(email_key, ?) = 1" : "instr(email_key, ?) > 0";
  return sql(
    `SELECT email FROM person WHERE email_key = ?
     UNION SELECT email FROM person WHERE (${partOfEmail} OR instr(name_key, ?) > 0)
       AND NOT EXISTS (SELECT 1 FROM person WHERE email_key = ?)`,
    key,
    key,
    key,
    key,
  );
}

function compile(term: Term, meaning: Meaning): Sql {
  switch (term.kind) {
    case "and":
      return joined(
        term.terms.map((part) => compile(part, meaning)),
        "AND",
        "1",
      );
    case "or":
      return joined(
        term.terms.map((part) => compile(part, meaning)),
        "OR",
        "0",
      );
    case "not": {
      const { text, bindings } = compile(term.term, meaning);
      return sql(`NOT (${text})`, ...bindings);
    }
    case "text": {
      const words = term.match === "phrase" ? [{ text: term.text, match: term.match }] : parseWords(term.text);
      const expression = matchExpression(words);
      if (expression === undefined) return sql("0");
      return sql("i.seq IN (SELECT rowid FROM text WHERE text MATCH ?)", expression);
    }
    case "flag":
      return compileFlag(term.flag, meaning);
    case "value":
      return compileValue(term.field, term.values);
    case "person":
      return compilePerson(term.field, term.person);
    case "range":
      return compileRange(term.field, term.from, term.to, meaning);
    case "issue":
      return compileIssue(term.field, term.prefix.toLowerCase(), meaning.elsewhere);
    case "repository":
      return sql(term.name === meaning.elsewhere?.here ? "1" : "0");
    case "has":
      return sql(presence[term.field]);
  }
}

function compileFlag(flag: Flag, meaning: Meaning): Sql {
  const closed = isCategory("done", "i.status", meaning);
  const open = sql(`NOT ${closed.text}`, ...closed.bindings);
  switch (flag) {
    case "open":
      return open;
    case "closed":
      return closed;
    case "active":
      return isCategory("active", "i.status", meaning);
    case "blocked":
      return joined([open, isWaiting(meaning)], "AND", "1");
    case "ready": {
      const waiting = isWaiting(meaning);
      const free = sql(`i.archived = 0 AND i.deleted = 0 AND NOT (${waiting.text})`, ...waiting.bindings);
      return joined([open, free], "AND", "1");
    }
    case "overdue":
      return joined([open, sql("i.due IS NOT NULL AND i.due < ?", meaning.today)], "AND", "1");
    case "conflicted":
      return sql("(i.conflicted = 1 OR i.cyclic = 1)");
    case "archived":
      return sql("i.archived = 1");
    case "deleted":
      return sql("i.deleted = 1");
  }
}

function isWaiting(meaning: Meaning): Sql {
  const done = isCategory("done", "b.status", meaning);
  const here = sql(
    `i.id IN (SELECT e.target FROM edge e CROSS JOIN issue b ON b.id = e.source
      WHERE e.kind = 'blocks' AND e.broken = 0 AND b.deleted = 0 AND NOT ${done.text})`,
    ...done.bindings,
  );
  return joined([here, ...among(waitingForOthers(meaning.elsewhere))], "OR", "0");
}

/** True of the rows of these issues; nothing if there are none. */
function among(ids: readonly Oid[]): Sql[] {
  return ids.length === 0 ? [] : [sql("i.id IN (SELECT value FROM json_each(?))", JSON.stringify(ids))];
}

function compileValue(field: ValueField, values: readonly string[]): Sql {
  const exact = bound(values.filter((value) => !value.endsWith("*")).map(caseless));
  const prefixes = values.filter((value) => value.endsWith("*")).map((value) => caseless(value.slice(0, -1)));
  const matches = joined(
    [sql(`key IN (${exact.text})`, ...exact.bindings), ...prefixes.map((prefix) => sql("instr(key, ?) = 1", prefix))],
    "OR",
    "0",
  );
  const words = `SELECT text FROM word WHERE ${matches.text}`;
  if (field === "label")
    return sql(`i.seq IN (SELECT issue FROM label WHERE label IN (${words}))`, ...matches.bindings);
  return sql(`(i.${field} IS NOT NULL AND i.${field} IN (${words}))`, ...matches.bindings);
}

function compilePerson(field: PersonField, person: string): Sql {
  const emails = emailsOf(person);
  if (field === "author") return sql(`i.author_email IN (${emails.text})`, ...emails.bindings);
  return sql(`i.seq IN (SELECT issue FROM assignee WHERE email IN (${emails.text}))`, ...emails.bindings);
}

function compileRange(
  field: RangeField,
  from: string | number | undefined,
  to: string | number | undefined,
  meaning: Meaning,
): Sql {
  const column = `i.${rangeColumns[field]}`;
  const parts = [sql(`${column} IS NOT NULL`)];
  if (field === "closed") parts.push(isCategory("done", "i.status", meaning));
  if (from !== undefined) parts.push(sql(`${column} >= ?`, from));
  if (to !== undefined) parts.push(sql(`${column} < ?`, to));
  return joined(parts, "AND", "1");
}

const rangeColumns = {
  created: "created_at",
  updated: "updated_at",
  closed: "status_at",
  due: "due",
  estimate: "estimate",
  comments: "comments",
} as const satisfies Record<RangeField, string>;

function compileIssue(field: IssueField, prefix: string, elsewhere: Elsewhere | undefined): Sql {
  const range = (column: string) => sql(`(${column} >= ? AND ${column} < ?)`, prefix, afterPrefix(prefix));
  const edges = (wanted: "source" | "target", kind: string, other: "source" | "target") => {
    const { text, bindings } = range(other);
    return sql(`i.id IN (SELECT ${wanted} FROM edge WHERE kind = '${kind}' AND broken = 0 AND ${text})`, ...bindings);
  };
  /** Issues at which such an edge ends, wherever it starts. */
  const ends = (kind: "blocks" | "relates") =>
    joined([edges("target", kind, "source"), ...among(reachedFrom(elsewhere, kind, prefix))], "OR", "0");
  switch (field) {
    case "id":
      return range("i.id");
    case "parent":
      return joined([sql("i.parent IS NOT NULL"), range("i.parent")], "AND", "1");
    case "blocks":
      return edges("source", "blocks", "target");
    case "blocked-by":
      return ends("blocks");
    case "relates":
      return joined([edges("source", "relates", "target"), ends("relates")], "OR", "0");
  }
}

/** The end, exclusive, of the ids that begin with `prefix`: no id has a digit above f. */
export function afterPrefix(prefix: string): string {
  return `${prefix}g`;
}

const presence: Readonly<Record<PresenceField, string>> = {
  status: "1",
  type: "i.type IS NOT NULL",
  priority: "i.priority IS NOT NULL",
  resolution: "i.resolution IS NOT NULL",
  label: "i.labels <> ''",
  milestone: "i.milestone IS NOT NULL",
  sprint: "i.sprint IS NOT NULL",
  assignee: "i.assignees <> ''",
  author: "1",
  due: "i.due IS NOT NULL",
  estimate: "i.estimate IS NOT NULL",
  parent: "i.parent IS NOT NULL",
  attachment: "i.attachments > 0",
  comments: "i.comments > 0",
  body: "i.described = 1",
  children:
    "i.id IN (SELECT e.target FROM edge e CROSS JOIN issue c ON c.id = e.source WHERE e.kind = 'parent' AND e.broken = 0 AND c.deleted = 0)",
};

function mentions(term: Term | undefined, flag: Flag): boolean {
  if (term === undefined) return false;
  switch (term.kind) {
    case "and":
    case "or":
      return term.terms.some((part) => mentions(part, flag));
    case "not":
      return mentions(term.term, flag);
    case "flag":
      return term.flag === flag;
    default:
      return false;
  }
}

/** Joined as a balanced tree: SQLite refuses expressions that are nested a thousand deep, and reads a AND b AND c as nested. */
export function joined(parts: readonly Sql[], operator: "AND" | "OR", none: string): Sql {
  const [only] = parts;
  if (only === undefined) return sql(none);
  if (parts.length === 1) return only;
  const middle = parts.length >> 1;
  const left = joined(parts.slice(0, middle), operator, none);
  const right = joined(parts.slice(middle), operator, none);
  return sql(`(${left.text} ${operator} ${right.text})`, ...left.bindings, ...right.bindings);
}
