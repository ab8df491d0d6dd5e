/** What is measured: each row is a command of ours, what runs beside it, and how much longer ours may take. */
import { copyFileSync } from "node:fs";
import { basename, join } from "node:path";
import { refs } from "../src/store/refs.ts";
import { rareWord } from "./invent.ts";
import { massRows } from "./mass.ts";
import { alternating, type Trial } from "./measure.ts";
import { syncRows } from "./remote.ts";
import { type Repository, settle } from "./repository.ts";
import type { Kind } from "./results.ts";
import { runIn } from "./scratch.ts";

export interface Row {
  readonly name: string;
  /** What the table calls what runs beside it. */
  readonly beside: string;
  /** Prepares both, when it is their turn. */
  open(): Trials | Promise<Trials>;
  /** Ours may take at most so many times as long. Undefined: nothing is promised. */
  readonly target: number | undefined;
  /** The same for resident memory, where it is compared. */
  readonly memoryTarget?: number;
  /** At most so many MB of private memory at its peak. */
  readonly peakMax?: number;
  /** `daily` commands run often and must be quick by the clock, too; `remote` ones wait for others; `long` ones are run fewer times. */
  readonly kind: Kind;
}

export interface Trials {
  readonly ours: Trial;
  readonly beside: Trial;
}

/** What needs no issues. */
export function startRows(executable: string, hello: string, cwd: string): Row[] {
  const ours: Trial = { label: "version", next: () => ({ command: [executable, "version"], cwd }) };
  const beside: Trial = { label: "hello world", next: () => ({ command: [hello], cwd }) };
  const label = beside.label;
  return [
    { name: "version", beside: label, open: () => ({ ours, beside }), target: 2, memoryTarget: 1.5, kind: "daily" },
    {
      name: "version, first run",
      beside: label,
      open: () => ({ ours: cold(cwd, executable, "version"), beside: cold(cwd, hello) }),
      target: undefined,
      kind: "long",
    },
  ];
}

/** After the program has left the page cache. Fails where a file can't be made to leave it. */
function cold(cwd: string, program: string, ...args: string[]): Trial {
  const copy = join(cwd, `cold-${basename(program)}`); // Pages that somebody else uses would stay.
  copyFileSync(program, copy);
  return {
    label: `${basename(program)}, first run`,
    async next() {
      await runIn(cwd, ["sync", copy]);
      await runIn(cwd, ["dd", `if=${copy}`, "iflag=nocache", "count=0", "status=none"]);
      return { command: [copy, ...args], cwd };
    },
  };
}

/** What is measured in a repository of any size. */
export function repositoryRows(executable: string, repository: Repository): Row[] {
  const { folder: cwd, nextId } = repository;
  const trial = (label: string, command: () => readonly string[]): Trial => {
    return { label, next: () => ({ command: command(), cwd }) };
  };
  const ours = (label: string, ...args: readonly (string | (() => string))[]) =>
    trial(label, () => [executable, ...args.map((arg) => (typeof arg === "string" ? arg : arg()))]);
  const commit = trial("git commit", () => ["git", "commit", "--quiet", "--allow-empty", "--message=Next"]);
  const listRefs = trial("git for-each-ref", () => ["git", "for-each-ref", refs.root]);
  const daily = (ours: Trial, beside: Trial, target: number): Row => {
    return { name: ours.label, beside: beside.label, open: () => ({ ours, beside }), target, kind: "daily" };
  };
  const filter = ["--all", "label:parser", "priority:high", "sort:created-asc"];
  return [
    daily(ours("new", "new", "A title of some words", "--body", "A body of some more words."), commit, 3),
    daily(ours("comment", "comment", nextId, "Something is to be said."), commit, 3),
    {
      ...daily(ours("status"), commit, 3),
      open: async () => ({ ours: await statusTrial(executable, repository), beside: commit }),
    },
    daily(settled(executable, repository, ours("list", "list")), listRefs, 1),
    daily(ours("list, filtered", "list", ...filter), listRefs, 1),
    daily(ours("show", "show", nextId), listRefs, 1),
    daily(ours("board", "board"), listRefs, 1.5),
    daily(ours("search", "search", rareWord), listRefs, 1.5),
    afterForeignUpdate(executable, repository),
    ...syncRows(executable, repository.fixture, repository.ids),
    ...massRows(executable, repository),
  ];
}

/** An issue that goes to and fro between two statuses. */
async function statusTrial(executable: string, { folder: cwd, run }: Repository): Promise<Trial> {
  const moved = (await run(executable, "new", "Moved to and fro", "--quiet")).trim();
  const toAndFro = alternating("in-progress", "todo");
  return { label: "status", next: () => ({ command: [executable, "status", moved, toAndFro()], cwd }) };
}

/** A ref that was moved by git alone is noticed, and what it means is read. */
function afterForeignUpdate(executable: string, repository: Repository): Row {
  const { folder: cwd, run } = repository;
  const list = { command: [executable, "list"], cwd };
  const name = "list, one ref moved";
  const open = async (): Promise<Trials> => {
    const ref = refs.issue(repository.nextId());
    const tip = (await run("git", "rev-parse", ref)).trim();
    const other = alternating(`${tip}~1`, tip);
    const next = async () => {
      await run("git", "update-ref", ref, other());
      return list;
    };
    return {
      ours: { label: name, next },
      beside: settled(executable, repository, { label: "list", next: () => list }),
    };
  };
  return { name, beside: "list", open, target: 2, kind: "daily" };
}

/** As it is when nothing has changed since the command before. */
function settled(executable: string, repository: Repository, { label, next }: Trial): Trial {
  return {
    label,
    async next() {
      await settle(executable, repository);
      return await next();
    },
  };
}
