/**
 * SSH keys: public ones as one line (RFC 4253 §6.6), and OpenSSH's own files of private ones (PROTOCOL.key). Of those only Ed25519
 * without a passphrase can be used in process; everything else is left to ssh-keygen.
 */
import { decodeBase64, Malformed, wireReader } from "./wire.ts";

/** A public key. */
export interface PublicKey {
  /** As in `ssh-ed25519`. */
  readonly type: string;
  /** The key on the wire, its type included. */
  readonly blob: Uint8Array;
}

/** A private key that can be used without asking anybody. */
export interface PrivateKey {
  readonly publicKey: PublicKey;
  /** The 32 bytes that an Ed25519 key is made from; undefined: only a program of the person's can use it. */
  readonly seed: Uint8Array | undefined;
}

/** The name that OpenSSH shows of a key: `SHA256:…`. */
export function fingerprint({ blob }: Pick<PublicKey, "blob">): string {
  const digest = new Bun.CryptoHasher("sha256").update(blob).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

/** A public key on the wire: its type, and byte strings. Throws `Malformed`. */
export function decodePublicKey(blob: Uint8Array): PublicKey {
  const reader = wireReader(blob);
  const type = reader.text();
  while (reader.left() > 0) reader.bytes();
  return { type, blob };
}

/** `ssh-ed25519 AAAA… comment`, with or without `key::` before it. Undefined if it isn't one. */
export function parsePublicKey(line: string): PublicKey | undefined {
  const [, type = "", base64 = ""] =
    /^(?:key::)?([a-z][a-z0-9@.-]+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t].*)?$/.exec(line) ?? [];
  try {
    const key = decodePublicKey(decodeBase64(base64));
    return key.type === type ? key : undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** The line of a public key, without a comment. */
export function publicKeyLine({ type, blob }: PublicKey): string {
  return `${type} ${Buffer.from(blob).toString("base64")}`;
}

/** True of a setting that is a key itself and not the path of one, as git tells them apart. */
export function isLiteralKey(text: string): boolean {
  return text.startsWith("key::") || text.startsWith("ssh-");
}

/** OpenSSH's file of a private key. Undefined if it isn't one; its public half can be read even behind a passphrase. */
export function parsePrivateKey(text: string): PrivateKey | undefined {
  const [, armored = ""] =
    /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END OPENSSH PRIVATE KEY-----\s*$/.exec(text) ??
    [];
  try {
    return readPrivateKey(decodeBase64(armored.replaceAll(/\r?\n/g, "")));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

const privateMagic = "openssh-key-v1\0";

function readPrivateKey(bytes: Uint8Array): PrivateKey {
  const reader = wireReader(bytes);
  if (Buffer.from(reader.take(privateMagic.length)).toString("latin1") !== privateMagic)
    throw new Malformed("it is not OpenSSH's");
  const cipher = reader.text();
  reader.text(); // How the passphrase becomes a key,
  reader.bytes(); // and with what.
  if (reader.number() !== 1) throw new Malformed("it holds more than one key");
  const publicKey = decodePublicKey(reader.bytes());
  const hidden = reader.bytes();
  if (cipher !== "none" || publicKey.type !== "ssh-ed25519") return { publicKey, seed: undefined };
  reader.end();
  return { publicKey, seed: readSeed(hidden, publicKey) };
}

function readSeed(section: Uint8Array, publicKey: PublicKey): Uint8Array {
  const reader = wireReader(section);
  const [check, again] = [reader.number(), reader.number()];
  if (check !== again) throw new Malformed("its check numbers differ");
  if (reader.text() !== publicKey.type) throw new Malformed("its halves are of different types");
  const point = reader.bytes();
  const pair = reader.bytes();
  reader.bytes(); // The comment.
  if (reader.rest().some((byte, i) => byte !== i + 1)) throw new Malformed("its padding is wrong");
  if (point.length !== 32 || pair.length !== 64) throw new Malformed("it has the wrong length");
  const expected = Buffer.concat([pair.subarray(32), point, ed25519Point(publicKey)]);
  if (!expected.equals(Buffer.concat([point, point, point]))) throw new Malformed("its halves differ");
  return pair.subarray(0, 32);
}

/** The 32 bytes of an Ed25519 public key. Throws `Malformed`. */
export function ed25519Point({ blob }: PublicKey): Uint8Array {
  const reader = wireReader(blob);
  reader.text();
  const point = reader.bytes();
  reader.end();
  if (point.length !== 32) throw new Malformed("its key has the wrong length");
  return point;
}
