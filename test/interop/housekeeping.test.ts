/** Whatever git does to its files, before or after: the issues are the same, and writing goes on. */
import { expect, test } from "bun:test";
import { tracker } from "../proof/here.ts";
import { makeRepository } from "../support/repository.ts";
import { expectSoundAt, see, trackerRefs, work } from "./transcript.ts";

const slow = 60_000;

const chores: readonly (readonly string[])[] = [
  ["gc --quiet --prune=now"],
  ["gc --quiet --aggressive --prune=now"],
  ["repack -adFq"],
  ["repack -adq --write-bitmap-index"],
  ["repack -dq", "multi-pack-index write", "multi-pack-index verify"],
  ["repack -dq", "multi-pack-index write --bitmap", "multi-pack-index expire", "multi-pack-index repack"],
  ["commit-graph write --reachable", "commit-graph verify"],
  ["commit-graph write --reachable --split"],
  [
    "gc --quiet",
    "maintenance run --quiet --task=gc --task=commit-graph --task=loose-objects --task=incremental-repack --task=pack-refs",
  ],
  ["pack-refs --all --prune"],
  ["pack-refs --all --no-prune"],
  ["prune-packed --quiet", "prune --expire=now"],
  ["reflog expire --expire=now --all", "gc --quiet --prune=now"],
];

test.each(chores.map((commands) => [commands.join(", "), commands] as const))(
  "git %s",
  async (_, commands) => {
    using repository = makeRepository();
    const { ids, seen } = await work(repository);
    const refs = trackerRefs(repository);
    const tidyUp = () => {
      for (const command of commands) repository.git(...command.split(" "));
    };
    tidyUp();
    expect(trackerRefs(repository)).toBe(refs);
    expect(await see(repository, ids)).toEqual([...seen]);
    for (const id of ids) await tracker(repository, "comment", id, "More");
    tidyUp();
    expect(await see(repository, ids)).toEqual(seen.map((each) => ({ ...each, comments: [...each.comments, "More"] })));
    await expectSoundAt(repository);
  },
  slow,
);
