/**
 * What concurrent edits come to, as a table: what Ada, Ben and Cyn did at once, and the state and the conflicts that all of them have
 * then, in whatever order they sync. Of edits that are equally deep Ben's are later than Ada's, and Cyn's later than Ben's.
 */
import type { EventDraft } from "../../src/core/event.ts";
import { nameObject } from "../../src/store/objects.ts";

/**
 * A command line, its words parted by single blanks: `#` is the issue, `#2` another one, `%` the first comment. Or an event that no
 * command writes yet.
 */
export type Change = string | EventDraft;

export interface Outcome {
  /** What `show --json` says of it, among other things. */
  readonly state: Readonly<Record<string, unknown>>;
  /** By field, in the order of the stream. */
  readonly conflicts?: Readonly<Record<string, readonly (string | null)[]>>;
}

export interface Doing {
  readonly a?: readonly Change[];
  readonly b?: readonly Change[];
  readonly c?: readonly Change[];
}

export interface Case extends Doing, Outcome {
  readonly name: string;
  /** The words of the `new` that made it, after the title. */
  readonly begin?: string;
  /** What Ada did before anybody else had it. */
  readonly before?: readonly Change[];
  /** What happens when all have seen that, and what comes of it. */
  readonly next?: Doing & Outcome;
}

/** The name of a file's content. */
export const blob = (text: string) => nameObject("sha1", { type: "blob", bytes: new TextEncoder().encode(text) }).oid;

const text = (...lines: readonly string[]) => lines.join("\n\n");
const body = (...lines: readonly string[]) => `edit # --body ${text(...lines)}`;

const sets: readonly Case[] = [
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

const files: readonly Case[] = [
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

const comments: readonly Case[] = [
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

/** Of every scalar two values: as they are typed and as they are stored; and what there was before. */
export const scalars = [
  {
    field: "title",
    flag: "--title",
    typed: ["One", "Two"],
    stored: ["One", "Two"],
    shown: ["One", "Two"],
    none: "Begun",
  },
  {
    field: "status",
    flag: "--status",
    typed: ["in-progress", "done"],
    stored: ["in-progress", "done"],
    shown: ["in-progress", "done"],
    none: "todo",
  },
  {
    field: "type",
    flag: "--type",
    typed: ["bug", "task"],
    stored: ["bug", "task"],
    shown: ["bug", "task"],
    none: null,
  },
  {
    field: "priority",
    flag: "--priority",
    typed: ["low", "high"],
    stored: ["low", "high"],
    shown: ["low", "high"],
    none: null,
  },
  {
    field: "due",
    flag: "--due",
    typed: ["2026-03-01", "2026-04-01"],
    stored: ["2026-03-01", "2026-04-01"],
    shown: ["2026-03-01", "2026-04-01"],
    none: null,
  },
  {
    field: "estimate",
    flag: "--estimate",
    typed: ["1h", "2h"],
    stored: ["PT1H", "PT2H"],
    shown: [3600, 7200],
    none: null,
  },
  {
    field: "milestone",
    flag: "--milestone",
    typed: ["1.0", "2.0"],
    stored: ["1.0", "2.0"],
    shown: ["1.0", "2.0"],
    none: null,
  },
  { field: "sprint", flag: "--sprint", typed: ["s1", "s2"], stored: ["s1", "s2"], shown: ["s1", "s2"], none: null },
  { field: "parent", flag: "--set-parent", typed: ["#2", "#3"], stored: ["#2", "#3"], shown: ["#2", "#3"], none: null },
] as const;

const ofScalars: readonly Case[] = scalars.flatMap(({ field, flag, typed, stored, shown }): Case[] => {
  const set = (at: 0 | 1) => `edit # ${flag} ${typed[at]}`;
  return [
    {
      name: `${field}: different values, the later is shown, one side is taken`,
      a: [set(0)],
      b: [set(1)],
      state: { [field]: shown[1] },
      conflicts: { [field]: stored },
      next: { a: [`resolve # ${field} --ours`], state: { [field]: shown[0] } },
    },
    { name: `${field}: the same value`, a: [set(0)], b: [set(0)], state: { [field]: shown[0] } },
    {
      name: `${field}: different values, deeper is later, settled by another value`,
      a: ["comment # one", "comment # two", set(0)],
      b: [set(1)],
      state: { [field]: shown[0] },
      conflicts: { [field]: stored.toReversed() },
      next: { b: [`resolve # ${field} --value ${typed[1]}`], state: { [field]: shown[1] } },
    },
    {
      name: `${field}: three values, settled in two ways at once`,
      a: [set(0)],
      b: [set(1)],
      c: [set(0)],
      state: { [field]: shown[0] },
      conflicts: { [field]: [stored[0], stored[1], stored[0]] },
      next: {
        b: [`resolve # ${field} --ours`],
        c: [`resolve # ${field} --value ${typed[0]}`],
        state: { [field]: shown[0] },
        conflicts: { [field]: stored.toReversed() },
      },
    },
    {
      name: `${field}: settled alike at once, by resolve and by setting it`,
      a: [set(0)],
      b: [set(1)],
      state: { [field]: shown[1] },
      conflicts: { [field]: stored },
      next: { a: [`resolve # ${field} --theirs`], b: [set(1)], state: { [field]: shown[1] } },
    },
  ];
});

const cleared: readonly Case[] = [
  {
    name: "priority: cleared and set",
    begin: "-p low",
    a: ["edit # --priority high"],
    b: ["edit # --priority "],
    state: { priority: null },
    conflicts: { priority: ["high", null] },
    next: { a: ["resolve # --theirs"], state: { priority: null } },
  },
  {
    name: "rank: different values are no conflict",
    a: [{ type: "rank-changed", to: "a" }],
    b: [{ type: "rank-changed", to: "b" }],
    state: { rank: "b" },
  },
  {
    name: "two fields: each has its own conflict",
    a: ["edit # --title One --priority low"],
    b: ["edit # --title Two --priority high"],
    state: { title: "Two", priority: "high" },
    conflicts: { title: ["One", "Two"], priority: ["low", "high"] },
    next: {
      a: ["resolve # title --ours"],
      b: ["resolve # priority --theirs"],
      state: { title: "One", priority: "low" },
    },
  },
];

const five = `-b ${text("One", "Two", "Three", "Four", "Five")}`;

const descriptions: readonly Case[] = [
  {
    name: "description: two edit different lines",
    begin: five,
    a: [body("One!", "Two", "Three", "Four", "Five")],
    b: [body("One", "Two", "Three", "Four", "Five!")],
    state: { body: text("One!", "Two", "Three", "Four", "Five!") },
  },
  {
    name: "description: three edit different lines",
    begin: five,
    a: [body("One!", "Two", "Three", "Four", "Five")],
    b: [body("One", "Two", "Three!", "Four", "Five")],
    c: [body("One", "Two", "Three", "Four", "Five!")],
    state: { body: text("One!", "Two", "Three!", "Four", "Five!") },
  },
  {
    name: "description: two edit alike",
    begin: five,
    a: [body("One!", "Two")],
    b: [body("One!", "Two")],
    state: { body: text("One!", "Two") },
  },
  {
    name: "description: two edit one line",
    begin: five,
    a: [body("One", "Two", "Ada", "Four", "Five")],
    b: [body("One", "Two", "Ben", "Four", "Five")],
    state: { body: text("One", "Two", "Ben", "Four", "Five") },
    conflicts: {
      description: [text("One", "Two", "Ada", "Four", "Five"), text("One", "Two", "Ben", "Four", "Five")],
    },
    next: { b: ["resolve # --theirs"], state: { body: text("One", "Two", "Ada", "Four", "Five") } },
  },
  {
    name: "description: two edit one line, a third another",
    begin: five,
    a: [body("Ada", "Two", "Three", "Four", "Five")],
    b: [body("Ben", "Two", "Three", "Four", "Five")],
    c: [body("One", "Two", "Three", "Four", "Cyn")],
    state: { body: text("One", "Two", "Three", "Four", "Cyn") },
    conflicts: {
      description: [
        text("Ada", "Two", "Three", "Four", "Five"),
        text("Ben", "Two", "Three", "Four", "Five"),
        text("One", "Two", "Three", "Four", "Cyn"),
      ],
    },
    next: {
      a: ["resolve # description --value of-Ada"],
      b: ["resolve # description --value of-Ben"],
      state: { body: "of-Ben" },
      conflicts: { description: ["of-Ada", "of-Ben"] },
    },
  },
];

const graphs: readonly Case[] = [
  {
    name: "parents: a circle is broken at the later edge",
    a: ["edit # --set-parent #2"],
    b: ["edit #2 --set-parent #"],
    state: { parent: "#2" },
  },
  {
    name: "parents: a circle that is broken here, and opened by resolve at the other end",
    a: ["edit #2 --set-parent #"],
    b: ["edit # --set-parent #2"],
    state: { parent: null },
    conflicts: { parent: ["#2"] },
    next: { b: ["resolve # --ours"], state: { parent: "#2" } },
  },
  {
    name: "parents: a circle of three",
    a: ["edit #2 --set-parent #3"],
    b: ["edit #3 --set-parent #"],
    c: ["edit # --set-parent #2"],
    state: { parent: null },
    conflicts: { parent: ["#2"] },
    next: { a: ["resolve # --ours"], state: { parent: null } },
  },
  {
    name: "links: a circle is broken at the later edge",
    a: ["link #2 --blocks #"],
    b: ["link # --blocks #2"],
    state: { blockedBy: ["#2"], blocking: [] },
    conflicts: { links: ["blocks #2"] },
    next: { a: ["resolve # links --value "], state: { links: [], blockedBy: ["#2"] } },
  },
  {
    name: "links: a circle of duplicates, of three",
    a: ["link #2 --duplicates #3"],
    b: ["link #3 --duplicates #"],
    c: ["link # --duplicates #2"],
    state: {},
    conflicts: { links: ["duplicates #2"] },
    next: { c: ["resolve # --ours"], state: { links: [{ kind: "duplicates", target: "#2" }] } },
  },
];

const hidden: readonly Case[] = [
  {
    name: "deleted while the other edits: it is deleted, and the edit is kept",
    a: ["delete #"],
    b: ["edit # --title Edited"],
    state: { title: "Edited" },
    next: { a: ["restore #"], state: { title: "Edited" } },
  },
  {
    name: "archived while the other edits",
    a: ["edit # --title Edited"],
    b: ["archive #"],
    state: { title: "Edited" },
  },
  {
    name: "a restore wins over a concurrent delete",
    before: ["archive #"],
    a: ["restore #"],
    b: ["delete #"],
    state: { title: "Begun" },
  },
  { name: "both delete", a: ["delete #"], b: ["delete #"], c: ["label add # a"], state: { labels: ["a"] } },
];

export const cases: readonly Case[] = [
  ...sets,
  ...files,
  ...comments,
  ...ofScalars,
  ...cleared,
  ...descriptions,
  ...graphs,
  ...hidden,
];

/** The same for those who have `merge.strategy.<field> = manual`, which scalars alone can have: what is shown meanwhile is what there was before. */
export const manualCases: readonly Case[] = [
  ...scalars.flatMap(({ field, flag, typed, stored, shown, none }): Case[] => [
    {
      name: `${field}, manual: neither value is shown until it is settled`,
      a: [`edit # ${flag} ${typed[0]}`],
      b: [`edit # ${flag} ${typed[1]}`],
      state: { [field]: none },
      conflicts: { [field]: stored },
      next: { a: ["resolve # --theirs"], state: { [field]: shown[1] } },
    },
    {
      name: `${field}, manual: what there was before was set once`,
      before: [`edit # ${flag} ${typed[0]}`],
      a: [`edit # ${flag} ${typed[1]}`],
      b: [
        `comment # later`,
        `edit # ${flag} ${field === "status" ? "todo" : field === "title" ? "Begun" : ""}`.replace(
          "--set-parent ",
          "--remove-parent",
        ),
      ],
      state: { [field]: shown[0] },
      conflicts: { [field]: [stored[1], none] },
      next: { b: ["resolve # --theirs"], state: { [field]: shown[1] } },
    },
  ]),
];
