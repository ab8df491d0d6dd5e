/** Many clones of one repository that change the same issues and sync at the same time, with the executable itself. */
import { expect } from "bun:test";
import { join } from "node:path";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { expectSound, issueTips, type Place, type Shown, tracker, trackerJson } from "./here.ts";

export interface Crowd {
  readonly clones: number;
  /** Of each clone: comments, spread over the shared issues, with a sync behind every so many. */
  readonly changes: number;
  readonly syncEvery: number;
  readonly sharedIssues: number;
  /** Clones of one machine take turns where they are outrun; those of others can only try. */
  readonly machines: number;
  /** How many clones are looked at in the end. */
  readonly looked: number;
}

/** How long the slowest sync of the crowd took, in milliseconds. Fails if anything was lost or clones differ. */
export async function meetInCrowd({
  clones: count,
  changes,
  syncEvery,
  sharedIssues,
  machines,
  looked,
}: Crowd): Promise<number> {
  using hub = makeRepository("bare");
  using first = makeRepository();
  const shared: string[] = [];
  for (let at = 0; at < sharedIssues; at++) shared.push(await tracker(first, "new", "-q", `Shared ${at}`));
  first.git("remote", "add", "origin", hub.cwd);
  await tracker(first, "sync");

  const clones = Array.from({ length: count }, (_, at) =>
    clone(hub, `clone${at}`, join(hub.root, `cache${at % machines}`)),
  );
  let slowest = 0;
  const sync = async (place: Place) => {
    const begun = performance.now();
    await tracker(place, "sync");
    slowest = Math.max(slowest, performance.now() - begun);
  };
  await Promise.all(
    clones.map(async ({ place, name }, at) => {
      await sync(place);
      for (let change = 0; change < changes; change++) {
        await tracker(place, "comment", shared[(at + change) % sharedIssues] ?? "", `${name} ${change}`);
        if ((change + 1) % syncEvery === 0) await sync(place);
      }
      await tracker(place, "new", "-q", `Of ${name}`);
      await sync(place);
    }),
  );
  const chosen = clones.slice(0, looked);
  for (const { place } of chosen) await tracker(place, "sync");

  const tips = issueTips(hub);
  expect(tips.size).toBe(sharedIssues + count);
  for (const { repository } of chosen) expect(issueTips(repository)).toEqual(tips);
  const [last] = clones;
  if (last === undefined) throw new Error("There are no clones");
  const said: string[] = [];
  for (const id of shared) {
    const { item } = await trackerJson<Shown>(last.place, "show", id);
    said.push(...item.comments.map(({ body }) => body));
  }
  const meant = clones.flatMap(({ name }) => Array.from({ length: changes }, (_, at) => `${name} ${at}`));
  expect(said.sort()).toEqual(meant.sort());
  await expectSound(last.repository);
  expect(hub.git("fsck", "--strict", "--no-dangling", "--no-progress").replace(/^notice: .*\n/gm, "")).toBe("");
  return slowest;
}

interface Clone {
  readonly name: string;
  readonly repository: TestRepository;
  readonly place: Place;
}

function clone(hub: TestRepository, name: string, cache: string): Clone {
  const cwd = join(hub.root, name);
  hub.git("clone", "--quiet", hub.cwd, cwd);
  const git = (...args: string[]) => hub.git("-C", cwd, ...args);
  const env = { ...hub.env, GIT_TRACKER_ACTOR: `${name} <${name}@example.com>`, XDG_CACHE_HOME: cache };
  return { name, repository: { ...hub, cwd, env, git }, place: { cwd, env } };
}
