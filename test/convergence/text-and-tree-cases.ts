/** Descriptions, circles of parents and links, and what is taken out of sight. */
import type { Case } from "./case.ts";

const text = (...lines: readonly string[]) => lines.join("\n\n");
const body = (...lines: readonly string[]) => `edit # --body ${text(...lines)}`;

const five = `-b ${text("One", "Two", "Three", "Four", "Five")}`;

export const descriptions: readonly Case[] = [
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

export const graphs: readonly Case[] = [
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

export const hidden: readonly Case[] = [
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
