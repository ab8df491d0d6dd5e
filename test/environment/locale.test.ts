/** E, places: languages, zones, and paths that other programs trip over. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { slowMs } from "../faults/expect.ts";
import { attempt, gitIn, makePlace, type Place, tracker } from "../faults/place.ts";
import { misconduct, placeAt, readAll } from "./outcome.ts";
import { issueTipsOf } from "./tips.ts";

describe("languages", () => {
  let place: Place;
  let id: string;
  let expected: readonly string[];
  const title = "İstanbul ıssız ISSUE needle ß Ünïcode 日本";
  const more = [
    ["list", "--json", "--all", "label:INFO"],
    ["list", "--json", "--all", "label:info"],
    ["search", "--json", "issue"],
    ["search", "--json", "ISTANBUL"],
    ["list", "--all"],
    ["help"],
    ["list", "--json", "stattus:todo"],
  ];
  const answersOf = async (there: Place) => {
    const answers = await readAll(there, id);
    expect(answers.problems).toEqual([]);
    for (const words of more) {
      const { stdout, stderr, code } = await attempt(there, ...words);
      answers.answers.push(`${code} ${stdout} ${stderr}`);
    }
    return answers.answers;
  };

  beforeAll(async () => {
    place = makePlace();
    id = await tracker(place, "new", "-q", title, "-l", "INFO", "-b", "ıi İI");
    await tracker(place, "status", "-q", id, "IN-PROGRESS");
    expected = await answersOf(place);
  }, slowMs);
  afterAll(() => place[Symbol.dispose]());

  test.each(["C", "POSIX", "tr_TR.UTF-8", "tr_TR.ISO-8859-9", "fa_IR", "no such"])(
    "LC_ALL=%j changes no answer",
    async (language) => {
      expect(
        await answersOf(placeAt(place, { env: { LC_ALL: language, LANG: language, LANGUAGE: language } })),
      ).toEqual([...expected]);
    },
    slowMs,
  );

  test("what is written in Turkish is what is written anywhere", async () => {
    const turkish = placeAt(place, { env: { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" } });
    const made = await tracker(turkish, "new", "-q", title, "-l", "INFO", "--status", "IN-PROGRESS");
    const show = async (which: string) =>
      JSON.parse(await tracker(place, "show", which, "--json", "--fields", "title,labels,status")).item;
    expect(await show(made)).toEqual(await show(id));
  });
});

describe("zones", () => {
  const zones = [
    "UTC",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "America/St_Johns",
    ":Europe/Berlin",
    "XYZ-3:30",
    "<+1245>-12:45",
    "EST5EDT,M3.2.0,M11.1.0",
    "",
    ":",
    "nowhere/at all",
    "../../etc/passwd",
    "/dev/null",
    "/etc",
    "A".repeat(300),
    "XYZ99999",
    "-x",
    "\u{1f600}",
  ];

  test.each(zones)(
    "TZ=%j: the moment is written in the zone in which git would write it",
    async (zone) => {
      using place = makePlace();
      const there = placeAt(place, { env: { TZ: zone } });
      const ended = await attempt(there, "new", "-q", "One with a needle");
      expect(misconduct("new", ended, [0])).toEqual([]);
      const id = ended.stdout.trim();
      const raw = gitIn(place, "log", "-1", "--format=%ad", "--date=raw", `refs/git-tracker/issues/${id}`).trim();
      expect(Math.abs(Number(raw.split(" ")[0]) * 1000 - Date.now())).toBeLessThan(slowMs);
      expect((await readAll(there, id)).problems).toEqual([]);
      expect(gitIn(place, "fsck", "--strict", "--no-dangling", "--no-progress").trim()).toBe("");
      const ident = gitIn(there, "var", "GIT_AUTHOR_IDENT").trim();
      const meant = ident.split(" ").at(-1);
      if (Math.abs(Number(meant)) <= 1400) expect(raw.split(" ")[1]).toBe(meant); // Further away is no place on earth.
    },
    slowMs,
  );
});

describe("paths", () => {
  const deep = (parts: number, length: number) =>
    Array.from({ length: parts }, (_, n) => String(n).padStart(length, "d")).join("/");
  const names: readonly (readonly [string, string])[] = [
    ["spaces", " a  b "],
    ["a line end", "a\nb"],
    ["a line end at its end", "a\n"],
    ["an emoji", "a\u{1f600}\u{1f468}\u200d\u{1f469}b"],
    ["quotes", `a'b"c\`d`],
    ["a dash at its beginning", "-x"],
    ["an option of git's", "--upload-pack=touch here"],
    ["shell", "$(touch here); echo *"],
    ["a backslash, a tab and an escape", "a\\b\tc\u001b[31m"],
    ["a colon and a percent sign", "a:b%s%n"],
    ["a question mark and a hash", "a?b#c&d"],
    ["a name that decomposes", "e\u0301\u212b"],
    ["380 characters", deep(20, 18)],
    ["dots", "...../...x"],
    ["a name that ends like a git folder", "x.git"],
  ];

  test.each(names)(
    "%s: all goes on in a folder with that in its name",
    async (_, name) => {
      const root = mkdtempSync(join(tmpdir(), "git-tracker-"));
      try {
        const folder = join(root, name);
        mkdirSync(folder, { recursive: true });
        using place = makePlace(folder);
        const id = await tracker(place, "new", "-q", "One with a needle");
        await tracker(place, "comment", "-q", id, "Said");
        writeFileSync(join(folder, "-f 1"), "attached");
        await tracker(place, "attach", "-q", id, "./-f 1");
        await tracker(place, "config", "set", "list.limit", "7");
        await tracker(place, "export", "json", "-o", "out 1.json");
        expect(readFileSync(join(folder, "out 1.json"), "utf8")).toContain("Said");
        const { answers, problems } = await readAll(place, id);
        expect(problems).toEqual([]);
        mkdirSync(join(folder, name.slice(0, 200), "below"), { recursive: true });
        const below = placeAt(place, { cwd: join(folder, name.slice(0, 200), "below") });
        expect(await readAll(below, id)).toEqual({ answers, problems: [] });
        expect(issueTipsOf(place)).toContain(id);
        // The index finds its way back, too: it was not made anew, nor beside.
        expect(await tracker(place, "doctor", "--json")).toContain('"findings":[]');
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    },
    slowMs,
  );

  test("3,500 characters: it is read, and written to or refused in words", async () => {
    using place = makePlace();
    const id = await tracker(place, "new", "-q", "One with a needle");
    const { answers } = await readAll(place, id);
    const folder = join(place.cwd, "..", deep(14, 250));
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(place.cwd, folder);
    const there = placeAt(place, { cwd: folder });
    expect(await readAll(there, id)).toEqual({ answers, problems: [] });
    const tips = issueTipsOf(there);
    const ended = await attempt(there, "comment", id, "Said");
    expect(misconduct("comment", ended, [0, 5, 7])).toEqual([]);
    if (ended.code !== 0) expect(issueTipsOf(there)).toBe(tips);
  });
});
