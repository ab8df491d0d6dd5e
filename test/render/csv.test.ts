import { expect, test } from "bun:test";
import { renderCsv } from "../../src/render/csv.ts";

const cell = (text: string) => renderCsv([{ title: text }], ["title"]).slice("title\n".length);

test("a header and a line per item", () => {
  const items = [
    {
      id: "a",
      labels: ["x", "y"],
      due: null,
      estimate: 60,
      blocked: false,
      author: { name: "Ada", email: "ada@example.com" },
    },
  ];
  expect(renderCsv(items, ["id", "labels", "due", "estimate", "blocked", "author"])).toBe(
    'id,labels,due,estimate,blocked,author\na,"x,y",,60,false,Ada <ada@example.com>',
  );
  expect(renderCsv([], ["id"])).toBe("id");
});

test("quotes, commas, line breaks and outer blanks are quoted", () => {
  expect(cell('say "hi"')).toBe('"say ""hi"""');
  expect(cell("a,b")).toBe('"a,b"');
  expect(cell("a\nb")).toBe('"a\nb"');
  expect(cell(" a")).toBe('" a"');
});

test("what a spreadsheet would run is text", () => {
  expect(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")'].map(cell)).toEqual([
    "'=1+1",
    "'+1",
    "'-1",
    "'@SUM(A1)",
    `"'\t=1"`,
    "'␍=1",
    '"\'=HYPERLINK(""x"")"',
  ]);
  expect(cell("a=1")).toBe("a=1");
});
