import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type KeyFiles, writeFixedKey } from "../support/keys.ts";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
let ada: KeyFiles;
let eve: KeyFiles;
const $ = (...args: string[]) => session.$(...args);
const config = (...args: string[]) => session.repository.git("config", "--global", ...args);
const path = (name: string) => join(session.repository.root, name);

beforeEach(() => {
  session = openSession();
  ada = writeFixedKey(session.repository.root, "ada");
  eve = writeFixedKey(session.repository.root, "eve");
  config("gpg.format", "ssh");
  config("user.signingkey", ada.path);
});
afterEach(() => session[Symbol.dispose]());

const signing = (key: KeyFiles | undefined) => {
  config("commit.gpgsign", String(key !== undefined));
  if (key !== undefined) config("user.signingkey", key.path);
};

/** Ada's issue with one change of each kind, seen by somebody whose own key says nothing about it. */
async function makeMixed(): Promise<string> {
  signing(ada);
  const id = await session.make("Fix login");
  signing(undefined);
  await $("comment", id, "Not signed");
  signing(eve);
  await $("comment", id, "By whom?");
  config("--unset", "user.signingkey");
  return id;
}

test("verify", async () => {
  expect(await $("verify")).toMatchInlineSnapshot(`"0 changes: 0 good, 0 unsigned, 0 unknown, 0 bad"`);
  const id = await makeMixed();
  expect(await $("verify")).toMatchInlineSnapshot(`
    "unknown oid-001 oid-003… Ada <ada@example.com>  nobody here vouches for the key: SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA
    unknown oid-001 oid-001… Ada <ada@example.com>  nobody here vouches for the key: SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    3 changes: 0 good, 1 unsigned, 2 unknown, 0 bad
    ! Vouch for keys that you know: git tracker key trust KEYFILE EMAIL"
  `);
  await $("key", "trust", `${ada.path}.pub`, "ada@example.com");
  expect(await $("verify", id)).toMatchInlineSnapshot(`
    "unknown oid-001 oid-003… Ada <ada@example.com>  nobody here vouches for the key: SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA
    3 changes: 1 good, 1 unsigned, 1 unknown, 0 bad
    ! Vouch for keys that you know: git tracker key trust KEYFILE EMAIL"
  `);
  expect(await $("verify", "--all")).toMatchInlineSnapshot(`
    "unknown oid-001 oid-003… Ada <ada@example.com>  nobody here vouches for the key: SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA
    unsigned oid-001 oid-002… Ada <ada@example.com>  it is not signed
    good oid-001 oid-001… Ada <ada@example.com>  SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    3 changes: 1 good, 1 unsigned, 1 unknown, 0 bad
    ! Vouch for keys that you know: git tracker key trust KEYFILE EMAIL"
  `);
  await $("key", "trust", eve.line, "eve@example.com");
  expect(await $("verify")).toMatchInlineSnapshot(`
    "bad oid-001 oid-003… Ada <ada@example.com>  the key belongs to eve@example.com, not to ada@example.com: SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA
    3 changes: 1 good, 1 unsigned, 0 unknown, 1 bad
    ! error: A signature is bad
    ! hint: Ask their authors; what the changes did: git tracker log ID, git tracker project log
    [exit 4]"
  `);
  session.columns = 80;
  expect(await $("verify")).toMatchInlineSnapshot(`
    "bad oid-001 oid-003 Ada <ada@example.com>  the key belongs to eve@example.com, not to ada@example.com: SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA
    3 changes: 1 good, 1 unsigned, 0 unknown, 1 bad
    ! error: A signature is bad
    ! hint: Ask their authors; what the changes did: git tracker log ID, git tracker project log
    [exit 4]"
  `);
  session.columns = undefined;
  expect(await $("verify", "ffff")).toMatchInlineSnapshot(`
    "! error: There is no issue ffff
    ! hint: See them with: git tracker list --all
    [exit 3]"
  `);
  expect(await $("verify", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker verify [flags] [ID…]

    Check who signed what.

    Checks every change of these issues; without an ID, of all issues and of the project: members, teams, keys and labels.
    A signature is good if its key belongs to the change's author and was valid at that time; bad if it is broken, or its key
    somebody else's, expired or revoked; unknown if nobody vouches for its key.
    Who vouches: git's allowed signers (gpg.ssh.allowedSignersFile), gpg, and what you trust here: git tracker key trust.
    A bad signature makes the exit code 4.

    Flags
          --all  every change, not only those whose signature is bad or unknown

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker verify
      git tracker verify 4f2a --all
      git tracker verify --json"
  `);
});

test("verify --json", async () => {
  signing(ada);
  const id = await session.make("Fix login");
  expect(await session.json("verify")).toEqual({
    schema: 1,
    kind: "verify",
    counts: { good: 1, bad: 0, unknown: 0, unsigned: 0 },
    items: [],
  });
  const { items } = await session.json("verify", id, "--all");
  expect(items).toMatchObject([
    { issue: id, commit: id, state: "good", key: ada.fingerprint, signer: "ada@example.com", reason: null },
  ]);
});

test("log and show tell of signatures", async () => {
  signing(ada);
  const id = await session.make("Fix login");
  expect((await $("log")).split("\t").at(-1)).toMatchInlineSnapshot(`"created “Fix login”  signed"`);
  await makeMixed();
  signing(ada);
  await $("key", "trust", eve.line, "eve@example.com");
  expect((await $("log")).split("\n").map((line) => line.split("\t").at(-1))).toMatchInlineSnapshot(`
    [
      "commented: By whom?  bad signature",
      "commented: Not signed",
      "created “Fix login”  signed",
      "created “Fix login”  signed",
    ]
  `);
  expect(await session.json("log", id)).toMatchObject({
    items: [{ signed: true, signature: { state: "good", key: ada.fingerprint, signer: "ada@example.com" } }],
  });
  session.columns = 80;
  expect(await $("log", id)).toMatchInlineSnapshot(`"8m  Ada  oid-001  created “Fix login”  signed"`);
  expect(await $("show", id)).toMatchInlineSnapshot(`
    "Fix login
    oid-001 · opened 9m ago by Ada

    status      todo
    signatures  1 good"
  `);
  session.columns = undefined;
  expect(await session.json("show", id)).toMatchObject({
    item: { signature: { state: "good", key: ada.fingerprint } },
  });
  expect(await $("show", id, "--json", "--fields", "signature")).toMatchInlineSnapshot(
    `"{"schema":1,"kind":"issue","item":{"signature":{"state":"good","key":"SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc"}}}"`,
  );
});

test("show tells of the worst, and of nothing where nothing is signed", async () => {
  const plain = await session.make("Plain");
  expect(await $("show", plain)).not.toContain("signatures");
  expect(await session.json("show", plain)).toMatchObject({ item: { signature: { state: "unsigned", key: null } } });
  expect(await session.json("log", plain)).toMatchObject({
    items: [{ signed: false, signature: { state: "unsigned", key: null, signer: null } }],
  });
  const id = await makeMixed();
  const signatures = async () => /signatures: .*/.exec(await $("show", id))?.[0];
  expect(await signatures()).toBe("signatures: 2 unknown, 1 unsigned");
  await $("key", "trust", `${ada.path}.pub`, "ada@example.com");
  expect(await signatures()).toBe("signatures: 1 unknown, 1 unsigned, 1 good");
  await $("key", "trust", eve.line, "eve@example.com");
  expect(await signatures()).toBe("signatures: 1 bad, 1 unsigned, 1 good");
  expect(await session.json("show", id)).toMatchObject({ item: { signature: { state: "bad", key: eve.fingerprint } } });
});

test("key", async () => {
  config("--unset", "user.signingkey");
  expect(await $("key", "list")).toMatchInlineSnapshot(
    `"! Nobody's key is known. As in: git tracker key trust ada.pub ada@example.com"`,
  );
  expect(await $("key", "trust", `${ada.path}.pub`, "ada@example.com")).toMatchInlineSnapshot(
    `"trusted SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc for ada@example.com"`,
  );
  expect(await $("key", "trust", ...ada.line.split(" "), "ada@example.com")).toMatchInlineSnapshot(
    `"trusted SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc for ada@example.com"`,
  );
  expect(await $("key", "trust", eve.line, "eve@example.com")).toMatchInlineSnapshot(
    `"trusted SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA for eve@example.com"`,
  );
  writeFileSync(path("allowed"), `*@example.org valid-after="20260101Z",valid-before="20270101Z" ${eve.line}\n`);
  config("gpg.ssh.allowedSignersFile", path("allowed"));
  writeFileSync(path("revoked"), `${eve.line}\n`);
  config("gpg.ssh.revocationFile", path("revoked"));
  config("user.signingkey", ada.path);
  expect(await $("key", "list")).toMatchInlineSnapshot(`
    "	SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA	revoked	git's revocation file
    *@example.org	SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA	from 2026-01-01 until 2027-01-01	git's allowed signers
    ada@example.com	SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc	always	trusted here
    eve@example.com	SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA	always	trusted here
    ada@example.com	SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc	always	your key"
  `);
  session.columns = 110;
  expect(await $("key", "list")).toMatchInlineSnapshot(`
    "for              key                                   valid                             because of
                     SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpc…  revoked                           git's revocation file
    *@example.org    SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpc…  from 2026-01-01 until 2027-01-01  git's allowed signers
    ada@example.com  SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxt…  always                            trusted here
    eve@example.com  SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpc…  always                            trusted here
    ada@example.com  SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxt…  always                            your key"
  `);
  session.columns = undefined;
  expect(await session.json("key", "list")).toMatchObject({ kind: "keys", total: 5 });
  expect(await $("key", "distrust", eve.fingerprint)).toMatchInlineSnapshot(
    `"distrusted SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA for eve@example.com"`,
  );
  expect(await $("key", "distrust", "ada@example.com", "--json")).toMatchInlineSnapshot(
    `"{"schema":1,"kind":"keys","items":[{"key":"SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc","principals":["ada@example.com"],"validAfter":null,"validBefore":null,"revoked":false,"source":"trusted here"}],"total":1,"next":null}"`,
  );
  expect(await $("key", "list", "--format", "{source}: {principals}")).toMatchInlineSnapshot(`
    "git's revocation file: 
    git's allowed signers: *@example.org
    your key: ada@example.com"
  `);
});

test("key refuses", async () => {
  expect(await $("key", "lst")).toMatchInlineSnapshot(`
    "! error: There is no \`key lst\`
    ! hint: Did you mean: git tracker key list
    [exit 2]"
  `);
  expect(await $("key", "list", "all")).toMatchInlineSnapshot(`
    "! error: \`key list\` takes no more words
    ! hint: See: git tracker help key
    [exit 2]"
  `);
  expect(await $("key", "trust", `${ada.path}.pub`)).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker key trust KEYFILE|KEY EMAIL
    ! hint: See: git tracker help key
    [exit 2]"
  `);
  expect(await $("key", "trust", ada.path, "ada@example.com")).toMatchInlineSnapshot(`
    "! error: That is a private key
    ! hint: Give its public half: the file that ends in .pub
    [exit 2]"
  `);
  expect(await $("key", "trust", "nowhere.pub", "ada@example.com")).toMatchInlineSnapshot(`
    "! error: There is no file nowhere.pub
    ! hint: Check the path.
    [exit 3]"
  `);
  expect(await $("key", "trust", `${ada.path}.pub`, "*@example.com")).toMatchInlineSnapshot(`
    "! error: \`*@example.com\` is not an address
    ! hint: As in: ada@example.com
    [exit 2]"
  `);
  expect(await $("key", "trust", `${ada.path}.pub`, "ada")).toMatchInlineSnapshot(`
    "! error: \`ada\` is not an address
    ! hint: As in: ada@example.com
    [exit 2]"
  `);
  expect(await $("key", "distrust")).toMatchInlineSnapshot(`
    "! error: Something is missing: git tracker key distrust KEY|EMAIL
    ! hint: See: git tracker help key
    [exit 2]"
  `);
  expect(await $("key", "distrust", "ada@example.com")).toMatchInlineSnapshot(`
    "! error: Nothing that was trusted here is \`ada@example.com\`
    ! hint: See it with: git tracker key list; git's own allowed signers stand in gpg.ssh.allowedSignersFile
    [exit 3]"
  `);
});

test("what is to be signed and can't be is not written", async () => {
  signing(ada);
  config("user.signingkey", "/nowhere/id");
  expect(await $("new", "Fix login")).toMatchInlineSnapshot(`
    "! error: The signing key can't be read: /nowhere/id
    ! hint: Correct the path: git config --get --show-origin user.signingkey
    [exit 7]"
  `);
  config("--unset", "user.signingkey");
  expect(await $("new", "Fix login")).toMatchInlineSnapshot(`
    "! error: There is no key to sign with
    ! hint: Name one: git config --global user.signingkey ~/.ssh/id_ed25519.pub
    [exit 7]"
  `);
  config("gpg.format", "x509");
  expect(await $("new", "Fix login")).toMatchInlineSnapshot(`
    "! error: git-tracker can't sign with X.509 certificates
    ! hint: Sign with SSH or OpenPGP: git tracker config set signing.format ssh --user
    [exit 7]"
  `);
  config("gpg.format", "openpgp");
  config("gpg.program", "no-such-program");
  expect(await $("new", "Fix login")).toMatchInlineSnapshot(`
    "! error: There is no program no-such-program
    ! hint: Install it, or name another: git config --list --show-origin shows what gpg.program and gpg.ssh.program are.
    [exit 5]"
  `);
  expect(await $("list")).toStartWith("! There are no issues yet.");
  expect(await session.json("config", "get", "signing.sign")).toMatchObject({ items: [{ value: "auto" }] });
});

test("verify covers what is said of the project", async () => {
  signing(ada);
  await $("user", "add", "@me");
  await $("label", "define", "bug");
  signing(undefined);
  await $("label", "define", "docs");
  signing(eve);
  await $("label", "define", "ui");
  signing(ada);
  const id = await session.make("Fix login");
  config("--unset", "user.signingkey");
  await $("key", "trust", `${ada.path}.pub`, "ada@example.com");
  expect(await $("verify", "--all")).toMatchInlineSnapshot(`
    "good oid-001 oid-001… Ada <ada@example.com>  SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    unknown project oid-002… Ada <ada@example.com>  nobody here vouches for the key: SHA256:q2Nj63IKurDix8ffZ/VfGtyeGVpcAOEXGfvPC7i0PPA
    unsigned project oid-003… Ada <ada@example.com>  it is not signed
    good project oid-004… Ada <ada@example.com>  SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    good project oid-005… Ada <ada@example.com>  SHA256:18X0UN2F20oCJfVsuvLj3ZgpVIxtNeKpuCIo1v+4Pdc
    5 changes: 3 good, 1 unsigned, 1 unknown, 0 bad
    ! Vouch for keys that you know: git tracker key trust KEYFILE EMAIL"
  `);
  await $("key", "trust", eve.line, "eve@example.com");
  expect(await $("verify", id)).not.toContain("project");
  expect((await $("verify")).split("\n").at(-1)).toBe("[exit 4]");
  const { items, counts } = JSON.parse(await session.raw("verify", "--all", "--json"));
  expect(counts).toEqual({ good: 3, bad: 1, unknown: 0, unsigned: 1 });
  const reason = "the key belongs to eve@example.com, not to ada@example.com";
  expect(items).toMatchObject([
    { issue: id, state: "good" },
    { issue: null, shortId: "project", state: "bad", reason },
    { issue: null, state: "unsigned", key: null },
    { issue: null, state: "good", key: ada.fingerprint, signer: "ada@example.com" },
    { issue: null, state: "good" },
  ]);
});
