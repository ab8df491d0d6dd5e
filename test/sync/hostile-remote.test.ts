import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openPair, type Pair } from "../commands/pair.ts";

let pair: Pair;

beforeEach(() => {
  pair = openPair();
});
afterEach(() => pair[Symbol.dispose]());

const prefix = "refs/git-tracker/issues/";
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** As nothing but a crafted repository has them. */
function object(type: "blob" | "commit" | "tree", content: string): string {
  return text(pair.hub.gitWith(content, "hash-object", "-w", "-t", type, "--literally", "--stdin"));
}

function commit(parents: readonly string[], message: string): string {
  const who = "Eve <eve@example.com> 1768478400 +0000";
  const head = [
    `tree ${emptyTree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${who}`,
    `committer ${who}`,
  ];
  return object("commit", `${head.join("\n")}\n\n${message}`);
}

function point(name: string, oid: string): void {
  const path = join(pair.hub.cwd, prefix + name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${oid}\n`);
}

const created = (title: string, nonce: string) =>
  `${title}\n\nEvent: issue-created\nTitle: ${title}\nStatus: todo\nNonce: ${nonce.padStart(20, "0")}\nFormat: 1\n`;

test("what is crafted is refused with its reason, the rest arrives, and what is here stays", async () => {
  const { hub, ada, ben } = pair;
  const known = await ada.make("Known to both");
  await ada.$("sync");
  await ben.$("sync");
  const fine = await ada.make("Fine");
  await ada.$("sync");
  object("tree", "");
  const root = commit([], created("Eve's", "1"));
  const bad = {
    stolen: "1".repeat(40),
    blob: object("blob", "no commit"),
    garbage: object("commit", "garbage\n"),
    forked: commit([], created("Forked", "2")),
    long: commit([], `${"x".repeat(10_000_000)}\n\n${created("Long", "3")}`),
    odd: "x$(touch$IFS.pwned)\u202eé",
  };
  point(known, commit([known, root], "Merge concurrent changes\n\nFormat: 1\n"));
  point(bad.stolen, root);
  point(bad.blob, bad.blob);
  point(bad.garbage, bad.garbage);
  point(bad.forked, commit([bad.forked, root], "Merge concurrent changes\n\nFormat: 1\n"));
  point(bad.long, bad.long);
  point(bad.odd, root);

  const mine = await ben.make("Mine");
  const before = ben.repository.git("for-each-ref", prefix).trimEnd().split("\n");
  const said = await ben.$("sync");
  expect(said.replaceAll("\u202e", "")).toBe(said);
  expect(said).toMatchInlineSnapshot(`
    "oid-002 new  Fine
    x$(touch$IFS.pwned)<U+202E>é refused: its name is not an issue's id
    oid-004 refused: bogus commit object oid-004…
    oid-005 refused: its first commit is not the one its name says
    oid-006 refused: oid-006… is a blob, not a commit
    oid-001 refused: it has a second beginning, oid-007…
    oid-008 refused: it has a second beginning, oid-007…
    oid-009 refused: commit oid-009… can't be read: the object is bigger than oid-010 bytes
    oid-003 refused: bogus commit object oid-004…
    synced with origin: 1 new, 8 refused
    ! error: 8 issues could not be synced
    ! hint: Each line above says why; all others were.
    [exit 4]"
  `);

  const after = ben.repository.git("for-each-ref", prefix).trimEnd().split("\n");
  expect(after).toEqual(
    [...before, `${fine} commit\t${prefix}${fine}`].sort((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1)),
  );
  rmSync(join(hub.cwd, prefix + bad.garbage)); // With it there the remote's own git takes nothing.
  expect(await ben.$("sync")).toContain("1 sent, 6 refused");
  expect(hub.git("rev-parse", prefix + mine).trim()).toBe(mine);
  expect((await ben.$("list", "--format", "{title}")).split("\n").sort()).toEqual(["Fine", "Known to both", "Mine"]);
});
