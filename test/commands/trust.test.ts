import { afterEach, beforeEach, expect, test } from "bun:test";
import { type KeyFiles, writeFixedKey } from "../support/keys.ts";
import { configure } from "../support/signing.ts";
import type { Session } from "../support/transcript.ts";
import { openPair, type Pair } from "./pair.ts";

let pair: Pair;
let ada: Session;
let ben: Session;
let keys: { readonly ada: KeyFiles; readonly ben: KeyFiles; readonly eve: KeyFiles };
const $ = (...args: string[]) => ada.$(...args);

beforeEach(() => {
  pair = openPair();
  ({ ada, ben } = pair);
  const make = (name: string) => writeFixedKey(pair.hub.root, name);
  keys = { ada: make("ada"), ben: make("ben"), eve: make("eve") };
  configure(ben.repository, { "user.name": "Ben", "user.email": "ben@example.com" });
  signing(ada, keys.ada);
});
afterEach(() => pair[Symbol.dispose]());

function signing({ repository }: Session, { path }: KeyFiles): void {
  configure(repository, { "gpg.format": "ssh", "user.signingkey": path, "commit.gpgsign": "true" });
}

/** Both know each other's keys: Ada is a maintainer, and Ben trusts her. */
async function makeFriends(): Promise<void> {
  await $("key", "add");
  await $("user", "add", "Ben <ben@example.com>");
  await $("key", "add", `${keys.ben.path}.pub`, "--user", "ben");
  await $("sync");
  await ben.$("sync");
  await ben.$("key", "trust", keys.ada.fingerprint, "ada@example.com");
}

const titles = (session: Session) => session.$("list", "--format", "{title}");

test("key add and revoke", async () => {
  expect(await $("key", "add")).toMatchInlineSnapshot(`
    "add member ada@example.com (maintainer)
    add a key of ada@example.com"
  `);
  expect(await $("key", "add")).toMatchInlineSnapshot(`"nothing to change"`);
  expect(await $("key", "add", `${keys.ben.path}.pub`, "--user", "ben")).toMatchInlineSnapshot(`
    "! error: There is no member ben
    ! hint: See them with: git tracker user list
    [exit 3]"
  `);
  await $("user", "add", "Ben <ben@example.com>");
  expect(await $("key", "add", `${keys.ben.path}.pub`, "--user", "ben")).toMatchInlineSnapshot(
    `"add a key of ben@example.com"`,
  );
  expect(await $("key", "add", `${keys.ben.path}.pub`)).toMatchInlineSnapshot(`
    "! error: That is a key of ben@example.com
    ! hint: A key speaks for one person; addresses of one person belong to one member: git tracker user edit
    [exit 4]"
  `);
  expect(await $("key", "add", keys.ben.path, "--user", "ben")).toMatchInlineSnapshot(`
    "! error: That is a private key
    ! hint: Give its public half: the file that ends in .pub
    [exit 2]"
  `);
  expect(await $("key", "add", "openpgp:0123456789ABCDEF0123456789abcdef01234567")).toMatchInlineSnapshot(
    `"add a key of ada@example.com"`,
  );
  expect(await $("key", "revoke", "SHA256:nobody")).toMatchInlineSnapshot(`
    "! error: No member has the key SHA256:nobody
    ! hint: See them with: git tracker key list
    [exit 3]"
  `);
  expect(await $("key", "revoke", `${keys.ben.path}.pub`, "--since", "2026-01-15")).toMatchInlineSnapshot(
    `"revoke a key of ben@example.com since 2026-01-15T00:00:00Z"`,
  );
  expect(await $("key", "add", `${keys.ben.path}.pub`, "--user", "ben")).toMatchInlineSnapshot(`
    "! error: That key is revoked
    ! hint: Make another one with ssh-keygen.
    [exit 4]"
  `);
  expect(await $("undo")).toMatchInlineSnapshot(`
    "! error: A revoked key stays revoked
    ! hint: Add another one: git tracker key add FILE
    [exit 4]"
  `);
  const revoked = await $("project", "log");
  expect(await ada.json("key", "revoke", keys.ben.fingerprint)).toMatchObject({ kind: "member-keys" });
  expect(await $("project", "log")).toBe(revoked); // It was revoked earlier than now.
  expect(await ada.json("user")).toMatchObject({ items: [{ keys: 2 }, { keys: 0 }] });
});

test("a member's key counts where whoever added it is trusted", async () => {
  signing(ben, keys.ben);
  await $("key", "add");
  await $("user", "add", "Ben <ben@example.com>");
  await $("key", "add", `${keys.ben.path}.pub`, "--user", "ben");
  await ada.make("Ada's");
  await $("sync");
  await ben.$("sync");
  expect(await ben.$("key", "list")).toMatchInlineSnapshot(`
    "ben@example.com	SHA256:mZl7dTp5Ji0MTcfUHGYIZ632x68N6AbHiLdaZQ+K6kw	always	your key
    ! ada@example.com has the key SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc, for which nobody whom you trust vouches; if it is theirs: git tracker key trust SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc ada@example.com"
  `);
  expect(await ben.$("verify")).toMatchInlineSnapshot(`
    "unknown oid-001 oid-001… Ada <ada@example.com>  nobody here vouches for the key: SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    unknown project oid-002… Ada <ada@example.com>  nobody here vouches for the key: SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    unknown project oid-003… Ada <ada@example.com>  nobody here vouches for the key: SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    unknown project oid-004… Ada <ada@example.com>  nobody here vouches for the key: SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    4 changes: 0 good, 0 unsigned, 4 unknown, 0 bad
    ! Vouch for keys that you know: git tracker key trust KEYFILE EMAIL"
  `);
  await ben.$("key", "trust", keys.ada.fingerprint, "ada@example.com");
  expect(await ben.$("verify")).toMatchInlineSnapshot(`"4 changes: 4 good, 0 unsigned, 0 unknown, 0 bad"`);
  await ben.make("Ben's");
  await ben.$("sync");
  await $("sync");
  expect(await $("verify")).toMatchInlineSnapshot(`"5 changes: 5 good, 0 unsigned, 0 unknown, 0 bad"`);
});

test("what a revoked key signed before stays good", async () => {
  signing(ben, keys.ben);
  await makeFriends();
  await ben.make("Before");
  for (let minutes = 0; minutes < 60; minutes++) await ben.$("version");
  await ben.make("After");
  await ben.$("sync");
  await $("sync");
  expect(await $("verify")).toMatchInlineSnapshot(`"5 changes: 5 good, 0 unsigned, 0 unknown, 0 bad"`);
  await $("key", "revoke", keys.ben.fingerprint, "--since", "2026-01-15T12:30");
  expect(await $("verify")).toMatchInlineSnapshot(`
    "bad oid-002 oid-002… Ben <ben@example.com>  the key was not valid any more at that time: SHA256:mZl7dTp5Ji0MTcfUHGYIZ632x68N6AbHiLdaZQ+K6kw
    6 changes: 5 good, 0 unsigned, 0 unknown, 1 bad
    ! error: A signature is bad
    ! hint: Ask their authors; what the changes did: git tracker log ID, git tracker project log
    [exit 4]"
  `);
  await $("sync");
  await ben.$("sync");
  expect(await ben.$("verify")).toMatchInlineSnapshot(`
    "bad oid-002 oid-002… Ben <ben@example.com>  the key was not valid any more at that time: SHA256:mZl7dTp5Ji0MTcfUHGYIZ632x68N6AbHiLdaZQ+K6kw
    6 changes: 5 good, 0 unsigned, 0 unknown, 1 bad
    ! error: A signature is bad
    ! hint: Ask their authors; what the changes did: git tracker log ID, git tracker project log
    [exit 4]"
  `);
});

test("where signatures are required, what others did not sign does not count", async () => {
  await makeFriends();
  const one = await ada.make("Ada's");
  await $("sync");
  await ben.$("sync");
  await $("config", "set", "signing.require", "yes");
  await ben.$("edit", one, "-t", "Ben's title");
  const two = await ben.make("Ben's");
  await ben.$("sync");
  // Issues come in the order of their ids, which mean nothing.
  expect((await $("sync")).split("\n").sort().join("\n")).toMatchInlineSnapshot(`
    "oid-001 changed, not all of it counts  Ada's
    oid-002 new, not all of it counts
    synced with origin: 1 new, 1 changed, 2 with what does not count"
  `);
  expect(await titles(ada)).toMatchInlineSnapshot(`"Ada's"`);
  expect(await $("show", two)).toMatchInlineSnapshot(`
    "! error: Issue oid-002… does not count: it is not signed
    ! hint: git tracker doctor
    [exit 7]"
  `);
  expect((await $("show", one)).split("\n").find((line) => line.startsWith("not-read"))).toMatchInlineSnapshot(
    `"not-read: title-changed in oid-003: not counted (it is not signed)"`,
  );
  expect(await titles(ben)).toMatchInlineSnapshot(`
    "Ben's
    Ben's title"
  `);

  signing(ben, keys.ben);
  await ben.$("config", "set", "signing.require", "yes");
  expect(await titles(ben)).toBe(await titles(ada));
  await ben.$("edit", one, "-t", "Ben's, signed");
  await ben.$("sync");
  await $("sync");
  expect(await titles(ada)).toMatchInlineSnapshot(`"Ben's, signed"`);

  signing(ben, keys.eve);
  expect(await ben.$("edit", one, "-t", "Eve's")).toMatchInlineSnapshot(
    `"oid-001 title “Ben's, signed” → “Eve's”  Eve's"`,
  );
  expect(await $("--as", "Bot <bot@example.com>", "edit", one, "-t", "Bot's")).toMatchInlineSnapshot(`
    "! error: That would not count: the key belongs to ada@example.com, not to bot@example.com
    ! hint: Ask a maintainer: git tracker user list
    [exit 7]"
  `);
  await $("config", "set", "signing.since", "2026-02-01");
  expect(await titles(ada)).toMatchInlineSnapshot(`
    "Ben's, signed
    Ben's"
  `);
});

test("where nobody is trusted yet, sync and doctor lead to trusting", async () => {
  await $("config", "set", "signing.require", "yes", "--local");
  await ada.make("Ada's");
  await $("user", "add", "@me");
  await $("sync");
  await ben.$("config", "set", "signing.require", "yes", "--local");
  ben.columns = 80;
  expect(await ben.$("sync")).toMatchInlineSnapshot(`
    "oid-001 new, not all of it counts
    project new, not all of it counts  members, teams and labels
    synced with origin: the project, 1 new, 1 with what does not count
    See why not all of it counts: git tracker doctor"
  `);
  ben.columns = undefined;
  expect(await ben.$("doctor")).toMatchInlineSnapshot(`
    "warning: The project: the event member-added in commit oid-002 does not count: nobody here vouches for the key
      If you know the author's key: git tracker key trust KEYFILE EMAIL
    note: Issue oid-001 does not count: nobody here vouches for the key
      If you know the author's key: git tracker key trust KEYFILE EMAIL
    1 issue checked, 1 thing to look at"
  `);
  expect(await ben.$("key", "trust", keys.ada.fingerprint, "ada@example.com")).toMatchInlineSnapshot(`
    "! error: Of the key SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc nothing but its name is known here
    ! hint: Get the key itself from whoever it belongs to: git tracker key trust KEYFILE EMAIL
    [exit 3]"
  `);
  expect(await ben.$("verify")).toMatchInlineSnapshot(`
    "unknown project oid-002… Ada <ada@example.com>  nobody here vouches for the key: SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    1 change: 0 good, 0 unsigned, 1 unknown, 0 bad
    ! Not among them: 1 issue of which nothing counts: git tracker doctor
    ! Vouch for keys that you know: git tracker key trust KEYFILE EMAIL"
  `);
});

test("nobody becomes a maintainer by beginning another project", async () => {
  await makeFriends();
  await $("config", "set", "signing.require", "yes");
  // Ben sits at Eve's machine, as it were: what is new there is hers, signed with her key.
  const { repository } = ben;
  repository.git("update-ref", "-d", "refs/git-tracker/project");
  configure(repository, { "user.name": "Eve", "user.email": "eve@example.com" });
  signing(ben, keys.eve);
  const eve = (...args: string[]) => ben.$("--as", "Eve <eve@example.com>", ...args);
  await eve("user", "add", "@me", "--role", "maintainer");
  await eve("key", "add", keys.eve.line);
  await eve("sync");
  expect(await $("sync")).toMatchInlineSnapshot(`
    "project changed, not all of it counts  members, teams and labels
    synced with origin: the project"
  `);
  expect(await $("user")).toMatchInlineSnapshot(`
    "Ada	maintainer	ada@example.com	1
    Ben	contributor	ben@example.com	1"
  `);
  expect((await $("project")).replace(/\b[0-9a-f]{10}\b/g, "COMMIT")).toMatchInlineSnapshot(`
    "A project without a name
    2 members, no teams, no labels defined
    not counted  member-added in oid-001: nobody here vouches for the key
    not counted  key-added in oid-002: nobody here vouches for the key"
  `);
});

test("nor does a member whose key is vouched for, by going back to before there was a maintainer", async () => {
  await makeFriends();
  await $("config", "set", "signing.require", "yes");
  ben.repository.git("update-ref", "-d", "refs/git-tracker/project");
  signing(ben, keys.ben);
  // Far enough in the history to come after the events that vouch for the key.
  for (const label of ["a", "b", "c", "d", "e", "f"]) await ben.$("label", "define", label);
  await ben.$("user", "add", "@me", "--role", "maintainer");
  await ben.$("sync");
  await $("sync");
  expect(await $("user")).toMatchInlineSnapshot(`
    "Ada	maintainer	ada@example.com	1
    Ben	contributor	ben@example.com	1"
  `);
  expect(await $("project")).toContain("member-added in ");
  expect(await $("project")).toContain("ben@example.com is no maintainer");
});
