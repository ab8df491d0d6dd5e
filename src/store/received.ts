/**
 * What a commit that somebody else wrote must look like to be taken: a header that git's own check lets through, and a tree that holds
 * nothing but `attachments/<name>`, plain files of bounded size. Git checks what it fetches for us, but not what a person's own fetch
 * brought before.
 */
import type { Oid } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import { isLine } from "../core/text.ts";
import type { ReadObject } from "./found.ts";
import { type Hash, isTreeName, oidLength } from "./objects.ts";

/** What is wrong with a commit's bytes; undefined: nothing. */
export function headerFault(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = buffer.indexOf("\n\n");
  if (end === -1) return "has no message";
  if (bytes.length - end - 2 > limits.messageBytesMax)
    return `has a message of more than ${limits.messageBytesMax} bytes`;
  if (buffer.includes(0)) return "holds a NUL";
  return headerPattern.test(buffer.toString("latin1", 0, end + 1)) ? undefined : "has a header as no git writes it";
}

/** As `git fsck --strict` wants it: every part once and in order, people with an email, times that fit into 63 bits. */
const person = String.raw`[^<>\n]* <[^<>\n]*> (?:0|[1-9]\d{0,17}) [+-]\d{4}\n`;
const headerPattern = new RegExp(
  String.raw`^tree [0-9a-f]{40,64}\n(?:parent [0-9a-f]{40,64}\n)*author ${person}committer ${person}(?:(?!(?:tree|parent|author|committer) )[^\n]*\n)*$`,
);

export interface TreeReader {
  readonly hash: Hash;
  readonly read: ReadObject;
  /** Type and size of these objects, without reading them. Missing ones are left out. */
  look(oids: readonly Oid[]): Promise<ReadonlyMap<Oid, Look>>;
}

export interface Look {
  readonly type: string;
  readonly size: number;
}

/** Where nothing tells an object's size but reading it. */
export function treeReader(hash: Hash, read: ReadObject): TreeReader {
  return {
    hash,
    read,
    async look(oids) {
      const looks = new Map<Oid, Look>();
      for (const oid of oids) {
        const found = await read(oid);
        if (found === undefined) continue;
        // What can't be read is called too big: either way nobody gets it.
        if ("damage" in found) looks.set(oid, { type: "blob", size: Number.POSITIVE_INFINITY });
        else looks.set(oid, { type: found.type, size: found.bytes.length });
      }
      return looks;
    },
  };
}

/** The biggest tree that is read, in bytes: about a hundred thousand names. */
export const treeBytesMax = limits.messageBytesMax;
/** So many files are looked at in one go. */
const lookMax = 50_000;

/** Why one of these can't be the tree of a commit; undefined: all can. */
export async function treeFault(reader: TreeReader, trees: readonly Oid[]): Promise<string | undefined> {
  const seen = new Set<Oid>();
  const files = new Set<Oid>();
  let bytesLeft = limits.streamBytesMax;
  for (const oid of trees) {
    const root = await readTree(reader, oid);
    if (typeof root === "string") return root;
    const [folder, ...others] = root.entries;
    if (folder === undefined) continue;
    if (others.length > 0 || folder.name !== "attachments" || folder.mode !== "40000") {
      return `tree ${oid} holds something else than attachments`;
    }
    if (seen.has(folder.oid)) continue;
    seen.add(folder.oid);
    const held = await readTree(reader, folder.oid);
    if (typeof held === "string") return held;
    bytesLeft -= root.size + held.size;
    if (bytesLeft < 0) return `its attachments have more names than fit into ${limits.streamBytesMax} bytes`;
    const fault = entriesFault(folder.oid, held.entries);
    if (fault !== undefined) return fault;
    for (const entry of held.entries) files.add(entry.oid);
    if (files.size < lookMax) continue;
    const tooBig = await filesFault(reader, [...files]);
    if (tooBig !== undefined) return tooBig;
    files.clear();
  }
  return await filesFault(reader, [...files]);
}

interface Entry {
  readonly mode: string;
  readonly name: string;
  readonly oid: Oid;
}

interface Tree {
  readonly entries: readonly Entry[];
  readonly size: number;
}

async function readTree({ hash, read }: TreeReader, oid: Oid): Promise<Tree | string> {
  const found = await read(oid);
  if (found === undefined) return `tree ${oid} is missing`;
  if ("damage" in found) return `tree ${oid} can't be read: ${found.damage}`;
  if (found.type !== "tree") return `${oid} is a ${found.type}, not a tree`;
  const entries = entriesIn(found.bytes, oidLength(hash) / 2);
  return entries === undefined ? `tree ${oid} is broken` : { entries, size: found.bytes.length };
}

/** `<mode> <name>\0<oid>`, again and again. */
function entriesIn(bytes: Uint8Array, oidBytes: number): Entry[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: Entry[] = [];
  for (let at = 0; at < buffer.length; ) {
    const blank = buffer.indexOf(0x20, at);
    const end = buffer.indexOf(0, at);
    const next = end + 1 + oidBytes;
    if (blank === -1 || end < blank || next > buffer.length) return undefined;
    entries.push({
      mode: buffer.toString("latin1", at, blank),
      name: buffer.toString("utf8", blank + 1, end),
      oid: buffer.toString("hex", end + 1, next),
    });
    at = next;
  }
  return entries;
}

function entriesFault(folder: Oid, entries: readonly Entry[]): string | undefined {
  let before: string | undefined;
  for (const { mode, name } of entries) {
    if (mode !== "100644") return `\`${name}\` in tree ${folder} is no plain file`;
    if (!isTreeName(name) || !isLine(name)) return `\`${name}\` in tree ${folder} can't be a file's name`;
    if (before !== undefined && Buffer.compare(Buffer.from(before), Buffer.from(name)) >= 0) {
      return `tree ${folder} is not in order`;
    }
    before = name;
  }
  return undefined;
}

async function filesFault({ read, look }: TreeReader, oids: readonly Oid[]): Promise<string | undefined> {
  if (oids.length === 0) return undefined;
  const looks = await look(oids);
  for (const oid of oids) {
    const found = looks.get(oid);
    if (found === undefined) {
      if ((await read(oid)) === undefined) return `file ${oid} is missing`; // The journal may still have it.
    } else if (found.type !== "blob") return `${oid} is a ${found.type}, not a file`;
    else if (found.size > limits.attachmentBytesMax) {
      return `file ${oid} is larger than ${limits.attachmentBytesMax / 1024 / 1024} MiB`;
    }
  }
  return undefined;
}
