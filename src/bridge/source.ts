/** What every importer is given, and the bound it keeps: the histories that it yields are told in tracker/import.ts. */
import type { Actor, Moment } from "../core/commit.ts";
import { limits } from "../core/limits.ts";
import type { Settings } from "../core/settings.ts";

export interface ImportContext {
  readonly settings: Settings;
  /** Stands in for times that the source does not give. */
  readonly now: Moment;
  /** Who imports: the author of lists that name nobody. */
  readonly actor?: Actor | undefined;
  /** Field → the column that holds it, for tables whose columns say what they like. */
  readonly columns?: ReadonlyMap<string, string> | undefined;
  /** Told of everything that is left out, by kind, once for each. */
  readonly skipped?: ((kind: string) => void) | undefined;
  /** Told of every value that the settings have no name for, and of the one that stands for it: `("status", "Blocked", "todo")`. */
  readonly mapped?: ((what: string, from: string, to: string) => void) | undefined;
  /** Told of every type that the settings have no name for, and that stays as it is. */
  readonly kept?: ((type: string) => void) | undefined;
}

/** A folder that was named, and what is in it by relative paths. */
export interface SourceFolder {
  exists(path: string): boolean;
  /** The names of the files below a folder in it, sorted, or of the file itself. */
  list(path: string): Promise<readonly string[]>;
  /** Reads a file by a name that `list` gave. */
  read(name: string): Promise<Uint8Array>;
}

/** A text must fit into one message together with its title and records. */
export const bodyBytesMax = limits.messageBytesMax - 64 * 1024;

/** How the name of an archive ends; a browser numbers the second download of one. */
export const archiveEnd = /(?: ?\(\d{1,3}\))?(?:\.tar|\.tar\.gz|\.tgz|(?<=_export)\.gz)$/i;

/** True if a tar begins so: by POSIX its first block has `ustar` at 257. */
export function hasTarMark(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(257, 262)).toString("latin1") === "ustar";
}
