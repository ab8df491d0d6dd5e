/**
 * A repository whose index is what daily work leaves: an old part in its file and the latest in its log. With it, older copies of
 * both files, and what every reading command answers in a fresh clone that has no index.
 */
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyPlace, gitIn, makePlace, type Place } from "../faults/place.ts";
import { range } from "../faults/rig.ts";
import { ask, told, type Where } from "./ask.ts";

export const indexFiles = ["index", "index-wal", "index-shm", "index-seal"] as const;
export type IndexFile = (typeof indexFiles)[number];

/** A file of the index as it was at some moment. */
export interface Kept {
  readonly bytes: Uint8Array;
  readonly seconds: number;
}

export type Files = ReadonlyMap<IndexFile, Kept>;

export interface Sample extends Disposable {
  readonly place: Place;
  /** The index as the work left it. */
  readonly files: Files;
  /** The index after every few commands before that, the oldest first. */
  readonly older: readonly Files[];
  readonly questions: readonly (readonly string[])[];
  /** What the questions are answered with where there is no index. */
  readonly right: readonly string[];
}

const issues = 40;
const keptEvery = 12;

/** The folder of the index, in a repository that has a work tree. */
export function indexFolder({ cwd }: Where): string {
  return join(cwd, ".git", "git-tracker");
}

/** Makes it. The commands of the work run in this process; events are not flushed, since nobody cuts the power. */
export async function makeSample(): Promise<Sample> {
  const place = makePlace();
  const fast = { ...place, env: { ...place.env, GIT_TRACKER_DURABILITY: "fast" } };
  const older: Files[] = [];
  let commands = 0;
  const work = async (...args: readonly string[]) => {
    const out = await told(fast, args);
    if (++commands % keptEvery === 0) older.push(readFiles(place));
    return out;
  };
  const ids: string[] = [];
  const statuses = ["todo", "in-progress", "done"];
  for (const n of range(issues)) {
    const labels = ["-l", `l${n % 5}`, "-l", "needle"];
    ids.push(await work("new", "-q", `Issue ${n} and its needle`, "-b", `${"hay ".repeat(30)}${n}`, ...labels));
    // Now most of it becomes one pack, as a housekeeping git leaves it.
    if (n === issues / 2) gitIn(place, "gc", "--quiet");
    if (n === issues / 2) await work("reindex", "-q");
  }
  for (const [n, id] of ids.entries()) {
    await work("comment", "-q", id, `Comment ${n}: the haystack has a needle`);
    if (n % 2 === 0) await work("status", "-q", id, statuses[(n / 2) % 3 || 1] ?? "");
    if (n % 3 === 0) await work("link", "-q", id, "--blocks", ids[(n * 7 + 3) % issues] ?? "");
    if (n % 4 === 0) await work("assign", "-q", id, `p${n % 3}@example.com`);
  }
  const files = readFiles(place);
  for (const name of ["index", "index-wal"] as const) {
    if ((files.get(name)?.bytes.length ?? 0) < 64 * 1024) throw new Error(`The work left too little in ${name}`);
  }
  const questions = questionsAbout(ids);
  return {
    place,
    files,
    older,
    questions,
    right: await withoutIndex(place, questions),
    [Symbol.dispose]: place[Symbol.dispose],
  };
}

function questionsAbout(ids: readonly string[]): string[][] {
  return [
    ["list", "--json", "--all"],
    ["show", "--json", ...ids.filter((_, n) => n % 8 === 0)],
    ["search", "--json", "needle"],
    ["board", "--json", "--all"],
    ["log", "--json"],
    ["label", "--json", "list"],
    ["deps", "--json"],
    ["list", "--json", "--all", "label:l3", "sort:created-asc"],
  ];
}

/** What a fresh clone answers, whose index is made for the first question. */
export async function withoutIndex(place: Place, questions: Sample["questions"]): Promise<string[]> {
  using clone = copyPlace(place);
  const bare = join(clone.cwd, "bare.git");
  gitIn(clone, "clone", "--quiet", "--mirror", place.cwd, bare);
  const answers: string[] = [];
  for (const question of questions) answers.push(await told({ cwd: bare, env: clone.env }, question));
  return answers;
}

/** The questions that are answered otherwise than without an index, each in a sentence. */
export async function wrongAnswers(
  where: Where,
  { questions, right }: Pick<Sample, "questions" | "right">,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [at, question] of questions.entries()) {
    const words = question.slice(0, 3).join(" ");
    try {
      const { out, said, code } = await ask(where, question);
      if (code !== 0) wrong.push(`${words} ends with ${code}: ${said}`);
      else if (out.trimEnd() !== right[at]) wrong.push(`${words} answers wrongly`);
    } catch (error) {
      wrong.push(`${words} crashes: ${String(error)}`);
    }
  }
  return wrong;
}

/** Reads the files that are there. */
export function readFiles(where: Where): Files {
  const folder = indexFolder(where);
  return new Map(
    indexFiles.flatMap((name): [IndexFile, Kept][] => {
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      if (stats === undefined) return [];
      return [[name, { bytes: readFileSync(join(folder, name)), seconds: stats.mtimeMs / 1000 }]];
    }),
  );
}

/** Puts the index into a repository as if it had always been there: sealed, and with nothing beside it. */
export function putFiles(where: Where, files: Files): void {
  const folder = indexFolder(where);
  for (const name of readdirSync(folder)) {
    if (name.startsWith("index")) rmSync(join(folder, name), { recursive: true });
  }
  for (const [name, kept] of files) putFile(where, name, kept);
  reseal(where);
}

/** Says of whatever file is there that it is what we left. */
export function reseal(where: Where): void {
  const folder = indexFolder(where);
  const { size, mtimeNs, ino } = statSync(join(folder, "index"), { bigint: true });
  const seal = readFileSync(join(folder, "index-seal"), "utf8");
  writeFileSync(join(folder, "index-seal"), seal.replace(/^(\d+) \d+ \d+ \d+/, `$1 ${size} ${mtimeNs} ${ino}`));
}

/** Writes one of them, with the time of its last change. */
export function putFile(where: Where, name: IndexFile, { bytes, seconds }: Kept): void {
  const path = join(indexFolder(where), name);
  writeFileSync(path, bytes);
  utimesSync(path, seconds, seconds);
}
