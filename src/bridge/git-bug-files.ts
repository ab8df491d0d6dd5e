/** Files that git-bug's messages show: blobs without a name, which get one by what they are and by what they begin with. */
import type { Oid } from "../core/commit.ts";
import type { ForeignRepository } from "../tracker/foreign.ts";
import type { ImportedCommit } from "../tracker/import.ts";

export interface Attached {
  readonly files: NonNullable<ImportedCommit["files"]>;
  /** How many are not in the repository, or bigger than an attachment may be. */
  readonly missing: number;
}

/** Reads the files that were not attached before, and remembers them in `attached`. */
export async function attach(
  repository: ForeignRepository,
  oids: readonly Oid[],
  attached: Set<Oid>,
): Promise<Attached> {
  const files: { name: string; bytes: Uint8Array }[] = [];
  let missing = 0;
  for (const oid of new Set(oids)) {
    if (attached.has(oid)) continue;
    const bytes = await repository.readBlob(oid);
    if (bytes === undefined) {
      missing++;
      continue;
    }
    attached.add(oid);
    files.push({ name: `${oid.slice(0, 12)}${endingOf(bytes)}`, bytes });
  }
  return { files, missing };
}

const beginnings: readonly (readonly [bytes: readonly number[], ending: string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], ".png"],
  [[0xff, 0xd8, 0xff], ".jpg"],
  [[0x47, 0x49, 0x46, 0x38], ".gif"],
  [[0x25, 0x50, 0x44, 0x46], ".pdf"],
  [[0x50, 0x4b, 0x03, 0x04], ".zip"],
];

function endingOf(bytes: Uint8Array): string {
  return beginnings.find(([start]) => start.every((byte, at) => bytes[at] === byte))?.[1] ?? "";
}
