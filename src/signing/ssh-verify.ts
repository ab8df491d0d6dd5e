/**
 * Whether an SSH key made a signature: Ed25519, RSA with SHA-2, ECDSA, and the same on a security key (`sk-*`, OpenSSH's PROTOCOL.u2f),
 * whose signature is over the message's hash together with flags and a counter of the device.
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { PublicKey } from "./ssh-key.ts";
import { Malformed, positiveInteger, wireNumber, wireReader } from "./wire.ts";

/** `unsupported`: nobody here reads keys or signatures of that kind. */
export type Checked = "sound" | "broken" | "unsupported";

/** Checks a signature on the wire (its type, then its bytes). Throws `Malformed` for a key or signature that isn't well formed. */
export function checkSignature(key: PublicKey, signature: Uint8Array, message: Uint8Array): Checked {
  const algorithm = Object.hasOwn(algorithms, key.type) ? algorithms[key.type] : undefined;
  if (algorithm === undefined) return "unsupported";
  const keyReader = wireReader(key.blob);
  keyReader.text();
  const signatureReader = wireReader(signature);
  const isSound = algorithm(keyReader, signatureReader, message);
  return isSound ? "sound" : "broken";
}

type Reader = ReturnType<typeof wireReader>;
type Algorithm = (key: Reader, signature: Reader, message: Uint8Array) => boolean;

const ed25519: Algorithm = (key, signature, message) => {
  const publicKey = readEd25519(key);
  key.end();
  expectType(signature, "ssh-ed25519");
  const bytes = signature.bytes();
  signature.end();
  return bytes.length === 64 && made(null, message, publicKey, bytes);
};

const securityEd25519: Algorithm = (key, signature, message) => {
  const publicKey = readEd25519(key);
  const application = key.bytes();
  key.end();
  expectType(signature, "sk-ssh-ed25519@openssh.com");
  const bytes = signature.bytes();
  const device = readDevice(signature);
  return bytes.length === 64 && made(null, overDevice(application, device, message), publicKey, bytes);
};

const rsa: Algorithm = (key, signature, message) => {
  const exponent = positiveInteger(key.bytes());
  const modulus = positiveInteger(key.bytes());
  key.end();
  if (modulus.length < rsaBytesMin || modulus.length > rsaBytesMax || exponent.length > 8)
    throw new Malformed("its key has the wrong length");
  const type = signature.text();
  const bytes = signature.bytes();
  signature.end();
  // Not `ssh-rsa`: that is SHA-1.
  const hash = type === "rsa-sha2-256" ? "sha256" : type === "rsa-sha2-512" ? "sha512" : undefined;
  if (hash === undefined || bytes.length > modulus.length) return false;
  const publicKey = fromJwk({ kty: "RSA", n: base64url(modulus), e: base64url(exponent) });
  return made(hash, message, publicKey, padded(bytes, modulus.length));
};

function ecdsa(name: string, crv: string, hash: string, size: number): Algorithm {
  return (key, signature, message) => {
    const publicKey = readEcdsa(key, name, crv, size);
    key.end();
    expectType(signature, `ecdsa-sha2-${name}`);
    const pair = readPair(signature, size);
    signature.end();
    return made(hash, message, publicKey, pair);
  };
}

const securityEcdsa: Algorithm = (key, signature, message) => {
  const publicKey = readEcdsa(key, "nistp256", "P-256", 32);
  const application = key.bytes();
  key.end();
  expectType(signature, "sk-ecdsa-sha2-nistp256@openssh.com");
  const pair = readPair(signature, 32);
  const device = readDevice(signature);
  const signed = overDevice(application, device, message);
  return made("sha256", signed, publicKey, pair);
};

const algorithms: Readonly<Record<string, Algorithm>> = {
  "ssh-ed25519": ed25519,
  "sk-ssh-ed25519@openssh.com": securityEd25519,
  "ssh-rsa": rsa,
  "ecdsa-sha2-nistp256": ecdsa("nistp256", "P-256", "sha256", 32),
  "ecdsa-sha2-nistp384": ecdsa("nistp384", "P-384", "sha384", 48),
  "ecdsa-sha2-nistp521": ecdsa("nistp521", "P-521", "sha512", 66),
  "sk-ecdsa-sha2-nistp256@openssh.com": securityEcdsa,
};

/** What OpenSSH takes. */
const rsaBytesMin = 1024 / 8;
const rsaBytesMax = 16_384 / 8;

function readEd25519(key: Reader): KeyObject {
  const point = key.bytes();
  if (point.length !== 32) throw new Malformed("its key has the wrong length");
  return fromJwk({ kty: "OKP", crv: "Ed25519", x: base64url(point) });
}

function readEcdsa(key: Reader, name: string, crv: string, size: number): Ecdsa {
  if (key.text() !== name) throw new Malformed("its key is on another curve");
  const point = key.bytes();
  if (point.length !== 1 + 2 * size || point[0] !== 4) throw new Malformed("its key is not a point");
  const [x, y] = [base64url(point.subarray(1, 1 + size)), base64url(point.subarray(1 + size))];
  return { key: fromJwk({ kty: "EC", crv, x, y }), dsaEncoding: "ieee-p1363" };
}

/** The two numbers of an ECDSA signature, each with `size` bytes. */
function readPair(signature: Reader, size: number): Uint8Array {
  const pair = wireReader(signature.bytes());
  const numbers = [positiveInteger(pair.bytes()), positiveInteger(pair.bytes())];
  pair.end();
  if (numbers.some(({ length }) => length > size)) throw new Malformed("a number in it is too big");
  return Buffer.concat(numbers.map((number) => padded(number, size)));
}

/** Flags and counter of a security key. */
function readDevice(signature: Reader): { readonly flags: number; readonly counter: number } {
  const device = { flags: signature.byte(), counter: signature.number() };
  signature.end();
  return device;
}

function overDevice(
  application: Uint8Array,
  { flags, counter }: { readonly flags: number; readonly counter: number },
  message: Uint8Array,
): Uint8Array {
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
  return Buffer.concat([hash(application), Uint8Array.of(flags), wireNumber(counter), hash(message)]);
}

function expectType(signature: Reader, type: string): void {
  if (signature.text() !== type) throw new Malformed("it is of another type than its key");
}

/** A library that can't make anything of a key or a signature says so by throwing. */
function made(hash: string | null, message: Uint8Array, key: KeyObject | Ecdsa, signature: Uint8Array): boolean {
  try {
    return verify(hash, message, key, signature);
  } catch {
    return false;
  }
}

/** A key whose signatures are two numbers, one after the other. */
interface Ecdsa {
  readonly key: KeyObject;
  readonly dsaEncoding: "ieee-p1363";
}

function fromJwk(key: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch {
    throw new Malformed("its key is none");
  }
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([new Uint8Array(length - bytes.length), bytes]);
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
