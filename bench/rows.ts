/** What is measured: each row is a command of ours, what runs beside it, and how much longer ours may take. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { refs } from "../src/store/refs.ts";
import { rareWord } from "./invent.ts";
import { massRows } from "./mass.ts";
import type { Trial } from "./measure.ts";
import { type Repository, settle } from "./repository.ts";
import { runIn } from "./scratch.ts";

export interface Row {
  readonly name: string;
  readonly ours: Trial;
  readonly beside: Trial;
  /** Ours may take at most so many times as long. Undefined: nothing is promised. */
  readonly target: number | undefined;
  /** The same for resident memory, where it is compared. */
  readonly memoryTarget?: number;
  /** `daily` commands run often and must be quick by the clock, too; `long` ones are run fewer times. */
  readonly kind: "daily" | "long";
}

/** What needs no issues. */
export function startRows(executable: string, hello: string, cwd: string): Row[] {
  const version: Trial = { label: "version", next: () => ({ command: [executable, "version"], cwd }) };
  const beside: Trial = { label: "hello world", next: () => ({ command: [hello], cwd }) };
  return [{ name: "version", ours: version, beside, target: 2, memoryTarget: 1.5, kind: "daily" }];
}

/** The first run after the executable has left the page cache. Undefined where a file can't be made to leave it. */
export async function coldRow(executable: string, hello: string, cwd: string): Promise<Row | undefined> {
  const cold = (label: string, program: string, ...args: string[]): Trial => {
    const copy = join(cwd, `cold-${label.replace(" ", "-")}`); // Pages that somebody else uses would stay.
    copyFileSync(program, copy);
    return {
      label,
      async next() {
        await runIn(cwd, ["sync", copy]);
        await runIn(cwd, ["dd", `if=${copy}`, "iflag=nocache", "count=0", "status=none"]);
        return { command: [copy, ...args], cwd };
      },
    };
  };
  const ours = cold("version", executable, "version");
  try {
    await ours.next();
  } catch {
    return undefined;
  }
  return { name: "version, first run", ours, beside: cold("hello world", hello), target: undefined, kind: "long" };
}

/** What is measured in a repository of any size. */
export async function repositoryRows(executable: string, repository: Repository): Promise<Row[]> {
  const { folder: cwd, nextId } = repository;
  const trial = (label: string, command: () => readonly string[]): Trial => {
    return { label, next: () => ({ command: command(), cwd }) };
  };
  const ours = (label: string, ...args: readonly (string | (() => string))[]) =>
    trial(label, () => [executable, ...args.map((arg) => (typeof arg === "string" ? arg : arg()))]);
  const commit = trial("git commit", () => ["git", "commit", "--quiet", "--allow-empty", "--message=Next"]);
  const listRefs = trial("git for-each-ref", () => ["git", "for-each-ref", refs.root]);
  const daily = (name: string, trial: Trial, beside: Trial, target: number): Row => {
    return { name, ours: trial, beside, target, kind: "daily" };
  };
  const moved = (await repository.run(executable, "new", "Moved to and fro", "--quiet")).trim();
  const toAndFro = alternating("in-progress", "todo");
  const filter = ["--all", "label:parser", "priority:high", "sort:created-asc"];
  return [
    daily("new", ours("new", "new", "A title of some words", "--body", "A body of some more words."), commit, 3),
    daily("comment", ours("comment", "comment", nextId, "Something is to be said."), commit, 3),
    daily("status", ours("status", "status", moved, toAndFro), commit, 3),
    daily("list", settled(executable, repository, ours("list", "list")), listRefs, 1),
    daily("list, filtered", ours("list, filtered", "list", ...filter), listRefs, 1),
    daily("show", ours("show", "show", nextId), listRefs, 1),
    daily("board", ours("board", "board"), listRefs, 1.5),
    daily("search", ours("search", "search", rareWord), listRefs, 1.5),
    await afterForeignUpdate(executable, repository),
    ...(await massRows(executable, repository)),
  ];
}

/** A ref that was moved by git alone is noticed, and what it means is read. */
async function afterForeignUpdate(executable: string, repository: Repository): Promise<Row> {
  const { folder: cwd, run } = repository;
  const id = repository.nextId();
  const ref = refs.issue(id);
  const tip = (await run("git", "rev-parse", ref)).trim();
  const other = alternating(`${tip}~1`, tip);
  const list = { command: [executable, "list"], cwd };
  return {
    name: "list, one ref moved",
    ours: {
      label: "list, one ref moved",
      async next() {
        await run("git", "update-ref", ref, other());
        return list;
      },
    },
    beside: settled(executable, repository, { label: "list", next: () => list }),
    target: 2,
    kind: "daily",
  };
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

/** Now the one, now the other. */
function alternating(a: string, b: string): () => string {
  let last = b;
  return () => {
    last = last === a ? b : a;
    return last;
  };
}
