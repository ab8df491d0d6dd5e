import { expect, test } from "bun:test";
import { parseTemplate } from "../../src/render/template.ts";

const known = ["shortId", "title", "author", "labels", "due"];
const item = {
  shortId: "4f2a1b0",
  title: "Fix\x1b[2J it",
  author: { name: "Ada", email: "ada@example.com" },
  labels: ["a", "b"],
  due: null,
};
const fill = (template: string) => parseTemplate(template, known)(item);

test("fields, paths, lists and what has no value", () => {
  expect(fill("{shortId} { title } [{labels}]{due}")).toBe("4f2a1b0 Fix␛[2J it [a,b]");
  expect(fill("{author} {author.email}{author.nothing}{author.constructor}")).toBe(
    "Ada <ada@example.com> ada@example.com",
  );
});

test("braces and escapes", () => {
  expect(fill("{{{shortId}}} }")).toBe("{4f2a1b0} }");
  expect(fill("a\\tb\\nc\\\\d\\e\\")).toBe("a\tb\nc\\d\\e\\");
  expect(fill("")).toBe("");
});

test("an unknown field is refused with the one that was meant", () => {
  expect(() => fill("{titel}")).toThrow(
    expect.objectContaining({ code: "invalid", message: "Unknown field “titel”", hint: "Did you mean “title”?" }),
  );
  expect(() => fill("{}")).toThrow(
    expect.objectContaining({ hint: "Fields are: shortId, title, author, labels, due" }),
  );
});

test("a brace that isn't closed is refused", () => {
  expect(() => fill("{title")).toThrow(
    expect.objectContaining({ code: "invalid", message: "The template's “{title” isn't closed" }),
  );
});
