/**
 * What `export jsonl` wrote, read back: a stream per line, of which only the git objects count. Everything else in a line is there to be
 * read by other programs, and follows from them.
 */
import * as v from "valibot";
import { TrackerError } from "../core/errors.ts";
import type { CarriedStream } from "../tracker/import-streams.ts";
import { check } from "./check.ts";
import { type PlacedObject, readObjects, refusedAt, type SourceFile } from "./values.ts";

const hint = "Is it what `git tracker export jsonl` wrote?";
/** A line holds a whole issue with its files; each of these may have 100 MiB, and a third more as text. */
const lineBytesMax = 1024 * 1024 * 1024;

/** Reads one stream after the other. Throws `invalid` with file and line. */
export async function* readStreams(files: AsyncIterable<SourceFile>): AsyncGenerator<CarriedStream> {
  for await (const file of files) {
    for await (const object of readObjects(file, lineBytesMax)) yield readStream(object);
  }
}

const oid = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "should be a full object id"));

const kindShape = v.object({
  schema: v.literal(1, "should be 1: a newer git-tracker wrote it"),
  kind: v.picklist(["issue", "project"], "should be issue or project"),
});
const objectShape = v.object({
  oid,
  type: v.optional(v.picklist(["commit", "tree", "blob"], "should be commit, tree or blob"), "commit"),
  text: v.optional(v.string()),
  base64: v.optional(v.string()),
});
const streamShape = v.object({ revision: oid, objects: v.array(objectShape) });

function readStream({ value, place }: PlacedObject): CarriedStream {
  const where = { place, hint };
  const { kind } = check(kindShape, value, where);
  const { revision, objects } = check(streamShape, value, where);
  const id = kind === "issue" ? check(v.object({ id: oid }), value, where).id : undefined;
  return {
    id,
    tip: revision,
    objects: objects.map(({ oid, type, text, base64 }) => ({
      oid,
      type,
      bytes: bytesOf({ text, base64 }, oid, place),
    })),
    place,
  };
}

function bytesOf(
  { text, base64 }: { readonly text: string | undefined; readonly base64: string | undefined },
  oid: string,
  place: string,
): Uint8Array {
  if (text !== undefined) return new TextEncoder().encode(text);
  if (base64 === undefined) throw refusedAt(place, `object ${oid} has neither text nor base64`, hint);
  try {
    return Uint8Array.fromBase64(base64);
  } catch (error) {
    if (error instanceof TrackerError) throw error;
    throw refusedAt(place, `object ${oid}: base64 that can't be read`, hint);
  }
}
