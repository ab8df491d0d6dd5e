import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { importGitHub } from "../../src/bridge/github.ts";
import { advance, emptyState } from "../../src/bridge/reconcile.ts";
import type { SourceFile } from "../../src/bridge/values.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { parseEvent } from "../../src/core/event.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import { toLine } from "../../src/core/text.ts";
import type { ImportedIssue } from "../../src/tracker/import.ts";

const context = { settings: defaultSettings, now: { seconds: 1_800_000_000, zone: "+0000" } };

async function run(file: SourceFile): Promise<ImportedIssue[]> {
  const issues: ImportedIssue[] = [];
  for await (const issue of importGitHub({ files: [file] }, context)) issues.push(issue);
  return issues;
}

function line(value: unknown): SourceFile {
  return { name: "export.jsonl", bytes: new TextEncoder().encode(JSON.stringify(value)) };
}

async function outcome(value: unknown): Promise<string> {
  try {
    await run(line(value));
  } catch (error) {
    if (error instanceof TrackerError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
}

function stateOf({ commits }: ImportedIssue) {
  const state = emptyState();
  for (const draft of commits.flatMap(({ drafts }) => drafts)) advance(state, draft);
  return state;
}

describe("laws", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(fc.integer({ max: 0xffff }), { maxLength: 30 }).map((units) => String.fromCharCode(...units)),
    fc.constantFrom("", "x".repeat(1200), "a\u0000b\r\nc", "Duplicate of #3", "\ud800", "  \u2028\u202e "),
  );
  const user = fc.option(
    fc.record(
      {
        login: fc.stringMatching(/^[\w.-]{1,20}(\[bot\])?$/),
        id: fc.oneof(fc.nat(), fc.string()),
        name: fc.option(anyText),
      },
      { requiredKeys: ["login"] },
    ),
  );
  const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000).toISOString());
  const named = fc.record({ name: anyText.map((text) => text.slice(0, 400)) });
  const reason = fc.constantFrom("completed", "not_planned", "duplicate", "reopened", null, "other");
  const event = fc.record(
    {
      event: fc.constantFrom(
        ...["commented", "renamed", "closed", "reopened", "labeled", "unlabeled", "assigned", "unassigned"],
        ...["milestoned", "demilestoned", "marked_as_duplicate", "unmarked_as_duplicate", "referenced", "locked", "x"],
      ),
      id: fc.oneof(fc.nat(9), fc.string()),
      actor: user,
      user,
      created_at: time,
      updated_at: time,
      body: fc.option(anyText),
      label: fc.option(named),
      assignee: user,
      milestone: fc.option(named.map(({ name }) => ({ title: name }))),
      rename: fc.option(fc.record({ from: anyText, to: anyText })),
      commit_id: fc.option(fc.oneof(anyText, fc.constant("c".repeat(40)))),
      state_reason: reason,
    },
    { requiredKeys: ["event", "created_at"] },
  );
  const issue = fc.record(
    {
      number: fc.integer({ min: 1 }),
      title: anyText,
      body: fc.option(anyText),
      state: fc.constantFrom("open", "closed", "OPEN", "CLOSED", null),
      state_reason: reason,
      stateReason: reason,
      labels: fc.array(
        fc.oneof(
          named,
          anyText.map((text) => text.slice(0, 400)),
        ),
      ),
      assignees: fc.array(user),
      milestone: fc.option(named.map(({ name }) => ({ title: name }))),
      user,
      author: user,
      closed_by: user,
      created_at: time,
      createdAt: time,
      updated_at: time,
      closed_at: fc.option(time),
      html_url: anyText,
      parent_issue_url: fc.constantFrom("https://api.github.com/repos/owner/repo/issues/12", "x", null),
      comments: fc.oneof(
        fc.nat(),
        fc.array(fc.record({ id: fc.string(), author: user, body: anyText, createdAt: time })),
      ),
    },
    { requiredKeys: ["number", "title"] },
  );

  test("whatever GitHub may say becomes drafts that can be stored, and comes to what the issue says", async () => {
    await fc.assert(
      fc.asyncProperty(issue, fc.option(fc.array(event, { maxLength: 20 })), async (value, events) => {
        const [imported] = await run(line(events === null ? value : { type: "issue", issue: value, events }));
        if (imported === undefined) throw new Error("nothing was imported");
        const { commits } = imported;
        const keys = commits.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { drafts, author } of commits) {
          expect(author.name + author.email).not.toMatch(/[<>\n\0]/);
          for (const draft of drafts) expect(parseEvent(draft)).not.toBeString();
        }
        const state = stateOf(imported);
        if (value.state !== undefined && value.state !== null) {
          expect(state.status).toBe(value.state.toLowerCase() === "open" ? "todo" : "done");
        }
        if (value.labels !== undefined) {
          const names = value.labels.map((label) => toLine(typeof label === "string" ? label : label.name));
          expect(state.labels).toEqual(new Set(names.filter((name) => name !== "")));
        }
      }),
      { numRuns: 150 },
    );
  });

  test("any JSON is imported or refused", async () => {
    const wild = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.record({ issue: fc.jsonValue(), events: fc.jsonValue() }),
      fc.record({ number: fc.jsonValue(), title: fc.jsonValue(), user: fc.jsonValue(), comments: fc.jsonValue() }),
      fc.record({
        issue,
        events: fc.array(fc.record({ event: fc.constantFrom("closed", "x"), created_at: fc.jsonValue() })),
      }),
    );
    await fc.assert(
      fc.asyncProperty(wild, async (value) => {
        expect(await outcome(value)).toMatch(/^(?:accepted|invalid export\.jsonl)/);
      }),
      { numRuns: 200 },
    );
  });
});

describe("real issues", () => {
  const path = join(import.meta.dir, "../../../shared/data/github-secp256k1.jsonl.gz");

  test.skipIf(!existsSync(path))(
    "517 issues come to what GitHub shows (skipped where the data is not there)",
    async () => {
      const issues = await run({ name: "secp256k1.jsonl.gz", bytes: Bun.file(path).stream() });
      const byName = new Map(issues.map((issue) => [issue.name, issue]));
      expect(byName.size).toBe(517);

      // Those that GitHub itself recorded, not those that had to be added.
      const recorded = issues.flatMap(({ commits }) => commits.filter(({ key }) => !/^(?:final|closed):/.test(key)));
      const drafts = recorded.flatMap((commit) => commit.drafts);
      const count = (type: string) => drafts.filter((draft) => draft.type === type).length;
      expect(count("comment-added")).toBe(2168);
      expect(count("label-added")).toBe(195);
      expect(count("title-changed")).toBe(72);
      expect(drafts.filter((draft) => draft.type === "milestone-changed" && draft.to !== undefined)).toHaveLength(54);
      expect(drafts.filter((draft) => draft.type === "status-changed" && draft.to === "done")).toHaveLength(447);

      const text = new TextDecoder().decode(Bun.gunzipSync(await Bun.file(path).bytes()));
      for (const each of text.trimEnd().split("\n")) {
        const { issue } = JSON.parse(each);
        const imported = byName.get(`bitcoin-core/secp256k1#${issue.number}`);
        if (imported === undefined) throw new Error(`${issue.number} is missing`);
        const state = stateOf(imported);
        expect({ number: issue.number, ...state, labels: [...state.labels].sort() }).toMatchObject({
          title: toLine(issue.title),
          status: issue.state === "closed" ? "done" : "todo",
          milestone: issue.milestone?.title,
          labels: issue.labels.map((label: { name: string }) => label.name).sort(),
        });
        const talk = imported.commits.flatMap((commit) => commit.drafts).filter(({ type }) => type === "comment-added");
        expect(talk).toHaveLength(issue.comments);
      }
    },
  );
});
