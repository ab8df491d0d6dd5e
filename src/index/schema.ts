/**
 * The tables of the index. Words that people compare without regard to case (labels, statuses, names) are kept as they are
 * wherever they stand; `word` and `person` say how each of them compares, so that no query needs SQLite's own idea of case, which
 * ends at ASCII.
 */
import type { Connection } from "./connection.ts";

/** Bump when a table changes, or what is written into one. The index is then rebuilt from git; it is never migrated. */
export const schemaVersion = 3;

/** The form in which texts are compared without regard to case. */
export function caseless(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

const tables = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- Streams that have no issue, and why: they can't be read, or (refused) they don't count.
  CREATE TABLE broken (
    id TEXT PRIMARY KEY,
    tip TEXT NOT NULL,
    reason TEXT NOT NULL,
    refused INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- What lists show and ask for. Labels and assignees are lines, external and links JSON, empty for none.
  -- parent: without one that closes a cycle. short: how many digits of the id are unique. cyclic: has an edge that closes a cycle.
  CREATE TABLE issue (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    short INTEGER NOT NULL,
    revision TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    status_at TEXT NOT NULL,
    resolution TEXT,
    type TEXT,
    priority TEXT,
    labels TEXT NOT NULL,
    assignees TEXT NOT NULL,
    author_name TEXT NOT NULL,
    author_email TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    due TEXT,
    estimate INTEGER,
    parent TEXT,
    sprint TEXT,
    milestone TEXT,
    rank TEXT,
    external TEXT NOT NULL,
    comments INTEGER NOT NULL,
    attachments INTEGER NOT NULL,
    described INTEGER NOT NULL,
    conflicted INTEGER NOT NULL,
    cyclic INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    deleted INTEGER NOT NULL
  );
  -- With what the other end of an edge is asked for.
  CREATE INDEX issue_id ON issue (id, revision, status, deleted);
  CREATE INDEX issue_quarantined ON issue (id) WHERE quarantined = 1;

  -- The state as it was folded, apart from the row so that lists don't have to step over it.
  CREATE TABLE state (seq INTEGER PRIMARY KEY, json TEXT NOT NULL);

  CREATE TABLE label (label TEXT, issue INTEGER, PRIMARY KEY (label, issue)) WITHOUT ROWID;
  CREATE TABLE assignee (email TEXT, issue INTEGER, PRIMARY KEY (email, issue)) WITHOUT ROWID;
  CREATE TABLE external (system TEXT, name TEXT, issue INTEGER, PRIMARY KEY (system, name, issue)) WITHOUT ROWID;

  -- broken: it would close a cycle.
  CREATE TABLE edge (
    source TEXT,
    kind TEXT,
    target TEXT,
    since TEXT NOT NULL,
    broken INTEGER NOT NULL,
    PRIMARY KEY (source, kind, target)
  ) WITHOUT ROWID;
  CREATE INDEX edge_target ON edge (target, kind);
  CREATE INDEX edge_broken ON edge (kind) WHERE broken = 1;

  -- Commits that came together, as JSON [oid, seconds, person.id, signed] in stream order. signed: 1, 2 where it is
  -- needless, absent otherwise. place: how many of the stream's came before.
  -- newest: the highest of their seconds.
  CREATE TABLE history (
    issue INTEGER,
    place INTEGER,
    newest INTEGER NOT NULL,
    entries TEXT NOT NULL,
    PRIMARY KEY (issue, place)
  ) WITHOUT ROWID;

  -- Everybody who ever wrote or was assigned, by each of their names (none where only the address is known), with the number of
  -- their commits.
  CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name_key TEXT NOT NULL,
    commits INTEGER NOT NULL,
    UNIQUE (email, name)
  );
  CREATE TABLE word (text TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE action (seq INTEGER PRIMARY KEY, commits TEXT NOT NULL);

  -- Its rowid is issue.seq. It keeps no texts, so they must be given again to be taken out.
  CREATE VIRTUAL TABLE text USING fts5(title, body, comments, content='', tokenize='unicode61 remove_diacritics 2');
`;

/**
 * Indexes that only reading asks for, in an order of their own: keeping them up to date while an index is filled would write most of
 * their pages again and again. So they are made when it is filled.
 */
const lateIndexes = `
  CREATE INDEX IF NOT EXISTS issue_updated ON issue (updated_at DESC, id, status) WHERE archived = 0 AND deleted = 0;
  CREATE INDEX IF NOT EXISTS issue_status ON issue (status) WHERE archived = 0 AND deleted = 0;
  CREATE INDEX IF NOT EXISTS history_newest ON history (newest);
`;

/** In a transaction of the caller's. */
export function createLateIndexes(connection: Connection): void {
  const made = connection.prepared("SELECT 1 FROM sqlite_schema WHERE name = 'history_newest'").get();
  if (made === null) connection.execute(lateIndexes);
}

export function createSchema(connection: Connection): void {
  connection.write(() => connection.execute(tables));
}
