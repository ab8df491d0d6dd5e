/**
 * `Bun` as far as it is used by what the library holds, on top of Node's modules. The build of the library for Node puts an import of it
 * into each source that says `Bun.`, and fails where a part is missing here.
 */
import { type BinaryToTextEncoding, createHash, type Hash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import zlib, { deflateRawSync, inflateSync } from "node:zlib";
import { spawn, spawnSync, which } from "./spawn.ts";
import "./standard.ts";
import { stringWidth } from "./width.ts";

class CryptoHasher {
  readonly #hash: Hash;

  constructor(algorithm: string) {
    this.#hash = createHash(algorithm);
  }

  update(data: string | Uint8Array): this {
    this.#hash.update(data);
    return this;
  }

  digest(): Uint8Array;
  digest(encoding: BinaryToTextEncoding): string;
  digest(encoding?: BinaryToTextEncoding): string | Uint8Array {
    return encoding === undefined ? new Uint8Array(this.#hash.digest()) : this.#hash.digest(encoding);
  }
}

/** As in zlib: RFC 1950. So many additions at most stay below 2^32. */
function adler32(bytes: Uint8Array): number {
  const additionsMax = 5552;
  let [low, high] = [1, 0];
  for (let start = 0; start < bytes.length; start += additionsMax) {
    for (const byte of bytes.subarray(start, start + additionsMax)) {
      low += byte;
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return ((high << 16) | low) >>> 0;
}

/** As in zlib, for Node before 20.15. https://www.rfc-editor.org/rfc/rfc1952#section-8 */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

export const Bun = {
  CryptoHasher,
  deepEquals: isDeepStrictEqual,
  deflateSync: (bytes: Uint8Array, { level }: { readonly level: number }) => deflateRawSync(bytes, { level }),
  /** Node collects by itself. */
  gc: () => undefined,
  hash: { adler32, crc32: (bytes: Uint8Array) => (zlib.crc32 ?? crc32)(bytes) },
  inflateSync: (bytes: Uint8Array) => inflateSync(bytes),
  sleep: async (milliseconds: number) => {
    await setTimeout(milliseconds);
  },
  spawn,
  spawnSync,
  stringWidth,
  which,
};
