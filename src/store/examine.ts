/** What `doctor` asks a store: which objects are damaged, what it borrows from that is gone, and where a broken ref may have pointed. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Oid } from "../core/commit.ts";
import { readFolderIfAny, readTextIfAny } from "../platform/files.ts";
import type { ReadObject } from "./found.ts";
import { decodeTree, type Hash, nameObject, parentsOf } from "./objects.ts";

/** An object that can't be had, and why. */
export interface DamagedObject {
  readonly oid: Oid;
  readonly reason: string;
  /** It has no content at all. */
  readonly empty: boolean;
}

/** Looks at these objects and, where they are trees, at all below them. */
export async function findDamage(hash: Hash, read: ReadObject, oids: readonly Oid[]): Promise<DamagedObject[]> {
  const damaged: DamagedObject[] = [];
  const seen = new Set<Oid>(oids);
  const waiting = [...oids];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    const found = await read(oid);
    if (found === undefined) {
      damaged.push({ oid, reason: "it is missing", empty: false });
    } else if ("damage" in found) {
      damaged.push({ oid, reason: found.damage, empty: found.empty === true });
    } else if (nameObject(hash, found).oid !== oid) {
      damaged.push({ oid, reason: "it is not what its name says", empty: false });
    } else if (found.type === "tree") {
      const below = decodeTree(found.bytes, hash).filter((each) => !seen.has(each));
      for (const each of below) seen.add(each);
      waiting.push(...below);
    }
  }
  return damaged;
}

/** The object folders that a repository borrows from, with those that these borrow from. */
export function alternatesOf(objectsDir: string, depth = 0): string[] {
  const lines = readTextIfAny(join(objectsDir, "info/alternates"))?.split("\n") ?? [];
  if (depth > alternateDepthMax) return [];
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const folder = resolve(objectsDir, line);
      return [folder, ...alternatesOf(folder, depth + 1)];
    });
}

/** Something that holds objects and can't be read now. */
export interface OutOfReach {
  readonly what: string;
  readonly hint: string;
}

export function outOfReach(objectsDir: string): OutOfReach[] {
  const folders = alternatesOf(objectsDir).filter((folder) => !existsSync(folder));
  const packs = join(objectsDir, "pack");
  const names = (readFolderIfAny(packs) ?? []).map(({ name }) => name);
  const unindexed = names.filter((name) => name.endsWith(".pack") && !names.includes(name.replace(/pack$/, "idx")));
  return [
    ...folders.map((folder) => ({
      what: `This repository borrows objects from ${folder}, which is not there`,
      hint: "Put it back, or fetch what is missing from another clone and take it out of objects/info/alternates.",
    })),
    ...unindexed.map((name) => ({
      what: `A pack has lost its index: ${join(packs, name)}`,
      hint: `git index-pack ${join(packs, name)}`,
    })),
  ];
}

/** The ends of what grows from `root` among these commits, those with the most commits first. */
export async function headsFrom(root: Oid, commits: readonly Oid[], read: ReadObject): Promise<Oid[]> {
  const children = new Map<Oid, Oid[]>();
  for (const oid of commits) {
    const found = await read(oid);
    if (found === undefined || "damage" in found || found.type !== "commit") continue;
    for (const parent of parentsOf(found.bytes)) children.set(parent, [...(children.get(parent) ?? []), oid]);
  }
  const distance = new Map<Oid, number>([[root, 0]]);
  for (const [oid, steps] of distance) {
    for (const child of children.get(oid) ?? []) {
      distance.delete(child); // Set again it comes last, after all that it stands on.
      distance.set(child, steps + 1);
    }
  }
  const heads = [...distance].filter(([oid]) => !children.has(oid));
  return heads.toSorted(([, a], [, b]) => b - a).map(([oid]) => oid);
}

/** As deep as git follows them. */
const alternateDepthMax = 5;
