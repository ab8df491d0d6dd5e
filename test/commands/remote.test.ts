import { afterEach, beforeEach, expect, test } from "bun:test";
import { refs } from "../../src/store/refs.ts";
import type { Session } from "../support/transcript.ts";
import { openPair, type Pair, renamedByBoth } from "./pair.ts";

let pair: Pair;
let ada: Session;
let ben: Session;
const $ = (...args: string[]) => ada.$(...args);
/** The hub's path is another one each time. */
const said = async (...args: string[]) => (await $(...args)).replaceAll(pair.hub.cwd, "HUB");

beforeEach(() => {
  pair = openPair();
  ({ ada, ben } = pair);
});
afterEach(() => pair[Symbol.dispose]());

test("help", async () => {
  expect(await $("remote", "--help")).toMatchInlineSnapshot(`
    "usage: git tracker remote [flags] list | show NAME | add NAME URL | remove NAME

    See, add and remove remotes.

    These are git's own remotes: \`add\` and \`remove\` do what \`git remote\` does. \`remove\` also forgets what of your issues is there; it deletes nothing there, and no issue here.

    Flags
          --fields NAMES   only these fields, with --json or a table
          --format FORMAT  table, json, ndjson, csv, markdown, ids, or a text like '{shortId} {title}'

    Also, as with every command: -h, --help  --json  -q, --quiet  --color  --no-pager  --no-durable  --as  --repo  --all-repos

    Examples
      git tracker remote
      git tracker remote add origin https://example.com/project.git
      git tracker remote show origin
      git tracker remote remove origin"
  `);
});

test("list: names, addresses, and when they were synced with", async () => {
  ada.repository.git("remote", "add", "upstream", "https://ada:t0psecret@example.com/project.git");
  expect(await said("remote")).toMatchInlineSnapshot(`
    "origin	HUB	never
    upstream	https://example.com/project.git	never"
  `);
  await $("sync");
  ada.columns = 80;
  expect((await said("remote", "list")).replace(/ +/g, " ")).toMatchInlineSnapshot(`
    "remote address synced
    origin HUB 1m ago
    upstream https://example.com/project.git never"
  `);
  ada.columns = undefined;
  expect(await $("remote", "list", "--format", "ids")).toBe("origin\nupstream");
  expect(await ada.json("remote", "list")).toMatchObject({
    kind: "remotes",
    items: [
      { name: "origin", syncedAt: "2026-01-15T12:02:00Z" },
      { name: "upstream", address: "https://example.com/project.git", syncedAt: null },
    ],
  });
});

test("show: how a remote stands to what is here", async () => {
  expect(await said("remote", "show", "origin")).toMatchInlineSnapshot(`
    "origin
      address  HUB
      synced   never
      issues   0 there"
  `);
  await renamedByBoth(pair);
  await ben.make("Ben's own");
  await ben.$("sync");
  await ada.make("Sent");
  await ada.$("sync");
  await ada.make("Not sent");
  ada.repository.git("fetch", "origin", `+${refs.issues}*:${refs.remote("origin")}issues/*`);
  expect(await said("remote", "show", "origin")).toMatchInlineSnapshot(`
    "origin
      address  HUB
      synced   2m ago
      issues   3 there, 1 to send"
  `);
  ada.repository.git("config", "remote.origin.pushurl", "https://ada:t0psecret@example.com/push.git");
  expect(await ada.json("remote", "show", "origin")).toMatchObject({
    kind: "remote",
    item: { name: "origin", pushAddress: "https://example.com/push.git", issues: 3, ahead: 1, behind: 0, refused: [] },
  });
});

test("show: what was refused at the last sync, and why", async () => {
  await ada.make("Fix login");
  pair.hub.git("config", "receive.hideRefs", "refs/git-tracker");
  await $("sync");
  expect(await said("remote", "show", "origin")).toMatchInlineSnapshot(`
    "origin
      address  HUB
      synced   1m ago
      issues   0 there, 1 to send
      refused  oid-001: deny updating a hidden ref"
  `);
  expect(await ada.json("remote", "show", "origin")).toMatchObject({ item: { refused: [{ by: "remote" }] } });
});

test("add and remove do what git does, and remove forgets what was there", async () => {
  await ada.make("Fix login");
  await $("sync");
  expect(await said("remote", "remove", "origin")).toMatchInlineSnapshot(`"removed origin  HUB"`);
  expect(ada.repository.git("remote")).toBe("");
  expect(ada.repository.git("for-each-ref", refs.remotes)).toBe("");
  expect(ada.repository.git("for-each-ref", "--format=x", refs.issues)).toBe("x\n");
  expect(await $("remote")).toMatchInlineSnapshot(`"! No remotes yet. As in: git tracker remote add origin URL"`);
  expect(await said("remote", "add", "team/hub", pair.hub.cwd)).toMatchInlineSnapshot(`"added team/hub  HUB"`);
  expect(ada.repository.git("config", "remote.team/hub.fetch")).toBe("+refs/heads/*:refs/remotes/team/hub/*\n");
  expect(await said("sync")).toMatchInlineSnapshot(`"synced with team/hub: nothing new"`);
  expect(await ada.json("remote", "rm", "team/hub")).toMatchObject({ kind: "remote", item: { name: "team/hub" } });
});

test("refusals", async () => {
  const told: string[] = [];
  for (const args of [
    ["show"],
    ["show", "origni"],
    ["show", "x", "y"],
    ["add", "x"],
    ["add", "origin", "/elsewhere"],
    ["add", "origin/x", "/elsewhere"],
    ["add", "a b", "/elsewhere"],
    ["add", "../x", "/elsewhere"],
    ["add", "x", "--", "-upload-pack=touch pwned"],
    ["add", "x", "https://ada:t0psecret@example.com/\n[core]"],
    ["remove", "https://ada:t0psecret@example.com/x"],
    ["lst"],
  ]) {
    const refused = await $("remote", ...args);
    expect(refused).toMatch(/\[exit [234]\]$/);
    expect(refused).not.toContain("t0psecret");
    told.push(refused.replace(/\n! hint.*/, "").replace(/^! error: (.*)\n/, "$1 "));
  }
  expect(told.join("\n")).toMatchInlineSnapshot(`
    "\`remote show\` needs NAME [exit 2]
    There is no remote origni [exit 3]
    \`remote show\` takes no more words [exit 2]
    \`remote add\` needs NAME and URL [exit 2]
    There is a remote origin already [exit 4]
    There can't be a remote origin/x beside origin [exit 4]
    A remote can't be called a b [exit 2]
    A remote can't be called ../x [exit 2]
    \`-upload-pack=touch pwned\` is no address [exit 2]
    \`https://example.com/␊[core]\` is no address [exit 2]
    There is no remote https://example.com/x [exit 3]
    There is no \`remote lst\` [exit 2]"
  `);
  expect(ada.repository.git("remote")).toBe("origin\n");
});
