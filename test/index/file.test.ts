import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Query } from "../../src/core/query.ts";
import { IndexBroken } from "../../src/index/connection.ts";
import type { Index } from "../../src/index/index.ts";
import { openIndex } from "../../src/index/open.ts";
import { blocks, issue, oid, replacing, settings, today } from "./issues.ts";

const everything: Query = { where: undefined, sort: [] };
const issues = Array.from({ length: 40 }, (_, n) =>
  issue(n, { title: `needle ${n}`, body: "word ".repeat(50), labels: ["x"], links: [blocks((n * 7) % 40)] }),
);

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
  path = join(folder, "index");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const open = () => openIndex({ path, settings, today });

function fill(): void {
  const index = open();
  index.project(issues.map(replacing), "stamp");
  index.close();
}

function answers(index: Index) {
  return {
    list: index.list(everything),
    found: index.search("needle", everything).total,
    labels: index.labels(),
    edges: index.edges(["blocks"]),
    stamp: index.stamp(),
  };
}

const right = () => {
  const index = openIndex({ path: ":memory:", settings, today });
  index.project(issues.map(replacing), "stamp");
  return answers(index);
};

/** Opens whatever is there now: it must be what was written or nothing at all, and take a rebuild. */
function expectRightOrEmpty(): "right" | "empty" {
  const index = open();
  const kept = index.tips().size > 0;
  if (kept) expect(answers(index)).toEqual(right());
  else {
    expect(index.stamp()).toBeUndefined();
    index.project(issues.map(replacing), "stamp");
    expect(answers(index)).toEqual(right());
  }
  index.close();
  return kept ? "right" : "empty";
}

describe("a sound file", () => {
  test("is kept", () => {
    fill();
    expect(expectRightOrEmpty()).toBe("right");
  });

  test("is kept when the process was killed, and replaced when it ended without closing it", () => {
    const script = join(import.meta.dir, "../support/index-writer.ts");
    for (const [leave, kept] of [
      ["kill", 5],
      ["leave", 0], // Then the log is folded behind our back.
    ] as const) {
      rmSync(`${path}-seal`, { force: true });
      Bun.spawnSync([process.execPath, script, path, "a", "5", leave]);
      const index = open();
      expect(index.count(everything)).toBe(kept);
      index.close();
    }
  });

  test("leaves its log, which never gets big", () => {
    const logBytes = () => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    let most = 0;
    for (let n = 0; n < 60; n++) {
      const index = open();
      index.project([replacing(issue(n))]);
      index.touch(`stamp ${n}`);
      index.close();
      most = Math.max(most, logBytes());
    }
    expect(most).toBeGreaterThan(100_000);
    expect(most).toBeLessThan(2_000_000);
    const index = open();
    expect(index.count(everything)).toBe(60);
    expect(index.stamp()).toBe("stamp 59");
    expect(index.check()).toEqual([]);
    index.close();
  });

  test("is kept whoever is last to close it", () => {
    fill();
    const [first, second] = [open(), open()];
    second.project([replacing(issue(99))]);
    first.close();
    second.close();
    rmSync(`${path}-shm`); // As after a restart.
    const third = open();
    expect(third.count(everything)).toBe(issues.length + 1);
    third.close();
  });

  test("can be open more than once", () => {
    fill();
    const first = open();
    const second = open();
    second.project([replacing(issue(99, { title: "late" }))]);
    expect(first.view(oid(99))?.title).toBe("late");
    first.close();
    second.close();
    const third = open();
    expect(third.count(everything)).toBe(issues.length + 1);
    third.close();
  });
});

describe("a file that isn't what was written", () => {
  const kinds: [string, () => void][] = [
    ["missing", () => rmSync(path)],
    ["empty", () => writeFileSync(path, "")],
    ["garbage", () => writeFileSync(path, "no database ".repeat(1000))],
    ["a database of somebody else's", () => writeFileSync(path, otherDatabase())],
    ["half of it", () => truncateSync(path, statSync(path).size / 2)],
    ["a folder", becomeFolder],
    ["of another version", () => reseal((seal) => seal.replace(/^\d+/, "999"))],
    ["without its seal", () => rmSync(`${path}-seal`)],
    ["with a broken seal", () => writeFileSync(`${path}-seal`, "\0")],
    ["a copy", becomeCopy],
  ];
  test.each(kinds)("is replaced: %s", (_, spoil) => {
    fill();
    spoil();
    expect(expectRightOrEmpty()).toBe("empty");
    expect(expectRightOrEmpty()).toBe("right");
  });

  test("is never believed, wherever a bit is flipped", () => {
    fill();
    const sound = readFileSync(path);
    fc.assert(
      fc.property(fc.nat({ max: sound.length * 8 - 1 }), (bit) => {
        fill();
        const bytes = readFileSync(path);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(path, bytes);
        expectRightOrEmpty();
      }),
      { numRuns: 40 },
    );
  });

  test("is never believed, wherever it ends", () => {
    fill();
    const size = statSync(path).size;
    for (let length = 0; length < size; length += 16_384) {
      fill();
      truncateSync(path, length);
      expectRightOrEmpty();
    }
  });

  test("is noticed in use, and replaced when it is opened again", () => {
    fill();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 8192);
    writeFileSync(path, bytes);
    resealAsItIs(); // As if a disk had forgotten: nothing says that the file has changed.
    const index = open();
    expect(() => answers(index)).toThrow(IndexBroken);
    index.close();
    expect(expectRightOrEmpty()).toBe("empty");
  });

  test("can be replaced while somebody else goes on with theirs", () => {
    fill();
    const old = open();
    expect(old.count(everything)).toBe(issues.length);
    rmSync(`${path}-seal`);
    const fresh = open();
    expect(fresh.tips().size).toBe(0);
    old.project([replacing(issue(99))]);
    fresh.project(issues.map(replacing), "stamp");
    expect(old.count(everything)).toBe(issues.length + 1);
    old.close();
    expect(answers(fresh)).toEqual(right());
    fresh.close();
    expect(expectRightOrEmpty()).toBe("right");
  });
});

describe("a log that isn't what was written", () => {
  test("is believed up to where it is sound", () => {
    open().close();
    const reader = new Database(path);
    reader.run("BEGIN");
    reader.query("SELECT count(*) FROM issue").get();
    const index = open();
    for (let n = 0; n < 20; n++) index.project([replacing(issue(n))]); // Stays in the log, for the reader's sake.
    const file = readFileSync(path);
    const log = readFileSync(`${path}-wal`);
    expect(log.length).toBeGreaterThan(100_000);
    reader.close();
    index.close();

    fc.assert(
      fc.property(fc.nat({ max: log.length - 1 }), (at) => {
        const changed = Buffer.from(log);
        changed[at] = (changed[at] ?? 0) ^ 1;
        writeFileSync(path, file);
        writeFileSync(`${path}-wal`, changed);
        resealAsItIs();
        const opened = open();
        const ids = opened.withPrefix("", 100);
        expect(ids).toEqual(ids.map((_, n) => oid(n)));
        expect(opened.count(everything)).toBe(ids.length);
        expect(opened.check()).toEqual([]);
        opened.close();
      }),
      { numRuns: 30 },
    );
  });
});

describe("where no file can be had", () => {
  test("the index is in memory: the folder doesn't exist, or is none", () => {
    writeFileSync(join(folder, "file"), "");
    for (const parent of ["absent", "file"]) {
      path = join(folder, parent, "index");
      expect(expectRightOrEmpty()).toBe("empty");
    }
  });

  test("a damaged lock is no obstacle for long", () => {
    writeFileSync(`${path}-lock`, "garbage ".repeat(200));
    expect(expectRightOrEmpty()).toBe("empty");
    expect(expectRightOrEmpty()).toBe("empty");
    expect(expectRightOrEmpty()).toBe("right");
  });

  test("discard begins an empty one", () => {
    fill();
    open().discard();
    expect(expectRightOrEmpty()).toBe("empty");
  });
});

describe("processes at once", () => {
  test("lose nothing", async () => {
    const script = join(import.meta.dir, "../support/index-writer.ts");
    const digits = ["a", "b", "c", "d"];
    const processes = digits.map((digit) =>
      Bun.spawn([process.execPath, script, path, digit, "50"], { stderr: "inherit" }),
    );
    expect(await Promise.all(processes.map((child) => child.exited))).toEqual([0, 0, 0, 0]);
    const index = open();
    expect(index.count(everything)).toBe(200);
    expect(index.search("needle", everything).total).toBe(200);
    expect(index.labels()).toEqual([{ name: "x", count: 200 }]);
    expect(index.check()).toEqual([]);
    index.close();
  });
});

function otherDatabase(): Buffer {
  const file = join(folder, "other");
  const index = openIndex({ path: file, settings, today });
  index.project([replacing(issue(99))], "other");
  index.close();
  return readFileSync(file);
}

function becomeFolder(): void {
  rmSync(path);
  mkdirSync(path);
  writeFileSync(join(path, "kept"), "");
}

function becomeCopy(): void {
  cpSync(path, `${path}2`, { preserveTimestamps: true });
  renameSync(`${path}2`, path);
}

function resealAsItIs(): void {
  const { size, mtimeNs, ino } = statSync(path, { bigint: true });
  reseal((seal) => seal.replace(/ .*/, ` ${size} ${mtimeNs} ${ino}`));
}

function reseal(change: (seal: string) => string): void {
  writeFileSync(`${path}-seal`, change(readFileSync(`${path}-seal`, "utf8")));
}
