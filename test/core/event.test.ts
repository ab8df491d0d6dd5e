/** Reading a record takes a short way for plain values: it must give what the schema gives. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { isoTime } from "../../src/core/apply.ts";
import { decodeEvent, eventTypes, parseEvent } from "../../src/core/event.ts";
import { anyText, oid } from "../support/events.ts";

/** Those of `issue-created` that may stand many times. */
const lists = new Set(["label", "assignee", "external"]);
const names = [
  ...[
    "title",
    "body",
    "status",
    "issueType",
    "priority",
    "label",
    "assignee",
    "due",
    "estimate",
    "parent",
    "milestone",
  ],
  ...["sprint", "external", "nonce", "from", "to", "resolution", "watcher", "kind", "target", "name", "size", "blob"],
  ...["commit", "comment", "replyTo", "reaction", "field", "value", "type", "toString", "unheardOf"],
];
const value = fc.oneof(
  anyText,
  oid,
  fc.string({ unit: "grapheme-ascii", maxLength: 12 }),
  fc.constantFrom(
    "todo",
    "",
    " a",
    "a ",
    "a b",
    "~",
    "\u007f",
    "é",
    "😀",
    "\ud83d",
    "a\0",
    "a\rb",
    "a\n",
    "\u00a0a",
    "\ufeff",
  ),
  fc.constantFrom("2026-01-31", "PT1H", "12", "blocks", "completed", "0123456789abcdef0123", "status", "priority"),
  fc.constantFrom("x".repeat(1000), "x".repeat(1001), `${"x".repeat(999)} `),
);

test("a record reads as its schema says, whatever its fields hold", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...eventTypes),
      fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.array(value, { minLength: 1, maxLength: 3 })), {
        selector: ([name]) => name,
        maxLength: names.length,
      }),
      fc.option(value, { nil: undefined }),
      (type, fields, body) => {
        const raw: Record<string, unknown> & { type: string } = { type };
        if (body !== undefined) raw.body = body;
        const record: [string, string][] = [];
        for (const [name, values] of fields) {
          const held = type === "issue-created" && lists.has(name);
          const kept = held ? values : values.slice(0, 1);
          record.push(...kept.map((each): [string, string] => [keyOf(name), each]));
          if (name !== "type" && name !== "body") raw[name] = held ? values : values[0];
        }
        const schema = parseEvent(raw);
        const read = decodeEvent(type, record, body);
        if (typeof schema === "string") expect(read).toEqual({ type, fields: record, reason: schema });
        else expect(JSON.stringify(read)).toBe(JSON.stringify(schema)); // In the same order, too.
      },
    ),
    { numRuns: 5000 },
  );
});

test("what a schema says of two fields together counts", () => {
  const record = (value: string) => [["Field", "due"] as const, ["Value", value] as const];
  expect(decodeEvent("conflict-resolved", record("2026-01-31"), undefined)).not.toHaveProperty("reason");
  expect(decodeEvent("conflict-resolved", record("someday"), undefined)).toHaveProperty("reason");
});

test("a time is written as the standard library writes it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(isoTime({ time: { seconds, zone: "+0000" } })).toBe(
        new Date(seconds * 1000).toISOString().replace(".000Z", "Z"),
      );
    }),
    { numRuns: 2000 },
  );
});

function keyOf(name: string): string {
  return name.replace(/[A-Z]/g, "-$&").replace(/^[a-z]/, (letter) => letter.toUpperCase());
}
