/** What this project asks of SQLite, asked of whichever module is handed in, and what came of it. Bun and Node both run this. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** As much of `bun:sqlite` as stands in src/platform/node/sqlite.ts. */
type Module = Pick<typeof import("bun:sqlite"), "Database" | "SQLiteError">;

export function play({ Database, SQLiteError }: Module): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), "git-tracker-sqlite-"));
  const path = join(folder, "file");
  const codeOf = (task: () => unknown) => {
    try {
      task();
    } catch (error) {
      return error instanceof SQLiteError ? (error.code ?? "no code") : String(error);
    }
    return "no error";
  };
  const db = new Database(path);
  const other = new Database(path);
  try {
    db.run("PRAGMA journal_mode = WAL");
    db.run("PRAGMA busy_timeout = 0");
    other.run("PRAGMA busy_timeout = 0");
    db.run("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT); CREATE VIRTUAL TABLE words USING fts5(text)");
    const insert = db.prepare<unknown, [string | null]>("INSERT INTO t (text) VALUES (?)");
    const inserted = Number(insert.run("one").lastInsertRowid);
    const count = () => db.query<{ n: number }, []>("SELECT count(*) AS n FROM t").get()?.n;
    const failing = codeOf(() =>
      db
        .transaction(() => {
          insert.run("two");
          throw new TypeError("stopped");
        })
        .immediate(),
    );
    const afterFailing = count();
    db.transaction(() => {
      insert.run("three");
      codeOf(() =>
        db
          .transaction(() => {
            insert.run("four");
            throw new TypeError("stopped inside");
          })
          .deferred(),
      );
    }).immediate();
    insert.run(null);
    db.run("INSERT INTO words SELECT text FROM t WHERE text IS NOT NULL");
    const busy = db.transaction(() => codeOf(() => other.run("BEGIN IMMEDIATE"))).immediate();
    const all = db.prepare<unknown, [number]>("SELECT * FROM t WHERE id >= ?");
    const first = [];
    for (const row of all.iterate(0)) {
      first.push(row);
      break;
    }
    const bytes: Uint8Array = db.serialize();
    bytes.fill(1, 18, 20); // Without a log, as the index's copy has it.
    const copy = Database.deserialize(bytes);
    copy.run("INSERT INTO t (text) VALUES ('only here')");
    const copied = copy.query<{ n: number }, []>("SELECT count(*) AS n FROM t").get();
    const found = copy.query("SELECT text FROM words WHERE words MATCH ?").all("thr*");
    copy.close();
    const result = {
      ...{ inserted, failing, afterFailing, busy, first, copied, found },
      rows: all.all(1),
      values: all.values(1),
      none: all.get(99),
      numbered: db.query("SELECT ?2 AS b, ?1 AS a, ?2 AS again").all("x", "y"),
      here: count(),
      foreignKeys: db.query("PRAGMA foreign_keys").get(),
      missing: codeOf(() => db.prepare("SELECT * FROM nothing")),
      unwritable: codeOf(() => new Database(path, { readonly: true }).run("DELETE FROM t")),
      absent: codeOf(() => new Database(join(folder, "no", "such", "folder"))),
      constraint: codeOf(() => db.run("INSERT INTO t (id) VALUES (1)")).replace(/_PRIMARYKEY$/, ""),
    };
    insert.finalize();
    all.finalize();
    return result;
  } finally {
    other.close();
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
