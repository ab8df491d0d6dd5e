/**
 * SSH signatures of files (OpenSSH's PROTOCOL.sshsig), made and checked in process. What is signed is not the message but its hash,
 * together with a namespace, so that nothing signed for another purpose passes for a commit.
 */
import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { Made } from "../core/trust.ts";
import { decodePublicKey, ed25519Point, fingerprint, type PrivateKey, type PublicKey } from "./ssh-key.ts";
import { checkSignature } from "./ssh-verify.ts";
import { decodeBase64, Malformed, wireBytes, wireNumber, wireReader } from "./wire.ts";

const magic = "SSHSIG";
const version = 1;
/** What git signs for. */
export const gitNamespace = "git";
const begin = "-----BEGIN SSH SIGNATURE-----";
const end = "-----END SSH SIGNATURE-----";
/** As ssh-keygen breaks lines. */
const lineLength = 70;
/** More than any key of OpenSSH's needs. */
const armorLengthMax = 64 * 1024;

export function isSshSignature(armor: string): boolean {
  return armor.startsWith(begin);
}

/** Makes signatures for git as `ssh-keygen -Y sign -n git` makes them, byte for byte. Undefined for a key that can't be used in process. */
export function sshSigner({ publicKey, seed }: PrivateKey): ((payload: Uint8Array) => string) | undefined {
  if (seed === undefined) return undefined;
  const key = privateKeyOf(publicKey, seed);
  const hash = "sha512";
  return (payload) => {
    const message = messageOf(gitNamespace, new Uint8Array(), hash, payload);
    const signature = Buffer.concat([wireBytes(publicKey.type), wireBytes(sign(null, message, key))]);
    const parts = [wireNumber(version), wireBytes(publicKey.blob), wireBytes(gitNamespace), wireBytes("")];
    return armored(Buffer.concat([Buffer.from(magic), ...parts, wireBytes(hash), wireBytes(signature)]));
  };
}

/** An armor, whatever the lengths of its lines, as ssh-keygen spells it; one that can't be read as it is. */
export function respelled(armor: string): string {
  try {
    return armored(dearmored(armor.trim().replaceAll(/\s*\n\s*/g, "\n")));
  } catch (error) {
    if (error instanceof Malformed) return armor;
    throw error;
  }
}

/** Whether the signature is sound, and which key made it. Never throws, whatever the signature. */
export function checkSshSignature(armor: string, payload: Uint8Array): Made {
  try {
    return check(armor, payload);
  } catch (error) {
    if (error instanceof Malformed) return { kind: "broken", reason: `the signature can't be read: ${error.message}` };
    throw error;
  }
}

function check(armor: string, payload: Uint8Array): Made {
  const blob = dearmored(armor);
  // Whoever changes the spelling only makes another commit of the same content, whose signature would be as sound.
  if (armored(blob) !== `${armor.replace(/\n$/, "")}\n`)
    return { kind: "broken", reason: "the signature is spelled in another way than ssh-keygen does" };
  const reader = wireReader(blob);
  if (Buffer.from(reader.take(magic.length)).toString("latin1") !== magic) throw new Malformed("it is none of SSH");
  if (reader.number() !== version)
    return { kind: "unchecked", key: null, reason: "the signature is of a newer version" };
  const publicKey = decodePublicKey(reader.bytes());
  const namespace = reader.text();
  const reserved = reader.bytes();
  const hash = reader.text();
  const signature = reader.bytes();
  reader.end();
  const key = fingerprint(publicKey);
  if (namespace !== gitNamespace) return { kind: "broken", reason: "the signature was made for another purpose" };
  if (hash !== "sha256" && hash !== "sha512") throw new Malformed("it is over a hash that SSH has not");
  switch (checkSignature(publicKey, signature, messageOf(namespace, reserved, hash, payload))) {
    case "sound":
      return { kind: "sound", key };
    case "broken":
      return { kind: "broken", reason: "the signature does not belong to this content" };
    case "unsupported":
      return { kind: "unchecked", key, reason: `keys of type ${publicKey.type} can't be checked` };
  }
}

function messageOf(
  namespace: string,
  reserved: Uint8Array,
  hash: "sha256" | "sha512",
  payload: Uint8Array,
): Uint8Array {
  const digest = new Bun.CryptoHasher(hash).update(payload).digest();
  const parts = [wireBytes(namespace), wireBytes(reserved), wireBytes(hash), wireBytes(digest)];
  return Buffer.concat([Buffer.from(magic), ...parts]);
}

function privateKeyOf(publicKey: PublicKey, seed: Uint8Array): KeyObject {
  const x = Buffer.from(ed25519Point(publicKey)).toString("base64url");
  const d = Buffer.from(seed).toString("base64url");
  return createPrivateKey({ key: { kty: "OKP", crv: "Ed25519", x, d }, format: "jwk" });
}

function armored(blob: Uint8Array): string {
  const lines =
    Buffer.from(blob)
      .toString("base64")
      .match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [];
  return `${[begin, ...lines, end].join("\n")}\n`;
}

function dearmored(armor: string): Uint8Array {
  if (armor.length > armorLengthMax) throw new Malformed("it is too long");
  const lines = armor.replace(/\n$/, "").split("\n");
  if (lines.length < 3 || lines[0] !== begin || lines.at(-1) !== end)
    throw new Malformed("its first or last line is wrong");
  return decodeBase64(lines.slice(1, -1).join(""));
}
