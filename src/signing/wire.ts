/** SSH's wire format (RFC 4251 §5): numbers of four bytes, and byte strings behind their length. Reading is strict: nothing is left over. */

/** What was read is not what it should be. Nobody outside of this layer sees it. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

export interface WireReader {
  /** An unsigned number of four bytes. */
  number(): number;
  byte(): number;
  bytes(): Uint8Array;
  /** A byte string that must be ASCII. */
  text(): string;
  /** The next `count` bytes as they are. */
  take(count: number): Uint8Array;
  /** All that is left. */
  rest(): Uint8Array;
  /** How many bytes are left. */
  left(): number;
  /** Throws `Malformed` if anything is left. */
  end(): void;
}

/** Every method throws `Malformed` when there is less than it needs. */
export function wireReader(source: Uint8Array): WireReader {
  let at = 0;
  const take = (count: number) => {
    if (count > source.length - at) throw new Malformed("it is cut off");
    at += count;
    return source.subarray(at - count, at);
  };
  const number = () => {
    const [a = 0, b = 0, c = 0, d = 0] = take(4);
    return a * 0x1000000 + b * 0x10000 + c * 0x100 + d;
  };
  const bytes = () => take(number());
  return {
    number,
    byte: () => take(1)[0] ?? 0,
    bytes,
    text: () => {
      const read = bytes();
      if (read.length > textBytesMax || read.some((byte) => byte < 0x20 || byte > 0x7e))
        throw new Malformed("a name in it is not plain");
      return String.fromCharCode(...read);
    },
    take,
    rest: () => take(source.length - at),
    left: () => source.length - at,
    end: () => {
      if (at !== source.length) throw new Malformed("something stands behind its end");
    },
  };
}

/** A number of four bytes. */
export function wireNumber(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** A byte string with its length. */
export function wireBytes(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return Buffer.concat([wireNumber(bytes.length), bytes]);
}

/**
 * The bytes of a positive mpint without its leading zero. Throws `Malformed` for one that is negative, zero or longer than it need be.
 */
export function positiveInteger(bytes: Uint8Array): Uint8Array {
  const [first, second = 0] = bytes;
  if (first === undefined || first >= 0x80) throw new Malformed("a number in it is not positive");
  if (first > 0) return bytes;
  if (second < 0x80) throw new Malformed("a number in it is longer than it need be");
  return bytes.subarray(1);
}

/** Base64 as it is written, in one way only: padded, and no bits that say nothing. Throws `Malformed`. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (text === "" || bytes.toString("base64") !== text) throw new Malformed("it is not base64");
  return bytes;
}

/** No name in keys and signatures is longer. */
const textBytesMax = 1024;
