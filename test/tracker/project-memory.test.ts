/** Whose events count while the project's stream can't be read. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../../src/store/refs.ts";
import { openSession, type Session } from "../support/transcript.ts";

let session: Session;
let id: string;
const $ = (...args: string[]) => session.$(...args);
const inGit = (...parts: string[]) => join(session.repository.cwd, ".git", ...parts);

beforeEach(async () => {
  session = openSession();
  await $("user", "add", "@me");
  await $("user", "add", "Ben <ben@example.com>", "--role", "contributor");
  id = await session.make("Fix login");
  await $("--as", "Ben <ben@example.com>", "edit", id, "--title", "Ben's");
  await $("user", "edit", "ben", "--role", "viewer");
  commitAsBen();
  expect(await titles()).toBe("Ben's");
});
afterEach(() => session[Symbol.dispose]());

const titles = async () => (await $("list", "--format", "{title}")).split("\n").at(-1);

/** What Ben's own tool wrote after he had become a viewer. */
function commitAsBen(): void {
  const { repository } = session;
  const ref = refs.issue(id);
  const tip = repository.git("rev-parse", ref).trim();
  const text = repository
    .git("cat-file", "commit", tip)
    .replace(/^parent .*$/m, `parent ${tip}`)
    .replaceAll(/^((?:author|committer) .*) \d+ /gm, `$1 ${Date.UTC(2027, 0, 1) / 1000} `)
    .replaceAll("Ben's", "Not to be seen");
  const made = repository.gitWith(text, "hash-object", "-w", "-t", "commit", "--stdin");
  repository.git("update-ref", ref, new TextDecoder().decode(made).trim());
}

/** Loses the object of the project's last commit but so many. */
function loseCommit(back: number): void {
  const oid = session.repository.git("rev-parse", `${refs.project}~${back}`).trim();
  const path = inGit("objects", oid.slice(0, 2), oid.slice(2));
  chmodSync(path, 0o644);
  rmSync(path);
  rmSync(inGit("git-tracker", "journal"), { force: true, recursive: true }); // It would give back what it still has.
}

test.each([0, 1, 3])("roles hold as they were when it could last be read: commit ~%d is lost", async (back) => {
  loseCommit(back);
  for (const again of [() => $("list"), () => $("reindex")]) {
    await again();
    expect(await titles()).toBe("Ben's");
    expect(await $("list")).toContain("what was last known of them holds; see: git tracker doctor");
  }
  expect((await $("user", "list")).split("\n").slice(1)).toMatchInlineSnapshot(`
    [
      "Ada	maintainer	ada@example.com	0",
      "Ben	viewer	ben@example.com	0",
    ]
  `);
  expect(await $("user", "edit", "ben", "--role", "contributor")).toContain("The project can't be read");
  expect(await $("doctor")).toContain("members, roles and keys hold as they were at ");
  expect(await $("doctor", "--repair")).toContain("what was missing came back from the copy of it");
  expect(await $("doctor")).toContain("1 issue checked, 1 thing to look at"); // Ben's event, as before.
  expect(await $("list", "--format", "{title}")).toBe("Ben's");
});

test("what did not count does so as soon as nobody has a role that says no", async () => {
  await $("user", "remove", "ben");
  expect(await titles()).toBe("Not to be seen");
});

test("a ref that points elsewhere is told of, and roles hold", async () => {
  const { repository } = session;
  repository.git("update-ref", refs.project, repository.git("hash-object", "-w", "/dev/null").trim());
  expect(await titles()).toBe("Ben's");
  expect(await $("doctor")).toContain("members, roles and keys hold as they were at ");
});

test.each(["", "{}", '{"tip":"x","commits":["!"]}', '{"tip":"x","commits":["eA=="]}'])(
  "where the copy is lost, too, that is said: %j",
  async (copy) => {
    loseCommit(1);
    const path = inGit("git-tracker", "project.json");
    expect(existsSync(path)).toBe(true);
    writeFileSync(path, copy);
    expect(await $("list")).toContain("nobody's role holds; see: git tracker doctor");
    expect(await titles()).toBe("Not to be seen");
    expect(await $("doctor")).toContain("nobody's role holds");
  },
);

test("what comes back counts, though no ref moves", async () => {
  const oid = session.repository.git("rev-parse", `${refs.project}~1`).trim();
  const path = inGit("objects", oid.slice(0, 2), oid.slice(2));
  const object = readFileSync(path);
  loseCommit(1);
  rmSync(inGit("git-tracker"), { recursive: true });
  // By a clock for which all of this was long ago, so that stamps of the refs are believed.
  const later = openSession({ repository: session.repository, start: Date.UTC(2100, 0, 1) });
  const title = async () => (await later.$("list", "--format", "{title}")).split("\n").at(-1);
  expect(await title()).toBe("Not to be seen");
  writeFileSync(path, object);
  expect(await title()).toBe("Ben's");
});

test("copies whose writers died half-way are tidied up by the next one", async () => {
  const left = inGit("git-tracker", "project.json.0123456789abcdef");
  writeFileSync(left, "{");
  await $("user", "edit", "ben", "--role", "contributor");
  await $("list");
  expect(existsSync(left)).toBe(false);
});
