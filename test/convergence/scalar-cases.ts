/** Fields with one value. */
import type { Case } from "./case.ts";

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

export const ofScalars: readonly Case[] = scalars.flatMap(({ field, flag, typed, stored, shown }): Case[] => {
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

export const cleared: readonly Case[] = [
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
