/** E, rights: what may not be read or written, whose it is, and what the machine does not have. */
import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { named, slowMs } from "../faults/expect.ts";
import { attempt, gitIn, makePlace, type Place, tracker } from "../faults/place.ts";
import { misconduct, placeAt, readAll, readingCommands, snapshot } from "./outcome.ts";
import { asSomebody, giveTo, letOthersIn, programAsSomebody, somebody, whyNobodyElse } from "./people.ts";
import { issueTipsOf } from "./tips.ts";

const alone = whyNobodyElse !== undefined;
const open: Place[] = [];
afterEach(() => {
  for (const place of open.splice(0)) place[Symbol.dispose]();
});

/** A repository of somebody's with one issue, and what is read of it. */
async function theirs(): Promise<{ place: Place; id: string; answers: readonly string[] }> {
  const place = makePlace();
  open.push(place);
  letOthersIn(place);
  const id = await tracker(place, "new", "-q", "One with a needle");
  await tracker(place, "comment", "-q", id, "Said");
  const { answers } = await readAll(place, id);
  giveTo(somebody, place.cwd);
  return { place, id, answers };
}

async function readAsSomebody(place: Place, id: string): Promise<string[]> {
  const answers: string[] = [];
  for (const command of readingCommands(id)) {
    const ended = await asSomebody(place, ...command);
    expect(misconduct(command.join(" "), ended, [0])).toEqual([]);
    answers.push(ended.stdout);
  }
  return answers;
}

describe("what may not be written", () => {
  const folders = [
    ["refs", [".git/refs/git-tracker", ".git/refs/git-tracker/issues"]],
    ["objects", [".git/objects"]],
    ["the index's folder", [".git/git-tracker"]],
    [
      "all of it",
      [".git", ".git/objects", ".git/refs/git-tracker", ".git/refs/git-tracker/issues", ".git/git-tracker"],
    ],
  ] as const;

  test.skipIf(alone).each(folders)(
    named("%s: it is read, and writes are refused", whyNobodyElse),
    async (_, names) => {
      const { place, id, answers } = await theirs();
      const tips = issueTipsOf(place);
      for (const name of names) chmodSync(join(place.cwd, name), 0o555);
      if (names.some((name) => name === ".git/objects")) {
        for (const digit of Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"))) {
          mkdirSync(join(place.cwd, ".git/objects", digit), { recursive: true });
          chmodSync(join(place.cwd, ".git/objects", digit), 0o555);
        }
      }
      expect(await readAsSomebody(place, id)).toEqual([...answers]);
      for (const words of [
        ["new", "-q", "Not here"],
        ["comment", id, "Not here"],
        ["status", id, "done"],
      ]) {
        // An index folder that can't be written to can still have a lock that can: then the write goes on.
        const codes = names.some((name) => name === ".git/git-tracker") && names.length === 1 ? [0, 7] : [7];
        const ended = await asSomebody(place, ...words);
        expect(misconduct(words.join(" "), ended, codes)).toEqual([]);
        if (ended.code !== 0) expect(issueTipsOf(place)).toEqual(tips);
      }
    },
    slowMs,
  );

  test.skipIf(alone)(
    named("an index folder that can't even be looked into is done without", whyNobodyElse),
    async () => {
      const { place, id, answers } = await theirs();
      chmodSync(join(place.cwd, ".git/git-tracker"), 0);
      expect(await readAsSomebody(place, id)).toEqual([...answers]);
      expect(misconduct("comment", await asSomebody(place, "comment", id, "Not here"), [7])).toEqual([]);
    },
  );

  test.skipIf(alone).each([".git/refs/git-tracker/issues", ".git/objects", ".git"])(
    named("%s that can't even be looked into is named, without a stack", whyNobodyElse),
    async (name) => {
      const { place, id } = await theirs();
      chmodSync(join(place.cwd, name), 0);
      for (const words of [["list"], ["show", id], ["comment", id, "Not here"]]) {
        // What the index knows may still be answered.
        const codes = name !== ".git" && words[0] !== "comment" ? [0, 6, 7] : [3, 6, 7];
        expect(misconduct(`${words[0]} without ${name}`, await asSomebody(place, ...words), codes)).toEqual([]);
      }
    },
  );
});

describe("whose it is", () => {
  test.skipIf(alone)(
    named(
      "a repository of somebody else's is refused as git refuses it, unless safe.directory names it",
      whyNobodyElse,
    ),
    async () => {
      const { place, id } = await theirs();
      giveTo(0, place.cwd);
      expect((await programAsSomebody(place, "git", "rev-parse")).code).not.toBe(0);
      for (const words of [["list"], ["show", id], ["comment", id, "Not here"], ["doctor"]]) {
        expect(misconduct(words.join(" "), await asSomebody(place, ...words), [7])).toEqual([]);
      }
      const config = join(place.cwd, "..", "gitconfig");
      writeFileSync(config, `[user]\n\temail = ada@example.com\n[safe]\n\tdirectory = ${place.cwd}\n`);
      expect((await programAsSomebody(place, "git", "rev-parse")).code).toBe(0);
      const before = snapshot(place.cwd);
      const listed = await asSomebody(place, "list", "--json");
      expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
      expect(misconduct("comment", await asSomebody(place, "comment", id, "Not here"), [7])).toEqual([]);
      expect(snapshot(place.cwd)).toBe(before);
    },
  );

  test.skipIf(alone)(named("files that root has left in somebody's repository", whyNobodyElse), async () => {
    const { place, id } = await theirs();
    const trusting = placeAt(place, { env: { SUDO_UID: String(somebody) } });
    await tracker(trusting, "comment", "-q", id, "As root");
    const rooted = await tracker(trusting, "new", "-q", "Root's");
    expect((await asSomebody(place, "show", id, "--json")).stdout).toContain("As root");
    expect((await asSomebody(place, "show", rooted, "--json")).stdout).toContain("Root's");
    const acked: string[] = [];
    for (const n of Array.from({ length: 8 }).keys()) {
      const ended = await asSomebody(place, "comment", "-q", n % 2 === 0 ? id : rooted, `Afterwards ${n}`);
      expect(misconduct("comment", ended, [0, 7])).toEqual([]);
      if (ended.code === 0) acked.push(`Afterwards ${n}`);
    }
    const log = (await asSomebody(place, "log", "--json")).stdout;
    expect(acked.filter((text) => !log.includes(text))).toEqual([]);
    expect(await tracker(trusting, "log", "--json")).toBe(log.trimEnd());
  });
});

describe("what is not there", () => {
  const homes = [
    ["no HOME", { HOME: undefined, GIT_CONFIG_GLOBAL: undefined }],
    ["an empty HOME", { HOME: "", GIT_CONFIG_GLOBAL: undefined }],
    ["a HOME that does not exist", { HOME: "/nowhere/at/all", GIT_CONFIG_GLOBAL: undefined }],
    ["a HOME that is a file", { HOME: "/dev/null", GIT_CONFIG_GLOBAL: undefined }],
  ] as const;

  test.each(homes)("%s: all goes on for who has a name", async (_, changes) => {
    using place = makePlace();
    const id = await tracker(place, "new", "-q", "One with a needle");
    const env = Object.fromEntries(
      Object.entries({ ...place.env, ...changes, GIT_TRACKER_ACTOR: "Ada <ada@example.com>" }).flatMap(
        ([name, value]) => (value === undefined ? [] : [[name, value]]),
      ),
    );
    const homeless: Place = { cwd: place.cwd, env, [Symbol.dispose]: () => undefined };
    expect((await readAll(homeless, id)).problems).toEqual([]);
    expect(misconduct("comment", await attempt(homeless, "comment", id, "Said"), [0])).toEqual([]);
  });

  test.skipIf(alone)(named("a HOME that can't be read", whyNobodyElse), async () => {
    const { place, id, answers } = await theirs();
    const home = join(place.cwd, "..", "home");
    mkdirSync(join(home, ".config"), { recursive: true });
    writeFileSync(join(home, ".gitconfig"), "[user]\n\temail = ada@example.com\n");
    chmodSync(home, 0);
    const { GIT_CONFIG_GLOBAL: _, ...env } = place.env;
    const there: Place = { ...place, env: { ...env, HOME: home, GIT_TRACKER_ACTOR: "Ada <ada@example.com>" } };
    expect(await readAsSomebody(there, id)).toEqual([...answers]);
    expect(misconduct("comment", await asSomebody(there, "comment", id, "Said"), [0])).toEqual([]);
  });

  test("no git in PATH", async () => {
    using place = makePlace();
    const id = await tracker(place, "new", "-q", "One with a needle");
    gitIn(place, "gc", "--quiet");
    const gitless = placeAt(place, { env: { PATH: join(place.cwd, "nowhere") } });
    const { answers, problems } = await readAll(gitless, id);
    expect(problems).toEqual([]);
    expect(answers).toEqual((await readAll(place, id)).answers);
    expect(misconduct("comment", await attempt(gitless, "comment", id, "Said"), [0])).toEqual([]);
  });
});
