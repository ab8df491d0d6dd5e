/** Different files that were attached under one name at once: one keeps the name, the others stay, under names of their own. */
import type { Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import type { EventDraft } from "../core/event.ts";
import type { ConflictValue, Issue } from "../core/issue.ts";
import { visible } from "../core/text.ts";
import { decode } from "./streams.ts";
import type { Tracker } from "./tracker.ts";

/** The blob that a person means by the beginning of its name; undefined for an empty text. Throws `not-found` or `ambiguous`. */
export function chooseFile(name: string, values: readonly ConflictValue[], text: string): Oid | undefined {
  if (text === "") return undefined;
  const blobs = [...new Set(values.flatMap(({ value }) => value ?? []))];
  const [blob, ...others] = blobs.filter((each) => each.startsWith(text.toLowerCase()));
  if (blob !== undefined && others.length === 0) return blob;
  throw new TrackerError(
    blob === undefined ? "not-found" : "ambiguous",
    `\`${visible(text)}\` ${blob === undefined ? "is none" : "may be several"} of the files called ${visible(name)}`,
    `They are: ${blobs.map((each) => each.slice(0, 10)).join(", ")}.`,
  );
}

interface FilesOfOneName {
  readonly name: string;
  readonly values: readonly ConflictValue[];
  /** Undefined: none is to have the name. */
  readonly chosen: Oid | undefined;
}

/** The other files' names say what is in them, so whoever settles it in the same way at the same time writes the same. */
export async function settleFiles(
  tracker: Tracker,
  { attachments }: Issue,
  { name, values, chosen }: FilesOfOneName,
): Promise<EventDraft[]> {
  const sizes = await sizesOf(tracker, name, values);
  const others = [...sizes.keys()].filter((blob) => blob !== chosen);
  const named = others.map((blob) => ({ name: otherName(name, blob), blob }));
  const added = [...(chosen === undefined ? [] : [{ name, blob: chosen }]), ...named];
  return [
    ...(chosen === undefined ? [{ type: "attachment-removed", name } as const] : []),
    ...added
      .filter((file) => file.name === name || !attachments.some((each) => each.name === file.name))
      .map((file) => ({ type: "attachment-added", ...file, size: sizes.get(file.blob) ?? "0" }) as const),
  ];
}

/** By blob, in bytes, as whoever attached it said. */
async function sizesOf(
  { store }: Tracker,
  name: string,
  values: readonly ConflictValue[],
): Promise<ReadonlyMap<Oid, string>> {
  const commits = (await store.readCommits(values.map(({ commit }) => commit))).map(decode);
  const files = commits
    .flatMap(({ events }) => events)
    .filter((event) => event.type === "attachment-added")
    .filter((event) => event.name === name && values.some(({ value }) => value === event.blob));
  return new Map(files.map(({ blob, size }) => [blob, size]));
}

/** In bytes, as file systems have it. */
const nameBytesMax = 255;

/** `shot.png` → `shot-1a2b3c4.png`. A name that is too long for that becomes the other part alone. */
function otherName(name: string, blob: Oid): string {
  const dot = name.lastIndexOf(".");
  const at = dot > 0 ? dot : name.length;
  const longer = `${name.slice(0, at)}-${blob.slice(0, 7)}${name.slice(at)}`;
  return Buffer.byteLength(longer) > nameBytesMax ? blob : longer;
}
