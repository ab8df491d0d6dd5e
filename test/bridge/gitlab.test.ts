import { describe, expect, test } from "bun:test";
import { importGitLab } from "../../src/bridge/gitlab.ts";
import { type Files, importing, refusal, told, toldAll } from "./importing.ts";

const at = (day: number) => `2026-01-0${day}T10:00:00.000Z`;
const lines = (...objects: object[]) => objects.map((object) => JSON.stringify(object)).join("\n");

/** As a line of a project export. */
const exported = (changes: object = {}) => ({
  id: 40,
  iid: 12,
  title: "New title",
  author_id: 1,
  project_id: 5,
  created_at: at(1),
  updated_at: at(9),
  description: "Text",
  state: "closed",
  closed_at: at(7),
  confidential: true,
  weight: 3,
  time_estimate: 3600,
  due_date: "2026-03-01",
  issue_type: "incident",
  issue_assignees: [{ user_id: 2, issue_id: 40 }],
  label_links: [{ id: 2, label: { title: "bug", color: "#428bca" } }],
  milestone: { title: "v2" },
  ...changes,
});

const members = lines(
  { id: 1, user_id: 1, user: { id: 1, username: "ada", public_email: "ada@example.com" } },
  { id: 2, user_id: 2, user: { id: 2, username: "ben", public_email: "" } },
);
const folder = "2026-01-09_10-00-000_group_app_export/tree/project";

describe("GitLab's project export", () => {
  test("becomes a commit for each event and note", async () => {
    const label = { title: "bug" };
    const issue = exported({
      resource_label_events: [
        { user_id: 1, action: "add", created_at: at(2), label },
        { user_id: 1, action: "add", created_at: at(3), label: { title: "wip" } },
        { user_id: 2, action: "remove", created_at: at(4), label: { title: "wip" } },
      ],
      resource_milestone_events: [{ user_id: 1, action: "add", created_at: at(5), milestone: { title: "v2" } }],
      resource_state_events: [
        { user_id: 2, state: "closed", created_at: at(6) },
        { user_id: 1, state: "reopened", created_at: at(6) },
        { user_id: 2, state: "closed", created_at: at(7) },
      ],
      award_emoji: [{ id: 1, name: "thumbsup", user_id: 2, created_at: at(8) }],
      notes: [
        {
          id: 351,
          note: "Same here",
          author_id: 26,
          created_at: at(2),
          system: false,
          author: { name: "Cy" },
          award_emoji: [{ id: 2, name: "musical_keyboard", user_id: 1, created_at: at(1) }],
        },
        {
          id: 352,
          note: "changed title from **{-Old-} title** to **{+New+} title**",
          author_id: 1,
          created_at: at(3),
          system: true,
        },
        { id: 353, note: "closed", author_id: 2, created_at: at(6), system: true },
        { id: 354, note: "mentioned in commit abc", author_id: 2, created_at: at(6), system: true },
      ],
    });
    const { issues, skipped, mapped } = await importing(importGitLab, {
      [`${folder}/issues.ndjson`]: lines(issue),
      [`${folder}/labels.ndjson`]: "{}",
      [`${folder}/project_members.ndjson`]: members,
      "2026-01-09_10-00-000_group_app_export/VERSION": "0.2.4",
    });
    expect(issues.map(told).join("\n")).toMatchInlineSnapshot(`
      "group_app#12
        2026-01-01T10:00 ada <ada@example.com> issue-created title="Old title" body="Text" status="todo" issueType="bug" label=["confidential","weight:3"] assignee=["ben@gitlab.invalid"] due="2026-03-01" estimate="PT1H"
        2026-01-02T10:00 ada <ada@example.com> label-added label="bug"
        2026-01-02T10:00 Cy <user-26@gitlab.invalid> comment-added body="Same here" external="gitlab note-351"
        2026-01-02T10:00 ada <ada@example.com> reaction-added commentKey="note:351" reaction=":musical_keyboard:"
        2026-01-03T10:00 ada <ada@example.com> label-added label="wip"
        2026-01-03T10:00 ada <ada@example.com> title-changed from="Old title" to="New title"
        2026-01-04T10:00 ben <ben@gitlab.invalid> label-removed label="wip"
        2026-01-05T10:00 ada <ada@example.com> milestone-changed to="v2"
        2026-01-06T10:00 ben <ben@gitlab.invalid> status-changed from="todo" to="done"
        2026-01-06T10:00 ada <ada@example.com> status-changed from="done" to="todo"
        2026-01-07T10:00 ben <ben@gitlab.invalid> status-changed from="todo" to="done"
        2026-01-08T10:00 ben <ben@gitlab.invalid> reaction-added reaction="👍""
    `);
    expect({ skipped, mapped }).toMatchInlineSnapshot(`
      {
        "mapped": [
          "type incident -> bug",
        ],
        "skipped": [
          "file without issues",
          "file without issues",
          "system note",
          "system note",
        ],
      }
    `);
  });

  test("of older versions tells by notes", async () => {
    const note = (id: number, day: number, text: string) => ({
      id,
      note: text,
      author_id: 1,
      created_at: at(day),
      system: true,
    });
    const notes = [
      note(1, 2, 'added ~bug ~"help wanted" and removed ~wip labels'),
      note(2, 3, "added ~12 label"),
      note(3, 4, "changed milestone to %v2"),
      note(4, 5, "closed via commit abc"),
    ];
    const labels = ["bug", "help wanted"].map((title) => ({ label: { title } }));
    expect(
      await toldAll(importGitLab, { "issues.ndjson": lines(exported({ notes, label_links: labels })) }),
    ).toMatchInlineSnapshot(`
      "issues#12
        2026-01-01T10:00 user-1 <user-1@gitlab.invalid> issue-created title="New title" body="Text" status="todo" issueType="bug" label=["confidential","weight:3","wip"] assignee=["user-2@gitlab.invalid"] due="2026-03-01" estimate="PT1H"
        2026-01-02T10:00 user-1 <user-1@gitlab.invalid> label-added label="bug" | label-added label="help wanted" | label-removed label="wip"
        2026-01-04T10:00 user-1 <user-1@gitlab.invalid> milestone-changed to="v2"
        2026-01-05T10:00 user-1 <user-1@gitlab.invalid> status-changed from="todo" to="done""
    `);
  });
});

describe("a packed project export", () => {
  const name = "2026-01-09_10-00-000_group_app_export";
  const issue = exported({ notes: [{ id: 1, note: "Same", author_id: 2, created_at: at(2), system: false }] });
  const inside: Files = {
    VERSION: "0.2.4",
    "project.bundle": new Uint8Array(300_000).fill(7),
    "tree/project/issues.ndjson": lines(issue, exported({ iid: 13, title: "Größe" })),
    "tree/project/labels.ndjson": "{}",
    "tree/project/project_members.ndjson": members,
    "uploads/a/issues.json": "no JSON",
  };
  const unpacked = Object.fromEntries(Object.entries(inside).map(([path, text]) => [`${name}/${path}`, text]));
  /** As tar packs the folder `.`. */
  const tar = (files = inside) =>
    new Bun.Archive(Object.fromEntries(Object.entries(files).map(([path, text]) => [`./${path}`, text]))).bytes();
  const packed = async (files = inside) => Bun.gzipSync(await tar(files));

  test("gives what the folder does that it unpacks to", async () => {
    const before = await importing(importGitLab, unpacked);
    for (const [file, bytes] of [
      [`${name}.tar.gz`, await packed()],
      [`down loads/${name} (2).tar.gz`, await packed()],
      [`${name}.tar`, await tar()],
      [`${name}.tgz`, await packed()],
    ] as const) {
      expect(await importing(importGitLab, { [file]: bytes })).toEqual(before);
    }
    expect(before.issues.map(({ name }) => name)).toEqual(["group_app#12", "group_app#13"]);
  });

  test("is none where people have uploaded it", async () => {
    const folder = "uploads/0123456789abcdef0123456789abcdef";
    const logs = await packed({ "a.log": "x" });
    const uploads = { [`${name}/${folder}/logs.tar.gz`]: logs, [`${folder}/b.tgz`]: "no tar" };
    const { issues, skipped } = await importing(importGitLab, { ...unpacked, ...uploads });
    expect([issues.length, skipped.length]).toEqual([2, 6]);
    expect(
      (await importing(importGitLab, { "uploads/x.tgz": await packed({ ...inside, ...uploads }) })).issues.length,
    ).toBe(2);
  });

  test("is known without a name", async () => {
    const { issues } = await importing(importGitLab, { "-": await packed() });
    expect(issues.map(({ name }) => name)).toEqual(["project#12", "project#13"]);
  });

  test.each([
    ["cut off", async () => (await packed()).subarray(0, 700), "the gzip data is broken"],
    ["cut off inside", async () => Bun.gzipSync((await tar()).subarray(0, 20_000)), "the archive is cut off"],
    ["a tar without an end", async () => Bun.gzipSync((await tar()).subarray(0, 512)), "the archive is cut off"],
    ["no tar", () => Bun.gzipSync(lines(issue).padEnd(2000)), "this is no tar archive"],
    ["neither", () => new TextEncoder().encode(lines(issue).padEnd(2000)), "this is no tar archive"],
    ["of something else", () => packed({ "src/a.ts": "a" }), "this archive is no project export of GitLab"],
    [
      "of two projects",
      () => packed({ "a/tree/project/issues.ndjson": "", "b/tree/project/issues.ndjson": "" }),
      "this archive holds issues twice",
    ],
    ["broken", () => packed({ "tree/project/issues.ndjson": "{" }), "tree/project/issues.ndjson:1: the object"],
    ["16 MiB of nothing", () => Bun.gzipSync(new Uint8Array(1 << 24)), "this archive is no project export"],
    ["big", () => packed({ "tree/project/issues.ndjson": new Uint8Array(1 << 24) }), "no JSON object begins here"],
    [
      "a big object",
      () => packed({ "tree/project/issues.ndjson": '{"a":"'.padEnd(70 << 20, "x") }),
      "larger than 64 MiB",
    ],
  ])("that is %s is refused, saying why", async (_, bytes, reason) => {
    expect(await refusal(importGitLab, { "x_export.tar.gz": await bytes() })).toMatch(
      new RegExp(
        `^invalid x_export\\.tar\\.gz(?::|/tree/project/issues.ndjson:1:) .*${reason.replace("tree/project/issues.ndjson:1: ", "")}`,
      ),
    );
  });

  test("says no more of a path than it is", async () => {
    const renamed = Buffer.from(await tar({ "tree/project/issues.ndjson": "{}" }));
    const at = renamed.indexOf("./tree/");
    renamed.write("../../a/tree/project/issues.ndjson", at, "latin1");
    const header = renamed.subarray(at, at + 512).fill(" ", 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    expect(await refusal(importGitLab, { "x.tar": renamed })).toMatchInlineSnapshot(`
      "invalid x.tar/../../a/tree/project/issues.ndjson:1: iid: missing
      Is it an issue as GitLab exports it?"
    `);
  });
});

describe("GitLab's REST answer", () => {
  test("is named by its address, and keeps what it tells", async () => {
    const person = (name: string) => ({ id: 7, name, username: name.toLowerCase() });
    const issue = {
      iid: 12,
      title: "T",
      description: null,
      state: "closed",
      created_at: at(1),
      updated_at: at(3),
      closed_at: at(2),
      closed_by: { ...person("Ben"), id: 8 },
      labels: ["bug"],
      author: person("Ada"),
      assignees: [person("Ada")],
      milestone: null,
      web_url: "https://gitlab.example.com/group/sub/app/-/issues/12",
      time_stats: { time_estimate: 0, total_time_spent: 60 },
    };
    expect(await toldAll(importGitLab, { "issues.json": JSON.stringify([issue]) })).toMatchInlineSnapshot(`
      "group/sub/app#12
        2026-01-01T10:00 Ada <ada@gitlab.invalid> issue-created title="T" status="todo" label=["bug"] assignee=["ada@gitlab.invalid"]
        2026-01-02T10:00 Ben <ben@gitlab.invalid> status-changed from="todo" to="done""
    `);
  });

  test.each([
    [{ iid: 0 }, "i.json:1: iid: should be a number from 1 on"],
    [{ iid: 1.5 }, "i.json:1: iid: should be a whole number"],
    [{ state: "gone" }, "i.json:1: state: should be opened or closed"],
    [{ notes: [{ id: 1 }] }, "i.json:1: notes.0.created_at: missing"],
    [{ created_at: "0001-01-01T00:00:00Z" }, "i.json:1: created_at: should be a time"],
    [{ title: ["x"] }, "i.json:1: title: should be string, not Array"],
  ])("%# that is none is refused", async (changes, message) => {
    expect(await refusal(importGitLab, { "i.json": JSON.stringify(exported(changes)) })).toStartWith(
      `invalid ${message}`,
    );
  });
});

test("GitLab's table has the same names", async () => {
  const table = [
    "Title,Description,Issue ID,URL,State,Author,Author Username,Assignee,Assignee Username,Confidential,Locked,Due Date,Created At (UTC),Updated At (UTC),Closed At (UTC),Milestone,Weight,Labels,Time Estimate,Time Spent",
    'T,"a, b",12,https://gitlab.example.com/group/app/-/issues/12,Closed,Ada,ada,Ben,ben,Yes,No,2026-03-01,2026-01-01 10:00:00,2026-01-03 10:00:00,2026-01-02 10:00:00,v2,3,"bug,ui",3600,0',
  ].join("\n");
  expect(await toldAll(importGitLab, { "issues.csv": table })).toMatchInlineSnapshot(`
    "group/app#12
      2026-01-01T10:00 Ada <ada@gitlab.invalid> issue-created title="T" body="a, b" status="todo" label=["bug","ui","confidential","weight:3"] assignee=["ben@gitlab.invalid"] due="2026-03-01" estimate="PT1H" milestone="v2"
      2026-01-02T10:00 Ada <ada@gitlab.invalid> status-changed from="todo" to="done""
  `);
});
