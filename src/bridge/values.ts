/**
 * The JSON objects of a file, one after the other, whatever surrounds them: one per line, one over many lines, or arrays of them
 * (also one array after the other, as paginated answers are printed). Only one object is in memory at a time. Text packed with gzip
 * is known by its first bytes.
 */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";

export interface SourceFile {
  /** For messages, and where the content does not say what it is about. */
  readonly name: string;
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface PlacedObject {
  readonly value: object;
  /** `file:line` of its beginning. */
  readonly place: string;
}

/** The largest issues of busy projects have a few megabytes; this bounds what a hostile file can make us hold at once. */
export const objectBytesMax = 64 * 1024 * 1024;
/** Deeper than any API answers, and shallow enough for every recursive reader. */
export const depthMax = 100;

/** Reads a file's objects, none larger than `bytesMax`. Throws `invalid` with file and line for what is no JSON, is cut off or exceeds a limit. */
export async function* readObjects(file: SourceFile, bytesMax = objectBytesMax): AsyncGenerator<PlacedObject> {
  const scanner = createScanner(file.name, bytesMax);
  for await (const chunk of unpacked(file)) yield* scanner.push(chunk);
  scanner.end();
}

/** A refusal that says where. */
export function refusedAt(place: string, problem: string, hint?: string): TrackerError {
  return new TrackerError("invalid", `${visible(place)}: ${problem}`, hint);
}

const [quote, backslash, lineFeed, comma] = [0x22, 0x5c, 0x0a, 0x2c];
const [listOpen, listClose, objectOpen, objectClose] = [0x5b, 0x5d, 0x7b, 0x7d];
const byteOrderMark = [0xef, 0xbb, 0xbf];
const objectHint = "An issue is a JSON object: one per line, or a list of them.";
const cutOffHint = "The file may be cut off: export it again.";

/** Finds where objects begin and end by counting brackets; what is between them is JSON.parse's to judge. */
function createScanner(name: string, bytesMax: number) {
  let line = 1;
  let offset = 0;
  let depth = 0;
  let lists = 0;
  let inside: "structure" | "text" | "escape" = "structure";
  let startLine = 1;
  let held: Uint8Array[] = [];
  let heldBytes = 0;

  const place = (at: number) => `${name}:${at}`;

  const hold = (bytes: Uint8Array) => {
    held.push(bytes);
    heldBytes += bytes.length;
    if (heldBytes > bytesMax) {
      const problem = `the object that begins here is larger than ${bytesMax / 1024 / 1024} MiB`;
      throw refusedAt(place(startLine), problem, "Is a bracket missing? Otherwise import it in parts.");
    }
  };

  const take = (): PlacedObject => {
    const value = parseObject(Buffer.concat(held), place(startLine));
    held = [];
    heldBytes = 0;
    return { value, place: place(startLine) };
  };

  /** Between objects only brackets of lists and commas in them may stand. */
  const stepOutside = (byte: number) => {
    if (byte === listOpen) lists += 1;
    else if (byte === listClose && lists > 0) lists -= 1;
    else if (byte !== comma || lists === 0) throw refusedAt(place(line), "no JSON object begins here", objectHint);
    if (lists > depthMax) throw refusedAt(place(line), "the lists are nested too deeply", objectHint);
  };

  const stepInside = (byte: number) => {
    if (inside === "escape") inside = "text";
    else if (inside === "text") {
      if (byte === quote) inside = "structure";
      else if (byte === backslash) inside = "escape";
    } else if (byte === quote) inside = "text";
    else if (byte === objectOpen || byte === listOpen) depth += 1;
    else if (byte === objectClose || byte === listClose) depth -= 1;
    if (depth > depthMax) throw refusedAt(place(startLine), "this object is nested too deeply", objectHint);
  };

  function* push(chunk: Uint8Array): Generator<PlacedObject> {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (inside === "text") at = endOfPlainText(chunk, at);
      if (at === chunk.length) break;
      const byte = chunk[at] ?? 0;
      if (byte === lineFeed) {
        if (inside !== "structure") throw refusedAt(place(line), "a text has no closing quote", cutOffHint);
        line += 1;
      } else if (depth > 0) {
        stepInside(byte);
        if (depth > 0) continue;
        hold(chunk.subarray(start, at + 1));
        yield take();
      } else if (byte === objectOpen) {
        depth = 1;
        start = at;
        startLine = line;
      } else if (!isBlank(byte) && byteOrderMark[offset + at] !== byte) stepOutside(byte);
    }
    offset += chunk.length;
    if (depth > 0) hold(chunk.subarray(start));
  }

  const end = () => {
    if (depth > 0) throw refusedAt(place(startLine), "the object that begins here does not end", cutOffHint);
    if (lists > 0) throw refusedAt(place(line), "the file ends in the middle of a list", cutOffHint);
  };
  return { push, end };
}

/** Most of an export is text: this loop is what makes reading it fast. */
function endOfPlainText(chunk: Uint8Array, from: number): number {
  let at = from;
  for (; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === quote || byte === backslash || byte === lineFeed) break;
  }
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function parseObject(bytes: Uint8Array, place: string): object {
  const text = decodeText(bytes, place);
  try {
    return JSON.parse(text) as object; // The scanner found a balanced pair of braces around it.
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = visible(error.message.replace(/^JSON Parse error: /, "").slice(0, 100));
    throw refusedAt(place, `this is not JSON: ${reason}`, objectHint);
  }
}

/** Throws `invalid` at `place` for what is not UTF-8. */
export function decodeText(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusedAt(place, "this is not UTF-8", "Save the file as UTF-8.");
  }
}

/** The bytes of a file, without the gzip that may be around them. Throws `invalid` if that is broken. */
export async function* unpacked(file: SourceFile): AsyncGenerator<Uint8Array> {
  const chunks = file.bytes instanceof Uint8Array ? once(file.bytes) : file.bytes;
  const iterator = chunks[Symbol.asyncIterator]();
  const head = await readHead(iterator);
  const whole = following(head, iterator);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  try {
    yield* streamOf(whole).pipeThrough(new DecompressionStream("gzip"));
  } catch (error) {
    // The one kind of error that DecompressionStream throws; those of the source itself go through.
    if (!(error instanceof TypeError)) throw error;
    throw new TrackerError("invalid", `${visible(file.name)}: the gzip data is broken`, "Download or pack it again.");
  }
}

/** Chunks as a stream, which takes no more of them than are asked for: a small file may unpack to more than memory holds. */
export function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done) controller.close();
      else controller.enqueue(new Uint8Array(next.value)); // A copy: the stream wants memory that nobody shares.
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** At least two bytes, if there are so many: enough to know gzip by. */
async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* following(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
