/**
 * Pkt-lines, in which git's smart protocols speak: four hex digits of length, then so many bytes less four; `0000` ends a message, `0001` a
 * part of one. (gitprotocol-common, gitprotocol-v2)
 */

/** What a server says that makes no sense, or can't be used: the exchange is lost, and nothing of it was kept. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

export type Packet =
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  | { readonly kind: "flush" }
  | { readonly kind: "delimiter" }
  /** Nothing more comes. */
  | { readonly kind: "end" };

export interface PacketReader {
  /** Throws `Unusable` for what is no pkt-line. */
  next(): Promise<Packet>;
  /** Ends the source, whatever is still to come. */
  close(): Promise<void>;
}

/** Reads what is wanted of a source, and ends it then. */
export async function reading<T>(
  source: AsyncIterable<Uint8Array>,
  read: (packets: PacketReader) => Promise<T>,
): Promise<T> {
  const packets = readPackets(source);
  try {
    return await read(packets);
  } finally {
    await packets.close();
  }
}

/** One line; the line feed at its end is the caller's. */
export function line(text: string): string {
  const length = encoder.encode(text).length + headerLength;
  return length.toString(16).padStart(headerLength, "0") + text;
}

export const flush = "0000";
export const delimiter = "0001";

/** A line as text, without the line feed that may end it. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\n$/, "");
}

export function readPackets(source: AsyncIterable<Uint8Array>): PacketReader {
  const chunks = source[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array();
  let at = 0;

  /** Exactly so many bytes; undefined if nothing at all comes any more. */
  const take = async (count: number): Promise<Uint8Array | undefined> => {
    if (chunk.length - at >= count) {
      at += count;
      return chunk.subarray(at - count, at);
    }
    const bytes = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      if (at === chunk.length) {
        const { value, done } = await chunks.next();
        if (done) break;
        chunk = value;
        at = 0;
        continue;
      }
      const piece = chunk.subarray(at, at + count - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      at += piece.length;
    }
    if (filled === count) return bytes;
    if (filled === 0) return undefined;
    throw new Unusable("what came is cut off");
  };

  return {
    async next() {
      const header = await take(headerLength);
      if (header === undefined) return { kind: "end" };
      const digits = String.fromCharCode(...header);
      const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
      if (length === 0) return { kind: "flush" };
      if (length === 1) return { kind: "delimiter" };
      if (!(length >= headerLength)) throw new Unusable("what came is no pkt-line");
      if (length === headerLength) return { kind: "line", bytes: new Uint8Array() };
      const bytes = await take(length - headerLength);
      if (bytes === undefined) throw new Unusable("what came is cut off");
      return { kind: "line", bytes };
    },
    async close() {
      await chunks.return?.();
    },
  };
}

const headerLength = 4;
const encoder = new TextEncoder();
