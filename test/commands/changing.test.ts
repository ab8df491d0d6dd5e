import { afterEach, beforeEach, expect, test } from "bun:test";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);

beforeEach(() => {
  session = openSession();
});
afterEach(() => session[Symbol.dispose]());

test("new", async () => {
  expect(
    await $("new", "Fix login", "-l", "auth,ui", "-p", "high", "--due", "+2w", "--estimate", "1d", "-a", "@me"),
  ).toMatchInlineSnapshot(`"oid-001 created  Fix login"`);
  expect(await $("new", "-q", "Quietly")).toMatchInlineSnapshot(`"oid-002…"`);
  expect(await $("new", "several", "words")).toMatchInlineSnapshot(`"oid-003 created  several words"`);
  expect(await $("new")).toMatchInlineSnapshot(`
    "! error: An issue needs a title
    ! hint: git tracker new "What is to be done"
    [exit 2]"
  `);
  expect(await $("new", "   ")).toMatchInlineSnapshot(`
    "! error: An issue needs a title
    ! hint: git tracker new "What is to be done"
    [exit 2]"
  `);
  expect(await $("new", "x", "-p", "hihg")).toMatchInlineSnapshot(`
    "! error: There is no priority \`hihg\`
    ! hint: Did you mean \`high\`? Priorities: low, medium, high, urgent.
    [exit 2]"
  `);
  expect(await $("new", "x", "--due", "someday")).toMatchInlineSnapshot(`
    "! error: \`someday\` is not a date.
    ! hint: Write it as 2026-12-01, today, tomorrow, yesterday, fri, +3d, +2w, -1m or +1y.
    [exit 2]"
  `);
  expect(await $("new", "x", "--titel", "y")).toMatchInlineSnapshot(`
    "! error: There is no flag --titel of \`new\`
    ! hint: Did you mean --title?
    [exit 2]"
  `);
  expect(await $("new", "x", "-b", "one", "-F", "two")).toMatchInlineSnapshot(`
    "! error: --body and --body-file are two texts, and there is room for one
    ! hint: See: git tracker help new
    [exit 2]"
  `);
  expect(await $("new", "x", "-F", "missing.md")).toMatchInlineSnapshot(`
    "! error: There is no file missing.md
    ! hint: Check the path.
    [exit 3]"
  `);
  expect(await $("new", "x", "-T", "bug")).toMatchInlineSnapshot(`
    "! error: There is no template \`bug\`
    ! hint: Write one: git tracker config edit
    [exit 3]"
  `);
  expect(await $("new", "x", "--parent", "ffff")).toMatchInlineSnapshot(`
    "! error: There is no issue ffff
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
  expect(await $("list", "--format", "{title}")).toMatchInlineSnapshot(`
    "several words
    Quietly
    Fix login"
  `);
});

test("new with a text from standard input, a parent and blockers", async () => {
  const parent = await session.make("Parent");
  const blocker = await session.make("Blocker");
  session.stdin = "# Steps\n\n1. One\n";
  const { item } = await session.json("new", "Child", "-F", "-", "--parent", parent, "--blocked-by", blocker);
  expect(item).toMatchObject({
    title: "Child",
    body: "# Steps\n\n1. One",
    parent,
    blockedBy: [blocker],
    blocked: true,
  });
});

test("new from a template", async () => {
  await Bun.write(
    `${session.repository.cwd}/git-tracker.toml`,
    '[templates.bug]\ntitle = "Bug: "\nbody = "## Steps"\nlabels = ["triage"]\ntype = "bug"\npriority = "low"\n',
  );
  const { item } = await session.json("new", "It crashes", "-T", "bug", "-l", "ui", "-p", "high");
  expect(item).toMatchObject({
    title: "Bug: It crashes",
    body: "## Steps",
    labels: ["triage", "ui"],
    type: "bug",
    priority: "high",
  });
  expect(await $("new", "x", "-T", "bugs")).toMatchInlineSnapshot(`
    "! error: There is no template \`bugs\`
    ! hint: Templates: bug.
    [exit 3]"
  `);
});

test("new from a plan", async () => {
  session.stdin = "- [ ] Build\n  - [ ] Compile\n- [ ] Ship\n";
  expect(await $("new", "--from-file", "-")).toMatchInlineSnapshot(`
    "oid-001 created  Build
    oid-002 created  Compile
    oid-003 created  Ship
    ! 3 issues made"
  `);
  expect(await $("new", "--from-file", "-", "--title", "x")).toMatchInlineSnapshot(`
    "! error: --from-file stands alone: the file says what the issues are
    ! hint: See: git tracker help new
    [exit 2]"
  `);
  expect(await $("list", "--tree", "--sort", "created-asc", "--format", "{title}")).toMatchInlineSnapshot(`
    "Ship
    Build
    Compile"
  `);
});

test("edit with flags", async () => {
  const id = await session.make("Fix login", "-l", "auth", "-p", "low");
  const other = await session.make("Other");
  expect(
    await $("edit", id, "--title", "Fix the login", "-p", "high", "--add-label", "ui", "--remove-label", "auth"),
  ).toMatchInlineSnapshot(
    `"oid-001 title “Fix login” → “Fix the login”, priority low → high, label +ui, label -auth  Fix the login"`,
  );
  expect(
    await $("edit", id, "--due", "2026-12-01", "--estimate", "90m", "-m", "v2", "--sprint", "s1"),
  ).toMatchInlineSnapshot(`"oid-001 due → 2026-12-01, estimate → 1h30m, milestone → v2, sprint → s1  Fix the login"`);
  expect(await $("edit", id, "--due", "", "--estimate=", "-m", "", "--sprint", "")).toMatchInlineSnapshot(
    `"oid-001 due 2026-12-01 → none, estimate 1h30m → none, milestone v2 → none, sprint s1 → none  Fix the login"`,
  );
  expect(await $("edit", id, other, "--type", "bug")).toMatchInlineSnapshot(`
    "oid-001 type → bug  Fix the login
    oid-002 type → bug  Other"
  `);
  expect(await $("edit", id, "--type", "bug")).toMatchInlineSnapshot(`"oid-001 nothing to change  Fix the login"`);
  expect(await $("edit", id, "--add-blocked-by", other)).toMatchInlineSnapshot(`"oid-002 blocks oid-001  Other"`);
  expect(await $("edit", other, "--add-blocked-by", id)).toMatchInlineSnapshot(`
    "! error: That would be a cycle: oid-001 → oid-002 → oid-001; nothing can wait for itself
    ! hint: See what depends on what: git tracker deps ID
    [exit 4]"
  `);
  expect(await $("edit", id, "--set-parent", other)).toMatchInlineSnapshot(`"oid-001 parent → oid-002  Fix the login"`);
  expect(await $("edit", id, "--remove-parent", "--set-parent", other)).toMatchInlineSnapshot(`
    "! error: --set-parent and --remove-parent can't both be meant
    ! hint: See: git tracker help edit
    [exit 2]"
  `);
  expect(await $("edit", id, "--remove-parent")).toMatchInlineSnapshot(
    `"oid-001 parent oid-002 → none  Fix the login"`,
  );
  expect(await $("edit", id)).toMatchInlineSnapshot(`
    "! error: What is to change? As in: git tracker edit ID --title TEXT
    ! hint: See: git tracker help edit
    [exit 2]"
  `);
  expect(await $("edit", id, "--title", "")).toMatchInlineSnapshot(`
    "! error: An issue needs a title
    ! hint: git tracker new "What is to be done"
    [exit 2]"
  `);
  const { item } = await session.json("edit", id, "--body", "New");
  expect(item).toMatchObject({ body: "New", title: "Fix the login" });
});

test("status, close and reopen", async () => {
  const id = await session.make("Fix login");
  const other = await session.make("Other");
  expect(await $("status", id, "in-progress")).toMatchInlineSnapshot(`"oid-001 status todo → in-progress  Fix login"`);
  expect(await $("status", id, other, "in-progress")).toMatchInlineSnapshot(`
    "oid-001 nothing to change  Fix login
    oid-002 status todo → in-progress  Other"
  `);
  expect(await $("move", "@last", "doen")).toMatchInlineSnapshot(`
    "! error: There is no status \`doen\`
    ! hint: Did you mean \`done\`? Statuses: todo, in-progress, done.
    [exit 2]"
  `);
  expect(await $("status", "zzzz", "done")).toMatchInlineSnapshot(`
    "! error: \`zzzz\` is not an issue's id
    ! hint: An id is hex digits. See them with: git tracker list
    [exit 2]"
  `);
  expect(await $("status", "done")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker status ID… STATUS
    ! hint: See: git tracker help status
    [exit 2]"
  `);
  expect(await $("close", id, "-r", "not planned", "-c", "No time")).toMatchInlineSnapshot(
    `"oid-001 status in-progress → done (not-planned), commented: No time  Fix login"`,
  );
  expect(await $("close", id, "-r", "wontfix")).toMatchInlineSnapshot(`
    "! error: There is no reason \`wontfix\`
    ! hint: Reasons: completed, not-planned, duplicate.
    [exit 2]"
  `);
  expect(await $("close", other, "-r", "duplicat")).toMatchInlineSnapshot(`
    "! error: There is no reason \`duplicat\`
    ! hint: Did you mean \`duplicate\`? Reasons: completed, not-planned, duplicate.
    [exit 2]"
  `);
  expect(await $("reopen", id, other, "-c", "Yes it is")).toMatchInlineSnapshot(`
    "oid-001 status done → todo, commented: Yes it is  Fix login
    oid-002 commented: Yes it is  Other"
  `);
  expect(await session.json("close", id, other)).toMatchObject({ kind: "issues", total: 2 });
  expect(await session.json("close", id)).toMatchObject({
    kind: "issue",
    item: { status: "done", resolution: "completed" },
  });
});

test("status refuses what the workflow does not allow", async () => {
  await Bun.write(`${session.repository.cwd}/git-tracker.toml`, '[workflow.transitions]\ntodo = ["in-progress"]\n');
  const id = await session.make("Fix login");
  expect(await $("status", id, "done")).toMatchInlineSnapshot(`
    "! error: The workflow does not let \`todo\` become \`done\`
    ! hint: It may become: in-progress.
    [exit 4]"
  `);
});

test("assign and unassign", async () => {
  const id = await session.make("Fix login");
  expect(await $("assign", id, "ben@example.com", "@me")).toMatchInlineSnapshot(
    `"oid-001 assigned ben@example.com, assigned ada@example.com  Fix login"`,
  );
  expect(await $("assign", id, "ben")).toMatchInlineSnapshot(`"oid-001 nothing to change  Fix login"`);
  expect(await $("unassign", id, "-a", "ben@example.com")).toMatchInlineSnapshot(
    `"oid-001 unassigned ben@example.com  Fix login"`,
  );
  expect(await $("assign", id, "nobody")).toMatchInlineSnapshot(`
    "! error: Nobody here is called \`nobody\`
    ! hint: Give the email address, or @me.
    [exit 3]"
  `);
  expect(await $("assign", id)).toMatchInlineSnapshot(`
    "! error: All of these words look like ids, and a name must follow them
    ! hint: If one of the words is a name, say so: --assignee NAME
    [exit 2]"
  `);
  expect(await $("assign", "ada")).toMatchInlineSnapshot(`
    "! error: No issue is named: the ids come first
    ! hint: See them with: git tracker list
    [exit 2]"
  `);
});

test("label", async () => {
  const id = await session.make("Fix login");
  expect(await $("label", "list")).toMatchInlineSnapshot(`"! No labels yet. As in: git tracker label add ID LABEL"`);
  expect(await $("label", "add", id, "auth", "needs review")).toMatchInlineSnapshot(
    `"oid-001 label +auth, label +needs review  Fix login"`,
  );
  expect(await $("label", "add", id, "-l", "2026")).toMatchInlineSnapshot(`"oid-001 label +2026  Fix login"`);
  expect(await $("label", "add", id, "2027")).toMatchInlineSnapshot(`
    "! error: All of these words look like ids, and a name must follow them
    ! hint: If one of the words is a name, say so: --label NAME
    [exit 2]"
  `);
  expect(await $("label", "list")).toMatchInlineSnapshot(`
    "2026	1
    auth	1
    needs review	1"
  `);
  expect(await $("label", "rm", id, "auth", "nope")).toMatchInlineSnapshot(`"oid-001 label -auth  Fix login"`);
  expect(await $("label", "ad", id, "auth")).toMatchInlineSnapshot(`
    "! error: There is no \`label ad\`
    ! hint: Did you mean: git tracker label add
    [exit 2]"
  `);
  expect(await $("label", "list", "x")).toMatchInlineSnapshot(`
    "! error: \`label list\` takes no more words
    ! hint: See: git tracker help label
    [exit 2]"
  `);
  expect(await session.json("label", "list")).toMatchObject({
    kind: "labels",
    items: [{ name: "2026", count: 1 }, { name: "needs review" }],
  });
});

test("link, unlink and deps", async () => {
  const [one, two, three] = [await session.make("One"), await session.make("Two"), await session.make("Three")];
  expect(await $("deps")).toMatchInlineSnapshot(
    `"! Nothing depends on anything here. As in: git tracker link ID --blocks ID"`,
  );
  expect(await $("link", one, "--blocks", `${two},${three}`)).toMatchInlineSnapshot(
    `"oid-001 blocks oid-002, blocks oid-003  One"`,
  );
  expect(await $("link", three, "--blocked-by", two)).toMatchInlineSnapshot(`"oid-002 blocks oid-003  Two"`);
  expect(await $("link", three, "--blocked-by", two)).toMatchInlineSnapshot(`
    "oid-003 nothing to change  Three
    oid-002 nothing to change  Two"
  `);
  expect(await $("link", three, "--blocks", one)).toMatchInlineSnapshot(`
    "! error: That would be a cycle: oid-003 → oid-001 → oid-003; nothing can wait for itself
    ! hint: See what depends on what: git tracker deps ID
    [exit 4]"
  `);
  expect(await $("link", one, "--blocks", one)).toMatchInlineSnapshot(`
    "! error: An issue can't be linked to itself
    ! hint: Name two different issues.
    [exit 4]"
  `);
  expect(await $("link", one)).toMatchInlineSnapshot(`
    "! error: What kind of link? As in: git tracker link ID --blocks ID
    ! hint: See: git tracker help link
    [exit 2]"
  `);
  expect(await $("link", one, "--blocks", two, "--relates", three)).toMatchInlineSnapshot(`
    "! error: One kind of link at a time
    ! hint: See: git tracker help link
    [exit 2]"
  `);
  expect(await $("link", one, "--relates", three)).toMatchInlineSnapshot(`"oid-001 relates oid-003  One"`);
  expect(await $("deps")).toMatchInlineSnapshot(`
    "oid-001	oid-003
    oid-001	oid-002
    oid-002	oid-003"
  `);
  expect(await $("deps", three, "--tree")).toMatchInlineSnapshot(`
    "oid-003  todo  Three
    waits for
    ├─ oid-001  todo  One
    └─ oid-002  todo  Two
       └─ oid-001  todo  One"
  `);
  expect(await $("deps", "--mermaid")).toMatchInlineSnapshot(`
    "graph LR
      n0["oid-001 todo<br/>One"]
      n1["oid-003 todo<br/>Three"]
      n2["oid-002 todo<br/>Two"]
      n0 -->|blocks| n1
      n0 -->|blocks| n2
      n2 -->|blocks| n1"
  `);
  expect(await $("deps", "--dot", "--tree")).toMatchInlineSnapshot(`
    "! error: One form at a time: --tree, --dot, --mermaid or --json
    ! hint: See: git tracker help deps
    [exit 2]"
  `);
  expect(await session.json("deps", three)).toMatchObject({ kind: "deps", root: three });
  expect(await $("unlink", three, one, "--kind", "block")).toMatchInlineSnapshot(`
    "! error: There is no kind of link \`block\`
    ! hint: Did you mean \`blocks\`? Kinds: blocks, relates, duplicates.
    [exit 2]"
  `);
  expect(await $("unlink", three, one, "--kind", "relates")).toMatchInlineSnapshot(
    `"oid-001 no longer relates oid-003  One"`,
  );
  expect(await $("unlink", three, one)).toMatchInlineSnapshot(`"oid-001 no longer blocks oid-003  One"`);
  expect(await $("unlink", three, one)).toMatchInlineSnapshot(`
    "! error: There is no such link between these issues
    ! hint: See an issue's links with: git tracker show ID
    [exit 3]"
  `);
  session.columns = 80;
  expect(await $("deps")).toMatchInlineSnapshot(`
    "oid-001  todo  One
    blocks
    └─ oid-002  todo  Two
       └─ oid-003  todo  Three"
  `);
});

test("archive, delete and restore", async () => {
  const id = await session.make("Fix login");
  expect(await $("archive", id)).toMatchInlineSnapshot(`"oid-001 archived  Fix login"`);
  expect(await $("list", "is:archived", "--format", "{title}")).toMatchInlineSnapshot(`"Fix login"`);
  expect(await $("restore", id)).toMatchInlineSnapshot(`"oid-001 restored  Fix login"`);
  expect(await $("rm", id)).toMatchInlineSnapshot(`"oid-001 deleted  Fix login"`);
  expect(await $("delete", id)).toMatchInlineSnapshot(`"oid-001 nothing to change  Fix login"`);
  expect(await $("list", "--all")).toMatchInlineSnapshot(`"! No issues match."`);
  expect(await $("restore", id)).toMatchInlineSnapshot(`"oid-001 restored  Fix login"`);
  expect(await session.json("delete", id)).toMatchObject({ kind: "issue", item: { id } });
});

test("undo", async () => {
  expect(await $("undo")).toMatchInlineSnapshot(`
    "! error: There is nothing to undo
    ! hint: Name an issue to undo its last change: git tracker undo ID
    [exit 3]"
  `);
  const [one, two] = [await session.make("One"), await session.make("Two")];
  await $("status", one, two, "done");
  expect(await $("undo")).toMatchInlineSnapshot(`
    "oid-001 status done → todo  One  (was: status todo → done (completed))
    oid-002 status done → todo  Two  (was: status todo → done (completed))"
  `);
  expect(await $("undo")).toMatchInlineSnapshot(`
    "oid-001 status todo → done (completed)  One  (was: status done → todo)
    oid-002 status todo → done (completed)  Two  (was: status done → todo)"
  `);
  await $("comment", one, "Hello");
  expect(await $("undo", one)).toMatchInlineSnapshot(`"oid-001 deleted comment oid-003  One  (was: commented: Hello)"`);
  expect(await session.json("undo", two)).toMatchObject({ kind: "undo", items: [{ issue: { id: two } }] });
});

test("undo of much is told in short", async () => {
  session.stdin = Array.from({ length: 30 }, (_, at) => `- [ ] Step ${at} ${"and on ".repeat(20)}\n`).join("");
  await $("new", "--from-file", "-");
  const lines = (await $("undo")).split("\n");
  expect(lines.slice(19)).toMatchInlineSnapshot(`
    [
      "oid-020 deleted  Step 19 and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on  (was: created “Step 19 and on and on and on and on and on and on …)",
      "and 10 more issues",
    ]
  `);
  const issue = await session.make("Busy");
  await $(
    "edit",
    issue,
    "-p",
    "high",
    "--due",
    "2026-12-24",
    "--estimate",
    "2h",
    "--add-label",
    "a,b,c",
    "-t",
    "Busier",
  );
  expect(await $("undo")).toMatchInlineSnapshot(
    `"oid-031 label -c, label -b, label -a, estimate 2h → none, due 2026-12-24 → none, priority high → none, title “Busier” → “Busy”  Busy  (was: title “Busy” → “Busier”, priority → high, due → 2026-12-24 and 4 more)"`,
  );
});
