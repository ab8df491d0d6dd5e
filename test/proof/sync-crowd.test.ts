/** Many clones of one repository that change the same issues and sync at the same time, with the executable itself. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { expectSound, issueTips, type Place, type Shown, tracker, trackerJson } from "./here.ts";

const clonesCount = 12;
const changesEach = 3;
const sharedCount = 2;

test("12 clones that change the same issues and sync at once lose nothing and end alike", async () => {
  using hub = makeRepository("bare");
  using first = makeRepository();
  const shared: string[] = [];
  for (let at = 0; at < sharedCount; at++) shared.push(await tracker(first, "new", "-q", `Shared ${at}`));
  first.git("remote", "add", "origin", hub.cwd);
  await tracker(first, "sync");

  const clones = Array.from({ length: clonesCount }, (_, at) => clone(hub, `clone${at}`));
  await Promise.all(
    clones.map(async ({ place, name }) => {
      await tracker(place, "sync");
      for (let change = 0; change < changesEach; change++) {
        await tracker(place, "comment", shared[change % sharedCount] ?? "", `${name} ${change}`);
        await tracker(place, "sync");
      }
      await tracker(place, "new", "-q", `Of ${name}`);
      await tracker(place, "sync");
    }),
  );
  for (const { place } of clones) await tracker(place, "sync");

  const tips = issueTips(hub);
  expect(tips.size).toBe(sharedCount + clonesCount);
  for (const { repository } of clones) expect(issueTips(repository)).toEqual(tips);
  const [last] = clones;
  if (last === undefined) throw new Error("There are no clones");
  const said: string[] = [];
  for (const id of shared) {
    const { item } = await trackerJson<Shown>(last.place, "show", id);
    said.push(...item.comments.map(({ body }) => body));
  }
  const meant = clones.flatMap(({ name }) => Array.from({ length: changesEach }, (_, at) => `${name} ${at}`));
  expect(said.sort()).toEqual(meant.sort());
  await expectSound(last.repository);
  expect(hub.git("fsck", "--strict", "--no-dangling", "--no-progress").replace(/^notice: .*\n/gm, "")).toBe("");
}, 180_000);

interface Clone {
  readonly name: string;
  readonly repository: TestRepository;
  readonly place: Place;
}

function clone(hub: TestRepository, name: string): Clone {
  const cwd = join(hub.root, name);
  hub.git("clone", "--quiet", hub.cwd, cwd);
  const git = (...args: string[]) => hub.git("-C", cwd, ...args);
  const env = { ...hub.env, GIT_TRACKER_ACTOR: `${name} <${name}@example.com>` };
  return { name, repository: { ...hub, cwd, env, git }, place: { cwd, env } };
}
