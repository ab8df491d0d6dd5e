/** The files that a person names on the command line. */
import { closeSync, existsSync, openSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Files } from "../commands/env.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { systemChance } from "../platform/chance.ts";
import { readStartIfAny, removeFile, takeName, writeFully } from "../platform/files.ts";
import { writeAll } from "./output.ts";

export function personalFiles(cwd: string): Files {
  const at = (path: string) => resolve(cwd, path);
  const read = async (path: string) => {
    if (path === "-") return await Bun.stdin.bytes();
    try {
      return await Bun.file(at(path)).bytes();
    } catch (error) {
      throw refusal(error, path);
    }
  };
  return {
    read,
    stream: async function* (path) {
      try {
        yield* path === "-" ? Bun.stdin.stream() : Bun.file(at(path)).stream();
      } catch (error) {
        throw refusal(error, path);
      }
    },
    readText: async (path) => new TextDecoder().decode(await read(path)),
    list: async (path) => {
      if (path === "-" || (existsSync(at(path)) && !statSync(at(path)).isDirectory())) return [path];
      try {
        const entries = readdirSync(at(path), { recursive: true, withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .filter((file) => !relative(at(path), file).split(sep).includes(".git")) // What git keeps is nobody's data.
          .sort();
      } catch (error) {
        throw refusal(error, path);
      }
    },
    names: (folder) => {
      try {
        const entries = readdirSync(at(folder), { withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile())
          .map(({ name }) => name)
          .sort();
      } catch {
        return [];
      }
    },
    start: (path, bytesMax) => {
      try {
        return readStartIfAny(at(path), bytesMax) ?? new Uint8Array();
      } catch {
        return new Uint8Array();
      }
    },
    exists: (path) => existsSync(at(path)),
    write: async (path, bytes) => {
      try {
        await Bun.write(path === "-" ? Bun.stdout : at(path), bytes);
      } catch (error) {
        throw refusal(error, path);
      }
    },
    writeParts: async (path, parts) => {
      if (path === "-") return await printParts(parts);
      try {
        await replaceFile(at(path), parts);
      } catch (error) {
        throw refusal(error, path);
      }
    },
  };
}

/** So many characters are written at once. */
const writtenMax = 64 * 1024;

async function* gathered(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let text = "";
  for await (const part of parts) {
    text += part;
    if (text.length < writtenMax) continue;
    yield text;
    text = "";
  }
  yield text;
}

async function printParts(parts: AsyncIterable<string>): Promise<void> {
  for await (const text of gathered(parts)) if (!writeAll(1, text)) return;
}

/** What is no file, as a pipe or a device, can't be replaced, and is written to as it is. */
async function replaceFile(path: string, parts: AsyncIterable<string>): Promise<void> {
  const before = statSync(path, { throwIfNoEntry: false });
  const isFile = before === undefined || before.isFile();
  const target = before?.isFile() ? realpathSync(path) : path;
  const written = isFile ? `${target}.${systemChance.hex(4)}.part` : target;
  const descriptor = isFile ? openSync(written, "wx", before?.mode) : openSync(written, "w");
  try {
    for await (const text of gathered(parts)) writeFully(descriptor, Buffer.from(text));
  } catch (error) {
    closeSync(descriptor);
    if (isFile) removeFile(written);
    throw error;
  }
  closeSync(descriptor);
  if (isFile) takeName(written, target);
}

function refusal(error: unknown, path: string): TrackerError {
  if (error instanceof TrackerError) return error;
  const code = error instanceof Error && "code" in error ? error.code : "";
  const name = visible(path);
  if (code === "ENOENT") return new TrackerError("not-found", `There is no file ${name}`, "Check the path.");
  if (code === "EACCES" || code === "EPERM")
    return new TrackerError("not-permitted", `${name} is not yours to use`, "Check its permissions.");
  if (code === "EISDIR") return new TrackerError("invalid", `${name} is a folder`, "Name a file.");
  return new TrackerError("unavailable", `${name} can't be used: ${error instanceof Error ? error.message : code}`);
}
