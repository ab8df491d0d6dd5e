import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type PlanFormat, parsePlan, planIssuesMax } from "../../src/bridge/plan.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import type { PlannedIssue } from "../../src/tracker/plan.ts";

const context = { file: "plan", settings: defaultSettings, today: "2026-11-21" };

function parse(text: string, format: PlanFormat = "markdown"): PlannedIssue[] {
  return parsePlan(text, format, context);
}

/** An issue without what is empty. */
function brief(issue: PlannedIssue): Record<string, unknown> {
  const { line, ...rest } = issue;
  return Object.fromEntries(
    Object.entries(rest).filter(
      ([name, value]) =>
        !(value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) && name !== "key",
    ),
  );
}

function refusal(text: string, format: PlanFormat = "markdown"): string {
  try {
    parse(text, format);
  } catch (error) {
    if (error instanceof TrackerError) return `${error.code} ${error.message} | ${error.hint}`;
    throw error;
  }
  return "accepted";
}

describe("a Markdown plan", () => {
  test("makes an issue of each box, with its attributes", () => {
    const text =
      "- [ ] Sign in with SSO #auth @ada !high est:2h type:bug due:+1d #ui @ben@example.com milestone:v1 sprint:s2 ^sso";
    expect(parse(text)).toEqual([
      {
        key: "sso",
        line: 1,
        title: "Sign in with SSO",
        body: "",
        labels: ["auth", "ui"],
        assignees: ["ada", "ben@example.com"],
        status: undefined,
        resolution: undefined,
        type: "bug",
        priority: "high",
        due: "2026-11-22",
        estimate: "PT2H",
        milestone: "v1",
        sprint: "s2",
        parent: undefined,
        blockedBy: [],
        blocking: [],
      },
    ]);
  });

  test("nests by indentation, in spaces and tabs", () => {
    const text = "- [ ] a\n  - [ ] b\n      1. [ ] c\n  * [ ] d\n\t- [ ] e\n+ [ ] f\n";
    expect(parse(text).map(({ title, parent }) => [title, parent])).toEqual([
      ["a", undefined],
      ["b", { item: 0 }],
      ["c", { item: 1 }],
      ["d", { item: 0 }],
      ["e", { item: 3 }],
      ["f", undefined],
    ]);
  });

  test.each([
    ["- [x] a", "done", "completed"],
    ["- [X] a", "done", "completed"],
    ["- [-] a", "in-progress", undefined],
    ["- [~] a", "in-progress", undefined],
    ["- [ ] a status:done", "done", "completed"],
    ["- [ ] a", undefined, undefined],
  ])("%s", (text, status, resolution) => {
    expect(parse(text)[0]).toMatchObject({ title: "a", status, resolution });
  });

  test("takes what is indented under an item as its body", () => {
    const text = [
      "# A plan",
      "Text for people.",
      "- [ ] a",
      "",
      "  First.  ",
      "    - detail",
      "",
      "  ```sh",
      "- [ ] not an issue",
      "  ```",
      "  - [ ] b",
      "    Of b.",
      "  Of a again.",
      "",
      "Not of any.",
      "```",
      "- [ ] neither",
      "```",
      "- [ ] c",
    ].join("\r\n");
    expect(parse(text).map(({ title, body, line }) => [line, title, body])).toEqual([
      [3, "a", "  First.  \n    - detail\n\n  ```sh\n- [ ] not an issue\n  ```\n  Of a again."],
      [11, "b", "Of b."],
      [19, "c", ""],
    ]);
  });

  test.each([
    ["Fix #12", "Fix #12", {}],
    ["Fix \\#auth", "Fix #auth", {}],
    ["Use std::vector", "Use std::vector", {}],
    ["Meet at 10:30", "Meet at 10:30", {}],
    ["Import @types/node", "Import @types/node", {}],
    ["Ask @me about #x it", "Ask @me about #x it", {}],
    ["Do it (soon)", "Do it (soon)", {}],
    ["Do it @me", "Do it", { assignees: ["@me"] }],
    ["Do it (after: abcd, @last) #x", "Do it", { labels: ["x"], blockedBy: [{ id: "abcd" }, { id: "@last" }] }],
    ["Do it blocks:ABCD parent:@", "Do it", { blocking: [{ id: "abcd" }], parent: { id: "@" } }],
    ["Do it p:LOW", "Do it", { priority: "low" }],
  ])("reads the title “%s”", (written, title, rest) => {
    expect(brief(parse(`- [ ] ${written}`)[0] as PlannedIssue)).toEqual({ title, ...rest });
  });

  test("refers to items by their names, forwards too", () => {
    const text = "- [ ] a (after: ^two, one)\n- [ ] b ^one blocks:two\n- [ ] c ^two\n- [ ] d parent:^one";
    expect(parse(text).map(({ blockedBy, blocking, parent }) => [blockedBy, blocking, parent])).toEqual([
      [[{ item: 2 }, { item: 1 }], [], undefined],
      [[], [{ item: 2 }], undefined],
      [[], [], undefined],
      [[], [], { item: 1 }],
    ]);
  });

  test.each([
    ["# A heading\n- a\n", "plan: there is no issue in this plan", "Write issues as: - [ ] What"],
    ["\n- [ ] #auth", "plan:2: an issue needs a title", ""],
    ["- [] a", "plan:1: a box without a blank in it", "- [ ] What is to be done"],
    ["\n- [ ] a !hihg", "plan:2: There is no priority `hihg`", "Did you mean `high`?"],
    ["- [ ] a type:bux", "plan:1: There is no type `bux`", "Did you mean `bug`?"],
    ["- [ ] a due:soon", "plan:1: `soon` is not a date", "Write it as"],
    ["- [ ] a est:much", "plan:1: `much` is not a duration", "Write it as"],
    ["- [ ] a !low !high", "plan:1: two values for priority", "Leave one"],
    ["- [x] a status:todo", "plan:1: two values for status", "Leave one"],
    ["- [ ] a ^k\n- [ ] b ^k", "plan:2: the name “k” is taken, by line 1", "Choose another"],
    ["- [ ] a ^sso\n- [ ] b (after: ^ssi)", "plan:2: nothing here is called “ssi”", "Did you mean “sso”?"],
    ["- [ ] a (after: ^abcd)", "plan:1: nothing here is called “abcd”", "Name an issue of this plan"],
    ["- [ ] a ^a\n  - [ ] b parent:a", "plan:2: two parents", "Leave one"],
    [`- [ ] ${"x".repeat(1001)}`, "plan:1: the title has more than 1000 characters", "Put the rest"],
    ["- [ ] a ^a (after: a)", "plan:1: a cycle: a (line 1) → a (line 1); nothing can wait for itself", "Remove one"],
    [
      "- [ ] a ^a (after: c)\n- [ ] b ^b (after: a)\n- [ ] c ^c (after: b)",
      "plan:1: a cycle: a (line 1) → c (line 3) → b (line 2) → a (line 1); nothing",
      "Remove one",
    ],
    [
      "- [ ] a ^a blocks:b\n- [ ] b ^b blocks:a",
      "plan:1: a cycle: a (line 1) → b (line 2) → a (line 1); nothing",
      "Remove",
    ],
    ["- [ ] a ^a blocks:b (after: b)\n- [ ] b ^b", "plan:1: a cycle: a (line 1) → b (line 2) → a (line 1)", "Remove"],
    ["- [ ] a ^a blocks:b\n- [ ] b ^b (after: a)", "accepted", ""],
    ["- [ ] a ^a parent:b\n- [ ] The b ^b parent:c\n- [ ] c ^c\n- [ ] d parent:a ^d\n- [ ] e parent:d", "accepted", ""],
    [
      "- [ ] a parent:c\n  - [ ] b ^b\n    - [ ] c ^c",
      "plan:1: a cycle: “a” (line 1) → c (line 3) → b (line 2) → “a” (line 1); an issue can't be below itself",
      "Remove",
    ],
  ])("is refused with line and a way out: %j", (text, message, hint) => {
    const found = refusal(text);
    if (message === "accepted") expect(found).toBe("accepted");
    else expect(found).toStartWith(`invalid ${message}`);
    expect(found).toContain(hint);
  });

  test("may be long and deep, but not without end", () => {
    const chain = Array.from({ length: planIssuesMax }, (_, index) => `- [ ] a ^k${index} (after: k${index + 1})`);
    expect(parse([...chain.slice(0, -1), `- [ ] a ^k${planIssuesMax - 1}`].join("\n"))).toHaveLength(planIssuesMax);
    const deep = Array.from({ length: 1000 }, (_, index) => `${" ".repeat(index)}- [ ] a`);
    expect(parse(deep.join("\n")).at(-1)?.parent).toEqual({ item: 998 });
    expect(refusal("- [ ] a\n".repeat(planIssuesMax + 1))).toStartWith("invalid plan: more than 10000 issues");
  });
});

describe("a JSON plan", () => {
  const issues = [
    {
      title: "Sign in",
      body: "Text\r\n",
      labels: ["auth", "auth"],
      assignees: "ada@example.com",
      type: "feature",
      priority: "high",
      status: "done",
      due: "2026-12-01",
      estimate: "1d",
      milestone: "v1",
      sprint: null,
      key: "sso",
      children: [{ title: "Choose", blocking: "sso", children: null }],
    },
    { title: "Write", parent: "sso", blockedBy: ["^sso", "ABCDEF"] },
  ];

  test.each(["json", "jsonl"] as const)("says the same as %s", (format) => {
    const text =
      format === "json" ? JSON.stringify(issues, null, 2) : issues.map((issue) => JSON.stringify(issue)).join("\n\n");
    const found = parse(text, format);
    expect(found.map(({ key }) => key)).toEqual(["sso", "item:2", "item:3"]);
    expect(found.map(brief)).toEqual([
      {
        title: "Sign in",
        body: "Text",
        labels: ["auth"],
        assignees: ["ada@example.com"],
        type: "feature",
        priority: "high",
        status: "done",
        resolution: "completed",
        due: "2026-12-01",
        estimate: "PT8H",
        milestone: "v1",
      },
      { title: "Choose", parent: { item: 0 }, blocking: [{ item: 0 }] },
      { title: "Write", parent: { item: 0 }, blockedBy: [{ item: 0 }, { id: "abcdef" }] },
    ]);
    expect(found.map(({ line }) => line)).toEqual(format === "json" ? [2, 19, 26] : [1, 1, 3]);
  });

  test.each([
    ['[\n{"title":"a",\n"lables":[]}]', "plan:3: unknown key “lables” | Did you mean “labels”?"],
    ['{"title":"a","__proto__":{"title":"b"}}', "plan:1: unknown key “__proto__” | Keys are: title"],
    ['[\n"a"]', "plan:2: an issue is an object"],
    ['{"title":\n1}', "plan:2: “title” should be a text"],
    ['{"title":"a","labels":[1]}', "plan:1: “labels” should be a text"],
    ['{"title":"a","children":{}}', "plan:1: “children” should be a list of issues"],
    ['{"body":"a"}', "plan:1: an issue needs a title"],
    ['[{"title":"a",\n"priority":"hihg"}]', "plan:2: There is no priority `hihg`"],
    ['{"title":"a","key":"a b"}', "plan:1: not a name: “a b”"],
    ["[]", "plan: there is no issue in this plan"],
    [`{"title":"a","body":"${"x".repeat(4 * 1024 * 1024)}"}`, "plan:1: the text is larger than 4032 KiB"],
    [`{"title":"a","labels":["${"x".repeat(401)}"]}`, "plan:1: “xxx"],
  ])("is refused with line and a way out (%#)", (text, message) => {
    expect(refusal(text, "json")).toStartWith(`invalid ${message}`);
  });

  test("of lines tells the line", () => {
    expect(refusal('{"title":"a"}\n\n{"title":"b",}', "jsonl")).toStartWith(
      "invalid plan:3: a key in quotes is missing",
    );
  });
});

describe("any text", () => {
  const markdownParts = [
    "- [ ] ",
    "- [x] ",
    "* ",
    "  ",
    "\t",
    "\n",
    "```",
    "a",
    "#l",
    "@p",
    "!high",
    "^k",
    " ",
    "(after: k)",
    "p:low",
    "\\",
    ")",
  ];
  const jsonParts = [
    "[",
    "]",
    "{",
    "}",
    '"title"',
    '"a"',
    '"key"',
    '"children"',
    '"blockedBy"',
    ":",
    ",",
    "\n",
    "1",
    "null",
  ];
  test.each([
    ["markdown", markdownParts],
    ["json", jsonParts],
    ["jsonl", jsonParts],
  ] as const)("of %s makes issues that refer to each other, or a refusal", (format, parts) => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((chosen) => chosen.join("")),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        if (refusal(text, format) !== "accepted") return;
        const issues = parse(text, format);
        const refs = issues.flatMap(({ parent, blockedBy, blocking }) => [
          ...(parent ? [parent] : []),
          ...blockedBy,
          ...blocking,
        ]);
        for (const ref of refs) if ("item" in ref) expect(issues[ref.item]).toBeDefined();
        for (const { title } of issues) expect(title).not.toBe("");
      }),
      { numRuns: 1500 },
    );
  });
});
