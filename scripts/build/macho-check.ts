/**
 * Checks a Mach-O executable's signature as the kernel does on the way to a start: independent of what made it, nothing here is shared
 * with macho.ts.
 */
import { createHash } from "node:crypto";

/** What is wrong with the signature, a line each; none if macOS would start the executable. */
export function signatureProblems(file: Buffer): readonly string[] {
  if (file.readUInt32LE(0) !== 0xfeedfacf) return ["not a 64-bit Mach-O file"];
  const loads = loadCommands(file);
  const load = loads.find(({ command }) => command === 0x1d);
  if (load === undefined) return ["no LC_CODE_SIGNATURE"];
  const start = file.readUInt32LE(load.at + 8);
  const size = file.readUInt32LE(load.at + 12);
  const problems: string[] = [];
  if (start % 16 !== 0) problems.push(`the signature begins at ${start}, not at a multiple of 16`);
  if (start + size !== file.length) problems.push(`the signature ends at ${start + size}, the file at ${file.length}`);
  const linkEdit = loads.find(
    ({ at, command }) => command === 0x19 && file.toString("latin1", at + 8, at + 18) === "__LINKEDIT",
  );
  if (linkEdit === undefined) return [...problems, "no __LINKEDIT"];
  const linkEnd = Number(file.readBigUInt64LE(linkEdit.at + 40) + file.readBigUInt64LE(linkEdit.at + 48));
  if (linkEnd !== file.length) problems.push(`__LINKEDIT ends at ${linkEnd}, the file at ${file.length}`);
  if (file.readBigUInt64LE(linkEdit.at + 32) < file.readBigUInt64LE(linkEdit.at + 48))
    problems.push("__LINKEDIT is larger in the file than in memory");

  const blob = file.subarray(start, start + size);
  if (blob.length < 20 || blob.readUInt32BE(0) !== 0xfade0cc0) return [...problems, "no embedded signature"];
  const directories = codeDirectories(blob);
  if (directories.length === 0) problems.push("no code directory");
  for (const directory of directories) problems.push(...directoryProblems(file, start, directory));
  return problems;
}

function loadCommands(file: Buffer): readonly { readonly at: number; readonly command: number }[] {
  const loads = [];
  let at = 32;
  for (let index = 0; index < file.readUInt32LE(16); index++) {
    loads.push({ at, command: file.readUInt32LE(at) });
    at += file.readUInt32LE(at + 4);
  }
  return loads;
}

function codeDirectories(blob: Buffer): readonly Buffer[] {
  const found = [];
  for (let index = 0; index < blob.readUInt32BE(8); index++) {
    const at = blob.readUInt32BE(12 + 8 * index + 4);
    if (blob.readUInt32BE(at) === 0xfade0c02) found.push(blob.subarray(at, at + blob.readUInt32BE(at + 4)));
  }
  return found;
}

function directoryProblems(file: Buffer, signatureStart: number, directory: Buffer): string[] {
  const flags = directory.readUInt32BE(12);
  const hashesAt = directory.readUInt32BE(16);
  const slots = directory.readUInt32BE(28);
  const codeLimit = directory.readUInt32BE(32);
  const [hashSize, hashType] = [directory.readUInt8(36), directory.readUInt8(37)];
  const pageSize = 2 ** directory.readUInt8(39);
  const problems: string[] = [];
  if ((flags & 0x2) === 0) problems.push("not an ad-hoc signature");
  // With the hardened runtime the engine may not make machine code, unless an entitlement says so.
  if ((flags & 0x10000) !== 0) problems.push("asks for the hardened runtime");
  if (codeLimit !== signatureStart) problems.push(`covers ${codeLimit} bytes of ${signatureStart}`);
  if (slots !== Math.ceil(codeLimit / pageSize)) problems.push(`has ${slots} hashes for ${codeLimit} bytes`);
  if (hashType !== 2 || hashSize !== 32) return [...problems, `hashes are of type ${hashType}, not SHA-256`];
  let bad = 0;
  for (let slot = 0; slot < slots; slot++) {
    const page = file.subarray(slot * pageSize, Math.min((slot + 1) * pageSize, codeLimit));
    const hash = directory.subarray(hashesAt + slot * hashSize, hashesAt + (slot + 1) * hashSize);
    if (!createHash("sha256").update(page).digest().equals(hash)) bad++;
  }
  return bad === 0 ? problems : [...problems, `${bad} of ${slots} pages have another hash`];
}
