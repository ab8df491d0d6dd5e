import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSession, type Session } from "../support/transcript.ts";

function put({ repository }: Session, name: string, text: string | Uint8Array): void {
  mkdirSync(join(repository.cwd, name, ".."), { recursive: true });
  writeFileSync(join(repository.cwd, name), text);
}

test("import without a word looks around and writes nothing", async () => {
  using session = openSession();
  const { $, repository } = session;
  expect(await $("import")).toMatchInlineSnapshot(`
    "! nothing here that is known to be another tracker's
    ! hint: See what can be imported: git tracker help import"
  `);
  const blob = repository.git("hash-object", "-w", "-t", "tree", "/dev/null").trim();
  repository.git("update-ref", "refs/bugs/abc", blob);
  repository.git("update-ref", "refs/issues/abc", blob);
  put(session, ".beads/issues.jsonl", "{}");
  put(session, "jira search.csv", "Summary,Issue key,Status\n");
  put(session, "linear.csv", '"ID","Team","Title","Description","Status","Creator"\n');
  put(session, "gitlab.csv", "Title,Issue ID,URL,State\n");
  put(session, "tasks.csv", "Name;Due;State\n");
  put(session, "numbers.csv", "1,2,3\n");
  put(session, "broken.csv", 'a,"b');
  put(session, "it's a board.json", '{"name":"B","labelNames":{},"cards":[]}');
  put(session, "-tasks.json", '[{"uuid":"1","entry":"20260110T120000Z"}]');
  put(session, "search.json", '{"issues":[{"key":"A-1","fields":{"summary":"x"}}]}');
  put(session, "gl.json", '[{"iid":1,"project_id":3,"state":"opened"}]');
  put(session, "gh.json", '[{"number":1,"title":"x","url":"https://github.com/a/b/issues/1"}]');
  put(session, "package.json", '{"name":"x","version":"1"}');
  put(session, "bad\u001b[31m.csv", "Name;Due;State\n");
  put(session, "todo.txt", "call\n");
  put(session, "tree/project/issues.ndjson", "{}");
  const tar = (files: Record<string, string>) => new Bun.Archive(files, { compress: "gzip" }).bytes();
  put(session, "old.tar.gz", await tar({ "./tree/project/labels.ndjson": "{}" }));
  put(session, "2026-01-09_10-00-000_a_b_export.tar.gz", await tar({ "./project.bundle": "x".repeat(1e6) }));
  put(session, "sources.tar.gz", await tar({ "./a.ts": "{}" }));
  put(session, "broken_export.tar.gz", "no gzip");
  put(
    session,
    "packed.jsonl.gz",
    Bun.gzipSync('{"id":"app-1","title":"x","issue_type":"bug","created_at":"2026-01-10T12:00:00Z"}'),
  );
  put(session, "bugs.bundle", `# v2 git bundle\n${"a".repeat(40)} refs/bugs/${"b".repeat(64)}\n\nPACK`);
  put(session, "code.bundle", `# v2 git bundle\n${"a".repeat(40)} refs/heads/main\n\nPACK`);
  const before = repository.git("for-each-ref");
  expect(await $("import")).toMatchInlineSnapshot(`
    "1 issue of git-bug in this repository
        git tracker import git-bug
    1 issue of git-native-issue in this repository
        git tracker import git-native-issue
    issues of beads in .beads/issues.jsonl
        git tracker import beads .beads/issues.jsonl
    issues of gitlab in tree
        git tracker import gitlab tree
    issues of taskwarrior in -tasks.json
        git tracker import taskwarrior ./-tasks.json
    issues of gitlab in 2026-01-09_10-00-000_a_b_export.tar.gz
        git tracker import gitlab 2026-01-09_10-00-000_a_b_export.tar.gz
    issues of git-bug in bugs.bundle
        git tracker import git-bug bugs.bundle
    issues of github in gh.json
        git tracker import github gh.json
    issues of gitlab in gitlab.csv
        git tracker import gitlab gitlab.csv
    issues of gitlab in gl.json
        git tracker import gitlab gl.json
    issues of trello in it's a board.json
        git tracker import trello 'it'\\''s a board.json'
    issues of jira in jira search.csv
        git tracker import jira 'jira search.csv'
    issues of linear in linear.csv
        git tracker import linear linear.csv
    issues of gitlab in old.tar.gz
        git tracker import gitlab old.tar.gz
    issues of beads in packed.jsonl.gz
        git tracker import beads packed.jsonl.gz
    issues of jira in search.json
        git tracker import jira search.json
    a table of issues in tasks.csv
        git tracker import csv tasks.csv
    issues of todo.txt in todo.txt
        git tracker import todo.txt todo.txt"
  `);
  expect(repository.git("for-each-ref")).toBe(before);
  expect(await session.json("import")).toMatchObject({ kind: "importable" });
});

test("import csv maps columns, says what it left out, and comes again", async () => {
  using session = openSession();
  const { $ } = session;
  put(session, "t.csv", "Was,State,Mood\nBuild,Backlog,good\n");
  expect(await $("import", "csv", "t.csv")).toMatchInlineSnapshot(`
    "! error: t.csv:1: no column holds the titles
    ! hint: Name the column: --map title=COLUMN. There are: Was, State, Mood.
    [exit 2]"
  `);
  expect(await $("import", "csv", "t.csv", "--map", "title=Was")).toMatchInlineSnapshot(`
    "imported 1 issue, updated 0: 1 change, 0 comments among them
    ! under other names here: status Backlog -> todo (1)
    ! left out: column Mood (1)"
  `);
  expect(await $("import", "csv", "t.csv", "--map", "title=Was")).toMatchInlineSnapshot(`
    "nothing new: 1 issue here already
    ! under other names here: status Backlog -> todo (1)
    ! left out: column Mood (1)"
  `);
  put(session, "t.csv", "Was,State,Mood\nBuild,Done,bad\n");
  expect(await $("import", "csv", "t.csv", "--map", "title=Was")).toMatchInlineSnapshot(`
    "imported 0 issues, updated 1: 1 change, 0 comments among them
    ! left out: column Mood (1)"
  `);
  expect(await $("list", "--format", "{title} {status} {externalIds}", "is:closed")).toMatchInlineSnapshot(
    `"Build done {"csv":"t#oid-001"}"`,
  );
  expect(await $("import", "csv", "t.csv", "--map", "title")).toMatchInlineSnapshot(`
    "! error: \`title\` maps nothing: --map title=Summary
    ! hint: See: git tracker help import
    [exit 2]"
  `);
  expect(await $("import", "jira", "t.csv", "--map", "title=Was")).toMatchInlineSnapshot(`
    "! error: --map is for csv, not for jira
    ! hint: See: git tracker help import
    [exit 2]"
  `);
  expect(await $("import", "csv", "t.csv", "--map", "titel=Was")).toMatchInlineSnapshot(`
    "! error: There is no field \`titel\` to map a column to
    ! hint: Did you mean \`title\`?
    [exit 2]"
  `);
});

const todo = "(A) 2026-01-30 Call +family\nx 2026-02-03 2026-01-30 Pay rent\n";

test("importing again keeps what was done here, and takes what was done there", async () => {
  using session = openSession();
  const { $ } = session;
  put(session, "todo.txt", todo);
  expect(await $("import", "todo.txt", "todo.txt")).toMatchInlineSnapshot(
    `"imported 2 issues, updated 0: 3 changes, 0 comments among them"`,
  );
  const { items } = await session.json("list", "call");
  await $("edit", (items as { id: string }[])[0]?.id ?? "", "--priority", "low"); // As the schema says.
  expect(await $("list", "--format", "{priority} {labels}", "call")).toMatchInlineSnapshot(`"low +family"`);
  put(session, "todo.txt", todo.replace("+family", "+family @phone"));
  expect(await $("import", "todo.txt", "todo.txt")).toMatchInlineSnapshot(
    `"imported 0 issues, updated 1: 1 change, 0 comments among them"`,
  );
  expect(await $("list", "--format", "{priority} {labels}", "call")).toMatchInlineSnapshot(`"low +family,@phone"`);
});

test("import gitlab takes an export as it was downloaded, and the unpacked folder tells nothing new", async () => {
  using session = openSession();
  const { $ } = session;
  const issue = { iid: 3, title: "T", description: "D", state: "opened", created_at: "2026-01-02T03:04:05Z" };
  const files = { "tree/project/issues.ndjson": JSON.stringify(issue), VERSION: "0.2.4" };
  put(session, "a_export.tar.gz", await new Bun.Archive(files, { compress: "gzip" }).bytes());
  for (const [name, text] of Object.entries(files)) put(session, `a_export/${name}`, text);
  expect(await $("import", "gitlab", "a_export.tar.gz")).toMatchInlineSnapshot(`
    "imported 1 issue, updated 0: 1 change, 0 comments among them
    ! left out: file without issues (1)"
  `);
  expect(await $("import", "gitlab", "a_export")).toMatchInlineSnapshot(`
    "nothing new: 1 issue here already
    ! left out: file without issues (1)"
  `);
  expect(await $("list", "--format", "{title} {externalIds}")).toMatchInlineSnapshot(`"T {"gitlab":"a#3"}"`);
  put(session, "cut.tar.gz", (await new Bun.Archive(files, { compress: "gzip" }).bytes()).subarray(0, 200));
  expect(await $("import", "gitlab", "cut.tar.gz")).toMatchInlineSnapshot(`
    "! error: cut.tar.gz: the gzip data is broken
    ! hint: Download or pack it again.
    [exit 2]"
  `);
  expect(await $("import", "gitlab", "missing.tar.gz")).toMatchInlineSnapshot(`
    "! error: There is no file missing.tar.gz
    ! hint: Check the path.
    [exit 3]"
  `);
});

test("types that the settings lack are kept, and how to name them is said", async () => {
  using session = openSession();
  const { $ } = session;
  const issue = (id: string, type: string) =>
    JSON.stringify({ id, title: id, issue_type: type, status: "open", created_at: "2026-01-10T12:00:00Z" });
  put(session, "b.jsonl", [issue("x-1", "epic"), issue("x-2", "chore; rm"), issue("x-3", "bug")].join("\n"));
  expect(await $("import", "beads", "b.jsonl")).toMatchInlineSnapshot(`
    "imported 3 issues, updated 0: 6 changes, 0 comments among them
    ! under other names here: status open -> todo (3)
    ! types that the settings lack: epic (1), chore; rm (1)
    ! hint: To give them to new issues, too: git tracker config set types 'bug,feature,task,epic'"
  `);
  await $("config", "set", "types", "bug,feature,task,epic");
  expect((await $("list", "--type", "epic", "--format", "{title}")).split("\n")).toEqual(["x-1"]);
  expect(await session.json("import", "beads", "b.jsonl")).toMatchObject({ kept: { "chore; rm": 1 }, unchanged: 3 });
});

test("import github of a list, again: what changed there comes, what was changed here stays", async () => {
  using session = openSession();
  const { $ } = session;
  const list = (fields: object) =>
    put(
      session,
      "gh.json",
      JSON.stringify([
        {
          number: 1,
          title: "One",
          body: "Text",
          state: "OPEN",
          labels: [{ name: "bug" }, { name: "ci" }],
          assignees: [],
          milestone: { title: "v1" },
          author: { login: "ada" },
          createdAt: "2026-01-01T00:00:00Z",
          updatedAt: "2026-01-01T00:00:00Z",
          closedAt: null,
          comments: [],
          url: "https://github.com/a/b/issues/1",
          ...fields,
        },
      ]),
    );
  const shown = () => session.json("show", "@last");
  list({});
  await $("import", "github", "gh.json");
  expect(await $("import", "github", "gh.json")).toMatchInlineSnapshot(`"nothing new: 1 issue here already"`);
  await $("label", "remove", "@last", "ci");
  await $("label", "add", "@last", "mine");
  const updatedAt = "2026-02-01T00:00:00Z";
  list({ title: "One, renamed", labels: [{ name: "ci" }, { name: "auth" }], milestone: null, updatedAt });
  await $("import", "github", "gh.json");
  const item = { title: "One, renamed", status: "todo", labels: ["auth", "mine"], milestone: null, body: "Text" };
  expect(await shown()).toMatchObject({ item });
  list({
    title: "One, renamed",
    body: undefined,
    labels: [{ name: "auth" }],
    milestone: null,
    state: "CLOSED",
    updatedAt,
  });
  await $("import", "github", "gh.json");
  expect(await shown()).toMatchObject({ item: { ...item, status: "done" } });
  expect(await $("import", "github", "gh.json")).toContain("nothing new");
});
