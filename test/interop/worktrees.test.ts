/** One repository, several work trees, a writer in each at the same time. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { attempt, tracker } from "../proof/here.ts";
import { makeRepository } from "../support/repository.ts";
import { expectSoundAt, see, spotAt, trackerRefs, work } from "./transcript.ts";

const slow = 60_000;

test(
  "four work trees with a writer each share issues, lock and index, and lose nothing",
  async () => {
    using repository = makeRepository();
    const shared = await tracker(repository, "new", "-q", "Everybody's");
    const trees = ["a", "b c", "d"].map((name) => {
      repository.git("worktree", "add", "--quiet", "--detach", join(repository.root, name));
      return spotAt(join(repository.root, name), repository.env);
    });
    const spots = [repository, ...trees];
    const eventsEach = 6;
    const write = async (spot: (typeof spots)[number], name: string) => {
      for (let step = 0; step < eventsEach; step++) {
        await tracker(spot, "comment", shared, `${name} ${step}`);
        if (step % 3 === 0) await tracker(spot, "new", "-q", `${name} makes ${step}`);
      }
    };
    await Promise.all(spots.map((spot, place) => write(spot, `tree${place}`)));
    for (const spot of spots) {
      const [seen] = await see(spot, [shared]);
      const said = seen?.comments ?? [];
      expect(said).toHaveLength(spots.length * eventsEach);
      for (let place = 0; place < spots.length; place++) {
        const own = said.filter((text) => text.startsWith(`tree${place} `));
        expect(own).toEqual(Array.from({ length: eventsEach }, (_, step) => `tree${place} ${step}`));
      }
      expect(trackerRefs(spot)).toBe(trackerRefs(repository));
      expect(existsSync(join(spot.git("rev-parse", "--absolute-git-dir").trim(), "git-tracker"))).toBe(
        spot === repository,
      );
      await expectSoundAt(spot);
    }
    expect(trackerRefs(repository).trim().split("\n")).toHaveLength(1 + spots.length * 2);
  },
  slow,
);

test("a submodule's issues are its own, not those of what is around it", async () => {
  using repository = makeRepository("submodule");
  expect(readFileSync(join(repository.cwd, ".git"), "utf8")).toStartWith("gitdir: ");
  await work(repository);
  const outer = spotAt(join(repository.cwd, ".."), repository.env);
  expect(trackerRefs(outer)).toBe("");
  expect(outer.git("status", "--porcelain", "--ignore-submodules=none", "inner")).not.toContain("M");
});

test("a work tree that was moved is refused with a way out, and works when it is mended", async () => {
  using repository = makeRepository();
  const tree = join(repository.root, "tree");
  repository.git("worktree", "add", "--quiet", "--detach", tree);
  const { ids, seen } = await work(spotAt(tree, repository.env));
  const moved = `${tree} moved`;
  renameSync(tree, moved);
  expect(await see(spotAt(moved, repository.env), ids)).toEqual([...seen]);
  renameSync(repository.cwd, `${repository.cwd}-moved`);
  const refused = await attempt(spotAt(moved, repository.env), "list");
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining("git worktree repair") });
  spotAt(`${repository.cwd}-moved`, repository.env).git("worktree", "repair", moved);
  expect(await see(spotAt(moved, repository.env), ids)).toEqual([...seen]);
});
