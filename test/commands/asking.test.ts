import { afterEach, beforeEach, expect, test } from "bun:test";
import { openSession, type Session } from "../support/transcript.ts";
import { makeSome } from "./sample.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);

beforeEach(() => {
  session = openSession();
});
afterEach(() => session[Symbol.dispose]());

test("search", async () => {
  const { idea } = await makeSome(session);
  expect(await $("search", "login")).toMatchInlineSnapshot(`
    "oid-001	todo	Fix login	title	Fix login
    oid-002	todo	Ship it	body	Once the login works
    oid-005	todo	An idea	comment	Not before the login is done"
  `);
  expect(await $("search", "login", "-label:auth", "is:ready")).toMatchInlineSnapshot(
    `"oid-005	todo	An idea	comment	Not before the login is done"`,
  );
  expect(await $("search", '"the login works"')).toMatchInlineSnapshot(
    `"oid-002	todo	Ship it	body	Once the login works"`,
  );
  expect(await $("search", "news", "-s", "open")).toMatchInlineSnapshot(`"! No match."`);
  expect(await $("search", "std::map((")).toMatchInlineSnapshot(`"! No match."`);
  expect(await $("search", "is:open")).toMatchInlineSnapshot(`
    "! error: There is no text to search for; \`list\` takes terms alone
    ! hint: See: git tracker help search
    [exit 2]"
  `);
  expect(await $("search")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker search TEXT…
    ! hint: See: git tracker help search
    [exit 2]"
  `);
  await $("archive", idea);
  expect(await $("search", "idea")).toMatchInlineSnapshot(`"! No match."`);
  expect(await $("search", "idea", "--all", "--format", "{title}")).toMatchInlineSnapshot(`"An idea"`);
  expect(await session.json("search", "login", "-L", "1")).toMatchObject({
    kind: "search",
    items: [{ title: "Fix login", hit: { field: "title", excerpt: "Fix login" } }],
    total: 2,
  });
  session.columns = 80;
  expect(await $("search", "login")).toMatchInlineSnapshot(`
    "oid-001  todo  Fix login
    oid-002  todo  Ship it
             body: Once the login works"
  `);
});

test("show", async () => {
  const { bug, idea } = await makeSome(session);
  await $("comment", idea, "Says who?");
  expect(await $("show", bug)).toMatchInlineSnapshot(`
    "title: Fix login
    id: oid-001…
    status: todo
    type: bug
    priority: urgent
    labels: auth,ui
    assignees: ada@example.com
    author: Ada <ada@example.com>
    created: 2026-01-15T12:01:00Z
    updated: 2026-01-15T12:02:00Z
    children: 0 of 1 done
    children: oid-004  todo  Safari, too
    blocks: oid-002  todo  Ship it
    comments: 0"
  `);
  expect(await $("show", bug.slice(0, 4), "--events")).toMatchInlineSnapshot(`
    "title: Fix login
    id: oid-001…
    status: todo
    type: bug
    priority: urgent
    labels: auth,ui
    assignees: ada@example.com
    author: Ada <ada@example.com>
    created: 2026-01-15T12:01:00Z
    updated: 2026-01-15T12:02:00Z
    children: 0 of 1 done
    children: oid-004  todo  Safari, too
    blocks: oid-002  todo  Ship it
    comments: 0

    2026-01-15T12:02:00Z	Ada <ada@example.com>	oid-001	oid-008…	blocks oid-002
    2026-01-15T12:01:00Z	Ada <ada@example.com>	oid-001	oid-001…	created “Fix login”"
  `);
  expect(await $("show", "@last", "--format", "{title}: {body}{due}")).toMatchInlineSnapshot(`"An idea:"`);
  expect(await $("show", "abc")).toMatchInlineSnapshot(`
    "! error: \`abc\` is too short for an id
    ! hint: Type at least 4 digits.
    [exit 2]"
  `);
  expect(await $("show", "abcdefabcdef")).toMatchInlineSnapshot(`
    "! error: There is no issue oid-009
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
  expect(await $("view", "@")).toMatchInlineSnapshot(`
    "! error: The branch main names no issue
    ! hint: A branch belongs to the issue whose short id is in its name, as in oid-010-fix-login.
    [exit 3]"
  `);
  expect(await session.json("show", bug)).toMatchObject({ kind: "issue", item: { title: "Fix login" } });
  expect(await session.json("show", bug, "--events")).toMatchObject({
    item: { events: [{}, { what: ["created “Fix login”"] }] },
  });
  expect(await session.json("show", bug, idea)).toMatchObject({ kind: "issues", items: [{ id: bug }, { id: idea }] });
  session.columns = 80;
  expect(await $("show", idea)).toMatchInlineSnapshot(`
    "An idea
    oid-005 · opened 13m ago by Ada · changed 10m ago

    status    todo
    priority  low

    ── last of 2 comments · all: --comments ────────────────────────────────────────

    Ada · 10m ago · oid-007
      Says who?"
  `);
  expect(await $("show", idea, bug, "-c")).toMatchInlineSnapshot(`
    "An idea
    oid-005 · opened 14m ago by Ada · changed 11m ago

    status    todo
    priority  low

    ── 2 comments ──────────────────────────────────────────────────────────────────

    Ada · 12m ago · oid-006
      Not before the login is done

    Ada · 11m ago · oid-007
      Says who?
    ────────────────────────────────────────────────────────────────────────────────
    Fix login
    oid-001 · opened 18m ago by Ada · changed 17m ago

    status     todo
    type       bug
    priority   urgent
    labels     auth, ui
    assignees  ada@example.com
    children   0 of 1 done
               oid-004  todo  Safari, too
    blocks     oid-002  todo  Ship it"
  `);
});

test("log", async () => {
  const { bug, idea } = await makeSome(session);
  await $("--as", "Ben <ben@example.com>", "status", bug, "in-progress");
  expect(await $("log", bug)).toMatchInlineSnapshot(`
    "2026-01-15T12:08:00Z	Ben <ben@example.com>	oid-001	oid-007…	status todo → in-progress
    2026-01-15T12:02:00Z	Ada <ada@example.com>	oid-001	oid-008…	blocks oid-002
    2026-01-15T12:01:00Z	Ada <ada@example.com>	oid-001	oid-001…	created “Fix login”"
  `);
  expect(await $("log", "--author", "ben", "--fields", "what,shortId")).toMatchInlineSnapshot(
    `"status todo → in-progress	oid-001"`,
  );
  expect(await $("log", "--author", "zoe")).toMatchInlineSnapshot(`
    "! error: Nobody here is called \`zoe\`
    ! hint: Give the email address, or @me.
    [exit 3]"
  `);
  expect(await $("log", "-L", "1", "--format", "{commit} {what}")).toMatchInlineSnapshot(
    `"oid-007… status todo → in-progress"`,
  );
  expect(await $("log", "-L", "1")).toMatchInlineSnapshot(`
    "2026-01-15T12:08:00Z	Ben <ben@example.com>	oid-001	oid-007…	status todo → in-progress
    ! There is more: --limit 2"
  `);
  expect(await $("log", "--since", "12min", "--format", "{title} {what}")).toMatchInlineSnapshot(`
    "Fix login status todo → in-progress
    An idea commented: Not before the login is done
    Old news status todo → done (completed)
    An idea created “An idea”
    Safari, too created “Safari, too”
    Old news created “Old news”
    Fix login blocks oid-002
    Ship it created “Ship it”"
  `);
  expect(await $("log", "--since", ">7d")).toMatchInlineSnapshot(`
    "! error: \`>7d\` is not a moment
    ! hint: As in: --since 2026-12-01, or --since 7d
    [exit 2]"
  `);
  expect(await $("log", "--since", "lately")).toMatchInlineSnapshot(`
    "! error: \`lately\` is not a date or an age.
    ! hint: Write it as 2026-12-01, 2026-12-01T14:30, today, yesterday, fri, or as an age: 30min, 3h, 7d, 2w, 1mo, 1y.
    [exit 2]"
  `);
  expect(await $("log", bug, idea)).toMatchInlineSnapshot(`
    "! error: \`oid-005…\` is one word too many: git tracker log [ID]
    ! hint: See: git tracker help log
    [exit 2]"
  `);
  const all = await session.json("log");
  expect(all).toMatchObject({ kind: "log", total: 9 });
  session.columns = 80;
  expect(await $("log", bug)).toMatchInlineSnapshot(`
    "11m  Ben  oid-001  status todo → in-progress
    17m  Ada  oid-001  blocks oid-002
    18m  Ada  oid-001  created “Fix login”"
  `);
});

test("what another tool fetched is there at once", async () => {
  const id = await session.make("Mine");
  await $("list");
  session.repository.git("update-ref", "-d", `refs/git-tracker/issues/${id}`);
  expect(await $("list")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
});

test("what was touched last is known after the very first command", async () => {
  expect(await $("show", "@last")).toMatchInlineSnapshot(`
    "! error: No issue was touched here yet
    ! hint: Name one by its id: git tracker list
    [exit 3]"
  `);
  await session.make("First");
  expect(await $("show", "@last", "--format", "{title}")).toMatchInlineSnapshot(`"First"`);
});

test("no refusal lets through what drives a terminal", async () => {
  const id = await session.make("Fix login");
  const evil = "\u001b[2J\u202Eevil";
  const lines = [
    ["new", "x", "-p", evil],
    ["new", "x", "--due", evil],
    ["new", "x", "-T", evil],
    ["new", "x", "-F", evil],
    ["list", `status:${evil}`],
    ["list", "-L", evil],
    ["list", "--fields", evil],
    ["list", "--format", evil],
    ["show", evil],
    ["status", id, evil],
    ["close", id, "-r", evil],
    ["assign", id, evil],
    ["label", evil],
    ["unlink", id, id, "--kind", evil],
    ["attach", id, evil],
    ["attach", id, "--get", evil],
    ["comment", id, "--delete", evil],
    ["log", "--since", evil],
    ["board", "--by", evil],
    ["help", evil],
    ["schema", evil],
    [`--${evil}`, "list"],
  ];
  for (const line of lines) {
    for (const args of [line, [...line, "--json"]]) {
      const said = await $(...args);
      expect(said).toMatch(/\[exit [23]\]$/);
      expect(said).not.toContain("\u001b");
      expect(said).not.toContain("\u202e");
    }
  }
});
