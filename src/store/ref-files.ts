/**
 * Refs as files, read in process: a file each below `refs/`, and all the packed ones in `packed-refs`. A loose ref hides a packed
 * one of the same name. A ref whose file is broken or symbolic has the zero oid as its tip, so that nobody takes it for absent.
 */
import { type BigIntStats, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../core/commit.ts";
import type { Clock } from "../platform/clock.ts";
import { readFolderIfAny, readTextIfAny } from "../platform/files.ts";
import { oidLength, zeroOid } from "./objects.ts";
import { firstPackedFrom } from "./packed-lookup.ts";
import { refs } from "./refs.ts";
import type { Repository } from "./repository.ts";
import type { RefScan, RefStamp } from "./store.ts";

/** Where refs are kept, and how long their oids are. */
export type RefFolder = Pick<Repository, "commonDir" | "hash">;

export function readRefFile(folder: RefFolder, ref: string): Oid | undefined {
  return readLooseRef(folder, ref) ?? readPackedRef(folder, ref);
}

/** All refs below `prefix`, which ends in a slash, in order of name. */
export function listRefFiles(folder: RefFolder, prefix: string): Map<string, Oid> {
  // Loose ones first: a ref that is packed meanwhile is then found there.
  const loose = looseRefNames(folder, prefix).map((ref) => [ref, readLooseRef(folder, ref)] as const);
  const packed = pickPacked(folder, readPacked(folder), ` ${prefix}`);
  if (loose.length === 0) return packed;
  for (const [ref, oid] of loose) if (oid !== undefined) packed.set(ref, oid);
  return new Map([...packed].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads only the loose refs if `packed-refs` is as it was when `since` was taken: then it can't hold anything new. */
export function scanRefFiles(folder: RefFolder, prefix: string, since: RefStamp | undefined): RefScan {
  const names = looseRefNames(folder, prefix);
  if (since === undefined || since.split(" ").at(-1) !== stampOf(join(folder.commonDir, "packed-refs"))) {
    return { kind: "all", refs: listRefFiles(folder, prefix), loose: names };
  }
  const found = names.flatMap((ref): [string, Oid][] => {
    const oid = readLooseRef(folder, ref);
    return oid === undefined ? [] : [[ref, oid]];
  });
  return { kind: "loose", refs: new Map(found), loose: found.map(([ref]) => ref) };
}

/** A ref that is below this name, or that this name would be below. */
export function refInTheWay(folder: RefFolder, ref: string): string | undefined {
  const parts = ref.split("/");
  const above = parts.slice(1, -1).map((_, i) => parts.slice(0, i + 2).join("/"));
  const [below] = looseRefNames(folder, `${ref}/`);
  if (below !== undefined) return below;
  const packed = firstPackedFrom(folder, `${ref}/`);
  if (packed?.ref.startsWith(`${ref}/`)) return packed.ref;
  return above.find((name) => readRefFile(folder, name) !== undefined);
}

/** The tip that packed-refs has, which a loose file may hide. */
export function readPackedRef(folder: RefFolder, ref: string): Oid | undefined {
  const packed = firstPackedFrom(folder, ref);
  return packed?.ref === ref ? packed.oid : undefined;
}

/** The lock files of our refs and of what all refs share. */
export function findLockFiles({ commonDir }: Pick<Repository, "commonDir">): string[] {
  const shared = ["packed-refs.lock", "reftable/tables.list.lock"].filter((name) => existsSync(join(commonDir, name)));
  const ours = filesBelow(commonDir, refs.root).filter((name) => name.endsWith(".lock"));
  return [...shared, ...ours].map((name) => join(commonDir, name));
}

/** The short name of the branch that HEAD of this work tree names. */
export function readBranch({ gitDir }: Pick<Repository, "gitDir">): string | undefined {
  return /^ref:\s*refs\/heads\/(.+?)\s*$/.exec(readTextIfAny(join(gitDir, "HEAD")) ?? "")?.[1];
}

/** The names of the refs below `prefix` that have a file of their own. */
export function looseRefNames({ commonDir }: Pick<RefFolder, "commonDir">, prefix: string): string[] {
  return filesBelow(commonDir, prefix).filter((name) => !name.endsWith(".lock"));
}

export function readLooseRef({ commonDir, hash }: RefFolder, ref: string): Oid | undefined {
  let text: string | undefined;
  try {
    text = readTextIfAny(join(commonDir, ref));
  } catch (error) {
    if (isFolder(join(commonDir, ref))) return undefined; // Refs are below this name, or were.
    throw error;
  }
  if (text === undefined) return undefined;
  const oid = text.trimEnd();
  return oid.length === oidLength(hash) && /^[0-9a-f]+$/.test(oid) ? oid : zeroOid(hash);
}

/** Undefined if something changed so recently that another change could leave the same stamp. */
export function stampRefs(repository: Repository, clock: Clock): RefStamp | undefined {
  const names = repository.refStorage === "files" ? [refs.root, refs.issues, "packed-refs"] : ["reftable/tables.list"];
  const parts: string[] = [];
  const now = BigInt(clock.now()) * nanosecondsPerMs;
  for (const name of names) {
    const stats = statOf(join(repository.commonDir, name));
    if (stats !== undefined) {
      const grain = stats.mtimeNs % 1_000_000_000n === 0n ? wholeSecondGrain : fineGrain;
      if (now - stats.mtimeNs < grain) return undefined;
    }
    parts.push(renderStats(stats));
  }
  return parts.join(" ");
}

/** True if the project's ref has not changed between two stamps, whatever became of the issues', which are in a folder below. */
export function isSameProject(a: RefStamp, b: RefStamp): boolean {
  const [root, , packed] = a.split(" ");
  const [otherRoot, , otherPacked] = b.split(" ");
  return root === otherRoot && packed === otherPacked;
}

function stampOf(path: string): string {
  return renderStats(statOf(path));
}

function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

function renderStats(stats: BigIntStats | undefined): string {
  return stats === undefined ? "-" : `${stats.mtimeNs}.${stats.size}.${stats.ino}`;
}

const nanosecondsPerMs = 1_000_000n;
/** Longer than a tick of the kernel's clock, by which files are stamped. */
const fineGrain = 20n * nanosecondsPerMs;
/** File systems without fractions of seconds; FAT counts in twos. */
const wholeSecondGrain = 2000n * nanosecondsPerMs;

/** The files below a folder, named from where the refs are kept. */
function filesBelow(commonDir: string, prefix: string): string[] {
  return (readFolderIfAny(join(commonDir, prefix)) ?? []).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(commonDir, `${prefix}${entry.name}/`) : [prefix + entry.name],
  );
}

/** The text of packed-refs. */
function readPacked({ commonDir }: Pick<RefFolder, "commonDir">): string {
  return readTextIfAny(join(commonDir, "packed-refs")) ?? "";
}

/** The refs of lines that hold this text after the oid. Jumps from hit to hit, since others may have many more refs. */
function pickPacked({ hash }: RefFolder, text: string, sought: string): Map<string, Oid> {
  const found = new Map<string, Oid>();
  const length = oidLength(hash);
  for (let at = text.indexOf(sought); at !== -1; at = text.indexOf(sought, at + 1)) {
    const start = at - length;
    if (start < 0 || (start > 0 && text[start - 1] !== "\n")) continue;
    const end = text.indexOf("\n", at);
    found.set(text.slice(at + 1, end === -1 ? undefined : end), text.slice(start, at));
  }
  return found;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
