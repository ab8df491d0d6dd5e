/** E, clocks: wall-clock time decides nothing, however wrong it is. */
import { describe, expect, test } from "bun:test";
import { existsSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expectKept, named, slowMs } from "../faults/expect.ts";
import { attempt, gitIn, makePlace, type Place, start, tracker } from "../faults/place.ts";
import { drawSeed } from "../faults/rig.ts";
import { binary } from "../support/binary.ts";
import { handClock, told } from "./ask.ts";
import { playByClocks } from "./clock.ts";
import { misconduct, placeAt, readAll } from "./outcome.ts";

const right = () => handClock(Date.UTC(2026, 0, 15, 12));
const far = () => handClock(Date.UTC(3000, 0, 1));

test("histories by wrong clocks", async () => expectKept(await playByClocks(drawSeed(), 3)), slowMs);

describe("an event of the year 3000", () => {
  const listed = async (place: Place, ...query: string[]): Promise<string[]> => {
    const { items } = JSON.parse(await told(place, ["list", "--json", ...query], right()));
    return items.map(({ title }: { title: string }) => title);
  };

  test("is behind the next one of the same issue, which a right clock made", async () => {
    using place = makePlace();
    const early = await told(place, ["new", "-q", "Early"], right());
    await told(place, ["new", "-q", "Late"], handClock(Date.UTC(2026, 0, 15, 13)));
    await told(place, ["edit", "-q", early, "--title", "From far away"], far());
    await told(place, ["edit", "-q", early, "--title", "Early again"], right());
    expect(await listed(place)).toEqual(["Late", "Early again"]);
    expect(await listed(place, "updated:>2999-01-01")).toEqual([]);
  });

  test("does not stand above what a right clock says was changed now, for ever", async () => {
    using place = makePlace();
    const pinned = await told(place, ["new", "-q", "Pinned"], right());
    await told(place, ["comment", "-q", pinned, "From far away"], far());
    await told(place, ["new", "-q", "Of today"], handClock(Date.UTC(2026, 0, 15, 13)));
    expect(await listed(place)).toEqual(["Of today", "Pinned"]);
  });

  test("of a concurrent clone wins no more than its turn", async () => {
    using place = makePlace();
    const id = await told(place, ["new", "-q", "Shared"], right());
    const clone = join(place.cwd, "..", "clone");
    gitIn(place, "clone", "--quiet", "--mirror", place.cwd, clone);
    await told({ cwd: clone, env: place.env }, ["edit", "-q", id, "--title", "From far away"], far());
    for (const n of [1, 2]) await told(place, ["edit", "-q", id, "--title", `Near ${n}`], right());
    gitIn(place, "fetch", "--quiet", clone, `refs/git-tracker/issues/${id}:refs/far/${id}`);
    const tips = [`refs/git-tracker/issues/${id}`, `refs/far/${id}`].map((ref) =>
      gitIn(place, "rev-parse", ref).trim(),
    );
    const parents = tips.sort().flatMap((tip) => ["-p", tip]);
    const tree = gitIn(place, "hash-object", "-t", "tree", "-w", "/dev/null").trim();
    const message = ["-m", "Merge concurrent changes", "-m", "Format: 1"];
    const merge = gitIn(place, "commit-tree", tree, ...parents, ...message).trim();
    gitIn(place, "update-ref", `refs/git-tracker/issues/${id}`, merge);
    const { item } = JSON.parse(await told(place, ["show", id, "--json"], right()));
    expect(item.title).toBe("Near 2"); // It is deeper, and the clock decides only between equals.
  });
});

const year = 365.25 * 86_400_000;

test.each([
  ["right", 0],
  ["ten years behind that of the files", -10 * year],
])("a clock %s: a ref that moves twice within one tick of the files' clock is noticed", async (_, skew) => {
  using place = makePlace();
  const clock = { now: () => Date.now() + skew, zone: () => "+0000" };
  const id = await told(place, ["new", "-q", "Before"], clock);
  await told(place, ["edit", "-q", id, "--title", "After"], clock);
  const ref = `refs/git-tracker/issues/${id}`;
  const folder = join(place.cwd, ".git", "refs", "git-tracker", "issues");
  const tip = gitIn(place, "rev-parse", ref).trim();
  // A tick that lasts until the test is over, since no test can be as quick as a tick.
  const tick = Math.floor(Date.now() / 1000) + 60;
  gitIn(place, "update-ref", ref, `${tip}~1`);
  utimesSync(folder, tick, tick);
  expect(await told(place, ["show", id, "--json"], clock)).toContain('"Before"');
  gitIn(place, "update-ref", ref, tip);
  utimesSync(folder, tick, tick);
  expect(await told(place, ["show", id, "--json"], clock)).toContain('"After"');
});

const library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
const noFaketime = existsSync(library) ? undefined : "there is no libfaketime";

describe("the executable by a wrong clock", () => {
  const askew = (offset: string) => ({
    LD_PRELOAD: library,
    FAKETIME: offset,
    FAKETIME_NO_CACHE: "1",
    NO_FAKE_STAT: "1",
  });
  const times = ["2016-01-15 12:00:00", "2038-01-19 03:14:00", "1969-07-20 20:17:00", "3000-01-01 00:00:00"];

  test.skipIf(noFaketime !== undefined).each(times)(
    named("%s: written, read, undone, and sound by a right clock", noFaketime),
    async (time) => {
      using place = makePlace();
      const there = placeAt(place, { env: askew(`@${time}`) });
      const program = await binary();
      const run = async (...args: string[]) => {
        const ended = await start(there, [program, ...args]).ended;
        expect(misconduct(args.join(" "), ended, [0])).toEqual([]);
        return ended.stdout.trim();
      };
      const id = await run("new", "-q", "One with a needle");
      // It was of that time indeed, or this test tells nothing.
      const written = gitIn(place, "log", "-1", "--format=%at", `refs/git-tracker/issues/${id}`).trim();
      const meant = Math.max(0, Date.parse(`${time.replace(" ", "T")}Z`)); // Git knows nothing of what was before 1970.
      expect(Math.abs(Number(written) * 1000 - meant)).toBeLessThan(600_000);
      for (const n of [1, 2, 3]) await run("comment", "-q", id, `Said ${n}`);
      await run("status", "-q", id, "in-progress");
      const aside = await readAll(there, id);
      expect(aside.problems).toEqual([]);
      await tracker(place, "comment", "-q", id, "By a right clock");
      await run("comment", "-q", id, "And by a wrong one");
      const bodies = async (from: Place) =>
        JSON.parse((await attempt(from, "show", id, "--json")).stdout).item.comments.map(
          ({ body }: { body: string }) => body,
        );
      const expected = ["Said 1", "Said 2", "Said 3", "By a right clock", "And by a wrong one"];
      expect(await bodies(place)).toEqual(expected);
      expect(await bodies(there)).toEqual(expected);
      expect(gitIn(place, "fsck", "--strict", "--no-dangling", "--no-progress").trim()).toBe("");
    },
    slowMs,
  );

  const offsets = ["-10y", "+10y", "+974y"];

  test.skipIf(noFaketime !== undefined).each(offsets)(
    named("%s: what a collection has taken is given back", noFaketime),
    async (offset) => {
      using place = makePlace();
      const id = await tracker(place, "new", "-q", "One");
      await tracker(place, "comment", "-q", id, "Lost");
      const tip = gitIn(place, "rev-parse", `refs/git-tracker/issues/${id}`).trim();
      rmSync(join(place.cwd, ".git/objects", tip.slice(0, 2), tip.slice(2)));
      rmSync(join(place.cwd, ".git/git-tracker/index"));
      const shown = await start(place, [await binary(), "show", id, "--json"], askew(offset)).ended;
      expect(misconduct("show", shown, [0])).toEqual([]);
      expect(shown.stdout).toContain("Lost");
    },
    slowMs,
  );

  test.skipIf(noFaketime !== undefined).each(offsets)(
    named("%s: a ref that a living git has locked is not taken from it", noFaketime),
    async (offset) => {
      using place = makePlace();
      const id = await tracker(place, "new", "-q", "One");
      const ref = `refs/git-tracker/issues/${id}`;
      const tip = gitIn(place, "rev-parse", ref).trim();
      const holder = Bun.spawn(["git", "update-ref", "--stdin"], { ...place, stdin: "pipe", stdout: "pipe" });
      try {
        holder.stdin.write(`start\nupdate ${ref} ${tip} ${tip}\nprepare\n`);
        await holder.stdin.flush();
        for await (const chunk of holder.stdout) if (new TextDecoder().decode(chunk).includes("prepare: ok")) break;
        const written = await start(place, [await binary(), "comment", id, "Held up"], askew(offset)).ended;
        expect(misconduct("comment", written, [5])).toEqual([]);
        expect(gitIn(place, "rev-parse", ref).trim()).toBe(tip);
      } finally {
        holder.kill();
        await holder.exited;
      }
      expect((await start(place, [await binary(), "comment", id, "Afterwards"], askew(offset)).ended).code).toBe(0);
      expect(await tracker(place, "show", id, "--json")).toContain("Afterwards");
    },
    slowMs,
  );
});
