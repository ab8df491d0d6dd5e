import { expect, test } from "bun:test";
import { TrackerError } from "../../src/core/errors.ts";
import {
  checkField,
  envelope,
  errorEnvelope,
  fieldText,
  issueFields,
  issueItem,
  pageEnvelope,
  pickFields,
  renderJson,
  renderJsonLines,
  summaryFields,
  summaryItem,
} from "../../src/render/json.ts";
import { ada, ben, comment, issue, oid, style, summary } from "./sample.ts";

test("a summary has the promised fields and no other", () => {
  const item = summaryItem(summary({ links: [{ kind: "blocks", target: oid("b") }] }));
  expect(Object.keys(item)).toEqual([...summaryFields]);
  expect(item).toMatchObject({
    id: oid("a"),
    shortId: "aaaaaaa",
    title: "Fix the login",
    author: ada,
    due: null,
    links: [{ kind: "blocks", target: oid("b") }],
    blocked: false,
    createdAt: "2026-03-01T12:00:00Z",
  });
});

test("an issue has texts, comments and conflicts besides", () => {
  const item = issueItem(
    issue({
      body: "Text",
      comments: [comment()],
      attachments: [{ name: "log.txt", size: 12, oid: oid("1") }],
      conflicts: [
        {
          field: "status",
          values: [
            { value: "done", author: ben, at: "", commit: oid("2") },
            { value: null, author: ada, at: "", commit: oid("3") },
          ],
        },
      ],
    }),
  );
  expect(Object.keys(item)).toEqual([...issueFields]);
  expect(item.body).toBe("Text");
  expect(item.comments).toEqual([
    {
      id: oid("c"),
      author: ben,
      body: "Seen it too.",
      createdAt: "2026-03-09T12:00:00Z",
      editedAt: null,
      replyTo: null,
      reactions: {},
    },
  ]);
  expect(item.attachments).toEqual([{ name: "log.txt", size: 12, oid: oid("1") }]);
  const sides = [
    { value: "done", author: ben, at: "", commit: oid("2") },
    { value: null, author: ada, at: "", commit: oid("3") },
  ];
  expect(item.conflicts).toEqual([{ field: "status", values: ["done", null], sides }]);
});

test("envelopes", () => {
  expect(envelope("issue", { item: { id: "a" } })).toEqual({ schema: 1, kind: "issue", item: { id: "a" } });
  expect(pageEnvelope("issues", { items: [1], total: 2, next: "x" })).toEqual({
    schema: 1,
    kind: "issues",
    items: [1],
    total: 2,
    next: "x",
  });
  expect(errorEnvelope(new TrackerError("not-found", "No issue zz", "Look again"))).toEqual({
    schema: 1,
    kind: "error",
    error: { code: "not-found", message: "No issue zz", hint: "Look again" },
  });
  expect(errorEnvelope(new TrackerError("conflict", "Taken")).error.hint).toBeNull();
});

test("JSON says the same after what a terminal obeys was escaped", () => {
  const value = { title: "a\x1b\x7f\x9b\u202e\u2028\u200e\u2069 世界 👩‍💻 \\u0041" };
  const json = renderJson(value, style());
  expect(json).toBe('{"title":"a\\u001b\\u007f\\u009b\\u202e\\u2028\\u200e\\u2069 世界 👩‍💻 \\\\u0041"}');
  expect(JSON.parse(json)).toEqual(value);
});

test("indented for people, one line for programs", () => {
  expect(renderJson({ a: [1] }, style({ width: 80 }))).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(renderJson({ a: [1] }, style())).toBe('{"a":[1]}');
  expect(renderJsonLines([{ a: "x\ny" }, { b: 1 }])).toBe('{"a":"x\\ny"}\n{"b":1}');
});

test("chosen fields, in the order they were chosen", () => {
  const fields = ["title", "id"].map((name) => checkField(name, summaryFields));
  expect(Object.entries(pickFields({ id: "a", title: "t", due: null }, fields))).toEqual([
    ["title", "t"],
    ["id", "a"],
  ]);
  expect(() => checkField("lables", summaryFields)).toThrow(
    expect.objectContaining({ code: "invalid", message: "Unknown field “lables”", hint: "Did you mean “labels”?" }),
  );
});

test("values as text", () => {
  const values = [null, undefined, "x", 3, true, ["a", 1], ada, { kind: "blocks", target: "b" }, { github: "a/b#1" }];
  expect(values.map(fieldText)).toEqual([
    "",
    "",
    "x",
    "3",
    "true",
    "a,1",
    "Ada <ada@example.com>",
    "blocks:b",
    '{"github":"a/b#1"}',
  ]);
});
