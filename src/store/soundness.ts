/**
 * Whether an object is one that git's own fsck lets pass, and what it stands on. Bytes that hash to their name may still be a commit that git
 * stops at, or a tree that writes where it must not.
 */
import type { Oid } from "../core/commit.ts";
import { type GitObject, isTreeName, type ObjectType } from "./objects.ts";

export interface ObjectLink {
  readonly oid: Oid;
  readonly type: ObjectType;
}

/** What the object stands on; a text says why git would refuse it. */
export function linksOf({ type, bytes }: GitObject): readonly ObjectLink[] | string {
  switch (type) {
    case "blob":
      return [];
    case "commit":
      return commitLinks(bytes);
    case "tree":
      return treeLinks(bytes);
    case "tag":
      return "it is a tag";
  }
}

const identity = "[^<>\\n\\0]* <[^<>\\n\\0]*> (?:0|[1-9]\\d*) [+-]\\d{4}";
const commitHeader = new RegExp(
  `^tree ([0-9a-f]{40,64})\\n((?:parent [0-9a-f]{40,64}\\n)*)author ${identity}\\ncommitter ${identity}\\n(?:[^\\n\\0]+\\n)*(?:\\n|$)`,
);

function commitLinks(bytes: Uint8Array): readonly ObjectLink[] | string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = buffer.indexOf("\n\n");
  const header = buffer.toString("latin1", 0, end === -1 ? bytes.length : end + 2);
  const match = commitHeader.exec(header);
  if (match === null) return "its header is not a commit's";
  const [, tree = "", parents = ""] = match;
  const oids = parents.split("\n").flatMap((each) => (each === "" ? [] : [each.slice("parent ".length)]));
  return [{ oid: tree, type: "tree" }, ...oids.map((oid): ObjectLink => ({ oid, type: "commit" }))];
}

const kinds: Readonly<Record<string, ObjectType>> = { "40000": "tree", "100644": "blob", "100755": "blob" };
/** Of SHA-1: those repositories are read here. */
const oidBytes = 20;

/** Only what a tree of attachments may hold: folders and files, each once, in order. */
function treeLinks(bytes: Uint8Array): readonly ObjectLink[] | string {
  const links: ObjectLink[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let before: Buffer | undefined;
  for (let at = 0; at < buffer.length; ) {
    const blank = buffer.indexOf(" ", at);
    const zero = buffer.indexOf(0, at);
    const next = zero + 1 + oidBytes;
    if (blank === -1 || zero < blank || next > buffer.length) return "it is a tree that is cut off";
    const type = kinds[buffer.toString("latin1", at, blank)];
    const name = buffer.subarray(blank + 1, zero);
    if (type === undefined) return "it is a tree that holds what is neither a folder nor a file";
    if (!isTreeName(name.toString())) return "it is a tree with a name that git lets into no tree";
    const place = type === "tree" ? Buffer.concat([name, Buffer.from("/")]) : name;
    if (before !== undefined && Buffer.compare(before, place) >= 0) return "it is a tree out of order";
    before = place;
    links.push({ oid: buffer.toString("hex", zero + 1, next), type });
    at = next;
  }
  return links;
}
