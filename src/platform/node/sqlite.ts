/**
 * `bun:sqlite` as far as it is used here, on top of the SQLite that there is for Node (engine.ts). The build of the library for Node puts
 * this file in its place. Errors have the names that SQLite gives their numbers, rows are plain objects, as with Bun.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, engine, type Prepared, SQLiteError, type Value } from "./engine.ts";

export { SQLiteError };

type Row = Record<string, unknown>;

/** A prepared statement. It is freed with its connection. */
export class Statement<Shape = Row, Bindings extends Value[] = Value[]> {
  readonly #statement: Prepared;
  /** For each place in the SQL, which of the bindings stands there; undefined: one after the other. */
  readonly #places: readonly number[] | undefined;

  constructor(db: Connection, sql: string) {
    // Some versions of Node take `?1` for a name.
    const numbers = [...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number) - 1);
    this.#places = numbers.length === 0 ? undefined : numbers;
    this.#statement = told(() => db.prepare(numbers.length === 0 ? sql : sql.replace(/\?\d+/g, "?")));
  }

  #bound(bindings: Value[]): Value[] {
    return this.#places?.map((place) => bindings[place] ?? null) ?? bindings;
  }

  get(...bindings: Bindings): Shape | null {
    const row = told(() => this.#statement.get(...this.#bound(bindings)));
    return row === undefined ? null : plain(row);
  }

  all(...bindings: Bindings): Shape[] {
    return told(() => this.#statement.all(...this.#bound(bindings))).map((row) => plain<Shape>(row));
  }

  values(...bindings: Bindings): unknown[][] {
    return told(() => this.#statement.all(...this.#bound(bindings))).map((row) => Object.values(row));
  }

  *iterate(...bindings: Bindings): IterableIterator<Shape> {
    const rows = told(() => this.#statement.iterate(...this.#bound(bindings)));
    try {
      for (let next = told(() => rows.next()); next.done !== true; next = told(() => rows.next()))
        yield plain<Shape>(next.value);
    } finally {
      rows.return?.(); // Whoever has seen enough: a statement that goes on would keep others from writing.
    }
  }

  run(...bindings: Bindings): { readonly lastInsertRowid: number | bigint } {
    return told(() => this.#statement.run(...this.#bound(bindings)));
  }

  finalize(): void {}
}

export class Database {
  readonly #db: Connection;
  /** How many transactions are open, one in the other. */
  #depth = 0;
  #isOpen = true;

  constructor(path: string, { readonly = false }: { readonly readonly?: boolean; readonly create?: boolean } = {}) {
    const { open } = engine();
    this.#db = told(() => open(path, readonly));
  }

  run(sql: string): void {
    told(() => this.#db.exec(sql));
  }

  prepare<Shape, Bindings extends Value[]>(sql: string): Statement<Shape, Bindings> {
    return new Statement<Shape, Bindings>(this.#db, sql);
  }

  query<Shape, Bindings extends Value[]>(sql: string): Statement<Shape, Bindings> {
    return this.prepare(sql);
  }

  transaction<T>(task: () => T): { deferred(): T; immediate(): T } {
    return {
      deferred: () => this.#transact("BEGIN DEFERRED", task),
      immediate: () => this.#transact("BEGIN IMMEDIATE", task),
    };
  }

  #transact<T>(begin: string, task: () => T): T {
    const name = `nested${this.#depth}`;
    const [open, commit, rollback] =
      this.#depth === 0
        ? [begin, "COMMIT", "ROLLBACK"]
        : [`SAVEPOINT ${name}`, `RELEASE ${name}`, `ROLLBACK TO ${name}; RELEASE ${name}`];
    this.run(open);
    this.#depth++;
    try {
      const result = task();
      this.run(commit);
      return result;
    } catch (error) {
      try {
        this.#db.exec(rollback);
      } catch {
        // SQLite has rolled back by itself, as it does when the disk is full; the first error says why.
      }
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** What a file of it would hold, its log folded in. */
  serialize(): Uint8Array {
    const folder = mkdtempSync(join(tmpdir(), "git-tracker-copy-"));
    try {
      const copy = join(folder, "copy");
      this.prepare("VACUUM INTO ?").run(copy);
      return readFileSync(copy);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** A database that nobody else sees: Node has none made of bytes in memory, so its file has no name any more where that can be. */
  static deserialize(bytes: Uint8Array): Database {
    const folder = mkdtempSync(join(tmpdir(), "git-tracker-copy-"));
    try {
      const copy = join(folder, "copy");
      writeFileSync(copy, bytes);
      const db = new Database(copy);
      db.run("PRAGMA journal_mode = MEMORY");
      db.run("PRAGMA locking_mode = EXCLUSIVE");
      db.run("SELECT 1 FROM sqlite_schema LIMIT 1");
      return db;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#db.close();
  }
}

function plain<Shape>(row: object): Shape {
  return { ...row } as Shape; // What a row looks like is known to whoever wrote the SQL.
}

/** Runs what may throw one of SQLite's errors. */
function told<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    const code = error instanceof Error ? engine().codeOf(error) : undefined;
    throw error instanceof Error && code !== undefined ? new SQLiteError(error.message, code, error) : error;
  }
}
