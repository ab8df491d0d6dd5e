import { expect, test } from "bun:test";
import { differences, relationOf } from "../../src/sync/plan.ts";

test("streams that both sides agree on are no difference", () => {
  const here = new Map([
    ["issues/c", "1"],
    ["issues/a", "1"],
    ["issues/b", "1"],
  ]);
  const there = new Map([
    ["issues/d", "1"],
    ["issues/b", "2"],
    ["issues/c", "1"],
  ]);
  expect(differences(here, there)).toEqual([
    { name: "issues/a", here: "1", there: undefined },
    { name: "issues/b", here: "1", there: "2" },
    { name: "issues/d", here: undefined, there: "1" },
  ]);
  expect(differences(here, here)).toEqual([]);
});

test("how two tips stand to each other", () => {
  const relation = (here: string | undefined, there: string | undefined, theirs: string, ours: string) =>
    relationOf(
      { name: "issues/a", here, there },
      (oid) => theirs.includes(oid),
      (oid) => ours.includes(oid),
    );
  expect(relation(undefined, "a", "a", "")).toBe("new");
  expect(relation("a", undefined, "", "a")).toBe("ahead");
  expect(relation("a", "b", "ab", "a")).toBe("behind");
  expect(relation("b", "a", "a", "ab")).toBe("ahead");
  expect(relation("b", "c", "ac", "ab")).toBe("diverged");
});
