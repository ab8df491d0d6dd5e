/**
 * Which SQLite there is for Node: its own (`node:sqlite`, from 22.16 on), or else `better-sqlite3`, if the project has installed it. Both
 * are the C library itself, so that files, logs and locks are the same whichever a process has. One in WebAssembly would not do: it can't
 * take the lock that the kernel frees when its holder dies.
 */
import { createRequire } from "node:module";
import { TrackerError } from "../../core/errors.ts";

export type Value = string | number | bigint | null | NodeJS.ArrayBufferView;

/** A statement, as both have it. */
export interface Prepared {
  get(...bindings: Value[]): object | undefined;
  all(...bindings: Value[]): object[];
  iterate(...bindings: Value[]): Iterator<object>;
  run(...bindings: Value[]): { readonly lastInsertRowid: number | bigint };
}

/** An open database, as both have it. */
export interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): Prepared;
  close(): void;
}

export interface Engine {
  open(path: string, readonly: boolean): Connection;
  /** The name that SQLite gives to an error, `SQLITE_BUSY` or an extended one that begins with it; undefined: it is none of SQLite's. */
  codeOf(error: Error): string | undefined;
}

export class SQLiteError extends Error {
  override readonly name = "SQLiteError";
  /** As in `SQLITE_BUSY`. */
  readonly code: string;

  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

let chosen: Engine | undefined;

/** The SQLite to use. Throws `unavailable` where there is none with full text search. */
export function engine(): Engine {
  chosen ??= choose();
  return chosen;
}

const otherSqlite = "Run in your project: npm install better-sqlite3@12. Or use Node 22.16 or newer, or Bun.";
const noFullText = "has no full text search (FTS5)";

function choose(): Engine {
  const own = nodeEngine();
  if (own !== undefined && hasFullText(own)) return own;
  const other = betterEngine();
  if (other === undefined) {
    throw new TrackerError(
      "unavailable",
      own === undefined ? "This Node has no SQLite of its own (node:sqlite)" : `The SQLite of this Node ${noFullText}`,
      otherSqlite,
    );
  }
  if (hasFullText(other)) return other;
  throw new TrackerError("unavailable", `The SQLite of better-sqlite3 ${noFullText}`, otherSqlite);
}

function hasFullText({ open }: Engine): boolean {
  const db = open(":memory:", false);
  try {
    return db.prepare("SELECT 1 FROM pragma_compile_options WHERE compile_options = 'ENABLE_FTS5'").get() !== undefined;
  } finally {
    db.close();
  }
}

function nodeEngine(): Engine | undefined {
  const sqlite = required<typeof import("node:sqlite")>("node:sqlite");
  if (sqlite === undefined) return undefined;
  return {
    open: (path, readonly) => new sqlite.DatabaseSync(path, { readOnly: readonly, enableForeignKeyConstraints: false }),
    codeOf: (error) =>
      "errcode" in error && typeof error.errcode === "number"
        ? (names[error.errcode & 0xff] ?? "SQLITE_ERROR")
        : undefined,
  };
}

/** By the lower byte of SQLite's numbers; the upper ones tell kinds of the same apart. https://www.sqlite.org/rescode.html */
const names: Readonly<Record<number, string>> = {
  3: "SQLITE_PERM",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  7: "SQLITE_NOMEM",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  19: "SQLITE_CONSTRAINT",
  26: "SQLITE_NOTADB",
};

/** As much of it as is used. https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md */
type BetterSqlite = new (path: string, options: { readonly readonly: boolean; readonly timeout: number }) => Connection;

function betterEngine(): Engine | undefined {
  const Better = required<BetterSqlite>("better-sqlite3");
  if (Better === undefined) return undefined;
  refuseTooNew(required<{ readonly version: string }>("better-sqlite3/package.json")?.version ?? "");
  const codeOf = (error: Error) => (error.name === "SqliteError" && "code" in error ? String(error.code) : undefined);
  return {
    open: (path, readonly) => {
      const db = unlessRefused(() => new Better(path, { readonly, timeout: 0 }), codeOf);
      db.exec("PRAGMA foreign_keys = OFF"); // It has them on.
      return db;
    },
    codeOf,
  };
}

/** From 13 on it needs Node-API 10, which came with Node 22.14. Where that is missing it does not throw: the process crashes. */
function refuseTooNew(version: string): void {
  if (Number.parseInt(version, 10) < 13) return;
  throw new TrackerError("unavailable", `better-sqlite3 ${version} does not run on this Node`, otherSqlite);
}

/** Opens a database of better-sqlite3, which loads its compiled part only now, and finds by itself that there is no such folder. */
function unlessRefused(open: () => Connection, codeOf: Engine["codeOf"]): Connection {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof Error) || codeOf(error) !== undefined) throw error;
    if (error instanceof TypeError) throw new SQLiteError(error.message, "SQLITE_CANTOPEN", error);
    const message = "better-sqlite3 is there, but not built for this Node";
    const refusal = new TrackerError("unavailable", message, "Run in your project: npm rebuild better-sqlite3");
    refusal.cause = error;
    throw refusal;
  }
}

/** A module, of which whoever asks knows what it holds; undefined: it is not there, or only behind a flag of Node's. */
function required<Module>(name: string): Module | undefined {
  try {
    return createRequire(import.meta.url)(name);
  } catch (error) {
    if (error instanceof Error && "code" in error && codesOfNone.has(error.code)) return undefined;
    throw error;
  }
}

const codesOfNone: ReadonlySet<unknown> = new Set(["MODULE_NOT_FOUND", "ERR_UNKNOWN_BUILTIN_MODULE"]);
