/** A store in memory, for tests that need one but not git. It answers to the same contract and names objects as the others do. */
import type { Oid } from "../../src/core/commit.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { findDamage, headsFrom } from "../../src/store/examine.ts";
import { blobOf, commitsAmong } from "../../src/store/found.ts";
import { emptyTree, encodeCommit, type Hash, type NamedObject, nameObject } from "../../src/store/objects.ts";
import { treeFault, treeReader } from "../../src/store/received.ts";
import type { RefUpdate, Store, SwapResult } from "../../src/store/store.ts";
import { walkStreams } from "../../src/store/streams.ts";
import { attachmentTree } from "../../src/store/writer.ts";

export interface MemoryStoreOptions {
  readonly hash?: Hash;
  readonly config?: Readonly<Record<string, string>>;
  readonly branch?: string;
}

export interface MemoryStore extends Store {
  readonly kind: "memory";
  /** What was written and is pointed to; for tests that break something on purpose. */
  readonly objects: Map<Oid, NamedObject>;
  readonly refs: Map<string, Oid>;
}

export function memoryStore({ hash = "sha1", config = {}, branch }: MemoryStoreOptions = {}): MemoryStore {
  const objects = new Map<Oid, NamedObject>();
  const refs = new Map<string, Oid>();
  let changes = 0;
  const keep = (object: NamedObject) => objects.set(object.oid, object);
  const read = async (oid: Oid) => objects.get(oid);
  const empty = emptyTree(hash);
  const list = (prefix: string) => {
    const below = [...refs].filter(([ref]) => ref.startsWith(prefix));
    return new Map(below.sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return {
    kind: "memory",
    hash,
    emptyTree: empty.oid,
    folder: "memory",
    objects,
    refs,
    nameCommit: (content) => nameObject(hash, encodeCommit(content)).oid,
    async writeCommits(contents) {
      const commits = contents.map((content) => nameObject(hash, encodeCommit(content)));
      for (const object of [empty, ...commits]) keep(object);
      return commits.map(({ oid }) => oid);
    },
    async writeTree(files) {
      const tree = attachmentTree(hash, files);
      for (const object of tree.objects) keep(object);
      return { tree: tree.oid, blobs: tree.blobs };
    },
    readBlob: async (oid) => blobOf(oid, objects.get(oid)),
    readObjects: (oids) => Promise.all(oids.map(read)),
    async writeObjects(written) {
      for (const object of written) keep(object);
    },
    async swap(updates) {
      const moved = movedAmong(refs, updates);
      if (moved !== undefined) return moved;
      const created = updates.filter(({ from, to }) => from === undefined && to !== undefined);
      const names = new Set([...refs.keys(), ...created.map(({ ref }) => ref)]);
      for (const { ref } of created) checkNameFree(names, ref);
      for (const { ref, to } of updates) {
        if (to === undefined) refs.delete(ref);
        else refs.set(ref, to);
      }
      changes++;
      return { kind: "updated" };
    },
    listRefs: async (prefix) => list(prefix),
    scanRefs: async (prefix) => ({ kind: "all", refs: list(prefix), loose: [] }),
    readRef: async (ref) => refs.get(ref),
    stampRefs: () => String(changes),
    async maintain() {},
    readStreams: (tips, bytesMax) => walkStreams(tips, read, new Set(), bytesMax),
    treeFault: (trees) => treeFault(treeReader(hash, read), trees),
    readCommits: async (oids) => commitsAmong(oids, await Promise.all(oids.map(read))),
    remotes: async () => new Map(),
    changeRemotes: () => Promise.reject(new Error("There is nothing beside memory")),
    gitConfig: async (key) => config[key],
    async recover() {},
    restore: async () => 0,
    findLocks: async () => [],
    setLocksAside: async () => [],
    findDamage: (oids) => findDamage(hash, read, oids),
    outOfReach: () => [],
    lastTips: () => new Map(),
    formerTips: (_, root) => headsFrom(root, [...objects.keys()], read),
    currentBranch: async () => branch,
    close() {},
  };
}

function movedAmong(refs: ReadonlyMap<string, Oid>, updates: readonly RefUpdate[]): SwapResult | undefined {
  const moved = updates.find(({ ref, from }) => refs.get(ref) !== from);
  return moved && { kind: "moved", ref: moved.ref, actual: refs.get(moved.ref) };
}

function checkNameFree(names: ReadonlySet<string>, ref: string): void {
  for (const other of names) {
    if (other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`)) {
      throw new TrackerError("conflict", `${ref} can't exist beside ${other}`);
    }
  }
}
