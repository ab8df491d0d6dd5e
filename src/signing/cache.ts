/**
 * What is known of signatures by commit, so that none is checked twice, also when the index is made anew. It says which key made a
 * signature over these bytes, never whom to trust. Like the index it is disposable: a file that is broken is begun anew, and where none
 * can be had everything is checked each time.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, openSync, rmSync } from "node:fs";
import type { Oid } from "../core/commit.ts";
import type { Made } from "../core/trust.ts";
import type { Checked } from "./verifier.ts";

export interface Cache {
  /** What is known of these commits. */
  get(oids: readonly Oid[]): Map<Oid, Checked>;
  /** Remembers what will never be different: not what only a missing key or program kept from being checked. */
  put(checked: ReadonlyMap<Oid, Checked>): void;
  close(): void;
}

/** Bump when a row means something else, or a signature is checked in another way. */
const version = 2;
const lockWaitMsMax = 500;

/** Opens the cache in a file, or one in memory where there can be none. */
export function openCache(path: string): Cache {
  let db = openFile(path) ?? openFile(path, "anew") ?? openTables(":memory:");
  const trying = <T>(task: (db: Database) => T, otherwise: T): T => {
    try {
      return task(db);
    } catch (error) {
      if (!(error instanceof SQLiteError)) throw error;
      db.close();
      db = (isBusy(error) ? undefined : openFile(path, "anew")) ?? openTables(":memory:");
      return otherwise;
    }
  };
  return {
    get: (oids) => trying((from) => read(from, oids), new Map()),
    put: (checked) => trying((to) => write(to, checked), undefined),
    close: () => db.close(),
  };
}

interface Row {
  readonly oid: Oid;
  readonly kind: string;
  readonly key: string | null;
  readonly reason: string | null;
  readonly payload: string | null;
}

function openFile(path: string, how: "as it is" | "anew" = "as it is"): Database | undefined {
  try {
    if (how === "anew") for (const suffix of ["", "-journal"]) rmSync(path + suffix, { force: true });
    closeSync(openSync(path, "a")); // SQLite would make it for its owner alone.
    return openTables(path);
  } catch (error) {
    if (error instanceof SQLiteError || (error instanceof Error && "syscall" in error)) return undefined;
    throw error;
  }
}

function openTables(path: string): Database {
  const db = new Database(path);
  try {
    db.run(`PRAGMA busy_timeout = ${lockWaitMsMax}`);
    db.run("PRAGMA synchronous = NORMAL");
    const known = db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version;
    if (known === version) return db;
    db.transaction(() => {
      db.run("DROP TABLE IF EXISTS made");
      db.run("CREATE TABLE made (oid TEXT PRIMARY KEY, kind TEXT, key TEXT, reason TEXT, payload TEXT) WITHOUT ROWID");
      db.run(`PRAGMA user_version = ${version}`);
    }).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function read(db: Database, oids: readonly Oid[]): Map<Oid, Checked> {
  const rows = db
    .query<Row, [string]>("SELECT * FROM made WHERE oid IN (SELECT value FROM json_each(?))")
    .all(JSON.stringify(oids));
  const found = new Map<Oid, Checked>();
  for (const { oid, kind, key, reason, payload } of rows) {
    const made = madeOf(kind, key, reason);
    if (made !== undefined) found.set(oid, { made, payload });
  }
  return found;
}

function write(db: Database, checked: ReadonlyMap<Oid, Checked>): void {
  const insert = db.query("INSERT OR REPLACE INTO made (oid, kind, key, reason, payload) VALUES (?, ?, ?, ?, ?)");
  db.transaction(() => {
    for (const [oid, { made, payload }] of checked) {
      if (made.kind === "unchecked") continue;
      const key = made.kind === "sound" ? made.key : null;
      insert.run(oid, made.kind, key, made.kind === "broken" ? made.reason : null, payload);
    }
  }).immediate();
}

function madeOf(kind: string, key: string | null, reason: string | null): Made | undefined {
  if (kind === "unsigned") return { kind };
  if (kind === "sound" && key !== null) return { kind, key };
  return kind === "broken" && reason !== null ? { kind, reason } : undefined;
}

function isBusy({ code = "" }: SQLiteError): boolean {
  return code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED");
}
