import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { importBacklog } from "../../src/bridge/backlog.ts";
import type { SourceFolder } from "../../src/bridge/source.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import { type ImportedIssue, importIssues } from "../../src/tracker/import.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import { makeRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";
import { openSession } from "../support/transcript.ts";

const now = { seconds: 1_800_000_000, zone: "+0000" };

/** A folder that exists in memory only. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): SourceFolder {
  const below = (path: string) => Object.keys(files).filter((name) => name === path || name.startsWith(`${path}/`));
  return {
    exists: (path) => below(path).length > 0,
    list: async (path) => below(path).sort(),
    read: async (name) => {
      const file = files[name] ?? "";
      return typeof file === "string" ? new TextEncoder().encode(file) : file;
    },
  };
}

async function read(
  files: Readonly<Record<string, string | Uint8Array>>,
  mapped: string[] = [],
  skipped: string[] = [],
): Promise<ImportedIssue[]> {
  const context = {
    settings: defaultSettings,
    now,
    mapped: (...words: [string, string, string]) => mapped.push(words.join(" ")),
    skipped: (kind: string) => skipped.push(kind),
  };
  return await Array.fromAsync(importBacklog(folderOf(files), context));
}

function short(issue: ImportedIssue | undefined): string[] {
  return (issue?.commits ?? []).map(({ author, time, drafts }) =>
    [
      author.email,
      new Date(time.seconds * 1000).toISOString().slice(0, 16),
      ...drafts.map(({ type, ...fields }) =>
        type === "issue-created" ? type : `${type} ${JSON.stringify(fields).replace(/["{}]/g, "")}`,
      ),
    ].join(" "),
  );
}

const full = `---
id: TASK-7
title: >-
  A title that
  goes on
status: In Progress
assignee:
  - '@ada'
  - Ben <ben@example.com>
reporter: @cy
created_date: '2026-01-02 03:04'
updated_date: "2026-01-05 06:07" # later
labels: [ui, "a, b", 'it''s', ui]
dependencies:
- TASK-1
parent_task_id: task-2
priority: High
type: bug
milestone: m-3
due_date: 2026-02-01
references:
  - https://example.com/x
ordinal: 1000
custom:
  deep:
    - 1
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
What it is

## Not a section
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [x] #1 It works
- [ ] #2 It is fast
<!-- AC:END -->

## Implementation Plan

<!-- SECTION:PLAN:BEGIN -->
1. Begin
<!-- SECTION:PLAN:END -->

## Comments
<!-- COMMENTS:BEGIN -->
<!-- COMMENT:BEGIN -->
index: 1
author: @ada
created: 2026-01-03 10:00

Said

twice
<!-- COMMENT:END -->

<!-- COMMENT:BEGIN -->
index: 2
created:

<!-- COMMENT:END -->
<!-- COMMENTS:END -->
`;

function task(id: string, more = "", body = ""): string {
  return `---\nid: ${id}\ntitle: T\nstatus: To Do\ncreated_date: 2026-01-01\n${more}---\n${body}`;
}

describe("a task of Backlog.md", () => {
  test("becomes its creation, its comments and what it is by now", async () => {
    const skipped: string[] = [];
    const [issue] = await read(
      {
        "tasks/task-7 - A.md": full,
        "milestones/m-3 - x.md": "---\nid: M-3\ntitle: Third\n---\n",
        "tasks/readme.md": "Hello",
      },
      [],
      skipped,
    );
    expect(issue).toMatchObject({ system: "backlog", name: "task-7" });
    expect(issue?.commits[0]?.drafts[0]).toMatchObject({
      title: "A title that goes on",
      status: "todo",
      body: "What it is\n\n## Not a section\n\n## Acceptance Criteria\n- [x] #1 It works\n- [ ] #2 It is fast\n\n## Implementation Plan\n\n1. Begin\n\n## References\n\n- https://example.com/x",
    });
    expect(short(issue)).toEqual([
      "cy@backlog.invalid 2026-01-02T03:04 issue-created",
      "ada@backlog.invalid 2026-01-03T10:00 comment-added body:Said\\n\\ntwice,external:backlog task-7#1",
    ]);
    expect(issue?.now).toMatchObject({
      author: { email: "backlog@backlog.invalid" },
      time: { seconds: Date.UTC(2026, 0, 5, 6, 7) / 1000 },
      state: {
        status: "in-progress",
        type: "bug",
        priority: "high",
        due: "2026-02-01",
        milestone: "Third",
        labels: new Set(["ui", "a, b", "it's"]),
        assignees: new Set(["ada@backlog.invalid", "ben@example.com"]),
        archived: false,
      },
    });
    expect(issue?.links).toMatchObject([
      { kind: "blocked-by", targetName: "task-1" },
      { kind: "parent", targetName: "task-2" },
    ]);
    expect(skipped).toEqual(["file without front matter", "comment without a text"]);
  });

  test("means by its status what the project's order of statuses says", async () => {
    const mapped: string[] = [];
    const status = (name: string) => `---\nid: ${name}\ntitle: T\nstatus: ${name}\n---\n`;
    const config = 'statuses: ["Idea", "Doing", "Shipped"] # ours\ndefault_status: Idea\ndefinition_of_done: []\n';
    const tasks = Object.fromEntries(
      ["Idea", "doing", "Shipped", "Odd"].map((name) => [`backlog/tasks/${name}.md`, status(name)]),
    );
    const issues = await read({ "backlog/config.yml": config, ...tasks }, mapped);
    expect(issues.map(({ now }) => now?.state.status)).toEqual(["todo", "todo", "done", "in-progress"]);
    expect([...new Set(mapped)].sort()).toEqual([
      "status Idea todo",
      "status Odd todo",
      "status Shipped done",
      "status doing in-progress",
    ]);
  });

  test("that is archived or a draft comes as that, though ids repeat", async () => {
    const skipped: string[] = [];
    const issues = await read(
      {
        "tasks/a.md": task("TASK-1"),
        "drafts/a.md": task("DRAFT-1"),
        "completed/a.md": task("TASK-2"),
        "archive/tasks/a.md": task("task-1"),
        "docs/a.md": "---\nbroken",
      },
      [],
      skipped,
    );
    expect(issues.map(({ name, now }) => [name, now?.state.archived])).toEqual([
      ["task-1", false],
      ["task-2", false],
      ["draft-1", false],
      ["task-1 in archive/tasks", true],
    ]);
  });

  test.each<[string, string | Uint8Array, string]>([
    ["no end", "---\nid: 1\n", "tasks/a.md:1: the front matter does not end"],
    ["no id", "---\ntitle: x\n---\n", "tasks/a.md:1: the task has no id"],
    ["a key twice", task("1", "id: 2\n"), "tasks/a.md:6: the key id stands twice, first in line 2"],
    ["no key", task("1", "}{\n"), "tasks/a.md:6: a key is missing here"],
    ["an anchor", task("1", "labels: &a [x]\n"), "tasks/a.md:6: this is YAML that is not read here"],
    ["an alias", task("1", "labels:\n  - *a\n"), "tasks/a.md:6: this is YAML that is not read here"],
    ["nested lists", task("1", `labels: ${"[".repeat(100_000)}\n`), "tasks/a.md:6: this list can't be read"],
    ["a list without an end", task("1", "labels: [a, b\n"), "tasks/a.md:6: this list can't be read"],
    ["a map for a list", task("1", "labels:\n  a: b\n"), "tasks/a.md:6: labels: should be a list of texts"],
    ["a list for a text", task("1", "priority: [high]\n"), "tasks/a.md:6: priority: should be a text"],
    ["half a quote", task("1", 'milestone: "x\n'), "tasks/a.md:6: this text in quotes can't be read"],
    [
      "an absurd date",
      task("1", "updated_date: 0001-01-01\n"),
      "tasks/a.md:6: 0001-01-01 is no time from 1970 to 9999",
    ],
    [
      "a day that is none",
      task("1", "due_date: 2026-02-30\n"),
      "tasks/a.md:6: 2026-02-30 is no time from 1970 to 9999",
    ],
    ["an escape in a date", task("1", 'due_date: "\\u001b[2J"\n'), "tasks/a.md:6: ␛[2J is no time from 1970 to 9999"],
    ["broken UTF-8", new Uint8Array([0x2d, 0xff]), "tasks/a.md: this is not UTF-8"],
    ["a huge body", task("1", "", "x".repeat(5 * 1024 * 1024)), "tasks/a.md: the body: the text is larger than"],
  ])("with %s is refused", async (_, text, message) => {
    const refusal = await read({ "tasks/a.md": text }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TrackerError);
    expect(String(refusal)).toContain(message);
  });

  test("may have comments of the same number", async () => {
    const comment = "<!-- COMMENT:BEGIN -->\nindex: 1\n\nSaid\n<!-- COMMENT:END -->\n";
    const body = `## Comments\n<!-- COMMENTS:BEGIN -->\n${comment}${comment}<!-- COMMENTS:END -->\n`;
    const [issue] = await read({ "tasks/a.md": task("TASK-1", "", body) });
    expect(issue?.commits.map(({ key }) => key)).toEqual(["issue", "comment:1", "comment:1 (2)"]);
  });

  test("that is there twice is refused", async () => {
    const files = { "tasks/a.md": task("TASK-1"), "tasks/b.md": task("task-1") };
    expect(read(files)).rejects.toThrow("tasks/b.md:1: task-1 is there twice, first in tasks/a.md");
  });

  test("may hold what no record takes, and cycles", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const issues = await read({
      "tasks/a.md": task(
        "TASK-1",
        'labels: ["\\u0000", "\\ud800x", __proto__]\n__proto__: x\nassignee: "<>"\ndependencies: [TASK-2, TASK-1]\nparent_task_id: TASK-2\n',
        "a\0b\r\nc",
      ),
      "tasks/b.md": task("TASK-2", "dependencies: [TASK-1, GONE]\nparent_task_id: TASK-1\n"),
    });
    expect(await importIssues(tracker, issues)).toMatchObject({ created: 2, dangling: 1 });
    const { items } = await listIssues(tracker, await parse(tracker, "label:__proto__"));
    expect(
      await showIssues(
        tracker,
        items.map(({ id }) => id),
      ),
    ).toMatchObject([
      { body: "a\ufffdb\nc", labels: ["__proto__", "\ufffdx"], assignees: ["unknown@backlog.invalid"] },
    ]);
    tracker.close();
  });
});

test("a folder is imported, changed there, and imported again", async () => {
  using session = openSession();
  const file = join(session.repository.cwd, "backlog/tasks/task-7 - A.md");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, full);
  const show = async () => await session.$("list", "--all", "--format", "{title} {status} {labels} {assignees}");
  expect(await session.$("import", "backlog", ".")).toMatchInlineSnapshot(`
    "imported 1 issue, updated 0: 3 changes, 1 comment among them
    ! left out: comment without a text (1)
    ! left out: 2 links to what is neither there nor here"
  `);
  expect(await session.$("import", "backlog", "backlog")).toMatchInlineSnapshot(`
    "nothing new: 1 issue here already
    ! left out: comment without a text (1)
    ! left out: 2 links to what is neither there nor here"
  `);
  expect(await show()).toMatchInlineSnapshot(
    `"A title that goes on in-progress a, b,it's,ui ada@backlog.invalid,ben@example.com"`,
  );
  writeFileSync(
    file,
    full
      .replace("In Progress", "Done")
      .replace("06:07", "06:08")
      .replace("ui, ", "")
      .replace("What it is", "What it was"),
  );
  expect(await session.$("import", "-q", "backlog", ".")).toMatchInlineSnapshot(
    `"imported 0 issues, updated 1: 1 change, 0 comments among them"`,
  );
  expect(await session.$("import", "-q", "backlog", ".")).toMatchInlineSnapshot(`"nothing new: 1 issue here already"`);
  expect(await show()).toMatchInlineSnapshot(
    `"A title that goes on done a, b,it's,ui ada@backlog.invalid,ben@example.com"`,
  );
});

test("a folder that is imported again leaves what was changed here", async () => {
  using session = openSession();
  const file = join(session.repository.cwd, "backlog/tasks/task-7 - A.md");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, full);
  await session.$("import", "-q", "backlog", ".");
  const { items } = await session.json("list");
  const id = (items as { id: string }[])[0]?.id ?? ""; // As the schema says.
  await session.$("edit", id, "--title", "Ours", "--priority", "low", "--remove-label", "ui");
  writeFileSync(file, full.replace("06:07", "06:08").replace("type: bug\n", "").replace("Ben <ben", "Cleo <cleo"));
  expect(await session.$("import", "-q", "backlog", ".")).toMatchInlineSnapshot(
    `"imported 0 issues, updated 1: 1 change, 0 comments among them"`,
  );
  expect(await session.$("list", "--format", "{title} {priority} {type} {labels} {assignees}")).toMatchInlineSnapshot(
    `"Ours low  a, b,it's ada@backlog.invalid,cleo@example.com"`,
  );
});
