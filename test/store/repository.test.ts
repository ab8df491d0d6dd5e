/** Finding repositories: the same ones that git finds, and the same ones refused. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TrackerError } from "../../src/core/errors.ts";
import type { Variables } from "../../src/platform/git.ts";
import { findRepository, type Repository } from "../../src/store/repository.ts";
import {
  makeRepository,
  type RepositoryKind,
  repositoryKinds,
  type TestRepository,
  whyNot,
} from "../support/repository.ts";

const uid = process.getuid?.();
const stranger = 54_321;

function find(repository: TestRepository, options: { cwd?: string; env?: Variables; uid?: number } = {}): Repository {
  return findRepository({
    cwd: options.cwd ?? repository.cwd,
    env: { ...repository.env, ...options.env },
    uid: options.uid ?? uid,
  });
}

function refusalOf(work: () => unknown): TrackerError {
  try {
    work();
  } catch (error) {
    if (error instanceof TrackerError) return error;
    throw error;
  }
  throw new Error("It was not refused");
}

describe("finds what git finds", () => {
  test.each(repositoryKinds.filter((kind) => whyNot(kind) === undefined))("%s", (kind: RepositoryKind) => {
    using repository = makeRepository(kind);
    const found = find(repository);
    const ask = (...args: string[]) => repository.git("rev-parse", "--path-format=absolute", ...args).trim();
    expect(found.gitDir).toBe(ask("--git-dir"));
    expect(found.commonDir).toBe(ask("--git-common-dir"));
    expect(found.objectsDir).toBe(ask("--git-path", "objects"));
    expect(found.hash as string).toBe(ask("--show-object-format"));
    expect(found.workTree ?? "none").toBe(kind === "bare" ? "none" : ask("--show-toplevel"));
    expect(found.refStorage).toBe(kind === "reftable" ? "reftable" : "files");
  });

  test("through a symbolic link, from a folder that is one, and inside .git", () => {
    using repository = makeRepository();
    mkdirSync(join(repository.cwd, "deep/er"), { recursive: true });
    const link = join(repository.root, "link");
    symlinkSync(join(repository.cwd, "deep/er"), link);
    expect(find(repository, { cwd: link }).workTree).toBe(repository.cwd);
    const inside = find(repository, { cwd: join(repository.cwd, ".git/objects") });
    expect(inside.gitDir).toBe(join(repository.cwd, ".git"));
    expect(inside.workTree).toBeUndefined();
  });

  test("a .git that is a link to a folder elsewhere", () => {
    using repository = makeRepository();
    renameSync(join(repository.cwd, ".git"), join(repository.root, "moved"));
    symlinkSync(join(repository.root, "moved"), join(repository.cwd, ".git"));
    expect(find(repository).gitDir).toBe(join(repository.root, "moved"));
  });

  test("by GIT_DIR, absolute, relative, or a file that points on", () => {
    using repository = makeRepository("worktree");
    const main = join(repository.root, "main");
    const gitDir = join(main, ".git");
    expect(find(repository, { cwd: repository.root, env: { GIT_DIR: "main/.git" } }).gitDir).toBe(gitDir);
    const side = find(repository, { cwd: "/", env: { GIT_DIR: join(repository.root, "side/.git") } });
    expect(side.gitDir).toBe(join(gitDir, "worktrees/side"));
    expect(side.commonDir).toBe(gitDir);
    const given = { GIT_DIR: gitDir, GIT_WORK_TREE: join(repository.root, "side") };
    expect(find(repository, { cwd: "/", env: given }).workTree).toBe(join(repository.root, "side"));
    const common = { GIT_DIR: join(gitDir, "worktrees/side"), GIT_COMMON_DIR: "main/.git" };
    expect(find(repository, { cwd: repository.root, env: common }).commonDir).toBe(gitDir);
    const nowhere = refusalOf(() => find(repository, { env: { GIT_DIR: repository.root } }));
    expect(nowhere.code).toBe("not-found");
  });
});

describe("finds nothing", () => {
  test("outside of repositories, and says how to make one", () => {
    using repository = makeRepository();
    const error = refusalOf(() => find(repository, { cwd: repository.root }));
    expect(error).toMatchObject({ code: "not-found", hint: expect.stringContaining("git init") });
  });

  test("above a ceiling", () => {
    using repository = makeRepository("subdirectory");
    const below = (folder: string) => () => find(repository, { env: { GIT_CEILING_DIRECTORIES: folder } });
    const main = join(repository.root, "main");
    expect(refusalOf(below(main)).code).toBe("not-found");
    expect(refusalOf(below(`relative:${main}`)).code).toBe("not-found");
    expect(below(repository.cwd)().workTree).toBe(main); // The folder itself is always looked at.
    expect(below(repository.root)().workTree).toBe(main);
    const link = join(repository.root, "link");
    symlinkSync(main, link);
    expect(refusalOf(below(link)).code).toBe("not-found");
    expect(below(`:${link}`)().workTree).toBe(main); // After an empty entry links are not followed.
  });

  test("in folders that only look like one, or point nowhere", () => {
    using repository = makeRepository();
    const fake = join(repository.root, "fake");
    mkdirSync(join(fake, ".git/objects"), { recursive: true });
    writeFileSync(join(fake, ".git/HEAD"), "ref: refs/heads/main\n");
    expect(refusalOf(() => find(repository, { cwd: fake })).code).toBe("not-found");
    mkdirSync(join(fake, ".git/refs"));
    expect(find(repository, { cwd: fake }).gitDir).toBe(join(fake, ".git"));
    const broken = join(repository.root, "broken");
    mkdirSync(broken);
    writeFileSync(join(broken, ".git"), "gitdir: ../gone\n");
    expect(refusalOf(() => find(repository, { cwd: broken })).message).toContain("gone");
    writeFileSync(join(broken, ".git"), "nonsense");
    expect(refusalOf(() => find(repository, { cwd: broken })).code).toBe("not-found");
  });

  test("where safe.bareRepository is explicit and the repository bare, unless it is named", () => {
    using repository = makeRepository("bare");
    repository.git("config", "--global", "safe.bareRepository", "explicit");
    expect(refusalOf(() => find(repository)).code).toBe("not-permitted");
    expect(find(repository, { env: { GIT_DIR: repository.cwd } }).gitDir).toBe(repository.cwd);
    using other = makeRepository();
    other.git("config", "--global", "safe.bareRepository", "explicit");
    expect(find(other, { cwd: join(other.cwd, ".git") }).gitDir).toBe(join(other.cwd, ".git"));
  });
});

describe("somebody else's repository", () => {
  test("is refused, with the command that trusts it", () => {
    for (const kind of ["plain", "bare", "worktree", "git-dir"] as const) {
      using repository = makeRepository(kind);
      const error = refusalOf(() => find(repository, { uid: stranger }));
      const folder = kind === "git-dir" ? join(repository.root, "main/.git") : repository.cwd;
      expect(error).toMatchObject({
        code: "not-permitted",
        hint: `If you trust it: git config --global --add safe.directory ${folder}`,
      });
    }
  });

  test.each([
    ["the folder", (folder: string) => [folder], "found"],
    ["all folders", () => ["*"], "found"],
    ["all below one", (folder: string) => [`${dirname(folder)}/*`], "found"],
    ["all below another", () => ["/nowhere/*"], "refused"],
    ["a part of its name", (folder: string) => [folder.slice(0, -1)], "refused"],
    ["another", () => ["/nowhere"], "refused"],
    ["the folder, taken back", (folder: string) => [folder, ""], "refused"],
    ["all, taken back, then the folder", (folder: string) => ["*", "", folder], "found"],
    ["home", () => ["~/main"], "found"],
  ] as const)("with safe.directory naming %s", (_, values, expected) => {
    using repository = makeRepository();
    for (const value of values(repository.cwd)) repository.git("config", "--global", "--add", "safe.directory", value);
    const work = () => find(repository, { uid: stranger });
    if (expected === "found") expect(work().workTree).toBe(repository.cwd);
    else expect(refusalOf(work).code).toBe("not-permitted");
  });

  test("can't name itself safe", () => {
    using repository = makeRepository();
    repository.git("config", "safe.directory", "*");
    expect(refusalOf(() => find(repository, { uid: stranger })).code).toBe("not-permitted");
  });

  test.skipIf(uid !== 0)("is one's own under sudo (needs root)", () => {
    using repository = makeRepository();
    Bun.spawnSync(["chown", "-R", String(stranger), repository.cwd]);
    expect(refusalOf(() => find(repository)).code).toBe("not-permitted");
    expect(find(repository, { env: { SUDO_UID: String(stranger) } }).workTree).toBe(repository.cwd);
    expect(refusalOf(() => find(repository, { uid: 1, env: { SUDO_UID: String(stranger) } })).code).toBe(
      "not-permitted",
    );
  });

  test("doesn't exist where there are no users", () => {
    using repository = makeRepository();
    expect(findRepository({ cwd: repository.cwd, env: repository.env, uid: undefined }).workTree).toBe(repository.cwd);
  });
});

test.each([
  ["core.repositoryFormatVersion", "2"],
  ["extensions.somethingNew", "true"],
  ["extensions.objectFormat", "sha512"],
  ["extensions.refStorage", "elsewhere"],
])("a repository with %s = %s needs a newer program", (key, value) => {
  using repository = makeRepository();
  writeFileSync(
    join(repository.cwd, ".git/config"),
    `[core]\n\trepositoryFormatVersion = ${key.startsWith("core") ? value : 1}\n[${key.split(".")[0]}]\n\t${key.split(".")[1]} = ${value}\n`,
  );
  expect(refusalOf(() => find(repository)).code).toBe("unavailable");
});
