/**
 * What can go wrong with a repository's files, kind by kind. Which issue, object or bit it hits is a matter of chance; each returns
 * what it did, in words.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { type Chance, seededChance } from "../simulation/chance.ts";
import type { TestRepository } from "../support/repository.ts";
import { type Acked, firstLoose, type Ledger, lastMoved, looseFile } from "./ledger.ts";

export interface Case {
  readonly repository: TestRepository;
  readonly issues: readonly Acked[];
  readonly chance: Chance;
}

type Corrupt = (given: Case) => string;

const inGit = ({ repository }: Case, path: string) => join(repository.cwd, ".git", path);
const looseIssue = ({ issues, chance }: Case) => chance.pick(issues.slice(firstLoose));
const anyIssue = ({ issues, chance }: Case) => chance.pick(issues);
/** An old time, so that what has it looks as if nobody were at work. */
const longAgo = Date.UTC(2001, 0, 1) / 1000;

function hurt(path: string, how: (path: string) => void): void {
  chmodSync(path, 0o644);
  how(path);
}

function flipBit(path: string, chance: Chance): void {
  const bytes = readFileSync(path);
  if (bytes.length === 0) return;
  const at = chance.int(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.int(8));
  hurt(path, () => writeFileSync(path, bytes));
}

function cut(path: string, chance: Chance): void {
  const size = readFileSync(path).length;
  hurt(path, () => truncateSync(path, chance.int(Math.max(1, size))));
}

/** Each of two objects is then found where the other is. */
function swapOffsets(path: string, chance: Chance): void {
  const bytes = readFileSync(path);
  const count = bytes.readUInt32BE(8 + 255 * 4);
  const offsets = 8 + 256 * 4 + count * (20 + 4);
  const [first = 0, second = 0] = chance.shuffled(Array.from({ length: count }, (_, i) => offsets + 4 * i));
  const [a, b] = [first, second].map((at) => bytes.readUInt32BE(at));
  bytes.writeUInt32BE(b ?? 0, first);
  bytes.writeUInt32BE(a ?? 0, second);
  hurt(path, () => writeFileSync(path, bytes));
}

/** A loose object of an issue: a commit, or what `among` says. */
function looseObject(given: Case, among: (issue: Acked) => readonly Oid[] = ({ commits }) => commits) {
  const issue = looseIssue(given);
  const oid = given.chance.pick(among(issue).filter((each) => looseFile(given.repository, each) !== undefined));
  return { issue, oid, path: looseFile(given.repository, oid) ?? "" };
}

function onObject(what: string, how: (path: string, chance: Chance) => void, among?: (issue: Acked) => readonly Oid[]) {
  return (given: Case): string => {
    const { issue, oid, path } = looseObject(given, among);
    hurt(path, (each) => how(each, given.chance));
    return `${what}: commit ${issue.commits.indexOf(oid)} of ${issue.commits.length} before the tip, ${oid}`;
  };
}

function onRef(what: string, content: (given: Case, issue: Acked) => string): Corrupt {
  return (given) => {
    const issue = anyIssue(given);
    const path = inGit(given, issue.ref);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content(given, issue));
    return `${what}: ${issue.id}`;
  };
}

function onFile(what: string, path: string, how: (path: string, chance: Chance) => void): Corrupt {
  return (given) => {
    const file = inGit(given, path);
    if (existsSync(file)) how(file, given.chance);
    return what;
  };
}

function onPack(what: string, suffix: string, how: (path: string, chance: Chance) => void): Corrupt {
  return (given) => {
    const folder = inGit(given, "objects/pack");
    const name = given.chance.pick(readdirSync(folder).filter((each) => each.endsWith(suffix)));
    hurt(join(folder, name), (path) => how(path, given.chance));
    return `${what}: ${name}`;
  };
}

function leaveLock(what: string, seconds: number): Corrupt {
  return (given) => {
    const lock = inGit(given, `${anyIssue(given).ref}.lock`);
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, "");
    utimesSync(lock, seconds, seconds);
    return `${what}: ${lock}`;
  };
}

const badMessages = [
  "Half broken\n\nEvent: status-changed\nFrom: todo\nEvent: label-added\nLabel: x\nFormat: 1\n",
  "Twice\n\nEvent: title-changed\nTo: x\nTo: y\nFormat: 1\n",
  "Bad date\n\nEvent: due-changed\nTo: soon\nFormat: 1\n",
  "A commit by hand\n",
];

export const corruptions = {
  "object deleted": onObject("deleted", (path) => rmSync(path)),
  "object emptied": onObject("emptied", (path) => truncateSync(path)),
  "object torn": onObject("torn", cut),
  "object bit flipped": onObject("flipped", flipBit),
  "middle commit missing": onObject(
    "missing",
    (path) => rmSync(path),
    ({ commits }) => commits.slice(1, -1),
  ),
  "many objects deleted": (given) => {
    const gone = given.issues.slice(firstLoose).flatMap(({ commits }) => commits.filter(() => given.chance.of(0.4)));
    for (const oid of gone) rmSync(looseFile(given.repository, oid) ?? "", { force: true });
    return `deleted: ${gone.join(" ")}`;
  },
  "ref empty": onRef("empty", () => ""),
  "ref garbage": onRef("garbage", ({ chance }) => chance.pick(["x\n", "\0\0\0\0", "ref: \n", "ref: refs/heads/no\n"])),
  "ref to nothing": onRef("nothing there", ({ chance }) => `${chance.pick([..."123456789abcdef"]).repeat(40)}\n`),
  "ref to a tree": onRef("a tree", ({ repository }) => repository.git("rev-parse", "HEAD^{tree}")),
  "ref to a blob": onRef("a blob", ({ repository }) =>
    new TextDecoder().decode(repository.gitWith("blob", "hash-object", "-w", "--stdin")),
  ),
  "ref to another issue": onRef("another's", ({ issues, chance }, issue) => {
    const other = chance.pick(issues.filter(({ id }) => id !== issue.id));
    return `${chance.pick(other.commits)}\n`;
  }),
  "ref lost, packed one older": (given) => {
    const issue = given.chance.pick(given.issues.slice(0, lastMoved + 1));
    rmSync(inGit(given, issue.ref));
    return `${issue.id} is at ${issue.packed} again`;
  },
  "ref lost": (given) => {
    const issue = looseIssue(given);
    rmSync(inGit(given, issue.ref));
    return `the ref of ${issue.id} is gone`;
  },
  "stale lock": leaveLock("stale", longAgo),
  "young lock": leaveLock("young", Date.UTC(2026, 0, 15, 13) / 1000),
  "journal torn": onFile("torn", "git-tracker/journal", cut),
  "journal bit flipped": onFile("flipped", "git-tracker/journal", flipBit),
  "journal deleted": onFile("deleted", "git-tracker/journal", (path) => rmSync(path)),
  "journal is garbage": onFile("garbage", "git-tracker/journal", (path, chance) =>
    writeFileSync(path, chance.pick(["\n", "\nrecord \n", "\0".repeat(99)])),
  ),
  "journal is a folder": onFile("a folder", "git-tracker/journal", (path) => {
    rmSync(path);
    mkdirSync(path);
  }),
  "pack truncated": onPack("cut", ".pack", cut),
  "pack bit flipped": onPack("flipped", ".pack", flipBit),
  "pack index missing": onPack("gone", ".idx", (path) => rmSync(path)),
  "pack index bit flipped": onPack("flipped", ".idx", flipBit),
  "pack index mixed up": onPack("two offsets swapped", ".idx", swapOffsets),
  "index bit flipped": onFile("flipped", "git-tracker/index", flipBit),
  "index truncated": onFile("cut", "git-tracker/index", cut),
  "index replaced": onFile("replaced", "git-tracker/index", (path, chance) => {
    if (chance.of(0.3)) {
      rmSync(path);
      mkdirSync(path);
    } else writeFileSync(path, "x".repeat(chance.int(9000)));
  }),
  "alternates vanished": (given) => {
    const away = join(given.repository.root, "away");
    renameSync(inGit(given, "objects/pack"), away);
    writeFileSync(inGit(given, "objects/info/alternates"), `${away}-and-gone\n`);
    return "all packs were borrowed";
  },
  "shallow boundary": (given) => {
    const issue = anyIssue(given);
    const boundary = given.chance.pick(issue.commits.slice(0, -1));
    writeFileSync(inGit(given, "shallow"), `${boundary}\n`);
    return `${issue.id} is cut off at ${boundary}`;
  },
  "quarantined event": (given) => {
    const issue = anyIssue(given);
    const args = ["commit-tree", "-p", issue.tip, `${issue.tip}^{tree}`];
    const oid = new TextDecoder().decode(given.repository.gitWith(given.chance.pick(badMessages), ...args)).trim();
    given.repository.git("update-ref", issue.ref, oid);
    return `${oid} on ${issue.id}`;
  },
  "attachment gone": (given) => {
    const [issue] = given.issues.slice(firstLoose).filter(({ files }) => files.length > 0);
    const oid = given.chance.pick(issue?.files ?? []);
    rmSync(looseFile(given.repository, oid) ?? "");
    return `${oid} of ${issue?.id} is gone`;
  },
} as const satisfies Record<string, Corrupt>;

export type CorruptionKind = keyof typeof corruptions;
export const corruptionKinds = Object.keys(corruptions).filter((kind): kind is CorruptionKind => kind in corruptions);

export interface Corrupted extends Disposable {
  readonly repository: TestRepository;
  readonly kind: CorruptionKind;
  readonly seed: number;
  /** What was done. */
  readonly what: string;
  /** How the program is to find it: with git, or without. */
  readonly place: TestRepository;
}

/** Without a journal nobody can know that there ever was more, or there is nothing to break. */
function needsJournal(kind: CorruptionKind): boolean {
  return kind.startsWith("ref lost") || kind.startsWith("journal");
}

/** Breaks a copy. `before` is called when it is still whole, in half of the cases: an index then knows what was there. */
export async function corrupt(
  ledger: Ledger,
  kind: CorruptionKind,
  seed: number,
  before: (repository: TestRepository) => Promise<void>,
): Promise<Corrupted> {
  const repository = ledger.copy();
  const chance = seededChance(Bun.hash.crc32(`${kind} ${seed}`));
  const journal = seed % 2 === 0 || needsJournal(kind);
  const warm = seed % 4 < 2;
  const hasGit = chance.of(0.75);
  try {
    if (!journal) rmSync(join(repository.cwd, ".git/git-tracker/journal"), { force: true });
    if (warm) await before(repository);
    const what = corruptions[kind]({ repository, issues: ledger.issues, chance });
    const withs = [
      `${journal ? "with" : "without"} journal`,
      `${warm ? "warm" : "cold"} index`,
      hasGit ? "git" : "no git",
    ];
    const place = hasGit ? repository : { ...repository, env: { ...repository.env, PATH: "" } };
    return {
      repository,
      place,
      kind,
      seed,
      what: `${what} (${withs.join(", ")})`,
      [Symbol.dispose]: () => repository[Symbol.dispose](),
    };
  } catch (error) {
    repository[Symbol.dispose]();
    throw error;
  }
}
