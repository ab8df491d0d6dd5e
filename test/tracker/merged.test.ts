import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrackerError } from "../../src/core/errors.ts";
import { createIssue } from "../../src/tracker/issues.ts";
import { linkIssues } from "../../src/tracker/links.ts";
import { askAll, listAll, searchAll } from "../../src/tracker/merged.ts";
import { createPlace, type Place } from "../../src/tracker/place.ts";
import { parse } from "../../src/tracker/read.ts";
import type { Workspace } from "../../src/tracker/workspace.ts";
import { type Chance, seededChance } from "../simulation/chance.ts";
import { countingChance, tickingClock } from "../support/tracker.ts";

const seeds = [1, 2];
const names = ["a", "b", "c"];
let cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const task of cleanUp.reverse()) task();
  cleanUp = [];
});

/** Three repositories with issues and links between them, and one that has fetched all of them. */
async function makeWorld(chance: Chance): Promise<{ readonly workspace: Workspace; readonly union: Workspace }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "git-tracker-")));
  cleanUp.push(() => rmSync(root, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH ?? "", HOME: root, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]) => {
    const { exitCode, stderr } = Bun.spawnSync(["git", "-C", root, ...args], { env });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  };
  const clock = tickingClock();
  const drawing = countingChance();
  const placeAt = (cwd: string, allRepos: boolean): Place => {
    const place = createPlace({
      ...{ cwd, environment: env, uid: undefined, clock, chance: drawing, flags: { durability: "fast" }, allRepos },
      ...{ actor: "Ada <ada@example.com>", interactive: false, repo: undefined },
      progress: () => undefined,
      warn: (text) => {
        throw new Error(text);
      },
    });
    cleanUp.push(() => place.close());
    return place;
  };
  mkdirSync(join(root, "ws", ".git-tracker"), { recursive: true });
  const lines = names.map((name) => `${name} = "${name}"\n`);
  writeFileSync(join(root, "ws", ".git-tracker", "config.toml"), `[repositories]\n${lines.join("")}`);
  for (const path of [...names.map((name) => join("ws", name)), "union"]) git("init", "--quiet", path);

  const making = await placeAt(join(root, "ws"), true).all();
  const made: { id: string; tracker: Workspace["members"][number]["tracker"] }[] = [];
  for (let count = 0; count < 40; count++) {
    const { tracker } = chance.pick(making.members);
    const { id } = await createIssue(tracker, {
      title: `${chance.pick(["Login", "login", "Ärger", "😀", "\uffee", "Zoo"])} ${chance.pick(["now", "then", "login"])}`,
      priority: chance.pick(["", "low", "medium", "high", "urgent"]),
      status: chance.pick(["todo", "todo", "in-progress", "done"]),
      due: chance.pick(["", "2026-02-01", "2026-03-01"]),
      estimate: chance.pick(["", "1h", "2h"]),
      labels: chance.pick([[], ["auth"], ["auth", "ui"]]),
    });
    made.push({ id, tracker });
  }
  for (let count = 0; count < 25; count++) {
    const { id, tracker } = chance.pick(made);
    try {
      await linkIssues(tracker, id, chance.pick(["blocks", "blocks", "relates"]), [chance.pick(made).id]);
    } catch (error) {
      if (!(error instanceof TrackerError) || error.code !== "conflict") throw error; // It would be a circle.
    }
  }
  for (const name of names) git("-C", "union", "fetch", "--quiet", join(root, "ws", name), "refs/*:refs/*");
  return {
    workspace: await placeAt(join(root, "ws"), true).all(),
    union: await placeAt(join(root, "union"), false).all(),
  };
}

const terms = [
  "",
  "is:open",
  "is:ready",
  "is:blocked",
  "-is:blocked",
  "label:auth",
  "priority:>=high",
  "has:due",
  "login",
  "status:done OR is:ready",
];
const sorts = [
  "",
  "title",
  "title-desc",
  "priority",
  "priority-asc,title",
  "due",
  "estimate-desc",
  "status,created",
  "updated-asc",
  "closed",
  "comments",
];

test.each(seeds)("what several repositories list is what one with all their issues lists (seed %d)", async (seed) => {
  const chance = seededChance(seed);
  const { workspace, union } = await makeWorld(chance);
  for (let count = 0; count < 40; count++) {
    const sort = chance.pick(sorts);
    const text = `${chance.pick(terms)}${sort === "" ? "" : ` sort:${sort}`}`;
    const ask = (of: Workspace) => askAll(of, async (tracker) => ({ query: await parse(tracker, text) }));
    const expected = await listAll(await ask(union), {});
    const asked = await ask(workspace);
    const limit = 1 + chance.int(12);
    const found = [];
    for (let after: string | undefined, pages = 0; pages < 50; pages++) {
      const page = await listAll(asked, { limit, after });
      expect(page.total).toBe(expected.total);
      found.push(...page.items);
      if (page.next === null) break;
      after = page.next;
    }
    const told = (items: typeof expected.items) =>
      items.map(({ id, title, blocked, blockedBy, blocking }) => {
        return { id, title, blocked, blockedBy: [...blockedBy].sort(), blocking: [...blocking].sort() };
      });
    expect({ text, issues: told(found) }).toEqual({ text, issues: told(expected.items) });
    expect(told((await listAll(asked, {})).items)).toEqual(told(expected.items));
  }
  const search = (of: Workspace, sort: string) =>
    askAll(of, async (tracker) => ({ query: await parse(tracker, sort) })).then((asked) =>
      searchAll(asked, "login", {}),
    );
  const ids = async (of: Workspace) => (await search(of, "sort:title")).items.map(({ issue }) => issue.id);
  expect(await ids(workspace)).toEqual(await ids(union));
});
