/** A small export of each system, as it is written there. */
import { importCsv } from "../../src/bridge/csv-issues.ts";
import { importGitLab } from "../../src/bridge/gitlab.ts";
import { importJira } from "../../src/bridge/jira.ts";
import { importLinear } from "../../src/bridge/linear.ts";
import type { ReadFiles } from "../../src/bridge/sources.ts";
import { importTaskwarrior } from "../../src/bridge/taskwarrior.ts";
import { importTodoTxt } from "../../src/bridge/todo-txt.ts";
import { importTrello } from "../../src/bridge/trello.ts";

export interface Export {
  readonly system: string;
  readonly read: ReadFiles;
  readonly name: string;
  readonly text: string;
}

const ben = { accountId: "b1", displayName: "Ben", emailAddress: "ben@example.com" };
const card = "659200800000000000000001";

const jira = {
  issues: [
    {
      key: "APP-1",
      fields: {
        summary: "New title",
        description: "h1. Why\n{code}x{code}",
        status: { name: "Done", statusCategory: { key: "done" } },
        resolution: { name: "Fixed" },
        priority: { name: "High" },
        labels: ["ui"],
        reporter: ben,
        created: "2026-01-02T10:00:00.000+0100",
        updated: "2026-01-05T10:00:00.000+0000",
        comment: { comments: [{ id: "7", author: ben, body: "Hello", created: "2026-01-04T11:00:00.000+0000" }] },
        issuelinks: [{ type: { name: "Blocks" }, outwardIssue: { key: "APP-2" } }],
      },
      changelog: {
        histories: [
          {
            id: "1",
            author: ben,
            created: "2026-01-03T10:00:00.000+0000",
            items: [
              { field: "summary", fromString: "Old title", toString: "New title" },
              { field: "status", fromString: "To Do", toString: "Done" },
              { field: "resolution", fromString: null, toString: "Fixed" },
            ],
          },
        ],
      },
    },
    {
      key: "APP-2",
      fields: {
        summary: "Two",
        status: { name: "To Do" },
        created: "2026-01-02T10:00:00.000Z",
        parent: { key: "APP-1" },
      },
    },
  ],
};

const trello = {
  lists: [
    { id: "l1", name: "Ideas" },
    { id: "l2", name: "Done" },
  ],
  members: [{ id: "m1", fullName: "Ben", username: "ben" }],
  checklists: [{ idCard: card, name: "Steps", checkItems: [{ name: "buy", state: "complete" }] }],
  cards: [
    {
      id: card,
      shortLink: "abc",
      name: "Pump",
      desc: "leaks",
      idList: "l2",
      idMembers: ["m1"],
      labels: [{ name: "bug" }],
      due: "2026-03-01T12:00:00.000Z",
      dateLastActivity: "2026-01-03T10:00:00.000Z",
      attachments: [],
    },
  ],
  actions: [
    {
      id: "a2",
      type: "commentCard",
      date: "2026-01-03T10:00:00.000Z",
      memberCreator: { fullName: "Ben", username: "ben" },
      data: { text: "Hi", card: { id: card } },
    },
    {
      id: "a1",
      type: "updateCard",
      date: "2026-01-02T10:00:00.000Z",
      data: { card: { id: card }, listBefore: { name: "Ideas" }, listAfter: { name: "Done" } },
    },
  ],
};

const gitlab = {
  iid: 3,
  title: "Fix",
  state: "closed",
  author: { id: 1, name: "Ben", username: "ben" },
  created_at: "2026-01-01T10:00:00.000Z",
  updated_at: "2026-01-04T10:00:00.000Z",
  labels: ["bug"],
  web_url: "https://gitlab.example.com/a/b/-/issues/3",
  notes: [
    {
      id: 9,
      note: "Hm",
      author_id: 1,
      author: { name: "Ben" },
      created_at: "2026-01-02T10:00:00.000Z",
      award_emoji: [{ id: 2, name: "heart", user_id: 1 }],
    },
  ],
  resource_state_events: [{ user_id: 1, state: "closed", created_at: "2026-01-03T10:00:00.000Z" }],
  resource_label_events: [
    { user_id: 1, action: "add", created_at: "2026-01-03T10:00:00.000Z", label: { title: "bug" } },
  ],
};

const tasks = [
  {
    uuid: "6a1f2d6e-0000-0000-0000-000000000001",
    description: "Buy",
    status: "pending",
    entry: "20260110T120000Z",
    modified: "20260111T120000Z",
    tags: ["x"],
    annotations: [{ entry: "20260110T120001Z", description: "note" }],
    depends: ["6a1f2d6e-0000-0000-0000-000000000002"],
  },
  {
    uuid: "6a1f2d6e-0000-0000-0000-000000000002",
    description: "Find",
    status: "completed",
    entry: "20260110T120000Z",
    end: "20260112T120000Z",
  },
];

const linear = [
  '"ID","Team","Title","Description","Status","Priority","Creator","Assignee","Labels","Created","Updated","Started","Completed","Due Date","Parent issue","Blocked by"',
  '"E-1","E","One","Text","Done","High","ben@example.com","Ben","a, b","2026-01-01T10:00:00Z","2026-01-05T10:00:00Z","2026-01-02T10:00:00Z","2026-01-03T10:00:00Z","2026-03-01","",""',
  '"E-2","E","Two","","Todo","Low","ben@example.com","","","2026-01-01T10:00:00Z","","","","","E-1","E-1"',
].join("\r\n");

const jiraTable = [
  "Summary,Issue key,Issue id,Status,Resolution,Reporter,Created,Updated,Resolved,Labels,Labels,Comment",
  'One,A-1,1,Done,Fixed,ben@example.com,02/Jan/26 9:05 AM,03/Jan/26 9:05 AM,03/Jan/26 9:05 AM,x,y,"02/Jan/26 10:00 AM;ben;First"',
].join("\n");

export const exports: readonly Export[] = [
  { system: "jira", read: importJira, name: "search.json", text: JSON.stringify(jira) },
  { system: "jira", read: importJira, name: "search.csv", text: jiraTable },
  { system: "trello", read: importTrello, name: "board.json", text: JSON.stringify(trello) },
  { system: "gitlab", read: importGitLab, name: "issues.json", text: JSON.stringify([gitlab]) },
  { system: "taskwarrior", read: importTaskwarrior, name: "tasks.json", text: JSON.stringify(tasks) },
  { system: "linear", read: importLinear, name: "linear.csv", text: linear },
  {
    system: "todo.txt",
    read: importTodoTxt,
    name: "todo.txt",
    text: "(A) 2026-01-30 Call +x due:2026-03-01\nx 2026-02-03 2026-01-30 Pay p:1 id:2\nParent id:1",
  },
  {
    system: "csv",
    read: importCsv,
    name: "t.csv",
    text: 'id,title,status,labels,due,created,closed\n1,One,Done,"a,b",2026-03-01,2026-01-01,2026-01-02\n2,Two,,,,,\n',
  },
];
