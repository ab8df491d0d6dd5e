/** Laws of CSV files: a reader gets back what went in, but for the apostrophe that keeps a spreadsheet from running it. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { readRows } from "../../src/bridge/csv.ts";
import { visible } from "../../src/core/text.ts";
import { csvFile } from "../../src/render/csv.ts";

const pieces = fc.constantFrom(
  ...[
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    '"',
    "'",
    ",",
    ";",
    " ",
    "\u00a0",
    "＝",
    "=1+1",
    "x",
    "7",
    "<b>",
    "\u001b[2J",
    "\u202e",
    "é",
  ],
);
const cellText = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
const rows = fc.array(fc.tuple(cellText, cellText), { maxLength: 8 });

async function fileOf(table: readonly (readonly [string, string])[]): Promise<string> {
  async function* items() {
    for (const [title, body] of table) yield { title, body };
  }
  return (await Array.fromAsync(csvFile(items(), ["title", "body"]))).join("");
}

function readBack(file: string): readonly (readonly string[])[] {
  return [...readRows(file, "laws.csv", ",")].map(({ cells }) => cells);
}

/** What a spreadsheet takes for a formula, however it looks at it: with or without quotes and blanks before it. */
function runs(cell: string): boolean {
  return /^[\s"]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell);
}

test("what is read back is what went in, but for one apostrophe", async () => {
  const property = fc.asyncProperty(rows, async (table) => {
    const [head, ...read] = readBack(await fileOf(table));
    expect(head).toEqual(["title", "body"]);
    expect(read.map((cells) => cells.length)).toEqual(table.map(() => 2));
    for (const [y, cells] of read.entries()) {
      for (const [x, cell] of cells.entries()) {
        const shown = visible(table[y]?.[x] ?? "", "lines");
        expect([shown, `'${shown}`]).toContain(cell);
        if (!/[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(table[y]?.[x] ?? "")) expect(cell).toBe(shown);
      }
    }
  });
  await fc.assert(property, { numRuns: 300 });
});

test("what was different is read back as different", async () => {
  const property = fc.asyncProperty(cellText, cellText, async (one, other) => {
    fc.pre(visible(one, "lines") !== visible(other, "lines"));
    const [, read = [], readOther = []] = readBack(
      await fileOf([
        [one, "x"],
        [other, "x"],
      ]),
    );
    expect(read[0]).not.toBe(readOther[0] ?? "");
  });
  await fc.assert(property, {
    numRuns: 300,
    examples: [
      ["'=1", "=1"],
      ["''=1", "'=1"],
    ],
  });
});

test("no cell is a formula", async () => {
  const property = fc.asyncProperty(rows, async (table) => {
    for (const cell of readBack(await fileOf(table)).flat()) expect(runs(cell)).toBe(false);
  });
  await fc.assert(property, { numRuns: 300 });
});

test("lines end as the RFC says, and nowhere else", async () => {
  const file = await fileOf([["a\nb", "c"]]);
  expect(file).toBe('title,body\r\n"a\nb",c\r\n');
});
