/** One file out of a release's archive: a tar compressed by gzip, or a zip, which Bun does not read. */
import { inflateRawSync } from "node:zlib";
import { TrackerError } from "../core/errors.ts";

/** The bytes of the file with that name. Throws `corrupt` if there is none, or the archive can't be read. */
export async function unpack(archive: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array> {
  const found = await read(archive, name).catch(() => undefined);
  if (found !== undefined) return found;
  throw new TrackerError(
    "corrupt",
    `The release's archive holds no ${name}`,
    "Nothing was changed. Tell whoever made the release.",
  );
}

async function read(archive: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array | undefined> {
  if (archive[0] === 0x50) return readZip(Buffer.from(archive.buffer, archive.byteOffset, archive.length), name);
  const files = await new Bun.Archive(archive).files();
  return await files.get(name)?.bytes();
}

/** As in PKWARE's APPNOTE: the directory is at the end, and says where each file's local header is. */
function readZip(archive: Buffer, name: string): Uint8Array | undefined {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28);
    if (archive.toString("utf8", at + 46, at + 46 + nameLength) === name) {
      const packedSize = archive.readUInt32LE(at + 20);
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const packed = archive.subarray(start, start + packedSize);
      return archive.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return undefined;
}
