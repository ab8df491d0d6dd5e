import { afterEach, beforeEach, expect, test } from "bun:test";
import { openSession, type Session } from "../support/transcript.ts";
import { makeSome } from "./sample.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);

beforeEach(() => {
  session = openSession();
});
afterEach(() => session[Symbol.dispose]());

test("a list of issues that don't count says so", async () => {
  await session.make("One");
  await $("config", "set", "signing.require", "yes");
  expect(await $("list")).toMatchInlineSnapshot(`"! The issue here does not count; see why: git tracker doctor"`);
  await $("config", "unset", "signing.require");
  await session.make("Two");
  await $("config", "set", "signing.require", "yes");
  expect(await $("board")).toMatchInlineSnapshot(`"! None of the 2 issues here counts; see why: git tracker doctor"`);
});

test("list in a fresh repository", async () => {
  expect(await $("list")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("ready")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("board")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("search", "x")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
  expect(await $("log")).toMatchInlineSnapshot(`"! Nothing happened."`);
  expect(await session.json("list")).toMatchObject({ kind: "issues", items: [], total: 0, next: null });
});

test("list", async () => {
  const { bug } = await makeSome(session);
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
  await makeSome(session);
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
  await makeSome(session);
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
  await makeSome(session);
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
  await makeSome(session);
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
  const { bug } = await makeSome(session);
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
  expect(await $("board", "is:open", "--by", "label:a")).toMatchInlineSnapshot(`
    "auth	in-progress	oid-001	Fix login
    	todo	oid-005	An idea
    	todo	oid-004	Safari, too
    	todo	oid-002	Ship it"
  `);
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
  for (let more = 0; more < 9; more++) await $("new", "One more");
  expect(await $("board")).toContain("+2 more");
  expect(await $("board", "--all")).not.toContain(" more\n");
  expect(await $("board", "no such thing")).toMatchInlineSnapshot(`
    "todo 0                   │ in-progress 0            │ done 0
    ─────────────────────────┼──────────────────────────┼─────────────────────────
    ! No issues match."
  `);
});

test("what issues have is found, though the settings don't name it", async () => {
  await $("config", "set", "types", "bug,epic");
  await session.make("Big one", "--type", "epic");
  await $("config", "set", "types", "bug,task");
  await session.make("Small one", "--type", "bug");
  const titles = (...args: string[]) => $(...args, "--format", "{title}");
  expect(await titles("list", "type:epic")).toMatchInlineSnapshot(`"Big one"`);
  expect(await titles("list", "--type", "EPIC,bug")).toMatchInlineSnapshot(`
    "Small one
    Big one"
  `);
  expect(await titles("search", "one", "--type", "epic")).toMatchInlineSnapshot(`"Big one"`);
  expect(await $("board", "type:ep*", "--by", "type")).toContain("Big one");
  expect(await $("list", "type:epik")).toMatchInlineSnapshot(`
    "! error:
    ! type:epik
    !      ^^^^
    ! No type \`epik\`.
    ! hint: Did you mean \`epic\`? Types: bug, task, epic.
    [exit 2]"
  `);
  expect(await $("list", "type:task", "--quiet")).toMatchInlineSnapshot(`""`);
});
