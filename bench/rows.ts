/** What is measured: each row is a command of ours, what runs beside it, and how much longer ours may take. */
import { refs } from "../src/store/refs.ts";
import { rareWord } from "./invent.ts";
import type { Trial } from "./measure.ts";
import { importRows } from "./mass.ts";
import { type Repository, settle } from "./repository.ts";

export interface Row {
  readonly name: string;
  readonly ours: Trial;
  readonly beside: Trial;
  /** At most so many times as long as what runs beside it. */
  readonly target: number;
  /** The same for resident memory, where it is compared. */
  readonly memoryTarget?: number;
  /** `daily` commands run often and must be quick by the clock, too; `long` ones are run fewer times. */
  readonly kind: "daily" | "long";
}

/** What is measured once, without a repository. */
export function startRows(executable: string, hello: string, cwd: string): Row[] {
  const trial = (label: string, ...command: string[]): Trial => ({ label, command, cwd });
  const version = trial("version", executable, "version");
  return [
    {
      name: "version",
      ours: version,
      beside: trial("hello world", hello),
      target: 2,
      memoryTarget: 1.5,
      kind: "daily",
    },
  ];
}

/** What is measured in a repository of any size. */
export async function repositoryRows(executable: string, repository: Repository): Promise<Row[]> {
  const { folder: cwd, nextId } = repository;
  const git = (label: string, ...args: string[]): Trial => ({ label, command: ["git", ...args], cwd });
  const ours = (label: string, ...args: string[]): Trial => ({ label, command: [executable, ...args], cwd });
  const commit = git("git commit", "commit", "--quiet", "--allow-empty", "--message=Next");
  const listRefs = git("git for-each-ref", "for-each-ref", refs.root);
  const daily = (name: string, trial: Trial, beside: Trial, target: number): Row => {
    return { name, ours: trial, beside, target, kind: "daily" };
  };
  const toAnIssue = (label: string, ...args: string[]): Trial => ours(label, ...args.map((arg) => (arg === "ID" ? nextId() : arg)));
  return [
    daily("new", ours("new", "new", "A title of some words", "--body", "A body of some more words."), commit, 3),
    daily("comment", toAnIssue("comment", "comment", "ID", "--body", "Something is to be said."), commit, 3),
    daily("status", changing(toAnIssue("status", "status", "ID", "todo"), executable, repository), commit, 3),
    daily("list", ours("list", "list"), listRefs, 1),
    daily("list, filtered", ours("list", "list", "--all", "label:parser", "priority:high", "sort:created-asc"), listRefs, 1),
    daily("show", toAnIssue("show", "show", "ID"), listRefs, 1),
    daily("board", ours("board", "board"), listRefs, 1.5),
    daily("search", ours("search", "search", rareWord), listRefs, 1.5),
    await afterForeignUpdate(executable, repository),
    rebuild(executable, repository),
    ...(await importRows(executable, repository)),
  ];
}
