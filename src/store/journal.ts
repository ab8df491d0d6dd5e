/**
 * The recovery journal, `$GIT_COMMON_DIR/git-tracker/journal`: before refs move, what they will point to and where they will move is
 * appended here and flushed. So an object that a garbage collection takes away between being written and being pointed to, or that
 * the disk loses, can be given back; and a move of many refs that was cut short can be finished. Entries are only ever appended; one that is
 * torn or damaged is skipped, the others count.
 */
import * as fs from "node:fs";
import { dirname } from "node:path";
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { Chance } from "../platform/chance.ts";
import {
  createFile,
  type Flush,
  flushFolder,
  lostWrite,
  makeFolder,
  readFileIfAny,
  refusingDiskErrors,
  takeName,
} from "../platform/files.ts";
import { concatenate } from "./objects.ts";
import type { RefUpdate } from "./store.ts";

/** What one entry says. */
export interface JournalContent {
  /** The objects, as a loose file holds each. */
  readonly objects: ReadonlyMap<Oid, Uint8Array>;
  /** The names of packs that are kept from collection until the refs have moved. */
  readonly guards: readonly string[];
  readonly updates: readonly RefUpdate[];
}

export interface JournalEntry extends JournalContent {
  readonly id: string;
  /** `open`: whoever wrote it has not said that its refs have moved (`done`), or that they won't (`left`). */
  readonly state: "open" | Outcome;
}

export type Outcome = "done" | "left";

export interface Journal {
  /** Adds an entry, which is open. Returns its id. */
  append(content: JournalContent, flush: Flush): string;
  /** Says what became of these entries. If that is lost, they are looked at again. */
  finish(ids: readonly string[], outcome: Outcome): void;
  /** All entries that are sound, in order. */
  read(): JournalEntry[];
  /** When it was last written to, in milliseconds since 1970, how big it is, and whether its last entry is open. Undefined: it is empty. */
  look(): { readonly changed: number; readonly bytes: number; readonly state: "open" | "closed" } | undefined;
  /** Puts these in the place of all that there is. */
  rewrite(entries: readonly JournalEntry[]): void;
  /** Forgets all entries. */
  clear(): void;
  /** Moves what is no file out of its place. */
  makeRoom(): void;
}

export function openJournal(path: string, chance: Chance): Journal {
  const add = (bytes: Uint8Array, flush: Flush) =>
    refusingDiskErrors(path, () => {
      const isNew = !fs.existsSync(path);
      if (isNew) makeFolder(dirname(path), flush);
      const descriptor = fs.openSync(path, "a");
      try {
        const before = fs.fstatSync(descriptor).size;
        // In one call: so two that append at the same moment don't mix.
        if (fs.writeSync(descriptor, bytes) < bytes.length)
          throw Object.assign(new Error("cut short"), { code: "ENOSPC" });
        if (fs.fstatSync(descriptor).size < before + bytes.length) throw lostWrite(path);
        if (flush === "flushed") fs.fdatasyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      if (isNew && flush === "flushed") flushFolder(dirname(path));
    });
  return {
    append(content, flush) {
      const id = chance.hex(idBytes);
      add(encodeEntry(id, content), flush);
      return id;
    },
    finish(ids, outcome) {
      try {
        add(encoder.encode(ids.map((id) => `\n${outcome} ${id}\n`).join("")), "buffered");
      } catch (error) {
        if (!(error instanceof TrackerError)) throw error; // The refs have moved, which a full disk doesn't undo.
      }
    },
    read() {
      const bytes = isFolder(path) ? undefined : readFileIfAny(path);
      return bytes === undefined ? [] : decodeEntries(bytes);
    },
    look() {
      const stats = fs.statSync(path, { throwIfNoEntry: false });
      if (!stats?.isFile() || stats.size === 0) return undefined;
      const state = /\n(?:done|left) [0-9a-f]+\n$/.test(readEnd(path, stats.size)) ? "closed" : "open";
      return { changed: stats.mtimeMs, bytes: stats.size, state };
    },
    rewrite(entries) {
      const temporary = `${path}-${chance.hex(4)}`;
      const parts = entries.flatMap((entry) => [
        encodeEntry(entry.id, entry),
        ...(entry.state === "open" ? [] : [encoder.encode(`\n${entry.state} ${entry.id}\n`)]),
      ]);
      refusingDiskErrors(path, () => {
        createFile({ path: temporary, parts, flush: "flushed" });
        takeName(temporary, path);
        flushFolder(dirname(path));
      });
    },
    makeRoom() {
      if (isFolder(path)) refusingDiskErrors(path, () => fs.renameSync(path, `${path}-aside-${chance.hex(4)}`));
    },
    clear() {
      refusingDiskErrors(path, () => fs.truncateSync(path, 0));
    },
  };
}

function isFolder(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

const idBytes = 8;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * An entry is a line that says how long it is and what its checksum is, then a line for each thing it holds, an empty line, and the
 * objects' bytes. It starts with a line end, so that it can be found after one that was cut off.
 */
function encodeEntry(id: string, { objects, guards, updates }: JournalContent): Uint8Array {
  const lines = [
    ...guards.map((name) => `guard ${name}`),
    ...updates.map(({ ref, from = none, to = none }) => `move ${from} ${to} ${ref}`),
    ...[...objects].map(([oid, bytes]) => `object ${oid} ${bytes.length}`),
  ];
  const payload = concatenate([encoder.encode(`${lines.join("\n")}\n\n`), ...objects.values()]);
  return concatenate([encoder.encode(`\nrecord ${id} ${payload.length} ${checksum(payload)}\n`), payload]);
}

function decodeEntries(bytes: Uint8Array): JournalEntry[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const line = /\n(?:record ([0-9a-f]{16}) (\d{1,9}) ([0-9a-f]{16})|(done|left) ([0-9a-f]{16}))\n/g;
  const entries = new Map<string, JournalEntry>();
  for (let match = line.exec(text); match !== null; match = line.exec(text)) {
    const [whole, id = "", length, check, outcome, closed] = match;
    const ended = closed === undefined ? undefined : entries.get(closed);
    if (ended !== undefined) entries.set(ended.id, { ...ended, state: outcome === "done" ? "done" : "left" });
    const start = match.index + whole.length;
    const payload = bytes.subarray(start, start + Number(length ?? 0));
    const sound = closed === undefined && checksum(payload) === check;
    if (sound) entries.set(id, { id, state: "open", ...decodeContent(payload) });
    // After a damaged payload others may follow; and the end of one line can be the start of the next.
    line.lastIndex = sound ? start + payload.length : start - 1;
  }
  return [...entries.values()];
}

/** Reads what was found to be sound. */
function decodeContent(payload: Uint8Array): JournalContent {
  const end = Buffer.from(payload.buffer, payload.byteOffset, payload.length).indexOf("\n\n");
  const guards: string[] = [];
  const updates: RefUpdate[] = [];
  const objects = new Map<Oid, Uint8Array>();
  let at = end + 2;
  for (const line of decoder.decode(payload.subarray(0, end)).split("\n")) {
    const [kind, first = "", second = "", third = ""] = line.split(" ");
    if (kind === "guard") guards.push(first);
    if (kind === "move") updates.push({ ref: third, from: oidIn(first), to: oidIn(second) });
    if (kind !== "object") continue;
    objects.set(first, payload.subarray(at, at + Number(second)));
    at += Number(second);
  }
  return { guards, updates, objects };
}

/** Stands for the absence of an oid. */
const none = "-";

function oidIn(text: string): Oid | undefined {
  return text === none ? undefined : text;
}

function checksum(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 16);
}

function readEnd(path: string, size: number): string {
  const bytes = new Uint8Array(Math.min(size, "\ndone ".length + idBytes * 2 + 1));
  const descriptor = fs.openSync(path, "r");
  try {
    const count = fs.readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return decoder.decode(bytes.subarray(0, count));
  } finally {
    fs.closeSync(descriptor);
  }
}
