import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Session } from "../support/transcript.ts";
import { openPair, type Pair } from "./pair.ts";

let pair: Pair;
let ada: Session;
let ben: Session;
const $ = (...args: string[]) => ada.$(...args);

beforeEach(() => {
  pair = openPair();
  ({ ada, ben } = pair);
});
afterEach(() => pair[Symbol.dispose]());

test("help", async () => {
  expect(await $("user", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker user [flags] [list] | add PERSON | edit PERSON | remove PERSON

    Say who takes part, and in which role.

    Members have a role: a viewer's events don't count, a contributor works on issues, a maintainer also changes members, teams and
    the project. Whoever is added first is a maintainer; without members, everybody may do everything. Without signatures
    (setting signing.require) a role binds only who says their true name.

    Flags
          --name NAME            what they are called
          --role ROLE            viewer, contributor or maintainer
          --email EMAILS         more addresses of theirs
          --remove-email EMAILS  addresses that are theirs no more
          --fields NAMES         only these fields, with --json or a table
          --format FORMAT        table, json, ndjson, csv, markdown, ids, or a text like '{shortId} {title}'

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker user
      git tracker user add @me
      git tracker user add "Ben <ben@example.com>" --role contributor --email ben@home.example
      git tracker user edit ben --role maintainer
      git tracker user remove ben@example.com"
  `);
  expect(await $("team", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker team [flags] [list] | add TEAM [MEMBER…] | edit TEAM | remove TEAM

    Form teams of members.

    \`git tracker assign ID @TEAM\` gives an issue to all who are in the team at that moment.

    Flags
          --add MEMBERS     who joins it
          --remove MEMBERS  who leaves it
          --fields NAMES    only these fields, with --json or a table
          --format FORMAT   table, json, ndjson, csv, markdown, ids, or a text like '{shortId} {title}'

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker team add web ada ben
      git tracker team edit web --add eve@example.com --remove ben
      git tracker team remove web"
  `);
  expect(await $("project", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker project [flags] [show | edit | log]

    Show and change what people share.

    What people share besides issues: members and teams (see user, team), what labels mean (see label define). An empty value clears.

    Flags
          --name NAME         what the project is called
      -d, --description TEXT  what it is about, in one line

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker project
      git tracker project edit --name Rocket -d "To the moon"
      git tracker project log"
  `);
});

test("user", async () => {
  expect(await $("user")).toMatchInlineSnapshot(
    `"! Nobody is a member yet, so everybody may do everything. As in: git tracker user add @me"`,
  );
  expect(await $("user", "add", "@me")).toMatchInlineSnapshot(`"add member ada@example.com (maintainer)"`);
  expect(await $("user", "add", "Ben <ben@example.com>", "--email", "ben@home.example")).toMatchInlineSnapshot(
    `"add member ben@example.com (contributor)"`,
  );
  expect(await $("user", "add", "ben@home.example")).toMatchInlineSnapshot(`
    "! error: ben@home.example is an address of the member Ben
    ! hint: Change them with: git tracker user edit ben@example.com
    [exit 4]"
  `);
  expect(await $("user", "add", "ben")).toMatchInlineSnapshot(`
    "! error: \`ben\` is not an email address
    ! hint: As in: git tracker user add "Ada <ada@example.com>"
    [exit 2]"
  `);
  expect(await $("user", "add", "eve@example.com", "--role", "boss")).toMatchInlineSnapshot(`
    "! error: There is no role \`boss\`
    ! hint: Roles: viewer, contributor, maintainer.
    [exit 2]"
  `);
  expect(await $("user", "edit", "ben", "--role", "viewer", "--name", "Benjamin")).toMatchInlineSnapshot(
    `"change member ben@example.com: role viewer, name Benjamin"`,
  );
  expect(await $("user", "edit", "ben", "--role", "viewer")).toMatchInlineSnapshot(`"nothing to change"`);
  expect(await $("user", "edit", "@me", "--role", "viewer")).toMatchInlineSnapshot(`
    "! error: ada@example.com is the only maintainer
    ! hint: Make somebody else one first: git tracker user edit EMAIL --role maintainer
    [exit 4]"
  `);
  expect(await $("user", "edit", "ada", "--role", "viewer")).toMatchInlineSnapshot(`
    "! error: ada@example.com is the only maintainer
    ! hint: Make somebody else one first: git tracker user edit EMAIL --role maintainer
    [exit 4]"
  `);
  expect(await $("user", "remove", "nobody")).toMatchInlineSnapshot(`
    "! error: There is no member nobody
    ! hint: See them with: git tracker user list
    [exit 3]"
  `);
  expect(await $("user", "dismiss", "ben")).toMatchInlineSnapshot(`
    "! error: There is no \`user dismiss\`
    ! hint: It can: list, add, edit, remove.
    [exit 2]"
  `);
  expect(await $("user", "list")).toMatchInlineSnapshot(`
    "Ada	maintainer	ada@example.com	0
    Benjamin	viewer	ben@example.com, ben@home.example	0"
  `);
  ada.columns = 80;
  expect(await $("user", "list")).toMatchInlineSnapshot(`
    "member    role        addresses                          keys
    Ada       maintainer  ada@example.com                       0
    Benjamin  viewer      ben@example.com, ben@home.example     0"
  `);
  expect(await ada.json("user", "list")).toMatchObject({ kind: "members", total: 2 });
  expect(await ada.json("user", "remove", "ben")).toEqual({ schema: 1, kind: "member", item: null });
});

test("team", async () => {
  await $("user", "add", "@me");
  await $("user", "add", "Ben <ben@example.com>");
  const id = await ada.make("One");
  expect(await $("team")).toMatchInlineSnapshot(`"! No teams yet. As in: git tracker team add TEAM MEMBER"`);
  expect(await $("team", "add", "web", "ada", "ben")).toMatchInlineSnapshot(
    `"add team web: ada@example.com, ben@example.com"`,
  );
  expect(await $("team", "add", "web")).toMatchInlineSnapshot(`
    "! error: There is a team web already
    ! hint: git tracker team edit web --add MEMBER
    [exit 4]"
  `);
  expect(await $("team", "add", "two words")).toMatchInlineSnapshot(`
    "! error: \`two words\` can't be a team's name
    ! hint: One word, without blanks and commas.
    [exit 2]"
  `);
  expect(await $("team", "edit", "@web", "--remove", "ada")).toMatchInlineSnapshot(
    `"change team web: -ada@example.com"`,
  );
  expect(await $("team", "edit", "web")).toMatchInlineSnapshot(`
    "! error: Who joins, who leaves? As in: git tracker team edit TEAM --add MEMBER
    ! hint: See: git tracker help team
    [exit 2]"
  `);
  expect(await $("assign", id, "@web")).toMatchInlineSnapshot(`"oid-001 assigned ben@example.com  One"`);
  expect(await $("assign", id, "@wev")).toMatchInlineSnapshot(`
    "! error: There is no team wev
    ! hint: Did you mean: web
    [exit 3]"
  `);
  expect(await $("new", "Two", "-a", "@web")).toMatchInlineSnapshot(`"oid-002 created  Two"`);
  await $("user", "add", "Cyn <cyn@example.com>", "--email", "c@home.example");
  expect(await $("assign", id, "cyn")).toMatchInlineSnapshot(`"oid-001 assigned cyn@example.com  One"`);
  expect(await $("--as", "Cyn <c@home.example>", "new", "Three")).toMatchInlineSnapshot(`"oid-003 created  Three"`);
  expect(await $("--as", "Cyn <cyn@example.com>", "new", "Four")).toMatchInlineSnapshot(`"oid-004 created  Four"`);
  expect(await $("unassign", id, "cyn")).toMatchInlineSnapshot(`"oid-001 unassigned cyn@example.com  One"`);
  await $("team", "edit", "web", "--remove", "ben");
  expect(await $("assign", id, "@web")).toMatchInlineSnapshot(`
    "! error: Nobody is in the team web
    ! hint: git tracker team edit web --add MEMBER
    [exit 4]"
  `);
  expect(await ada.json("team")).toEqual({
    schema: 1,
    kind: "teams",
    items: [{ name: "web", members: [] }],
    total: 1,
    next: null,
  });
  expect(await $("team", "remove", "web")).toMatchInlineSnapshot(`"remove team web"`);
});

test("label define", async () => {
  const id = await ada.make("One", "-l", "auth,ui");
  expect(await $("label", "define", "auth", "--color", "red", "-d", "Signing in")).toMatchInlineSnapshot(
    `"define label auth (#d73a4a, Signing in)"`,
  );
  expect(await $("label", "define", "auth", "--color", "reddish")).toMatchInlineSnapshot(`
    "! error: \`reddish\` is not a colour
    ! hint: As in #d73a4a, or one of red, orange, yellow, green, teal, blue, purple, pink, gray.
    [exit 2]"
  `);
  expect(await $("label", "define", "later", "--color", "#ABC")).toMatchInlineSnapshot(
    `"define label later (#aabbcc)"`,
  );
  expect(await $("label", "list")).toMatchInlineSnapshot(`
    "auth	1	Signing in
    later	0	
    ui	1"
  `);
  expect(await ada.json("label", "list")).toMatchObject({
    items: [
      { name: "auth", count: 1, defined: true, color: "#d73a4a", description: "Signing in" },
      { name: "later", count: 0, defined: true, color: "#aabbcc", description: null },
      { name: "ui", count: 1, defined: false, color: null, description: null },
    ],
  });
  expect(await $("label", "drop", "auth")).toMatchInlineSnapshot(`"drop label auth"`);
  expect(await $("label", "drop", "auth")).toMatchInlineSnapshot(`
    "! error: The label auth is not defined
    ! hint: See them with: git tracker label list
    [exit 3]"
  `);
  expect(await $("show", id, "--format", "{labels}")).toMatchInlineSnapshot(`"auth,ui"`);
});

test("project, and undo of what changed it", async () => {
  expect(await $("project")).toMatchInlineSnapshot(`
    "A project without a name
    no members, no teams, no labels defined"
  `);
  expect(await $("project", "edit")).toMatchInlineSnapshot(`
    "! error: What? As in: git tracker project edit --name NAME
    ! hint: See: git tracker help project
    [exit 2]"
  `);
  expect(await $("project", "edit", "--name", "Rocket", "-d", "To the \u001b[31mmoon")).toMatchInlineSnapshot(`
    "set the project's name: Rocket
    set the project's description: To the [31mmoon"
  `);
  await ada.make("One");
  await $("user", "add", "@me");
  expect(await $("undo")).toMatchInlineSnapshot(`"remove member ada@example.com"`);
  expect(await $("undo")).toMatchInlineSnapshot(`"add member ada@example.com (maintainer)"`);
  expect(await $("show", "@last", "--format", "{title}")).toMatchInlineSnapshot(`"One"`);
  expect(await $("project", "log")).toMatchInlineSnapshot(`
    "2026-01-15T12:07:00Z	Ada	oid-002	add member ada@example.com (maintainer)
    2026-01-15T12:06:00Z	Ada	oid-003	remove member ada@example.com
    2026-01-15T12:05:00Z	Ada	oid-004	add member ada@example.com (maintainer)
    2026-01-15T12:03:00Z	Ada	oid-005	set the project's name: Rocket
    2026-01-15T12:03:00Z	Ada	oid-005	set the project's description: To the [31mmoon"
  `);
  expect(await $("project")).toMatchInlineSnapshot(`
    "Rocket
    To the [31mmoon
    1 member, no teams, no labels defined"
  `);
  expect(await ada.json("project")).toMatchObject({ kind: "project", item: { name: "Rocket" } });
  expect(await $("label")).toBe(await $("label", "list"));
  expect(await $("key")).toBe(await $("key", "list"));
  ada.columns = 80;
  expect(await $("project", "log")).toMatchInlineSnapshot(`
    "when  who  commit      what
    9m    Ada  oid-002  add member ada@example.com (maintainer)
    10m   Ada  oid-003  remove member ada@example.com
    11m   Ada  oid-004  add member ada@example.com (maintainer)
    13m   Ada  oid-005  set the project's name: Rocket
    13m   Ada  oid-005  set the project's description: To the [31mmoon"
  `);
  ada.columns = undefined;
  expect(await ada.json("project", "log")).toMatchObject({ kind: "project-log", total: 4 });
});

test("two who both begin a project have one", async () => {
  await $("user", "add", "@me");
  await $("label", "define", "auth", "--color", "red");
  await ben.$("user", "add", "@me");
  await ben.$("label", "define", "auth", "--color", "blue");
  expect(await $("sync")).toMatchInlineSnapshot(`
    "project sent  members, teams and labels
    synced with origin: the project"
  `);
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "project merged, sent, in conflict  members, teams and labels
    synced with origin: the project"
  `);
  expect(await $("sync")).toMatchInlineSnapshot(`
    "project changed, in conflict  members, teams and labels
    synced with origin: the project"
  `);
  expect(await $("project")).toBe(await ben.$("project"));
  expect(await $("project")).toMatchInlineSnapshot(`
    "A project without a name
    2 members, no teams, 1 label defined
    in conflict  label:auth: #d73a4a (Ada) or #0969da (Ben)
    ! Settle it by saying it again: git tracker user edit, project edit, label define"
  `);
  expect(await $("user")).toMatchInlineSnapshot(`
    "Ada	maintainer	ada@example.com	0
    Ben	maintainer	ben@example.com	0"
  `);
  expect(await $("label", "define", "auth", "--color", "blue")).toMatchInlineSnapshot(`"define label auth (#0969da)"`);
  await $("sync");
  await ben.$("sync");
  expect(await ben.$("project")).toMatchInlineSnapshot(`
    "A project without a name
    2 members, no teams, 1 label defined"
  `);
  const tips = [ada, ben].map(({ repository }) => repository.git("for-each-ref", "refs/git-tracker/project"));
  expect(tips[0]).toBe(tips[1] ?? "");
});

test("who may not, may not, here and elsewhere", async () => {
  await $("user", "add", "@me");
  await $("user", "add", "Ben <ben@example.com>");
  await $("sync");
  await ben.$("sync");
  expect(await ben.$("user", "edit", "ben", "--role", "maintainer")).toMatchInlineSnapshot(`
    "! error: You may not do that: ben@example.com is no maintainer
    ! hint: Ask a maintainer: git tracker user list
    [exit 7]"
  `);
  expect(await ben.$("label", "define", "auth")).toMatchInlineSnapshot(`"define label auth"`);
});

test("what a viewer does is kept, and does not count until they are none", async () => {
  const id = await ada.make("One");
  await $("user", "add", "@me");
  await $("user", "add", "Ben <ben@example.com>");
  await $("sync");
  await ben.$("sync");
  await $("user", "edit", "ben", "--role", "viewer");
  // Ben does not know of it yet, some minutes later.
  for (let minutes = 0; minutes < 9; minutes++) await ben.$("version");
  await ben.$("edit", id, "-t", "Ben's title");
  const two = await ben.make("Ben's issue");
  expect(sorted(await ben.$("sync"))).toMatchInlineSnapshot(`
    "oid-001 sent  Ben's title
    oid-002 sent  Ben's issue
    synced with origin: 2 sent"
  `);
  expect(sorted(await $("sync"))).toMatchInlineSnapshot(`
    "oid-001 changed, not all of it counts  One
    oid-002 new, not all of it counts
    project sent  members, teams and labels
    synced with origin: the project, 1 new, 1 changed, 2 with what does not count"
  `);
  expect(await $("list", "--format", "{title}")).toMatchInlineSnapshot(`"One"`);
  expect(await $("show", id)).toMatchInlineSnapshot(`
    "title: One
    id: oid-001…
    status: todo
    author: Ada <ada@example.com>
    created: 2026-01-15T12:01:00Z
    updated: 2026-01-15T12:11:00Z
    not-read: title-changed in oid-003: not counted (ben@example.com was a viewer)
    comments: 0"
  `);
  expect(await $("show", two)).toMatchInlineSnapshot(`
    "! error: Issue oid-002… does not count: ben@example.com was a viewer
    ! hint: git tracker doctor
    [exit 7]"
  `);
  expect(await $("doctor")).toMatchInlineSnapshot(`
    "warning: Issue oid-001: the event title-changed in commit oid-003 does not count: ben@example.com was a viewer
      It is kept as it is; nothing else is affected.
    note: Issue oid-002 does not count: ben@example.com was a viewer
      It is kept as it is: git tracker user list
    2 issues checked, 1 thing to look at"
  `);
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "project changed  members, teams and labels
    synced with origin: the project"
  `);
  expect(await ben.$("edit", id, "-t", "Again")).toMatchInlineSnapshot(`
    "! error: That would not count: ben@example.com is a viewer
    ! hint: Ask a maintainer: git tracker user list
    [exit 7]"
  `);
  expect(await ben.$("new", "Three")).toMatchInlineSnapshot(`
    "! error: That would not count: ben@example.com is a viewer
    ! hint: Ask a maintainer: git tracker user list
    [exit 7]"
  `);
  expect(await ben.$("list", "--format", "{title}")).toBe(await $("list", "--format", "{title}"));
  const tips = [ada, ben].map(({ repository }) => repository.git("for-each-ref", "refs/git-tracker/issues/"));
  expect(tips[0]).toBe(tips[1] ?? "");
  await $("user", "edit", "ben", "--role", "contributor");
  expect(await $("comment", id, "Go on")).toMatchInlineSnapshot(`"oid-001 comment oid-004 added  One"`);
});

/** Issues come in the order of their ids, which mean nothing. */
function sorted(said: string): string {
  return said.split("\n").sort().join("\n");
}
