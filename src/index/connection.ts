/**
 * One connection to the index's file: prepared statements that are kept, transactions, and SQLite's errors told apart into what the
 * caller can do about them.
 */
import { Database, SQLiteError, type Statement } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import { TrackerError } from "../core/errors.ts";

export type Binding = string | number | null;

export interface Connection {
  /** Undefined: the index is in memory. */
  readonly path: string | undefined;
  /** A statement that is kept until the connection closes: for texts that are written in the program. */
  prepared<Row>(sql: string): Statement<Row, Binding[]>;
  /** All rows of a statement made for one query. */
  all<Row>(sql: string, bindings: readonly Binding[]): Row[];
  execute(sql: string): void;
  /** Everything `task` reads is of one moment. */
  read<T>(task: () => T): T;
  /** All that `task` writes, or nothing. Waits for other writers. */
  write<T>(task: () => T): T;
  /** As `write`, but returns false at once if somebody else is writing. */
  writeUnlessLocked(task: () => void): boolean;
  /** Another connection, to a copy in memory. */
  copy(): Connection;
  /** Moves what the log holds into the file, as far as nobody is in the way. */
  foldLog(): void;
  close(): void;
}

/**
 * The file does not hold what was written to it. Whoever gets this closes the index, opens it again (which replaces the file by an
 * empty one) and projects everything anew.
 */
export class IndexBroken extends Error {
  override readonly name = "IndexBroken";
}

/** The index can be read and not be written: it is locked, the disk is full, or the folder is somebody else's. */
export class IndexUnwritable extends TrackerError {
  constructor(message: string, hint: string) {
    super("unavailable", message, hint);
  }
}

/** How long to wait for another process: longer than any one transaction of ours takes. */
const lockWaitMsMax = 2000;

/** Pages kept in memory by who reads: nearly all of them are looked at once, and the system keeps them, too. */
const readCacheKibibytesMax = 512;
/** By who writes: more would make a rebuild hardly faster. */
const writeCacheKibibytesMax = 8192;

export function connect(file: string): Connection {
  return connectTo(new Database(file), file === ":memory:" ? undefined : file);
}

/** A copy in memory of what a connection sees, the log included. */
function copyOf(db: Database): Database {
  const bytes = db.serialize();
  bytes.fill(1, journalModeAt, journalModeAt + 2); // Without a log: memory has no room for one.
  return Database.deserialize(bytes);
}

/** Where a database file says, for writing and for reading, whether there is a log. */
const journalModeAt = 18;

function connectTo(db: Database, path: string | undefined): Connection {
  const statements = new Map<string, Statement<unknown, Binding[]>>();
  const connection: Connection = {
    path,
    prepared: <Row>(sql: string) => {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement = db.prepare<unknown, Binding[]>(sql);
        statements.set(sql, statement);
      }
      return statement as Statement<Row, Binding[]>; // What a row looks like is known to whoever wrote the SQL.
    },
    all: <Row>(sql: string, bindings: readonly Binding[]) => {
      const statement = db.prepare<Row, Binding[]>(sql);
      try {
        return statement.all(...bindings);
      } finally {
        statement.finalize();
      }
    },
    execute: (sql) => {
      db.run(sql);
    },
    read: (task) => guarded(() => db.transaction(task).deferred()),
    write: (task) =>
      guarded(() => {
        db.run(`PRAGMA cache_size = -${writeCacheKibibytesMax}`);
        return db.transaction(task).immediate();
      }),
    writeUnlessLocked: (task) =>
      unwaiting(db, () => {
        try {
          guarded(() => db.transaction(task).immediate());
          return true;
        } catch (error) {
          if (error instanceof IndexUnwritable) return false;
          throw error;
        }
      }),
    copy: () => guarded(() => connectTo(copyOf(db), undefined)),
    foldLog: () => unwaiting(db, () => db.run("PRAGMA wal_checkpoint(TRUNCATE)")),
    close: () => {
      // A connection with a living statement stays open behind our back, and its file with it.
      for (const statement of statements.values()) statement.finalize();
      statements.clear();
      db.close();
    },
  };
  try {
    // First, because the other two may have to wait already.
    db.run(`PRAGMA busy_timeout = ${lockWaitMsMax}`);
    // A state takes a few kilobytes: smaller pages would be left half empty. Only a new file heeds this.
    db.run("PRAGMA page_size = 8192");
    db.run("PRAGMA journal_mode = WAL");
    // Not OFF: after a power failure the file would be a mix of old and new pages that nobody could tell from a sound one.
    db.run("PRAGMA synchronous = NORMAL");
    // When the log is folded into the file is decided in file.ts, which has to seal the file afterwards.
    db.run("PRAGMA wal_autocheckpoint = 0");
    db.run("PRAGMA cell_size_check = ON");
    db.run(`PRAGMA cache_size = -${readCacheKibibytesMax}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Runs `task` while nobody else does anything under the same lock. A lock dies with the process that holds it. */
export function withLock<T>(file: string, task: () => T, waitMsMax = lockWaitMsMax): T {
  closeSync(openSync(file, "a")); // SQLite would make it for its owner alone.
  const db = new Database(file);
  try {
    db.run(`PRAGMA busy_timeout = ${waitMsMax}`);
    db.run("PRAGMA journal_mode = MEMORY"); // Nothing is written, so there is nothing to roll back from a file.
    db.run("BEGIN EXCLUSIVE");
    return task();
  } finally {
    db.close();
  }
}

/** Texts of SQLite's general error that only a damaged file gives: the SQL itself is ours and tested. */
const damage = /no such (table|column)|malformed|constructor failed/i;

export function isDamage(error: unknown): boolean {
  if (!(error instanceof SQLiteError)) return false;
  const code = error.code ?? "";
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" || damage.test(error.message);
}

/** True if a file can't be had as it should be: everything that SQLite or the system answers, but no bug. */
export function isRefusal(error: unknown): boolean {
  return error instanceof SQLiteError || (error instanceof Error && "syscall" in error);
}

function unwaiting<T>(db: Database, task: () => T): T {
  db.run("PRAGMA busy_timeout = 0");
  try {
    return task();
  } finally {
    db.run(`PRAGMA busy_timeout = ${lockWaitMsMax}`);
  }
}

function guarded<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    // A text that is no JSON was put together from pages of different times.
    if (isDamage(error) || error instanceof SyntaxError)
      throw new IndexBroken("The index is damaged", { cause: error });
    if (error instanceof SQLiteError) {
      const code = error.code ?? "";
      if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
        throw new IndexUnwritable("Another process keeps the index locked", "Wait for it to end, and try again.");
      if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code))
        throw new IndexUnwritable(
          `The index can't be written: ${error.message}`,
          "Make room on the disk, or make the folder writable.",
        );
    }
    throw error;
  }
}
