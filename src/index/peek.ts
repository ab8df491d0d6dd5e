/**
 * A look at the index for who must answer at once and change nothing: it is read as the last command left it, or not at all. It may
 * be behind the repository, and is never made anew.
 */
import { Database } from "bun:sqlite";
import type { Oid } from "../core/commit.ts";
import type { Issue } from "../core/issue.ts";
import type { NamedField } from "../core/query.ts";
import { isReadable } from "./file.ts";
import { inUse } from "./queries.ts";
import { afterPrefix } from "./where.ts";

export interface PeekedIssue {
  readonly id: Oid;
  /** How many digits of the id are unique. */
  readonly short: number;
  readonly title: string;
  readonly status: string;
}

export interface IndexPeek extends Disposable {
  /** Issues whose ids begin so, the latest change first. */
  issues(prefix: string, limit: number): PeekedIssue[];
  /** The issue whose id alone begins so. */
  issue(prefix: string): Issue | undefined;
  labels(): string[];
  milestones(): string[];
  sprints(): string[];
  /** As the index's own. */
  inUse(field: NamedField): string[];
  people(): { readonly name: string; readonly email: string }[];
}

/** Undefined where there is no sound index. Its methods throw SQLite's errors. */
export function peekIndex(path: string): IndexPeek | undefined {
  if (!isReadable(path)) return undefined;
  const db = new Database(path, { readonly: true });
  const column = (sql: string) =>
    db
      .query<{ value: string }, []>(sql)
      .all()
      .map(({ value }) => value);
  return {
    issues: (prefix, limit) =>
      prefix === ""
        ? db.query<PeekedIssue, [number]>(latest).all(limit)
        : db.query<PeekedIssue, [string, string, number]>(beginning).all(prefix, afterPrefix(prefix), limit),
    issue: (prefix) => {
      const rows = db.query<{ json: string }, [string, string]>(states).all(prefix, afterPrefix(prefix));
      const issue: Issue | undefined =
        rows[1] === undefined && rows[0] !== undefined ? JSON.parse(rows[0].json) : undefined;
      return issue;
    },
    labels: () => column("SELECT DISTINCT label AS value FROM label ORDER BY label"),
    milestones: () => column(inUse("milestone")),
    sprints: () => column(inUse("sprint")),
    inUse: (field) => column(inUse(field)),
    people: () => db.query<{ name: string; email: string }, []>(writers).all(),
    [Symbol.dispose]: () => db.close(),
  };
}

const shown = "SELECT id, short, title, status FROM issue";
const latest = `${shown} WHERE archived = 0 AND deleted = 0 ORDER BY updated_at DESC, id LIMIT ?`;
const beginning = `${shown} WHERE id >= ? AND id < ? ORDER BY updated_at DESC, id LIMIT ?`;
const states = "SELECT s.json FROM issue i JOIN state s ON s.seq = i.seq WHERE i.id >= ? AND i.id < ? LIMIT 2";
const writers = "SELECT max(name) AS name, email FROM person GROUP BY email ORDER BY sum(commits) DESC, email";
