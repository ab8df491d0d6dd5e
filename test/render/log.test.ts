import { expect, test } from "bun:test";
import type { KnownEvent } from "../../src/core/event.ts";
import type { LogEntry } from "../../src/core/view.ts";
import type { UnreadRecord } from "../../src/core/vocabulary.ts";
import { describeEvent, renderLog } from "../../src/render/log.ts";
import { ada, ben, oid, style } from "./sample.ts";

interface Changes {
  readonly events?: readonly KnownEvent[];
  readonly unread?: readonly UnreadRecord[];
  readonly author?: typeof ada;
  readonly signed?: boolean;
  readonly parents?: readonly string[];
  readonly at?: string;
}

function entry({ at = "2026-03-09T12:00:00Z", ...changes }: Changes): LogEntry {
  const commit = {
    oid: oid("1"),
    author: ada,
    subject: "Subject",
    events: [],
    unread: [],
    signed: false,
    parents: [oid("2")],
  };
  return { issue: oid("a"), shortId: "aaaaaaa", title: "Fix the login", commit: { ...commit, ...changes }, at };
}

const entries = [
  entry({
    events: [
      { type: "status-changed", from: "todo", to: "in-progress" },
      { type: "label-added", label: "auth" },
    ],
    signed: true,
  }),
  entry({
    events: [{ type: "comment-added", body: "I see this on every machine\nhere, and it goes away after a restart" }],
    author: ben,
  }),
  entry({ parents: [oid("1"), oid("2")] }),
  entry({
    unread: [
      { type: "mood-set", fields: [], reason: "unknown" },
      { type: "label-added", fields: [], reason: "Label: missing" },
    ],
    at: "2025-03-09T12:00:00Z",
  }),
  entry({ at: "nonsense" }),
];

test("on a terminal a commit's first line says who and when", () => {
  expect(renderLog(entries, style({ width: 72 }))).toMatchInlineSnapshot(`
    "1d  Ada  aaaaaaa  status todo → in-progress  signed
                      label +auth  signed
    1d  Ben  aaaaaaa  commented: I see this on every machine here, and it g…
    1d  Ada  aaaaaaa  joined concurrent changes
    1y  Ada  aaaaaaa  mood-set: an event of a newer git-tracker, kept
                      label-added: not counted (Label: missing)
     ?  Ada  aaaaaaa  Subject"
  `);
});

test("elsewhere every line says everything", () => {
  expect(renderLog(entries, style())).toMatchInlineSnapshot(`
    "2026-03-09T12:00:00Z	Ada <ada@example.com>	aaaaaaa	1111111111111111111111111111111111111111	status todo → in-progress  signed
    2026-03-09T12:00:00Z	Ada <ada@example.com>	aaaaaaa	1111111111111111111111111111111111111111	label +auth  signed
    2026-03-09T12:00:00Z	Ben <ben@example.com>	aaaaaaa	1111111111111111111111111111111111111111	commented: I see this on every machine here, and it goes away after a restart
    2026-03-09T12:00:00Z	Ada <ada@example.com>	aaaaaaa	1111111111111111111111111111111111111111	joined concurrent changes
    2025-03-09T12:00:00Z	Ada <ada@example.com>	aaaaaaa	1111111111111111111111111111111111111111	mood-set: an event of a newer git-tracker, kept
    2025-03-09T12:00:00Z	Ada <ada@example.com>	aaaaaaa	1111111111111111111111111111111111111111	label-added: not counted (Label: missing)
    nonsense	Ada <ada@example.com>	aaaaaaa	1111111111111111111111111111111111111111	Subject"
  `);
});

test("nothing for no entries", () => {
  expect(renderLog([], style({ width: 80 }))).toBe("");
});

test("events in words", () => {
  const events: readonly [event: KnownEvent, words: string][] = [
    [{ type: "title-changed", from: "A", to: "B" }, "title “A” → “B”"],
    [{ type: "title-changed", to: "B" }, "title → “B”"],
    [{ type: "description-changed", body: "" }, "description cleared"],
    [{ type: "description-changed", body: "New  text\nhere" }, "description changed: New text here"],
    [{ type: "status-changed", from: "todo", to: "done", resolution: "completed" }, "status todo → done (completed)"],
    [{ type: "priority-changed", to: "high" }, "priority → high"],
    [{ type: "priority-changed", from: "high" }, "priority high → none"],
    [{ type: "priority-changed" }, "priority cleared"],
    [{ type: "estimate-changed", from: "PT1H", to: "PT2H30M" }, "estimate 1h → 2h30m"],
    [{ type: "parent-changed", to: oid("b") }, "parent → bbbbbbb"],
    [{ type: "rank-changed", to: "m" }, "moved within the column"],
    [{ type: "label-removed", label: "auth" }, "label -auth"],
    [{ type: "assignee-added", assignee: "ada@example.com" }, "assigned ada@example.com"],
    [{ type: "link-added", kind: "blocks", target: oid("b") }, "blocks bbbbbbb"],
    [{ type: "link-removed", kind: "relates", target: oid("b") }, "no longer relates bbbbbbb"],
    [{ type: "attachment-added", name: "a.txt", size: "2048", blob: oid("b") }, "attached a.txt (2.0 KiB)"],
    [{ type: "comment-added", body: "Yes", replyTo: oid("b") }, "replied: Yes"],
    [{ type: "comment-added", body: "x".repeat(200) }, `commented: ${"x".repeat(120)}…`],
    [{ type: "comment-deleted", comment: oid("b") }, "deleted comment bbbbbbb"],
    [{ type: "reaction-added", reaction: "+1" }, "reacted +1"],
    [{ type: "reaction-removed", reaction: "+1", comment: oid("b") }, "took back +1 on comment bbbbbbb"],
    [{ type: "conflict-resolved", field: "status", value: "done" }, "resolved status → done"],
    [{ type: "conflict-resolved", field: "description" }, "resolved description"],
    [{ type: "label-added", label: "a\x1b[2J" }, "label +a␛[2J"],
  ];
  expect(events.map(([event]) => describeEvent(event))).toEqual(events.map(([, words]) => words));
});
