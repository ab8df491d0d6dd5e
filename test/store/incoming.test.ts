import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemChance } from "../../src/platform/chance.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { withWriterLock } from "../../src/platform/lock.ts";
import { type Incoming, withIncoming } from "../../src/store/incoming.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";

let repository: TestRepository;
let objectsDir: string;

beforeEach(() => {
  repository = makeRepository();
  objectsDir = join(repository.cwd, ".git/objects");
});
afterEach(() => repository[Symbol.dispose]());

const within = <T>(work: (incoming: Incoming) => Promise<T>, dir = objectsDir) =>
  withIncoming({ objectsDir: dir, flush: "flushed", chance: systemChance, clock: systemClock }, work);

function writeThere({ variables }: Incoming, text: string): string {
  const { stdout } = Bun.spawnSync(["git", "hash-object", "-w", "--stdin"], {
    cwd: repository.cwd,
    env: { ...repository.env, ...variables },
    stdin: Buffer.from(text),
  });
  return stdout.toString().trim();
}

const isHere = (oid: string) => existsSync(join(objectsDir, oid.slice(0, 2), oid.slice(2)));
const folders = () => readdirSync(objectsDir).filter((name) => name.startsWith("incoming-"));

test("what is written there is let in as a whole, and only then", async () => {
  const oid = await within(async (incoming) => {
    expect(incoming.bytes()).toBe(0);
    const written = writeThere(incoming, "something");
    expect(incoming.bytes()).toBeGreaterThan(0);
    expect(isHere(written)).toBe(false);
    await incoming.admit(async () => expect(isHere(written)).toBe(true));
    return written;
  });
  expect(repository.git("cat-file", "blob", oid)).toBe("something");
  expect(folders()).toEqual([]);
});

test("what a collection takes before refs point there is put back", async () => {
  const oid = await within(async (incoming) => {
    const written = writeThere(incoming, "something");
    await incoming.admit(async () => {
      repository.git("prune", "--expire=now");
      expect(isHere(written)).toBe(false);
    });
    return written;
  });
  expect(isHere(oid)).toBe(true);
});

test("what fails leaves nothing", async () => {
  const failing = within(async (incoming) => {
    writeThere(incoming, "something");
    throw new Error("The remote has gone");
  });
  await expect(failing).rejects.toThrow("The remote has gone");
  expect(folders()).toEqual([]);
  expect(repository.git("count-objects")).toStartWith("2 objects");
});

test("what a dead process left goes, and what a living one uses stays", async () => {
  const left = (name: string) => {
    const folder = join(objectsDir, `incoming-git-tracker-${name}`);
    mkdirSync(join(folder, "objects/pack"), { recursive: true });
    writeFileSync(join(folder, "objects/pack/tmp_pack_x"), "half of it");
    return folder;
  };
  const [dead, alive, young] = [left("dead"), left("alive"), left("young")];
  await withWriterLock(alive, 0, async () => {
    for (const folder of [dead, alive]) utimesSync(folder, 1, 1);
    await within(async () => undefined);
  });
  expect([dead, alive, young].map((folder) => existsSync(folder))).toEqual([false, true, true]);
});

test("a repository whose path would look like several is read nevertheless", async () => {
  const odd = join(repository.root, 'a:b"c\\d');
  repository.git("clone", "--quiet", "--bare", repository.cwd, odd);
  await within(
    async ({ variables }) => {
      const env = { ...repository.env, ...variables };
      const { exitCode } = Bun.spawnSync(["git", "-C", odd, "cat-file", "-e", "HEAD"], { env });
      expect(exitCode).toBe(0);
    },
    join(odd, "objects"),
  );
  rmSync(odd, { recursive: true });
});
