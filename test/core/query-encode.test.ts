import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TrackerError } from "../../src/core/errors.ts";
import { resolutions } from "../../src/core/issue.ts";
import {
  encodeQuery,
  type Flag,
  parseQuery,
  type Query,
  type QueryContext,
  queryDepthMax,
  queryHelp,
  type Term,
} from "../../src/core/query.ts";
import { flags, presenceFields, sortFields } from "../../src/core/query-field.ts";
import { defaultSettings, type Settings } from "../../src/core/settings.ts";
import { durationSecondsMax } from "../../src/core/when.ts";

/** 14:34:56 on Wednesday, 2026-06-17, two hours east of UTC. */
const context: QueryContext = {
  settings: defaultSettings,
  now: Date.UTC(2026, 5, 17, 12, 34, 56),
  offsetMinutes: 120,
  me: "ada@example.com",
  currentSprint: "Sprint 3",
};

const parse = (text: string) => parseQuery(text, context);
const word = (text: string): Term => ({ kind: "text", text, match: "prefix" });
const phrase = (text: string): Term => ({ kind: "text", text, match: "phrase" });
const flag = (name: Flag): Term => ({ kind: "flag", flag: name });
const not = (term: Term): Term => ({ kind: "not", term });
const and = (...terms: Term[]): Term => ({ kind: "and", terms });
const or = (...terms: Term[]): Term => ({ kind: "or", terms });

test("encodeQuery writes what a person would", () => {
  const again = (text: string) => encodeQuery(parse(text));
  expect(again("(status:todo) AND label:'x' NOT label:\"a b\"")).toBe('status:todo label:"\'x\'" -label:"a b"');
  expect(again("NOT NOT a NOT(b OR c)")).toBe("-NOT a -(b OR c)");
  expect(again('NOT --dry-run sprint:"current"')).toBe('NOT --dry-run sprint:"current"');
  expect(again("is:open,ready no:label,due blocked:no,yes")).toBe("is:open,ready no:label,due blocked:no,yes");
  expect(again("priority:>=high assignee:@me sort:updated")).toBe(
    "priority:high,urgent assignee:ada@example.com sort:updated-desc",
  );
  expect(again("estimate:>=2.5 comments:3 due:fri")).toBe(
    "estimate:>=PT2H30M comments:3..3 due:2026-06-19..2026-06-19",
  );
});

describe("laws", () => {
  const awkward: Settings = {
    ...defaultSettings,
    workflow: {
      ...defaultSettings.workflow,
      statuses: ["todo", "in progress", 'say "hi"', "current", "a,b", "-x", ">y", "Todo", "\\"].map((name) => ({
        name,
        category: "todo",
        limit: null,
      })),
    },
    priorities: ["low", "<low", ">=high", "@me"],
    types: ["bug", "(bug)", "status:todo"],
  };
  const awkwardContext: QueryContext = { ...context, settings: awkward };
  /** Resolved values must not be resolved again: another day, another person, another zone. */
  const otherContext: QueryContext = { settings: awkward, now: 0, offsetMinutes: -330, me: undefined };

  const nonBlank = fc
    .string({ unit: "binary", minLength: 1, maxLength: 12 })
    .filter((text) => text.isWellFormed() && text.trim() !== "");
  const spiced = fc.oneof(
    nonBlank,
    fc.stringMatching(/^[-a-z"\\(),:*@ <>]{1,8}$/).filter((text) => text.trim() !== ""),
  );
  const bareWords = fc.oneof(nonBlank, fc.stringMatching(/^[-a-zORNT:=/.,<>]{1,8}$/)).filter((text) => {
    try {
      const term = parseQuery(text, awkwardContext).where;
      return term?.kind === "text" && term.match === "prefix" && term.text === text;
    } catch {
      return false;
    }
  });
  const someOf = (values: readonly string[]) =>
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 4 });
  const moment = fc
    .integer({ min: Date.UTC(1970, 0) / 1000 - 60_000_000_000, max: Date.UTC(9999, 11, 31) / 1000 })
    .map((seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z"));
  const day = moment.map((text) => text.slice(0, 10));
  const range = (field: "created" | "updated" | "closed" | "due" | "estimate" | "comments") => {
    const bounds: fc.Arbitrary<string | number> =
      field === "due"
        ? day
        : field === "estimate"
          ? fc.nat(durationSecondsMax)
          : field === "comments"
            ? fc.nat(999_999_999)
            : moment;
    return fc.oneof(
      bounds.map((from): Term => ({ kind: "range", field, from })),
      bounds.map((to): Term => ({ kind: "range", field, to })),
      fc
        .tuple(bounds, bounds)
        .filter(([a, b]) => a !== b)
        .map(
          ([a, b]): Term =>
            a < b ? { kind: "range", field, from: a, to: b } : { kind: "range", field, from: b, to: a },
        ),
    );
  };
  const value = (field: Extract<Term, { kind: "value" }>["field"], values: fc.Arbitrary<string[]>) =>
    values.map((some): Term => ({ kind: "value", field, values: some }));
  const freeValues = fc.uniqueArray(spiced, { minLength: 1, maxLength: 3 });
  const leaf: fc.Arbitrary<Term> = fc.oneof(
    bareWords.map(word),
    spiced.map(phrase),
    fc.constantFrom(...flags).map(flag),
    fc.constantFrom(...presenceFields).map((field): Term => ({ kind: "has", field })),
    value("status", someOf(awkward.workflow.statuses.map(({ name }) => name))),
    value("priority", someOf(awkward.priorities)),
    value("type", someOf(awkward.types)),
    value("resolution", someOf(resolutions)),
    fc
      .constantFrom("label" as const, "milestone" as const, "sprint" as const)
      .chain((field) => value(field, freeValues)),
    fc
      .tuple(fc.constantFrom("assignee" as const, "author" as const), spiced)
      .map(([field, person]): Term => ({ kind: "person", field, person })),
    fc
      .constantFrom(
        "created" as const,
        "updated" as const,
        "closed" as const,
        "due" as const,
        "estimate" as const,
        "comments" as const,
      )
      .chain(range),
    fc
      .tuple(
        fc.constantFrom("id" as const, "parent" as const, "blocks" as const, "blocked-by" as const, "relates" as const),
        fc.stringMatching(/^[0-9a-f]{4,64}$/),
      )
      .map(([field, prefix]): Term => ({ kind: "issue", field, prefix })),
  );
  const several = (term: fc.Arbitrary<Term>) => fc.array(term, { minLength: 2, maxLength: 4 });
  // As the parser makes them, no kind directly inside its like. At most 64 leaves of 4 values: below the limit.
  const ands = (depth: number): fc.Arbitrary<Term> =>
    depth === 0 ? leaf : several(fc.oneof(leaf, ors(depth - 1), nots(depth - 1))).map((terms) => and(...terms));
  const ors = (depth: number): fc.Arbitrary<Term> =>
    depth === 0 ? leaf : several(fc.oneof(leaf, ands(depth - 1), nots(depth - 1))).map((terms) => or(...terms));
  const nots = (depth: number): fc.Arbitrary<Term> =>
    depth === 0 ? leaf : fc.oneof(leaf, ands(depth - 1), ors(depth - 1), nots(depth - 1)).map(not);
  const anyTerm = fc.oneof(leaf, ands(3), ors(3), nots(3));
  const anyQuery: fc.Arbitrary<Query> = fc.record({
    where: fc.option(anyTerm, { nil: undefined }),
    sort: fc.array(
      fc.record({ field: fc.constantFrom(...sortFields), direction: fc.constantFrom("asc" as const, "desc" as const) }),
      { maxLength: 3 },
    ),
  });

  test("what is encoded is parsed back, whoever does it and whenever", () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(parseQuery(encodeQuery(query), otherContext)).toEqual(query);
      }),
      { numRuns: 2000 },
    );
  });

  const tokens = fc.constantFrom(
    ...[
      "(",
      ")",
      "-",
      "--",
      '"',
      "\\",
      ",",
      ":",
      " ",
      "\n",
      "OR ",
      " AND ",
      "NOT ",
      "*",
      "..",
      ">=",
      "<",
      ">",
      "=",
      "@me",
    ],
    ...queryHelp.map(({ name }) => `${name}:`),
    ...queryHelp.map(({ example }) => `${example} `),
    ...[
      ...flags,
      ...sortFields,
      "todo",
      "Todo",
      "high",
      "current",
      "4f2a",
      "7d",
      "30m",
      "1mo",
      "3h",
      "2026-02-30",
      "9999-12-31",
    ],
    ...["-desc", "http://", "std::", "stauts:", "9".repeat(20)],
  );
  const scribbles = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc
      .array(
        fc.oneof(
          { weight: 9, arbitrary: tokens },
          { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
        ),
        {
          maxLength: 12,
        },
      )
      .map((parts) => parts.join("")),
  );

  test("any text is a query that can be encoded, or is refused with carets below it", () => {
    fc.assert(
      fc.property(scribbles, (text) => {
        let query: Query;
        try {
          query = parseQuery(text, awkwardContext);
        } catch (error) {
          if (!(error instanceof TrackerError) || error.code !== "invalid") throw error;
          const [line = "", carets = "", problem = "", ...more] = error.message.split("\n");
          expect(Bun.stringWidth(line)).toBeLessThanOrEqual(100);
          expect(carets).toMatch(/^ *\^+$/);
          expect(carets.length).toBeLessThanOrEqual(Bun.stringWidth(line) + 1);
          expect(problem).not.toBe("");
          expect(more).toEqual([]);
          expect(error.hint).toBeDefined();
          return;
        }
        expect(parseQuery(encodeQuery(query), otherContext)).toEqual(query);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ["(", "(is:ready)", ")"],
    ["NOT ", "blocked:yes,no", ""],
    ["-NOT ", "--word", ""],
    ["-(a OR ", "is:ready,open", ")"],
    ["(a OR -b ", "is:ready,open", ")"],
    ["(a b OR ", "-no:due,label", ")"],
    ["-(-", "author:ann,ben", ")"],
  ])("a query of %p as deep as it may be can be encoded", (opening, inner, closing) => {
    // The parentheses of `inner` are one level.
    const levels = inner.startsWith("(") ? queryDepthMax - 1 : queryDepthMax;
    const query = parse(`${opening.repeat(levels)}${inner}${closing.repeat(levels)}`);
    expect(parse(encodeQuery(query))).toEqual(query);
  });
});
