import { afterEach, beforeEach, expect, test } from "bun:test";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Session } from "../support/transcript.ts";
import { openStand, type Stand } from "./stand.ts";

let stand: Stand;
let session: Session;
const $: Stand["$"] = (...args) => stand.$(...args);
const at: Stand["at"] = (...path) => stand.at(...path);
const git: Stand["git"] = (...args) => stand.git(...args);

beforeEach(() => {
  stand = openStand();
  session = stand.session;
});
afterEach(() => stand[Symbol.dispose]());

test("links between repositories", async () => {
  const { bug, ship, idea } = await stand.makeSome();
  expect(await $("link", bug.slice(0, 7), "--blocks", ship.slice(0, 7))).toMatchInlineSnapshot(
    `"oid-001 blocks oid-002  Fix login"`,
  );
  expect(await $("ready", "--format", "{title}")).toMatchInlineSnapshot(`
    "Fix login
    Login button
    An idea"
  `);
  expect(await $("show", ship)).toMatchInlineSnapshot(`
    "title: Ship it
    id: oid-002…
    repository: web
    status: todo blocked
    author: Ada <ada@example.com>
    created: 2026-01-15T12:05:00Z
    updated: 2026-01-15T12:05:00Z
    blocked-by: oid-001  todo  api  Fix login
    comments: 0"
  `);
  session.cwd = at("web");
  expect(await $("list", "is:blocked", "--format", "{title}")).toMatchInlineSnapshot(`"Ship it"`);
  expect(await $("link", ship, "--blocks", bug.slice(0, 7))).toMatchInlineSnapshot(`
    "! error: That would be a cycle: oid-002 → oid-001 → oid-002
    ! hint: See what depends on what: git tracker deps ID --all-repos
    [exit 4]"
  `);
  expect(await $("link", ship, "--blocked-by", idea.slice(0, 7))).toMatchInlineSnapshot(
    `"oid-003 blocks oid-002  An idea"`,
  );
  expect(await $("deps", ship, "--tree")).toMatchInlineSnapshot(`
    "oid-002  todo  Ship it
    waits for
    ├─ oid-003  todo  api  An idea
    └─ oid-001  todo  api  Fix login"
  `);
  expect(await $("unlink", ship, bug)).toMatchInlineSnapshot(`
    "! error: That link starts at oid-001, in another repository
    ! hint: git tracker --repo api unlink oid-001 oid-002
    [exit 3]"
  `);
  expect(await session.json("deps")).toMatchObject({ kind: "deps", edges: [{}, {}] });
  session.cwd = stand.folder;
  await $("close", bug, "--quiet");
  await $("--repo", "api", "unlink", idea, ship);
  expect(await $("ready", "--format", "{title}")).toMatchInlineSnapshot(`
    "Login button
    An idea
    Ship it"
  `);
  expect(await $("show", bug, "--format", "{links}")).toMatchInlineSnapshot(`"blocks:oid-002…"`);
  rmSync(at(".git-tracker"), { recursive: true });
  session.cwd = at("api");
  expect(await $("show", bug)).toContain("not here");
});

test("an issue can wait for one of another repository from its beginning", async () => {
  const { bug, ship, idea } = await stand.makeSome();
  session.cwd = at("web");
  const id = await session.make("Release", "--blocked-by", `${bug.slice(0, 7)},${ship}`, "--blocking", idea);
  const links = (issue: string) => $("--all-repos", "show", issue, "--format", "{title}: {status} {links} {blockedBy}");
  expect(await links(id)).toMatchInlineSnapshot(`"Release: todo blocks:oid-003… oid-002…,oid-001…"`);
  expect(await links(bug)).toMatchInlineSnapshot(`"Fix login: todo blocks:oid-005…"`);
  expect(await session.json("new", "Notes", "--blocked-by", bug)).toMatchObject({
    item: { blocked: true, blockedBy: [bug] },
  });
  expect(await $("new", "Round", "--blocked-by", idea, "--blocking", id)).toMatchInlineSnapshot(`
    "! error: That would be a cycle: oid-003 → oid-005 → oid-003; nothing can wait for itself
    ! hint: See what depends on what: git tracker deps ID
    [exit 4]"
  `);
  expect(await $("list", "Round")).toMatchInlineSnapshot(`"! No open issues match. Closed ones too: --all"`);
  writeFileSync(at("plan.md"), `- [ ] Planned (after: ${bug})\n`);
  expect(await $("new", "-q", "--from-file", at("plan.md"))).toMatchInlineSnapshot(`"oid-006…"`);
  expect(await $("list", "Planned", "is:blocked", "--format", "{title}")).toMatchInlineSnapshot(`"Planned"`);
});

test("edit takes what another repository has, and says what it can't be", async () => {
  const { bug, ship, idea, button } = await stand.makeSome();
  session.cwd = at("web");
  expect(await $("edit", ship, button, "--add-blocked-by", bug)).toMatchInlineSnapshot(`
    "oid-001 blocks oid-002  Fix login
    oid-001 blocks oid-004  Fix login"
  `);
  expect(await session.json("edit", button, "--add-blocked-by", idea)).toMatchObject({
    items: [
      { id: button, blocked: true },
      { id: idea, blocked: false },
    ],
  });
  expect(await $("edit", ship, "--add-blocked-by", bug)).toMatchInlineSnapshot(`
    "oid-002 nothing to change  Ship it
    oid-001 nothing to change  Fix login"
  `);
  expect(await $("edit", ship, "--remove-blocked-by", bug)).toMatchInlineSnapshot(`
    "! error: That link starts at oid-001, in another repository
    ! hint: git tracker --repo api unlink oid-001 oid-002
    [exit 3]"
  `);
  expect(await $("edit", ship, "--set-parent", idea)).toMatchInlineSnapshot(`
    "! error: Issue oid-003 is in api, and a parent must be in the same repository
    ! hint: Make the part there (git tracker --repo api new TITLE --parent oid-003), or link the two: git tracker link ID --relates oid-003
    [exit 2]"
  `);
  expect(await $("new", "Part", "--parent", idea.slice(0, 7))).toMatchInlineSnapshot(`
    "! error: Issue oid-003 is in api, and a parent must be in the same repository
    ! hint: Make the part there (git tracker --repo api new TITLE --parent oid-003), or link the two: git tracker link ID --relates oid-003
    [exit 2]"
  `);
  expect(await $("new", "Part", "--parent", "abcdef1")).toMatchInlineSnapshot(`
    "! error: There is no issue oid-005
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
});

test("a repository that can't be used is named, and the others go on", async () => {
  await stand.makeSome();
  rmSync(at("api"), { recursive: true });
  mkdirSync(at("docs"));
  writeFileSync(
    at(".git-tracker", "config.toml"),
    '[repositories]\napi = "api"\ndocs = "docs"\nweb = "web"\nsame = "web"\n',
  );
  expect(await $("list", "--format", "{repository} {title}")).toMatchInlineSnapshot(`
    "! warning: api: There is no folder ~/ws/api
    ! warning: docs: ~/ws/docs is not in a git repository
    ! warning: same is the same repository as web
    web Login button
    web Ship it"
  `);
  expect(await $("workspace", "list")).toMatchInlineSnapshot(`
    "api		api	There is no folder ~/ws/api
    docs		docs	~/ws/docs is not in a git repository
    web	2	web	
    same		web	the same repository as web"
  `);
  rmSync(at("web"), { recursive: true });
  expect(await $("list")).toMatchInlineSnapshot(`
    "! warning: api: There is no folder ~/ws/api
    ! warning: docs: ~/ws/docs is not in a git repository
    ! warning: web: There is no folder ~/ws/web
    ! warning: same: There is no folder ~/ws/web
    ! error: None of the workspace's repositories can be used
    ! hint: See why: git tracker workspace list
    [exit 3]"
  `);
});

test("a query that one repository does not understand is told of, and answered by the others", async () => {
  await stand.makeSome();
  writeFileSync(at("api", "git-tracker.toml"), 'types = ["bug", "story"]\n');
  await $("--repo", "api", "new", "Tell a story", "--type", "story");
  expect(await $("list", "type:story", "--format", "{repository} {title}")).toMatchInlineSnapshot(`
    "! warning: web: No type \`story\`.
    api Tell a story"
  `);
  expect(await $("list", "type:none")).toMatchInlineSnapshot(`
    "! error:
    ! type:none
    !      ^^^^
    ! No type \`none\`.
    ! hint: Types: bug, story.
    [exit 2]"
  `);
});

test("a fork has the same issues, and a work tree is the same repository", async () => {
  const { bug } = await stand.makeSome();
  cpSync(at("api"), at("fork"), { recursive: true });
  git(at("web"), "commit", "--quiet", "--allow-empty", "--message=First");
  git(at("web"), "worktree", "add", "--quiet", at("tree"));
  await $("workspace", "add", "fork", "fork");
  expect(await $("workspace", "add", "tree", "tree")).toMatchInlineSnapshot(`
    "! error: The workspace lists that repository already: web
    ! hint: To rename it: git tracker workspace remove web
    [exit 4]"
  `);
  expect(await $("list", `id:${bug}`, "--format", "{repository} {title}")).toMatchInlineSnapshot(`
    "api Fix login
    fork Fix login"
  `);
  expect(await $("show", bug)).toMatchInlineSnapshot(`
    "! error: oid-001… is in several repositories:
    !   api  oid-001  Fix login
    !   fork  oid-001  Fix login
    ! hint: Say which: --repo api or --repo web or --repo fork
    [exit 3]"
  `);
  const pages = [];
  for (let next: unknown; next !== null; ) {
    const page = await session.json("list", "-L", "1", ...(next === undefined ? [] : ["--after", String(next)]));
    pages.push(
      ...(page.items as { title: string; repository: string }[]).map((item) => `${item.repository} ${item.title}`),
    );
    next = page.next;
  }
  expect(pages).toHaveLength(6);
  expect(new Set(pages).size).toBe(6);
  session.cwd = at("tree");
  expect(await $("list", "--format", "{title}")).toMatchInlineSnapshot(`
    "Login button
    Ship it"
  `);
});

test("sync of all, where it works for none", async () => {
  await stand.makeSome();
  expect(await $("sync")).toMatchInlineSnapshot(`
    "api  failed: This repository has no remote
    ! hint: Add one with: git tracker remote add origin URL
    web  failed: This repository has no remote
    ! hint: Add one with: git tracker remote add origin URL
    synced 0 of 2 repositories: nothing new
    ! error: 2 of 2 repositories could not be synced in full
    ! hint: The lines above say why.
    [exit 3]"
  `);
});

test("sync of all: each in its turn, a total, and the worst exit code", async () => {
  await stand.makeSome();
  git(stand.folder, "init", "--quiet", "--bare", at("hub.git"));
  git(at("api"), "remote", "add", "origin", at("hub.git"));
  expect(await $("sync", "--dry-run")).toMatchInlineSnapshot(`
    "api  oid-003 sent  An idea
    api  oid-001 sent  Fix login
    api  would sync with origin: 2 sent
    web  failed: This repository has no remote
    ! hint: Add one with: git tracker remote add origin URL
    would sync 1 of 2 repositories: 2 sent
    ! error: 1 of 2 repositories could not be synced in full
    ! hint: The lines above say why; the others were.
    [exit 3]"
  `);
  expect(await $("sync")).toMatchInlineSnapshot(`
    "api  oid-003 sent  An idea
    api  oid-001 sent  Fix login
    api  synced with origin: 2 sent
    web  failed: This repository has no remote
    ! hint: Add one with: git tracker remote add origin URL
    synced 1 of 2 repositories: 2 sent
    ! error: 1 of 2 repositories could not be synced in full
    ! hint: The lines above say why; the others were.
    [exit 3]"
  `);
  git(at("web"), "remote", "add", "origin", at("hub.git"));
  expect(await $("sync")).toMatchInlineSnapshot(`
    "api  synced with origin: nothing new
    web  oid-003 new  An idea
    web  oid-001 new  Fix login
    web  oid-004 sent  Login button
    web  oid-002 sent  Ship it
    web  synced with origin: 2 new, 2 sent
    synced 2 repositories: 2 new, 2 sent"
  `);
  expect(await session.json("pull")).toMatchObject({ kind: "syncs", items: [{ repository: "api" }, { error: null }] });
});
