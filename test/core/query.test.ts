import { describe, expect, test } from "bun:test";
import { TrackerError } from "../../src/core/errors.ts";
import {
  andQuery,
  encodeQuery,
  type Flag,
  type NamedField,
  parseQuery,
  type QueryContext,
  queryDepthMax,
  queryHelp,
  queryTermsMax,
  type SortKey,
  type Term,
} from "../../src/core/query.ts";
import { defaultSettings, type Settings } from "../../src/core/settings.ts";

/** 14:34:56 on Wednesday, 2026-06-17, two hours east of UTC. */
const context: QueryContext = {
  repositories: ["api", "web"],
  settings: defaultSettings,
  now: Date.UTC(2026, 5, 17, 12, 34, 56),
  offsetMinutes: 120,
  me: "ada@example.com",
  currentSprint: "Sprint 3",
};

const parse = (text: string) => parseQuery(text, context);
const where = (text: string) => parse(text).where;
const word = (text: string): Term => ({ kind: "text", text, match: "prefix" });
const phrase = (text: string): Term => ({ kind: "text", text, match: "phrase" });
const flag = (name: Flag): Term => ({ kind: "flag", flag: name });
const label = (...values: string[]): Term => ({ kind: "value", field: "label", values });
const not = (term: Term): Term => ({ kind: "not", term });
const and = (...terms: Term[]): Term => ({ kind: "and", terms });
const or = (...terms: Term[]): Term => ({ kind: "or", terms });

/** As if issues had these, which the settings lack. */
const inUse = (field: NamedField) => ({ status: ["todo", "Doing"], type: ["bug", "Epic"], priority: ["P0"] })[field];

function refusal(text: string, changes: Partial<QueryContext> = {}): TrackerError {
  try {
    parseQuery(text, { ...context, ...changes });
  } catch (error) {
    if (error instanceof TrackerError) return error;
    throw error;
  }
  throw new Error(`nothing was refused in ${text}`);
}

describe("what issues have and the settings lack", () => {
  test.each([
    ["type:epic", "type", ["Epic"]],
    ["type:E*,bug", "type", ["Epic", "bug"]],
    ["type:*", "type", ["bug", "feature", "task", "Epic"]],
    ["status:doing", "status", ["Doing"]],
    ["status:do*", "status", ["done", "Doing"]],
    ["priority:p0", "priority", ["P0"]],
  ] as const)("%s is found", (text, field, values) => {
    expect(parseQuery(text, { ...context, inUse }).where).toEqual({ kind: "value", field, values: [...values] });
  });

  test("is not asked for where the settings name it", () => {
    const refuse = (): never => {
      throw new Error("asked");
    };
    parseQuery("type:bug status:DONE priority:high priority:>low", { ...context, inUse: refuse });
  });

  test("helps with a slip, and has no rank", () => {
    expect(refusal("type:epik", { inUse }).hint).toBe("Did you mean `Epic`? Types: bug, feature, task, Epic.");
    expect(refusal("priority:>p0", { inUse }).message).toEndWith("No priority `p0`.");
  });
});

describe("terms", () => {
  test.each<[string, Term | undefined]>([
    ["", undefined],
    ["  \n ", undefined],
    ["login", word("login")],
    ["half a \ud83d", and(word("half"), word("a"), word("\ufffd"))],
    ['"log in"', phrase("log in")],
    ['"say \\"hi\\" in C:\\temp\\\\"', phrase('say "hi" in C:\\temp\\')],
    ["status:todo", { kind: "value", field: "status", values: ["todo"] }],
    ["STATUS:Todo,DONE", { kind: "value", field: "status", values: ["todo", "done"] }],
    ["status:d*", { kind: "value", field: "status", values: ["done"] }],
    ["type:bug", { kind: "value", field: "type", values: ["bug"] }],
    ["priority:high", { kind: "value", field: "priority", values: ["high"] }],
    ["priority:>=high", { kind: "value", field: "priority", values: ["high", "urgent"] }],
    ["priority:>high", { kind: "value", field: "priority", values: ["urgent"] }],
    ["priority:<=medium", { kind: "value", field: "priority", values: ["low", "medium"] }],
    ["priority:<medium,urgent,low", { kind: "value", field: "priority", values: ["low", "urgent"] }],
    ["resolution:not-planned", { kind: "value", field: "resolution", values: ["not-planned"] }],
    ["label:auth", label("auth")],
    ["label:Auth,b,Auth", label("Auth", "b")],
    ['label:"needs review",area/*', label("needs review", "area/*")],
    ["label:scope::x", label("scope::x")],
    ["milestone:v2", { kind: "value", field: "milestone", values: ["v2"] }],
    ["sprint:current", { kind: "value", field: "sprint", values: ["Sprint 3"] }],
    ['sprint:"current"', { kind: "value", field: "sprint", values: ["current"] }],
    ["assignee:@me", { kind: "person", field: "assignee", person: "ada@example.com" }],
    ['assignee:"@me"', { kind: "person", field: "assignee", person: "@me" }],
    ["author:ann", { kind: "person", field: "author", person: "ann" }],
    [
      "author:ann,ben",
      or({ kind: "person", field: "author", person: "ann" }, { kind: "person", field: "author", person: "ben" }),
    ],
    ["due:<2026-12-01", { kind: "range", field: "due", to: "2026-12-01" }],
    ["due:<=7d", { kind: "range", field: "due", to: "2026-06-25" }],
    ["updated:>7d", { kind: "range", field: "updated", to: "2026-06-10T12:34:56Z" }],
    ["updated:<7d", { kind: "range", field: "updated", from: "2026-06-10T12:34:57Z" }],
    ["updated:>2026-01-01", { kind: "range", field: "updated", from: "2026-01-01T22:00:00Z" }],
    [
      "created:2026-01-01..2026-02-01",
      { kind: "range", field: "created", from: "2025-12-31T22:00:00Z", to: "2026-02-01T22:00:00Z" },
    ],
    ["closed:today", { kind: "range", field: "closed", from: "2026-06-16T22:00:00Z", to: "2026-06-17T22:00:00Z" }],
    ["estimate:>3", { kind: "range", field: "estimate", from: 10_801 }],
    ["estimate:3h", { kind: "range", field: "estimate", from: 10_800, to: 10_801 }],
    ["estimate:<1d", { kind: "range", field: "estimate", to: 28_800 }],
    ["estimate:0.5..1.5", { kind: "range", field: "estimate", from: 1800, to: 5401 }],
    ["comments:>5", { kind: "range", field: "comments", from: 6 }],
    ["comments:>=999999999", { kind: "range", field: "comments", from: 999_999_999 }],
    ["comments:2..5", { kind: "range", field: "comments", from: 2, to: 6 }],
    ["parent:4F2A", { kind: "issue", field: "parent", prefix: "4f2a" }],
    ["id:4f2a0", { kind: "issue", field: "id", prefix: "4f2a0" }],
    ["blocked-by:4f2a", { kind: "issue", field: "blocked-by", prefix: "4f2a" }],
    ["is:ready", flag("ready")],
    ["is:open,closed", or(flag("open"), flag("closed"))],
    ["blocked:yes", flag("blocked")],
    ["blocked:no", not(flag("blocked"))],
    ["has:attachment", { kind: "has", field: "attachment" }],
    ["no:assignee", not({ kind: "has", field: "assignee" })],
  ])("%p", (text, term) => {
    expect(where(text)).toEqual(term);
  });

  test.each([
    "http://x",
    "c:\\temp",
    "std::vector",
    "labels::new",
    "labels:\\new",
    "label/x",
    "12:30",
    "node:fs",
    "TypeError:",
    "--dry-run",
    "e-mail",
    "a,b",
    "or",
  ])("%p is a word like any other", (text) => {
    expect(where(text)).toEqual(word(text));
  });
});

describe("how terms are joined", () => {
  test.each<[string, Term]>([
    ["a b", and(word("a"), word("b"))],
    ["a AND b c", and(word("a"), word("b"), word("c"))],
    ["a OR b", or(word("a"), word("b"))],
    ["a b OR c d", or(and(word("a"), word("b")), and(word("c"), word("d")))],
    ["a (b OR c)", and(word("a"), or(word("b"), word("c")))],
    ["(a b) c", and(word("a"), word("b"), word("c"))],
    ["a OR (b OR c)", or(word("a"), word("b"), word("c"))],
    ["-a b", and(not(word("a")), word("b"))],
    ["NOT a b", and(not(word("a")), word("b"))],
    ["NOT(a OR b)", not(or(word("a"), word("b")))],
    ["-(a b)", not(and(word("a"), word("b")))],
    ["NOT NOT a", not(not(word("a")))],
    ['-"a b"', not(phrase("a b"))],
    ["-label:wip,x", not(label("wip", "x"))],
    ['"a""b"c', and(phrase("a"), phrase("b"), word("c"))],
    ["(((a)))", word("a")],
    ["ORDER NOTE ANDY", and(word("ORDER"), word("NOTE"), word("ANDY"))],
  ])("%p", (text, term) => {
    expect(where(text)).toEqual(term);
  });
});

describe("sort", () => {
  test.each<[string, SortKey[]]>([
    ["a", []],
    [
      "sort:priority-desc,updated-asc",
      [
        { field: "priority", direction: "desc" },
        { field: "updated", direction: "asc" },
      ],
    ],
    [
      "sort:due sort:Title-DESC a",
      [
        { field: "due", direction: "asc" },
        { field: "title", direction: "desc" },
      ],
    ],
    ["a OR b sort:updated", [{ field: "updated", direction: "desc" }]],
  ])("%p", (text, keys) => {
    expect(parse(text).sort).toEqual(keys);
  });

  test("stands beside the terms", () => {
    expect(where("sort:due")).toBeUndefined();
    expect(where("a sort:due AND b")).toEqual(and(word("a"), word("b")));
  });
});

describe("mistakes", () => {
  test.each<[query: string, carets: string, problem: string, hint: string]>([
    ["status:tood a", "       ^^^^", "No status `tood`.", "Did you mean `todo`? Statuses: todo, in-progress, done."],
    ["type:fish", "     ^^^^", "No type `fish`.", "Types: bug, feature, task."],
    ["a priority:>=hihg", "           ^^^^^^", "No priority `hihg`.", "Did you mean `high`?"],
    ["priority:>urgent", "         ^^^^^^^", "No priority is `>urgent`.", "low, medium, high, urgent."],
    ["is:raedy", "   ^^^^^", "No state `raedy`.", "Did you mean `ready`?"],
    ["has:labels", "    ^^^^^^", "No field `labels`.", "Did you mean `label`?"],
    ["blocked:maybe", "        ^^^^^", "No answer `maybe`.", "Answers: yes, no."],
    ["stauts:todo", "^^^^^^^", "No field `stauts`.", "Did you mean `status:`?"],
    ["status:*o*", "       ^^^", "No status `*o*`.", "Statuses: todo,"],
    ["title:x", "^^^^^^", "No field `title`.", "Words without a field"],
    ["tag:x", "^^^^", "No field `tag`.", "Did you mean `label:`?"],
    ["priority>=high", "^^^^^^^^^^", "A colon joins a field and its value.", "Write `priority:>=…`."],
    ["status!=done", "^^^^^^^^", "A colon joins a field and its value.", "Write `-status:…`."],
    ["due:<2026-02-30", "    ^^^^^^^^^^^", "`2026-02-30` is not a date.", "2026-12-01, today"],
    ["updated:<30m", "        ^^^^", "`30m` could be minutes or months.", "Write 30min or 30mo."],
    ["estimate:long", "         ^^^^", "`long` is not a duration.", "2h30m"],
    ["comments:many", "         ^^^^", "`many` is not a whole number.", ">5"],
    ["comments:999999999", "         ^^^^^^^^^", "`999999999` reaches too far.", "Write"],
    ["parent:xyz", "       ^^^", "`xyz` is not an issue's id.", "four or more"],
    ["sort:prio", "     ^^^^", "No order `prio`.", "Orders: created,"],
    ["(sort:due)", " ^^^^^", "`sort:` orders the whole list and can't stand in parentheses", "Put it at the end"],
    ["-sort:due", " ^^^^^", "`sort:` orders the whole list", "Put it at the end"],
    ["label:", "     ^", "A value must follow the `:`.", "label:auth"],
    ["label: auth", "     ^", "A value must follow the `:`.", "label:auth"],
    ["label:a,,b", "       ^", "A value must follow the `,`.", "label:auth"],
    ['label:" "', "     ^^^^", "A value must follow the `:`.", "label:auth"],
    ['label:"a"b', "         ^", "A comma or a blank must follow", "quotes"],
    ["label:a(b)", "       ^", "A comma or a blank must follow", "quotes"],
    ['a "b', "  ^", "This quote is never closed.", "after the text"],
    ['a " "', "  ^^^", "There is nothing in these quotes.", "Leave them out."],
    ['a ""', "  ^^", "There is nothing in these quotes.", "Leave them out."],
    ["a (b", "  ^", "This parenthesis is never closed.", "in quotes"],
    ["a) b", " ^", "This parenthesis was never opened.", "in quotes"],
    ["main()", "    ^^", "There is nothing in these parentheses.", '"main()"'],
    ["a OR", "  ^^", "`OR` needs a term on both sides.", "put `OR` in quotes"],
    ["OR a", "^^", "`OR` needs a term on both sides.", "put `OR` in quotes"],
    ["a OR OR b", "  ^^", "`OR` needs a term on both sides.", "put `OR` in quotes"],
    ["a AND", "  ^^^", "`AND` needs a term on both sides.", "put `AND` in quotes"],
    ["a AND AND b", "      ^^^", "`AND` needs a term on both sides.", "put `AND` in quotes"],
    ["(NOT) a", " ^^^", "`NOT` needs a term after it.", "put `NOT` in quotes"],
    ["NOT AND a", "^^^", "`NOT` needs a term after it.", "put `NOT` in quotes"],
    ["a - b", "  ^", "`-` needs a term right after it.", "put `-` in quotes"],
  ])("%p", (query, carets, problem, hint) => {
    const error = refusal(query);
    const [line, marks, told] = error.message.split("\n");
    expect(error.code).toBe("invalid");
    expect([line, marks]).toEqual([query, carets]);
    expect(told).toStartWith(problem);
    expect(error.hint).toContain(hint);
  });

  test("what the person's settings don't say", () => {
    expect(refusal("assignee:@me", { me: undefined }).message).toEndWith("It isn't known who `@me` is.");
    expect(refusal("sprint:current", { currentSprint: undefined }).message).toEndWith("No sprint is running.");
  });

  test("a wrong value is named without its control characters", () => {
    expect(refusal("status:\u001b[2J").message).toEndWith("No status `␛[2J`.");
  });

  test("the carets stand right below wide and hidden characters", () => {
    expect(refusal("日本 \u001b\u202e status:tood\nx").message).toBe(
      ["日本 ␛<U+202E> status:tood␊x", "                      ^^^^", "No status `tood`."].join("\n"),
    );
  });
});

describe("limits", () => {
  const nest = (depth: number) => `${"(".repeat(depth)}a${")".repeat(depth)}`;

  test("depth", () => {
    expect(where(nest(queryDepthMax))).toEqual(word("a"));
    expect(refusal(nest(queryDepthMax + 1)).message).toContain(`more than ${queryDepthMax} deep`);
    for (const opening of ["(", "-(", "NOT ", "-NOT ", "(a OR "])
      expect(refusal(opening.repeat(10_000)).message).toContain(`more than ${queryDepthMax} deep`);
  });

  test("side by side is not deep", () => {
    expect(where("(a) NOT b -(c) ".repeat(queryDepthMax + 1))).toBeDefined();
  });

  test.each(["a ", '"a" ', "is:open ", "label:a ", "a OR "])("terms: %p", (term) => {
    expect(where(`${term.repeat(queryTermsMax - 1)} b`)).toBeDefined();
    expect(refusal(`${term.repeat(queryTermsMax)} b`).message).toContain(`at most ${queryTermsMax} terms`);
  });

  test("values and sort keys are counted as terms", () => {
    const many = Array.from({ length: queryTermsMax + 1 }, (_, index) => `a${index}`).join(",");
    expect(refusal(`label:${many}`).message).toContain(`at most ${queryTermsMax} terms`);
    expect(refusal("priority:<=urgent ".repeat(queryTermsMax / 4 + 1)).message).toContain(`at most ${queryTermsMax}`);
    expect(refusal("sort:due ".repeat(queryTermsMax + 1)).message).toContain(`at most ${queryTermsMax} terms`);
  });

  test("twice the query looks things up twice as often", () => {
    const lookups = (terms: number) => {
      let count = 0;
      const settings: Settings = {
        ...defaultSettings,
        get types() {
          count += 1;
          return defaultSettings.types;
        },
      };
      parseQuery("type:bug (-type:task OR x) ".repeat(terms), { ...context, settings });
      return count;
    };
    expect([lookups(40), lookups(80), lookups(160)]).toEqual([80, 160, 320]);
  });

  test.each([
    "a",
    "-",
    "--",
    '"',
    '"\\',
    "\\",
    "(",
    ")",
    "a:",
    "a-",
    "label:",
    "label:a,",
    ",",
    " ",
    "OR ",
    'a" ',
    "1d",
    "due:",
    "due:1..",
    "日",
    "e\u0301",
    "\u202e",
  ])("64 KiB of %p end", (piece) => {
    const long = piece.repeat(2 ** 16 / piece.length);
    for (const text of [long, `"${long}"`, `estimate:${long}`, `updated:>${long}`, `label:${long}`, `x (${long}`]) {
      const error = attempt(text);
      if (error !== undefined) expect(error.message.length).toBeLessThan(2000);
    }
  });
});

test("andQuery asks for both and takes the later order", () => {
  const both = (a: string, b: string) => encodeQuery(andQuery(parse(a), parse(b)));
  expect(both("a b", "c OR d")).toBe("a b (c OR d)");
  expect(both("a OR b", "c d")).toBe("(a OR b) c d");
  expect(both("", "a sort:due")).toBe("a sort:due-asc");
  expect(both("a sort:due", "")).toBe("a sort:due-asc");
  expect(both("a sort:due", "sort:title")).toBe("a sort:title-asc");
  expect(both("", "")).toBe("");
});

test("every example of the help can be parsed, and gives the field it is of", () => {
  expect(queryHelp.map(({ name }) => name)).toEqual([...new Set(queryHelp.map(({ name }) => name))]);
  for (const { name, example, help, values } of queryHelp) {
    expect(example).toStartWith(`${name}:`);
    expect(help).not.toBe("");
    parse(example);
    for (const value of values) parse(`${name}:${value}`);
  }
});

function attempt(text: string): TrackerError | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof TrackerError && error.code === "invalid") return error;
    throw error;
  }
}
