/** The first milestone, played with the executable: real data, and every kind of place that one can stand in. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { toLine } from "../../src/core/text.ts";
import {
  makeRepository,
  type RepositoryKind,
  repositoryKinds,
  type TestRepository,
  whyNot,
} from "../support/repository.ts";
import { attempt, expectSound, issueTips, type Listed, type Shown, tracker, trackerJson } from "./here.ts";

const root = resolve(import.meta.dir, "..", "..");
const slow = 60_000;

const realIssues = join(root, "..", "shared", "data", "github-secp256k1.jsonl.gz");
const isAbsent = !existsSync(realIssues);

describe.skipIf(isAbsent)(
  `a real project's issues${isAbsent ? ` (${relative(root, realIssues)} is not here)` : ""}`,
  () => {
    let repository: TestRepository;
    interface Source {
      readonly issue: { readonly title: string; readonly number: number; readonly state: string };
      readonly events: readonly { readonly event: string }[];
    }
    let source: readonly Source[];

    beforeAll(async () => {
      repository = makeRepository();
      source = new TextDecoder()
        .decode(Bun.gunzipSync(readFileSync(realIssues)))
        .split("\n")
        .filter((line) => line !== "")
        .map((line): Source => JSON.parse(line));
      await tracker(repository, "import", "github", realIssues);
    }, slow);
    afterAll(() => repository[Symbol.dispose]());

    const count = async (...args: readonly string[]) => (await trackerJson<Listed>(repository, "list", ...args)).total;

    test("are all there, with the titles and states that they have", async () => {
      expect(source).toHaveLength(517);
      const { total, items } = await trackerJson<Listed>(repository, "list", "--all");
      expect(total).toBe(517);
      expect(items.map(({ title }) => title).sort()).toEqual(source.map(({ issue }) => toLine(issue.title)).sort());
      expect(await count("is:closed")).toBe(source.filter(({ issue }) => issue.state === "closed").length);
      expect(await count()).toBe(source.filter(({ issue }) => issue.state === "open").length);
    });

    test("have all their comments", async () => {
      const said = source.flatMap(({ events }) => events.filter(({ event }) => event === "commented")).length;
      expect(said).toBe(2168);
      const ids = [...issueTips(repository).keys()];
      const { items } = await trackerJson<{ items: readonly Shown["item"][] }>(repository, "show", ...ids);
      expect(items.reduce((sum, { comments }) => sum + comments.length, 0)).toBe(said);
    });

    test("are on the board", async () => {
      interface Board {
        readonly columns: readonly { readonly name: string; readonly count: number }[];
      }
      const { columns } = await trackerJson<Board>(repository, "board");
      expect(columns.map(({ name }) => name)).toEqual(["todo", "in-progress", "done"]);
      expect(columns[0]?.count).toBe(source.filter(({ issue }) => issue.state === "open").length);
    });

    test("are found", async () => {
      const { items } = await trackerJson<Listed>(repository, "search", "nonce");
      expect(items.map(({ title }) => title)).toContain("Inefficient nonce generation for ECDSA");
    });

    test("are not imported twice", async () => {
      const tips = issueTips(repository);
      await tracker(repository, "import", "github", realIssues);
      expect(issueTips(repository)).toEqual(tips);
    });

    test("are sound", () => expectSound(repository));
  },
);

/** Makes an issue, moves it, speaks of it, and reads all that back. Returns its id. */
async function playASession(repository: TestRepository): Promise<string> {
  const id = await tracker(repository, "new", "--quiet", "Found here", "--label", "auth");
  await tracker(repository, "status", id, "in-progress");
  await tracker(repository, "comment", id, "Something is said");
  const { item } = await trackerJson<Shown>(repository, "show", id);
  expect(item).toMatchObject({ id, title: "Found here", status: "in-progress", labels: ["auth"] });
  expect(item.comments.map(({ body }) => body)).toEqual(["Something is said"]);
  const { items } = await trackerJson<Listed>(repository, "list");
  expect(items.map((each) => each.id)).toEqual([id]);
  return id;
}

describe("a session", () => {
  const kinds = repositoryKinds.map((kind) => ({ kind, reason: whyNot(kind) }));
  const named = ({ kind, reason }: { kind: RepositoryKind; reason: string | undefined }) =>
    `in a repository of the kind ${kind}${reason === undefined ? "" : ` (${reason})`}`;

  for (const each of kinds) {
    test.skipIf(each.reason !== undefined)(named(each), async () => {
      using repository = makeRepository(each.kind);
      const id = await playASession(repository);
      expect([...issueTips(repository).keys()]).toEqual([id]);
      await expectSound(repository);
    });
  }
});

describe("without git on the machine", () => {
  /** The system's folders without git hold what the executable needs: nothing. */
  const withoutGit = (repository: TestRepository, emptyFolder: string): TestRepository => ({
    ...repository,
    env: { ...repository.env, PATH: emptyFolder },
  });

  test.each(["plain", "worktree", "bare", "submodule"] as const)(
    "a session in a repository of the kind %s",
    async (kind) => {
      using repository = makeRepository(kind);
      const empty = join(repository.root, "empty");
      mkdirSync(empty);
      const bare = withoutGit(repository, empty);
      const id = await playASession(bare);
      // Git finds it whole, and so do we with git, which goes on from there.
      expect(repository.git("fsck", "--strict", "--no-dangling", "--no-progress").trim()).toMatch(/^(notice: .*)?$/);
      await tracker(repository, "comment", id, "With git");
      await tracker(bare, "comment", id, "And without");
      const { item } = await trackerJson<Shown>(repository, "show", id);
      expect(item.comments.map(({ body }) => body)).toEqual(["Something is said", "With git", "And without"]);
      await expectSound(repository);
    },
  );

  test("what git has packed is read", async () => {
    using repository = makeRepository();
    const id = await tracker(repository, "new", "--quiet", "Packed");
    repository.git("gc", "--quiet");
    rmSync(join(repository.cwd, ".git", "git-tracker"), { recursive: true });
    const bare = withoutGit(repository, repository.root);
    const { item } = await trackerJson<Shown>(bare, "show", id);
    expect(item.title).toBe("Packed");
    await tracker(bare, "comment", id, "Unpacked");
    await expectSound(repository);
  });

  test("a SHA-256 repository is refused with a reason", async () => {
    using repository = makeRepository("sha256");
    const { code, stderr } = await attempt(withoutGit(repository, repository.root), "list");
    expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining("SHA-256") });
  });
});

describe("a clone", () => {
  test("answers from an index of its own after the first question", async () => {
    using repository = makeRepository();
    const id = await tracker(repository, "new", "--quiet", "Cloned");
    const clone = join(repository.root, "clone");
    repository.git("clone", "--quiet", "--mirror", repository.cwd, clone);
    const there = { cwd: clone, env: repository.env };
    expect((await trackerJson<Listed>(there, "list")).items.map((each) => each.id)).toEqual([id]);
    expect(existsSync(join(clone, "git-tracker", "index"))).toBe(true);
  });
});

describe("places where nothing can be done", () => {
  test("outside a repository", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "git-tracker-"));
    try {
      const ran = await attempt({ cwd, env: { GIT_CEILING_DIRECTORIES: tmpdir() } }, "list");
      expect(ran).toMatchObject({ code: 3, stdout: "" });
      expect(ran.stderr).toContain("repository");
      expect(ran.stderr).toContain("hint:");
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
