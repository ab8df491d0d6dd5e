/**
 * Changing a repository's configuration where there is no git to do it: remotes come and go, and every other byte stays. Under git's own
 * lock. Texts are Latin-1 here, in which a character is a byte.
 */
import { chmodSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { refusingDiskErrors } from "../platform/files.ts";
import { type ConfigSpan, configSpans } from "./gitconfig.ts";
import { breakOwnLocks, lockFile, type RefWriter } from "./lock-file.ts";
import type { RemoteChange } from "./store.ts";

/** Throws `unavailable` if somebody else holds the lock, and `invalid` for a configuration that can't be read. */
export async function changeConfig(writer: RefWriter, change: RemoteChange): Promise<void> {
  const path = realpathSync(join(writer.commonDir, "config"));
  breakOwnLocks(writer, [{ ref: "config", from: undefined, to: undefined }]);
  const lock = await lockFile(path, writer);
  try {
    const before = readFileSync(path, "latin1");
    const after = change.kind === "add" ? withRemote(before, change) : withoutRemote(before, change.name, path);
    if (after === before) return;
    refusingDiskErrors(path, () => {
      lock.fill(after);
      chmodSync(lock.name, statSync(path).mode & 0o777); // It may hold passwords that only its owner is to see.
      lock.commit();
    });
  } finally {
    lock.release();
  }
}

/** What `git remote add` would make of it. */
export function withRemote(text: string, { name, url }: { readonly name: string; readonly url: string }): string {
  const begin = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const lines = [`[remote "${name}"]`, `url = ${encodeValue(url)}`, `fetch = +refs/heads/*:refs/remotes/${name}/*`];
  return `${begin}${lines.join("\n\t")}\n`;
}

/** Without the remote's sections, and without what branches say of it. */
export function withoutRemote(text: string, remote: string, path: string): string {
  const name = asLatin1(remote);
  const spans = configSpans(text, path);
  const followed = new Set(spans.flatMap((span) => (isOf(span, "remote", name) ? [branchOf(span)] : [])));
  const gone = spans.filter(
    (span) =>
      span.section === `remote.${name}` ||
      isOf(span, "remote", name) ||
      isOf(span, "pushremote", name) ||
      (span.key === "remote.pushdefault" && span.value === name) ||
      (span.key?.endsWith(".merge") === true && followed.has(branchOf(span))),
  );
  let kept = "";
  let at = 0;
  for (const { start, end } of gone) {
    kept += text.slice(at, Math.max(at, start));
    at = Math.max(at, end);
  }
  return kept + text.slice(at);
}

/** True of a branch's setting of that name and value. */
function isOf({ key, value }: ConfigSpan, setting: string, wanted: string): boolean {
  return key?.startsWith("branch.") === true && key.endsWith(`.${setting}`) && value === wanted;
}

/** `branch.main` of `branch.main.merge`. */
function branchOf({ section }: ConfigSpan): string {
  return section.startsWith("branch.") ? section : "";
}

function encodeValue(value: string): string {
  const escaped = asLatin1(value).replace(/[\\"]/g, "\\$&");
  return /[;#]|^\s|\s$/.test(value) ? `"${escaped}"` : escaped;
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
