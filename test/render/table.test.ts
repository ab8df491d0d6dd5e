import { expect, test } from "bun:test";
import { line } from "../../src/render/span.ts";
import { type Column, renderTable } from "../../src/render/table.ts";
import { style } from "./sample.ts";

const columns: readonly Column[] = [
  { name: "name" },
  { name: "note", shrinksTo: 6 },
  { name: "count", align: "right", leaves: 1 },
];
const rows = [
  ["auth", "logging in and out", "12"],
  ["世界", "", "3"],
].map((row) => row.map((text) => line(text)));

test("columns are aligned under their names", () => {
  expect(renderTable(columns, rows, style({ width: 80 }))).toBe(
    ["name  note                count", "auth  logging in and out     12", "世界                          3"].join(
      "\n",
    ),
  );
});

test("one column gives way, then columns leave", () => {
  expect(renderTable(columns, rows, style({ width: 26 }))).toBe(
    ["name  note           count", "auth  logging in a…     12", "世界                     3"].join("\n"),
  );
  expect(renderTable(columns, rows, style({ width: 16 }))).toBe(["name  note", "auth  logging i…", "世界"].join("\n"));
});

test("a column without any text vanishes, and a table without names has no header", () => {
  const cells = [[line("a"), [], line("b")]];
  expect(renderTable([{ name: "" }, { name: "" }, { name: "" }], cells, style({ width: 80 }))).toBe("a  b");
});

test("elsewhere: tabs, no header, nothing cut, every column", () => {
  expect(renderTable(columns, rows, style())).toBe("auth\tlogging in and out\t12\n世界\t\t3");
});

test("no rows, no table", () => {
  expect(renderTable(columns, [], style({ width: 80 }))).toBe("");
});
