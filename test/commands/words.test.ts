import { describe, expect, test } from "bun:test";
import { planFormat } from "../../src/commands/plan.ts";
import { splitSearch } from "../../src/commands/search-words.ts";
import { idsAndNames, splitIds } from "../../src/commands/words.ts";

test.each([
  [["4f2a", "ada"], ["4f2a"], ["ada"]],
  [
    ["@last", "@", "4F2A1b3", "@me", "beef"],
    ["@last", "@", "4F2A1b3"],
    ["@me", "beef"],
  ],
  [["abc", "4f2a"], [], ["abc", "4f2a"]],
  [["4f2a", "dead"], ["4f2a", "dead"], []],
])("%j is ids %j and names %j", (words, ids, names) => {
  expect(splitIds(words)).toEqual({ ids, names });
});

describe("at least one of each", () => {
  const names = (...named: string[]) => ({ flag: "--label", names: named });

  test("no id is refused", () => {
    expect(() => idsAndNames(["auth"], names())).toThrow("No issue is named: the ids come first");
  });

  test("no name is refused, and the flag leaves no doubt", () => {
    expect(() => idsAndNames(["4f2a", "2026"], names())).toThrow("All of these words look like ids");
    expect(idsAndNames(["4f2a"], names("2026"))).toEqual({ ids: ["4f2a"], names: ["2026"] });
  });
});

test.each([
  [["login", "is:open", "-label:wip"], "login", ["is:open", "-label:wip"]],
  [['label:"needs review" "is:open"'], '"is:open"', ['label:"needs review"']],
  [["std::map", "http://example.com", "error:"], "std::map http://example.com error:", []],
  [["status:", "x"], "status: x", []],
  [['"never closed'], '"never closed', []],
])("searching %j looks for %p", (words, text, terms) => {
  expect(splitSearch(words, ["is", "label", "status"])).toEqual({ text, terms });
});

test.each([
  ["plan.md", "[]", "markdown"],
  ["plan.JSON", "", "json"],
  ["plan.ndjson", "", "jsonl"],
  ["-", "# Plan\n- [ ] one", "markdown"],
  ["-", ' [{"title":"x"}]', "json"],
  ["-", '{"title":"x"}\n{"title":"y"}\n', "jsonl"],
  ["-", '{\n"issues":[]}', "json"],
  ["plan", '{"title":"x"}', "json"],
] as const)("the plan %p with %j is %p", (file, text, format) => {
  expect(planFormat(file, text)).toBe(format);
});
