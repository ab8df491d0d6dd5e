import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestRepository } from "../support/repository.ts";
import type { Session } from "../support/transcript.ts";
import { openPair, type Pair, renamedByBoth } from "./pair.ts";

let pair: Pair;
let ada: Session;
let ben: Session;
let hub: TestRepository;
const $ = (...args: string[]) => ada.$(...args);

beforeEach(() => {
  pair = openPair();
  ({ ada, ben, hub } = pair);
});
afterEach(() => pair[Symbol.dispose]());

const tips = ({ repository }: Session) => repository.git("for-each-ref", "refs/git-tracker/issues/");

test("help", async () => {
  expect(await $("sync", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker sync [flags] [REMOTE]

    Bring your issues and others' together.

    Without a name it is the remote of the setting sync.remote, of the branch, or origin. Nothing of git's own settings is used or changed.
    With the setting sync.auto, commands sync by themselves, in the background.
    What git can't fetch, since it is damaged there or git's settings refuse it, is asked for again when the remote has another, after a day, or with --again.

    Flags
      -n, --dry-run  only say what would come and go
          --again    ask again, too, for what could not be fetched before
          --auto     as sync.auto starts it: later, once for all who want it, and without a word

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker sync
      git tracker sync upstream
      git tracker sync --dry-run"
  `);
  expect(await $("push", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker push [flags] [REMOTE]

    Send a remote what it lacks.

    Like sync, but nothing is taken: streams that others have changed are refused.

    Flags
      -n, --dry-run  only say what would come and go

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker push
      git tracker push upstream --dry-run"
  `);
  expect(await $("resolve", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker resolve [flags] ID [FIELD]

    Settle what is in conflict.

    Without a field all that is in conflict is settled. Setting the field in any other way settles it, too. Of files of one name the others stay, under names of their own. In a circle the side that is taken keeps its link or parent, and the other's goes.

    Flags
          --ours         what you wrote
          --theirs       what somebody else wrote
          --value VALUE  something else; empty: nothing
      -e, --edit         put it together in the editor, with all sides of it

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker resolve 4f2a --theirs
      git tracker resolve 4f2a title --value "Login with SSO"
      git tracker resolve 4f2a description -e
      git tracker resolve 4f2a attachment:shot.png --ours"
  `);
});

test("a new clone is told where issues come from", async () => {
  const told = "! There are no issues here yet. Get those of the remote: git tracker sync; or make the first: ";
  expect(await $("list")).toBe(`${told}git tracker new "What is to be done"`);
  expect(await $("board")).toStartWith(told);
  await $("sync");
  expect(await $("list")).toMatchInlineSnapshot(
    `"! There are no issues yet. Make the first: git tracker new "What is to be done""`,
  );
});

test("both ways, and then there is nothing new", async () => {
  await ada.make("Fix login");
  await ben.make("Ship it");
  expect(await $("sync", "--dry-run")).toMatchInlineSnapshot(`
    "oid-001 sent  Fix login
    would sync with origin: 1 sent"
  `);
  expect(hub.git("for-each-ref", "refs/git-tracker/")).toBe("");
  expect(await $("sync")).toMatchInlineSnapshot(`
    "oid-001 sent  Fix login
    synced with origin: 1 sent"
  `);
  expect(await ben.$("sync", "-n")).toMatchInlineSnapshot(`
    "oid-001 new
    oid-002 sent  Ship it
    would sync with origin: 1 new, 1 sent"
  `);
  expect(await ben.$("list", "--all", "--format", "{title}")).toBe("Ship it");
  expect(await ben.$("sync", "origin")).toMatchInlineSnapshot(`
    "oid-001 new  Fix login
    oid-002 sent  Ship it
    synced with origin: 1 new, 1 sent"
  `);
  expect(await ben.$("sync")).toMatchInlineSnapshot(`"synced with origin: nothing new"`);
  expect(await $("pull")).toMatchInlineSnapshot(`
    "oid-002 new  Ship it
    synced with origin: 1 new"
  `);
  expect(tips(ada)).toBe(tips(ben));
  expect(await $("doctor")).toMatchInlineSnapshot(`"2 issues checked, all is well"`);
});

test("what came and went is told in short where it is much, but what is in conflict always", async () => {
  await renamedByBoth(pair);
  ben.stdin = Array.from({ length: 30 }, (_, at) => `- [ ] Step ${at}\n`).join("");
  await ben.$("new", "--from-file", "-");
  const planned = await ben.$("sync", "--dry-run");
  expect(planned.split("\n").length).toBe(31 + 1);
  const lines = (await ben.$("sync")).split("\n");
  expect(lines.length).toBe(1 + 20 + 2);
  expect(lines.filter((line) => line.includes("in conflict")).length).toBe(2);
  expect(lines.slice(-2)).toMatchInlineSnapshot(`
    [
      "and 10 more",
      "synced with origin: 1 merged, 31 sent, 1 in conflict",
    ]
  `);
});

test("push is refused what others have changed, and sends the rest", async () => {
  const id = await renamedByBoth(pair);
  await ben.make("Another");
  expect(await ben.$("push", "--dry-run")).toMatchInlineSnapshot(`
    "oid-002 sent  Another
    oid-001 refused: the remote has changes that you don't; take them, too: git tracker sync
    would sync with origin: 1 sent, 1 refused
    ! error: 1 issue could not be synced
    ! hint: Each line above says why; all others were.
    [exit 4]"
  `);
  expect(await ben.$("push")).toMatchInlineSnapshot(`
    "oid-002 sent  Another
    oid-001 refused: the remote has changes that you don't; take them, too: git tracker sync
    synced with origin: 1 sent, 1 refused
    ! error: 1 issue could not be synced
    ! hint: Each line above says why; all others were.
    [exit 4]"
  `);
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "oid-001 merged, sent, in conflict  Login with SSO
    synced with origin: 1 merged, 1 sent, 1 in conflict"
  `);
  expect(hub.git("log", "-1", "--format=%s", `refs/git-tracker/issues/${id}`)).toBe("Merge concurrent changes\n");
});

test("as JSON", async () => {
  await ada.make("Fix login");
  expect(await ada.json("sync")).toMatchObject({
    kind: "sync",
    remote: "origin",
    issues: [{ title: "Fix login", came: "same", sent: true, conflicted: false }],
    refused: [],
    rewound: [],
  });
  expect(await ben.json("pull", "--dry-run")).toMatchObject({ issues: [{ title: null, came: "new", sent: false }] });
  hub.git("config", "receive.hideRefs", "refs/git-tracker");
  await ben.make("Mine");
  const [result = "", ...refusal] = (await ben.$("push", "--json")).split("\n").filter((line) => line !== "");
  expect(JSON.parse(result)).toMatchObject({ issues: [], refused: [{ by: "remote" }] });
  expect(refusal.join("\n")).toMatchInlineSnapshot(`
    "! {"schema":1,"kind":"error","error":{"code":"not-permitted","message":"1 issue could not be synced","hint":"Each line above says why; all others were."}}
    [exit 7]"
  `);
});

test("without a remote, with one that nobody knows, and with one that can't be meant", async () => {
  ada.repository.git("remote", "remove", "origin");
  expect(await $("sync")).toMatchInlineSnapshot(`
    "! error: This repository has no remote
    ! hint: Add one with: git tracker remote add origin URL
    [exit 3]"
  `);
  expect(await $("sync", "upstream")).toMatchInlineSnapshot(`
    "! error: There is no remote upstream
    ! hint: Add it with: git tracker remote add NAME URL
    [exit 3]"
  `);
  expect(await $("sync", "https://ada:hunter2@example.com/x")).toMatchInlineSnapshot(`
    "! error: There is no remote https://example.com/x
    ! hint: Add it with: git tracker remote add NAME URL
    [exit 3]"
  `);
  for (const name of ["a", "b"]) ada.repository.git("remote", "add", name, hub.cwd);
  expect(await $("sync")).toMatchInlineSnapshot(`
    "! error: Which remote: a, b?
    ! hint: git tracker config set sync.remote NAME
    [exit 3]"
  `);
  await $("config", "set", "sync.remote", "b");
  expect(await $("sync")).toMatchInlineSnapshot(`"synced with b: nothing new"`);
  ada.repository.git("config", "remote.-x.url", hub.cwd);
  expect(await $("sync", "--", "-x")).toMatchInlineSnapshot(`
    "! error: There is no remote -x
    ! hint: Add it with: git tracker remote add NAME URL
    [exit 3]"
  `);
});

test("a remote that is gone", async () => {
  await ada.make("Fix login");
  const before = tips(ada);
  rmSync(hub.cwd, { recursive: true });
  expect((await $("sync")).replaceAll(hub.cwd, "HUB")).toMatchInlineSnapshot(`
    "! error: origin can't be reached: 'HUB' does not appear to be a git repository
    ! hint: Try it with git alone: git ls-remote origin
    [exit 5]"
  `);
  expect(tips(ada)).toBe(before);
});

test("a remote that takes nothing", async () => {
  await ada.make("Fix login");
  await $("sync");
  await ben.make("Ship it");
  hub.git("config", "receive.hideRefs", "refs/git-tracker");
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "oid-001 new  Fix login
    oid-002 refused: deny updating a hidden ref
    synced with origin: 1 new, 1 refused
    ! error: 1 issue could not be synced
    ! hint: Each line above says why; all others were.
    [exit 7]"
  `);
  expect(await ben.$("list", "--format", "{title}")).toBe("Fix login\nShip it");
  hub.git("config", "--unset", "receive.hideRefs");
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "oid-002 sent  Ship it
    synced with origin: 1 sent"
  `);
});

test("a remote that takes nothing", async () => {
  await ada.make("Fix login");
  hub.git("config", "receive.hideRefs", "refs/git-tracker");
  expect(await $("sync")).toMatch(/hidden ref.*\[exit 7\]$/s);
  hub.git("config", "--unset", "receive.hideRefs");
  expect(await $("sync")).toMatch(/1 sent$/);
});

test("a remote that lost events is told of, and gets them back", async () => {
  const ids: string[] = [];
  for (let at = 1; at <= 6; at++) ids.push(await ada.make(`Issue ${at}`));
  await $("sync");
  for (const id of ids) hub.git("update-ref", "-d", `refs/git-tracker/issues/${id}`);
  expect((await $("pull")).replace(/of .* and/, "of … and")).toMatchInlineSnapshot(`
    "! warning: origin has lost events of … and 1 more; they are kept here
    synced with origin: nothing new"
  `);
  expect(await $("sync")).toContain("6 sent");
  expect(await $("sync")).toBe("synced with origin: nothing new");
});

test("a password in an address is never shown", async () => {
  ada.repository.git("remote", "set-url", "origin", "http://ada:hunter2@127.0.0.1:1/x.git");
  await ada.make("Fix login");
  const said = await $("sync");
  expect(said).toMatch(/\[exit 5\]$/);
  expect(said).not.toContain("hunter2");
});

test("a plain fetch of our refs is noticed", async () => {
  await ada.make("Fix login");
  await $("sync");
  await ben.$("list");
  ben.repository.git("fetch", "--quiet", "origin", "refs/git-tracker/issues/*:refs/git-tracker/issues/*");
  expect(await ben.$("list", "--format", "{title}")).toBe("Fix login");
  expect(await ben.$("sync")).toMatchInlineSnapshot(`"synced with origin: nothing new"`);
});

test("nothing of git's own is touched", async () => {
  const { repository } = ada;
  repository.git("push", "--quiet", "origin", "main");
  repository.git("fetch", "--quiet", "origin");
  repository.git("tag", "v1");
  await ben.make("Ship it");
  await ben.$("sync");
  await ada.make("Fix login");
  const own = () => [
    ...["HEAD", "config", "FETCH_HEAD", "index", "ORIG_HEAD"].map((name) => textOf(join(repository.cwd, ".git", name))),
    repository.git("for-each-ref", "refs/heads", "refs/tags", "refs/remotes"),
    repository.git("status", "--porcelain"),
    hub.git("for-each-ref", "refs/heads", "refs/tags"),
  ];
  const before = own();
  for (const verb of ["sync", "pull", "push"]) await $(verb);
  expect(own()).toEqual(before);
});

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

test("purge forgets what is remembered of a remote, and says how to remove it there", async () => {
  const id = await ada.make("Secret");
  await $("sync");
  const [, command = ""] = /remove it there, too: git (.*)$/m.exec(await $("purge", id, "--yes")) ?? [];
  expect(ada.repository.git("for-each-ref", "refs/git-tracker/")).toBe("");
  const [whole = ""] = hub.git("for-each-ref", "--format=%(refname)", "refs/git-tracker/").trim().split("\n");
  ada.repository.git(...command.replace(/refs\/\S+$/, whole).split(" ")); // Sessions show a name for the id.
  expect(await $("sync")).toBe("synced with origin: nothing new");
});
