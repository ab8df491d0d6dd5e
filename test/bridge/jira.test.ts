import { describe, expect, test } from "bun:test";
import { importJira } from "../../src/bridge/jira.ts";
import { importing, refusal, told, toldAll } from "./importing.ts";

const person = (name: string) => ({
  accountId: `acc-${name}`,
  displayName: name,
  emailAddress: `${name.toLowerCase()}@example.com`,
});
const [ada, ben] = [person("Ada"), person("Ben")];

/** As version 3 of the API answers, with `expand=changelog,names`. */
function answer(...issues: object[]) {
  return {
    expand: "names",
    startAt: 0,
    total: issues.length,
    names: { customfield_10020: "Sprint", customfield_10014: "Epic Link" },
    issues,
  };
}

function issue(key: string, fields: object = {}, histories: object[] | null = []) {
  return {
    id: "10001",
    key,
    fields: {
      summary: "Crash on start",
      description: null,
      status: { name: "Done", statusCategory: { key: "done" } },
      resolution: { name: "Fixed" },
      priority: { name: "Highest" },
      issuetype: { name: "Story" },
      labels: ["ui"],
      assignee: ben,
      reporter: ada,
      creator: ada,
      created: "2026-01-02T10:00:00.000+0100",
      updated: "2026-01-09T10:00:00.000+0000",
      ...fields,
    },
    ...(histories === null ? {} : { changelog: { startAt: 0, histories } }),
  };
}

const item = (
  field: string,
  from: string | null,
  to: string | null,
  ids: readonly (string | null)[] = [null, null],
) => ({
  field,
  from: ids[0],
  to: ids[1],
  fromString: from,
  toString: to,
});

const json = (value: object) => ({ "search.json": JSON.stringify(value) });

describe("Jira's REST answer", () => {
  test("becomes a commit for each history, by its author, at its time", async () => {
    const histories = [
      {
        id: "3",
        author: ben,
        created: "2026-01-05T10:00:00.000+0000",
        items: [item("status", "In Progress", "Done"), item("resolution", null, "Fixed")],
      },
      {
        id: "2",
        author: ben,
        created: "2026-01-04T10:00:00.000+0000",
        items: [item("status", "Backlog", "In Progress"), item("assignee", null, "Ben", [null, "acc-Ben"])],
      },
      {
        id: "1",
        author: ada,
        created: "2026-01-03T10:00:00.000+0000",
        items: [
          item("summary", "Crash", "Crash on start"),
          item("labels", "a b", "a ui"),
          item("priority", "Low", "Highest"),
          item("Rank", "", "Ranked higher"),
        ],
      },
    ];
    const comment = {
      comments: [{ id: "7", author: ben, body: "See *this*", created: "2026-01-04T11:00:00.000+0000" }],
    };
    const { issues, skipped, mapped } = await importing(
      importJira,
      json(answer(issue("APP-1", { comment, labels: ["a", "ui"] }, histories))),
    );
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "APP-1
        2026-01-02T09:00 Ada <ada@example.com> issue-created title="Crash" status="todo" issueType="feature" priority="low" label=["a","b"]
        2026-01-03T10:00 Ada <ada@example.com> title-changed from="Crash" to="Crash on start" | label-removed label="b" | label-added label="ui" | priority-changed from="low" to="urgent"
        2026-01-04T10:00 Ben <ben@example.com> status-changed from="todo" to="in-progress" | assignee-added assignee="ben@example.com"
        2026-01-04T11:00 Ben <ben@example.com> comment-added body="See **this**" external="jira comment-7"
        2026-01-05T10:00 Ben <ben@example.com> status-changed from="in-progress" to="done" resolution="completed""
    `);
    expect({ skipped, mapped }).toMatchInlineSnapshot(`
      {
        "mapped": [
          "type Story -> feature",
          "priority Highest -> urgent",
          "status Backlog -> todo",
        ],
        "skipped": [
          "change of Rank",
        ],
      }
    `);
  });

  test("gives its fields, links, sprint and epic", async () => {
    const fields = {
      description: {
        type: "doc",
        version: 1,
        content: [{ type: "paragraph", content: [{ type: "text", text: "Hello", marks: [{ type: "strong" }] }] }],
      },
      duedate: "2026-03-01",
      timeoriginalestimate: 5400,
      fixVersions: [{ name: "v1" }],
      components: [{ name: "API" }],
      customfield_10020: [
        { id: 1, name: "Sprint 1", boardId: 3 },
        { id: 2, name: "Sprint 2", boardId: 3 },
      ],
      customfield_10014: "APP-9",
      issuelinks: [
        { type: { name: "Blocks" }, outwardIssue: { key: "APP-2" } },
        { type: { name: "Blocks" }, inwardIssue: { key: "APP-3" } },
        { type: { name: "Duplicate" }, outwardIssue: { key: "APP-4" } },
        { type: { name: "Cloners" }, outwardIssue: { key: "APP-5" } },
      ],
      attachment: [{ filename: "a.png" }],
    };
    const { issues, skipped } = await importing(importJira, json(answer(issue("APP-1", fields))));
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "APP-1
        2026-01-02T09:00 Ada <ada@example.com> issue-created title="Crash on start" body="**Hello**" status="done" issueType="feature" priority="urgent" label=["ui","component:API"] assignee=["ben@example.com"] due="2026-03-01" estimate="PT1H30M" milestone="v1" sprint="Sprint 2"
        blocks APP-2
        blocked-by APP-3
        duplicates APP-4
        relates APP-5
        parent APP-9"
    `);
    expect(skipped).toEqual(["attachment"]);
  });

  test.each([
    [{}, []],
    [{ issuelinks: [] }, ["blocks", "blocked-by", "duplicates", "relates"]],
    [{ parent: { key: "APP-9" } }, ["parent"]],
  ])("takes back only links whose fields were asked for: %j", async (fields, tells) => {
    const { issues } = await importing(importJira, json(answer(issue("APP-1", fields))));
    expect(issues.map(({ now }) => now?.tells.join())).toEqual([tells.join()]);
  });

  test("without its changelog is told by its dates", async () => {
    const fields = {
      resolutiondate: "2026-01-08T10:00:00.000+0000",
      description: "h1. Title\r\n* one",
      resolution: { name: "Won't Do" },
    };
    expect(await toldAll(importJira, json(issue("APP-1", fields, null)))).toMatchInlineSnapshot(`
      "APP-1
        2026-01-02T09:00 Ada <ada@example.com> issue-created title="Crash on start" body="# Title\\n- one" status="todo" issueType="feature" priority="urgent" label=["ui"] assignee=["ben@example.com"]
        2026-01-08T10:00 Ada <ada@example.com> status-changed from="todo" to="done" resolution="not-planned""
    `);
  });

  test("tells an edited description by its first text", async () => {
    const histories = [
      { id: "1", author: ada, created: "2026-01-03T10:00:00.000+0000", items: [item("description", "one", "two")] },
    ];
    const { issues } = await importing(importJira, json(answer(issue("APP-1", { description: "two" }, histories))));
    expect(issues[0]?.commits.map(({ drafts }) => drafts[0])).toMatchObject([
      { body: "one" },
      { type: "description-changed", body: "two" },
    ]);
  });

  test("takes a comment or a history that is there twice once", async () => {
    const comment = { id: "7", author: ben, body: "Hi", created: "2026-01-04T11:00:00.000+0000" };
    const history = {
      id: "1",
      author: ada,
      created: "2026-01-03T10:00:00.000+0000",
      items: [item("summary", "a", "b")],
    };
    const given = issue("APP-1", { comment: { comments: [comment, comment] } }, [history, history]);
    const { issues, skipped } = await importing(importJira, json(answer(given)));
    expect(issues[0]?.commits.length).toBe(3);
    expect(skipped).toEqual(["event that is there twice", "event that is there twice"]);
  });

  test("is refused where it is something else", async () => {
    const nested = JSON.parse(`${"[".repeat(120)}${"]".repeat(120)}`);
    const refusals = [
      answer({ ...issue("APP-1"), fields: null }),
      answer(issue("APP-1", { created: "2026-02-30T10:00:00.000+0000" })),
      answer(issue("APP-1"), issue("APP-1")),
      answer(issue("APP-1", { labels: Array.from({ length: 1001 }, (_, i) => `l${i}`) })),
      answer(issue("APP-1", { comment: { comments: "none" } })),
      issue("APP-1", { x: nested }),
      issue("", {}),
    ].map((value) => refusal(importJira, json(value)));
    expect(await Promise.all(refusals)).toMatchInlineSnapshot(`
      [
        
      "invalid search.json:1: issues.0.fields: should be object, not null
      Is it what Jira's REST search answers?"
      ,
        
      "invalid search.json:1: issues.0.fields.created: should be a time from 1970 to 9999, such as 2026-12-01T09:30:00Z
      Is it what Jira's REST search answers?"
      ,
        
      "invalid search.json:1: APP-1 is there twice, first at search.json:1
      Remove one of the two."
      ,
        
      "invalid search.json:1: issues.0.fields.labels: should have at most 1000 entries
      Is it what Jira's REST search answers?"
      ,
        
      "invalid search.json:1: issues.0.fields.comment.comments: should be array, not "none"
      Is it what Jira's REST search answers?"
      ,
        
      "invalid search.json:1: this object is nested too deeply
      An issue is a JSON object: one per line, or a list of them."
      ,
        
      "invalid search.json:1: key: should not be empty
      Is it what Jira's REST search answers?"
      ,
      ]
    `);
  });

  test("with prototypes, lone surrogates and NUL is text like any other", async () => {
    const text =
      '{"key":"APP-1","__proto__":{"polluted":1},"fields":{"__proto__":{"x":1},"constructor":{"y":1},"summary":"a\\ud800\\u0000b\\u202e","status":{"name":"__proto__"},"created":"2026-01-02T10:00:00.000Z","priority":{"name":"constructor"}}}';
    expect(await toldAll(importJira, { "x.json": text })).toMatchInlineSnapshot(`
      "APP-1
        2026-01-02T10:00 unknown <unknown@jira.invalid> issue-created title="a�b‮" status="todo""
    `);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("Jira's table", () => {
  const table = [
    "Summary,Issue key,Issue id,Parent,Issue Type,Status,Status Category,Resolution,Priority,Assignee,Assignee Id,Reporter,Reporter Id,Created,Updated,Resolved,Due date,Labels,Labels,Description,Comment,Comment,Outward issue link (Blocks),Inward issue link (Blocks),Sprint,Sprint,Original estimate",
    'Login,APP-1,10001,,Epic,Selected,To Do,,Medium,Ben Roe,b1,Ada,a1,02/Jan/26 9:05 AM,03/Jan/26 9:05 AM,,01/Mar/26 12:00 AM,ui,api,"h2. Why\n* {{code}} for [~accountid:b1]","02/Jan/26 10:00 AM;b1;First; with a semicolon",,APP-2,,,,',
    "Child,APP-2,10002,10001,Sub-task,Done,Done,Won't Do,Low,,,Ada,a1,04/Jan/26 11:00 PM,05/Jan/26 9:05 AM,05/Jan/26 9:00 AM,,,,,,,,APP-1,Sprint 1,Sprint 2,7200",
  ].join("\r\n");

  test("becomes issues with comments, parents and links", async () => {
    const { issues, mapped } = await importing(importJira, { "jira.csv": table });
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "APP-1
        2026-01-02T09:05 Ada <a1@jira.invalid> issue-created title="Login" body="## Why\\n- \`code\` for @Ben Roe" status="todo" issueType="feature" priority="medium" label=["ui","api"] assignee=["b1@jira.invalid"] due="2026-03-01"
        2026-01-02T10:00 Ben Roe <b1@jira.invalid> comment-added body="First; with a semicolon"
        blocks APP-2
      APP-2
        2026-01-04T23:00 Ada <a1@jira.invalid> issue-created title="Child" status="todo" issueType="task" priority="low" estimate="PT2H" sprint="Sprint 2"
        2026-01-05T09:00 Ada <a1@jira.invalid> status-changed from="todo" to="done" resolution="not-planned"
        blocked-by APP-1
        parent APP-1"
    `);
    expect(mapped).toMatchInlineSnapshot(`
      [
        "status Selected -> todo",
        "type Epic -> feature",
        "type Sub-task -> task",
      ]
    `);
  });

  test("is refused without its columns, and with broken dates", async () => {
    expect(await refusal(importJira, { "j.csv": "Summary,Status\na,b\n" })).toMatchInlineSnapshot(`
      "invalid j.csv:1: there is no column “Issue key”
      Is it the CSV file of a search in Jira, with all fields?"
    `);
    expect(
      await refusal(importJira, { "j.csv": "Summary,Issue key,Status,Created\na,A-1,Done,yesterday\n" }),
    ).toMatchInlineSnapshot(`
      "invalid j.csv:2: Created: “yesterday” is no time that can be read
      Write times as 2026-12-01 or 2026-12-01T09:30:00Z."
    `);
    expect(
      await refusal(importJira, { "j.csv": "Summary,Issue key,Status,Created\na,A-1,Done,1/2/2026\n" }),
    ).toMatchInlineSnapshot(`
      "invalid j.csv:2: Created: “1/2/2026” is no time that can be read
      Nothing tells the day from the month. Write times as 2026-12-01 or 2026-12-01T09:30:00Z."
    `);
  });
});
