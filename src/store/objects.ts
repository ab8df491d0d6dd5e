/**
 * Git objects as bytes: what a commit, a tree and a blob look like, and how they get their names. Every store uses this code, so
 * that all of them write the same bytes.
 */
import type { Actor, CommitContent, Moment, Oid } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { signatureHeader, signatureIn } from "./signature.ts";

export type Hash = "sha1" | "sha256";
export type ObjectType = "commit" | "tree" | "blob" | "tag";

/** An object's content, without git's header. */
export interface GitObject {
  readonly type: ObjectType;
  readonly bytes: Uint8Array;
}

export interface NamedObject extends GitObject {
  readonly oid: Oid;
}

export interface TreeEntry {
  readonly name: string;
  readonly type: "tree" | "blob";
  readonly oid: Oid;
}

export function objectType(name: string): ObjectType | undefined {
  return name === "commit" || name === "tree" || name === "blob" || name === "tag" ? name : undefined;
}

/** The length of an oid in hex digits. */
export function oidLength(hash: Hash): number {
  return hash === "sha1" ? 40 : 64;
}

/** The oid that no object has. Git uses it for "none". */
export function zeroOid(hash: Hash): Oid {
  return "0".repeat(oidLength(hash));
}

/** What stands before an object's content, in its name's hash and in a loose file. */
export function objectHeader(object: GitObject): Uint8Array {
  return encoder.encode(headerText(object));
}

export function nameObject(hash: Hash, object: GitObject): NamedObject {
  return { ...object, oid: nameOf(hash, object) };
}

/** The oid of an object. */
export function nameOf(hash: Hash, object: GitObject): Oid {
  return new Bun.CryptoHasher(hash).update(headerText(object)).update(object.bytes).digest("hex");
}

function headerText({ type, bytes }: GitObject): string {
  return `${type} ${bytes.length}\0`;
}

export function emptyTree(hash: Hash): NamedObject {
  return nameObject(hash, { type: "tree", bytes: new Uint8Array() });
}

export function encodeCommit(content: CommitContent): GitObject {
  const stamp = `${identity(content.author)} ${Math.max(0, Math.trunc(content.time.seconds))} ${content.time.zone}`;
  const lines = [
    `tree ${content.tree}`,
    ...content.parents.map((parent) => `parent ${parent}`),
    `author ${stamp}`,
    `committer ${stamp}`,
  ];
  const signature = content.signature === undefined ? "" : signatureHeader(content.tree.length, content.signature);
  return { type: "commit", bytes: encoder.encode(`${lines.join("\n")}\n${signature}\n${content.message}`) };
}

/** A commit as its bytes say it. */
export interface DecodedCommit {
  readonly content: CommitContent;
  readonly signed: "signed" | "unsigned";
}

/** Reads a commit's bytes. Throws `corrupt` if they are not a commit. */
export function decodeCommitObject(bytes: Uint8Array): DecodedCommit {
  const plain = textBetween(bytes, 0, bytes.length);
  return decodePlain(plain) ?? decodeAny(bytes, plain);
}

/** A commit whose header is nothing but what every commit has. */
const plainCommit =
  /^tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)author ([^<>\n]*?) ?<([^<>\n]*)> (-?\d+) ([+-]\d+)\ncommitter .*\n\n/;
/** The same, and a signature at its end. */
const signedCommit = new RegExp(
  `${plainCommit.source.slice(0, -"\\n".length)}(gpgsig(?:-sha256)? .*\\n(?: .*\\n)*)\\n`,
);

/** Nearly all commits are plain, and reading one like this takes a third of the time. */
function decodePlain(text: string): DecodedCommit | undefined {
  const match = plainCommit.exec(text) ?? signedCommit.exec(text);
  if (match === null) return undefined;
  const [header, tree = "", parentLines = "", name = "", email = "", seconds = "", zone = "", signature] = match;
  const content = {
    tree,
    parents: parentLines === "" ? [] : parentLines.slice(parentKey.length, -1).split("\nparent "),
    author: { name, email },
    time: { seconds: Number(seconds), zone },
    message: text.slice(header.length),
  };
  if (signature === undefined) return { content, signed: "unsigned" };
  return { content: { ...content, signature: signatureIn(signature) }, signed: "signed" };
}

function decodeAny(bytes: Uint8Array, plain: string): DecodedCommit {
  const text = decodeText(bytes, plain);
  const end = text.indexOf("\n\n");
  const lines = (end === -1 ? text : text.slice(0, end)).split("\n");
  const value = (key: string) => lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
  const tree = value("tree");
  const author = decodeIdentity(value("author") ?? "");
  if (tree === undefined || author === undefined)
    throw new TrackerError("corrupt", "A commit without a tree or an author");
  const content = { tree, parents: parentsOf(bytes), ...author, message: end === -1 ? "" : text.slice(end + 2) };
  const at = lines.findIndex((line) => /^gpgsig(?:-sha256)? /.test(line));
  if (at === -1) return { content, signed: "unsigned" };
  const after = lines.findIndex((line, i) => i > at && !line.startsWith(" "));
  const signature = signatureIn(`${lines.slice(at, after === -1 ? undefined : after).join("\n")}\n`);
  return { content: { ...content, signature }, signed: "signed" };
}

/** The tree that a commit's bytes name. */
export function treeOf(bytes: Uint8Array): Oid {
  return textBetween(bytes, treeKey.length, Math.max(treeKey.length, bytes.indexOf(lineFeed)));
}

/** The parents that a commit's bytes name, in order. */
export function parentsOf(bytes: Uint8Array): Oid[] {
  const parents: Oid[] = [];
  let start = bytes.indexOf(lineFeed) + 1; // After the line of the tree.
  while (start > 0 && startsWith(bytes, parentKey, start)) {
    const end = bytes.indexOf(lineFeed, start);
    if (end === -1) break;
    parents.push(textBetween(bytes, start + parentKey.length, end));
    start = end + 1;
  }
  return parents;
}

export function encodeTree(entries: readonly TreeEntry[]): GitObject {
  const sorted = entries
    .map((entry) => ({ ...entry, place: encoder.encode(entry.type === "tree" ? `${entry.name}/` : entry.name) }))
    .sort((a, b) => Buffer.compare(a.place, b.place));
  const parts = sorted.flatMap((entry) => [
    encoder.encode(`${entry.type === "tree" ? "40000" : "100644"} ${entry.name}\0`),
    Uint8Array.fromHex(entry.oid),
  ]);
  return { type: "tree", bytes: concatenate(parts) };
}

/** The objects that a tree's bytes name, in order; what can't be read ends it. */
export function decodeTree(bytes: Uint8Array, hash: Hash): Oid[] {
  const oids: Oid[] = [];
  const size = oidLength(hash) / 2;
  for (let at = bytes.indexOf(0) + 1; at > 0 && at + size <= bytes.length; at = bytes.indexOf(0, at + size) + 1) {
    oids.push(bytes.subarray(at, at + size).toHex());
  }
  return oids;
}

/** The entries of a tree's bytes by name, whatever they are. Throws `corrupt` if they are not a tree. */
export function decodeTreeEntries(bytes: Uint8Array, hash: Hash): Map<string, Oid> {
  const entries = new Map<string, Oid>();
  const size = oidLength(hash) / 2;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    const space = bytes.indexOf(0x20, at);
    if (end === -1 || space === -1 || space > end || end + 1 + size > bytes.length)
      throw new TrackerError("corrupt", "A tree that can't be read", "See what else is damaged: git fsck");
    entries.set(textBetween(bytes, space + 1, end), bytes.subarray(end + 1, end + 1 + size).toHex());
    at = end + 1 + size;
  }
  return entries;
}

/** True for a name that git lets into a tree on every platform: no path, and nothing that could stand for `.git`. */
export function isTreeName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || /[/\\:\0]/.test(name)) return false;
  const plain = name
    .replace(ignorable, "")
    .toLowerCase()
    .replace(/[. ]+$/, "");
  return plain !== ".git" && !/^git~\d+$/.test(plain) && encoder.encode(name).length <= treeNameBytesMax;
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

const encoder = new TextEncoder();
const lineFeed = 0x0a;
const treeKey = encoder.encode("tree ");
const parentKey = encoder.encode("parent ");
/** What file systems take as the length of one name. */
const treeNameBytesMax = 255;
/** Characters that HFS+ leaves out when it compares names. */
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Who a commit says its author is, as git writes it. A name of nothing but crud is replaced by the email, since git refuses an empty one. */
export function asStored(actor: Actor): Actor {
  const email = withoutCrud(actor.email);
  return { name: withoutCrud(actor.name) || email, email };
}

function identity(actor: Actor): string {
  const { name, email } = asStored(actor);
  return `${name} <${email}>`;
}

/** Takes out what git takes out: `<`, `>` and line ends anywhere, and at both ends also blanks, controls and punctuation. */
function withoutCrud(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isCrud(text, start)) start++;
  while (end > start && isCrud(text, end - 1)) end--;
  return text.slice(start, end).replace(/[<>\n\0]/g, "");
}

function isCrud(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 0x20 || ".,:;<>\"\\'".includes(text.charAt(at));
}

function decodeIdentity(line: string): { author: Actor; time: Moment } | undefined {
  const match = /^(.*?) ?<([^>]*)>(?: (-?\d+) ([+-]\d+))?/s.exec(line); // A name may hold other line separators than LF.
  if (!match) return undefined;
  const [, name = "", email = "", seconds = "0", zone = "+0000"] = match;
  return { author: { name, email }, time: { seconds: Number(seconds), zone } };
}

/** A commit is UTF-8, as which `text` was read, unless its `encoding` header says otherwise. */
function decodeText(bytes: Uint8Array, text: string): string {
  const end = text.indexOf("\n\n");
  const label = /^encoding (.+)$/m.exec(end === -1 ? text : text.slice(0, end))?.[1];
  if (label === undefined) return text;
  try {
    return new TextDecoder(label as Bun.Encoding).decode(bytes); // A label that isn't one throws.
  } catch {
    return text;
  }
}

/** The same bytes with a buffer's methods. What is one already is returned: making one of them takes longer than reading a commit's text. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** As UTF-8. A decoder takes twice as long, and the subarray it would need three times. */
function textBetween(bytes: Uint8Array, start: number, end: number): string {
  return asBuffer(bytes).toString("utf8", start, end);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, at: number): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}
