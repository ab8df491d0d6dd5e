/**
 * Signing for macOS without a Mac. It starts an executable only if every page of it has its hash in an embedded signature; that may be
 * an "ad-hoc" one, which names nobody. Compiling leaves the runtime's own signature in place on Intel, which fits no longer.
 *
 * The layout is that of Apple's `cs_blobs.h` (xnu) and of what Go's and LLVM's linkers write: a super blob with one code directory, all of
 * it big-endian, at the end of the file, where `LC_CODE_SIGNATURE` says.
 */

const magic64 = 0xfeedfacf;
const commands = { segment64: 0x19, codeSignature: 0x1d } as const;
const pageSize = 4096;
const hashSize = 32;
const superBlobSize = 12 + 8;
const directorySize = 88;

interface Segment {
  /** Where its load command begins. */
  readonly at: number;
  readonly fileOffset: number;
  readonly fileSize: number;
}

interface Layout {
  readonly text: Segment;
  readonly linkEdit: Segment;
  /** Where the load command of the signature begins. */
  readonly signatureAt: number;
  readonly signatureOffset: number;
}

/** Replaces an executable's signature by an ad-hoc one. Throws if it is no 64-bit Mach-O file with room for a signature. */
export function signAdHoc(executable: Uint8Array, identifier: string): Uint8Array {
  const { text, linkEdit, signatureAt, signatureOffset: codeLimit } = readLayout(executable);
  const pages = Math.ceil(codeLimit / pageSize);
  const name = new TextEncoder().encode(`${identifier}\0`);
  const directoryLength = directorySize + name.length + pages * hashSize;
  const signatureSize = superBlobSize + directoryLength;
  const signed = new Uint8Array(codeLimit + signatureSize);
  signed.set(executable.subarray(0, codeLimit));

  const view = viewOf(signed);
  view.setUint32(signatureAt + 12, signatureSize, true);
  const linkEditSize = codeLimit + signatureSize - linkEdit.fileOffset;
  view.setBigUint64(linkEdit.at + 32, BigInt(roundUp(linkEditSize, 4 * pageSize)), true); // In memory: pages of Apple's own chips.
  view.setBigUint64(linkEdit.at + 48, BigInt(linkEditSize), true);

  const words = (at: number, ...values: readonly number[]) =>
    values.forEach((value, index) => {
      view.setUint32(at + 4 * index, value);
    });
  words(codeLimit, 0xfade0cc0, signatureSize, 1, 0, superBlobSize);
  const directory = codeLimit + superBlobSize;
  const adHocByLinker = 0x20002;
  words(directory, 0xfade0c02, directoryLength, 0x20400, adHocByLinker);
  words(directory + 16, directorySize + name.length, directorySize, 0, pages, codeLimit);
  signed.set([hashSize, 2, 0, Math.log2(pageSize)], directory + 36); // 2: SHA-256.
  const mainBinary = 1n;
  view.setBigUint64(directory + 64, BigInt(text.fileOffset));
  view.setBigUint64(directory + 72, BigInt(text.fileSize));
  view.setBigUint64(directory + 80, mainBinary);
  signed.set(name, directory + directorySize);

  // Only now: the first pages hold the load commands that were just changed.
  const hashes = directory + directorySize + name.length;
  for (let page = 0; page < pages; page++) {
    const end = Math.min((page + 1) * pageSize, codeLimit);
    const hash = new Bun.CryptoHasher("sha256").update(signed.subarray(page * pageSize, end)).digest();
    signed.set(hash, hashes + page * hashSize);
  }
  return signed;
}

function readLayout(executable: Uint8Array): Layout {
  const view = viewOf(executable);
  if (view.getUint32(0, true) !== magic64) throw new Error("It is not a 64-bit Mach-O file");
  const segments = new Map<string, Segment>();
  let signatureAt: number | undefined;
  let at = 32;
  for (let left = view.getUint32(16, true); left > 0; left--) {
    const command = view.getUint32(at, true);
    if (command === commands.codeSignature) signatureAt = at;
    if (command === commands.segment64) {
      const name = new TextDecoder().decode(executable.subarray(at + 8, at + 24)).replace(/\0.*$/, "");
      const [fileOffset, fileSize] = [view.getBigUint64(at + 40, true), view.getBigUint64(at + 48, true)].map(Number);
      segments.set(name, { at, fileOffset: fileOffset ?? 0, fileSize: fileSize ?? 0 });
    }
    at += view.getUint32(at + 4, true);
  }
  const [text, linkEdit] = [segments.get("__TEXT"), segments.get("__LINKEDIT")];
  if (text === undefined || linkEdit === undefined || signatureAt === undefined)
    throw new Error("The Mach-O file has no __TEXT, no __LINKEDIT or no signature");
  return { text, linkEdit, signatureAt, signatureOffset: view.getUint32(signatureAt + 8, true) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
