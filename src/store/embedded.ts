/**
 * The store where no git is installed: the same objects, refs by git's own lock files, packs read by isomorphic-git. It opens
 * repositories with SHA-1 and refs in files, and says of others that they need git.
 */

import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { alternatesOf, findDamage, outOfReach } from "./examine.ts";
import { blobOf, commitsAmong, type Found, type ReadObject } from "./found.ts";
import { type ConfigEntry, canonicalKey, lastValue, readAllConfig, remotesIn } from "./gitconfig.ts";
import { changeConfig } from "./gitconfig-edit.ts";
import { createKeeper } from "./keeper.ts";
import { setLocksAside } from "./lock-file.ts";
import { readLoose } from "./loose.ts";
import { emptyTree, objectType } from "./objects.ts";
import type { StoreOptions } from "./open.ts";
import { createPackedRefs } from "./packed-refs.ts";
import { treeFault, treeReader } from "./received.ts";
import {
  findLockFiles,
  listRefFiles,
  readBranch,
  readPackedRef,
  readRefFile,
  scanRefFiles,
  stampRefs,
} from "./ref-files.ts";
import { refWriterOf, swapRefFiles } from "./reflock.ts";
import { refs } from "./refs.ts";
import type { Repository } from "./repository.ts";
import type { Store } from "./store.ts";
import { commitBytesMax, readShallow, walkStreams } from "./streams.ts";

export function openEmbeddedStore(repository: Repository, options: StoreOptions): Store {
  const { hash, commonDir } = repository;
  refuseUnsupported(repository);
  const refWriter = refWriterOf(repository, options);
  const keeper = createKeeper({
    ...options,
    repository,
    move: async (updates) => (await createPackedRefs(refWriter, updates)) ?? swapRefFiles(refWriter, updates),
    readRef: async (ref) => readRefFile(repository, ref),
  });
  const readAny = objectReader(repository);
  const read = (bytesMax: number) => keeper.restoring(readAny(bytesMax));
  let config: readonly ConfigEntry[] | undefined;
  return {
    kind: "embedded",
    hash,
    emptyTree: emptyTree(hash).oid,
    folder: join(commonDir, "git-tracker"),
    ...keeper,
    readBlob: async (oid) => blobOf(oid, await read(limits.attachmentBytesMax)(oid)),
    readObjects: (oids) => Promise.all(oids.map(read(limits.attachmentBytesMax))),
    listRefs: async (prefix) => listRefFiles(repository, prefix),
    scanRefs: async (prefix, since) => scanRefFiles(repository, prefix, since),
    readRef: async (ref) => readRefFile(repository, ref),
    stampRefs: () => stampRefs(repository, options.clock),
    readStreams: (tips, bytesMax) => walkStreams(tips, read(commitBytesMax), readShallow(commonDir), bytesMax),
    treeFault: (trees) => treeFault(treeReader(hash, read(limits.attachmentBytesMax)), trees),
    readCommits: async (oids) => commitsAmong(oids, await Promise.all(oids.map(read(commitBytesMax)))),
    async gitConfig(key) {
      config ??= readAllConfig(repository, options.env);
      return lastValue(config, canonicalKey(key));
    },
    async remotes() {
      config ??= readAllConfig(repository, options.env);
      return remotesIn(config.map(({ key, value }): [string, string] => [key, value]));
    },
    async changeRemotes(change) {
      config = undefined;
      await changeConfig(refWriter, change);
      if (change.kind === "add") return;
      const followed = listRefFiles(repository, refs.branchesOf(change.name));
      await keeper.swap([...followed].map(([ref, from]) => ({ ref, from, to: undefined })));
    },
    findLocks: async () => findLockFiles(repository),
    setLocksAside: () => setLocksAside(refWriter),
    findDamage: (oids) => findDamage(hash, read(limits.attachmentBytesMax), oids),
    outOfReach: () => outOfReach(repository.objectsDir),
    async formerTips(ref) {
      const packed = readPackedRef(repository, ref); // A loose file may hide it.
      return [...keeper.formerTips(ref), ...(packed === undefined ? [] : [packed])];
    },
    currentBranch: async () => readBranch(repository),
    close() {},
  };
}

function refuseUnsupported({ hash, refStorage }: Repository): void {
  const what = hash === "sha256" ? "SHA-256 objects" : refStorage === "reftable" ? "reftable refs" : undefined;
  if (what === undefined) return;
  throw new TrackerError("unavailable", `A repository with ${what} needs git installed`, "Install git.");
}

/** Reads loose objects itself, and packed ones by isomorphic-git, here and in the repositories that this one borrows from. */
function objectReader({ objectsDir, hash }: Repository): (bytesMax: number) => ReadObject {
  const cache = {}; // What isomorphic-git keeps between calls: the indexes of packs.
  let folders: readonly string[] | undefined;
  return (bytesMax) => async (oid) => {
    folders ??= [objectsDir, ...alternatesOf(objectsDir)];
    for (const folder of folders) {
      const found = readLoose(folder, hash, oid, bytesMax) ?? (await readPacked(folder, oid, cache));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

async function readPacked(objectsDir: string, oid: Oid, cache: object): Promise<Found> {
  if (!/^[0-9a-f]{40}$/.test(oid)) return undefined;
  const { readObject, Errors } = await import("isomorphic-git");
  try {
    const found = await readObject({ fs, gitdir: dirname(objectsDir), oid, format: "content", cache });
    const type = objectType(found.type);
    return type !== undefined && found.object instanceof Uint8Array ? { type, bytes: found.object } : undefined;
  } catch (error) {
    if (error instanceof Errors.NotFoundError) return undefined;
    return { damage: `object ${oid} is in a damaged pack` };
  }
}
