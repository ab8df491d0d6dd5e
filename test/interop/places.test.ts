/** Every kind of place that a git repository can be in: the same work gives the same outcome, and git is content. */
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "../proof/here.ts";
import { makeRepository, repositoryKinds, type TestRepository, whyNot } from "../support/repository.ts";
import { expectSoundAt, type Spot, see, spotAt, trackerRefs, work } from "./transcript.ts";

const slow = 60_000;

for (const kind of repositoryKinds) {
  const reason = whyNot(kind);
  test.skipIf(reason !== undefined)(
    `a repository of the kind ${kind}${reason === undefined ? "" : ` (skipped: ${reason})`}`,
    async () => {
      using repository = makeRepository(kind);
      const { ids, seen } = await work(repository);
      await expectSoundAt(repository);
      repository.git("gc", "--quiet", "--prune=now");
      expect(await see(repository, ids)).toEqual([...seen]);
      await expectSoundAt(repository);
    },
    slow,
  );
}

/** Moves the repository to another path below its root. */
function movedTo(repository: TestRepository, ...path: readonly string[]): Spot {
  const folder = join(repository.root, ...path);
  mkdirSync(join(folder, ".."), { recursive: true });
  renameSync(repository.cwd, folder);
  return spotAt(folder, repository.env);
}

function inBare(repository: TestRepository, env: Readonly<Record<string, string>>): Spot {
  return spotAt(repository.cwd, { ...repository.env, ...env });
}

const cells: readonly (readonly [string, (repository: TestRepository) => Spot])[] = [
  ["a path with spaces", (repository) => movedTo(repository, " a b ", "c d")],
  ["a path with a line end", (repository) => movedTo(repository, "a\nb")],
  ["a path with an emoji", (repository) => movedTo(repository, "🦊 é e\u0301")],
  ["a path that looks like flags and quotes", (repository) => movedTo(repository, `--help'"$(x)`, "-C")],
  ["a long path", (repository) => movedTo(repository, "x".repeat(200), "y".repeat(200))],
  [
    "GIT_DIR and GIT_WORK_TREE, from elsewhere",
    ({ root, cwd, env }) => spotAt(root, { ...env, GIT_DIR: join(cwd, ".git"), GIT_WORK_TREE: cwd }),
  ],
  ["a relative GIT_DIR", ({ root, env }) => spotAt(root, { ...env, GIT_DIR: "main/.git" })],
  [
    "HEAD detached",
    (repository) => {
      repository.git("checkout", "--quiet", "--detach");
      return repository;
    },
  ],
  [
    "HEAD unborn",
    (repository) => {
      repository.git("checkout", "--quiet", "--orphan", "none");
      return repository;
    },
  ],
  [
    "grafts and replace refs",
    (repository) => {
      const [head = ""] = repository.git("rev-parse", "HEAD").split("\n");
      const other = repository.git("commit-tree", "-m", "Other", "HEAD^{tree}").trim();
      repository.git("replace", head, other);
      return repository;
    },
  ],
  [
    "10,000 refs of others",
    (repository) => {
      const head = repository.git("rev-parse", "HEAD").trim();
      const names = Array.from({ length: 10_000 }, (_, i) => `refs/changes/${i % 100}/${i}/1`);
      const lines = [...names, "refs/heads/main"].toSorted().map((name) => `${head} ${name}\n`);
      const packed = join(repository.cwd, ".git/packed-refs");
      writeFileSync(packed, `# pack-refs with: peeled fully-peeled sorted \n${lines.join("")}`);
      return repository;
    },
  ],
];

test.each(cells)(
  "%s",
  async (_, prepare) => {
    using repository = makeRepository();
    const spot = prepare(repository);
    await work(spot);
    await expectSoundAt(spot);
  },
  slow,
);

test("safe.bareRepository=explicit: only a bare repository that was named", async () => {
  using repository = makeRepository("bare");
  writeFileSync(
    join(repository.root, "gitconfig"),
    "[safe]\n\tbareRepository = explicit\n[user]\n\temail = ada@example.com\n",
  );
  const refused = await attempt(repository, "new", "One");
  expect(refused).toMatchObject({ code: 7, stderr: expect.stringContaining("safe.bareRepository") });
  const named = inBare(repository, { GIT_DIR: repository.cwd });
  await work(named);
  await expectSoundAt(named);
});

test("a path that SQLite can't open is refused as too long, or works", async () => {
  using repository = makeRepository();
  const spot = movedTo(repository, ...Array.from({ length: 15 }, () => "x".repeat(200)));
  spot.git("commit", "--quiet", "--allow-empty", "--message=Git can");
  const { code, stderr } = await attempt(spot, "new", "One");
  if (code !== 0) expect(stderr).toContain("too long");
  expect((await attempt(spot, "list")).code).toBe(0);
});

test("core.sharedRepository: what is made may be written to by the group, as git's own files may", async () => {
  using repository = makeRepository();
  const git = join(repository.cwd, ".git");
  const writable = (name: string) => (statSync(join(git, name)).mode & 0o020) !== 0;
  repository.git("config", "core.sharedRepository", "group");
  const before = new Set(readdirSync(git, { recursive: true, encoding: "utf8" }));
  await work(repository);
  repository.git("update-ref", "refs/other/a", "HEAD");
  const made = readdirSync(git, { recursive: true, encoding: "utf8" }).filter((name) => !before.has(name));
  expect(made.filter((name) => name.startsWith("refs/other")).every(writable)).toBe(true);
  const closed = made.filter((name) => !writable(name) && (statSync(join(git, name)).mode & 0o222) !== 0);
  expect(closed).toEqual([]);
});

test("what replace refs and grafts say of events has no effect", async () => {
  using repository = makeRepository();
  const { ids } = await work(repository);
  const before = trackerRefs(repository);
  const tips = ids.map((id) => repository.git("rev-parse", `refs/git-tracker/issues/${id}`).trim());
  const forged = new TextDecoder().decode(
    repository.gitWith("Forged\n\nEvent: title-changed\nTo: Forged\nFormat: 1\n", "commit-tree", `${tips[0]}^{tree}`),
  );
  repository.git("replace", tips[0] ?? "", forged.trim());
  mkdirSync(join(repository.cwd, ".git/info"), { recursive: true });
  writeFileSync(join(repository.cwd, ".git/info/grafts"), `${tips[1]}\n`);
  rmSync(join(repository.cwd, ".git/git-tracker"), { recursive: true });
  repository.git("repack", "-adq");
  const { item } = JSON.parse((await attempt(repository, "show", ids[0] ?? "", "--json")).stdout);
  expect(item.title).toBe("Fix login");
  expect((await attempt(repository, "comment", ids[1] ?? "", "After")).code).toBe(0);
  expect(trackerRefs(repository)).not.toBe(before);
  expect((await attempt(repository, "doctor")).code).toBe(0);
});

test("without git-tracker's refs and folder a healthy repository is left, as it was", async () => {
  using repository = makeRepository();
  const state = () => [
    repository.git("for-each-ref"),
    repository.git("status", "--porcelain=v2", "--branch"),
    repository.git("config", "--local", "--list"),
    repository.git("count-objects"),
  ];
  const before = state();
  await work(repository);
  const refs = repository.git("for-each-ref", "--format=delete %(refname)", "refs/git-tracker/");
  repository.gitWith(refs, "update-ref", "--stdin");
  rmSync(join(repository.cwd, ".git/git-tracker"), { recursive: true });
  repository.git("reflog", "expire", "--expire=now", "--all");
  repository.git("prune", "--expire=now");
  expect(repository.git("fsck", "--strict", "--full")).toBe("");
  expect(state().slice(0, 3)).toEqual(before.slice(0, 3));
  expect(Number.parseInt(state()[3] ?? "", 10)).toBeLessThanOrEqual(Number.parseInt(before[3] ?? "", 10) + 1);
});
