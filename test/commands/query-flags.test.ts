import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeValue, type Filter, mentionsState, queryFromFlags } from "../../src/commands/query-flags.ts";
import { parseQuery, type Term } from "../../src/core/query.ts";
import { defaultSettings } from "../../src/core/settings.ts";

const statuses = ["todo", "in-progress", "done"];
const context = { settings: defaultSettings, now: Date.UTC(2026, 2, 10), offsetMinutes: 0, me: "ada@example.com" };
const parse = (text: string) => parseQuery(text, context);

describe("flags as a query", () => {
  test.each<[Filter, string]>([
    [{}, ""],
    [{ label: ["auth", "needs review"] }, 'label:auth label:"needs review"'],
    [{ status: ["todo", "done"] }, "status:todo,done"],
    [{ status: ["open"] }, "is:open"],
    [{ status: ["closed"] }, "is:closed"],
    [{ status: ["all"] }, ""],
    [{ assignee: ["@me", "ben"] }, "assignee:@me,ben"],
    [{ author: ["ann"] }, "author:ann"],
    [{ priority: [">=high"] }, "priority:>=high"],
    [{ type: ["bug"], milestone: ["v2"], sprint: ["current"] }, "milestone:v2 type:bug sprint:current"],
    [{ parent: "4f2a" }, "parent:4f2a"],
    [{ ready: true, blocked: true, overdue: true }, "is:ready is:blocked is:overdue"],
  ])("%j is %p", (filter, query) => {
    expect(queryFromFlags(filter, statuses)).toBe(query);
  });

  test("a status of the workflow wins over a state of the same name", () => {
    expect(queryFromFlags({ status: ["Open"] }, ["open", "shut"])).toBe("status:Open");
  });

  test("whatever is in a value, it stays one value", () => {
    const value = fc.oneof(fc.string(), fc.string({ unit: "grapheme" })).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(value, (label) => {
        const written = label.toWellFormed();
        expect(parse(`label:${encodeValue(written)} is:open`).where).toEqual({
          kind: "and",
          terms: [
            { kind: "value", field: "label", values: [written] },
            { kind: "flag", flag: "open" },
          ],
        } satisfies Term);
      }),
    );
  });
});

test.each([
  ["status:todo", true],
  ["-status:todo", true],
  ["is:ready", true],
  ["word OR closed:>7d", true],
  ["resolution:duplicate", true],
  ["id:4f2a", true],
  ["label:auth (word OR author:ann)", false],
  ["parent:4f2a due:<7d", false],
  ["", false],
])("%p says whether open or closed issues are meant: %p", (query, expected) => {
  expect(mentionsState(parse(query).where)).toBe(expected);
});
