/** Streams that can't be fetched for what they are: they are told of, and not asked for again for nothing. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../../src/store/refs.ts";
import { openPair, type Pair } from "../commands/pair.ts";
import { openSession, type Session } from "../support/transcript.ts";

let pair: Pair;

beforeEach(() => {
  pair = openPair();
});
afterEach(() => pair[Symbol.dispose]());

const heldBack = "not asked for again";

/** An issue that Ben has sent, and the hub has lost the beginning of. */
async function loseOne(): Promise<{ readonly id: string; mend(): void }> {
  const { ben, hub } = pair;
  const id = await ben.make("Lost in part");
  await ben.$("edit", id, "--title", "Renamed");
  await ben.$("sync");
  const packs = hub.git("count-objects", "-v").includes("packs: 0");
  expect(packs).toBe(true); // What is lost is a file of its own.
  const path = join(hub.cwd, "objects", id.slice(0, 2), id.slice(2));
  renameSync(path, `${path}.lost`);
  return { id, mend: () => renameSync(`${path}.lost`, path) };
}

const isHeld = async (session: Session, ...args: string[]) => (await session.$(...args)).includes(heldBack);

test("what git refuses to take is told of by every sync, and by doctor", async () => {
  const { hub, ada } = pair;
  const who = "Eve 1768478400 +0000";
  const text = `tree ${hub.git("hash-object", "-w", "-t", "tree", "/dev/null").trim()}\nauthor ${who}\ncommitter ${who}\n\nx\n`;
  const made = hub.gitWith(text, "hash-object", "-w", "-t", "commit", "--literally", "--stdin");
  const faulty = new TextDecoder().decode(made).trim();
  hub.git("update-ref", refs.issue(faulty), faulty);
  ada.repository.git("config", "fetch.fsckObjects", "true");
  await ada.make("Sent all the same");
  expect(await ada.$("sync")).toMatchInlineSnapshot(`
    "oid-001 sent  Sent all the same
    oid-002 refused: object oid-002…: missingEmail: invalid author/committer line - missing email
    synced with origin: 1 sent, 1 refused
    ! error: 1 issue could not be synced
    ! hint: Each line above says why; all others were.
    [exit 4]"
  `);
  expect(await ada.$("pull")).toMatchInlineSnapshot(`
    "oid-002 refused: object oid-002…: missingEmail: invalid author/committer line - missing email (not asked for again; see: git tracker doctor)
    synced with origin: 1 refused
    ! error: 1 issue could not be synced
    ! hint: Each line above says why; all others were.
    [exit 4]"
  `);
  expect(await ada.$("doctor")).toMatchInlineSnapshot(`
    "warning: What origin has of issue oid-002 can't be fetched: object oid-002…: missingEmail: invalid author/committer line - missing email
      Nothing here is affected. Have it mended there; then: git tracker pull --again origin
    1 issue checked, 1 thing to look at"
  `);
  expect((await ada.$("remote", "show", "origin")).split("\n").at(-1)).toContain("missingEmail");
});

test("what the remote can't send is asked for again when somebody says so, and is forgotten when it came", async () => {
  const { ada } = pair;
  const { id, mend } = await loseOne();
  expect(await isHeld(ada, "sync")).toBe(false);
  expect(await ada.$("doctor")).toContain(`What origin has of issue`);
  mend();
  for (const command of ["pull", "sync"]) expect(await isHeld(ada, command)).toBe(true);
  expect(await isHeld(ada, "push")).toBe(false);
  expect(await isHeld(ada, "sync", "--dry-run")).toBe(true);
  expect(await ada.$("sync", "--auto", "--again")).toContain("--auto and --again don't go together");
  expect(await ada.$("pull", "--again")).toContain("1 new");
  expect(await ada.$("show", id)).toContain("Renamed");
  expect(await ada.$("doctor")).not.toContain("can't be fetched");
});

test("it is asked for again when the remote has another", async () => {
  const { ada, ben } = pair;
  const { id, mend } = await loseOne();
  await ada.$("sync");
  mend();
  await ben.$("edit", id, "--title", "Renamed again");
  await ben.$("sync");
  expect(await ada.$("sync")).toContain("1 new");
});

test("and a day later", async () => {
  const { ada } = pair;
  const { mend } = await loseOne();
  await ada.$("sync");
  mend();
  expect(await isHeld(ada, "sync")).toBe(true);
  const later = openSession({ repository: ada.repository, start: Date.UTC(2030, 0, 1) });
  expect(await later.$("sync")).toContain("1 new");
});

test("what could not be fetched for a branch that is broken here comes as soon as that is mended", async () => {
  const { ada, ben } = pair;
  await ben.make("Sound");
  await ben.$("sync");
  const path = join(ada.repository.cwd, ".git/refs/heads/broken");
  writeFileSync(path, `${"1".repeat(40)}\n`);
  expect(await ada.$("sync")).toContain("refused: bad object refs/heads/broken");
  rmSync(path);
  expect(await ada.$("sync")).toContain("1 new");
});
