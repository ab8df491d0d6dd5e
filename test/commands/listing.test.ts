import { afterEach, beforeEach, expect, test } from "bun:test";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);

beforeEach(() => {
  session = openSession();
});
afterEach(() => session[Symbol.dispose]());

/** Five issues: an urgent bug, what waits for it, one that is done, one part of another. */
async function makeSome() {
  const bug = await session.make("Fix login", "-l", "auth,ui", "-p", "urgent", "--type", "bug", "-a", "@me");
  const waiting = await session.make("Ship it", "--blocked-by", bug, "-m", "v2", "-b", "Once the login works");
  const done = await session.make("Old news", "-l", "needs review");
  const part = await session.make("Safari, too", "--parent", bug, "--due", "2026-01-10");
  const idea = await session.make("An idea", "-p", "low");
  await $("close", done);
  await $("comment", idea, "Not before the login is done");
  return { bug, waiting, done, part, idea };
}

test("list in a fresh repository", async () => {
  expect(await $("list")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("ready")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("board")).toMatchInlineSnapshot(`"! There are no issues yet: git tracker new "What is to be done""`);
  expect(await $("search", "x")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("log")).toMatchInlineSnapshot(`"! Nothing happened."`);
  expect(await session.json("list")).toMatchObject({ kind: "issues", items: [], total: 0, next: null });
});

test("list", async () => {
  const { bug } = await makeSome();
  expect(await $("list")).toMatchInlineSnapshot(`
    "oid-005	todo		low	An idea			2026-01-15T12:07:00Z
    oid-004	todo			Safari, too			2026-01-15T12:04:00Z
    oid-001	todo	bug	urgent	Fix login	auth,ui	ada@example.com	2026-01-15T12:02:00Z
    oid-002	todo			Ship it			2026-01-15T12:02:00Z"
  `);
  const titles = (...args: string[]) => $("list", "--format", "{title}", ...args);
  expect(await titles("--all")).toMatchInlineSnapshot(`
    "An idea
    Old news
    Safari, too
    Fix login
    Ship it"
  `);
  expect(await titles("-s", "closed")).toMatchInlineSnapshot(`"Old news"`);
  expect(await titles("-s", "all", "--sort", "title")).toMatchInlineSnapshot(`
    "An idea
    Fix login
    Old news
    Safari, too
    Ship it"
  `);
  expect(await titles("-s", "todo", "-l", "auth", "-a", "@me", "-A", "ada")).toMatchInlineSnapshot(`"Fix login"`);
  expect(await titles("-l", "needs review", "--all")).toMatchInlineSnapshot(`"Old news"`);
  expect(await titles("--priority", ">=high", "--type", "bug")).toMatchInlineSnapshot(`"Fix login"`);
  expect(await titles("-m", "v2", "--blocked")).toMatchInlineSnapshot(`"Ship it"`);
  expect(await titles("--overdue")).toMatchInlineSnapshot(`"Safari, too"`);
  expect(await titles("--ready", "sort:title")).toMatchInlineSnapshot(`
    "An idea
    Fix login
    Safari, too"
  `);
  expect(await titles("--parent", bug.slice(0, 7))).toMatchInlineSnapshot(`"Safari, too"`);
  expect(await titles("-S", "login OR idea", "-label:auth")).toMatchInlineSnapshot(`
    "An idea
    Ship it"
  `);
  expect(await titles("--", "-label:auth")).toMatchInlineSnapshot(`
    "An idea
    Safari, too
    Ship it"
  `);
  expect(await $("list", "no", "such", "thing")).toMatchInlineSnapshot(
    `"! No open issues match. Closed ones too: --all"`,
  );
  expect(await $("list", "no such thing", "is:open")).toMatchInlineSnapshot(`"! No issues match."`);
  expect(await $("ls", "--tree", "-p", "urgent", "--all", "--fields", "shortId,title,labels")).toMatchInlineSnapshot(
    `"oid-001	Fix login	auth,ui"`,
  );
});

test("list is cut, and says so", async () => {
  await makeSome();
  expect(await $("list", "-L", "2", "--fields", "title")).toMatchInlineSnapshot(`
    "An idea
    Safari, too
    ! 2 of 4 · more: --limit 4"
  `);
  const first = await session.json("list", "-L", "3", "--fields", "title");
  const rest = await session.json("list", "-L", "3", "--fields", "title", "--after", String(first.next));
  expect([first, rest]).toMatchObject([
    { items: [{ title: "An idea" }, { title: "Safari, too" }, {}], total: 4 },
    { items: [{}], next: null },
  ]);
  await $("config", "set", "list.limit", "1");
  expect(await $("list", "--format", "table")).toMatchInlineSnapshot(`
    "oid-005	todo		low	An idea			2026-01-15T12:07:00Z
    ! 1 of 4 · more: --limit 2"
  `);
  expect(await session.json("list")).toMatchObject({ next: null, total: 4 });
  session.columns = 80;
  expect(await $("list", "-L", "2")).toMatchInlineSnapshot(`
    "id       status  priority  title        age
    oid-005  todo    low       An idea       7m
    oid-004  todo              Safari, too  10m
    2 of 4 · more: --limit 4"
  `);
});

test("list on a terminal", async () => {
  await makeSome();
  session.columns = 80;
  expect(await $("list")).toMatchInlineSnapshot(`
    "id       status  priority  title            labels   assignee  age
    oid-005  todo    low       An idea                              1m
    oid-004  todo              Safari, too                          4m
    oid-001  todo    urgent    Fix login        auth ui  ada        6m
    oid-002  todo              blocked Ship it                      6m"
  `);
  expect(await $("list", "--tree")).toMatchInlineSnapshot(`
    "id       status  priority  title            labels   assignee  age
    oid-005  todo    low       An idea                              2m
    oid-001  todo    urgent    Fix login        auth ui  ada        7m
    oid-004  todo              └─ Safari, too                       5m
    oid-002  todo              blocked Ship it                      7m"
  `);
});

test("list in the formats for programs", async () => {
  await makeSome();
  const only = ["-l", "auth"];
  expect(await $("list", ...only, "--format", "csv")).toMatchInlineSnapshot(`
    "shortId,status,type,priority,title,labels,assignees,updatedAt
    oid-001,todo,bug,urgent,Fix login,"auth,ui",ada@example.com,2026-01-15T12:02:00Z"
  `);
  expect(await $("list", ...only, "--format", "markdown", "--fields", "title,labels")).toMatchInlineSnapshot(`
    "| title | labels |
    | --- | --- |
    | Fix login | auth,ui |"
  `);
  expect(await $("list", ...only, "--format", "ids")).toMatchInlineSnapshot(`"oid-001…"`);
  expect(await $("list", ...only, "--format", "ndjson", "--fields", "title,author")).toMatchInlineSnapshot(
    `"{"title":"Fix login","author":{"name":"Ada","email":"ada@example.com"}}"`,
  );
  expect(await $("list", ...only, "--format", "{shortId} {author.email}")).toMatchInlineSnapshot(
    `"oid-001 ada@example.com"`,
  );
  expect(await $("list", ...only, "--format", "yaml")).toMatchInlineSnapshot(`
    "! error: There is no format \`yaml\`
    ! hint: Formats: table, json, ndjson, csv, markdown, ids, or a text like '{shortId} {title}'.
    [exit 2]"
  `);
  expect(await $("list", ...only, "--format", "{titel}")).toMatchInlineSnapshot(`
    "! error: Unknown field “titel”
    ! hint: Did you mean “title”?
    [exit 2]"
  `);
  expect(await $("list", ...only, "--fields", "titel", "--json")).toMatchInlineSnapshot(`
    "! {"schema":1,"kind":"error","error":{"code":"invalid","message":"Unknown field “titel”","hint":"Did you mean “title”?"}}
    [exit 2]"
  `);
});

test("list refuses what it can't understand", async () => {
  expect(await $("list", "prioritty:high")).toMatchInlineSnapshot(`
    "! error:
    ! prioritty:high
    ! ^^^^^^^^^^
    ! No field \`prioritty\`.
    ! hint: Did you mean \`priority:\`? Text that holds a colon goes in quotes.
    [exit 2]"
  `);
  expect(await $("list", "-s", "doen")).toMatchInlineSnapshot(`
    "! error:
    ! status:doen
    !        ^^^^
    ! No status \`doen\`.
    ! hint: Did you mean \`done\`? Statuses: todo, in-progress, done.
    [exit 2]"
  `);
  expect(await $("list", "-L", "0")).toMatchInlineSnapshot(`
    "! error: --limit takes a number of at least 1, not \`0\`
    ! hint: As in: --limit 20
    [exit 2]"
  `);
  expect(await $("list", "--sort", "age")).toMatchInlineSnapshot(`
    "! error:
    ! sort:age
    !      ^^^
    ! No order \`age\`.
    ! hint: Orders: created, updated, closed, due, priority, status, title, estimate, rank, comments, relevance.
    [exit 2]"
  `);
  expect(await $("list", "--after", "x")).toMatchInlineSnapshot(`
    "! error: This is not where a page of this list ends
    ! hint: Start again from the first page.
    [exit 2]"
  `);
  expect(await $("list", "--status=open", "--stat")).toMatchInlineSnapshot(`
    "! error: There is no flag --stat of \`list\`
    ! hint: See them with: git tracker help list
    [exit 2]"
  `);
  expect(await $("list", "--label")).toMatchInlineSnapshot(`
    "! error: --label needs a value: --label LABEL
    ! hint: See: git tracker help list
    [exit 2]"
  `);
  expect(await $("list", "--all=yes")).toMatchInlineSnapshot(`
    "! error: --all takes no value
    ! hint: See: git tracker help list
    [exit 2]"
  `);
  expect(await $("list", "--sort", "title", "--sort", "due")).toMatchInlineSnapshot(`
    "! error: --sort stands twice with different values
    [exit 2]"
  `);
});

test("ready", async () => {
  await makeSome();
  expect(await $("ready", "--format", "{title}")).toMatchInlineSnapshot(`
    "Fix login
    An idea
    Safari, too"
  `);
  expect(await $("ready", "-L", "1", "-p", "low")).toMatchInlineSnapshot(
    `"oid-005	todo		low	An idea			2026-01-15T12:07:00Z"`,
  );
  expect(await session.json("ready", "-L", "1")).toMatchObject({ items: [{ title: "Fix login" }], total: 3 });
});

test("board", async () => {
  const { bug } = await makeSome();
  await $("status", bug, "in-progress");
  expect(await $("board")).toMatchInlineSnapshot(`
    "todo	oid-005	An idea
    todo	oid-004	Safari, too
    todo	oid-002	Ship it
    in-progress	oid-001	Fix login
    done	oid-003	Old news"
  `);
  expect(await $("board", "is:open", "--by", "priority")).toMatchInlineSnapshot(`
    "urgent	in-progress	oid-001	Fix login
    low	todo	oid-005	An idea
    	todo	oid-004	Safari, too
    	todo	oid-002	Ship it"
  `);
  expect(await $("board", "--by", "colour")).toMatchInlineSnapshot(`
    "! error: --by takes assignee, priority, type, parent, label:PREFIX or none
    ! hint: See: git tracker help board
    [exit 2]"
  `);
  expect(await session.json("board", "--by", "label:")).toMatchObject({
    kind: "board",
    by: "label:",
    columns: [{ name: "todo", count: 3 }, { name: "in-progress" }, { name: "done", count: 1 }],
  });
  session.columns = 80;
  expect(await $("board")).toMatchInlineSnapshot(`
    "todo 3                   │ in-progress 1            │ done 1
    ─────────────────────────┼──────────────────────────┼─────────────────────────
    oid-005 An idea          │ oid-001 Fix login        │ oid-003 Old news
    low                      │ urgent AD 0/1 auth ui    │ needs review
                             │                          │
    oid-004 Safari, too      │                          │
                             │                          │
    oid-002 Ship it          │                          │
    blocked                  │                          │"
  `);
  expect(await $("board", "no such thing")).toMatchInlineSnapshot(`
    "todo 0                   │ in-progress 0            │ done 0
    ─────────────────────────┼──────────────────────────┼─────────────────────────
    ! No issues match."
  `);
});

test("search", async () => {
  const { idea } = await makeSome();
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
  const { bug, idea } = await makeSome();
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
  const { bug, idea } = await makeSome();
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
    "! error: \`lately\` is not a date.
    ! hint: Write it as 2026-12-01, today, tomorrow, yesterday, fri, +3d, +2w, -1m or +1y.
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
