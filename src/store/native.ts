/**
 * The store where git is installed. Objects are written in process, and read in process while they are few and loose; for the rest,
 * and to move refs, git is started. So every kind of repository works that git itself opens.
 */
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { visible } from "../core/text.ts";
import { errnoOf, flushFolder } from "../platform/files.ts";
import { readGitConfig, runGit } from "../platform/git.ts";
import { openBatch } from "./batch.ts";
import { findDamage, headsFrom, outOfReach } from "./examine.ts";
import { blobOf, commitsAmong, type Found, type ReadObject } from "./found.ts";
import { canonicalKey, readPlainConfig, remotesIn } from "./gitconfig.ts";
import { createKeeper, type Keeper } from "./keeper.ts";
import { lockedRefusal, lockPath, setLocksAside } from "./lock-file.ts";
import { hasLoose, readLoose } from "./loose.ts";
import { emptyTree, nameObject, zeroOid } from "./objects.ts";
import type { StoreOptions } from "./open.ts";
import { packedAmong } from "./pack-index.ts";
import { createPackedRefs } from "./packed-refs.ts";
import { type Look, treeBytesMax, treeFault } from "./received.ts";
import {
  findLockFiles,
  listRefFiles,
  readBranch,
  readPackedRef,
  readRefFile,
  scanRefFiles,
  stampRefs,
} from "./ref-files.ts";
import { checkNameFree, foldersToFlush, refWriterOf, swapRefFiles } from "./reflock.ts";
import type { Repository } from "./repository.ts";
import type { RawCommit, RefScan, RefStamp, RefUpdate, RemoteChange, Store, SwapResult } from "./store.ts";
import { commitBytesMax, readShallow, walkStreams } from "./streams.ts";
import { flushOf } from "./writer.ts";

export function openNativeStore(repository: Repository, options: StoreOptions): Store {
  const { hash, commonDir } = repository;
  const keeper = createKeeper({
    ...options,
    repository,
    move: (updates) => move(context, updates),
    readRef: (ref) => readRef(context, ref),
  });
  const context: Context = { ...options, repository, restoring: keeper.restoring };
  let config: Promise<Map<string, string>> | undefined;
  return {
    kind: "native",
    hash,
    emptyTree: emptyTree(hash).oid,
    folder: join(commonDir, "git-tracker"),
    ...keeper,
    readBlob: (oid) => readBlob(context, oid),
    readObjects: (oids) => readObjects(context, oids),
    listRefs: (prefix) => listRefs(context, prefix),
    scanRefs: (prefix, since) => scanRefs(context, prefix, since),
    readRef: (ref) => readRef(context, ref),
    stampRefs: () => stampRefs(repository, options.clock),
    readStreams: (tips, bytesMax) => readStreams(context, tips, bytesMax),
    treeFault: (trees) =>
      usingBatch(context, treeBytesMax, (read) =>
        treeFault({ hash, read: keeper.restoring(read), look: (oids) => look(context, oids) }, trees),
      ),
    readCommits: (oids) => readCommits(context, oids),
    async gitConfig(key) {
      config ??= readConfig(context);
      return (await config).get(canonicalKey(key));
    },
    async remotes() {
      config ??= readConfig(context);
      return remotesIn(await config);
    },
    async changeRemotes(change) {
      config = undefined;
      await changeRemotes(context, change);
    },
    findLocks: async () => findLockFiles(repository),
    setLocksAside: () => setLocksAside(refWriterOf(repository, options)),
    async findDamage(oids) {
      const damaged = await usingBatch(context, limits.attachmentBytesMax, (read) =>
        findDamage(hash, keeper.restoring(read), oids),
      );
      const empty = emptyTree(hash).oid; // Git knows it by heart, and misses it all the same.
      const isStored = hasLoose(repository.objectsDir, empty) || packedAmong(repository.objectsDir, [empty]).size > 0;
      return isStored || !oids.includes(empty)
        ? damaged
        : [...damaged, { oid: empty, reason: "it is missing", empty: false }];
    },
    outOfReach: () => outOfReach(repository.objectsDir),
    async formerTips(ref, root) {
      const packed = readPackedRef(repository, ref); // A loose file may hide it.
      const tips = packed === undefined ? [] : [packed];
      return [...keeper.formerTips(ref), ...tips, ...(await findHeads(context, root))];
    },
    currentBranch: () => currentBranch(context),
    close() {},
  };
}

async function changeRemotes({ repository, env }: Context, change: RemoteChange): Promise<void> {
  const args = change.kind === "add" ? ["add", "--", change.name, change.url] : ["remove", "--", change.name];
  const { exitCode, stderr } = await runGit({ folder: repository.runDir, env, args: ["remote", ...args] });
  if (exitCode === 0) return;
  throw new TrackerError("unavailable", `git can't do that: ${visible(stderr)}`, "See what there is: git remote -v");
}

/** Starting git takes longer than reading the files that it would read. */
async function readConfig({ repository, env }: Context): Promise<Map<string, string>> {
  const plain = readPlainConfig(repository.commonDir, env);
  if (plain !== undefined) return new Map(plain.map(({ key, value }) => [key, value]));
  return new Map(await readGitConfig(repository.runDir, env));
}

interface Context extends StoreOptions {
  readonly repository: Repository;
  readonly restoring: Keeper["restoring"];
}

/** Up to so many are looked for in process before git is started: that costs a millisecond, they a hundredth each. */
const inProcessMax = 8;
/** A move of refs that fails without a reason that lasts is tried so often: whoever was in its way has gone. */
const swapTriesMax = 3;

async function readBlob(context: Context, oid: Oid): Promise<Uint8Array> {
  const bytesMax = limits.attachmentBytesMax;
  return blobOf(
    oid,
    await usingBatch(context, bytesMax, (read) => context.restoring(firstLoose(context, bytesMax, read))(oid)),
  );
}

async function readCommits(context: Context, oids: readonly Oid[]): Promise<RawCommit[]> {
  return usingBatch(context, commitBytesMax, async (batch) => {
    const read = context.restoring(oids.length <= inProcessMax ? firstLoose(context, commitBytesMax, batch) : batch);
    return commitsAmong(oids, await Promise.all(oids.map(read)));
  });
}

async function readObjects(context: Context, oids: readonly Oid[]): Promise<Found[]> {
  return usingBatch(context, limits.attachmentBytesMax, (read) => Promise.all(oids.map(context.restoring(read))));
}

async function* readStreams(context: Context, tips: readonly Oid[], bytesMax: number | undefined) {
  const { repository, env } = context;
  const batch = openBatch({ runDir: repository.runDir, env, bytesMax: commitBytesMax });
  const read = context.restoring(
    tips.length <= inProcessMax ? firstLoose(context, commitBytesMax, batch.read) : batch.read,
  );
  try {
    yield* walkStreams(tips, read, readShallow(repository.commonDir), bytesMax);
  } finally {
    batch.close();
  }
}

/** What these objects are. Git stops at one that a partial clone lacks and can't get. */
async function look({ repository, env }: Context, oids: readonly Oid[]): Promise<Map<Oid, Look>> {
  const args = ["cat-file", "--batch-check", "--buffer"];
  const { stdout } = await runGit({ folder: repository.runDir, env, args, input: `${oids.join("\n")}\n` });
  const lines = new TextDecoder().decode(stdout).split("\n");
  return new Map(
    lines.flatMap((line): [Oid, Look][] => {
      const [oid = "", type = "", size] = line.split(" ");
      return size === undefined ? [] : [[oid, { type, size: Number(size) }]];
    }),
  );
}

/** Looks through everything: only for repairs. */
async function findHeads(context: Context, root: Oid): Promise<Oid[]> {
  const { repository, env } = context;
  const args = ["cat-file", "--batch-all-objects", "--batch-check"];
  const { stdout } = await runGit({ folder: repository.runDir, env, args });
  const lines = new TextDecoder().decode(stdout).split("\n");
  const commits = lines.map((line) => line.split(" ")).flatMap(([oid = "", type]) => (type === "commit" ? [oid] : []));
  return await usingBatch(context, commitBytesMax, (read) => headsFrom(root, commits, read));
}

async function usingBatch<T>(context: Context, bytesMax: number, use: (read: ReadObject) => Promise<T>): Promise<T> {
  const batch = openBatch({ runDir: context.repository.runDir, env: context.env, bytesMax });
  try {
    return await use(batch.read);
  } finally {
    batch.close();
  }
}

/** Reads an object in process if it is loose, else asks git, which for one that is damaged may have another copy. */
function firstLoose({ repository }: Context, bytesMax: number, otherwise: ReadObject): ReadObject {
  const { objectsDir, hash } = repository;
  return async (oid) => {
    const found = readLoose(objectsDir, hash, oid, bytesMax);
    if (found === undefined) return otherwise(oid);
    if (!("damage" in found)) return found;
    const copy = await otherwise(oid);
    const sound = copy !== undefined && !("damage" in copy) && nameObject(hash, copy).oid === oid;
    return sound ? copy : found;
  };
}

async function listRefs(context: Context, prefix: string): Promise<Map<string, Oid>> {
  const { repository } = context;
  return repository.refStorage === "files" ? listRefFiles(repository, prefix) : askRefs(context, prefix);
}

async function scanRefs(context: Context, prefix: string, since: RefStamp | undefined): Promise<RefScan> {
  const { repository } = context;
  if (repository.refStorage === "files") return scanRefFiles(repository, prefix, since);
  return { kind: "all", refs: await askRefs(context, prefix), loose: [] };
}

async function readRef(context: Context, ref: string): Promise<Oid | undefined> {
  const { repository } = context;
  return repository.refStorage === "files" ? readRefFile(repository, ref) : (await askRefs(context, ref)).get(ref);
}

/** Asks git for the refs at or below a name. */
async function askRefs({ repository, env }: Context, name: string): Promise<Map<string, Oid>> {
  const format = "--format=%(refname)%00%(objectname)%00%(symref)";
  const args = ["for-each-ref", format, "--end-of-options", name];
  const { exitCode, stdout, stderr } = await runGit({ folder: repository.runDir, env, args });
  if (exitCode !== 0) throw new TrackerError("unavailable", `git can't list refs: ${visible(stderr)}`);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return new Map(
    lines
      .map((line) => line.split("\0"))
      .map(([ref = "", oid = "", symbolic]): [string, Oid] => [ref, symbolic ? zeroOid(repository.hash) : oid])
      .filter(([ref]) => ref !== ""),
  );
}

async function currentBranch({ repository, env }: Context): Promise<string | undefined> {
  if (repository.refStorage === "files") return readBranch(repository);
  const args = ["symbolic-ref", "--quiet", "--short", "HEAD"];
  const { exitCode, stdout } = await runGit({ folder: repository.runDir, env, args });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trimEnd() : undefined;
}

async function move(context: Context, updates: readonly RefUpdate[]): Promise<SwapResult> {
  if (context.repository.refStorage === "files") {
    const writer = refWriterOf(context.repository, context);
    const created = await createPackedRefs(writer, updates);
    if (created !== undefined) return created;
    if (context.refMover !== "git") return swapRefFiles(writer, updates);
  }
  const folders = foldersAround(context.repository, updates);
  for (let tries = 1; ; tries++) {
    const failure = await updateRefs(context, updates);
    if (failure === undefined) break;
    const seen = await compareRefs(context, updates);
    if (seen === "done") break;
    if (seen !== "unchanged") return seen;
    refuseIfLasting(context, updates);
    if (tries < swapTriesMax) continue;
    throw new TrackerError("unavailable", `git can't move ${updates[0]?.ref}: ${visible(failure)}`, "Try again.");
  }
  if (flushOf(context.durability) === "flushed") for (const folder of folders) flushFolder(folder);
  return { kind: "updated" };
}

/** Returns what git said if it failed. */
async function updateRefs({ repository, env, lockWaitMsMax, durability }: Context, updates: readonly RefUpdate[]) {
  const zero = zeroOid(repository.hash);
  const moves = updates.map(({ ref, from = zero, to = zero }) =>
    from === to ? `verify ${ref}\0${from}\0` : `update ${ref}\0${to}\0${from}\0`,
  );
  const config = [`core.filesRefLockTimeout=${lockWaitMsMax}`, `core.packedRefsTimeout=${lockWaitMsMax}`];
  if (durability === "fast") config.push("core.fsync=none");
  const { exitCode, stderr } = await runGit({
    folder: repository.runDir,
    env,
    config,
    args: ["update-ref", "--no-deref", "--stdin", "-z"], // Through a symbolic ref it would move somebody else's.
    input: ["start\0", ...moves, "prepare\0", "commit\0"].join(""),
  });
  return exitCode === 0 ? undefined : stderr;
}

/** Where the refs are after an error: at their ends, at their beginnings, or one of them elsewhere. */
async function compareRefs(
  context: Context,
  updates: readonly RefUpdate[],
): Promise<"done" | "unchanged" | (SwapResult & { kind: "moved" })> {
  const seen = await Promise.all(
    updates.map(async (update) => ({ ...update, actual: await readRef(context, update.ref) })),
  );
  // With reftable git may fail after the refs have moved, when it tidies up.
  if (context.repository.refStorage === "reftable" && seen.every(({ to, actual }) => actual === to)) return "done";
  const moved = seen.find(({ from, actual }) => actual !== from);
  return moved === undefined ? "unchanged" : { kind: "moved", ref: moved.ref, actual: moved.actual };
}

/** Throws if there is a reason that trying again doesn't remove: a lock, a name in the way, no permission. */
function refuseIfLasting({ repository }: Context, updates: readonly RefUpdate[]): void {
  const { commonDir, refStorage } = repository;
  const lockable =
    refStorage === "files" ? ["packed-refs", ...updates.map(({ ref }) => ref)] : ["reftable/tables.list"];
  const lock = lockable.map((name) => lockPath(join(commonDir, name))).find((path) => existsSync(path));
  if (lock !== undefined) throw lockedRefusal(lock);
  const folder = join(commonDir, refStorage === "files" ? "refs" : "reftable");
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new TrackerError(
      "not-permitted",
      `No permission to write in ${folder} (${errnoOf(error)})`,
      "Ask its owner, or use your own clone.",
    );
  }
  if (refStorage !== "files") return;
  for (const { ref, from, to } of updates) {
    if (from === undefined && to !== undefined) checkNameFree(repository, ref);
  }
}

/** The folders to flush when the refs have moved: git flushes the refs, but not where their names are. */
function foldersAround({ commonDir, refStorage }: Repository, updates: readonly RefUpdate[]): Set<string> {
  return refStorage === "files" ? foldersToFlush(commonDir, updates) : new Set([join(commonDir, "reftable")]);
}
