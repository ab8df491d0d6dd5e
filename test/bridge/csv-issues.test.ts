import { describe, expect, test } from "bun:test";
import { importCsv } from "../../src/bridge/csv-issues.ts";
import { importing, refusal, told, toldAll } from "./importing.ts";

describe("a table of issues", () => {
  test("is read by the names of its columns", async () => {
    const text = [
      "ID,Summary,Description,State,Tags,Assigned To,Reporter,Created At,Closed At,Due Date,Priority,Kind,Estimate,Parent,Depends on,Colour",
      '1,"Fix, now","a\nb",In Progress,"bug, ui; x",Ben <ben@example.com>,Ada,2026-01-02 09:30,,13/02/2026,high,Defect,2h30m,,,red',
      "2,Later,,Closed,,ben; cy,,2026-01-03,2026-01-04T10:00:00+01:00,,Whatever,Wish,3,1,1,",
    ].join("\n");
    const { issues, skipped, mapped } = await importing(importCsv, { "dir/tasks.csv": text });
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "tasks#1
        2026-01-02T09:30 Ada <ada@csv.invalid> issue-created title="Fix, now" body="a\\nb" status="todo" issueType="bug" priority="high" label=["bug","ui","x"] assignee=["ben@example.com"] due="2026-02-13" estimate="PT2H30M"
        2026-01-02T09:30 Ada <ada@csv.invalid> status-changed from="todo" to="in-progress"
      tasks#2
        2026-01-03T00:00 Ada <ada@example.com> issue-created title="Later" status="todo" assignee=["ben@csv.invalid","cy@csv.invalid"]
        2026-01-04T09:00 Ada <ada@example.com> status-changed from="todo" to="done"
        blocked-by tasks#1
        parent tasks#1"
    `);
    expect({ skipped, mapped }).toMatchInlineSnapshot(`
      {
        "mapped": [
          "type Defect -> bug",
          "status Closed -> done",
        ],
        "skipped": [
          "column Colour",
          "type Wish",
          "priority Whatever",
          "estimate without a unit",
        ],
      }
    `);
  });

  test("is read by the columns that the person names", async () => {
    const columns = { title: "Was", due: "bis wann", labels: "Art" };
    const text = "Was;bis wann;Art;Title\nBauen;31.12.2026;haus;nicht das\n";
    const { issues, skipped } = await importing(importCsv, { "t.csv": text }, columns);
    expect(issues[0]?.commits[0]?.drafts).toMatchObject([{ title: "Bauen", due: "2026-12-31", label: ["haus"] }]);
    expect(skipped).toEqual(["column Title"]);
  });

  test("tells the day from the month by the other dates, and a day where it was written", async () => {
    const text = "title,due\na,02/03/2026\nb,13/03/2026\nc,2026-03-01 23:30 -0500\n";
    const { issues } = await importing(importCsv, { "t.csv": text });
    expect(issues.map(({ now }) => now?.state.due)).toEqual(["2026-03-02", "2026-03-13", "2026-03-01"]);
  });

  test("without ids is named by titles, so that other rows may come between", async () => {
    const names = async (text: string) =>
      (await importing(importCsv, { "t.csv": text })).issues.map(({ name }) => name);
    const [a, b, again] = await names("title\na\nb\na\n");
    expect(await names("title\nnew\na\na\nb\n")).toEqual([expect.any(String), a, again, b]);
    expect(new Set([a, b, again]).size).toBe(3);
  });

  test("takes the apostrophe off that keeps a spreadsheet from running a cell", async () => {
    expect(await toldAll(importCsv, { "t.csv": "title,body\n'=1+1,'tis\n" })).toContain('title="=1+1" body="\'tis"');
  });

  test.each([
    ["Colour\nred\n", {}, "t.csv:1: no column holds the titles"],
    ["title,due\na,soon\n", {}, "t.csv:2: due: “soon” is no time that can be read"],
    [
      "title,due\na,02/03/2026\n",
      {},
      "t.csv:2: due: “02/03/2026” is no time that can be read\nNothing tells the day from the month. Write times as 2026-12-01 or 2026-12-01T09:30:00Z.",
    ],
    ["title,due\na,2026-02-30\n", {}, "t.csv:2: due: “2026-02-30” is no time that can be read"],
    ["title,created\na,1969-12-31\n", {}, "t.csv:2: created: “1969-12-31” is no time that can be read"],
    ["title,created\na,99999-12-31\n", {}, "t.csv:2: created: “99999-12-31” is no time that can be read"],
    ["title,estimate\na,long\n", {}, "t.csv:2: estimate: `long` is not a duration."],
    ["title,id\na,1\nb,1\n", {}, "t.csv:3: t#1 is there twice, first at t.csv:2"],
    ["title\na\n", { titel: "title" }, "There is no field `titel` to map a column to"],
    ["Summary\na\n", { title: "Sumary" }, "t.csv:1: there is no column “Sumary”\nDid you mean “Summary”?"],
    [`title,body\na,${"x".repeat(5 * 1024 * 1024)}\n`, {}, "t.csv:2: body: the text is larger than 4032 KiB"],
  ])("%# is refused, saying where", async (text, columns, message) => {
    expect(await refusal(importCsv, { "t.csv": text }, columns)).toStartWith(`invalid ${message}`);
  });

  test("with hostile names and texts is stored as text", async () => {
    const text = `id,title,labels,assignee,status\n__proto__,"\u001b[31mred\u0000\u202e","\u0007,${"l".repeat(500)}",<script>,constructor\n`;
    expect(await toldAll(importCsv, { "../../etc/__proto__.csv": text })).toMatchInlineSnapshot(`
      "__proto__#__proto__
        2027-01-15T08:00 Ada <ada@example.com> issue-created title="[31mred‮" status="todo" label=["llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll"]"
    `);
  });
});
