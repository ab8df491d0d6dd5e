/** Repositories whose people sign: with keys of their own, and git that knows them. */
import { join } from "node:path";
import type { Actor, CommitContent, Oid } from "../../src/core/commit.ts";
import { refs } from "../../src/store/refs.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import { ada, ben } from "./events.ts";
import { type KeyFiles, makeKey, writeSigners } from "./keys.ts";
import { makeRepository, type RepositoryKind, type TestRepository } from "./repository.ts";

export interface Signing extends Disposable {
  readonly repository: TestRepository;
  readonly ada: KeyFiles;
  readonly ben: KeyFiles;
  readonly eve: KeyFiles;
}

/** Ada signs everything there with an SSH key; git's allowed signers are she and Ben. */
export function makeSigning(kind: RepositoryKind = "plain"): Signing {
  const repository = makeRepository(kind);
  const key = (name: string) => makeKey(join(repository.root, "keys"), name);
  const keys = { ada: key("ada"), ben: key("ben"), eve: key("eve") };
  const allowed = writeSigners(
    repository.root,
    ...[`${ada.email} ${keys.ada.line}`, `${ben.email} namespaces="git" ${keys.ben.line}`],
  );
  configure(repository, {
    "gpg.format": "ssh",
    "user.signingkey": keys.ada.path,
    "commit.gpgsign": "true",
    "gpg.ssh.allowedSignersFile": allowed,
  });
  return { repository, ...keys, [Symbol.dispose]: () => repository[Symbol.dispose]() };
}

/** Sets git's settings for the person. */
export function configure(repository: TestRepository, settings: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(settings)) repository.git("config", "--global", key, value);
}

/** A stretch of the history that `tip` ends, as the bytes of its commits: the tip's first. */
export function rawCommit(repository: TestRepository, oid: Oid): Buffer {
  return Buffer.from(repository.gitWith("", "cat-file", "commit", oid));
}

/** Stores any bytes as a commit. */
export function storeRaw(repository: TestRepository, bytes: Uint8Array | string): Oid {
  const args = ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"];
  return Buffer.from(repository.gitWith(bytes, ...args))
    .toString()
    .trim();
}

/** Points an issue's ref anywhere. */
export function pointIssue(repository: TestRepository, id: Oid, tip: Oid): void {
  repository.git("update-ref", refs.issue(id), tip);
}

/** A comment by anybody, on top of an issue, ready to be written. */
export function commentOn(
  tracker: Tracker,
  id: Oid,
  author: Actor,
  text: string,
  seconds = 1_768_480_000,
): CommitContent {
  return {
    tree: tracker.store.emptyTree,
    parents: [tracker.index.tip(id) ?? id],
    author,
    time: { seconds, zone: "+0000" },
    message: `Comment\n\n${text}\n\nEvent: comment-added\nFormat: 1\n`,
  };
}
