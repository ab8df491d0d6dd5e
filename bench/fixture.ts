/**
 * The repository that is measured: made-up issues written by the product's own encoders, as a clone or an import would leave them:
 * one pack and `packed-refs`. Made once for each size and kept in the system's folder for temporary files.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Oid } from "../src/core/commit.ts";
import { type EventDraft, type KnownEvent, parseEvent } from "../src/core/event.ts";
import { encodeMessage } from "../src/core/message.ts";
import { subjectOf } from "../src/core/subject.ts";
import { systemChance } from "../src/platform/chance.ts";
import { emptyTree, encodeCommit, type NamedObject, nameObject } from "../src/store/objects.ts";
import { writePack } from "../src/store/pack.ts";
import { refs } from "../src/store/refs.ts";
import { type Happening, inventIssue } from "./invent.ts";
import { makeWhole, runIn, scratchFolder, seed } from "./scratch.ts";

export interface Fixture {
  readonly issues: number;
  /** A work tree that nothing has touched yet; copy it. */
  readonly folder: string;
}

/** Finds the fixture of that size, or makes it; `fresh` makes it in any case. */
export async function openFixture(issues: number, { fresh }: { readonly fresh: boolean }): Promise<Fixture> {
  const folder = join(tmpdir(), "git-tracker-bench", `${issues}-${hashOfParameters(issues)}`);
  if (fresh || !existsSync(folder)) await makeWhole(folder, (beside) => make(beside, issues));
  return { issues, folder };
}

/** A copy to change and throw away. Packs, which never change, are shared with it. */
export function copyFixture({ folder }: Fixture): string {
  const copy = join(scratchFolder(), `repository-${systemChance.hex(4)}`);
  copyFolder(folder, copy);
  return copy;
}

interface Stream {
  readonly id: Oid;
  readonly tip: Oid;
  readonly commits: readonly NamedObject[];
}

/** What decides the bytes of a fixture, from the top of the repository. */
const sources = [
  "bench/dice.ts",
  "bench/fixture.ts",
  "bench/invent.ts",
  "src/core/event.ts",
  "src/core/message.ts",
  "src/core/subject.ts",
  "src/core/text.ts",
  "src/store/compression.ts",
  "src/store/objects.ts",
  "src/store/pack.ts",
];
const packedRefsHeader = "# pack-refs with: peeled fully-peeled sorted \n";

function hashOfParameters(issues: number): string {
  const hasher = new Bun.CryptoHasher("sha256").update(`${issues} ${seed}`);
  for (const path of sources) hasher.update(readFileSync(resolve(import.meta.dir, "..", path)));
  return hasher.digest("hex").slice(0, 12);
}

async function make(folder: string, issues: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["config", "user.name", "Ada"],
    ["config", "user.email", "ada@example.com"],
    ["commit", "--quiet", "--allow-empty", "--message=First"],
    ["pack-refs", "--all"],
  ]) {
    await runIn(folder, ["git", ...args]);
  }
  const objects: NamedObject[] = [emptyTree("sha1")];
  const lines: string[] = [];
  for (const { id, tip, commits } of inventedStreams(issues)) {
    if (lines.length % 1000 === 0) await Bun.sleep(0); // So that a signal is heard.
    for (const commit of commits) objects.push(commit);
    lines.push(`${tip} ${refs.issue(id)}\n`);
  }
  const objectsDir = join(folder, ".git", "objects");
  writePack({ objectsDir, hash: "sha1", flush: "buffered", chance: systemChance }, objects);
  const packedRefs = join(folder, ".git", "packed-refs");
  const others = readFileSync(packedRefs, "utf8")
    .split(/(?<=\n)/)
    .slice(1);
  const sorted = [...others, ...lines].sort((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1));
  await Bun.write(packedRefs, packedRefsHeader + sorted.join(""));
}

function* inventedStreams(issues: number): Generator<Stream> {
  const ids: Oid[] = [];
  const tree = emptyTree("sha1").oid;
  for (let number = 0; number < issues; number++) {
    const commits: NamedObject[] = [];
    for (const happening of inventIssue(number, { seed, issues, idOf: (other) => ids[other] ?? "" })) {
      commits.push(encode(happening, tree, commits.at(-1)?.oid));
    }
    const id = commits[0]?.oid ?? "";
    ids.push(id);
    yield { id, tip: commits.at(-1)?.oid ?? "", commits };
  }
}

function encode({ author, seconds, draft }: Happening, tree: Oid, parent: Oid | undefined): NamedObject {
  const event = checked(draft);
  const message = encodeMessage(subjectOf([event]), [event]);
  const time = { seconds, zone: "+0000" };
  const content = { tree, parents: parent === undefined ? [] : [parent], author, time, message };
  return nameObject("sha1", encodeCommit(content));
}

function checked(draft: EventDraft): KnownEvent {
  const event = parseEvent(draft);
  if (typeof event === "string") throw new Error(`${draft.type}: ${event}`);
  return event;
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else if (/\.(?:pack|idx)$/.test(entry.name)) linkSync(source, target);
    else copyFileSync(source, target);
  }
}
