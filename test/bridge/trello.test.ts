import { describe, expect, test } from "bun:test";
import { importTrello } from "../../src/bridge/trello.ts";
import { importing, refusal, told } from "./importing.ts";

const id = (tail: string) => `65920080${tail.padStart(16, "0")}`; // Its first digits: 2024-01-01T00:00:00Z.
const [ada, ben] = [
  { id: "m1", fullName: "Ada", username: "ada1" },
  { id: "m2", fullName: "Ben", username: "ben2" },
];

const card = (changes: object = {}) => ({
  id: id("c1"),
  shortLink: "abcd1234",
  name: "Fix pump",
  desc: "It *leaks*",
  closed: false,
  due: "2026-03-01T12:00:00.000Z",
  dueComplete: false,
  idList: "l2",
  dateLastActivity: "2026-01-09T10:00:00.000Z",
  labels: [
    { name: "Bug", color: "red" },
    { name: "", color: "green" },
  ],
  idMembers: ["m2"],
  attachments: [
    { name: "Photo [1]", url: "https://example.com/p.png" },
    { name: "x", url: "javascript:alert(1)" },
  ],
  ...changes,
});

const action = (type: string, day: number, data: object, by: object | null = ben) => ({
  id: id(`a${type.length}${day}`),
  type,
  date: `2026-01-0${day}T10:00:00.000Z`,
  memberCreator: by,
  data: { card: { id: id("c1"), name: "Fix pump" }, ...data },
});

function board(changes: object = {}) {
  const lists = [
    { id: "l1", name: "Ideas", closed: false },
    { id: "l2", name: "In Progress", closed: false },
    { id: "l3", name: "Old", closed: true },
  ];
  return {
    "board.json": JSON.stringify({
      name: "Home",
      lists,
      members: [ada, ben],
      checklists: [],
      actions: [],
      cards: [card()],
      ...changes,
    }),
  };
}

describe("a board", () => {
  test("becomes issues with what its actions tell, oldest first", async () => {
    const actions = [
      action("updateCard", 8, { old: { closed: true }, card: { id: id("c1"), closed: false } }),
      action("updateCard", 7, { old: { closed: false }, card: { id: id("c1"), closed: true } }),
      action("updateCard", 6, { old: { due: null }, card: { id: id("c1"), due: "2026-03-01T12:00:00.000Z" } }),
      action("updateCard", 5, { old: { name: "Fix" }, card: { id: id("c1"), name: "Fix pump" } }),
      action("addLabelToCard", 4, { label: { name: "Bug", color: "red" } }),
      action("commentCard", 4, { text: "On it" }),
      action("addMemberToCard", 3, { idMember: "m2", member: { id: "m2", name: "Ben" } }, ada),
      action("updateCard", 2, {
        old: { idList: "l1" },
        listBefore: { id: "l1", name: "Ideas" },
        listAfter: { id: "l2", name: "In Progress" },
      }),
      action("updateCard", 2, { old: { pos: 1 } }),
      action("createCard", 1, {}, ada),
      { ...action("updateBoard", 1, {}), data: {} },
    ];
    const checklists = [
      {
        idCard: id("c1"),
        name: "Steps",
        checkItems: [
          { name: "buy", state: "complete" },
          { name: "fit", state: "incomplete" },
        ],
      },
    ];
    const { issues, skipped, mapped } = await importing(importTrello, board({ actions, checklists }));
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "abcd1234
        2026-01-01T10:00 Ada <ada1@trello.invalid> issue-created title="Fix" body="It *leaks*\\n\\n## Steps\\n\\n- [x] buy\\n- [ ] fit\\n\\n## Attachments\\n\\n- [Photo \\\\[1\\\\]](<https://example.com/p.png>)" status="todo" label=["green","list:Ideas"]
        2026-01-02T10:00 Ben <ben2@trello.invalid> status-changed from="todo" to="in-progress" | label-removed label="list:Ideas"
        2026-01-03T10:00 Ada <ada1@trello.invalid> assignee-added assignee="ben2@trello.invalid"
        2026-01-04T10:00 Ben <ben2@trello.invalid> comment-added body="On it" external="trello 65920080000000000000a114"
        2026-01-04T10:00 Ben <ben2@trello.invalid> label-added label="Bug"
        2026-01-05T10:00 Ben <ben2@trello.invalid> title-changed from="Fix" to="Fix pump"
        2026-01-06T10:00 Ben <ben2@trello.invalid> due-changed to="2026-03-01"
        2026-01-07T10:00 Ben <ben2@trello.invalid> issue-archived
        2026-01-08T10:00 Ben <ben2@trello.invalid> issue-restored"
    `);
    expect({ skipped, mapped }).toMatchInlineSnapshot(`
      {
        "mapped": [
          "status Ideas -> todo",
        ],
        "skipped": [
          "action updateBoard",
          "action updateCard",
        ],
      }
    `);
  });

  test("whose actions are gone is told by its cards: made when the id says, archived, done by the due date", async () => {
    const cards = [
      card(),
      card({ id: id("c2"), shortLink: "s2", closed: true }),
      card({ id: id("c3"), shortLink: "s3", dueComplete: true }),
      card({ id: id("c4"), shortLink: "s4", idList: "l3" }),
    ];
    const { issues } = await importing(importTrello, board({ cards }));
    expect(
      issues.map(({ commits: [first], now }) => [first?.time.seconds, now?.state.status, now?.state.archived]),
    ).toEqual([
      [1_704_067_200, "in-progress", false],
      [1_704_067_200, "in-progress", true],
      [1_704_067_200, "done", false],
      [1_704_067_200, "todo", true],
    ]);
  });

  test.each([
    [{ cards: undefined }, "board.json:1: cards: missing"],
    [{ cards: [card({ name: 3 })] }, "board.json:1: cards.0.name: should be string, not 3"],
    [{ cards: [card(), card()] }, "board.json:1: abcd1234 is there twice, first at board.json:1"],
    [
      { cards: [card({ dateLastActivity: "9999999-01-01" })] },
      "board.json:1: cards.0.dateLastActivity: should be a time from 1970 to 9999, such as 2026-12-01T09:30:00Z",
    ],
    [{ actions: [{ type: "createCard" }] }, "board.json:1: actions.0.id: missing"],
  ])("%# that is none is refused", async (changes, message) => {
    expect(await refusal(importTrello, board(changes))).toStartWith(`invalid ${message}`);
  });
});
