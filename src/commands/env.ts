/** What a command may touch of the world: nothing else. main.ts makes the real one, tests make their own. */
import type { Style } from "../render/style.ts";
import type { OpenOptions } from "../tracker/open.ts";
import type { Tracker } from "../tracker/tracker.ts";
import type { Workspace } from "../tracker/workspace.ts";

export interface Env {
  /** Of this program, as `version` shows it. */
  readonly version: string;
  /**
   * Opens the repository to act in, on first use, so that help works outside of one. In the folder of a workspace it is the one that has the
   * issues `ids`, as people type them.
   */
  readonly open: (ids?: readonly string[]) => Promise<Tracker>;
  /** Opens all that is looked at together: the repositories of a workspace, or the one that one stands in. */
  readonly openAll: () => Promise<Workspace>;
  /** What repositories are opened with: for what is about the list of them, and not about what is in them. */
  readonly opening: () => Promise<OpenOptions>;
  /** Results: what a pipe should receive. A text that doesn't end its last line has it ended; an empty one prints nothing. */
  readonly out: (text: string) => void;
  /** Everything else: what was done, warnings, hints, each a line. `--quiet` hushes it. */
  readonly err: (text: string) => void;
  /** Refusals; nothing hushes them. */
  readonly fail: (text: string) => void;
  /** How results look: colours, width, now. */
  readonly style: Style;
  /** True if a person sits there: prompts, editor and pager make sense. */
  readonly interactive: boolean;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  /** Opens the person's editor on a text. Returns what they saved. Throws `unavailable` if none can be started. */
  readonly edit: (text: string, extension: string) => Promise<string>;
  /** Asks a yes or no question. Throws `invalid` if nobody is there to answer. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Makes this program another version of itself, or says which it would become. */
  readonly upgrade: (wish: UpgradeWish) => Promise<Upgrade>;
  /** Forgets the opened tracker, so that the next `open` starts anew. */
  readonly close: () => void;
}

export interface UpgradeWish {
  /** The address of the newest release; undefined: nobody has said. */
  readonly url: string | undefined;
  /** Undefined: the newest. */
  readonly version: string | undefined;
  readonly action: "look" | "replace";
}

export interface Upgrade {
  /** Versions, as in 1.2.3. */
  readonly from: string;
  readonly to: string;
  readonly action: "none" | "available" | "upgraded";
}

/** Files that the person named on the command line, relative to where they stand; `-` is standard input, and output. */
export interface Files {
  /** Throws `not-found` or `not-permitted`. */
  read(path: string): Promise<Uint8Array>;
  readText(path: string): Promise<string>;
  /** The bytes of a file, piece by piece. Throws as `read` does. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** The files below a folder, but for what git keeps in a `.git`, or the file itself, sorted by name. */
  list(path: string): Promise<readonly string[]>;
  /** The names of the files right in a folder, sorted; none if it can't be read. */
  names(folder: string): readonly string[];
  /** How a file begins; nothing if it can't be read or is no file. */
  start(path: string, bytesMax: number): Uint8Array;
  exists(path: string): boolean;
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  /** Writes what comes as it comes. A file is replaced when all of it is there; what `parts` throws leaves it as it was. */
  writeParts(path: string, parts: AsyncIterable<string>): Promise<void>;
}
