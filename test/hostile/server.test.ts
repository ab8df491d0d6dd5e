/**
 * D1: servers that lie. What a remote says on its way is as little to be trusted as what it holds: names, tips, messages, where else to
 * look. Each is git's own protocol, spoken by a script in the server's place.
 */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { systemChance } from "../../src/platform/chance.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { refs } from "../../src/store/refs.ts";
import { openGitTransport } from "../../src/sync/git-transport.ts";
import { findSteering } from "../render/hostile.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { openSession, type Session } from "../support/transcript.ts";
import { openWorkshop, pointAt } from "./remote.ts";

const slow = 60_000;

interface Meeting extends Disposable {
  readonly hub: TestRepository;
  readonly ben: Session;
  /** An issue that both have. */
  readonly known: string;
  ownRefs(): string;
  /** Has this script answer in the place of `git upload-pack`. */
  answerBy(script: string): void;
}

async function meet(): Promise<Meeting> {
  const hub = makeRepository("bare");
  const ben = openSession({ who: "Ben <ben@example.com>" });
  ben.repository.git("remote", "add", "origin", hub.cwd);
  const known = await ben.make("Known to both");
  await ben.$("sync");
  return {
    hub,
    ben,
    known,
    ownRefs: () => ben.repository.git("for-each-ref", refs.issues),
    answerBy(script) {
      const path = join(hub.root, "answer");
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
      ben.repository.git("config", "remote.origin.uploadpack", path);
    },
    [Symbol.dispose]() {
      for (const each of [hub, ben]) each[Symbol.dispose]();
    },
  };
}

/** A line of git's protocol. */
function packet(line: string): Buffer {
  const bytes = Buffer.from(line);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/** What a server says first: its refs, under whatever names. */
function advertise({ hub }: Meeting, lines: readonly (readonly [oid: string, name: string])[]): string {
  const packets = lines.map(([oid, name], place) =>
    packet(`${oid} ${name}${place === 0 ? "\0side-band-64k ofs-delta" : ""}\n`),
  );
  const path = join(hub.root, "advertisement");
  writeFileSync(path, Buffer.concat([...packets, Buffer.from("0000")]));
  return `cat '${path}'; cat > /dev/null`;
}

const one = "1".repeat(40);

test(
  "names that no ref has, and tips that are none, lead nowhere",
  async () => {
    using meeting = await meet();
    const { ben, hub, known } = meeting;
    const names = [
      "-x",
      "--upload-pack=touch$IFS.owned",
      "a.lock",
      "..",
      "../../config",
      "a b",
      "\x1b]0;owned\x07",
      "\u202egnp.exe",
      "x".repeat(60_000),
      `\n${one}\trefs/git-tracker/issues/${"a".repeat(40)}`,
      `x\n../../../../../etc/passwd\trefs/git-tracker/issues/${"b".repeat(40)}`,
      `x\n--output=owned\trefs/git-tracker/issues/${"c".repeat(40)}`,
      `${"d".repeat(40)}^{}`,
      "D".repeat(40),
    ];
    const tip = hub.git("rev-parse", refs.issue(known)).trim();
    const before = meeting.ownRefs();
    meeting.answerBy(
      advertise(meeting, [
        ...names.map((name) => [one, refs.issues + name] as const),
        [tip, refs.issue(known)],
        [one, "refs/git-tracker/remotes/origin/issues/x"],
        [one, "refs/tags/git-tracker"],
      ]),
    );
    const { cwd, env } = ben.repository;
    const there = {
      folder: cwd,
      env,
      remote: "origin",
      interactive: false,
      silenceMsMax: 60_000,
      receivedBytesMax: 2 ** 20,
      progress: () => undefined,
      incoming: { objectsDir: cwd, flush: "buffered", chance: systemChance, clock: systemClock },
      track: async () => undefined,
    } as const;
    const tips = [...(await openGitTransport(there).list()).values()];
    expect(tips.length).toBeGreaterThan(3);
    expect(tips.filter((oid) => !/^[0-9a-f]{40}$/.test(oid))).toEqual([]);
    const said = await ben.$("sync");
    expect(said).toMatch(/\[exit [45]\]$/);
    expect(findSteering(said)).toBeUndefined();
    expect(said.length).toBeLessThan(10_000);
    expect(said).not.toContain("passwd");
    expect(meeting.ownRefs()).toBe(before);
    expect(ben.repository.git("for-each-ref", refs.remotes).trim().split("\n")).toHaveLength(1);
    ben.repository.git("config", "--unset", "remote.origin.uploadpack");
    expect(await ben.$("sync")).toBe("synced with origin: nothing new");
  },
  slow,
);

test(
  "a server that says one thing and gives another is found out, and the next sync is none the worse",
  async () => {
    using meeting = await meet();
    const { ben, hub, known } = meeting;
    using other = makeRepository("bare");
    const shop = openWorkshop(other);
    // Elsewhere the same names stand for something else.
    shop.commit(); // The first would be the same as the first of the other.
    const stranger = shop.commit();
    pointAt(shop, [
      { id: known, tip: stranger },
      { id: stranger, tip: stranger },
    ]);
    const mine = openWorkshop(hub);
    for (let i = 0; i < 2; i++) mine.commit(); // Those the other has, too, and what is listed may come from anywhere.
    const fine = mine.commit({ message: mine.created() });
    pointAt(mine, [
      { id: known, tip: hub.git("rev-parse", refs.issue(known)).trim() },
      { id: fine, tip: fine },
    ]);
    const before = meeting.ownRefs();
    meeting.answerBy(
      `n=$(cat '${hub.root}/asked' 2>/dev/null || echo 0); echo $((n + 1)) > '${hub.root}/asked'
       if [ $n = 0 ]; then exec git upload-pack '${hub.cwd}'; else exec git upload-pack '${other.cwd}'; fi`,
    );
    const said = await ben.$("sync");
    expect(said).toMatch(/\[exit [45]\]$/);
    expect(meeting.ownRefs()).toBe(before);
    ben.repository.git("config", "--unset", "remote.origin.uploadpack");
    expect(await ben.$("sync")).toEndWith("synced with origin: 1 new");
    expect(await ben.$("list", "--format", "{title}")).toContain("Known to both");
  },
  slow,
);

test.each([
  ["hangs up at once", "exit 0"],
  ["talks rubbish", "printf 'HTTP/1.1 200 OK\\r\\n\\r\\n\\033]0;owned\\007'"],
  ["says no, in colour", "printf '\\033[2J\\033]0;owned\\007no\\r\\n' >&2; exit 1"],
  ["breaks off in the middle", 'git upload-pack "$1" | head -c 300'],
  ["sends a broken pack", "git upload-pack \"$1\" | sed 's/PACK/KCAP/'"],
  [
    "tells an error in its own words",
    "printf '003aERR \\033]0;owned\\007 go away and never come back'; cat > /dev/null",
  ],
  ["never stops talking", "yes 'fatal: \\033[2J' | head -c 5000000 >&2; exit 1"],
])(
  "a server that %s is a refusal in clean words",
  async (_, script) => {
    using meeting = await meet();
    const { ben, hub } = meeting;
    const shop = openWorkshop(hub);
    const fine = shop.commit();
    pointAt(shop, [{ id: fine, tip: fine }]);
    const before = meeting.ownRefs();
    await ben.$("config", "set", "sync.timeout", "2");
    meeting.answerBy(script);
    const said = await ben.$("sync");
    expect(said).toMatch(/\[exit [45]\]$/);
    expect(findSteering(said)).toBeUndefined();
    expect(said.length).toBeLessThan(3000);
    expect(meeting.ownRefs()).toBe(before);
    expect(await ben.make("Still works")).toMatch(/^[0-9a-f]{40}$/);
  },
  slow,
);

test.each(["pre-receive", "update", "post-receive", "post-update"])(
  "what the remote's hook %s says steers no terminal",
  async (hook) => {
    using meeting = await meet();
    const { ben, hub } = meeting;
    mkdirSync(join(hub.cwd, "hooks"), { recursive: true });
    const path = join(hub.cwd, "hooks", hook);
    writeFileSync(path, "#!/bin/sh\nprintf '\\033]0;owned\\007\\033[2J\\r\\342\\200\\256no' >&2\nexit 1\n");
    chmodSync(path, 0o755);
    const mine = await ben.make("Mine");
    const said = await ben.$("sync");
    expect(findSteering(said)).toBeUndefined();
    expect(said).toMatch(hook.startsWith("post") ? /1 sent$/ : /hook declined(?:.|\n)*\[exit 7\]$/);
    expect(await ben.$("show", mine)).toContain("Mine");
  },
  slow,
);

test(
  "redirects lead to no other protocol",
  async () => {
    using meeting = await meet();
    const { ben, hub } = meeting;
    const places = [pathToFileURL(hub.cwd).href, "ext::sh -c touch% owned", "ssh://-oProxyCommand=touch/x", "/etc"];
    let asked = 0;
    using server = Bun.serve({
      port: 0,
      fetch: () => new Response(null, { status: 302, headers: { location: places[asked++ % places.length] ?? "" } }),
    });
    ben.repository.git("remote", "set-url", "origin", `http://127.0.0.1:${server.port}/x.git`);
    for (const _ of places) {
      const said = await ben.$("sync");
      expect(said).toMatch(/\[exit 5\]$/);
      expect(findSteering(said)).toBeUndefined();
    }
    expect(asked).toBeGreaterThanOrEqual(places.length);
  },
  slow,
);

test(
  "symbolic refs, tags and our names for remotes at the remote are no issues",
  async () => {
    using meeting = await meet();
    const { ben, hub, known } = meeting;
    const shop = openWorkshop(hub);
    const fine = shop.commit();
    pointAt(shop, [
      { id: known, tip: hub.git("rev-parse", refs.issue(known)).trim() },
      { id: fine, tip: fine },
    ]);
    rmSync(join(hub.cwd, refs.issue(known)), { force: true });
    const dangling = "a".repeat(40);
    const alias = "b".repeat(40);
    hub.git("symbolic-ref", refs.issue(alias), refs.issue(known));
    hub.git("symbolic-ref", refs.issue(dangling), "refs/heads/none");
    hub.git("update-ref", "refs/tags/git-tracker/issues/x", fine);
    hub.git("update-ref", `refs/git-tracker/remotes/origin/issues/${"c".repeat(40)}`, fine);
    hub.git("update-ref", "refs/git-tracker/issues-of-tomorrow/x", fine);
    const said = await ben.$("sync");
    expect(said).toContain("1 new, 1 refused");
    expect(said).toContain("its first commit is not the one its name says");
    expect(ben.repository.git("for-each-ref", "--format=%(refname)", refs.issues).trim().split("\n").sort()).toEqual(
      [fine, known].map(refs.issue).sort(),
    );
    expect(ben.repository.git("tag")).toBe("");
  },
  slow,
);

test(
  "a remote that drops events, deletes issues, or puts a sibling in their place takes nothing from here",
  async () => {
    using meeting = await meet();
    const { ben, hub, known } = meeting;
    const gone = await ben.make("Gone there");
    await ben.$("comment", known, "One");
    await ben.$("comment", known, "Two");
    await ben.$("sync");
    const before = meeting.ownRefs();
    const mine = (id: string) => ben.repository.git("rev-parse", refs.issue(id)).trim();
    hub.git("update-ref", refs.issue(known), `${mine(known)}~1`);
    hub.git("update-ref", "-d", refs.issue(gone));
    const said = await ben.$("sync");
    expect(said).toContain("warning: origin has lost events of ");
    expect(said).toEndWith("2 sent");
    expect(meeting.ownRefs()).toBe(before);
    expect(hub.git("for-each-ref", refs.issues)).toBe(before);
    // A sibling: another second commit after the same root.
    const shop = openWorkshop(hub);
    const sibling = shop.commit({ parents: [known], message: "Say\n\nOther\n\nEvent: comment-added\nFormat: 1\n" });
    hub.git("update-ref", refs.issue(known), sibling);
    const merged = await ben.$("sync");
    expect(merged).toContain("warning: origin has lost events of ");
    expect(merged).toContain("merged");
    const shown = await ben.$("show", known, "--comments");
    for (const text of ["One", "Two", "Other"]) expect(shown).toContain(text);
    expect(hub.git("rev-parse", refs.issue(known)).trim()).toBe(mine(known));
  },
  slow,
);
