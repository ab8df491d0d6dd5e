import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemChance } from "../../src/platform/chance.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { refs } from "../../src/store/refs.ts";
import { openGitTransport } from "../../src/sync/git-transport.ts";
import { openPair, type Pair } from "../commands/pair.ts";

let pair: Pair;

beforeEach(() => {
  pair = openPair();
});
afterEach(() => pair[Symbol.dispose]());

test("a remote that never answers is given up after sync.timeout", async () => {
  const { ada } = pair;
  const heard = Promise.withResolvers<void>();
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: () => heard.resolve(), data: () => undefined },
  });
  ada.repository.git("remote", "set-url", "origin", `git://127.0.0.1:${server.port}/x.git`);
  await ada.$("config", "set", "sync.timeout", "1");
  await ada.make("Fix login");
  expect(await ada.$("sync")).toMatchInlineSnapshot(`
    "! error: origin does not answer: nothing came for 1 s
    ! hint: Nothing is half done. See what it says: git ls-remote origin; or wait longer: git tracker config set sync.timeout SECONDS
    [exit 5]"
  `);
  await heard.promise;
  ada.repository.git("remote", "set-url", "origin", pair.hub.cwd);
});

test.skipIf(process.platform !== "linux")("what reaches a remote and hangs is ended with git, on Linux", async () => {
  const { ada } = pair;
  const held = join(ada.repository.root, "held");
  Bun.spawnSync(["mkfifo", held]);
  const holding = Bun.spawn(["cat", held], { stdout: "ignore" }); // Until nobody has it open for writing.
  writeFileSync(join(ada.repository.root, "ssh"), `#!/bin/sh\nexec 3>'${held}'\nexec sleep 600\n`, { mode: 0o755 });
  ada.repository.git("config", "core.sshCommand", join(ada.repository.root, "ssh"));
  ada.repository.git("remote", "set-url", "origin", "ssh://nowhere.invalid/x.git");
  await ada.$("config", "set", "sync.timeout", "1");
  expect(await ada.$("sync")).toContain("origin does not answer");
  expect(await holding.exited).toBe(0);
});

test("what ssh says of its failure is the reason, not that git could not read", async () => {
  const { ada } = pair;
  const ssh = join(ada.repository.root, "ssh");
  const refusal = "ssh: connect to host nowhere.invalid port 22: Connection refused";
  writeFileSync(ssh, `#!/bin/sh\necho '${refusal}' >&2\nexit 255\n`, { mode: 0o755 });
  ada.repository.git("config", "core.sshCommand", ssh);
  ada.repository.git("config", "ssh.variant", "simple");
  ada.repository.git("remote", "set-url", "origin", "ssh://nowhere.invalid/x.git");
  await ada.make("Fix login");
  expect(await ada.$("sync")).toMatchInlineSnapshot(`
    "! error: origin can't be reached: ssh: connect to host nowhere.invalid port 22: Connection refused
    ! hint: Try it with git alone: git ls-remote origin
    [exit 5]"
  `);
});

test("an ssh that stays for the next one is not waited for", async () => {
  const { ada, hub } = pair;
  const { root, git } = ada.repository;
  const held = join(root, "held");
  Bun.spawnSync(["mkfifo", held]);
  writeFileSync(join(root, "ssh"), `#!/bin/sh\n(: <'${held}') &\nfor last; do :; done\nexec sh -c "$last"\n`, {
    mode: 0o755,
  });
  git("config", "core.sshCommand", join(root, "ssh"));
  git("config", "ssh.variant", "simple");
  git("remote", "set-url", "origin", `ssh://nowhere.invalid${hub.cwd}`);
  expect(await ada.$("sync")).toBe("synced with origin: nothing new");
  expect(Bun.spawnSync(["sh", "-c", `: >'${held}'`]).exitCode).toBe(0); // Lets it go.
});

test("what git can't read here is refused, and the rest is sent", async () => {
  const { ada, hub } = pair;
  const ids = [await ada.make("One"), await ada.make("Two"), await ada.make("Three")] as const;
  const before = ada.repository.git("rev-parse", refs.issue(ids[1])).trim();
  await ada.$("status", ids[1], "in-progress");
  // What reads objects in process gives them back from the journal, so git is asked alone.
  const { cwd, env } = ada.repository;
  const file = join(cwd, ".git/objects", before.slice(0, 2), before.slice(2));
  const bytes = await Bun.file(file).bytes();
  rmSync(file, { force: true });
  const transport = openGitTransport({
    folder: cwd,
    env,
    remote: "origin",
    interactive: false,
    silenceMsMax: 60_000,
    receivedBytesMax: 2 ** 20,
    progress: () => undefined,
    incoming: { objectsDir: join(cwd, ".git/objects"), flush: "buffered", chance: systemChance, clock: systemClock },
    track: async () => undefined,
  });
  const tips = ids.map((id) => ({ name: `issues/${id}`, to: ada.repository.git("rev-parse", refs.issue(id)).trim() }));
  const sent = await transport.push(tips.map(({ name, to }) => ({ name, from: undefined, to })));
  await Bun.write(file, bytes);
  expect(sent).toMatchObject({ outrun: [], refused: [{ name: `issues/${ids[1]}` }] });
  const arrived = hub.git("for-each-ref", "--format=%(refname)", "refs/git-tracker/").trim().split("\n");
  expect(arrived).toEqual([ids[0], ids[2]].map(refs.issue).sort());
});

test("thousands of streams go and come in one sync", async () => {
  const { ada, ben, hub } = pair;
  const count = 2500;
  ada.stdin = Array.from({ length: count }, (_, index) => `- [ ] Issue ${index}`).join("\n");
  await ada.$("new", "--from-file", "-", "-q");
  expect(await ada.$("sync")).toEndWith(`synced with origin: ${count} sent`);
  expect(hub.git("for-each-ref", "--format=x", "refs/git-tracker/").trim().split("\n")).toHaveLength(count);
  expect(await ben.$("sync")).toEndWith(`synced with origin: ${count} new`);
  expect(await ben.$("sync")).toBe("synced with origin: nothing new");
}, 60_000);
