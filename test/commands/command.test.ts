import { describe, expect, test } from "bun:test";
import { anyNumber, type Command, command, parseInput } from "../../src/commands/command.ts";
import { globalChoice } from "../../src/commands/global.ts";
import { findInvocation } from "../../src/commands/run.ts";

const flags = {
  all: { type: "boolean", short: "a", help: "" },
  body: { type: "string", short: "b", value: "TEXT", help: "" },
  label: { type: "list", short: "l", value: "LABELS", help: "" },
  search: { type: "strings", short: "S", value: "QUERY", help: "" },
} as const;
const base = { usage: "ID", words: [0, anyNumber], flags, examples: [], run: async () => undefined } as const;
const plain = command(base);
const query = command({ ...base, query: true });

const parse = (definition: Command<typeof flags>, ...args: string[]) => {
  const { words, flags, given } = parseInput("try", definition, args);
  const { all, body, label, search } = flags;
  return { words, all, body, label, search, given: given("body") };
};
const nothing = { words: [], all: false, body: undefined, label: [], search: [], given: false };

describe("a command line", () => {
  test.each([
    [[], {}],
    [["4f2a", "-a"], { words: ["4f2a"], all: true }],
    [["-ab", "text"], { all: true, body: "text", given: true }],
    [["-btext"], { body: "text", given: true }],
    [["--body="], { body: "", given: true }],
    [["--body", ""], { body: "", given: true }],
    [["--body", "-a"], { body: "-a", given: true }],
    [["-b", "x", "-b", "x"], { body: "x", given: true }],
    [["-l", "a, b,,c", "--label=d"], { label: ["a", "b", "c", "d"] }],
    [["-S", "a,b", "-S", "c"], { search: ["a,b", "c"] }],
    [["--", "-a", "--no-such"], { words: ["-a", "--no-such"] }],
    [["-"], { words: ["-"] }],
  ])("%j", (args, expected) => {
    expect(parse(plain, ...args)).toEqual({ ...nothing, ...expected });
  });

  test.each([
    [["--lable", "x"], "There is no flag --lable of `try`", "Did you mean --label?"],
    [
      ["-x"],
      "There is no flag -x of `try`",
      "It has -a (--all), -b (--body), -l (--label), -S (--search), -h (--help), -q (--quiet); see: git tracker help try",
    ],
    [["--body"], "--body needs a value: --body TEXT", "See: git tracker help try"],
    [["--all=no"], "--all takes no value", "See: git tracker help try"],
    [["-b", "x", "-b", "y"], "--body stands twice with different values", undefined],
    [["--__proto__"], "There is no flag --__proto__ of `try`", "See them with: git tracker help try"],
  ])("%j is refused", (args, message, hint) => {
    expect(() => parse(plain, ...args)).toThrow(expect.objectContaining({ code: "invalid", message, hint }));
  });

  test("too few and too many words are refused, but not where help is asked for", () => {
    const one = command({ ...base, words: [1, 1] });
    expect(() => parse(one)).toThrow("Something is missing: git tracker try ID");
    expect(() => parse(one, "a", "b")).toThrow("`b` is one word too many: git tracker try ID");
    expect(parse(one, "--help").words).toEqual([]);
  });
});

describe("a query's words", () => {
  test("a negated term is a word, and a flag is a flag", () => {
    expect(parse(query, "-label:wip", '-"two words"', "-(a OR b)", "-a", "x")).toEqual({
      ...nothing,
      words: ["-label:wip", '-"two words"', "-(a OR b)", "x"],
      all: true,
    });
  });

  test("a flag's value keeps its minus", () => {
    expect(parse(query, "-S", "-label:wip").search).toEqual(["-label:wip"]);
  });
});

test.each([
  [[], "help", []],
  [["--help"], "help", []],
  [["--version"], "version", []],
  [["list", "-a"], "list", ["-a"]],
  [["--json", "list", "x"], "list", ["--json", "x"]],
  [["--as", "Ada <ada@example.com>", "list"], "list", ["--as", "Ada <ada@example.com>"]],
  [["--color=never", "list"], "list", ["--color=never"]],
])("%j runs %p with %j", (args, name, rest) => {
  expect(findInvocation(args)).toEqual({ name, args: rest });
});

test("flags that say how the program behaves are found where they stand, but not after --", () => {
  expect(globalChoice(["x", "--color", "never", "--as=Ada", "-q", "--", "--no-pager"])).toMatchObject({
    color: "never",
    as: "Ada",
    quiet: true,
    noPager: false,
  });
});
