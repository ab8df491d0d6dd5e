/** Sets: labels, people, links, files; and comments. */
import { blob, type Case } from "./case.ts";

export const sets: readonly Case[] = [
  { name: "labels: both add", a: ["label add # a"], b: ["label add # b"], state: { labels: ["a", "b"] } },
  { name: "labels: both add the same", a: ["label add # a"], b: ["label add # a"], state: { labels: ["a"] } },
  {
    name: "labels: both take away",
    begin: "-l a,b,c",
    a: ["label remove # a"],
    b: ["label remove # b"],
    state: { labels: ["c"] },
  },
  {
    name: "labels: an add wins over a concurrent remove",
    begin: "-l x",
    a: ["label remove # x", "label add # x"],
    b: ["label remove # x"],
    state: { labels: ["x"] },
  },
  {
    name: "labels: an add wins over a later remove",
    begin: "-l x",
    a: ["label remove # x", "label add # x"],
    b: ["comment # one", "comment # two", "label remove # x"],
    state: { labels: ["x"] },
  },
  {
    name: "labels: three add and take away",
    begin: "-l x",
    a: ["label add # a"],
    b: ["label remove # x"],
    c: ["label add # c"],
    state: { labels: ["a", "c"] },
  },
  {
    name: "assignees: both add",
    a: ["assign # ada@example.com"],
    b: ["assign # ben@example.com"],
    state: { assignees: ["ada@example.com", "ben@example.com"] },
  },
  {
    name: "assignees: one leaves while the other comes",
    begin: "-a ada@example.com",
    a: ["unassign # ada@example.com"],
    b: ["assign # ben@example.com"],
    state: { assignees: ["ben@example.com"] },
  },
  {
    name: "assignees: who is given it again stays",
    begin: "-a ada@example.com",
    a: ["unassign # ada@example.com", "assign # ada@example.com"],
    b: ["unassign # ada@example.com"],
    state: { assignees: ["ada@example.com"] },
  },
  {
    name: "watchers: both add, one takes away",
    before: [{ type: "watcher-added", watcher: "cyn@example.com" }],
    a: [{ type: "watcher-added", watcher: "ada@example.com" }],
    b: [{ type: "watcher-removed", watcher: "cyn@example.com" }],
    state: {},
  },
  {
    name: "links: both add",
    a: ["link # --blocks #2"],
    b: ["link # --relates #3"],
    state: {
      links: [
        { kind: "blocks", target: "#2" },
        { kind: "relates", target: "#3" },
      ],
    },
  },
  {
    name: "links: one of two kinds goes while the other comes",
    before: ["link # --relates #2"],
    a: ["unlink # #2"],
    b: ["link # --blocks #2"],
    state: { links: [{ kind: "blocks", target: "#2" }] },
  },
  {
    name: "links: taken away and made again wins over taken away",
    before: ["link # --blocks #2"],
    a: ["unlink # #2", "link # --blocks #2"],
    b: ["unlink # #2"],
    state: { links: [{ kind: "blocks", target: "#2" }] },
  },
];

export const files: readonly Case[] = [
  {
    name: "attachments: both add",
    a: ["attach # a.txt"],
    b: ["attach # b.txt"],
    state: { attachments: [{ name: "a.txt" }, { name: "b.txt" }] },
  },
  {
    name: "attachments: the same file of one name",
    a: ["attach # a.txt --name shot.txt"],
    b: ["attach # a.txt --name shot.txt"],
    state: { attachments: [{ name: "shot.txt", oid: blob("a") }] },
  },
  {
    name: "attachments: a new file wins over a concurrent remove",
    before: ["attach # a.txt --name shot.txt"],
    a: ["attach # b.txt --name shot.txt"],
    b: ["attach # --remove shot.txt"],
    state: { attachments: [{ name: "shot.txt", oid: blob("b") }] },
  },
  {
    name: "attachments: two files of one name",
    a: ["attach # a.txt --name shot.txt"],
    b: ["attach # b.txt --name shot.txt"],
    state: { attachments: [{ name: "shot.txt", oid: blob("b") }] },
    conflicts: { "attachment:shot.txt": [blob("a"), blob("b")] },
    next: {
      a: ["resolve # --ours"],
      state: {
        attachments: [
          { name: `shot-${blob("b").slice(0, 7)}.txt`, oid: blob("b") },
          { name: "shot.txt", oid: blob("a") },
        ],
      },
    },
  },
  {
    name: "attachments: three files of one name",
    a: ["attach # a.txt --name shot.txt"],
    b: ["attach # b.txt --name shot.txt"],
    c: ["attach # c.txt --name shot.txt"],
    state: { attachments: [{ name: "shot.txt", oid: blob("c") }] },
    conflicts: { "attachment:shot.txt": [blob("a"), blob("b"), blob("c")] },
    next: {
      b: [`resolve # attachment:shot.txt --value ${blob("a")}`],
      c: ["resolve # attachment:shot.txt --ours"],
      state: {},
      conflicts: { "attachment:shot.txt": [blob("a"), blob("c")] },
    },
  },
];

export const comments: readonly Case[] = [
  {
    name: "comments: both say something",
    a: ["comment # of-Ada"],
    b: ["comment # of-Ben"],
    c: ["comment # of-Cyn"],
    state: { comments: [{ body: "of-Ada" }, { body: "of-Ben" }, { body: "of-Cyn" }] },
  },
  {
    name: "comments: an edit wins over a concurrent delete",
    before: ["comment # First"],
    a: ["comment # --edit % Better"],
    b: ["comment # --delete %"],
    state: { comments: [{ body: "Better" }] },
    conflicts: { "comment:%": ["Better", null] },
    next: { b: ["resolve # comment:% --ours"], state: { comments: [] } },
  },
  {
    name: "comments: both edit",
    before: ["comment # First"],
    a: ["comment # --edit % of-Ada"],
    b: ["comment # --edit % of-Ben"],
    state: { comments: [{ body: "of-Ben" }] },
    conflicts: { "comment:%": ["of-Ada", "of-Ben"] },
    next: { a: ["resolve # comment --value of-both"], state: { comments: [{ body: "of-both" }] } },
  },
  {
    name: "comments: both edit alike",
    before: ["comment # First"],
    a: ["comment # --edit % Better"],
    b: ["comment # --edit % Better"],
    state: { comments: [{ body: "Better" }] },
  },
  {
    name: "comments: both delete",
    before: ["comment # First"],
    a: ["comment # --delete %"],
    b: ["comment # --delete %"],
    state: { comments: [] },
  },
  {
    name: "comments: three edit and delete",
    before: ["comment # First"],
    a: ["comment # --edit % of-Ada"],
    b: ["comment # --delete %"],
    c: ["comment # --edit % of-Cyn"],
    state: { comments: [{ body: "of-Cyn" }] },
    conflicts: { "comment:%": ["of-Ada", null, "of-Cyn"] },
    next: { c: ["resolve # --ours"], state: { comments: [{ body: "of-Cyn" }] } },
  },
];
