/**
 * A small repository in which everything has been acked that is written down here: some of it packed, some loose, some still in the
 * journal. Copies of it are for breaking.
 */
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import type { Issue } from "../../src/core/issue.ts";
import { changeStatus } from "../../src/tracker/flow.ts";
import { createIssue, editIssues } from "../../src/tracker/issues.ts";
import { listIssues, parse } from "../../src/tracker/read.ts";
import { addComment, attachFiles } from "../../src/tracker/talk.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { makeRepository, type TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";

/** What was acked of one issue. */
export interface Acked {
  readonly id: Oid;
  readonly ref: string;
  readonly tip: Oid;
  /** The tip first. */
  readonly commits: readonly Oid[];
  /** The files that are attached, and the folders that hold them. */
  readonly files: readonly Oid[];
  readonly state: Issue;
  /** Where packed-refs says that it ends, if it says so. */
  readonly packed: Oid | undefined;
}

export interface Ledger {
  readonly issues: readonly Acked[];
  /** Copies the repository, index and all. */
  copy(): TestRepository;
}

export const issueCount = 8;
/** Issues from here on were never packed. */
export const firstLoose = 5;
/** Issues up to here have a packed tip, and a newer one in a file. */
export const lastMoved = 2;

/** Makes the repository. It lasts until it is disposed. */
export async function makeLedger(): Promise<Ledger & Disposable> {
  const repository = makeRepository();
  const ids = await fill(repository);
  const packed = tipsIn(repository.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/git-tracker/"));
  repository.git("repack", "-adq");
  repository.git("pack-refs", "--all");
  const tracker = await trackerAt(repository);
  await change(tracker, ids);
  await listIssues(tracker, await parse(tracker, ""));
  const issues = ids.map((id): Acked => {
    const ref = `refs/git-tracker/issues/${id}`;
    const commits = repository.git("rev-list", ref).trim().split("\n");
    const state = tracker.index.state(id);
    if (state === undefined) throw new Error(`${id} is not in the index`);
    const objects = repository.git("rev-list", "--objects", "--no-object-names", ref).trim().split("\n");
    const files = objects.filter((oid) => !commits.includes(oid) && oid !== tracker.store.emptyTree);
    return { id, ref, tip: commits[0] ?? "", commits, files, state, packed: packed.get(ref) };
  });
  tracker.close();
  return {
    issues,
    copy: () => copyOf(repository),
    [Symbol.dispose]: () => repository[Symbol.dispose](),
  };
}

async function fill(repository: TestRepository): Promise<Oid[]> {
  const tracker = await trackerAt(repository);
  const ids: Oid[] = [];
  for (let place = 0; place < firstLoose; place++) ids.push(await makeIssue(tracker, place));
  await attachFiles(tracker, ids[1] ?? "", [{ name: "packed.txt", bytes: new TextEncoder().encode("packed") }]);
  tracker.close();
  return ids;
}

/** What comes after packing. */
async function change(tracker: Tracker, ids: Oid[]): Promise<void> {
  for (let place = firstLoose; place < issueCount; place++) ids.push(await makeIssue(tracker, place));
  await attachFiles(tracker, ids[6] ?? "", [{ name: "loose.txt", bytes: new TextEncoder().encode("loose") }]);
  for (const id of ids.slice(0, lastMoved + 1)) {
    await addComment(tracker, id, "Later");
    await changeStatus(tracker, [id], "in-progress");
  }
}

async function makeIssue(tracker: Tracker, place: number): Promise<Oid> {
  const { id } = await createIssue(tracker, { title: `Issue ${place}`, body: `What ${place} is about`, labels: ["a"] });
  await addComment(tracker, id, `First of ${place}`);
  await editIssues(tracker, [id], { addLabels: [`label-${place}`] });
  await addComment(tracker, id, `Second of ${place}`);
  return id;
}

function tipsIn(text: string): Map<string, Oid> {
  return new Map(
    text.split("\n").map((line): [string, Oid] => {
      const [oid = "", ref = ""] = line.split(" ");
      return [ref, oid];
    }),
  );
}

function copyOf(original: TestRepository): TestRepository {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "git-tracker-")));
  cpSync(original.root, root, { recursive: true, preserveTimestamps: true });
  const cwd = join(root, "main");
  const env = { ...original.env, HOME: root, GIT_CONFIG_GLOBAL: join(root, "gitconfig") };
  const spawn = (stdin: Uint8Array | "ignore", args: readonly string[]) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], { cwd, env, stdin });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${exitCode}: ${stderr}`);
    return stdout;
  };
  return {
    root,
    cwd,
    env,
    git: (...args) => spawn("ignore", args).toString(),
    gitWith: (input, ...args) => spawn(Buffer.from(input), args),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The file of a loose object, or undefined if it is packed. */
export function looseFile(repository: TestRepository, oid: Oid): string | undefined {
  const path = join(repository.cwd, ".git/objects", oid.slice(0, 2), oid.slice(2));
  return existsSync(path) ? path : undefined;
}
