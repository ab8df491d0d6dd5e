/**
 * What other programs keep in refs of a git repository, for reading: their histories of commits, trees and blobs. A bundle is first
 * fetched into a repository of its own, which is removed afterwards.
 */
import { resolve } from "node:path";
import type { CommitContent, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { visible } from "../core/text.ts";
import { makeTemporaryFolder, readFolderIfAny, readStartIfAny, removeFolder } from "../platform/files.ts";
import { gitInstalled, runGit, type Variables } from "../platform/git.ts";
import { openBatch } from "../store/batch.ts";
import { decodeCommitObject, decodeTreeEntries, type Hash } from "../store/objects.ts";
import { foreignRefs } from "../store/refs.ts";
import { findRepository, type RepositoryStart } from "../store/repository.ts";
import { readShallow, walkStreams } from "../store/streams.ts";

export interface ForeignRepository {
  /** The histories of all refs that hold such a thing, in order of name. Throws `corrupt` for one that can't be read in full. */
  histories(what: keyof typeof foreignRefs): AsyncIterable<ForeignHistory>;
  /** The entries of a tree: name → oid. Throws `corrupt` if there is no such tree. */
  readTree(oid: Oid): Promise<ReadonlyMap<string, Oid>>;
  /** Undefined if it isn't there, is no blob, or is bigger than an attachment may be. */
  readBlob(oid: Oid): Promise<Uint8Array | undefined>;
  close(): void;
}

export interface ForeignHistory {
  readonly ref: string;
  /** The last part of the ref. */
  readonly name: string;
  readonly commits: readonly ForeignCommit[];
}

/** Every commit comes after its parents. */
export interface ForeignCommit extends CommitContent {
  readonly oid: Oid;
}

/** As Tracker.openForeign. */
export async function openForeign(path: string | undefined, start: RepositoryStart): Promise<ForeignRepository> {
  if (!gitInstalled(start.env)) {
    throw new TrackerError("unavailable", "Reading what other programs keep in git needs git", "Install git.");
  }
  if (path === undefined) return openFolder(start, () => {});
  const place = resolve(start.cwd, path);
  // Variables that name a repository mean the one that one stands in.
  const env = Object.fromEntries(
    Object.entries(start.env).filter(([name]) => !/^GIT_(?:DIR|COMMON_DIR|WORK_TREE)$/.test(name)),
  );
  const head = new TextDecoder("latin1").decode(readStartIfAny(place, bundleMark.length + 200));
  if (!head.startsWith(bundleMark)) {
    if (head !== "")
      throw new TrackerError("invalid", `${visible(path)} is neither a repository nor a bundle`, bundleHint);
    return openFolder({ ...start, cwd: existing(place, path), env }, () => {});
  }
  const folder = makeTemporaryFolder();
  try {
    await unbundle(place, folder, head.includes("\n@object-format=sha256\n") ? "sha256" : "sha1", env, path);
    return openFolder({ cwd: folder, env, uid: undefined }, () => removeFolder(folder));
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}

/** What every version of git's bundles begins with is `# vN git bundle`. */
const bundleMark = "# v";
const bundleHint = "A bundle is what this makes: git bundle create FILE --all";

function existing(place: string, path: string): string {
  if (readFolderIfAny(place) !== undefined) return place;
  throw new TrackerError("not-found", `There is no repository ${visible(path)}`, "Check the path.");
}

async function unbundle(bundle: string, folder: string, hash: Hash, env: Variables, path: string): Promise<void> {
  const run = async (...args: string[]) => {
    // What is in it is checked when it is read; git's own check refuses authors without a name, as git-bug writes them.
    const { exitCode, stderr } = await runGit({
      folder,
      env,
      args,
      config: ["fetch.fsckObjects=false", "core.fsync=none"],
    });
    if (exitCode === 0) return;
    const reason = visible(stderr.split("\n")[0] ?? "");
    throw new TrackerError("invalid", `${visible(path)} can't be read as a bundle: ${reason}`, bundleHint);
  };
  await run("init", "--quiet", "--bare", `--object-format=${hash}`, "--template=");
  await run(
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--",
    bundle,
    `${foreignRefs.all}*:${foreignRefs.all}*`,
  );
}

function openFolder(start: RepositoryStart, cleanUp: () => void): ForeignRepository {
  const { runDir, commonDir, hash } = findRepository(start);
  const { env } = start;
  const batch = openBatch({ runDir, env, bytesMax: limits.attachmentBytesMax });
  const listTips = async (prefix: string) => {
    const args = ["for-each-ref", "--format=%(objecttype) %(objectname) %(refname)", "--end-of-options", prefix];
    const { exitCode, stdout, stderr } = await runGit({ folder: runDir, env, args });
    if (exitCode !== 0) throw new TrackerError("unavailable", `git can't list refs: ${visible(stderr)}`);
    return new TextDecoder()
      .decode(stdout)
      .split("\n")
      .flatMap((line) => {
        const [, type, tip = "", ref = ""] = /^(\w+) ([0-9a-f]+) (.+)$/.exec(line) ?? [];
        return type === "commit" && ref.startsWith(prefix) ? [{ name: ref.slice(prefix.length), tip }] : [];
      });
  };
  return {
    async *histories(what) {
      const prefix = foreignRefs[what];
      const tips = await listTips(prefix);
      let index = 0;
      for await (const stream of walkStreams(
        tips.map(({ tip }) => tip),
        batch.read,
        readShallow(commonDir),
      )) {
        const name = tips[index++]?.name ?? "";
        if ("broken" in stream)
          throw new TrackerError("corrupt", `${prefix}${visible(name)}: ${stream.broken}`, "See: git fsck");
        const commits = stream.commits.map(({ oid, bytes }) => ({ oid, ...decodeCommitObject(bytes).content }));
        yield { ref: `${prefix}${name}`, name, commits: commits.reverse() };
      }
    },
    async readTree(oid) {
      const found = await batch.read(oid);
      if (found !== undefined && !("damage" in found) && found.type === "tree")
        return decodeTreeEntries(found.bytes, hash);
      throw new TrackerError("corrupt", `The tree ${oid} can't be read`, "See what else is damaged: git fsck");
    },
    async readBlob(oid) {
      const found = await batch.read(oid);
      return found !== undefined && !("damage" in found) && found.type === "blob" ? found.bytes : undefined;
    },
    close() {
      batch.close();
      cleanUp();
    },
  };
}
