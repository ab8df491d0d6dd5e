/**
 * The store's port: git as an append-only event store. It knows objects and refs, not issues. Three implementations answer to
 * one contract (test/store/contract.ts): `native` (git is installed), `embedded` (it is not), and the tests' in-memory one.
 */
import type { CommitContent, Oid } from "../core/commit.ts";
import type { DamagedObject, OutOfReach } from "./examine.ts";
import type { Found } from "./found.ts";
import type { NamedObject } from "./objects.ts";

/** The move of one ref. `from` undefined: it must not exist yet. `to` undefined: it is deleted. */
export interface RefUpdate {
  readonly ref: string;
  readonly from: Oid | undefined;
  readonly to: Oid | undefined;
}

/** Losing a race is an answer, not an error. */
export type SwapResult =
  | { readonly kind: "updated" }
  | { readonly kind: "moved"; readonly ref: string; readonly actual: Oid | undefined };

/** A file to go into a commit's tree, as `attachments/<name>`. */
export interface AttachmentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A commit's bytes (an object's content, without git's header), as they are stored. */
export interface RawCommit {
  readonly oid: Oid;
  readonly bytes: Uint8Array;
}

/** What the refs looked like at some moment without reading them: equal stamps mean that no ref has changed in between. */
export type RefStamp = string;

export interface RefScan {
  /** `all`: every ref. `loose`: those with a file of their own, since the packed ones are as they were. */
  readonly kind: "all" | "loose";
  readonly refs: ReadonlyMap<string, Oid>;
  /** The names of the loose ones: of these, some may be gone at the next scan. */
  readonly loose: readonly string[];
}

/** How safe a write is when the power fails: `durable` survives it, `fast` may lose the last moments but never breaks. */
export type Durability = "durable" | "fast";

/** Names and addresses have been checked. */
export type RemoteChange =
  | { readonly kind: "add"; readonly name: string; readonly url: string }
  | { readonly kind: "remove"; readonly name: string };

export interface Store {
  readonly kind: "native" | "embedded" | "memory";
  /** Decides the length of oids and the empty tree's name. */
  readonly hash: "sha1" | "sha256";
  /** The name of the tree that holds nothing. It need not be written: git knows it. */
  readonly emptyTree: Oid;
  /** The folder that this program may use for its own files, `$GIT_COMMON_DIR/git-tracker`. It may not exist yet. */
  readonly folder: string;

  /** The name that a commit of this content has; writes nothing. */
  nameCommit(content: CommitContent): Oid;
  /**
   * Writes commits, and flushes them unless durability is `fast`. Writing one again changes nothing. Many at once become
   * one pack. Returns their names in the same order.
   */
  writeCommits(contents: readonly CommitContent[]): Promise<Oid[]>;
  /** Writes a tree that holds `attachments/<name>` for each file (the empty tree for none) and the files. */
  writeTree(files: readonly AttachmentFile[]): Promise<{ readonly tree: Oid; readonly blobs: readonly Oid[] }>;
  readBlob(oid: Oid): Promise<Uint8Array>;
  /** Any objects, in the order given. Damage is told, not thrown. */
  readObjects(oids: readonly Oid[]): Promise<readonly Found[]>;
  /** Writes objects that came from elsewhere, as `writeCommits` does its own. */
  writeObjects(objects: readonly NamedObject[]): Promise<void>;

  /**
   * Moves all of these refs or none, each only if it still is at `from`. A ref locked by somebody else is waited for (about
   * two seconds), then `unavailable`. What was written since the last swap belongs to this one: once it is done, no garbage collection
   * can take that away, not even one that was under way.
   */
  swap(updates: readonly RefUpdate[]): Promise<SwapResult>;
  /** All refs below `prefix` (which ends in a slash) with their tips, in order of name. */
  listRefs(prefix: string): Promise<Map<string, Oid>>;
  /** What may have changed below `prefix` since a stamp was taken; without one, all there is. */
  scanRefs(prefix: string, since?: RefStamp): Promise<RefScan>;
  readRef(ref: string): Promise<Oid | undefined>;
  /** Cheap: a few stats. Undefined if no such statement can be made, because something changed just now. */
  stampRefs(): RefStamp | undefined;
  /** Packs loose refs and loose objects of ours when there are many; otherwise does nothing. */
  maintain(): Promise<void>;
  /**
   * Finishes what a process of ours left when it died: removes its locks, and moves the rest of the refs of a swap that had begun.
   * Only for who knows that none of ours is alive: the holder of the writer lock. Other programs' locks stay.
   */
  recover(): Promise<void>;
  /** Gives back what a garbage collection or the disk has taken of the last events. Returns how many objects that were. */
  restore(): Promise<number>;

  /**
   * Every commit reachable from the tip of each stream, stream by stream in the order given, children before parents. A stream
   * that can't be read in full yields `broken` with the reason, and the others go on. Memory is bounded by the largest stream; of
   * streams of whoever, by `bytesMax`.
   */
  readStreams(tips: readonly Oid[], bytesMax?: number): AsyncIterable<StreamRead>;
  /**
   * Why one of these can't be the tree of a commit, which holds nothing, or `attachments/<name>`: plain files that are not too big.
   * Undefined: all can.
   */
  treeFault(trees: readonly Oid[]): Promise<string | undefined>;
  /** Single commits, in the order given. Missing ones are left out. */
  readCommits(oids: readonly Oid[]): Promise<RawCommit[]>;

  /** The remotes that git's configuration has, with their addresses. */
  remotes(): Promise<ReadonlyMap<string, string>>;
  /** Adds a remote, or removes one with what git remembers of it. Throws `unavailable` where that can't be done. */
  changeRemotes(change: RemoteChange): Promise<void>;
  /** A value of git's configuration, as git itself would find it (system, person, repository, environment). */
  gitConfig(key: string): Promise<string | undefined>;
  /** Lock files that stand in the way of writing: git's own, of refs that are ours or shared by all. */
  findLocks(): Promise<readonly string[]>;
  /**
   * Moves the lock files of our refs whose holders are surely dead out of the way; it takes some seconds to tell. Returns their paths.
   * The writer lock must be held.
   */
  setLocksAside(): Promise<readonly string[]>;
  /** What is wrong with these objects and, where they are trees, with all below them. What the journal holds is given back first. */
  findDamage(oids: readonly Oid[]): Promise<readonly DamagedObject[]>;
  /** What holds objects and can't be read now, but could be again. */
  outOfReach(): readonly OutOfReach[];
  /**
   * Where a broken ref may have pointed, the best guess first; `root` is what its stream began with. It may look through every object
   * there is.
   */
  formerTips(ref: string, root: Oid): Promise<readonly Oid[]>;
  /** Where each ref ended when it was last written here, as far as that is remembered; undefined: it was deleted. */
  lastTips(): ReadonlyMap<string, Oid | undefined>;
  /** The short name of the branch that is checked out, if one is. */
  currentBranch(): Promise<string | undefined>;
  close(): void;
}

export type StreamRead =
  | { readonly tip: Oid; readonly commits: readonly RawCommit[] }
  | { readonly tip: Oid; readonly broken: string };
