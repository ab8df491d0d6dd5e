/** The recovery journal as a file: what was appended is read, whatever happens to the rest of it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { systemChance } from "../../src/platform/chance.ts";
import { type JournalContent, openJournal } from "../../src/store/journal.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "git-tracker-journal-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function fresh() {
  const path = join(folder, String(files++), "journal");
  return { path, journal: openJournal(path, systemChance) };
}

function contentOf(texts: readonly string[], moves = 1): JournalContent {
  return {
    objects: new Map(texts.map((text, i) => [oidOf(`${i} ${text}`), new TextEncoder().encode(text)])),
    guards: texts.length > 1 ? ["pack-1234"] : [],
    updates: Array.from({ length: moves }, (_, i) => ({
      ref: `refs/git-tracker/issues/${i}`,
      from: i % 2 === 0 ? undefined : oidOf(`${i}`),
      to: i % 3 === 2 ? undefined : oidOf(`to ${i}`),
    })),
  };
}

function oidOf(text: string): string {
  return new Bun.CryptoHasher("sha1").update(text).digest("hex");
}

describe("the journal", () => {
  test("is empty before the first entry", () => {
    const { journal } = fresh();
    expect(journal.read()).toEqual([]);
    expect(journal.look()).toBeUndefined();
  });

  test("gives back what was appended, and what of it is done", () => {
    const { journal, path } = fresh();
    // What looks like lines of the journal is only content.
    const contents = [contentOf(["a", "\nrecord", "\ndone 0123456789abcdef\n"], 4), contentOf([]), contentOf(["\n\n"])];
    const ids = contents.map((content) => journal.append(content, "flushed"));
    expect(journal.read()).toEqual(contents.map((content, i) => ({ id: ids[i] ?? "", state: "open", ...content })));
    expect(journal.look()).toMatchObject({ state: "open", bytes: statSync(path).size });
    journal.finish(ids.slice(0, 1), "done");
    journal.finish(ids.slice(1, 2), "left");
    expect(journal.read().map(({ state }) => state)).toEqual(["done", "left", "open"]);
    journal.finish(ids.slice(2), "done");
    expect(journal.look()?.state).toBe("closed");
    journal.clear();
    expect(journal.read()).toEqual([]);
    expect(journal.look()).toBeUndefined();
  });

  test("skips an entry that was cut off, wherever that was", () => {
    const { journal, path } = fresh();
    const first = journal.append(contentOf(["first"]), "flushed");
    const start = statSync(path).size;
    journal.append(contentOf(["second", "with\nmore"]), "flushed");
    const whole = readFileSync(path);
    for (let end = start; end < whole.length; end++) {
      writeFileSync(path, whole.subarray(0, end));
      const third = journal.append(contentOf(["third"]), "flushed");
      expect(journal.read().map(({ id }) => id)).toEqual([first, third]);
    }
  });

  test("skips zeros that a power cut left", () => {
    const { journal, path } = fresh();
    const first = journal.append(contentOf(["first"]), "flushed");
    appendFileSync(path, new Uint8Array(500));
    const second = journal.append(contentOf(["second"]), "flushed");
    expect(journal.read().map(({ id }) => id)).toEqual([first, second]);
  });

  test("loses one entry at most to one flipped bit, and never reads a wrong one", () => {
    const { journal, path } = fresh();
    const texts = ["one", "two", "three", "four"];
    const ids = texts.map((text) => journal.append(contentOf([text]), "flushed"));
    journal.finish(ids, "done");
    const whole = readFileSync(path);
    const sound = journal.read();
    const law = fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
      const bytes = Uint8Array.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(path, bytes);
      const found = journal.read();
      expect(found.length).toBeGreaterThanOrEqual(sound.length - 1);
      // A bit of an entry's name makes it another's, of a line that says done makes the entry an open one: both are harmless.
      for (const { objects, updates, guards } of found) {
        expect(sound.map((entry) => [entry.objects, entry.updates, entry.guards])).toContainEqual([
          objects,
          updates,
          guards,
        ]);
      }
    });
    fc.assert(law, { numRuns: 400 });
  });
});
