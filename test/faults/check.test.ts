/** The checker itself: it is content with a true history, and finds what is wrong with any other. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "./check.ts";
import { askAndWait, type Entry } from "./history.ts";
import { copyPlace, makePlace, type Place } from "./place.ts";
import { createChooser, range } from "./rig.ts";

let original: Place;
let history: readonly [Entry, Entry, Entry];

beforeAll(async () => {
  original = makePlace();
  const made = await askAndWait(original, { proc: "ada", marker: "made", issue: undefined });
  const ask = (proc: string, marker: string) => askAndWait(original, { proc, marker, issue: made.commit });
  history = [made, await ask("ben", "first"), await ask("ben", "second")];
});
afterAll(() => original[Symbol.dispose]());

async function problemsOf(told: readonly Entry[], spoil: (place: Place) => void = () => undefined): Promise<string> {
  using place = copyPlace(original);
  spoil(place);
  return (await check(place, told)).problems.join("\n");
}

test("a true history", async () => {
  expect(history.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok"]);
  expect(await problemsOf(history)).toBe("");
});

test("one of which nobody knows whether it happened, and it did not", async () => {
  const [made, first, second] = history;
  expect(await problemsOf([made, first, second, { ...second, marker: "third", outcome: "unknown" }])).toBe("");
});

describe("finds", () => {
  test("an event that is not there", async () => {
    const [made, first, second] = history;
    expect(await problemsOf([made, first, second, { ...second, marker: "third" }])).toContain("is not there");
  });

  test("another commit than was named, another author, an event that nobody asked for, and a wrong order", async () => {
    const [made, first, second] = history;
    expect(await problemsOf([made, { ...first, commit: "0000000" }, second])).toContain("was acknowledged as 0000000");
    expect(await problemsOf([made, { ...first, proc: "eve" }, second])).toContain("has the author ben@example.com");
    expect(await problemsOf([made, second])).toContain("nobody asked for it");
    expect(await problemsOf([made, second, first])).toContain("stands behind a later one");
  });

  test("an event that happened twice", async () => {
    const [made, first, second] = history;
    using place = copyPlace(original);
    const again = await askAndWait(place, { proc: "ben", marker: "second", issue: made.commit });
    expect((await check(place, [made, first, second, again])).problems.join("\n")).toContain("is there 2 times");
  });

  test("a lock that is left over, and one that blocks the next writer", async () => {
    expect(await problemsOf(history, ({ cwd }) => writeFileSync(join(cwd, ".git", "shallow.lock"), ""))).toContain(
      "A lock is left over: shallow.lock",
    );
    const ref = `.git/refs/git-tracker/issues/${history[0].commit}.lock`;
    expect(await problemsOf(history, ({ cwd }) => writeFileSync(join(cwd, ref), ""))).toContain("The next writer ends");
  });

  test("an object that is empty", async () => {
    writeFileSync(join(original.cwd, "blob"), "words");
    const spoil = ({ cwd, env }: Place) => {
      const { stdout } = Bun.spawnSync(["git", "hash-object", "-w", "blob"], { cwd, env });
      const oid = stdout.toString().trim();
      const path = join(cwd, ".git", "objects", oid.slice(0, 2), oid.slice(2));
      chmodSync(path, 0o644);
      truncateSync(path);
    };
    expect(await problemsOf(history, spoil)).toContain("fsck: error: object file");
  });
});

test("choices are the same for the same seed", () => {
  const draw = (seed: number) => {
    const chooser = createChooser(seed);
    return [range(5).map(() => chooser.below(100)), chooser.sample(range(50), 5)];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(createChooser(7).sample(range(3), 9)).toEqual([0, 1, 2]);
});
