/** Who else may write what this process makes, as `core.sharedRepository` has it. */
import { closeSync, openSync } from "node:fs";

/** Permissions that the umask must not take away, as in 0o060. */
export type Sharing = number;

/** The value of `core.sharedRepository`: `group`, `all`, or permissions as in `0660`. Anything else shares nothing. */
export function parseSharing(value: string | undefined): Sharing {
  const text = value?.toLowerCase() ?? "";
  if (["group", "true", "yes", "on", "1"].includes(text)) return 0o060;
  if (["all", "world", "everybody", "2"].includes(text)) return 0o064;
  return /^0[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) & 0o066 : 0;
}

/** From now on, until it is said of another repository: what is shared of one must not be shared of all. */
export function share(sharing: Sharing): void {
  if (sharing === 0 && own === undefined) return;
  own ??= process.umask();
  // Who may read a folder must be able to enter it.
  const entering = (sharing & 0o044) >> 2;
  process.umask(own & ~(sharing | entering));
}

/** The umask that the process was started with; undefined while it still has it. */
let own: number | undefined;

/** Makes an empty file where there is none: SQLite would make one for its owner alone. */
export function makeShared(path: string): void {
  closeSync(openSync(path, "a"));
}
