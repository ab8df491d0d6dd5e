/**
 * Zlib streams, as git's objects are compressed. Bun writes the raw deflate inside them twice as fast as node:zlib, which also
 * takes 10 ms to load; the two bytes before and the checksum after are put around it here.
 */
import { concatenate } from "./objects.ts";

export function compress(bytes: Uint8Array): Uint8Array {
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, Bun.hash.adler32(bytes));
  return concatenate([streamHeader, Bun.deflateSync(owned(bytes), { level: 1 }), checksum]);
}

/** Undefined if it is damaged or holds more than `bytesMax`. */
export function decompress(stream: Uint8Array, bytesMax: number): Uint8Array | undefined {
  try {
    if (stream.length <= harmlessBytesMax) return Bun.inflateSync(owned(stream), { windowBits: 15 });
    // Loaded here because it takes 10 ms, and synchronously because reading an object is.
    const zlib: typeof import("node:zlib") = require("node:zlib");
    return zlib.inflateSync(stream, { maxOutputLength: bytesMax });
  } catch {
    return undefined;
  }
}

/** Deflate, a window of 32 KiB, the fastest level. */
const streamHeader = Uint8Array.of(0x78, 0x01);
/** A stream grows a thousandfold at most: so small a one can't exhaust memory, whatever is in it. */
const harmlessBytesMax = 16 * 1024;

/** Bun's types ask for bytes that no other thread shares; ours never are. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
