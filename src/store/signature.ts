/**
 * Git's header for signatures: `gpgsig`, or `gpgsig-sha256` in repositories of that hash, the armor's lines after the first indented
 * by a blank. What is signed is the commit without that header.
 */

/** The header of a signature, for a commit whose oids have so many digits. */
export function signatureHeader(oidDigits: number, signature: string): string {
  return `${headerName(oidDigits)} ${signature.replace(/\n$/, "").replaceAll("\n", "\n ")}\n`;
}

/** The signature that a header's lines hold, each line with its end. */
export function signatureIn(header: string): string {
  return header.slice(header.indexOf(" ") + 1).replaceAll("\n ", "\n");
}

/** What a commit's bytes say of a signature. */
export type SignedBytes =
  | { readonly kind: "unsigned" }
  | { readonly kind: "signed"; readonly payload: Uint8Array; readonly signature: string }
  /** Nobody can say what was signed; `reason` ends a sentence that begins with the commit. */
  | { readonly kind: "unclear"; readonly reason: string };

/** Takes a commit's bytes apart as git does, but refuses what git puts up with: several signatures, or one for the other hash. */
export function takeSignature(bytes: Uint8Array, oidDigits: number): SignedBytes {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = text.indexOf("\n\n");
  // Latin-1 keeps every byte, so that offsets in the text are offsets in the bytes.
  const header = text.toString("latin1", 0, end === -1 ? text.length : end + 1);
  const found = [...header.matchAll(/(?<![^\n])gpgsig[^\n]*\n(?: [^\n]*\n)*/g)];
  const [only] = found;
  if (only === undefined) return { kind: "unsigned" };
  if (found.length > 1) return { kind: "unclear", reason: "has more than one signature" };
  if (!only[0].startsWith(`${headerName(oidDigits)} `))
    return { kind: "unclear", reason: "is signed for another kind of repository" };
  const payload = Buffer.concat([text.subarray(0, only.index), text.subarray(only.index + only[0].length)]);
  return { kind: "signed", payload, signature: signatureIn(only[0]) };
}

function headerName(oidDigits: number): string {
  return oidDigits === 40 ? "gpgsig" : "gpgsig-sha256";
}
