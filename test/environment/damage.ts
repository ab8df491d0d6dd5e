/** Everything that can happen to the files of an index while nobody has them open, as tasks that do it. */
import { Database } from "bun:sqlite";
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Chooser, range } from "../faults/rig.ts";
import type { Where } from "./ask.ts";
import {
  type Files,
  type IndexFile,
  indexFiles,
  indexFolder,
  type Kept,
  putFile,
  reseal,
  type Sample,
} from "./sample.ts";

export interface Damage {
  readonly name: string;
  /** Does it to an index as `Sample.files` has it. */
  inflict(where: Where): void;
}

const pageBytes = 8192;

/** Files that end too early, at every so many bytes. */
export function truncations({ files }: Pick<Sample, "files">, everyBytes: number): Damage[] {
  return indexFiles.flatMap((name) => {
    const size = bytesOf(files, name).length;
    return range(Math.ceil(size / everyBytes)).map((step) => ({
      name: `${name} ends at ${step * everyBytes}`,
      inflict: (where: Where) => truncateSync(at(where, name), step * everyBytes),
    }));
  });
}

/** So many flipped bits, each file as often as any other. `touched`: the file's time says that it has changed, as after any write. */
export function flips(
  { files }: Pick<Sample, "files">,
  count: number,
  chooser: Chooser,
  time: "touched" | "kept",
): Damage[] {
  return range(count).map((turn) => {
    const name = time === "kept" ? "index" : (indexFiles[turn % indexFiles.length] ?? "index");
    const bit = chooser.below(bytesOf(files, name).length * 8);
    return {
      name: `bit ${bit} of ${name} is flipped, its time is ${time}`,
      inflict(where) {
        const path = at(where, name);
        const { mtimeMs } = statSync(path);
        const bytes = readFileSync(path);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(path, bytes);
        if (time === "kept") utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
      },
    };
  });
}

/** Pages of zeros, as a file system leaves them where it has lost what was written. */
export function zeroPages({ files }: Pick<Sample, "files">, count: number, chooser: Chooser): Damage[] {
  const names = ["index", "index-wal"] as const;
  return range(count).map((turn) => {
    const name = names[turn % names.length] ?? "index";
    const page = chooser.below(Math.ceil(bytesOf(files, name).length / pageBytes));
    return {
      name: `page ${page} of ${name} is zeros`,
      inflict(where) {
        const bytes = readFileSync(at(where, name));
        bytes.fill(0, page * pageBytes, Math.min((page + 1) * pageBytes, bytes.length)); // A log has headers between its pages.
        writeFileSync(at(where, name), bytes);
      },
    };
  });
}

/** Copies of an earlier moment put back over what is there: these files and no others. */
export function olderCopies({ older }: Pick<Sample, "older">, ...names: readonly IndexFile[]): Damage[] {
  return older.flatMap((files, age) => {
    const copies = names.flatMap((name): [IndexFile, Kept][] => {
      const kept = files.get(name);
      return kept === undefined ? [] : [[name, kept]];
    });
    if (copies.length < names.length) return [];
    return (["kept", "new"] as const).map((time) => ({
      name: `${names.join(" and ")} of moment ${age}, with ${time} time`,
      inflict(where: Where) {
        for (const [name, kept] of copies) putFile(where, name, time === "kept" ? kept : { ...kept, seconds: now() });
      },
    }));
  });
}

/** Which of the files are put back together. */
export const olderSets: readonly (readonly IndexFile[])[] = [
  ["index-shm"],
  ["index-seal"],
  ["index", "index-wal"],
  ["index", "index-seal"],
  ["index-wal", "index-shm"],
  ["index", "index-wal", "index-shm", "index-seal"],
];

/** What has no number: one of each. */
export function oddities({ files }: Pick<Sample, "files">): Damage[] {
  const odd = (name: string, inflict: (where: Where) => void): Damage => ({ name, inflict });
  const version = (change: (number: number) => number) => (where: Where) => {
    const seal = readFileSync(at(where, "index-seal"), "utf8");
    writeFileSync(
      at(where, "index-seal"),
      seal.replace(/^\d+/, (digits) => String(change(Number(digits)))),
    );
  };
  return [
    odd("nothing", () => undefined),
    ...indexFiles.map((name) => odd(`${name} is deleted`, (where) => rmSync(at(where, name)))),
    odd("index and its seal are deleted", (where) => {
      for (const name of ["index", "index-seal"] as const) rmSync(at(where, name));
    }),
    odd("the folder is deleted", (where) => rmSync(indexFolder(where), { recursive: true })),
    ...indexFiles.map((name) => odd(`${name} is empty`, (where) => writeFileSync(at(where, name), ""))),
    ...indexFiles.map((name) =>
      odd(`${name} is zeros`, (where) => writeFileSync(at(where, name), new Uint8Array(65_536))),
    ),
    ...indexFiles.map((name) =>
      odd(`${name} is prose`, (where) => writeFileSync(at(where, name), "no index ".repeat(5000))),
    ),
    ...indexFiles.map((name) =>
      odd(`${name} is a folder`, (where) => {
        rmSync(at(where, name));
        mkdirSync(join(at(where, name), "kept"), { recursive: true });
      }),
    ),
    ...indexFiles.map((name) =>
      odd(`${name} is a link to nowhere`, (where) => {
        rmSync(at(where, name));
        symlinkSync("nowhere", at(where, name));
      }),
    ),
    odd("index-lock is a folder", (where) => {
      rmSync(join(indexFolder(where), "index-lock"), { force: true });
      mkdirSync(join(indexFolder(where), "index-lock"));
      rmSync(at(where, "index-seal"));
    }),
    odd("index-lock is prose", (where) => {
      writeFileSync(join(indexFolder(where), "index-lock"), "no lock ".repeat(5000));
      rmSync(at(where, "index-seal"));
    }),
    odd(
      "of the version before",
      version((number) => number - 1),
    ),
    odd(
      "of a version of the future",
      version((number) => number + 1),
    ),
    odd("somebody was killed who folded the log", (where) => {
      const { ino } = statSync(at(where, "index"), { bigint: true });
      const [version = ""] = readFileSync(at(where, "index-seal"), "utf8").split(" ");
      writeFileSync(at(where, "index-seal"), `${version} folding ${ino}\n`);
    }),
    odd("of a version of the future, with other tables", (where) => {
      writeForeign(at(where, "index"));
      reseal(where);
      version((number) => number + 1)(where);
    }),
    odd("a database of somebody else's, beside our log", (where) => writeForeign(at(where, "index"))),
    odd("a database of somebody else's, moved there", (where) => {
      writeForeign(`${at(where, "index")}-other`);
      renameSync(`${at(where, "index")}-other`, at(where, "index"));
    }),
    odd("a database that keeps a rollback journal", (where) => {
      writeFileSync(`${at(where, "index")}-journal`, bytesOf(files, "index"));
    }),
    odd("the log stands where the file should", (where) =>
      writeFileSync(at(where, "index"), bytesOf(files, "index-wal")),
    ),
    odd("the file stands where the log should", (where) =>
      writeFileSync(at(where, "index-wal"), bytesOf(files, "index")),
    ),
  ];
}

function writeForeign(path: string): void {
  rmSync(path, { force: true });
  using db = new Database(path);
  db.run("CREATE TABLE issue (seq INTEGER PRIMARY KEY, id TEXT, title TEXT)");
  db.run("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)");
  db.run("INSERT INTO issue VALUES (1, 'f00d', 'Somebody else''s')");
}

function at(where: Where, name: IndexFile): string {
  return join(indexFolder(where), name);
}

function bytesOf(files: Files, name: IndexFile): Uint8Array {
  return files.get(name)?.bytes ?? new Uint8Array();
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
