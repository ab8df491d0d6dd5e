/** Writing objects: loose when there are few, one pack when there are many. Both stores write with this code. */

import type { CommitContent, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { Chance } from "../platform/chance.ts";
import { type Flush, refusingDiskErrors } from "../platform/files.ts";
import { encodeLoose, hasLoose, type LooseObject, writeLoose } from "./loose.ts";
import { emptyTree, encodeCommit, encodeTree, type Hash, isTreeName, type NamedObject, nameObject } from "./objects.ts";
import { writePack } from "./pack.ts";
import type { AttachmentFile, Durability, Store } from "./store.ts";

export interface WriterOptions {
  readonly objectsDir: string;
  readonly hash: Hash;
  readonly flush: Flush;
  readonly chance: Chance;
  /** Told of every object that was written as a file of its own. */
  wrote(objects: readonly LooseObject[]): void;
  /** Told the name of every pack before it is written. It is kept from collection until somebody releases it. */
  guard(pack: string): void;
}

export type Writer = Pick<Store, "nameCommit" | "writeCommits" | "writeTree" | "writeObjects">;

export function createWriter(options: WriterOptions): Writer {
  const { hash, objectsDir } = options;
  const empty = emptyTree(hash);
  let emptyTreeKnown = false;

  const write = (objects: readonly NamedObject[]) =>
    refusingDiskErrors(objectsDir, () => {
      const bytes = objects.reduce((sum, object) => sum + object.bytes.length, 0);
      if (objects.length > looseMax || bytes > looseBytesMax) return writePack(options, objects, options.guard);
      const loose = objects.map(encodeLoose);
      writeLoose(options, loose);
      options.wrote(loose);
    });

  /** Git knows the empty tree without having it, but `git fsck` misses it. */
  const withEmptyTree = (contents: readonly CommitContent[], commits: readonly NamedObject[]) => {
    emptyTreeKnown ||= hasLoose(objectsDir, empty.oid);
    return emptyTreeKnown || contents.every(({ tree }) => tree !== empty.oid) ? commits : [empty, ...commits];
  };

  /** Who writes a commit has asked for its name before. */
  const encoded = new WeakMap<CommitContent, NamedObject>();
  const encode = (content: CommitContent) => {
    const commit = encoded.get(content) ?? nameObject(hash, encodeCommit(content));
    encoded.set(content, commit);
    return commit;
  };

  return {
    nameCommit: (content) => encode(content).oid,
    async writeCommits(contents) {
      const commits = contents.map(encode);
      if (commits.length === 0) return [];
      write(withEmptyTree(contents, commits));
      return commits.map(({ oid }) => oid);
    },
    async writeTree(files) {
      const tree = attachmentTree(hash, files);
      write(tree.objects);
      return { tree: tree.oid, blobs: tree.blobs };
    },
    async writeObjects(objects) {
      if (objects.length > 0) write(objects);
    },
  };
}

/** `fast` writes are flushed by nobody: a flushed ref to an object that isn't would be worse than both lost. */
export function flushOf(durability: Durability): Flush {
  return durability === "fast" ? "buffered" : "flushed";
}

/** From so many objects on a pack costs less than files of their own. */
const looseMax = 50;
/** And so many bytes are too many to be in the journal as well. */
const looseBytesMax = 512 * 1024;

/** The objects of a tree that holds `attachments/<name>` for each file; the root comes last. */
export function attachmentTree(
  hash: Hash,
  files: readonly AttachmentFile[],
): { readonly oid: Oid; readonly blobs: readonly Oid[]; readonly objects: readonly NamedObject[] } {
  if (files.length === 0) {
    const empty = emptyTree(hash);
    return { oid: empty.oid, blobs: [], objects: [empty] };
  }
  checkNames(files);
  const blobs = files.map(({ bytes }) => nameObject(hash, { type: "blob", bytes }));
  const entries = files.map(({ name }, i) => ({ name, type: "blob" as const, oid: blobs[i]?.oid ?? "" }));
  const folder = nameObject(hash, encodeTree(entries));
  const root = nameObject(hash, encodeTree([{ name: "attachments", type: "tree", oid: folder.oid }]));
  return { oid: root.oid, blobs: blobs.map(({ oid }) => oid), objects: [...blobs, folder, root] };
}

function checkNames(files: readonly AttachmentFile[]): void {
  const seen = new Set<string>();
  for (const { name } of files) {
    if (!isTreeName(name)) {
      throw new TrackerError(
        "invalid",
        `A file can't be attached as ${JSON.stringify(name)}`,
        "Give it a plain file name.",
      );
    }
    if (seen.has(name)) {
      throw new TrackerError(
        "invalid",
        `Two files are called ${JSON.stringify(name)}`,
        "Attach one of them under another name.",
      );
    }
    seen.add(name);
  }
}
