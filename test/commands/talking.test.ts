import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
let id: string;
const $ = (...args: string[]) => session.$(...args);
const path = (name: string) => join(session.repository.cwd, name);

beforeEach(async () => {
  session = openSession();
  id = await session.make("Fix login");
});
afterEach(() => session[Symbol.dispose]());

/** The ids of the comments, as the JSON has them. */
async function comments(): Promise<string[]> {
  const { item } = await session.json("show", id);
  return (item as { comments: { id: string }[] }).comments.map((comment) => comment.id); // As the schema says.
}

test("comment", async () => {
  expect(await $("comment", id, "Happens on", "Safari only")).toMatchInlineSnapshot(
    `"oid-001 comment oid-002 added  Fix login"`,
  );
  session.stdin = "From a pipe\n\n";
  expect(await $("comment", id, "-F", "-")).toMatchInlineSnapshot(`"oid-001 comment oid-003 added  Fix login"`);
  const [first = "", second = ""] = await comments();
  expect(await $("comment", id, "--reply-to", first.slice(0, 7), "Same here")).toMatchInlineSnapshot(
    `"oid-001 comment oid-004 added  Fix login"`,
  );
  expect(await $("comment", id, "--edit", second.slice(0, 7), "-b", "From a file")).toMatchInlineSnapshot(
    `"oid-001 comment oid-003 changed  Fix login"`,
  );
  expect(await $("comment", id, "--delete", first.slice(0, 7))).toMatchInlineSnapshot(
    `"oid-001 comment oid-002 deleted  Fix login"`,
  );
  expect(await $("show", id)).toMatchInlineSnapshot(`
    "title: Fix login
    id: oid-001…
    status: todo
    author: Ada <ada@example.com>
    created: 2026-01-15T12:01:00Z
    updated: 2026-01-15T12:07:00Z
    comments: 2

    comment: oid-003… Ada <ada@example.com> 2026-01-15T12:03:00Z edited 2026-01-15T12:06:00Z
    From a file

    comment: oid-004… Ada <ada@example.com> 2026-01-15T12:05:00Z reply-to oid-002…
    Same here"
  `);
  expect(await session.json("comment", id, "As JSON")).toMatchObject({ kind: "issue", item: { id } });
});

test("comment refuses", async () => {
  expect(await $("comment", id)).toMatchInlineSnapshot(`
    "! error: Nothing was said. As in: git tracker comment ID "What there is to say"
    ! hint: See: git tracker help comment
    [exit 2]"
  `);
  expect(await $("comment", id, "  ")).toMatchInlineSnapshot(`
    "! error: The comment is empty
    ! hint: git tracker comment ID "What there is to say"
    [exit 2]"
  `);
  expect(await $("comment", id, "one", "-b", "two")).toMatchInlineSnapshot(`
    "! error: The text stands twice
    ! hint: See: git tracker help comment
    [exit 2]"
  `);
  expect(await $("comment", id, "x", "--reply-to", "abcdef")).toMatchInlineSnapshot(`
    "! error: There is no comment \`abcdef\`
    ! hint: See them with: git tracker show ID --comments
    [exit 3]"
  `);
  expect(await $("comment", id, "--edit", "abcd", "--delete", "abcd")).toMatchInlineSnapshot(`
    "! error: One of --reply-to, --edit and --delete
    ! hint: See: git tracker help comment
    [exit 2]"
  `);
  expect(await $("comment", id, "--delete", "abcd", "text")).toMatchInlineSnapshot(`
    "! error: --delete takes no text
    ! hint: See: git tracker help comment
    [exit 2]"
  `);
  expect(await $("comment", "ffff", "x")).toMatchInlineSnapshot(`
    "! error: There is no issue ffff
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
  expect(await $("comment")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker comment ID [TEXT]
    ! hint: See: git tracker help comment
    [exit 2]"
  `);
});

test("attach", async () => {
  writeFileSync(path("shot.png"), "picture");
  writeFileSync(path("log.txt"), "x".repeat(2000));
  expect(await $("attach", id, "--list")).toMatchInlineSnapshot(
    `"! Nothing is attached. As in: git tracker attach ID FILE"`,
  );
  expect(await $("attach", id, "shot.png", "log.txt")).toMatchInlineSnapshot(
    `"oid-001 attached shot.png (7 B), attached log.txt (2.0 KiB)  Fix login"`,
  );
  session.stdin = "piped";
  expect(await $("attach", id, "-", "--name", "piped.txt")).toMatchInlineSnapshot(
    `"oid-001 attached piped.txt (5 B)  Fix login"`,
  );
  expect(await $("attach", id, "--list")).toMatchInlineSnapshot(`
    "log.txt	2000
    piped.txt	5
    shot.png	7"
  `);
  expect(await $("attach", id, "--get", "piped.txt", "-o", "-")).toMatchInlineSnapshot(`"piped"`);
  expect(await $("attach", id, "--get", "shot.png", "-o", "copy.png")).toMatchInlineSnapshot(`"! copy.png written"`);
  expect(readFileSync(path("copy.png"), "utf8")).toBe("picture");
  expect(await $("attach", id, "--get", "shot.png")).toMatchInlineSnapshot(`
    "! error: There is a file shot.png here already
    ! hint: Say where it is to go: -o FILE
    [exit 4]"
  `);
  expect(await $("attach", id, "--get", "piped.txt")).toMatchInlineSnapshot(`"! piped.txt written"`);
  expect(existsSync(path("piped.txt"))).toBe(true);
  expect(await $("attach", id, "--remove", "shot.png")).toMatchInlineSnapshot(`"oid-001 removed shot.png  Fix login"`);
  expect(await $("attach", id, "--get", "shot.png")).toMatchInlineSnapshot(`
    "! error: There is no attachment \`shot.png\`
    ! hint: Attached: log.txt, piped.txt.
    [exit 3]"
  `);
  expect(await session.json("attach", id, "--list")).toMatchObject({ kind: "attachments", total: 2 });
  expect(await session.json("attach", id, "shot.png")).toMatchObject({ kind: "issue", item: { id } });
  session.columns = 80;
  expect(await $("attach", id, "--list")).toMatchInlineSnapshot(`
    "name          size
    log.txt    2.0 KiB
    piped.txt      5 B
    shot.png       7 B"
  `);
  expect(await $("attach", id, "--get", "log.txt", "-o", "-")).toMatchInlineSnapshot(`
    "! error: A file's bytes don't go to a terminal
    ! hint: Name a file, or pipe it: -o - | less
    [exit 2]"
  `);
});

test("attach refuses", async () => {
  expect(await $("attach", id)).toMatchInlineSnapshot(`
    "! error: Which file? As in: git tracker attach ID FILE
    ! hint: See: git tracker help attach
    [exit 2]"
  `);
  expect(await $("attach", id, "missing.png")).toMatchInlineSnapshot(`
    "! error: There is no file missing.png
    ! hint: Check the path.
    [exit 3]"
  `);
  expect(await $("attach", id, "-")).toMatchInlineSnapshot(`
    "! error: What comes from standard input needs a name: --name NAME
    ! hint: See: git tracker help attach
    [exit 2]"
  `);
  expect(await $("attach", id, "--list", "--get", "x")).toMatchInlineSnapshot(`
    "! error: One of --list, --get and --remove
    ! hint: See: git tracker help attach
    [exit 2]"
  `);
  expect(await $("attach", id, "--list", "x")).toMatchInlineSnapshot(`
    "! error: --list, --get and --remove take no files
    ! hint: See: git tracker help attach
    [exit 2]"
  `);
  expect(await $("attach", id, "a", "b", "--name", "c")).toMatchInlineSnapshot(`
    "! error: --name is for one file
    ! hint: See: git tracker help attach
    [exit 2]"
  `);
  expect(await $("attach", id, "a", "-o", "c")).toMatchInlineSnapshot(`
    "! error: --output goes with --get
    ! hint: See: git tracker help attach
    [exit 2]"
  `);
  expect(await $("attach", id, "a/x.txt", "b/x.txt")).toMatchInlineSnapshot(`
    "! error: Two of the files are called x.txt
    ! hint: Attach them one by one: --name NAME
    [exit 2]"
  `);
  writeFileSync(path("plain"), "");
  expect(await $("attach", id, "plain", "--name", "../up")).toMatchInlineSnapshot(`
    "! error: \`../up\` can't be an attachment's name
    ! hint: Rename the file, or give a name: --name NAME
    [exit 2]"
  `);
});
