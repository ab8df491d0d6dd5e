import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { importGitBug } from "../../src/bridge/git-bug.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { type ImportedIssue, importIssues } from "../../src/tracker/import.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

const root = join(import.meta.dir, "../..");
const real = join(root, "../shared/data/git-bug.bundle");
const now = { seconds: 1_800_000_000, zone: "+0000" };
const ada = "a".repeat(64);
const ben = "b".repeat(64);

interface Pack {
  readonly author?: string;
  readonly ops: readonly unknown[] | string;
  readonly clock?: number | string;
  readonly version?: number;
  readonly parents?: readonly string[];
}

/** Writes a bug as git-bug does. Each pack stands on the one before it unless it says otherwise. */
function bug(repository: TestRepository, packs: readonly Pack[]) {
  const blob = (text: string | Uint8Array) => id(repository.gitWith(text, "hash-object", "-w", "--stdin"));
  const empty = blob("");
  const texts: string[] = [];
  const commits: string[] = [];
  for (const [index, { author = ada, ops, clock = index + 1, version = 4, parents }] of packs.entries()) {
    const list = typeof ops === "string" ? ops : ops.map((op) => JSON.stringify(op)).join(",");
    if (typeof ops !== "string") texts.push(...ops.map((op) => JSON.stringify(op)));
    const entries = [`100644 blob ${blob(`{"author":{"id":"${author}"},"ops":[${list}]}`)}\tops`];
    for (const name of [`version-${version}`, `edit-clock-${clock}`, "create-clock-1"])
      entries.push(`100644 blob ${empty}\t${name}`);
    const tree = id(repository.gitWith(`${entries.join("\n")}\n`, "mktree"));
    const before = parents ?? commits.slice(-1);
    commits.push(repository.git("commit-tree", tree, "-m", "", ...before.flatMap((parent) => ["-p", parent])).trim());
  }
  const name = sha256(texts[0] ?? "");
  repository.git("update-ref", `refs/bugs/${name}`, commits.at(-1) ?? "");
  return { name, ids: texts.map(sha256), commits };
}

function identity(repository: TestRepository, name: string, version: object) {
  const blob = id(repository.gitWith(JSON.stringify(version), "hash-object", "-w", "--stdin"));
  const tree = id(repository.gitWith(`100644 blob ${blob}\tversion\n`, "mktree"));
  repository.git("update-ref", `refs/identities/${name}`, repository.git("commit-tree", tree, "-m", "").trim());
}

function id(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}

function sha256(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

async function read(tracker: Tracker, skipped: string[] = [], path?: string): Promise<ImportedIssue[]> {
  const repository = await tracker.openForeign(path);
  try {
    const context = { settings: tracker.config, now, skipped: (kind: string) => skipped.push(kind) };
    return await Array.fromAsync(importGitBug(repository, context));
  } finally {
    repository.close();
  }
}

const create = { type: 1, timestamp: 100, nonce: "x", title: "Crash", message: "Boom <&>\u2028", files: null };
const comment = { type: 3, timestamp: 110, nonce: "y", message: "Me too", files: null };

function short(issue: ImportedIssue | undefined): string[] {
  return (issue?.commits ?? []).map(({ author, time, drafts, files = [] }) =>
    [
      author.email,
      time.seconds,
      ...drafts.map(({ type, ...fields }) =>
        `${type} ${type === "issue-created" ? "" : JSON.stringify(fields).replace(/["{}]/g, "")}`.trim(),
      ),
      ...files.map((file) => `${file.name} ${file.bytes.length}`),
    ].join(" "),
  );
}

describe("a bug of git-bug", () => {
  test("becomes a commit for each operation, by its author at its time", async () => {
    using repository = makeRepository();
    identity(repository, ada, { version: 2, name: "Ada", email: "ada@example.com" });
    identity(repository, ben, { version: 2, name: "Ben B", metadata: { "github-login": "ben" }, login: "ben" });
    const { name, ids } = bug(repository, [
      { ops: [create, comment] },
      {
        author: ben,
        ops: [
          { type: 2, timestamp: 120, title: "Crash!", was: "Crash" },
          { type: 5, timestamp: 130, added: ["ui", "ui"], removed: ["old"] },
        ],
      },
      {
        author: "c".repeat(64),
        ops: [{ type: 6, timestamp: 140, target: sha256(JSON.stringify(comment)), message: "Me three" }],
      },
      {
        ops: [
          { type: 6, timestamp: 150, target: sha256(JSON.stringify(create)), message: "Bang" },
          { type: 4, timestamp: 160, status: 2 },
        ],
      },
      {
        ops: [
          { type: 4, timestamp: 170, status: 2 },
          { type: 7, timestamp: 171 },
          { type: 8, timestamp: 172 },
          { type: 99, timestamp: 173 },
        ],
      },
    ]);
    const tracker = await trackerAt(repository);
    const skipped: string[] = [];
    const [issue] = await read(tracker, skipped);
    tracker.close();
    expect(issue).toMatchObject({ system: "git-bug", name });
    expect(short(issue)).toEqual([
      "ada@example.com 100 issue-created",
      `ada@example.com 110 comment-added body:Me too,external:git-bug ${ids[1]}`,
      "ben@users.noreply.github.com 120 title-changed from:Crash,to:Crash!",
      "ben@users.noreply.github.com 130 label-removed label:old label-added label:ui",
      `${"c".repeat(40)}@git-bug.invalid 140 comment-edited commentKey:${ids[1]},body:Me three`,
      "ada@example.com 150 description-changed body:Bang",
      "ada@example.com 160 status-changed from:todo,to:done",
    ]);
    expect(skipped).toEqual(
      ["set-status", "no-op", "set-metadata", "of an unknown type"].map(
        (type) => `operation ${type} that changes nothing`,
      ),
    );
  });

  test("that was merged is read by its clocks, not by the order of its commits", async () => {
    using repository = makeRepository();
    const title = (to: string) => ({ type: 2, timestamp: 9, title: to, was: "Crash" });
    const { commits } = bug(repository, [{ ops: [create] }, { ops: [title("late")], clock: 7 }]);
    const side = bug(repository, [{ ops: [create] }, { ops: [title("early")], clock: 3 }]);
    const [late = "", early = ""] = [commits[1], side.commits[1]];
    bug(repository, [{ ops: [create] }, { ops: [], clock: 8, parents: [late, early] }]);
    const tracker = await trackerAt(repository);
    const [issue] = await read(tracker);
    tracker.close();
    expect(issue?.commits.flatMap(({ drafts }) => drafts)).toMatchObject([{}, { to: "early" }, { to: "late" }]);
  });

  test("keeps its files, each once, and says which are not there", async () => {
    using repository = makeRepository();
    const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
    const blob = id(repository.gitWith(picture, "hash-object", "-w", "--stdin"));
    const files = [blob, "0".repeat(40), blob];
    bug(repository, [
      {
        ops: [
          { ...create, files },
          { ...comment, files },
        ],
      },
    ]);
    const tracker = await trackerAt(repository);
    const skipped: string[] = [];
    const issues = await read(tracker, skipped);
    expect(skipped).toEqual(["file that is not there", "file that is not there"]);
    expect(issues[0]?.commits.map((commit) => commit.files?.length)).toEqual([undefined, 1, undefined]);
    expect(await importIssues(tracker, issues)).toMatchObject({ created: 1, commits: 3 });
    const { items } = await listIssues(tracker, await parse(tracker, ""));
    const [view] = await showIssues(
      tracker,
      items.map((item) => item.id),
    );
    expect(view?.attachments).toEqual([{ name: `${blob.slice(0, 12)}.png`, size: 7, oid: blob }]);
    expect(repository.git("fsck", "--strict")).not.toContain("missing");
    expect(await importIssues(tracker, issues)).toMatchObject({ unchanged: 1, commits: 0 });
    tracker.close();
  });

  test.each<[string, readonly Pack[], string]>([
    ["another version", [{ ops: [create], version: 3 }], "the format's version is 3, not 4"],
    ["a clock that is none", [{ ops: [create], clock: "soon" }], "its logical clock can't be read"],
    ["no creation", [{ ops: [comment] }], "the bug does not begin with its creation"],
    ["no operation", [{ ops: [] }], "it has no operations"],
    [
      "a time before time",
      [{ ops: [{ ...create, timestamp: -5 }] }],
      "ops.0.timestamp: should be seconds since 1970, up to the year 9999",
    ],
    [
      "an absurd time",
      [{ ops: [{ ...create, timestamp: 1e300 }] }],
      "ops.0.timestamp: should be seconds since 1970, up to the year 9999",
    ],
    ["a message that is none", [{ ops: [{ ...create, message: 7 }] }], "ops.0.message: should be string, not 7"],
    [
      "a file that is a path",
      [{ ops: [{ ...create, files: ["../../x"] }] }],
      "ops.0.files.0: should be the id of a blob",
    ],
    ["too deep nesting", [{ ops: `${"[".repeat(200)}${"]".repeat(200)}` }], "this object is nested too deeply"],
    ["no JSON", [{ ops: "}" }], "this is not JSON"],
    ["objects that hide among the operations", [{ ops: "[{}]" }], "ops.0"],
  ])("with %s is refused", async (_, packs, message) => {
    using repository = makeRepository();
    bug(repository, packs);
    const tracker = await trackerAt(repository);
    const refusal = await read(tracker).catch((error: unknown) => error);
    tracker.close();
    expect(refusal).toBeInstanceOf(TrackerError);
    expect(String(refusal)).toContain(message);
    expect(String(refusal)).toContain("refs/bugs/");
  });

  test("may hold what no record takes", async () => {
    using repository = makeRepository();
    const ops = [
      { ...create, title: "\ud800\u0000\u001b", message: "a\u0000\r\n", metadata: {} },
      { type: 5, timestamp: 9, added: ["\u0000", "a\nb"], removed: null },
    ];
    bug(repository, [{ ops: ops.map((op) => JSON.stringify(op).replace("{}", '{"__proto__":"x"}')).join(",") }]);
    const tracker = await trackerAt(repository);
    const issues = await read(tracker);
    expect(issues[0]?.commits.flatMap(({ drafts }) => drafts)).toMatchObject([
      { title: "\ufffd", body: "a\ufffd" },
      { type: "label-added", label: "a b" },
    ]);
    expect(await importIssues(tracker, issues)).toMatchObject({ created: 1 });
    tracker.close();
  });
});

describe("a place that git-bug's bugs come from", () => {
  test("is another repository, or a bundle of it that leaves nothing behind", async () => {
    using source = makeRepository("sha256");
    using repository = makeRepository();
    bug(source, [{ ops: [create] }]);
    source.git("bundle", "create", "--quiet", join(source.root, "-x.bundle"), "--all");
    const tracker = await trackerAt(repository);
    const before = temporary();
    const one = await read(tracker, [], source.cwd);
    expect(one).toHaveLength(1);
    expect(await read(tracker, [], join(source.root, "-x.bundle"))).toEqual(one);
    expect(
      temporary().filter((name) => !before.includes(name) && existsSync(join(tmpdir(), name, "refs/bugs"))),
    ).toEqual([]);
    tracker.close();
  });

  test.each([
    ["nothing", "gone", "There is no repository gone"],
    ["a file of another kind", "file", "file is neither a repository nor a bundle"],
    ["a bundle that is broken", "bundle", "bundle can't be read as a bundle"],
    ["a folder that is in no repository", "/", "is not in a git repository"],
  ])("is not %s", async (_, path, message) => {
    using repository = makeRepository();
    writeFileSync(join(repository.cwd, "file"), "[]");
    writeFileSync(join(repository.cwd, "bundle"), "# v2 git bundle\nrubbish\n\n");
    const tracker = await trackerAt(repository);
    const refusal = await read(tracker, [], path).catch((error: unknown) => error);
    tracker.close();
    expect(refusal).toBeInstanceOf(TrackerError);
    expect(String(refusal)).toContain(message);
  });
});

function temporary(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("git-tracker-"));
}

test.skipIf(!existsSync(real))(
  `git-bug's own bugs come to what it counts${existsSync(real) ? "" : ` (${relative(root, real)} is not here)`}`,
  async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    const skipped: string[] = [];
    const issues = await read(tracker, skipped, real);
    const types = new Map<string, number>();
    for (const { commits } of issues) {
      for (const { drafts } of commits) {
        // A change of labels is one operation, whatever it changes.
        for (const type of new Set(drafts.map((draft) => draft.type.replace(/^label-.*/, "label-changed")))) {
          types.set(type, (types.get(type) ?? 0) + 1);
        }
      }
    }
    expect(Object.fromEntries(types)).toMatchObject({
      "issue-created": 421,
      "comment-added": 1979,
      "label-changed": 1365,
      "title-changed": 111,
    });
    expect((types.get("comment-edited") ?? 0) + (types.get("description-changed") ?? 0)).toBe(602);
    expect((types.get("status-changed") ?? 0) + skipped.length).toBe(327);
    expect(await importIssues(tracker, issues)).toMatchObject({
      created: 421,
      comments: 1979,
      commits: 4805 - skipped.length,
    });
    const count = async (query: string) => (await listIssues(tracker, await parse(tracker, query))).total;
    expect([await count("is:closed"), await count("is:open")]).toEqual([286, 135]);
    expect(await importIssues(tracker, issues)).toMatchObject({ unchanged: 421, commits: 0 });
    tracker.close();
  },
  60_000,
);
