/** D1, bounds: whatever a remote sends, memory and time stay within theirs, what is too much is refused, and the rest arrives. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { refs } from "../../src/store/refs.ts";
import { binary } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { type Crafted, openWorkshop, pointAt, type Workshop } from "./remote.ts";

const slow = 200_000;
const memoryBytesMax = 512 * 1024 * 1024;
const mebi = 1024 * 1024;

interface Bomb {
  readonly what: string;
  readonly reason: RegExp;
  make(shop: Workshop, hub: TestRepository): Crafted;
}

const said = (text: string) => `Say\n\n${text}\n\nEvent: comment-added\nFormat: 1\n`;

const bombs: readonly Bomb[] = [
  {
    what: "a hundred thousand and one commits",
    reason: /has more than 100000 commits/,
    make: (shop, hub) => longStream(shop, hub, 100_001),
  },
  {
    what: "commits that unpack to a hundred times their size",
    reason: /commits hold more than 64 MiB/,
    make(shop) {
      const id = shop.commit();
      let tip = id;
      for (let place = 0; place < 40; place++) {
        tip = shop.commit({ parents: [tip], message: said(`${"x".repeat(4 * mebi - 100)}${place}`) });
      }
      return { id, tip };
    },
  },
  {
    what: "as many big commits side by side as may be",
    reason: /commits hold more than 64 MiB/,
    make(shop) {
      const id = shop.commit();
      const arms = Array.from({ length: 40 }, (_, arm) =>
        shop.commit({ parents: [id], message: said(`${"y".repeat(4 * mebi - 100)}${arm}`) }),
      );
      return { id, tip: shop.commit({ parents: arms, message: "Merge concurrent changes\n\nFormat: 1\n" }) };
    },
  },
  {
    what: "a file of nothing but zeros",
    reason: /is larger than 100 MiB/,
    make(shop, hub) {
      const blob = hub.gitWith(Buffer.alloc(100 * mebi + 1), "hash-object", "-w", "--stdin");
      return shop.withTree(shop.attachments([["100644", "zeros", new TextDecoder().decode(blob).trim()]]));
    },
  },
];

/** A stream of so many commits. */
function longStream(shop: Workshop, repository: TestRepository, length: number): Crafted {
  const id = shop.commit();
  const lines = [`reset refs/heads/long\nfrom ${id}\n\n`];
  for (let place = 1; place < length; place++) {
    const message = said(String(place));
    lines.push(
      `commit refs/heads/long\ncommitter Eve <e@e> ${1_768_478_400 + place} +0000\ndata ${message.length}\n${message}\n`,
    );
  }
  repository.gitWith(lines.join(""), "fast-import", "--quiet");
  return { id, tip: repository.git("rev-parse", "refs/heads/long").trim() };
}

async function run(repository: TestRepository, ...args: readonly string[]) {
  // A process counts what its parent held when it was forked: so one that holds little starts it.
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "measured.ts"), await binary(), ...args], {
    cwd: repository.cwd,
    env: { ...repository.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const measured = /\nmemory (\d+)\n$/.exec(`\n${err}`);
  return { out, err: err.slice(0, err.lastIndexOf("memory ")), code, memory: Number(measured?.[1]) };
}

/** A person who knows the remote, and what that remote has besides. */
function meet() {
  const hub = makeRepository("bare");
  const ben = makeRepository();
  ben.git("remote", "add", "origin", hub.cwd);
  return { hub, ben, shop: openWorkshop(hub) };
}

test.each(bombs.map((bomb) => [bomb.what, bomb] as const))(
  "%s: refused, within 512 MiB",
  async (_, { make, reason }) => {
    const { hub, ben, shop } = meet();
    using _hub = hub;
    using _ben = ben;
    const fine = shop.commit();
    const bomb = make(shop, hub);
    pointAt(shop, [bomb, { id: fine, tip: fine }]);
    for (const came of ["1 new, 1 refused", "1 refused"]) {
      const { code, out, memory } = await run(ben, "sync");
      expect({ code, last: out.trim().split("\n").at(-1) }).toEqual({ code: 4, last: `synced with origin: ${came}` });
      expect(out).toMatch(reason);
      expect(memory).toBeLessThan(memoryBytesMax);
    }
    expect(ben.git("for-each-ref", "--format=%(refname)", refs.issues).trim()).toBe(refs.issue(fine));
    const doctor = await run(ben, "doctor");
    expect(doctor.code).toBe(0);
    expect(doctor.out).toMatch(reason);
    expect(doctor.memory).toBeLessThan(memoryBytesMax);
  },
  slow,
);

test(
  "fifty thousand names that are none: told in short, and the one issue among them arrives",
  async () => {
    const { hub, ben, shop } = meet();
    using _hub = hub;
    using _ben = ben;
    const fine = shop.commit();
    const junk = Array.from(
      { length: 50_000 },
      (_, place) => `${fine} ${refs.issues}junk-${"x".repeat(60)}-${place}\n`,
    );
    pointAt(shop, [{ id: fine, tip: fine }], junk.toSorted().join(""));
    const { code, out, memory } = await run(ben, "sync");
    expect(code).toBe(4);
    expect(out).toContain("and 49980 more refused");
    expect(out).toContain("1 new");
    expect(out.length).toBeLessThan(5000);
    expect(memory).toBeLessThan(memoryBytesMax);
    expect(ben.git("for-each-ref", "--format=%(refname)", refs.root).trim().split("\n")).toHaveLength(2);
  },
  slow,
);

test(
  "many streams of big commits, each within bounds, are all taken without being held at once",
  async () => {
    const { hub, ben, shop } = meet();
    using _hub = hub;
    using _ben = ben;
    const all = Array.from({ length: 20 }, () => {
      const [subject = "", records = ""] = shop.created().split("\n\n");
      const tip = shop.commit({ message: `${subject}\n\n${"x ".repeat(2 * mebi - 300)}x\n\n${records}` });
      return { id: tip, tip };
    });
    pointAt(shop, all);
    const { code, out, memory } = await run(ben, "sync");
    expect({ code, last: out.trim().split("\n").at(-1) }).toEqual({ code: 0, last: "synced with origin: 20 new" });
    expect(memory).toBeLessThan(memoryBytesMax);
  },
  slow,
);

test(
  "nobody writes the change here that would make their own issue unreadable",
  async () => {
    using repository = makeRepository("bare");
    const shop = openWorkshop(repository);
    const { id, tip } = longStream(shop, repository, 100_000);
    pointAt(shop, [{ id, tip }]);
    const { code, err } = await run(repository, "comment", id, "One too many");
    expect({ code, err }).toMatchObject({ code: 4 });
    expect(err).toContain("has 100000 changes, and can have no more");
    expect(repository.git("rev-parse", refs.issue(id)).trim()).toBe(tip);
  },
  slow,
);
