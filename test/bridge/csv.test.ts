import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { columnsMax, readCsv, readRows, sniffSeparator } from "../../src/bridge/csv.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { visible } from "../../src/core/text.ts";
import { renderCsv } from "../../src/render/csv.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const rowsOf = (text: string, separator = ",") => [...readRows(text, "t.csv", separator)].map(({ cells }) => cells);

async function tableOf(text: string | Uint8Array) {
  const { columns, rows } = await readCsv({ name: "t.csv", bytes: typeof text === "string" ? encode(text) : text });
  return [columns, ...[...rows].map(({ cells }) => cells)];
}

async function refusal(text: string | Uint8Array): Promise<string> {
  try {
    await tableOf(text);
  } catch (error) {
    if (error instanceof TrackerError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("a table", () => {
  test.each([
    [
      "a,b\r\n1,2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r1,2\r",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      'a,b\n"x, y","say ""hi"""\n',
      [
        ["a", "b"],
        ["x, y", 'say "hi"'],
      ],
    ],
    [
      'a,b\n"one\ntwo","three\r\nfour"\n',
      [
        ["a", "b"],
        ["one\ntwo", "three\r\nfour"],
      ],
    ],
    [
      "a;b\n1,5;2\n",
      [
        ["a", "b"],
        ["1,5", "2"],
      ],
    ],
    [
      "a\tb\n1\t2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "\ufeffa,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      '"a;b;c",d\n1,2\n',
      [
        ["a;b;c", "d"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\n\n1,2\n\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      'a,b\n,\n"",""\n',
      [
        ["a", "b"],
        ["", ""],
        ["", ""],
      ],
    ],
    [
      " a , b \n 1 , 2 \n",
      [
        ["a", "b"],
        [" 1 ", " 2 "],
      ],
    ],
  ])("%j", async (text, rows) => {
    expect(await tableOf(text)).toEqual(rows);
  });

  test.each([
    ["", "t.csv:1: the file is empty"],
    ['a,b\n1,"2', "t.csv:2:3: the quote that begins here does not end"],
    ['a,b\n"x\ny" z,2', "t.csv:3:3: text behind the closing quote of a cell"],
    ['a,b\n1,x"y', "t.csv:2:4: a quote inside of a cell that has none around it"],
    ["a,b\n1,2\n1\n", "t.csv:3: 1 cells, but the first row names 2 columns"],
    ["a,b\n1,2,3\n", "t.csv:2: 3 cells, but the first row names 2 columns"],
    [new Uint8Array([0x61, 0x0a, 0x62, 0xff, 0x0a]), "t.csv:2: this is not UTF-8"],
    [new Uint8Array([0xff, 0xfe, 0x61, 0x00]), "t.csv:1: this is not UTF-8"],
    [",".repeat(1_000_000), `t.csv:1:${columnsMax + 1}: a row of more than ${columnsMax} cells`],
  ])("%# is refused, saying where", async (text, message) => {
    expect(await refusal(text)).toBe(message);
  });

  test("of one column of quotes is read in linear time", () => {
    expect(rowsOf(`"${'""'.repeat(500_000)}"`)[0]?.[0]?.length).toBe(500_000);
  });
});

describe("laws", () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc
      .array(fc.constantFrom(",", ";", "\t", '"', "\n", "\r\n", "a", " "), { maxLength: 8 })
      .map((parts) => parts.join("")),
  );
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

  test("what is quoted comes back, with any separator and line end", () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 2, max: 5 })
          .chain((width) =>
            fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
          ),
        fc.constantFrom(",", ";", "\t"),
        fc.constantFrom("\n", "\r\n", "\r"),
        (rows, separator, end) => {
          const text = rows.map((row) => row.map(quote).join(separator) + end).join("");
          expect(rowsOf(text, separator)).toEqual(rows);
          expect(sniffSeparator(text)).toBe(separator);
        },
      ),
    );
  });

  test("what is exported comes back, but for what a spreadsheet or a terminal would obey", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: cell, b: cell }), { maxLength: 6 }), (items) => {
        const text = renderCsv(items, ["a", "b"]);
        const shown = (value: string) => visible(/^[\s'"]*[=+\-@\t\r]/.test(value) ? `'${value}` : value, "lines");
        expect(rowsOf(text)).toEqual([["a", "b"], ...items.map(({ a, b }) => [shown(a), shown(b)])]);
      }),
    );
  });

  test("any text is read or refused", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", "\0", "\ufeff"), maxLength: 40 }),
        async (text) => {
          expect(typeof (await refusal(text))).toBe("string");
        },
      ),
    );
  });
});
