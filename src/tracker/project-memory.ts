/**
 * A copy of the project's stream as it was last read, in a file of our own: where git can't give it any more, roles and keys hold as far as
 * they were known. It may be lost or broken, as if there were none; and it is as git has it, so every commit in it is one by its name.
 */
import { basename, dirname, join } from "node:path";
import * as v from "valibot";
import {
  createFile,
  errnoOf,
  makeFolder,
  readFolderIfAny,
  readStartIfAny,
  readTextIfAny,
  removeFile,
  takeName,
} from "../platform/files.ts";
import { nameObject } from "../store/objects.ts";
import type { RawCommit, StreamRead } from "../store/store.ts";
import type { Tracker } from "./tracker.ts";

type Whole = Extract<StreamRead, { readonly commits: readonly RawCommit[] }>;

const shape = v.object({ tip: v.string(), commits: v.array(v.pipe(v.string(), v.base64())) });

/** Keeps a copy, if there is none of this tip. */
export function rememberProject({ store, chance }: Pick<Tracker, "store" | "chance">, { tip, commits }: Whole): void {
  const path = copyOf(store);
  const begin = `{"tip":"${tip}",`;
  try {
    if (Buffer.from(readStartIfAny(path, begin.length) ?? []).toString() === begin) return;
    const text = JSON.stringify({ tip, commits: commits.map(({ bytes }) => Buffer.from(bytes).toString("base64")) });
    makeFolder(store.folder, "buffered");
    removeUnfinished(path);
    const temporary = `${path}.${chance.hex(8)}`;
    createFile({ path: temporary, parts: [new TextEncoder().encode(text)], flush: "buffered" });
    takeName(temporary, path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error; // Whoever may only read goes on without a copy.
  }
}

/** Removes what those have left who died while they made one. Who is at it just now goes without: a copy is made here. */
function removeUnfinished(path: string): void {
  for (const { name } of readFolderIfAny(dirname(path)) ?? [])
    if (name.startsWith(`${basename(path)}.`)) removeFile(join(dirname(path), name));
}

/** The stream as it was last read; undefined: nobody knows. */
export function rememberedProject({ store }: Pick<Tracker, "store">): Whole | undefined {
  try {
    const parsed = v.safeParse(shape, JSON.parse(readTextIfAny(copyOf(store)) ?? "null"));
    if (!parsed.success) return undefined;
    const { tip } = parsed.output;
    const commits = parsed.output.commits.map((base64): RawCommit => {
      const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
      return { oid: nameObject(store.hash, { type: "commit", bytes }).oid, bytes };
    });
    return { tip, commits };
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function copyOf({ folder }: Tracker["store"]): string {
  return join(folder, "project.json");
}
