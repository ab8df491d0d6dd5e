/** `doctor` on repositories that something has broken: each way of breaking one, and what it says and does. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { diagnose } from "../../src/tracker/doctor.ts";
import { createIssue } from "../../src/tracker/issues.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import { addComment } from "../../src/tracker/talk.ts";
import { corruptionKinds } from "../interop/corruptions.ts";
import { type Ledger, looseFile, makeLedger } from "../interop/ledger.ts";
import { breakOften, drawSeed } from "../interop/soak.ts";
import { attempt, type Place, trackerJson } from "../proof/here.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

interface Told {
  readonly checked: number;
  readonly findings: readonly {
    readonly level: string;
    readonly what: string;
    readonly issue: Oid | null;
    readonly repaired: boolean;
  }[];
}

const slow = 60_000;

describe("what was acked can be read after a repair, or is named", () => {
  const seed = drawSeed();
  let ledger: Ledger & Disposable;
  beforeAll(async () => {
    ledger = await makeLedger();
  });
  afterAll(() => ledger[Symbol.dispose]());

  test.each(corruptionKinds)(
    `%s (GIT_TRACKER_SEED=${seed})`,
    async (kind) => {
      const { problems, whole, named } = await breakOften(ledger, kind, { runs: 4, seed });
      expect(problems).toEqual([]);
      expect(whole + named).toBe(4);
    },
    slow,
  );
});

/** Two issues; the journal is gone, and so is a commit of the second. */
async function loseOne(repository: TestRepository): Promise<{ kept: Oid; broken: Oid; lost: Oid }> {
  const tracker = await trackerAt(repository);
  const { id: kept } = await createIssue(tracker, { title: "Kept" });
  const { id: broken } = await createIssue(tracker, { title: "Broken" });
  const { comment: lost } = await addComment(tracker, broken, "Lost");
  await addComment(tracker, broken, "Later");
  tracker.close();
  rmSync(join(repository.cwd, ".git/git-tracker"), { recursive: true });
  rmSync(looseFile(repository, lost) ?? "");
  return { kept, broken, lost };
}

async function doctor(place: Place, ...flags: readonly string[]): Promise<Told & { readonly code: number }> {
  const { stdout, code } = await attempt(place, "doctor", "--json", ...flags);
  return { ...(JSON.parse(stdout) as Told), code };
}

describe("an issue that can't be read", () => {
  test("is named with the object that is missing, exit code 6, each time the same", async () => {
    using repository = makeRepository();
    const { broken, lost } = await loseOne(repository);
    const looks = [await doctor(repository), await doctor(repository, "--repair"), await doctor(repository)];
    for (const { code, checked, findings } of looks) {
      expect({ code, checked }).toEqual({ code: 6, checked: 2 });
      expect(findings).toMatchObject([{ level: "error", issue: broken, repaired: false }]);
      expect(findings[0]?.what).toContain(lost);
    }
  });

  test("leaves the others as they are, and is not simply missing from a list", async () => {
    using repository = makeRepository();
    const { kept, broken } = await loseOne(repository);
    const { items } = await trackerJson<{ items: readonly { id: Oid }[] }>(repository, "list");
    expect(items.map(({ id }) => id)).toEqual([kept]);
    const { stderr } = await attempt(repository, "list");
    expect(stderr).toContain(broken.slice(0, 7));
  });

  test("is said to be broken when it is asked for, not to be none", async () => {
    using repository = makeRepository();
    const { broken, lost } = await loseOne(repository);
    const { stderr, code } = await attempt(repository, "show", broken);
    expect(stderr).toContain(lost);
    expect(code).toBe(6);
  });
});

test("an event that is broken is named with its commit, and nothing else is affected", async () => {
  using repository = makeRepository();
  const tracker = await trackerAt(repository);
  const { id } = await createIssue(tracker, { title: "One" });
  const message = "Bad date\n\nEvent: due-changed\nTo: soon\nEvent: label-added\nLabel: x\nFormat: 1\n";
  const made = repository.gitWith(message, "commit-tree", "-p", id, `${id}^{tree}`);
  const commit = new TextDecoder().decode(made).trim();
  repository.git("update-ref", `refs/git-tracker/issues/${id}`, commit);
  const { findings } = await diagnose(tracker, "repair");
  expect(findings).toMatchObject([{ level: "warning", issue: id, repaired: false }]);
  expect(findings[0]?.what).toContain(commit.slice(0, 10));
  expect(findings[0]?.what).toContain("due-changed");
  expect((await showIssues(tracker, [id]))[0]?.labels).toEqual(["x"]);
  expect((await doctor(repository)).code).toBe(0);
  tracker.close();
});

describe("locks", () => {
  const lockOf = (repository: TestRepository, ref: string) => join(repository.cwd, ".git", `${ref}.lock`);

  test.each(["refs/git-tracker/issues/a", "packed-refs"])("that are in the way are named: %s", async (ref) => {
    using repository = makeRepository();
    const lock = lockOf(repository, ref);
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, "");
    const { findings, code } = await doctor(repository);
    expect(findings).toMatchObject([{ level: "warning", repaired: false, what: expect.stringContaining(lock) }]);
    expect(code).toBe(0);
  });

  test.skipIf(process.platform !== "linux")(
    "that are stale are set aside by a repair, those of all refs are not (only Linux tells who holds one)",
    async () => {
      using repository = makeRepository();
      const [stale, shared] = ["refs/git-tracker/issues/a", "packed-refs"].map((ref) => lockOf(repository, ref));
      if (stale === undefined || shared === undefined) return;
      mkdirSync(dirname(stale), { recursive: true });
      for (const lock of [stale, shared]) {
        writeFileSync(lock, "");
        utimesSync(lock, 1_000_000_000, 1_000_000_000);
      }
      const { findings } = await doctor(repository, "--repair");
      const repaired = findings.map(({ what, repaired }) => [what.includes(stale), repaired]);
      expect(repaired).toEqual([
        [false, false],
        [true, true],
      ]);
      expect([stale, shared].map((path) => existsSync(path))).toEqual([false, true]);
      expect(readdirSync(join(repository.cwd, ".git/git-tracker/stale-locks"))).toHaveLength(1);
    },
  );
});

describe("the empty tree", () => {
  test("that is missing is written again by a repair, and git is content", async () => {
    using repository = makeRepository();
    const tracker = await trackerAt(repository);
    await createIssue(tracker, { title: "One" });
    rmSync(looseFile(repository, tracker.store.emptyTree) ?? "");
    rmSync(join(repository.cwd, ".git/git-tracker/journal"));
    const level = "warning";
    const what = expect.stringContaining("empty tree");
    expect((await diagnose(tracker, "look")).findings).toMatchObject([{ level, what, repaired: false }]);
    expect((await diagnose(tracker, "repair")).findings).toMatchObject([{ level, what, repaired: true }]);
    expect((await diagnose(tracker, "look")).findings).toEqual([]);
    tracker.close();
    repository.git("fsck", "--strict", "--no-dangling");
  });

  test("is nothing to speak of where there are no issues", async () => {
    using repository = makeRepository("bare");
    const tracker = await trackerAt(repository);
    expect(await diagnose(tracker, "look")).toEqual({ checked: 0, findings: [] });
    tracker.close();
  });
});

describe("a look", () => {
  test("changes no file but the index, whatever it finds", async () => {
    using ledger = await makeLedger();
    using repository = ledger.copy();
    const files = () =>
      readdirSync(join(repository.cwd, ".git"), { recursive: true, encoding: "utf8" })
        .filter((name) => !name.startsWith("git-tracker"))
        .toSorted();
    writeFileSync(join(repository.cwd, ".git", ledger.issues[0]?.ref ?? ""), "");
    const lock = join(repository.cwd, ".git", `${ledger.issues[1]?.ref}.lock`);
    writeFileSync(lock, "");
    utimesSync(lock, 1_000_000_000, 1_000_000_000);
    const before = files();
    const tracker = await trackerAt(repository);
    const { findings } = await diagnose(tracker, "look");
    expect(findings.map(({ level, repaired }) => [level, repaired])).toEqual([
      ["warning", false],
      ["error", false],
    ]);
    expect((await listIssues(tracker, await parse(tracker, ""))).total).toBe(ledger.issues.length - 1);
    tracker.close();
    expect(files()).toEqual(before);
  });
});
