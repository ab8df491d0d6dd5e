import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);

beforeEach(() => {
  session = openSession();
  session.columns = 80;
});
afterEach(() => session[Symbol.dispose]());

/** What the editor showed. */
function seen(...edits: ((text: string) => string)[]): string[] {
  const texts: string[] = [];
  session.edits.push(
    ...edits.map((edit) => (text: string) => {
      texts.push(text);
      return edit(text);
    }),
  );
  return texts;
}

/** The id of the one issue there is. */
async function onlyId(): Promise<string> {
  const { items } = await session.json("list", "--fields", "id");
  return (items as { id: string }[])[0]?.id ?? ""; // As the schema says.
}

const unchanged = (text: string) => text;

test("new opens the editor with what is known", async () => {
  const texts = seen((text) => text.replace("title:", "title: Fix login").replace("assignees:", "assignees: @me"));
  expect(await $("new", "-l", "auth", "-b", "Body")).toMatchInlineSnapshot(`"oid-001 created  Fix login"`);
  expect(texts).toMatchInlineSnapshot(`
    [
      
    "# A new issue. It needs a title; the description goes below the line ---.
    # status: todo, in-progress, done
    # type: bug, feature, task
    # priority: low, medium, high, urgent
    # due: 2026-12-01, tomorrow, fri, +2w; estimate: 90m, 2h30m, 1d; labels and assignees with commas between them
    # Lines like these are left out. Save it unchanged to give up.
    title:
    status: todo
    type:
    priority:
    labels: auth
    assignees:
    due:
    estimate:
    milestone:
    sprint:
    parent:
    ---
    Body
    "
    ,
    ]
  `);
  expect(await session.json("show", await onlyId())).toMatchObject({
    item: { title: "Fix login", labels: ["auth"], assignees: ["ada@example.com"], body: "Body" },
  });
});

test("new is given up by saving nothing new", async () => {
  seen(unchanged);
  expect(await $("new")).toMatchInlineSnapshot(`
    "! error: Nothing was made: nothing was written
    ! hint: Give a title: git tracker new "What is to be done"
    [exit 2]"
  `);
  seen(() => "");
  expect(await $("new", "Title", "-e")).toMatchInlineSnapshot(`
    "! error: Nothing was made: nothing was written
    ! hint: Give a title: git tracker new "What is to be done"
    [exit 2]"
  `);
  expect(await $("list")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
});

test("what new can't take is offered again with the reason", async () => {
  const texts = seen(
    (text) => `${text}Long text`,
    (text) => text.replace("title:", "title: Now"),
  );
  expect(await $("new")).toMatchInlineSnapshot(`"oid-001 created  Now"`);
  expect(texts[1]?.split("\n").slice(0, 3)).toMatchInlineSnapshot(`
    [
      "# error: An issue needs a title",
      "# hint: git tracker new "What is to be done"",
      "# A new issue. It needs a title; the description goes below the line ---.",
    ]
  `);
  expect(await session.json("show", await onlyId())).toMatchObject({ item: { title: "Now", body: "Long text" } });
});

test("edit opens the editor on all of an issue, and records what changed", async () => {
  const parent = await session.make("Parent");
  const id = await session.make(
    "Fix login",
    "-l",
    "auth,ui",
    "--parent",
    parent,
    "--estimate",
    "90m",
    "-b",
    "# One\n\nTwo",
  );
  const texts = seen((text) =>
    text.replace("labels: auth, ui", "labels: ui, web").replace("estimate: 1h30m", "estimate:").replace("Two", "Three"),
  );
  expect(await $("edit", id)).toMatchInlineSnapshot(
    `"oid-002 estimate 1h30m → none, description changed: # One Three, label +web, label -auth  Fix login"`,
  );
  expect(
    texts[0]?.replaceAll(parent.slice(0, 7), "(parent)").replaceAll(id.slice(0, 7), "(id)"),
  ).toMatchInlineSnapshot(`
    "# Issue (id). An emptied value clears the field.
    # status: todo, in-progress, done
    # type: bug, feature, task
    # priority: low, medium, high, urgent
    # due: 2026-12-01, tomorrow, fri, +2w; estimate: 90m, 2h30m, 1d; labels and assignees with commas between them
    # Lines like these are left out. Save it unchanged to give up.
    title: Fix login
    status: todo
    type:
    priority:
    labels: auth, ui
    assignees:
    due:
    estimate: 1h30m
    milestone:
    sprint:
    parent: (parent)
    ---
    # One

    Two
    "
  `);
  seen(unchanged);
  expect(await $("edit", id)).toMatchInlineSnapshot(`"oid-002 nothing to change  Fix login"`);
  expect(await $("edit", id, parent)).toMatchInlineSnapshot(`
    "! error: The editor takes one issue; for several, say with flags what is to change
    ! hint: See: git tracker help edit
    [exit 2]"
  `);
  expect(await $("edit", id, "-e", "--title", "x")).toMatchInlineSnapshot(`
    "! error: -e opens the editor on all fields: leave out the others
    ! hint: See: git tracker help edit
    [exit 2]"
  `);
});

test("what edit can't take is offered again, and what is given up is kept", async () => {
  const id = await session.make("Fix login");
  const texts = seen(
    (text) => text.replace("\npriority:", "\npriority: hihg").concat("Precious\n"),
    (text) => text.replace("title:", "titel:"),
    unchanged,
  );
  const kept = `${session.repository.cwd}/.git/git-tracker/edit-${id.slice(0, 7)}-2026-01-15T12-02-00.md`;
  const said = await $("edit", id);
  expect(said.replace(/is in .*/, "is in PATH")).toMatchInlineSnapshot(`
    "! What you typed is in PATH
    ! error: There is no field \`titel\`
    ! hint: Did you mean \`title\`?
    [exit 2]"
  `);
  expect(texts.map((text) => text.split("\n").filter((line) => /^# (error|hint)/.test(line)))).toMatchInlineSnapshot(`
    [
      [],
      [
        "# error: There is no priority \`hihg\`",
        "# hint: Did you mean \`high\`? Priorities: low, medium, high, urgent.",
      ],
      [
        "# error: There is no field \`titel\`",
        "# hint: Did you mean \`title\`?",
      ],
    ]
  `);
  expect(readFileSync(kept, "utf8")).toContain("Precious");
  expect(await session.json("show", id)).toMatchObject({ item: { title: "Fix login", priority: null, body: "" } });
});

test("a text that can't be kept anywhere is printed", async () => {
  const id = await session.make("Fix login");
  mkdirSync(`${session.repository.cwd}/.git/git-tracker/edit-${id.slice(0, 7)}-2026-01-15T12-02-00.md`);
  seen((text) => text.replace("\npriority:", "\npriority: hihg"), unchanged);
  expect(await $("edit", id)).toContain("! priority: hihg");
});

test("comment opens the editor on a terminal", async () => {
  const id = await session.make("Fix login");
  const texts = seen((text) => `# A heading\n\nHello\n${text}`);
  expect(await $("comment", id)).toMatchInlineSnapshot(`"oid-001 comment oid-002 added  Fix login"`);
  expect(texts[0]?.replaceAll(id.slice(0, 7), "(id)")).toMatchInlineSnapshot(`
    "

    # ------------------------ >8 ------------------------
    Above: the comment on (id) Fix login
    What stands from the line above on is left out. Save it unchanged to give up.
    "
  `);
  const { item } = await session.json("show", id);
  const [comment] = (item as { comments: { id: string; body: string }[] }).comments; // As the schema says.
  expect(comment?.body).toBe("# A heading\n\nHello");
  seen((text) => text.replace("Hello", "Goodbye"));
  expect(await $("comment", id, "--edit", comment?.id ?? "")).toMatchInlineSnapshot(
    `"oid-001 comment oid-002 changed  Fix login"`,
  );
  seen(unchanged);
  expect(await $("comment", id)).toMatchInlineSnapshot(`
    "! error: Nothing was said. As in: git tracker comment ID "What there is to say"
    ! hint: See: git tracker help comment
    [exit 2]"
  `);
});
