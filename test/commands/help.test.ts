import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { kinds, schemaOf } from "../../src/commands/schemas.ts";
import { commands, findCommand } from "../../src/commands/table.ts";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
const $ = (...args: string[]) => session.$(...args);

beforeAll(() => {
  session = openSession();
});
afterAll(() => session[Symbol.dispose]());

/** Ids of examples are among those that a session names. */
const withoutIds = (text: string) => text.replace(/\b(?:[0-9a-f]{7,40}|oid-\d{3})\b/g, "ID");

test("without a command: what one needs daily", async () => {
  const text = await $();
  expect(text).toMatchInlineSnapshot(`
    "usage: git tracker COMMAND [flags] [words]

    Keeps the issues of a repository in the repository itself.

      new       make an issue
      list      list issues
      show      show an issue
      edit      change an issue's fields, or all of it in your editor
      comment   say something about an issue
      status    move issues to another status
      close     finish issues
      reopen    open finished issues again
      assign    give issues to people
      unassign  take issues from people
      label     add, remove and list labels
      board     show the kanban board
      search    search titles, bodies and comments
      log       show what happened, when and by whom
      undo      take back the last change
      attach    attach files, list them, get them back

    more: ready link unlink deps sync pull push remote conflicts project user team
          resolve verify key archive delete restore purge workspace init config
          doctor reindex import export schema completion man help upgrade version

    An issue is named by the beginning of its id, @last (touched last here) or @ (of the branch).
    One command: git tracker help COMMAND · all: help --all · queries: help query

    Examples
      git tracker new "Fix login on Safari" -l auth -p high -a @me
      git tracker list 'priority:>=high' -label:wip
      git tracker status 4f2a in-progress
      git tracker close 4f2a -c "Fixed in 2.1""
  `);
  expect(text.split("\n").length).toBeLessThanOrEqual(40);
  expect(await $("help")).toBe(text);
  expect(await $("--help")).toBe(text);
});

test("on a terminal, lines break between words, and where the second column begins", async () => {
  session.columns = 60;
  const before = (text: string) => text.slice(0, text.indexOf("\nExamples"));
  expect(before(await $("help", "key"))).toMatchInlineSnapshot(`
    "usage: git tracker key [flags] [list] | add [KEYFILE|KEY] |
           revoke KEY | trust KEYFILE|KEY EMAIL | distrust
           KEY|EMAIL

    Whose keys you trust.

    \`add\` tells everybody of a member's key, by default the one
    that you sign with here; \`revoke\` says that it counts no
    more: what it signed before stays good. A member's key
    counts in a clone if whoever added it is trusted there; that
    begins with \`trust\`.
    \`trust\` vouches for a key in this clone alone; \`distrust\`
    takes that back. The keys of git's
    gpg.ssh.allowedSignersFile count, too, your own key for your
    own address, and the OpenPGP keys that gpg is sure of (gpg
    --lsign-key makes it so).

    Flags
          --user PERSON    with add: whose key it is, if not
                           yours
          --since WHEN     with revoke: from when on it does not
                           count (now)
          --fields NAMES   only these fields, with --json or a
                           table
          --format FORMAT  table, json, ndjson, csv, markdown,
                           ids, or a text like '{shortId}
                           {title}'

    Also, as with every command: -h, --help  --json  -q, --quiet
      --color  --no-pager  --no-durable  --as  --repo
      --all-repos
    "
  `);
  for (const topic of [...commands.map(({ name }) => name), "query"]) {
    const lines = before(await $("help", topic)).split("\n");
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  }
  expect((await $("schema")).split("\n").filter((line) => line.length > 60)).toEqual([]);
  session.columns = undefined;
});

test("help of a command", async () => {
  expect(await $("help", "status")).toMatchInlineSnapshot(`
    "usage: git tracker status ID… STATUS
    also: move

    Move issues to another status.

    The workflow of the settings says which statuses there are, and what may follow what.

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker status 4f2a in-progress
      git tracker status 4f2a 9c1d done
      git tracker status @ done"
  `);
  expect(await $("comment", "-h")).toMatchInlineSnapshot(`
    "usage: git tracker comment [flags] ID [TEXT]

    Say something about an issue.

    COMMENT is the beginning of a comment's id: git tracker show ID --comments

    Flags
      -b, --body TEXT         the text, in Markdown
      -F, --body-file FILE    the text from a file; - is standard input
      -e, --editor            write it in the editor, as it does on a terminal without a text
          --reply-to COMMENT  answer a comment
          --edit COMMENT      change a comment
          --delete COMMENT    take a comment back

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker comment 4f2a "Happens on Safari only"
      git tracker comment @ -F notes.md
      git tracker comment 4f2a --reply-to 9c1d "Same here"
      git tracker comment 4f2a --delete 9c1d"
  `);
  expect(await $("help", "satus")).toMatchInlineSnapshot(`
    "! error: There is no help on \`satus\`
    ! hint: Did you mean: git tracker help status
    [exit 2]"
  `);
});

test("help --all names every command and the exit codes", async () => {
  const text = await $("help", "--all");
  for (const { name } of commands) expect(text).toContain(`\n  ${name} `);
  expect(text).toContain("7    not permitted");
});

test("help on queries", async () => {
  const text = await $("help", "query");
  for (const field of ["status:", "label:", "is:ready", "sort:"]) expect(text).toContain(field);
  expect(await session.json("help", "query")).toMatchObject({ kind: "query-fields" });
});

describe.each(commands.map(({ name }) => name))("%s", (name) => {
  test("has help that ends with examples of itself", async () => {
    const entry = findCommand(name);
    const { examples } = (await entry?.load()) ?? { examples: [] };
    const text = await $(name, "--help");
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(example).toMatch(new RegExp(`git tracker ${name}\\b`));
    const end = `Examples\n${examples.map((example) => `  ${example}`).join("\n")}`;
    expect(withoutIds(text)).toEndWith(withoutIds(end));
    expect(await $("help", name)).toBe(text);
    expect(await session.json("help", name)).toMatchObject({ kind: "command", item: { name } });
  });

  test("refuses a flag that nobody knows", async () => {
    expect(await $(name, "--no-such-flag")).toContain(`! error: There is no flag --no-such-flag of \`${name}\``);
  });
});

test("commands and their flags as JSON", async () => {
  const { items } = await session.json("help");
  expect(items).toHaveLength(commands.length);
});

test("an unknown command", async () => {
  expect(await $("stauts", "4f2a", "done")).toMatchInlineSnapshot(`
    "! error: There is no command \`stauts\`
    ! hint: Did you mean: git tracker status
    [exit 2]"
  `);
  expect(await $("\u001b[2Jfrobnicate")).toMatchInlineSnapshot(`
    "! error: There is no command \`␛[2Jfrobnicate\`
    ! hint: See them with: git tracker help
    [exit 2]"
  `);
  expect(await $("frobnicate", "--json")).toMatchInlineSnapshot(`
    "! {"schema":1,"kind":"error","error":{"code":"invalid","message":"There is no command \`frobnicate\`","hint":"See them with: git tracker help"}}
    [exit 2]"
  `);
});

test("flags may stand before the command", async () => {
  await session.make("One");
  expect(await $("--as", "Ben <ben@example.com>", "new", "Two")).toEndWith("created  Two");
  expect(await $("--no-pager", "list", "--format", "{title} {author.name}")).toMatchInlineSnapshot(`
    "Two Ben
    One Ada"
  `);
});

test("version", async () => {
  expect(await $("version")).toMatchInlineSnapshot(`"git-tracker 1.2.3 (abcdef)"`);
  expect(await $("--version")).toMatchInlineSnapshot(`"git-tracker 1.2.3 (abcdef)"`);
  expect(await session.json("version")).toMatchObject({ kind: "version", version: "1.2.3 (abcdef)" });
});

test("schema", async () => {
  expect(await $("schema")).toMatchInlineSnapshot(`
    "attachments       attach --list
    board             board
    command           help COMMAND
    commands          help
    config            config list, config get
    deps              deps
    doctor            doctor
    error             what any command prints on standard error when it refuses
    export            export with -o
    import            import
    importable        import
    init              init
    issue             one issue: show, and every command that changes one
    issues            several issues: list, ready, show and what changes several; lists leave out the long fields
    keys              key list, key trust, key distrust
    label             label define, label drop
    labels            label list
    log               log
    member            user add, user edit, user remove
    member-keys       key add, key revoke
    members           user list
    project           project show, project edit
    project-log       project log
    query-fields      help query
    reindex           reindex
    remote            remote show; remote add and remove say less
    remotes           remote list
    schemas           schema
    search            search
    setting           config set, config unset
    sync              sync, pull, push
    syncs             sync, pull, push of all repositories of a workspace; \`sync\` holds what the kind sync has
    team              team add, team edit, team remove
    teams             team list
    undo              undo
    upgrade           upgrade
    verify            verify
    version           version
    workspace         workspace list
    workspace-change  workspace init, add, remove"
  `);
  expect(await $("schema", "isue")).toMatchInlineSnapshot(`
    "! error: There is no kind \`isue\`
    ! hint: Did you mean \`issue\`? Kinds: attachments, board, command, commands, config, deps, doctor, error, export, import, importable, init, issue, issues, keys, label, labels, log, member, member-keys, members, project, project-log, query-fields, reindex, remote, remotes, schemas, search, setting, sync, syncs, team, teams, undo, upgrade, verify, version, workspace, workspace-change.
    [exit 2]"
  `);
  expect(JSON.parse(await $("schema", "error"))).toEqual(schemaOf("error"));
  expect(await session.json("schema")).toMatchObject({ kind: "schemas", items: { length: Object.keys(kinds).length } });
});

test("a refusal as JSON", async () => {
  expect(await session.json("show", "ffff")).toEqual({
    schema: 1,
    kind: "error",
    error: { code: "not-found", message: "There is no issue ffff", hint: "See them with: git tracker list --all" },
  });
});

test("what the settings' commands print as JSON is in a schema", async () => {
  expect(await session.json("init")).toMatchObject({ kind: "init", outcome: "written" });
  expect(await session.json("config", "list")).toMatchObject({ kind: "config" });
  expect(await session.json("doctor")).toMatchObject({ kind: "doctor" });
  expect(await session.json("reindex")).toMatchObject({ kind: "reindex", issues: 2 });
});
