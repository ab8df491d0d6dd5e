/** Breaks repositories in every way there is, as often as one likes, and lets the doctor see them. */
import { listIssues, parse } from "../../src/tracker/read.ts";
import { trackerAt } from "../support/tracker.ts";
import { type CorruptionKind, corrupt, corruptionKinds } from "./corruptions.ts";
import { type Ledger, makeLedger } from "./ledger.ts";
import { judge } from "./verdict.ts";

export interface DoctorSoak {
  /** Of each kind. */
  readonly runs: number;
  readonly seed: number;
  /** Takes each line as it comes. */
  readonly report: (line: string) => void;
  /** Without it, all. */
  readonly kinds?: readonly CorruptionKind[];
}

export interface DoctorFigures {
  readonly runs: number;
  /** After so many nothing was missing. */
  readonly whole: number;
  /** After so many something was, and the doctor had said what. */
  readonly named: number;
  readonly problems: readonly string[];
}

/** Plays all kinds. Returns what came of them together. */
export async function soakDoctor({ runs, seed, report, kinds = corruptionKinds }: DoctorSoak): Promise<DoctorFigures> {
  using ledger = await makeLedger();
  const all: DoctorFigures[] = [];
  for (const kind of kinds) {
    const figures = await breakOften(ledger, kind, { runs, seed });
    const { whole, named, problems } = figures;
    report(
      [`${kind}: ${whole} whole, ${named} named, ${problems.length} problems; seed ${seed}`, ...problems].join("\n  "),
    );
    all.push(figures);
  }
  const sum = (key: "runs" | "whole" | "named") => all.reduce((total, figures) => total + figures[key], 0);
  return {
    runs: sum("runs"),
    whole: sum("whole"),
    named: sum("named"),
    problems: all.flatMap(({ problems }) => problems),
  };
}

/** Plays one kind, several at the same time: repairing a lock means waiting. */
export async function breakOften(
  ledger: Ledger,
  kind: CorruptionKind,
  { runs, seed }: { readonly runs: number; readonly seed: number },
): Promise<DoctorFigures> {
  const seeds = Array.from({ length: runs }, (_, run) => seed + run).values();
  const figures = { runs, whole: 0, named: 0, problems: [] as string[] };
  const lane = async () => {
    for (const each of seeds) {
      using corrupted = await corrupt(ledger, kind, each, async (repository) => {
        const tracker = await trackerAt(repository);
        await listIssues(tracker, await parse(tracker, ""));
        tracker.close();
      });
      const { outcome, problems } = await judge(ledger, corrupted);
      figures[outcome]++;
      figures.problems.push(...problems);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return figures;
}

const lanes = 4;

/** The seed to use: GIT_TRACKER_SEED, or one of chance. */
export function drawSeed(): number {
  const given = Number(process.env.GIT_TRACKER_SEED);
  return Number.isInteger(given) && given > 0 ? given : crypto.getRandomValues(new Uint16Array(1))[0] || 1;
}
