import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { withWriterLock } from "../../src/platform/lock.ts";
import { refs } from "../../src/store/refs.ts";
import { binary, run } from "../support/binary.ts";
import { type HttpBackend, serveHttp } from "../support/http-backend.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

let hub: TestRepository;
let server: HttpBackend;
let ada: TestRepository;
let ben: TestRepository;

beforeEach(() => {
  hub = makeRepository("bare");
  server = serveHttp(hub);
  [ada, ben] = [makeRepository(), makeRepository()];
  for (const { git, cwd } of [ada, ben]) {
    git("remote", "add", "origin", server.url);
    mkdirSync(stateOf(cwd), { recursive: true });
  }
});
afterEach(() => {
  for (const each of [server, hub, ada, ben]) each[Symbol.dispose]();
});

const stateOf = (cwd: string) => join(cwd, ".git/git-tracker/sync");
const isWanted = ({ cwd }: TestRepository) => existsSync(join(stateOf(cwd), "wanted"));
const tips = (repository: TestRepository) => repository.git("for-each-ref", refs.issues);
const titles = async ({ cwd }: TestRepository) =>
  (await run(["list", "--format", "{title}"], { cwd })).stdout.trim().split("\n").sort();
const syncs = () => server.requests.filter(({ line }) => line.endsWith("service=git-upload-pack")).length;

/** Runs a command that syncs by itself after a change. */
function changing({ cwd }: TestRepository, ...args: string[]) {
  return run(args, { cwd, env: { GIT_TRACKER_SYNC_AUTO: "on-change" } });
}

/** Waits until a sync in the background has ended; what starts one says that it is wanted before it ends itself. */
async function ended({ cwd }: TestRepository, isDone: () => boolean): Promise<void> {
  const seen = Promise.withResolvers<void>();
  const watcher = watch(stateOf(cwd), () => isDone() && seen.resolve());
  if (isDone()) seen.resolve();
  await seen.promise;
  watcher.close();
  await withWriterLock(stateOf(cwd), 30_000, async () => {}); // Whoever syncs holds it to the end.
}

/** What a person at a terminal sees, without its line ends. */
async function atTerminal({ cwd, env }: TestRepository, ...args: string[]): Promise<string> {
  let seen = "";
  const decoder = new TextDecoder();
  const child = Bun.spawn([await binary(), ...args], {
    cwd,
    env: { ...env, GIT_TRACKER_SYNC_AUTO: "on-change", NO_COLOR: "1", TERM: "xterm", PAGER: "cat" },
    terminal: {
      cols: 200,
      rows: 50,
      data(_, bytes) {
        seen += decoder.decode(bytes, { stream: true });
      },
    },
  });
  await child.exited;
  return seen.replaceAll("\r", "");
}

const failureOf = ({ cwd }: TestRepository) => {
  const path = join(stateOf(cwd), "auto.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
};

test("what one changes arrives at the other, and nothing is left behind", async () => {
  expect(await changing(ada, "new", "Fix login", "-q")).toMatchObject({ code: 0, stderr: "" });
  await ended(ada, () => !isWanted(ada));
  expect(tips(hub)).toBe(tips(ada));
  await changing(ben, "new", "Ship it", "-q");
  await ended(ben, () => !isWanted(ben));
  expect(await titles(ben)).toEqual(["Fix login", "Ship it"]);
  expect(tips(hub)).toBe(tips(ben));
  expect(failureOf(ada)).toMatchObject({ failures: 0, failure: null });
});

test("ten changes in a burst come to three syncs at most, and all arrive", async () => {
  for (let i = 0; i < 10; i++) await changing(ada, "new", `Issue ${i}`, "-q");
  await ended(ada, () => !isWanted(ada));
  expect(tips(hub)).toBe(tips(ada));
  expect(tips(hub).trim().split("\n")).toHaveLength(10);
  expect(syncs()).toBeLessThanOrEqual(3);
});

test("what is changed while a sync runs is synced after it", async () => {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  server[Symbol.dispose]();
  server = serveHttp(hub, {
    door: async () => {
      reached.resolve();
      await opened.promise;
      return undefined;
    },
  });
  ada.git("remote", "set-url", "origin", server.url);
  await changing(ada, "new", "One", "-q");
  await reached.promise;
  await changing(ada, "new", "Two", "-q");
  opened.resolve();
  await ended(ada, () => !isWanted(ada));
  expect(tips(hub)).toBe(tips(ada));
  expect(tips(hub).trim().split("\n")).toHaveLength(2);
});

test("reading starts nothing, nor does a change where it is off", async () => {
  await run(["new", "Fix login", "-q"], { cwd: ada.cwd });
  await changing(ada, "list");
  expect(isWanted(ada)).toBe(false);
  await run(["config", "set", "sync.auto", "on-change", "--local"], { cwd: ada.cwd });
  await run(["new", "Another", "-q"], { cwd: ada.cwd, env: { GIT_TRACKER_SYNC_AUTO: "off" } });
  expect(isWanted(ada)).toBe(false);
  expect(server.requests).toEqual([]);
});

test("in intervals: any command starts one where the last is older", async () => {
  const env = { GIT_TRACKER_SYNC_AUTO: "interval", GIT_TRACKER_SYNC_INTERVAL: "60" };
  await run(["new", "Fix login", "-q"], { cwd: ada.cwd });
  await run(["list"], { cwd: ada.cwd, env });
  await ended(ada, () => failureOf(ada) !== undefined);
  expect(tips(hub)).toBe(tips(ada));
  const before = server.requests.length;
  await run(["new", "Another", "-q"], { cwd: ada.cwd, env });
  await run(["list"], { cwd: ada.cwd, env });
  await run(["sync", "--auto", "--quiet"], { cwd: ben.cwd });
  expect(server.requests.slice(before).filter(({ line }) => line.includes("receive-pack"))).toEqual([]);
  expect(await titles(ben)).toEqual(["Fix login"]);
});

test("a remote that is offline is told once, on a terminal, and not tried again at once", async () => {
  ada.git("remote", "set-url", "origin", server.url.replace(/:\d+/, ":1"));
  await changing(ada, "new", "Fix login", "-q");
  await ended(ada, () => failureOf(ada) !== undefined);
  expect(failureOf(ada)).toMatchObject({ failures: 1, failure: { told: false } });
  const before = failureOf(ada).at;
  expect((await changing(ada, "list")).stderr).toBe("");
  expect(await atTerminal(ada, "list", "--json")).not.toContain("warning");
  expect(await atTerminal(ada, "list", "-q")).not.toContain("warning");
  const told = await atTerminal(ada, "new", "Another");
  expect(told).toContain("Another");
  expect(told).toMatch(/\nwarning: the last automatic sync failed: origin can't be reached: .*\nhint: .*\n$/);
  expect(await atTerminal(ada, "list")).not.toContain("warning");
  expect(isWanted(ada)).toBe(true);
  expect(failureOf(ada)).toMatchObject({ at: before, failures: 1 });
  ada.git("remote", "set-url", "origin", server.url);
  expect((await run(["sync", "-q"], { cwd: ada.cwd })).code).toBe(0);
  expect(tips(hub)).toBe(tips(ada));
});

test("a failure that a sync by hand has made good is not told", async () => {
  ada.git("remote", "set-url", "origin", server.url.replace(/:\d+/, ":1"));
  await changing(ada, "new", "Fix login", "-q");
  await ended(ada, () => failureOf(ada) !== undefined);
  ada.git("remote", "set-url", "origin", server.url);
  expect((await run(["sync", "-q"], { cwd: ada.cwd })).code).toBe(0);
  expect(await atTerminal(ada, "list")).not.toContain("warning");
  await ended(ada, () => !isWanted(ada));
});

test("what changes in the project is synced, too", async () => {
  await changing(ada, "label", "define", "bug", "--color", "#ff0000");
  await ended(ada, () => !isWanted(ada));
  expect(hub.git("rev-parse", refs.project)).toBe(ada.git("rev-parse", refs.project));
});

test("one that is killed leaves nothing that keeps the next from syncing", async () => {
  const reached = Promise.withResolvers<void>();
  server[Symbol.dispose]();
  let isOpen = false;
  server = serveHttp(hub, {
    door: () => {
      reached.resolve();
      return isOpen ? undefined : new Promise<never>(() => {});
    },
  });
  ada.git("remote", "set-url", "origin", server.url);
  await run(["new", "Fix login", "-q"], { cwd: ada.cwd });
  const child = Bun.spawn([await binary(), "sync", "--auto"], {
    cwd: ada.cwd,
    env: ada.env,
    stdio: ["ignore", "ignore", "ignore"],
  });
  await reached.promise;
  child.kill("SIGKILL");
  await child.exited;
  isOpen = true;
  await changing(ada, "new", "Another", "-q");
  await ended(ada, () => !isWanted(ada));
  expect(tips(hub)).toBe(tips(ada));
});
