/** The files that a person names on the command line. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Files } from "../commands/env.ts";
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { readStartIfAny } from "../platform/files.ts";

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
    readText: async (path) => new TextDecoder().decode(await read(path)),
    list: async (path) => {
      if (path === "-" || (existsSync(at(path)) && !statSync(at(path)).isDirectory())) return [path];
      try {
        const entries = readdirSync(at(path), { recursive: true, withFileTypes: true });
        return entries
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
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
  };
}

function refusal(error: unknown, path: string): TrackerError {
  const code = error instanceof Error && "code" in error ? error.code : "";
  const name = visible(path);
  if (code === "ENOENT") return new TrackerError("not-found", `There is no file ${name}`, "Check the path.");
  if (code === "EACCES" || code === "EPERM")
    return new TrackerError("not-permitted", `${name} is not yours to use`, "Check its permissions.");
  if (code === "EISDIR") return new TrackerError("invalid", `${name} is a folder`, "Name a file.");
  return new TrackerError("unavailable", `${name} can't be used: ${error instanceof Error ? error.message : code}`);
}
