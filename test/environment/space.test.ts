/** E, space: disks that fill up, and file systems that nobody may write to. */
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { expectKept, named, slowMs } from "../faults/expect.ts";
import { attempt, makePlace, tracker } from "../faults/place.ts";
import { drawSeed } from "../faults/rig.ts";
import { fillDisk } from "./full-disk.ts";
import { mountReadOnly, whyNoMounts } from "./mounts.ts";
import { misconduct, placeAt, readAll, snapshot } from "./outcome.ts";
import { indexFolder } from "./sample.ts";

const noMounts = whyNoMounts !== undefined;

test.skipIf(noMounts).each(["bytes", "inodes"] as const)(
  named("a disk that runs out of %s loses nothing, and says so", whyNoMounts),
  async (scarce) => {
    expectKept(await fillDisk({ seed: drawSeed(), scarce, refusals: 3 }));
  },
  slowMs,
);

test.skipIf(noMounts).each(["with an index", "without an index", "with an index that is behind"])(
  named("a read-only file system %s is read, and not written to", whyNoMounts),
  async (how) => {
    using place = makePlace();
    const id = await tracker(place, "new", "-q", "One with a needle");
    await tracker(place, "comment", "-q", id, "Said");
    const { answers } = await readAll(place, id);
    if (how === "without an index") rmSync(indexFolder(place), { recursive: true });
    if (how === "with an index that is behind") rmSync(`${indexFolder(place)}/index-wal`);
    using mounted = mountReadOnly(place.cwd);
    const there = placeAt(place, { cwd: mounted.folder });
    const before = snapshot(place.cwd);
    expect(await readAll(there, id)).toEqual({ answers, problems: [] });
    for (const words of [
      ["new", "-q", "Not here"],
      ["comment", id, "Not here"],
      ["status", id, "done"],
      ["undo"],
      ["init"],
      ["reindex"],
      ["config", "set", "color", "never"],
    ]) {
      const codes = words[0] === "reindex" ? [0, 5, 7] : [7];
      expect(misconduct(words.join(" "), await attempt(there, ...words), codes)).toEqual([]);
    }
    expect(snapshot(place.cwd)).toBe(before);
    expect(await readAll(place, id)).toEqual({ answers, problems: [] });
  },
  slowMs,
);
