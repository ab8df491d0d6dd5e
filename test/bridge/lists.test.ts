/** Linear's table, Taskwarrior's and todo.txt's lists: what a source without a history comes to. */
import { describe, expect, test } from "bun:test";
import { importLinear } from "../../src/bridge/linear.ts";
import { importTaskwarrior } from "../../src/bridge/taskwarrior.ts";
import { importTodoTxt } from "../../src/bridge/todo-txt.ts";
import { importing, refusal, told, toldAll } from "./importing.ts";

describe("Linear's table", () => {
  const header =
    '"ID","Team","Title","Description","Status","Estimate","Priority","Project ID","Project","Creator","Assignee","Labels","Cycle Number","Cycle Name","Cycle Start","Cycle End","Created","Updated","Started","Triaged","Completed","Canceled","Archived","Due Date","Parent issue","Initiatives","Project Milestone ID","Project Milestone","SLA Status","UUID","Time in status (minutes)","Related to","Blocked by","Duplicate of"';
  const day = (text: string) => `${text} 2026 11:21:41 GMT+0000 (GMT+00:00)`;
  const row = (values: Readonly<Record<string, string>>) =>
    header
      .split(",")
      .map((name) => `"${(values[name.replaceAll('"', "")] ?? "").replaceAll('"', '""')}"`)
      .join(",");

  test("becomes issues whose stages have their dates", async () => {
    const started = { Created: day("Thu Jan 01"), Updated: day("Fri Jan 09"), Started: day("Fri Jan 02") };
    const rows = [
      row({
        ID: "ENG-1",
        Title: "One",
        Description: 'say "hi"',
        Status: "In Progress",
        Priority: "High",
        Creator: "ada@example.com",
        Assignee: "Ben",
        Labels: "api, ui",
        "Cycle Number": "4",
        Project: "Site",
        "Due Date": "2026-03-01",
        Estimate: "3",
        ...started,
      }),
      row({
        ID: "ENG-2",
        Title: "Two",
        Status: "Shipped",
        Priority: "No priority",
        ...started,
        Completed: day("Mon Jan 05"),
        "Parent issue": "ENG-1",
        "Blocked by": "ENG-1, ENG-3",
        "Related to": "ENG-3",
      }),
      row({
        ID: "ENG-3",
        Title: "Three",
        Status: "Canceled",
        Created: day("Thu Jan 01"),
        Canceled: day("Sun Jan 04"),
        Archived: day("Tue Jan 06"),
      }),
      row({
        ID: "ENG-4",
        Title: "Four",
        Status: "Duplicate",
        Created: day("Thu Jan 01"),
        Canceled: day("Sun Jan 04"),
        "Duplicate of": "ENG-1",
      }),
    ];
    const { issues, skipped, mapped } = await importing(importLinear, { "linear.csv": [header, ...rows].join("\n") });
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "ENG-1
        2026-01-01T11:21 ada@example.com <ada@example.com> issue-created title="One" body="say \\"hi\\"" status="todo" priority="high" label=["api","ui"] assignee=["ben@linear.invalid"] due="2026-03-01" milestone="Site" sprint="Cycle 4"
        2026-01-02T11:21 ada@example.com <ada@example.com> status-changed from="todo" to="in-progress"
      ENG-2
        2026-01-01T11:21 Ada <ada@example.com> issue-created title="Two" status="todo"
        2026-01-02T11:21 Ada <ada@example.com> status-changed from="todo" to="in-progress"
        2026-01-05T11:21 Ada <ada@example.com> status-changed from="in-progress" to="done" resolution="completed"
        relates ENG-3
        blocked-by ENG-1
        blocked-by ENG-3
        parent ENG-1
      ENG-3
        2026-01-01T11:21 Ada <ada@example.com> issue-created title="Three" status="todo"
        2026-01-04T11:21 Ada <ada@example.com> status-changed from="todo" to="done" resolution="not-planned"
        2026-01-06T11:21 Ada <ada@example.com> issue-archived
      ENG-4
        2026-01-01T11:21 Ada <ada@example.com> issue-created title="Four" status="todo"
        2026-01-04T11:21 Ada <ada@example.com> status-changed from="todo" to="done" resolution="duplicate"
        duplicates ENG-1"
    `);
    expect({ skipped, mapped }).toMatchInlineSnapshot(`
      {
        "mapped": [
          "status Shipped -> done",
          "status Canceled -> done",
          "status Duplicate -> done",
        ],
        "skipped": [
          "estimate in points",
        ],
      }
    `);
  });

  test("is refused without its columns", async () => {
    expect(await refusal(importLinear, { "l.csv": '"ID","Name"\n"1","x"\n' })).toStartWith(
      "invalid l.csv:1: there is no column “Title”",
    );
  });
});

describe("Taskwarrior's list", () => {
  const uuid = (digit: string) => `6a1f2d6e-5b1c-4e5f-8e21-${digit.repeat(12)}`;
  const task = (changes: object) => ({
    uuid: uuid("1"),
    description: "Buy milk",
    entry: "20260110T120000Z",
    modified: "20260112T120000Z",
    status: "pending",
    urgency: 9.1,
    id: 3,
    ...changes,
  });

  test("becomes issues with annotations, tags and what waits for what", async () => {
    const tasks = [
      task({
        priority: "H",
        project: "home.shop",
        tags: ["food"],
        due: "20260301T230000Z",
        wait: "20260201T000000Z",
        size: "big",
        points: 3,
        start: "20260111T080000Z",
        annotations: [{ entry: "20260110T130000Z", description: "the oat one" }],
        depends: [uuid("2")],
      }),
      task({ uuid: uuid("2"), description: "Find\nshop", status: "completed", end: "20260111T120000Z" }),
      task({ uuid: uuid("3"), status: "deleted", end: "20260111T120000Z", depends: `${uuid("1")},${uuid("2")}` }),
      task({ uuid: uuid("4"), status: "waiting", priority: "L" }),
      task({ uuid: uuid("5"), status: "recurring", recur: "weekly", priority: "" }),
    ];
    const { issues } = await importing(importTaskwarrior, {
      "-": `[\n${tasks.map((one) => JSON.stringify(one)).join(",\n")}\n]`,
    });
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "6a1f2d6e-5b1c-4e5f-8e21-111111111111
        2026-01-10T12:00 Ada <ada@example.com> issue-created title="Buy milk" body="- wait: 2026-02-01\\n- size: big\\n- points: 3" status="todo" priority="high" label=["project:home.shop","food"] due="2026-03-01"
        2026-01-10T13:00 Ada <ada@example.com> comment-added body="the oat one"
        2026-01-11T08:00 Ada <ada@example.com> status-changed from="todo" to="in-progress"
        blocked-by 6a1f2d6e-5b1c-4e5f-8e21-222222222222
      6a1f2d6e-5b1c-4e5f-8e21-222222222222
        2026-01-10T12:00 Ada <ada@example.com> issue-created title="Find shop" body="Find\\nshop" status="todo"
        2026-01-11T12:00 Ada <ada@example.com> status-changed from="todo" to="done" resolution="completed"
      6a1f2d6e-5b1c-4e5f-8e21-333333333333
        2026-01-10T12:00 Ada <ada@example.com> issue-created title="Buy milk" status="todo"
        2026-01-11T12:00 Ada <ada@example.com> status-changed from="todo" to="done" resolution="not-planned"
        blocked-by 6a1f2d6e-5b1c-4e5f-8e21-111111111111
        blocked-by 6a1f2d6e-5b1c-4e5f-8e21-222222222222
      6a1f2d6e-5b1c-4e5f-8e21-444444444444
        2026-01-10T12:00 Ada <ada@example.com> issue-created title="Buy milk" status="todo" priority="low" label=["waiting"]
      6a1f2d6e-5b1c-4e5f-8e21-555555555555
        2026-01-10T12:00 Ada <ada@example.com> issue-created title="Buy milk" body="- recur: weekly" status="todo" label=["recurring"]"
    `);
  });

  test.each([
    [{ uuid: "x" }, "uuid: should be a UUID"],
    [{ status: "lost" }, "status: should be one of pending, waiting, recurring, completed, deleted"],
    [{ entry: "20269910T120000Z" }, "entry: should be a time from 1970 to 9999"],
    [{ annotations: [{}] }, "annotations.0.description: missing"],
    [{ tags: "a" }, 'tags: should be array, not "a"'],
    [{ description: null }, "description: should be string, not null"],
  ])("%# that is none is refused, saying in which line", async (changes, message) => {
    const text = `[\n${JSON.stringify(task({ uuid: uuid("9") }))},\n${JSON.stringify(task(changes))}\n]`;
    expect(await refusal(importTaskwarrior, { "t.json": text })).toStartWith(`invalid t.json:3: ${message}`);
  });

  test("that begins anew is refused where it does", async () => {
    const text = `${JSON.stringify(task({}))}\n${JSON.stringify(task({}))}\n`;
    expect(await refusal(importTaskwarrior, { "t.json": text })).toStartWith(
      `invalid t.json:2: ${uuid("1")} is there twice, first at t.json:1`,
    );
  });
});

describe("todo.txt", () => {
  test("becomes issues, one a line", async () => {
    const text = [
      "(A) 2026-01-30 Call Mum +family @phone due:2026-03-01 http://x.org:80 note:kept",
      "x 2026-02-03 2026-01-30 Pay rent pri:B",
      "",
      "x 2026-02-03 (C) Done without a beginning",
      "  (Z) least",
      "(a) no priority, xylophone",
      "Child id:2 p:1",
      "Parent id:1\r",
    ].join("\n");
    expect(await toldAll(importTodoTxt, { "todo.txt": text })).toMatchInlineSnapshot(`
      "todo#959333e57c1e
        2026-01-30T00:00 Ada <ada@example.com> issue-created title="Call Mum http://x.org:80 note:kept" status="todo" priority="urgent" label=["+family","@phone"] due="2026-03-01"
      todo#b5fdd52c8f0e
        2026-01-30T00:00 Ada <ada@example.com> issue-created title="Pay rent" status="todo" priority="high"
        2026-02-03T00:00 Ada <ada@example.com> status-changed from="todo" to="done" resolution="completed"
      todo#7ceb9468b01d
        2026-02-03T00:00 Ada <ada@example.com> issue-created title="Done without a beginning" status="todo" priority="medium"
        2026-02-03T00:00 Ada <ada@example.com> status-changed from="todo" to="done" resolution="completed"
      todo#1a8b0f3e0834
        2027-01-15T08:00 Ada <ada@example.com> issue-created title="least" status="todo" priority="low"
      todo#5b2d7e659633
        2027-01-15T08:00 Ada <ada@example.com> issue-created title="(a) no priority, xylophone" status="todo"
      todo#2
        2027-01-15T08:00 Ada <ada@example.com> issue-created title="Child" status="todo"
        parent todo#1
      todo#1
        2027-01-15T08:00 Ada <ada@example.com> issue-created title="Parent" status="todo""
    `);
  });

  test("keeps a line's name when it is done, dated or labelled anew", async () => {
    const names = async (text: string) =>
      (await importing(importTodoTxt, { "todo.txt": text })).issues.map(({ name }) => name);
    const before = await names("(A) 2026-01-30 Call Mum @phone\nsame\nsame\n");
    expect(await names("x 2026-02-01 2026-01-30 Call Mum @home due:2026-02-02\nsame\nsame\n")).toEqual(before);
    expect(new Set(before).size).toBe(3);
  });

  test.each([
    ["ok\n2026-02-30 when", "t.txt:2: 2026-02-30 is no day"],
    ["a due:soon", "t.txt:1: due:soon is no day"],
    ["a id:1\nb id:1", "t.txt:2: t#1 is there twice, first at t.txt:1"],
  ])("%j is refused, saying where", async (text, message) => {
    expect(await refusal(importTodoTxt, { "t.txt": text })).toStartWith(`invalid ${message}`);
  });

  test("of any bytes is read or refused", async () => {
    expect(await refusal(importTodoTxt, { "t.txt": new Uint8Array([0x61, 0x0a, 0xc3]) })).toStartWith(
      "invalid t.txt:2: this is not UTF-8",
    );
    expect(await toldAll(importTodoTxt, { "t.txt": "a\0b\u001b[1m __proto__:x +__proto__" })).toMatchInlineSnapshot(`
      "t#3b30837014f6
        2027-01-15T08:00 Ada <ada@example.com> issue-created title="ab[1m __proto__:x" status="todo" label=["+__proto__"]"
    `);
  });
});
