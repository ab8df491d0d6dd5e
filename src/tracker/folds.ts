/**
 * What streams fold to, kept from where they were folded first (checked when they came from elsewhere, or written by an import) until
 * the index takes it: so they are not read and folded again. A tip names all that is in its stream, so nothing kept is ever out
 * of date. It is kept compressed, which costs a fifth of reading it again, and within a bound: what finds no room is read again.
 */
import type { Oid } from "../core/commit.ts";
import type { Projection } from "../index/index.ts";
import { compress, decompress } from "../store/compression.ts";
import { asBuffer } from "../store/objects.ts";

type Whole = Projection & { readonly kind: "replace" };

export interface Kept {
  readonly projection: Whole;
  /** How many its text has. */
  readonly bytes: number;
}

export interface Folds {
  /** What a stream folds to if everybody's events count. */
  keep(projection: Whole): void;
  /** Gives away what became of the stream; undefined: it is not here. */
  take(id: Oid, tip: Oid): Kept | undefined;
  clear(): void;
}

/** Some thirty thousand issues of ten events each. */
const keptBytesMax = 32 * 1024 * 1024;

/** A longer text is read again. */
const textBytesMax = 2 ** 30;

export function createFolds(): Folds {
  const kept = new Map<Oid, Uint8Array>();
  let bytesLeft = keptBytesMax;
  return {
    keep(projection) {
      if (bytesLeft <= 0) return;
      const bytes = compress(Buffer.from(JSON.stringify(projection)));
      bytesLeft -= bytes.length;
      kept.set(projection.issue.revision, bytes);
    },
    take(id, tip) {
      const bytes = kept.get(tip);
      const text = bytes === undefined ? undefined : decompress(bytes, textBytesMax);
      if (bytes === undefined || text === undefined) return undefined;
      kept.delete(tip);
      bytesLeft += bytes.length;
      const projection: Whole = JSON.parse(asBuffer(text).toString());
      return projection.issue.id === id ? { projection, bytes: text.length } : undefined;
    },
    clear() {
      kept.clear();
      bytesLeft = keptBytesMax;
    },
  };
}
