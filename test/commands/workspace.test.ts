import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
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

test("workspace: init, add, list, remove", async () => {
  expect(await $("workspace", "list")).toMatchInlineSnapshot(`
    "! error: This folder is in no workspace
    ! hint: Make one here: git tracker workspace init
    [exit 3]"
  `);
  expect(await $("workspace", "init")).toMatchInlineSnapshot(`
    "made ~/ws/.git-tracker/config.toml
    ! hint: list repositories with: git tracker workspace add NAME PATH"
  `);
  expect(await $("workspace", "init")).toMatchInlineSnapshot(
    `"~/ws/.git-tracker/config.toml is there already; nothing was changed"`,
  );
  expect(await $("workspace")).toMatchInlineSnapshot(
    `"! No repositories yet. As in: git tracker workspace add api services/api"`,
  );
  expect(await $("list")).toMatchInlineSnapshot(`
    "! error: The workspace in ~/ws lists no repositories
    ! hint: Add one: git tracker workspace add NAME PATH
    [exit 3]"
  `);
  mkdirSync(at("services"));
  git(stand.folder, "init", "--quiet", at("services", "api"));
  expect(await $("workspace", "add", "api", "services/api")).toMatchInlineSnapshot(`"added api: services/api"`);
  expect(await $("workspace", "add", "main", "../main")).toMatchInlineSnapshot(`"added main: ../main"`);
  session.cwd = at("services");
  await session.make("--repo", "api", "One");
  expect(await $("workspace", "list")).toMatchInlineSnapshot(`
    "api	1	services/api	
    main	0	../main"
  `);
  session.columns = 80;
  expect(await $("workspace", "list")).toMatchInlineSnapshot(`
    "repository  open  path
    api            1  services/api
    main           0  ../main"
  `);
  session.columns = undefined;
  expect(await session.json("workspace", "list")).toMatchObject({
    kind: "workspace",
    total: 2,
    items: [{ open: 1 }, {}],
  });
  expect(await session.json("workspace", "remove", "main")).toMatchObject({ action: "removed", name: "main" });
  expect(await $("workspace", "list", "--format", "{name} {state}")).toMatchInlineSnapshot(`"api ok"`);
});

test("workspace refuses what makes no sense", async () => {
  await stand.workspaceOf("api");
  mkdirSync(at("empty"));
  symlinkSync(session.repository.cwd, at("link"));
  expect(await $("workspace", "add", "api", "api")).toMatchInlineSnapshot(`
    "! error: The workspace lists a repository \`api\` already
    ! hint: Choose another name.
    [exit 4]"
  `);
  expect(await $("workspace", "add", "again", "api")).toMatchInlineSnapshot(`
    "! error: The workspace lists that repository already: api
    ! hint: To rename it: git tracker workspace remove api
    [exit 4]"
  `);
  expect(await $("workspace", "add", "empty", "empty")).toMatchInlineSnapshot(`
    "! error: ~/ws/empty is not in a git repository
    ! hint: Run \`git init\` to make one here.
    [exit 3]"
  `);
  expect(await $("workspace", "add", "link", "link")).toMatchInlineSnapshot(`
    "! error: ~/ws/link is a link that leads out of the workspace, to ~/main
    ! hint: If that is the repository you mean, list it by that path.
    [exit 7]"
  `);
  expect(await $("workspace", "add", "--", "-x", "api")).toMatchInlineSnapshot(`
    "! error: \`-x\` can't be a repository's name: a name is up to 64 letters, digits, \`.\`, \`_\` and \`-\`, and begins with a letter or digit
    ! hint: As in: git tracker workspace add api services/api
    [exit 2]"
  `);
  expect(await $("workspace", "add", "a\u001b[2J", "api")).toMatchInlineSnapshot(`
    "! error: \`a␛[2J\` can't be a repository's name: a name is up to 64 letters, digits, \`.\`, \`_\` and \`-\`, and begins with a letter or digit
    ! hint: As in: git tracker workspace add api services/api
    [exit 2]"
  `);
  expect(await $("workspace", "add", "api")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker workspace add NAME PATH
    ! hint: See: git tracker help workspace
    [exit 2]"
  `);
  expect(await $("workspace", "remove", "apo")).toMatchInlineSnapshot(`
    "! error: The workspace lists no repository \`apo\`
    ! hint: Did you mean api? It lists: api
    [exit 3]"
  `);
  expect(await $("workspace", "lsit")).toMatchInlineSnapshot(`
    "! error: There is no \`workspace lsit\`
    ! hint: Did you mean: git tracker workspace list
    [exit 2]"
  `);
  writeFileSync(at(".git-tracker", "config.toml"), "[repositories]\napi = 1\n");
  expect(await $("list")).toMatchInlineSnapshot(`
    "! error: ~/ws/.git-tracker/config.toml:2:7: repositories.api: expected the path of a folder.

    ! 2:  api = 1
    !           ^
    ! hint: repositories.NAME = "PATH": a repository of this workspace, by its path from the workspace's folder.
    [exit 2]"
  `);
});

test("list, search, ready and board across repositories", async () => {
  await stand.makeSome();
  expect(await $("list")).toMatchInlineSnapshot(`
    "web	oid-004	todo		high	Login button			2026-01-15T12:07:00Z
    api	oid-003	todo		low	An idea			2026-01-15T12:06:00Z
    web	oid-002	todo			Ship it			2026-01-15T12:05:00Z
    api	oid-001	todo		urgent	Fix login	auth		2026-01-15T12:04:00Z"
  `);
  expect(await $("list", "sort:title", "--fields", "repository,title")).toMatchInlineSnapshot(`
    "api	An idea
    api	Fix login
    web	Login button
    web	Ship it"
  `);
  expect(await $("list", "repo:web", "--format", "{repository}: {title}")).toMatchInlineSnapshot(`
    "web: Login button
    web: Ship it"
  `);
  expect(await $("list", "-repo:web", "--format", "csv", "--fields", "repository,title")).toMatchInlineSnapshot(`
    "repository,title
    api,An idea
    api,Fix login"
  `);
  expect(await $("list", "repo:wep")).toMatchInlineSnapshot(`
    "! error:
    ! repo:wep
    !      ^^^
    ! No repository \`wep\`.
    ! hint: Did you mean \`web\`? Repositories: api, web.
    [exit 2]"
  `);
  expect(await $("ready", "-L", "2")).toMatchInlineSnapshot(`
    "api	oid-001	todo		urgent	Fix login	auth		2026-01-15T12:04:00Z
    web	oid-004	todo		high	Login button			2026-01-15T12:07:00Z
    ! 2 of 4 · more: --limit 4"
  `);
  expect(await $("search", "login")).toMatchInlineSnapshot(`
    "web	oid-004	todo	Login button	title	Login button
    api	oid-001	todo	Fix login	title	Fix login"
  `);
  expect(await $("board")).toMatchInlineSnapshot(`
    "todo	api	oid-001	Fix login
    todo	web	oid-004	Login button
    todo	api	oid-003	An idea
    todo	web	oid-002	Ship it"
  `);
  expect(await $("board", "--by", "priority", "repo:api")).toMatchInlineSnapshot(`
    "urgent	todo	api	oid-001	Fix login
    low	todo	api	oid-003	An idea"
  `);
  expect(await session.json("board")).toMatchObject({ columns: [{ count: 4 }, {}, {}] });
  session.columns = 80;
  expect(await $("list")).toMatchInlineSnapshot(`
    "repository  id       status  priority  title         labels  age
    web         oid-004  todo    high      Login button          11m
    api         oid-003  todo    low       An idea               12m
    web         oid-002  todo              Ship it               13m
    api         oid-001  todo    urgent    Fix login     auth    14m"
  `);
  expect(await $("search", "login")).toMatchInlineSnapshot(`
    "web  oid-004  todo  Login button
    api  oid-001  todo  Fix login"
  `);
  expect(await $("board", "repo:web")).toMatchInlineSnapshot(`
    "todo 2                   │ in-progress 0            │ done 0
    ─────────────────────────┼──────────────────────────┼─────────────────────────
    oid-004 Login button     │                          │
    web high                 │                          │
                             │                          │
    oid-002 Ship it          │                          │
    web                      │                          │"
  `);
});

test("pages of several repositories follow each other", async () => {
  await stand.makeSome();
  const whole = await session.json("list", "--fields", "title");
  const first = await session.json("list", "-L", "3", "--fields", "title");
  const rest = await session.json("list", "-L", "3", "--fields", "title", "--after", String(first.next));
  expect([first.items, rest.items].flat()).toEqual(whole.items as unknown[]);
  expect([first.total, rest.total, rest.next]).toEqual([4, 4, null]);
  const hits = await session.json("search", "login", "-L", "1");
  const more = await session.json("search", "login", "-L", "1", "--after", String(hits.next));
  expect([hits, more]).toMatchObject([
    { total: 2, items: [{}] },
    { next: null, items: [{}] },
  ]);
  expect(await $("list", "--after", "WzFd")).toMatchInlineSnapshot(`
    "! error: This is not where a page of this list ends
    ! hint: Start again from the first page.
    [exit 2]"
  `);
});

test("an id is resolved across the workspace, and --repo names one repository", async () => {
  const { bug, ship } = await stand.makeSome();
  expect(await $("status", bug, "in-progress")).toMatchInlineSnapshot(`"oid-001 status todo → in-progress  Fix login"`);
  expect(await $("close", bug, ship)).toMatchInlineSnapshot(`
    "! error: These issues are in different repositories: oid-001… is in api, oid-002… is in web
    ! hint: One repository at a time.
    [exit 3]"
  `);
  expect(await $("show", "ffff")).toMatchInlineSnapshot(`
    "! error: There is no issue ffff
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
  expect(await $("new", "Where?")).toMatchInlineSnapshot(`
    "! error: This is a workspace of several repositories
    ! hint: Say which: --repo api or --repo web
    [exit 3]"
  `);
  expect(await $("show", "@last")).toMatchInlineSnapshot(`
    "! error: @last is of one repository
    ! hint: Say which: --repo api or --repo web
    [exit 3]"
  `);
  session.cwd = at("web");
  expect(await $("--repo", "api", "list", "--format", "{title}")).toMatchInlineSnapshot(`
    "Fix login
    An idea"
  `);
  expect(await $("--repo=../api", "list", "--format", "{title}")).toMatchInlineSnapshot(`
    "Fix login
    An idea"
  `);
  expect(await $("list", "--repo", "apj")).toMatchInlineSnapshot(`
    "! error: The workspace lists no repository \`apj\`
    ! hint: Did you mean api? It lists: api, web
    [exit 3]"
  `);
  expect(await $("list", "--all-repos", "--format", "{repository}")).toMatchInlineSnapshot(`
    "api
    web
    api
    web"
  `);
  expect(await $("list", "repo:api")).toMatchInlineSnapshot(`
    "! error:
    ! repo:api
    !      ^^^
    ! Only one repository is looked at here.
    ! hint: For all of a workspace: --all-repos
    [exit 2]"
  `);
  session.cwd = session.repository.root;
  expect(await $("list", "--all-repos")).toMatchInlineSnapshot(`
    "! error: This folder is in no workspace
    ! hint: Make one here: git tracker workspace init
    [exit 3]"
  `);
  expect(await $("list", "--repo", "nowhere")).toMatchInlineSnapshot(`
    "! error: There is neither a repository nor a folder \`nowhere\` here
    ! hint: --repo takes a name that \`git tracker workspace list\` shows, or a path.
    [exit 3]"
  `);
});
