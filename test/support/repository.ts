/** Temporary repositories of every kind that git can make, shut off from the machine's own configuration. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const repositoryKinds = [
  "plain",
  "sha256",
  "reftable",
  "worktree",
  "bare",
  "submodule",
  "subdirectory",
  "git-dir",
  "alternates",
] as const;
export type RepositoryKind = (typeof repositoryKinds)[number];

export interface TestRepository extends Disposable {
  /** All that was made; removed by dispose. */
  readonly root: string;
  /** Where a command would be started. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs git there. Throws if it fails. */
  git(...args: string[]): string;
  /** The same, with bytes in and out. */
  gitWith(input: string | Uint8Array, ...args: string[]): Uint8Array;
}

/** Undefined, or why the installed git can't make that kind. */
export function whyNot(kind: RepositoryKind): string | undefined {
  return kind === "reftable" && !gitKnowsReftable() ? "the installed git has no reftable" : undefined;
}

export function makeRepository(kind: RepositoryKind = "plain"): TestRepository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "git-tracker-")));
  const base = environment(root);
  const at = (folder: string, ...args: string[]) => run(folder, base, undefined, args);
  const main = join(root, "main");
  const init = (...args: string[]) => at(root, "init", "--quiet", "--initial-branch=main", ...args);
  const seeded = (...args: string[]) => {
    init(...args, main);
    at(main, "commit", "--quiet", "--allow-empty", "--message=First");
  };
  const made = makeKind();
  const env = { ...base, ...made.env };
  return {
    root,
    cwd: made.cwd,
    env,
    git: (...args) => new TextDecoder().decode(run(made.cwd, env, undefined, args)),
    gitWith: (input, ...args) => run(made.cwd, env, input, args),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };

  function makeKind(): { readonly cwd: string; readonly env?: Readonly<Record<string, string>> } {
    switch (kind) {
      case "plain":
        seeded();
        return { cwd: main };
      case "sha256":
        seeded("--object-format=sha256");
        return { cwd: main };
      case "reftable":
        seeded("--ref-format=reftable");
        return { cwd: main };
      case "worktree":
        seeded();
        at(main, "worktree", "add", "--quiet", "-b", "side", join(root, "side"));
        return { cwd: join(root, "side") };
      case "bare":
        init("--bare", main);
        return { cwd: main };
      case "submodule":
        seeded();
        init(join(root, "outer"));
        at(join(root, "outer"), "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", main, "inner");
        return { cwd: join(root, "outer/inner") };
      case "subdirectory":
        seeded();
        mkdirSync(join(main, "a b/ü"), { recursive: true });
        return { cwd: join(main, "a b/ü") };
      case "git-dir":
        seeded();
        return { cwd: root, env: { GIT_DIR: join(main, ".git") } };
      case "alternates":
        seeded();
        at(root, "clone", "--quiet", "--shared", main, join(root, "borrower"));
        return { cwd: join(root, "borrower") };
    }
  }
}

/** Nothing of the machine's but PATH. */
function environment(root: string): Record<string, string> {
  writeFileSync(
    join(root, "gitconfig"),
    "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n",
  );
  return {
    PATH: process.env.PATH ?? "",
    HOME: root,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: join(root, "gitconfig"),
  };
}

function run(
  cwd: string,
  env: Readonly<Record<string, string>>,
  input: string | Uint8Array | undefined,
  args: readonly string[],
): Uint8Array {
  const stdin = input === undefined ? "ignore" : Buffer.from(input);
  const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd, env, stdin });
  if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${exitCode}: ${stderr}`);
  return stdout;
}

let reftable: boolean | undefined;

function gitKnowsReftable(): boolean {
  if (reftable === undefined) {
    const root = mkdtempSync(join(tmpdir(), "git-tracker-"));
    reftable = Bun.spawnSync(["git", "init", "--quiet", "--ref-format=reftable", root]).exitCode === 0;
    rmSync(root, { recursive: true });
  }
  return reftable;
}
