import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);
const path = (name: string) => join(session.repository.cwd, name);
/** Where the repository is differs from run to run. */
const here = async (...args: string[]) => (await $(...args)).replaceAll(session.repository.cwd, "HERE");

beforeEach(() => {
  session = openSession();
});
afterEach(() => session[Symbol.dispose]());

test("purge", async () => {
  const [one, two] = [await session.make("One"), await session.make("Two")];
  expect(await $("purge", one)).toMatchInlineSnapshot(`
    "! error: Nobody is here to answer
    ! hint: Say it on the command line: --yes
    [exit 2]"
  `);
  session.columns = 80;
  session.answer = false;
  expect(await $("purge", one)).toMatchInlineSnapshot(`
    "! error: Nothing was purged
    ! hint: Take it out of sight instead: git tracker delete ID
    [exit 2]"
  `);
  session.answer = true;
  expect(await $("purge", one)).toMatchInlineSnapshot(`"oid-001 purged  One"`);
  session.columns = undefined;
  expect(await $("show", one)).toMatchInlineSnapshot(`
    "! error: There is no issue oid-001…
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
  expect(await session.json("purge", two, "--yes")).toMatchObject({ kind: "issues", total: 1, items: [{ id: two }] });
  expect(session.repository.git("for-each-ref", "refs/git-tracker/")).toBe("");
  expect(await $("purge", "ffffffff", "--yes")).toMatchInlineSnapshot(`
    "! error: There is no issue oid-003
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
  expect(await $("purge")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker purge ID…
    ! hint: See: git tracker help purge
    [exit 2]"
  `);
});

test("init", async () => {
  expect(await here("init")).toMatchInlineSnapshot(`
    "wrote HERE/git-tracker.toml
    ! hint: commit it, so that everybody works with the same workflow"
  `);
  expect(await here("init")).toMatchInlineSnapshot(`"HERE/git-tracker.toml is there already; nothing was changed"`);
  expect(await session.json("init")).toMatchObject({ kind: "init", outcome: "there" });
  expect(await $("list")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("init", "here")).toMatchInlineSnapshot(`
    "! error: \`here\` is one word too many: git tracker init
    ! hint: See: git tracker help init
    [exit 2]"
  `);
});

test("config", async () => {
  writeFileSync(path("git-tracker.toml"), '# Ours\npriorities = ["low", "high"] # two will do\n');
  expect(await here("config", "set", "list.limit", "20")).toMatchInlineSnapshot(
    `"set list.limit in HERE/git-tracker.toml"`,
  );
  expect(await here("config", "set", "default.priority", "high", "--local")).toMatchInlineSnapshot(
    `"set default.priority in HERE/.git/git-tracker/config.toml"`,
  );
  expect(readFileSync(path("git-tracker.toml"), "utf8")).toMatchInlineSnapshot(`
    "# Ours
    priorities = ["low", "high"] # two will do

    [list]
    limit = 20
    "
  `);
  expect(await $("config", "get", "list.limit")).toMatchInlineSnapshot(`"20"`);
  const origins = (await here("config", "list", "--origin")).split("\n");
  expect(
    origins.filter((line) => /^(?:list\.limit|priorities|types|default\.priority) /.test(line)).join("\n"),
  ).toMatchInlineSnapshot(`
    "priorities = ["low", "high"]  HERE/git-tracker.toml:2
    types = ["bug", "feature", "task"]  default
    default.priority = "high"  HERE/.git/git-tracker/config.toml:2
    list.limit = 20  HERE/git-tracker.toml:5"
  `);
  expect(await here("config", "unset", "list.limit")).toMatchInlineSnapshot(
    `"unset list.limit in HERE/git-tracker.toml"`,
  );
  expect(await session.json("config", "get", "list.limit")).toMatchObject({
    kind: "config",
    items: [{ value: 50, origin: "default" }],
  });
  expect(await session.json("config", "set", "list.limit", "9")).toMatchObject({ kind: "setting", key: "list.limit" });
});

test("config refuses", async () => {
  expect(await $("config", "set", "list.limt", "20")).toMatchInlineSnapshot(`
    "! error: There is no setting list.limt.
    ! hint: Did you mean list.limit? \`git tracker config list\` shows all settings.
    [exit 2]"
  `);
  expect(await $("config", "set", "list.limit", "many")).toMatchInlineSnapshot(`
    "! error: list.limit: expected a whole number of at least 1, not "many".
    ! hint: list.limit: How many issues \`list\` prints at most.
    [exit 2]"
  `);
  expect(await $("config", "set", "list.limit")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker config set KEY VALUE
    ! hint: See: git tracker help config
    [exit 2]"
  `);
  expect(await $("config", "get", "nothing.such")).toMatchInlineSnapshot(`
    "! error: There is no setting nothing.such.
    ! hint: \`git tracker config list\` shows all settings.
    [exit 2]"
  `);
  expect(await $("config", "frobnicate")).toMatchInlineSnapshot(`
    "! error: \`config\` can't \`frobnicate\`
    ! hint: It can: list, get, set, unset, edit.
    [exit 2]"
  `);
  expect(await $("config", "list", "--user", "--local")).toMatchInlineSnapshot(`
    "! error: One of --user, --repository and --local is enough
    ! hint: See: git tracker help config
    [exit 2]"
  `);
  expect(await $("config", "edit")).toMatchInlineSnapshot(`
    "! error: Nobody is here to edit
    ! hint: Set one key: git tracker config set KEY VALUE
    [exit 2]"
  `);
  expect(await here("config", "set", "editor", "vi")).toMatchInlineSnapshot(`
    "! error: HERE/git-tracker.toml:1:1: editor can't be set in a file that comes with the repository, because it names a program to run.

    ! 1:  editor = "vi"
    !     ^
    ! hint: Set it in your own settings or in this clone's.
    [exit 2]"
  `);
  writeFileSync(path("git-tracker.toml"), '[list]\nlimit = "many"\n');
  expect(await here("list")).toMatchInlineSnapshot(`
    "! error: HERE/git-tracker.toml:2:9: list.limit: expected a whole number of at least 1, not "many".

    ! 2:  limit = "many"
    !             ^
    ! hint: list.limit: How many issues \`list\` prints at most.
    [exit 2]"
  `);
});

test("config edit keeps a text with a mistake and offers it again", async () => {
  session.columns = 80;
  session.edits.push(
    () => "list.limit = true\n",
    (text) => {
      expect(text).toBe("list.limit = true\n");
      return "list.limit = 5\n";
    },
  );
  expect(await here("config", "edit")).toMatchInlineSnapshot(`
    "! HERE/git-tracker.toml:1:14: list.limit: expected a whole number of at least 1, not true.

    ! 1:  list.limit = true
    !                  ^
    wrote HERE/git-tracker.toml"
  `);
  session.edits.push((text) => text);
  expect(await here("config", "edit")).toMatchInlineSnapshot(`"! nothing was changed"`);
});

test("doctor and reindex", async () => {
  const id = await session.make("One");
  expect(await $("doctor")).toMatchInlineSnapshot(`"1 issue checked, all is well"`);
  expect(await $("reindex")).toMatchInlineSnapshot(`"indexed 1 issue"`);
  expect(await session.json("reindex")).toMatchObject({ kind: "reindex", issues: 1 });
  expect(await session.json("doctor")).toMatchObject({ kind: "doctor", checked: 1, findings: [] });
  session.repository.git("update-ref", `refs/git-tracker/issues/${"a".repeat(40)}`, id);
  expect(await $("doctor")).toMatchInlineSnapshot(`
    "error: Issue oid-002 can't be read: its first commit is not the one its name says
      Look for what is missing with: git fsck. A clone that has it can give it back.
    2 issues checked, 1 thing to look at
    ! error: Something is damaged
    ! hint: Each line above says what to do about it.
    [exit 6]"
  `);
  const [result = "", , exit] = (await $("doctor", "--json")).split("\n");
  expect(JSON.parse(result)).toMatchObject({ kind: "doctor", checked: 2, findings: [{ level: "error" }] });
  expect(exit).toBe("[exit 6]");
  expect(await $("doctor", "now")).toMatchInlineSnapshot(`
    "! error: \`now\` is one word too many: git tracker doctor
    ! hint: See: git tracker help doctor
    [exit 2]"
  `);
  expect(await $("reindex", "now")).toMatchInlineSnapshot(`
    "! error: \`now\` is one word too many: git tracker reindex
    ! hint: See: git tracker help reindex
    [exit 2]"
  `);
});

const issue = {
  number: 7,
  title: "Crash",
  body: "Boom",
  state: "OPEN",
  createdAt: "2026-01-01T00:00:00Z",
  url: "https://github.com/a/b/issues/7",
  author: { login: "ben" },
  labels: [{ name: "bug" }],
};

test("import", async () => {
  writeFileSync(path("issues.json"), JSON.stringify([issue]));
  expect(await $("import", "github", "issues.json")).toMatchInlineSnapshot(
    `"imported 1 issue, updated 0: 2 changes, 0 comments among them"`,
  );
  expect(await $("import", "github", "issues.json")).toMatchInlineSnapshot(`"nothing new: 1 issue here already"`);
  session.stdin = JSON.stringify([{ ...issue, title: "Crash again", number: 8 }]);
  expect(await session.json("import", "github", "-")).toMatchObject({ kind: "import", created: 1, updated: 0 });
  expect(await $("list", "--format", "{title} {labels} {author}")).toMatchInlineSnapshot(`
    "Crash again bug ben <ben@users.noreply.github.com>
    Crash bug ben <ben@users.noreply.github.com>"
  `);
});

test("import refuses", async () => {
  expect(await $("import", "github")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker import github FILE|FOLDER…
    ! hint: See: git tracker help import
    [exit 2]"
  `);
  expect(await $("import", "githup", "x")).toMatchInlineSnapshot(`
    "! error: There is no import from \`githup\`
    ! hint: Did you mean: git tracker import github
    [exit 2]"
  `);
  expect(await $("import", "fogbugz", "x")).toMatchInlineSnapshot(`
    "! error: There is no import from \`fogbugz\`
    ! hint: See what there is: git tracker help import
    [exit 2]"
  `);
  expect(await $("import", "github", "nothing.json")).toMatchInlineSnapshot(`
    "! error: There is no file nothing.json
    ! hint: Check the path.
    [exit 3]"
  `);
  expect(await $("import", "git-bug")).toMatchInlineSnapshot(`
    "! error: There are no issues in what was given
    ! hint: Are they fetched? git bug pull
    [exit 2]"
  `);
  expect(await $("import", "git-native-issue", ".")).toMatchInlineSnapshot(`
    "! error: There are no issues in what was given
    ! hint: Are they fetched? git issue sync
    [exit 2]"
  `);
  expect(await $("import", "git-bug", "a", "b")).toMatchInlineSnapshot(`
    "! error: \`b\` is one word too many: git tracker import git-bug [BUNDLE|REPOSITORY]
    ! hint: See: git tracker help import
    [exit 2]"
  `);
  expect(await $("import", "git-bug", "nowhere")).toMatchInlineSnapshot(`
    "! error: There is no repository nowhere
    ! hint: Check the path.
    [exit 3]"
  `);
  expect(await $("import", "backlog")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker import backlog FOLDER
    ! hint: See: git tracker help import
    [exit 2]"
  `);
  expect(await $("import", "backlog", "nowhere")).toMatchInlineSnapshot(`
    "! error: There is no folder nowhere
    ! hint: Check the path.
    [exit 3]"
  `);
  session.stdin = "[]";
  expect(await $("import", "github", "-")).toMatchInlineSnapshot(`
    "! error: There are no issues in what was given
    ! hint: Check the file.
    [exit 2]"
  `);
  session.stdin = JSON.stringify([issue, { ...issue, number: "seven" }]);
  expect(await $("import", "github", "-")).toMatchInlineSnapshot(`
    "! error: -:1: number: should be number, not "seven"
    ! hint: Is it an issue as GitHub exports it?
    [exit 2]"
  `);
  expect(await $("list", "--all", "--format", "ids")).toMatchInlineSnapshot(`""`);
});
