import { describe, expect, test } from "bun:test";
import { TrackerError } from "../../src/core/errors.ts";
import type { KnownEvent } from "../../src/core/event.ts";
import type { BoardView, IssueSummary, IssueView, LogEntry } from "../../src/core/view.ts";
import { renderBoard } from "../../src/render/board.ts";
import { renderCsv } from "../../src/render/csv.ts";
import { renderDependencyTree, renderDot, renderMermaid } from "../../src/render/deps.ts";
import {
  envelope,
  errorEnvelope,
  issueFields,
  issueItem,
  renderJson,
  renderJsonLines,
  summaryItem,
} from "../../src/render/json.ts";
import { renderList, renderTree } from "../../src/render/list.ts";
import { describeEvent, renderLog } from "../../src/render/log.ts";
import { renderMarkdownTable } from "../../src/render/markdown.ts";
import { renderHits } from "../../src/render/search.ts";
import { renderIssue } from "../../src/render/show.ts";
import { line } from "../../src/render/span.ts";
import type { Style } from "../../src/render/style.ts";
import { renderTable } from "../../src/render/table.ts";
import { parseTemplate } from "../../src/render/template.ts";
import { findSteering, hostileStrings } from "./hostile.ts";
import { comment, issue, oid, style, summary } from "./sample.ts";

const styles: readonly Style[] = [
  style(),
  style({ color: "ansi" }),
  style({ width: 60 }),
  style({ width: 60, color: "ansi" }),
  style({ width: 130, color: "ansi" }),
];

/** An issue with the string wherever a string can be, also where a well-behaved fold would never let it. */
function hostileIssue(text: string): IssueView {
  const person = { name: text, email: text };
  const reference = { shortId: text, title: text, status: text, category: "todo" } as const;
  return issue({
    ...hostileSummary(text),
    body: text,
    reactions: { [text]: [text] },
    comments: [
      comment({
        author: person,
        body: text,
        createdAt: text,
        editedAt: text,
        replyTo: text,
        reactions: { [text]: [text] },
      }),
    ],
    attachments: [{ name: text, size: 1, oid: text }],
    commits: [text],
    watchers: [text],
    conflicts: [
      {
        field: text,
        values: [
          { value: text, author: person, at: text, commit: text },
          { value: null, author: person, at: text, commit: text },
        ],
      },
    ],
    quarantined: [{ commit: text, type: text, reason: text, fields: [[text, text]] }],
    related: { [oid("b")]: reference, [oid("d")]: reference, [text]: reference },
  });
}

function hostileSummary(text: string): IssueSummary {
  return summary({
    id: text,
    shortId: text,
    title: text,
    status: text,
    type: text,
    priority: text,
    labels: [text, text],
    assignees: [text, text],
    author: { name: text, email: text },
    createdAt: text,
    updatedAt: text,
    closedAt: text,
    due: text,
    estimate: 3600,
    parent: oid("b"),
    children: [oid("d")],
    sprint: text,
    milestone: text,
    rank: text,
    links: [{ kind: "blocks", target: oid("b") }],
    blockedBy: [text],
    blocking: [text],
    blocked: true,
    conflicted: true,
    externalIds: { [text]: text },
  });
}

function hostileBoard(text: string, by: string | null): BoardView {
  return {
    columns: [
      { name: text, category: "todo", limit: 1 },
      { name: text, category: "done", limit: null },
    ],
    by,
    lanes: [
      { name: text, cells: [[hostileSummary(text)], []] },
      { name: null, cells: [[], []] },
    ],
    counts: [1, 0],
  };
}

/** Every type of event with the string in each of its fields. */
function hostileEvents(text: string): KnownEvent[] {
  const change = { from: text, to: text };
  return [
    {
      type: "issue-created",
      title: text,
      body: text,
      status: text,
      label: [text],
      assignee: [text],
      external: [text],
      nonce: text,
    },
    { type: "title-changed", ...change },
    { type: "description-changed", body: text },
    { type: "status-changed", ...change },
    { type: "type-changed", ...change },
    { type: "priority-changed", ...change },
    { type: "estimate-changed", ...change },
    { type: "due-changed", ...change },
    { type: "parent-changed", ...change },
    { type: "rank-changed", ...change },
    { type: "milestone-changed", ...change },
    { type: "sprint-changed", ...change },
    { type: "label-added", label: text },
    { type: "label-removed", label: text },
    { type: "assignee-added", assignee: text },
    { type: "assignee-removed", assignee: text },
    { type: "watcher-added", watcher: text },
    { type: "watcher-removed", watcher: text },
    { type: "link-added", kind: "blocks", target: text },
    { type: "link-removed", kind: "blocks", target: text },
    { type: "attachment-added", name: text, size: text, blob: text },
    { type: "attachment-removed", name: text },
    { type: "commit-linked", commit: text },
    { type: "external-linked", external: text },
    { type: "comment-added", body: text, replyTo: text },
    { type: "comment-edited", comment: text, body: text },
    { type: "comment-deleted", comment: text },
    { type: "reaction-added", comment: text, reaction: text },
    { type: "reaction-removed", comment: text, reaction: text },
    { type: "issue-archived" },
    { type: "issue-deleted" },
    { type: "issue-restored" },
    { type: "conflict-resolved", field: text, value: text },
  ];
}

function hostileLog(text: string): LogEntry[] {
  const commit = { oid: text, author: { name: text, email: text }, subject: text, signed: true, parents: [] };
  const entry = { issue: text, shortId: text, title: text, at: text };
  return [
    { ...entry, commit: { ...commit, events: hostileEvents(text), unread: [] } },
    {
      ...entry,
      commit: {
        ...commit,
        events: [],
        unread: [
          { type: text, reason: text, fields: [] },
          { type: text, reason: "unknown", fields: [] },
        ],
      },
    },
    { ...entry, commit: { ...commit, events: [], unread: [] } },
  ];
}

function graph(text: string) {
  const node = { shortId: text, title: text, status: text, category: "active" } as const;
  return {
    nodes: [
      { ...node, id: "root" },
      { ...node, id: text },
    ],
    edges: [{ source: "root", kind: "blocks", target: text }] as const,
  };
}

const renderers: Readonly<Record<string, (text: string, style: Style) => string>> = {
  list: (text, style) => renderList({ items: [hostileSummary(text)], total: 9, next: text }, style),
  tree: (text, style) => renderTree({ items: [hostileSummary(text)], total: 1, next: null }, style),
  issue: (text, style) => renderIssue(hostileIssue(text), style, { comments: "all", hoursPerDay: 8 }),
  board: (text, style) => renderBoard(hostileBoard(text, null), style),
  "board with lanes": (text, style) => renderBoard(hostileBoard(text, text), style),
  log: (text, style) => renderLog(hostileLog(text), style),
  "events in words": (text) => hostileEvents(text).map(describeEvent).join("\n"),
  hits: (text, style) =>
    renderHits(
      { items: [{ issue: hostileSummary(text), field: "body", excerpt: text, marks: [[0, 1]] }], total: 2, next: text },
      style,
    ),
  table: (text, style) => renderTable([{ name: text }, { name: text }], [[line(text), line(text)]], style),
  csv: (text) => renderCsv([issueItem(hostileIssue(text))], issueFields),
  markdown: (text) => renderMarkdownTable([issueItem(hostileIssue(text))], issueFields),
  template: (text) =>
    parseTemplate(`${text.replaceAll("{", "")} {title} {comments}`, issueFields)(issueItem(hostileIssue(text))),
  json: (text, style) => renderJson(envelope("issue", { item: issueItem(hostileIssue(text)) }), style),
  "json lines": (text) => renderJsonLines([summaryItem(hostileSummary(text))]),
  "json error": (text, style) => renderJson(errorEnvelope(new TrackerError("invalid", text, text)), style),
  "dependency tree": (text, style) => renderDependencyTree(graph(text), "root", style),
  dot: (text) => renderDot(graph(text)),
  mermaid: (text) => renderMermaid(graph(text)),
};

describe("nothing that people wrote controls a terminal", () => {
  test("there are enough strings that try", () => {
    expect(hostileStrings.length).toBeGreaterThan(100);
    expect(hostileStrings.filter((text) => findSteering(text) !== undefined).length).toBeGreaterThan(100);
  });

  for (const [name, render] of Object.entries(renderers)) {
    test(name, () => {
      const found = hostileStrings.flatMap((text) =>
        styles.flatMap((dress) => {
          const steering = findSteering(render(text, dress));
          return steering === undefined
            ? []
            : [`${JSON.stringify(text)} at ${dress.width} ${dress.color}: ${steering}`];
        }),
      );
      expect(found).toEqual([]);
    });
  }

  test("colours come from us alone: without colour there is no escape at all", () => {
    const colourless = styles.filter(({ color }) => color === "none");
    for (const render of Object.values(renderers))
      for (const text of ["\x1b[31mred", "&#27;[31mred"])
        for (const dress of colourless) expect(render(text, dress)).not.toContain("\x1b");
  });

  test("one line per thing survives line breaks in every field", () => {
    const text = "a\nb\u2028c\r\nd\te";
    expect(renderList({ items: [hostileSummary(text)], total: 1, next: null }, style()).split("\n")).toHaveLength(1);
    expect(renderBoard(hostileBoard(text, text), style()).split("\n")).toHaveLength(1);
    expect(renderBoard(hostileBoard(text, text), style()).split("\t")).toHaveLength(4);
    expect(renderLog(hostileLog(text), style()).split("\n")).toHaveLength(hostileEvents(text).length + 3);
  });
});
