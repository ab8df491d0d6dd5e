import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../src/commands/formats.ts";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);
const path = (name: string) => join(session.repository.cwd, name);

beforeEach(() => {
  session = openSession();
});
afterEach(() => session[Symbol.dispose]());

test("export", async () => {
  const id = await session.make("One", "-b", "Words", "-l", "a");
  await session.make("Two");
  await $("comment", id, "More words");
  await $("archive", id);
  const lines = (await $("export", "jsonl")).split("\n").map((line) => JSON.parse(line));
  expect(lines.map(({ title, events, objects }) => [title, events.length, objects.length])).toEqual([
    ["One", 3, 3],
    ["Two", 1, 1],
  ]);
  expect(JSON.parse(await $("export", "json", "Two"))).toMatchObject({ kind: "issues", total: 1 });
  expect(await $("export", "jsonl", "-o", "out.jsonl")).toMatchInlineSnapshot(`"! 2 issues written to out.jsonl"`);
  expect(readFileSync(path("out.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(2);
  expect(await $("export", "csv", "-o", "-", "--fields", "title,status,labels")).toMatchInlineSnapshot(`
    "title,status,labels
    One,todo,a
    Two,todo,"
  `);
  expect(await $("export", "csv", "-o", "out.jsonl", "-q", "is:archived", "-s", "closed")).toMatchInlineSnapshot(`""`);
  expect(readFileSync(path("out.jsonl"), "utf8").split("\r\n")).toHaveLength(2);
});

test("a line of jsonl says what its stream alone comes to", async () => {
  const one = await session.make("One", "-l", "a", "-p", "high", "--due", "2026-12-01");
  const two = await session.make("Two", "--parent", one, "--blocking", one);
  const [first, second] = (await fileOf("jsonl")).split("\n").map((line) => JSON.parse(line || "{}"));
  expect(first).toMatchObject({
    id: one,
    labels: ["a"],
    priority: "high",
    due: "2026-12-01",
    links: [],
    archived: false,
  });
  expect(second).toMatchObject({ id: two, parent: one, links: [{ kind: "blocks", target: one }], deleted: false });
  // These would be others where the other issue is not.
  for (const field of ["shortId", "children", "blockedBy", "blocking", "blocked", "closedAt"]) {
    expect(first).not.toHaveProperty(field);
  }
});

test("--json says what was written where", async () => {
  await session.make("One");
  expect(await session.json("export", "html", "-o", "page.html")).toMatchObject({
    kind: "export",
    format: "html",
    file: "page.html",
    issues: 1,
  });
  expect(JSON.parse(await $("export", "jsonl", "--json"))).toMatchObject({ kind: "issue", title: "One" });
});

test("the flags of list say which", async () => {
  const one = await session.make("One", "-l", "a", "-p", "high");
  await session.make("Two", "-a", "ben@example.com");
  await session.make("Three", "-l", "a");
  await $("close", one);
  const titles = async (...args: string[]) =>
    (await $("export", "csv", "--fields", "title", ...args)).split("\r\n").slice(1).filter(Boolean);
  expect(await titles()).toEqual(["One", "Two", "Three"]);
  expect(await titles("-l", "a")).toEqual(["One", "Three"]);
  expect(await titles("-l", "a", "is:open")).toEqual(["Three"]);
  expect(await titles("-a", "ben@example.com")).toEqual(["Two"]);
  expect(await titles("--sort", "title-desc", "-L", "2")).toEqual(["Two", "Three"]);
  expect(await titles("nothing")).toEqual([]);
});

test("every format says its words in the help, and what nobody wrote in none is empty", async () => {
  const help = await $("help", "export");
  for (const { name, summary } of formats) expect(help).toContain(`${name.padEnd(11)}  ${summary}`);
  for (const { name } of formats) expect(await $("export", name)).not.toContain("error");
});

test("the same issues give the same file", async () => {
  await session.make("One", "-b", "Words", "-l", "a", "--due", "2026-12-01");
  for (const { name } of formats) expect(await $("export", name)).toBe(await $("export", name));
});

test("markdown", async () => {
  const id = await session.make("A *title*", "-b", "# Head\n\n```\n<b>\n```\n<i>x</i>", "-l", "a", "-p", "high");
  await session.make("Child", "--parent", id);
  await $("comment", id, "Yes\n===");
  expect(await $("export", "markdown")).toMatchInlineSnapshot(`
    "# Issues

    ## A \\*title\\*

    - Id: oid-001…
    - Status: todo
    - Author: Ada \\<ada@example.com\\>
    - Created: 2026-01-15
    - Changed: 2026-01-15
    - Priority: high
    - Labels: a
    - Children: oid-002 Child

    > #### Head
    >
    > \`\`\`
    > <b>
    > \`\`\`
    > &lt;i>x&lt;/i>

    ### Ada, 2026-01-15

    > Yes
    > \\===

    ## Child

    - Id: oid-002…
    - Status: todo
    - Author: Ada \\<ada@example.com\\>
    - Created: 2026-01-15
    - Changed: 2026-01-15
    - Parent: oid-001 A \\*title\\*"
  `);
});

test("ical", async () => {
  const id = await session.make(
    "Say; hello, \\world",
    "-b",
    "One\n\nTwo",
    "-l",
    "a,b",
    "-p",
    "urgent",
    "--due",
    "2026-12-01",
  );
  await session.make("Child", "--parent", id, "--blocked-by", id);
  expect(await $("export", "ical")).toMatchInlineSnapshot(`
    "BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//git-tracker//git-tracker//EN
    BEGIN:VTODO
    UID:oid-001…@git-tracker
    DTSTAMP:20260115T120200Z
    CREATED:20260115T120100Z
    LAST-MODIFIED:20260115T120200Z
    SUMMARY:Say\\; hello\\, \\\\world
    DESCRIPTION:One\\n\\nTwo
    STATUS:NEEDS-ACTION
    DUE;VALUE=DATE:oid-003
    PRIORITY:1
    CATEGORIES:a,b
    END:VTODO
    BEGIN:VTODO
    UID:oid-002…@git-tracker
    DTSTAMP:20260115T120200Z
    CREATED:20260115T120200Z
    LAST-MODIFIED:20260115T120200Z
    SUMMARY:Child
    STATUS:NEEDS-ACTION
    RELATED-TO:oid-001…@git-tracker
    RELATED-TO;RELTYPE=DEPENDS-ON:oid-001…@git-
     tracker
    END:VTODO
    END:VCALENDAR"
  `);
});

test("taskwarrior", async () => {
  const id = await session.make("One", "-b", "Words", "-l", "a", "-p", "high", "--due", "2026-12-01");
  await session.make("Two", "--blocked-by", id);
  await $("close", id, "-r", "not-planned");
  const file = await fileOf("taskwarrior");
  const uuids = [...new Set(file.match(/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g))];
  expect(uuids).toHaveLength(2);
  expect(file.replaceAll(uuids[0] ?? "", "ONE").replaceAll(uuids[1] ?? "", "TWO")).toMatchInlineSnapshot(`
    "[
    {"uuid":"ONE","description":"One","status":"deleted","entry":"20260115T120100Z","modified":"20260115T120300Z","end":"20260115T120300Z","due":"20261201T120000Z","tags":["a"],"priority":"H","annotations":[{"entry":"20260115T120100Z","description":"Words"}]},
    {"uuid":"TWO","description":"Two","status":"pending","entry":"20260115T120200Z","modified":"20260115T120200Z","depends":["ONE"]}
    ]
    "
  `);
});

test("github", async () => {
  const id = await session.make("One", "-l", "a", "-m", "1.0");
  await $("comment", id, "Words");
  await $("close", id, "-r", "not-planned");
  expect(await $("export", "github")).toMatchInlineSnapshot(
    `"{"type":"issue","issue":{"number":1,"title":"One","body":"","state":"closed","state_reason":"not_planned","user":{"login":"ada","name":"Ada"},"labels":[{"name":"a"}],"assignees":[],"milestone":{"title":"1.0"},"comments":1,"created_at":"2026-01-15T12:01:00Z","updated_at":"2026-01-15T12:03:00Z","closed_at":"2026-01-15T12:03:00Z","html_url":"https://github.com/git-tracker/issues/issues/1","url":"https://api.github.com/repos/git-tracker/issues/issues/1","repository_url":"https://api.github.com/repos/git-tracker/issues"},"events":[{"id":oid-003,"event":"labeled","label":{"name":"a"},"actor":{"login":"ada","name":"Ada"},"created_at":"2026-01-15T12:01:00Z"},{"id":oid-004,"event":"milestoned","milestone":{"title":"1.0"},"actor":{"login":"ada","name":"Ada"},"created_at":"2026-01-15T12:01:00Z"},{"event":"commented","id":oid-005,"actor":{"login":"ada","name":"Ada"},"created_at":"2026-01-15T12:02:00Z","user":{"login":"ada","name":"Ada"},"body":"Words","html_url":"https://github.com/git-tracker/issues/issues/1#issuecomment-oid-005"},{"id":oid-006,"event":"closed","state_reason":"not_planned","actor":{"login":"ada","name":"Ada"},"created_at":"2026-01-15T12:03:00Z"}]}"`,
  );
});

test("import jsonl", async () => {
  const id = await session.make("One", "-b", "Words");
  await $("comment", id, "More words");
  await $("user", "add", "ben@example.com");
  session.stdin = await fileOf("jsonl");
  using other = openSession({ who: "Ben <ben@example.com>" });
  other.stdin = session.stdin;
  expect(await other.$("import", "jsonl", "-")).toMatchInlineSnapshot(`
    "imported 1 issue, updated 0: 2 changes, 1 comment among them
    ! members, teams and labels came, too"
  `);
  expect(await other.$("import", "jsonl", "-")).toMatchInlineSnapshot(`"nothing new: 1 issue here already"`);
  expect(await $("import", "jsonl", "-")).toMatchInlineSnapshot(`"nothing new: 1 issue here already"`);
  await other.$("comment", id, "Ben's");
  await $("comment", id, "Ada's");
  await $("export", "jsonl", "-o", "more.jsonl");
  expect(await other.$("import", "jsonl", path("more.jsonl"))).toMatchInlineSnapshot(
    `"imported 0 issues, updated 1: 1 change, 1 comment among them"`,
  );
  expect(await other.json("import", "jsonl", path("more.jsonl"))).toMatchObject({
    kind: "import",
    created: 0,
    unchanged: 1,
  });
  expect(await other.$("list", "--format", "{title}")).toBe("One");
});

test("import jsonl refuses", async () => {
  expect(await $("import", "jsonl")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker import jsonl FILE…
    ! hint: See: git tracker help import
    [exit 2]"
  `);
  session.stdin = "";
  expect(await $("import", "jsonl", "-")).toMatchInlineSnapshot(`
    "! error: There are no issues in what was given
    ! hint: Check the file.
    [exit 2]"
  `);
  session.stdin = '{"schema":1,"kind":"issue"}';
  expect(await $("import", "jsonl", "-")).toMatchInlineSnapshot(`
    "! error: -:1: revision: missing
    ! hint: Is it what \`git tracker export jsonl\` wrote?
    [exit 2]"
  `);
  session.stdin = '{"schema":2,"kind":"issue"}';
  expect(await $("import", "jsonl", "-")).toMatchInlineSnapshot(`
    "! error: -:1: schema: should be 1: a newer git-tracker wrote it
    ! hint: Is it what \`git tracker export jsonl\` wrote?
    [exit 2]"
  `);
  session.stdin = '{"title":"One"}';
  expect(await $("import", "jsonl", "-")).toMatchInlineSnapshot(`
    "! error: -:1: schema: missing
    ! hint: Is it what \`git tracker export jsonl\` wrote?
    [exit 2]"
  `);
  expect(await $("import", "jsonl", "nowhere.jsonl")).toMatchInlineSnapshot(`
    "! error: There is no file nowhere.jsonl
    ! hint: Check the path.
    [exit 3]"
  `);
});

test("export refuses", async () => {
  await session.make("One");
  expect(await $("export")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker export FORMAT [QUERY…]
    ! hint: See: git tracker help export
    [exit 2]"
  `);
  expect(await $("export", "jsonk")).toMatchInlineSnapshot(`
    "! error: There is no export as \`jsonk\`
    ! hint: Did you mean: git tracker export jsonl
    [exit 2]"
  `);
  expect(await $("export", "pdf")).toMatchInlineSnapshot(`
    "! error: There is no export as \`pdf\`
    ! hint: There is: jsonl, json, csv, markdown, html, github, taskwarrior, ical.
    [exit 2]"
  `);
  expect(await $("export", "jsonl", "stauts:todo")).toMatchInlineSnapshot(`
    "! error:
    ! stauts:todo
    ! ^^^^^^^
    ! No field \`stauts\`.
    ! hint: Did you mean \`status:\`? Text that holds a colon goes in quotes.
    [exit 2]"
  `);
  expect(await $("export", "html", "--fields", "id")).toMatchInlineSnapshot(`
    "! error: --fields is for csv, not for html
    ! hint: See: git tracker help export
    [exit 2]"
  `);
  expect(await $("export", "html", "--json")).toMatchInlineSnapshot(`
    "! {"schema":1,"kind":"error","error":{"code":"invalid","message":"With --json, say where the html goes: -o FILE","hint":"See: git tracker help export"}}
    [exit 2]"
  `);
  expect(await $("export", "csv", "--fields", "titel")).toMatchInlineSnapshot(`
    "! error: Unknown field “titel”
    ! hint: Did you mean “title”?
    [exit 2]"
  `);
  expect(await $("export", "csv", "-o", "no/such/folder.csv")).toMatchInlineSnapshot(`
    "! error: There is no file no/such/folder.csv
    ! hint: Check the path.
    [exit 3]"
  `);
  expect(await $("export", "csv", "-o", ".")).toMatchInlineSnapshot(`
    "! error: . is a folder
    ! hint: Name a file.
    [exit 2]"
  `);
  expect(existsSync(path("no"))).toBe(false);
  expect(readdirSync(session.repository.cwd)).toEqual([".git"]);
});

/** An export with the ids as they are. */
async function fileOf(format: string): Promise<string> {
  await $("export", format, "-o", "whole");
  return readFileSync(path("whole"), "utf8");
}
