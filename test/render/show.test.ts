import { expect, test } from "bun:test";
import { renderIssue } from "../../src/render/show.ts";
import { ada, ben, comment, issue, oid, style } from "./sample.ts";

const options = { comments: "last", hoursPerDay: 8 } as const;
const reference = (digit: string, title: string, status: "todo" | "done") => ({
  [oid(digit)]: { shortId: digit.repeat(7), title, status, category: status },
});
const full = issue({
  title: "The search index should be rebuilt in the background instead of blocking the first list",
  status: "in-progress",
  category: "active",
  type: "bug",
  priority: "high",
  labels: ["index", "performance"],
  assignees: ["ada@example.com"],
  due: "2026-03-06",
  estimate: 37_800,
  milestone: "1.0",
  sprint: "Spring",
  parent: oid("1"),
  children: [oid("2"), oid("3")],
  childrenDone: 1,
  blocked: true,
  blockedBy: [oid("4")],
  links: [
    { kind: "blocks", target: oid("5") },
    { kind: "relates", target: oid("6") },
  ],
  blocking: [oid("5")],
  conflicted: true,
  conflicts: [
    {
      field: "status",
      values: [
        { value: "in-progress", author: ada, at: "2026-03-07T12:00:00Z", commit: oid("8") },
        { value: null, author: ben, at: "2026-03-10T10:00:00Z", commit: oid("9") },
      ],
    },
  ],
  quarantined: [
    { commit: oid("8"), type: "label-added", reason: "Label: missing", fields: [] },
    { commit: oid("9"), type: "mood-set", reason: "unknown", fields: [] },
  ],
  attachments: [{ name: "profile.svg", size: 48_213, oid: oid("8") }],
  commits: [oid("e")],
  externalIds: { github: "example/project#12" },
  watchers: ["cyn@example.com"],
  reactions: { "+1": ["ada@example.com", "ben@example.com"] },
  linkedFrom: [{ kind: "duplicates", source: oid("7") }],
  related: {
    ...reference("1", "Faster", "todo"),
    ...reference("2", "Measure it", "done"),
    ...reference("3", "Write it", "todo"),
    ...reference("4", "Decide on a format that lasts for a good many years to come", "todo"),
    ...reference("5", "Release", "todo"),
    ...reference("7", "Mentions this one", "done"),
  },
  body: "After a **plain** `git fetch` the index is stale.\n\n- [x] measure",
  comments: [
    comment(),
    comment({
      id: oid("d"),
      author: ada,
      body: "I have a fix:\n\n    git pull",
      createdAt: "2026-03-10T11:00:00Z",
      editedAt: "2026-03-10T11:30:00Z",
      replyTo: oid("c"),
      reactions: { heart: ["ben@example.com"] },
    }),
  ],
});

test("everything, on a terminal without colour", () => {
  expect(renderIssue(full, style({ width: 72 }), options)).toMatchInlineSnapshot(`
    "The search index should be rebuilt in the background instead of blocking
    the first list
    aaaaaaa · opened 1w ago by Ada · changed 2d ago

    status         in-progress blocked conflict
    conflict       status: in-progress (Ada, 3d ago) or none (Ben, 2h ago)
                   settle it: git tracker resolve aaaaaaa --ours|--theirs|-e
    type           bug
    priority       high
    labels         index, performance
    assignees      ada@example.com
    due            2026-03-06 (4d ago)
    estimate       1d2h30m
    milestone      1.0
    sprint         Spring
    parent         1111111  todo  Faster
    children       1 of 2 done
                   2222222  done  Measure it
                   3333333  todo  Write it
    blocked by     4444444  todo  Decide on a format that lasts for a good …
    blocks         5555555  todo  Release
    relates to     6666666666  not here
    duplicated by  7777777  done  Mentions this one
    attachments    profile.svg 47 KiB
    commits        eeeeeeeeee
    elsewhere      github example/project#12
    watchers       cyn@example.com
    reactions      +1 2
    not read       label-added in 8888888888: not counted (Label: missing)
                   mood-set in 9999999999: written by a newer git-tracker,
                   kept

    After a **plain** \`git fetch\` the index is stale.

    - [x] measure

    ── last of 2 comments · all: --comments ────────────────────────────────

    Ada · 1h ago · edited · in reply to ccccccc · heart 1 · ddddddd
      I have a fix:

          git pull"
  `);
});

test("the same facts elsewhere", () => {
  expect(renderIssue(full, style(), { ...options, comments: "all" })).toMatchInlineSnapshot(`
    "title: The search index should be rebuilt in the background instead of blocking the first list
    id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    status: in-progress blocked
    conflict: status: in-progress (Ada <ada@example.com> 2026-03-07T12:00:00Z) or none (Ben <ben@example.com> 2026-03-10T10:00:00Z)
    type: bug
    priority: high
    labels: index,performance
    assignees: ada@example.com
    due: 2026-03-06
    estimate: 1d2h30m
    milestone: 1.0
    sprint: Spring
    author: Ada <ada@example.com>
    created: 2026-03-01T12:00:00Z
    updated: 2026-03-08T12:00:00Z
    parent: 1111111  todo  Faster
    children: 1 of 2 done
    children: 2222222  done  Measure it
    children: 3333333  todo  Write it
    blocked-by: 4444444  todo  Decide on a format that lasts for a good many years to come
    blocks: 5555555  todo  Release
    relates-to: 6666666666  not here
    duplicated-by: 7777777  done  Mentions this one
    attachments: profile.svg  47 KiB
    commits: eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
    elsewhere: github example/project#12
    watchers: cyn@example.com
    reactions: +1 2
    not-read: label-added in 8888888888: not counted (Label: missing)
    not-read: mood-set in 9999999999: written by a newer git-tracker, kept
    comments: 2

    After a **plain** \`git fetch\` the index is stale.

    - [x] measure

    comment: cccccccccccccccccccccccccccccccccccccccc Ben <ben@example.com> 2026-03-09T12:00:00Z
    Seen it too.

    comment: dddddddddddddddddddddddddddddddddddddddd Ada <ada@example.com> 2026-03-10T11:00:00Z edited 2026-03-10T11:30:00Z reply-to cccccccccccccccccccccccccccccccccccccccc
    I have a fix:

        git pull"
  `);
});

test("facts without a value are left out", () => {
  expect(renderIssue(issue(), style({ width: 72 }), options)).toMatchInlineSnapshot(`
    "Fix the login
    aaaaaaa · opened 1w ago by Ada · changed 2d ago

    status  todo"
  `);
  expect(renderIssue(issue(), style(), options)).toMatchInlineSnapshot(`
    "title: Fix the login
    id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    status: todo
    author: Ada <ada@example.com>
    created: 2026-03-01T12:00:00Z
    updated: 2026-03-08T12:00:00Z
    comments: 0"
  `);
});

test("all comments on demand", () => {
  const all = renderIssue(full, style({ width: 72 }), { ...options, comments: "all" });
  expect(all).toContain("── 2 comments ──");
  expect(all).toContain("Seen it too.");
});

test("Markdown is laid out where there is colour", () => {
  const shown = renderIssue(issue({ body: "**bold** text" }), style({ width: 72, color: "ansi" }), options);
  expect(shown.split("\n").at(-1)).toBe("\x1b[1mbold\x1b[22m text");
});

test("a due date that has passed is red only while the issue is open", () => {
  const dress = style({ width: 72, color: "ansi" });
  const late = { due: "2026-03-06" };
  expect(renderIssue(issue(late), dress, options)).toContain("\x1b[31m(4d ago)");
  expect(renderIssue(issue({ ...late, category: "done" }), dress, options)).toContain("\x1b[2m(4d ago)");
});

test("closed, archived and deleted issues say so", () => {
  const closed = issue({
    status: "done",
    category: "done",
    resolution: "not-planned",
    closedAt: "2026-03-09T22:30:00Z",
    archived: true,
    deleted: true,
  });
  const shown = renderIssue(closed, style({ width: 72 }), options);
  expect(shown).toContain("status  done (not-planned) archived deleted");
  expect(shown).toContain("closed  2026-03-09 23:30 (13h ago)");
});

test("of long texts in conflict the first lines that differ, on a terminal", () => {
  const side = (value: string, author: typeof ada) => ({ value, author, at: "2026-03-10T10:00:00Z", commit: oid("8") });
  const view = issue({
    body: "Steps:\n\n1. open it\n2. press\n3. swear",
    conflicted: true,
    conflicts: [
      {
        field: "description",
        values: [
          side("Steps:\n\n1. open it\n2. click", ada),
          side("Steps:\n\n1. open it\n2. press\n3. swear", ben),
          side("Steps:\n\n1. open it", ben),
        ],
      },
    ],
  });
  const shown = (width?: number) => renderIssue(view, style(width === undefined ? {} : { width }), options);
  expect(shown(100)).toMatchInlineSnapshot(`
    "Fix the login
    aaaaaaa · opened 1w ago by Ada · changed 2d ago

    status    todo
    conflict  description: … 2. click (Ada, 2h ago) or … 2. press … (Ben, 2h ago) or nothing more (Ben,
              2h ago)
              settle it: git tracker resolve aaaaaaa --ours|--theirs|-e

    Steps:

    1. open it
    2. press
    3. swear"
  `);
  expect(
    shown()
      .split("\n")
      .find((each) => each.startsWith("conflict")),
  ).toContain("1. open it␊2. press␊3. swear");
});
