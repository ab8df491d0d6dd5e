import { expect, test } from "bun:test";
import { renderMarkdownTable } from "../../src/render/markdown.ts";

test("a table", () => {
  expect(
    renderMarkdownTable(
      [
        { id: "a", labels: ["x", "y"] },
        { id: "b", labels: [] },
      ],
      ["id", "labels"],
    ),
  ).toBe(["| id | labels |", "| --- | --- |", "| a | x,y |", "| b |  |"].join("\n"));
});

test("what a cell holds reads as it was written, and is nothing but text", () => {
  const titles = ["a | b", "<img src=x onerror=alert(1)>", "**bold** `code` [x](y) &lt; ~~s~~ \\", "two\nlines"];
  const table = renderMarkdownTable(
    titles.map((title) => ({ title })),
    ["title"],
  );
  const html = Bun.markdown.html(table);
  const cells = [...html.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell);
  expect(cells).toEqual([
    "a | b",
    "&lt;img src=x onerror=alert(1)&gt;",
    "**bold** `code` [x](y) &amp;lt; ~~s~~ \\",
    "two<br>lines",
  ]);
});
