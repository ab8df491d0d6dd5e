/** The executable against real servers of git, as people have them. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt, issueTips, type Listed, tracker, trackerJson } from "../proof/here.ts";
import { binary, type Ran } from "../support/binary.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { serveDaemon, serveFaulty, serveHttp, serveSsh, whyNoSsh } from "./servers.ts";

let hub: TestRepository;
let ada: TestRepository;
let ben: TestRepository;

beforeEach(() => {
  hub = makeRepository("bare");
  ada = makeRepository();
  ben = makeRepository();
});
afterEach(() => {
  for (const each of [hub, ada, ben]) each[Symbol.dispose]();
});

/** Has both of them reach the hub by that address. */
function reachHubBy(url: string): void {
  for (const { git } of [ada, ben]) git("remote", "add", "origin", url);
}

/** Both have a change of one issue, and one of their own; in the end all three have the same. */
async function comeTogether(env: Readonly<Record<string, string>> = {}): Promise<void> {
  const places = { ada: { ...ada, env: { ...ada.env, ...env } }, ben: { ...ben, env: { ...ben.env, ...env } } };
  const shared = await tracker(places.ada, "new", "-q", "Shared");
  await tracker(places.ada, "sync");
  await tracker(places.ben, "sync");
  await tracker(places.ada, "comment", shared, "From Ada");
  await tracker(places.ben, "comment", shared, "From Ben");
  await tracker(places.ben, "new", "-q", "Ben's");
  for (const place of [places.ada, places.ben, places.ada]) await tracker(place, "sync");
  const { items } = await trackerJson<Listed>(places.ada, "list");
  expect(items.map(({ title }) => title).sort()).toEqual(["Ben's", "Shared"]);
  expect(issueTips(ada)).toEqual(issueTips(hub));
  expect(issueTips(ben)).toEqual(issueTips(hub));
  for (const each of [ada, ben]) expectWhole(each);
}

/** Git finds nothing wrong, and nothing is left of an exchange. */
function expectWhole({ cwd, git }: TestRepository): void {
  expect(git("fsck", "--strict", "--no-dangling", "--no-progress").replace(/^notice: .*\n/gm, "")).toBe("");
  const objects = join(cwd, ".git/objects");
  const left = readdirSync(objects, { recursive: true }).filter((name) => /tmp_|incoming|\.keep$/.test(String(name)));
  expect(left).toEqual([]);
}

/** A command fails and changes nothing here; afterwards it is as if it had not been run. */
async function refused(repository: TestRepository, code: number, ...args: readonly string[]): Promise<Ran> {
  const before = repository.git("for-each-ref");
  const ran = await attempt(repository, ...args);
  expect({ ...ran }).toMatchObject({ code });
  expect(repository.git("for-each-ref")).toBe(before);
  expectWhole(repository);
  return ran;
}

describe("two people come together", () => {
  test.each([
    ["a path", () => hub.cwd],
    ["a file URL", () => `file://${hub.cwd}`],
  ])("by %s", async (_, url) => {
    reachHubBy(url());
    await comeTogether();
  });

  test("by git daemon", async () => {
    await using server = await serveDaemon(hub.cwd, "write");
    reachHubBy(server.url);
    await comeTogether();
  });

  test("by http", async () => {
    await using server = serveHttp(hub.cwd);
    reachHubBy(server.url);
    await comeTogether();
  });

  test("by http, with a password that a credential helper knows", async () => {
    await using server = serveHttp(hub.cwd, { password: "ada:s3cret" });
    reachHubBy(server.url);
    for (const { git } of [ada, ben]) helper(git, "s3cret");
    await comeTogether();
  });

  const noSsh = whyNoSsh();
  test.skipIf(noSsh !== undefined).each(["any", "first"] as const)(
    `by ssh, where it lets through %p of git's protocols${noSsh === undefined ? "" : ` (${noSsh})`}`,
    async (protocol) => {
      await using server = await serveSsh(hub.cwd, protocol);
      reachHubBy(server.url);
      await comeTogether(server.env);
    },
  );

  test("by an address that insteadOf and pushurl change", async () => {
    await using reading = await serveDaemon(hub.cwd, "read");
    reachHubBy("short:hub");
    for (const { git } of [ada, ben]) {
      git("config", `url.${reading.url}.insteadOf`, "short:hub");
      git("config", "remote.origin.pushurl", hub.cwd);
    }
    await comeTogether();
  });

  test("though a remote is a mirror, prunes, and takes tags along", async () => {
    reachHubBy(hub.cwd);
    for (const { git } of [ada, ben]) {
      git("tag", "v1");
      for (const setting of ["remote.origin.mirror", "remote.origin.prune", "fetch.pruneTags", "push.followTags"])
        git("config", setting, "true");
      git("config", "remote.origin.tagOpt", "--tags");
      git("config", "push.pushOption", "ci.skip");
      git("config", "fetch.writeCommitGraph", "true");
    }
    await comeTogether();
    expect(hub.git("tag")).toBe("");
    expect(ada.git("tag")).toBe("v1\n");
  });
});

function helper(git: TestRepository["git"], password: string): void {
  git("config", "credential.helper", `!f() { echo username=ada; echo password=${password}; }; f`);
}

describe("a remote that doesn't let one in", () => {
  test("git daemon that is only for reading takes nothing: exit 7, and what it has comes", async () => {
    ben.git("remote", "add", "origin", hub.cwd);
    await tracker(ben, "new", "-q", "Ben's");
    await tracker(ben, "sync");
    await using server = await serveDaemon(hub.cwd, "read");
    ada.git("remote", "add", "origin", server.url);
    await tracker(ada, "pull");
    await tracker(ada, "new", "-q", "Ada's");
    const { stderr } = await refused(ada, 7, "sync");
    expect(stderr).toContain("origin does not let you in: ");
    expect((await trackerJson<Listed>(ada, "list")).total).toBe(2);
  });

  test.each(["wr0ng", undefined])(
    "a password that is %p: exit 7, never a question, and no secret is told",
    async (word) => {
      await using server = serveHttp(hub.cwd, { password: "ada:s3cret" });
      ada.git("remote", "add", "origin", server.url.replace("//", word === undefined ? "//" : "//eve:t0ken@"));
      if (word !== undefined) helper(ada.git, word);
      await tracker(ada, "new", "-q", "Ada's");
      const { stdout, stderr } = await refused(ada, 7, "sync");
      expect(stderr).toContain("origin does not let you in: ");
      expect(stdout + stderr).not.toMatch(/t0ken|s3cret|wr0ng/);
    },
  );

  test("a hook that refuses: exit 7, in its words without what would drive a terminal", async () => {
    reachHubBy(hub.cwd);
    writeFileSync(join(hub.cwd, "hooks/pre-receive"), "#!/bin/sh\nprintf 'not \\033[31mtoday\\n' >&2\nexit 1\n", {
      mode: 0o755,
    });
    await tracker(ada, "new", "-q", "Ada's");
    const { stdout, stderr } = await refused(ada, 7, "sync");
    expect(stdout).toContain("refused: pre-receive hook declined");
    expect(stdout + stderr).not.toContain("\u001b");
  });
});

describe("a bundle", () => {
  test("can be pulled from, and not be pushed to", async () => {
    ben.git("remote", "add", "origin", hub.cwd);
    await tracker(ben, "new", "-q", "Ben's");
    await tracker(ben, "sync");
    const bundle = join(hub.root, "issues.bundle");
    hub.git("bundle", "create", "--quiet", bundle, "--all");
    const cut = join(hub.root, "cut.bundle");
    const bytes = readFileSync(bundle);
    writeFileSync(cut, bytes.subarray(0, bytes.length - 40));
    ada.git("remote", "add", "origin", cut);
    await refused(ada, 7, "pull");
    ada.git("remote", "set-url", "origin", bundle);
    expect(await tracker(ada, "pull")).toContain("1 new");
    expect(await tracker(ada, "sync")).toContain("nothing new");
    await tracker(ada, "new", "-q", "Ada's");
    const { stderr } = await refused(ada, 7, "sync");
    expect(stderr).toBe(
      "error: origin is a bundle, which nothing can be sent to\nhint: Take what it has with: git tracker pull origin\n",
    );
  });
});

/** Streams enough that a server can be stopped in the middle of them. */
async function fillHub(): Promise<void> {
  ben.git("remote", "add", "origin", hub.cwd);
  const plan = join(ben.root, "plan.jsonl");
  const text = "words ".repeat(200);
  const lines = Array.from({ length: 400 }, (_, at) =>
    JSON.stringify({ title: `Planned ${at}`, body: `${text}${at}` }),
  );
  writeFileSync(plan, `${lines.join("\n")}\n`);
  await tracker(ben, "new", "--quiet", "--from-file", plan);
  await tracker(ben, "sync");
}

describe("a remote that breaks off", () => {
  test.each([
    ["ends before its first byte", 0, { bytes: 0, ending: "end" }],
    ["ends in the middle of its list", 0, { bytes: 20_000, ending: "end" }],
    ["ends in the middle of a pack", 1, { bytes: 20_000, ending: "end" }],
    ["falls silent in the middle of its list", 0, { bytes: 20_000, ending: "silence" }],
    ["falls silent in the middle of a pack", 1, { bytes: 20_000, ending: "silence" }],
  ] as const)("%s: exit 5, nothing changes, and the next sync does it", async (_, connection, fault) => {
    await fillHub();
    await using whole = await serveDaemon(hub.cwd, "write");
    await using faulty = await serveFaulty(whole, (at) => (at >= connection ? fault : undefined));
    ada.git("remote", "add", "origin", faulty.url);
    await tracker(ada, "config", "set", "sync.timeout", "2");
    await refused(ada, 5, "sync");
    await tracker(ada, "config", "unset", "sync.timeout");
    ada.git("remote", "set-url", "origin", whole.url);
    expect(await tracker(ada, "sync")).toContain("400 new");
    expect(issueTips(ada)).toEqual(issueTips(hub));
    expectWhole(ada);
  });

  test.each(["SIGINT", "SIGKILL"] as const)(
    "%s in the middle of a pack: nothing changes, and the next sync does it",
    async (signal) => {
      await fillHub();
      await using whole = await serveDaemon(hub.cwd, "write");
      await using faulty = await serveFaulty(whole, (at) =>
        at >= 1 ? { bytes: 20_000, ending: "silence" } : undefined,
      );
      ada.git("remote", "add", "origin", faulty.url);
      const before = ada.git("for-each-ref");
      const child = Bun.spawn([await binary(), "sync"], {
        cwd: ada.cwd,
        env: ada.env,
        stdio: ["ignore", "ignore", "ignore"],
        detached: true,
      });
      await faulty.broken;
      process.kill(-child.pid, signal); // As a terminal does it: with all that it started.
      await child.exited;
      expect(ada.git("for-each-ref")).toBe(before);
      ada.git("fsck", "--strict", "--no-dangling", "--no-progress");
      ada.git("remote", "set-url", "origin", whole.url);
      expect(await tracker(ada, "sync")).toContain("400 new");
      expect(issueTips(ada)).toEqual(issueTips(hub));
    },
  );

  test("ends once in the middle of a pack: it is asked again, in parts", async () => {
    await fillHub();
    await using whole = await serveDaemon(hub.cwd, "write");
    await using faulty = await serveFaulty(whole, (at) => (at === 1 ? { bytes: 20_000, ending: "end" } : undefined));
    ada.git("remote", "add", "origin", faulty.url);
    expect(await tracker(ada, "sync")).toContain("400 new");
    expect(issueTips(ada)).toEqual(issueTips(hub));
    expectWhole(ada);
  });

  test("ends while it is sent something: exit 5, and the next sync sends it", async () => {
    await using whole = await serveDaemon(hub.cwd, "write");
    await using faulty = await serveFaulty(whole, (at) => (at === 1 ? { bytes: 10, ending: "end" } : undefined));
    ada.git("remote", "add", "origin", faulty.url);
    await tracker(ada, "new", "-q", "Ada's");
    await refused(ada, 5, "sync");
    expect(await tracker(ada, "sync")).toContain("1 sent");
    expect(issueTips(ada)).toEqual(issueTips(hub));
  });
});

test("what a remote may send is bounded, and the bound can be raised", async () => {
  reachHubBy(hub.cwd);
  await tracker(ben, "new", "-q", "Big");
  const [id] = [...issueTips(ben).keys()];
  const blocks = Array.from({ length: 100_000 }, (_, at) => new Bun.CryptoHasher("sha256").update(String(at)).digest());
  writeFileSync(join(ben.root, "noise"), Buffer.concat(blocks)); // Some 3 MB that can't be made smaller.
  await tracker(ben, "attach", id ?? "", join(ben.root, "noise"));
  await tracker(ben, "sync");
  await tracker(ada, "config", "set", "sync.max-size", "1");
  const { stderr } = await refused(ada, 5, "sync");
  expect(stderr).toBe(
    "error: origin sends more than 1 MiB\nhint: Nothing was taken. If you expect that much, allow it: git tracker config set sync.max-size 4\n",
  );
  await tracker(ada, "config", "set", "sync.max-size", "4");
  expect(await tracker(ada, "sync")).toContain("1 new");
});
