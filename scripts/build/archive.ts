/**
 * Archives that are the same bytes for the same files: entries sorted by name, one time for all, no owner, modes of two kinds. A tar in
 * POSIX's ustar form, compressed by gzip, and zip as in PKWARE's APPNOTE.
 */

export interface Entry {
  /** With slashes; ASCII, and short enough for both formats. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

/** `seconds` since 1970, as the time of every entry. */
export function tarGz(entries: readonly Entry[], seconds: number): Uint8Array {
  const parts = sorted(entries).flatMap(({ name, bytes, executable }) => [
    tarHeader(name, bytes.length, executable === true ? 0o755 : 0o644, seconds),
    bytes,
    new Uint8Array(roundUp(bytes.length, 512) - bytes.length),
  ]);
  return Bun.gzipSync(Buffer.concat([...parts, new Uint8Array(1024)]), { level: 9, library: "libdeflate" });
}

/** `seconds` as for `tarGz`; zip knows UTC from 1980 on, in steps of two. */
export function zip(entries: readonly Entry[], seconds: number): Uint8Array {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes, executable } of sorted(entries)) {
    const packed = Bun.deflateSync(Buffer.from(bytes), { level: 9, library: "libdeflate" });
    const about = zipFields(bytes, packed.length, name.length, seconds);
    const local = Buffer.concat([Buffer.from("PK\x03\x04\x14\0", "latin1"), about, Buffer.from(name)]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((0o100000 | (executable === true ? 0o755 : 0o644)) * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    // 3: made on Unix, so that modes are read.
    directory.push(Buffer.from("PK\x01\x02\x14\x03\x14\0", "latin1"), about, tail, Buffer.from(name));
    files.push(local, packed);
    offset += local.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listed, end]);
}

function sorted(entries: readonly Entry[]): readonly Entry[] {
  const tooLong = entries.find(({ name }) => name.length > 100 || /[^\x21-\x7e]/.test(name));
  if (tooLong !== undefined) throw new Error(`${tooLong.name} is no name for an archive`);
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function tarHeader(name: string, size: number, mode: number, seconds: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width, "0")}\0`;
  header.write(name, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(seconds, 11), 136);
  header.write("        0", 148); // The checksum counts as blanks; then the type: a file.
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  return header;
}

/** What the local header and the directory say alike: flags, method, time, sums and sizes, lengths. */
function zipFields(bytes: Uint8Array, packedSize: number, nameLength: number, seconds: number): Buffer {
  const at = new Date(seconds * 1000);
  const fields = Buffer.alloc(24);
  fields.writeUInt16LE(8, 2); // Deflated.
  fields.writeUInt16LE((at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1), 4);
  fields.writeUInt16LE(((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(), 6);
  fields.writeUInt32LE(Bun.hash.crc32(bytes), 8);
  fields.writeUInt32LE(packedSize, 12);
  fields.writeUInt32LE(bytes.length, 16);
  fields.writeUInt16LE(nameLength, 20);
  return fields;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
