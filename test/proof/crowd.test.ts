/**
 * Many processes at once on one repository: nothing that was acknowledged is lost, nobody is refused, and readers see whole states.
 * All of them are the executable itself.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary, type Ran, runProgram } from "../support/binary.ts";
import { makeRepository } from "../support/repository.ts";
import { attempt, expectSound, issueTips, type Listed, type Place, type Shown, tracker, trackerJson } from "./here.ts";

const slow = 120_000;

describe("16 writers, one who packs refs all the time, and a reader", () => {
  const agents = Array.from({ length: 16 }, (_, index) => `agent${index}`);
  const commentsEach = 8;
  const labelsEach = 4;
  const issuesEach = 6;
  const repository = makeRepository();
  afterAll(() => repository[Symbol.dispose]());

  interface Work {
    readonly agent: string;
    readonly made: readonly string[];
    readonly comments: readonly string[];
    readonly labels: readonly string[];
  }

  /** What an agent does, one command after the other; every command must be acknowledged. */
  async function work(agent: string, shared: string): Promise<Work> {
    const place = { ...repository, env: { ...repository.env, GIT_TRACKER_ACTOR: `${agent} <${agent}@example.com>` } };
    const made: string[] = [];
    const comments: string[] = [];
    const labels: string[] = [];
    for (let step = 0; step < commentsEach; step++) {
      await tracker(place, "comment", shared, `${step}`);
      comments.push(`${step}`);
      if (step < issuesEach) made.push(await tracker(place, "new", "--quiet", `${agent} makes ${step}`));
      if (step < labelsEach) {
        await tracker(place, "label", "add", shared, `${agent}-${step}`);
        labels.push(`${agent}-${step}`);
      }
    }
    return { agent, made, comments, labels };
  }

  /** Runs a command again and again until `stop`, and returns how each run ended. */
  async function again(command: readonly string[], stop: { now: boolean }): Promise<Ran[]> {
    const runs: Ran[] = [];
    while (!stop.now) runs.push(await runProgram(command, repository));
    return runs;
  }

  test(
    "lose nothing and are never refused",
    async () => {
      const shared = await tracker(repository, "new", "--quiet", "Everybody's");
      const stop = { now: false };
      const packing = again(["git", "pack-refs", "--all"], stop);
      const reading = again([await binary(), "list", "--all", "--limit", "5", "--json"], stop);
      const works = await Promise.all(agents.map((agent) => work(agent, shared))).finally(() => {
        stop.now = true;
      });

      const reads = await reading;
      expect(reads.filter(({ code }) => code !== 0)).toEqual([]);
      expect(reads.length).toBeGreaterThan(0);
      expect((await packing).filter(({ code }) => code === 0).length).toBeGreaterThan(0);

      const tips = issueTips(repository);
      expect([...tips.keys()].sort()).toEqual([shared, ...works.flatMap(({ made }) => made)].sort());
      const events = agents.length * (commentsEach + labelsEach);
      expect(repository.git("rev-list", "--count", tips.get(shared) ?? "").trim()).toBe(String(1 + events));

      const { item } = await trackerJson<Shown>(repository, "show", shared);
      expect([...item.labels].sort()).toEqual(works.flatMap(({ labels }) => labels).sort());
      for (const { agent, comments } of works) {
        const own = item.comments.filter(({ author }) => author.email === `${agent}@example.com`);
        expect(own.map(({ body }) => body)).toEqual([...comments]);
      }
      expect(item.comments.length).toBe(agents.length * commentsEach);
      const { total } = await trackerJson<Listed>(repository, "list", "--all");
      expect(total).toBe(1 + agents.length * issuesEach);
      await expectSound(repository);
    },
    slow,
  );
});

describe("8 processes that want the same thing", () => {
  const count = 8;
  const race = (place: Place, commands: readonly (readonly string[])[]) =>
    Promise.all(commands.map((args) => attempt(place, ...args)));
  const statusEvents = (log: string) => log.split("\n").filter((line) => line === "Event: status-changed").length;

  test(
    "the last free place of a column goes to exactly one",
    async () => {
      using repository = makeRepository();
      writeFileSync(
        join(repository.cwd, "git-tracker.toml"),
        `[workflow]\nwip = "refuse"\nstatuses = [
          { name = "todo", category = "todo" },
          { name = "in-progress", category = "active", limit = 1 },
          { name = "done", category = "done" },
        ]\n`,
      );
      const ids: string[] = [];
      for (let index = 0; index < count; index++) {
        ids.push(await tracker(repository, "new", "--quiet", `Candidate ${index}`));
      }
      const runs = await race(
        repository,
        ids.map((id) => ["status", id, "in-progress"]),
      );
      expect(runs.map(({ code }) => code).sort()).toEqual([0, ...Array.from({ length: count - 1 }, () => 4)]);
      const won = ids[runs.findIndex(({ code }) => code === 0)] ?? "";
      const { items } = await trackerJson<Listed>(repository, "list", "--all", "status:in-progress");
      expect(items.map(({ id }) => id)).toEqual([won]);
      await expectSound(repository);
    },
    slow,
  );

  test(
    "one move of one issue happens once",
    async () => {
      using repository = makeRepository();
      const id = await tracker(repository, "new", "--quiet", "Wanted");
      const runs = await race(
        repository,
        Array.from({ length: count }, () => ["status", id, "in-progress"]),
      );
      expect(runs.map(({ code }) => code)).toEqual(Array.from({ length: count }, () => 0));
      expect(statusEvents(repository.git("log", "--format=%B", issueTips(repository).get(id) ?? ""))).toBe(1);
      await expectSound(repository);
    },
    slow,
  );
});
