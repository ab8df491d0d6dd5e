import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Session } from "../support/transcript.ts";
import { openPair, type Pair } from "./pair.ts";

let pair: Pair;
let ada: Session;
const $ = (...args: string[]) => ada.$(...args);

beforeEach(() => {
  pair = openPair();
  ada = pair.ada;
});
afterEach(() => pair[Symbol.dispose]());

test("doctor finds what is wrong with the project, and gives a lost one back", async () => {
  await $("user", "add", "@me");
  await $("label", "define", "auth");
  const { repository } = ada;
  const ref = "refs/git-tracker/project";
  const tip = repository.git("rev-parse", ref).trim();
  repository.git("update-ref", "-d", ref);
  expect(await $("doctor")).toMatchInlineSnapshot(`
    "error: The project's stream has no ref, but oid-001 was written
      git tracker doctor --repair
    0 issues checked, 1 thing to look at
    ! error: Something is damaged
    ! hint: Each line above says what to do about it.
    [exit 6]"
  `);
  expect(await $("doctor", "--repair")).toContain("repaired");
  expect(repository.git("rev-parse", ref).trim()).toBe(tip);
  const message = "No\n\nEvent: member-added\nRole: boss\nFormat: 1\n";
  const broken = repository.git("commit-tree", "-p", tip, "-m", message, repository.git("mktree").trim()).trim();
  repository.git("update-ref", ref, broken);
  expect(await $("doctor")).toMatchInlineSnapshot(`
    "warning: The project: the event member-added in commit oid-002 does not count: Member: missing
      It is kept as it is; see: git tracker project
    0 issues checked, 1 thing to look at"
  `);
  repository.git("update-ref", ref, repository.git("hash-object", "-w", "/dev/null").trim());
  expect(await $("doctor")).toMatchInlineSnapshot(`
    "! warning: the project's members, teams and labels can't be read: oid-003… is a blob, not a commit; what was last known of them holds; see: git tracker doctor
    error: The project's stream can't be read: oid-003… is a blob, not a commit; members, roles and keys hold as they were at oid-002
      Look for what is missing with: git fsck. A clone that has it can give it back.
    0 issues checked, 1 thing to look at
    ! error: Something is damaged
    ! hint: Each line above says what to do about it.
    [exit 6]"
  `);
  expect(await $("label", "list")).toMatchInlineSnapshot(`
    "! warning: the project's members, teams and labels can't be read: oid-003… is a blob, not a commit; what was last known of them holds; see: git tracker doctor
    auth	0"
  `);
  expect(await $("user", "add", "ben@example.com")).toMatchInlineSnapshot(`
    "! error: The project can't be read: oid-003… is a blob, not a commit
    ! hint: git tracker doctor
    [exit 6]"
  `);
  repository.git("update-ref", ref, tip);
});

test("undo --author", async () => {
  const one = await ada.make("One");
  await $("--as", "Bot <bot@example.com>", "label", "add", one, "auto");
  await $("--as", "Bot <bot@example.com>", "status", one, "in-progress");
  await ada.make("By the bot", "--as", "Bot <bot@example.com>");
  await $("--as", "Bot <bot@example.com>", "edit", one, "-t", "Bot's title");
  await $("edit", one, "-t", "Ada's title");
  expect(await $("undo", "--author", "bot")).toMatchInlineSnapshot(`
    "! error: --author and --since go together: git tracker undo --author WHO --since WHEN
    ! hint: See: git tracker help undo
    [exit 2]"
  `);
  expect(await $("undo", "--author", "bot", "--since", "1d")).toMatchInlineSnapshot(`
    "oid-001 status in-progress → todo, label -auto  Ada's title  (was: status todo → in-progress, label +auto)
    oid-001 kept title “One” → “Bot's title”
    oid-002 deleted  By the bot  (was: created “By the bot”)
    ! What was kept has been built on by others since."
  `);
  expect(await $("list", "--format", "{title} {status} {labels}")).toMatchInlineSnapshot(`"Ada's title todo"`);
  expect(await $("undo", "--author", "nobody@example.com", "--since", "1d")).toMatchInlineSnapshot(`
    "! error: Nobody of that name has done anything since then
    ! hint: See: git tracker log --author WHO
    [exit 3]"
  `);
  expect(await $("undo")).toMatchInlineSnapshot(`
    "oid-001 label +auto, status todo → in-progress  Ada's title  (was: label -auto, status in-progress → todo)
    oid-002 restored  By the bot  (was: deleted)"
  `);
  expect(await ada.json("undo", one, "--author", "bot", "--since", "1d")).toMatchObject({ kind: "undo", project: [] });
});

test("a command is taken back, and @last known, though other events count since it", async () => {
  await $("new", "One");
  await $("user", "add", "@me");
  await $("user", "add", "ben@example.com", "--role", "viewer");
  expect(await $("show", "@last", "--format", "{title}")).toBe("One");
  expect(await $("undo")).toBe("remove member ben@example.com");
  await $("config", "set", "signing.require", "yes", "--local");
  expect(await $("undo")).toContain("! error:");
  await $("config", "unset", "signing.require", "--local");
  expect(await $("undo")).toBe("add member ben@example.com (viewer)");
});
