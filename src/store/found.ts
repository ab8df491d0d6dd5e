/** What looking for an object gave: the object, nothing, or one that is there but can't be used. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { GitObject } from "./objects.ts";
import type { RawCommit } from "./store.ts";

/** An object that was cut off by a power failure, is damaged, or is too big. */
export interface Damage {
  readonly damage: string;
  /** It has no content at all: what a power cut makes of a file that nobody flushed. */
  readonly empty?: true;
}

/** Undefined: there is no such object. */
export type Found = GitObject | Damage | undefined;

export type ReadObject = (oid: Oid) => Promise<Found>;

/** The commits among what was found, in order. Throws `corrupt` if an object is damaged. */
export function commitsAmong(oids: readonly Oid[], found: readonly Found[]): RawCommit[] {
  return oids.flatMap((oid, i) => {
    const object = found[i];
    if (object === undefined) return [];
    if ("damage" in object) throw damaged(object);
    return object.type === "commit" ? [{ oid, bytes: object.bytes }] : [];
  });
}

/** The content of a blob that was looked for. Throws `not-found` or `corrupt`. */
export function blobOf(oid: Oid, found: Found): Uint8Array {
  if (found !== undefined && "damage" in found) throw damaged(found);
  if (found?.type === "blob") return found.bytes;
  throw new TrackerError(
    "not-found",
    `There is no file ${oid} in this repository`,
    "A clone that has it can give it back: git fetch",
  );
}

function damaged({ damage }: Damage): TrackerError {
  return new TrackerError("corrupt", damage, "See what else is damaged: git fsck");
}
