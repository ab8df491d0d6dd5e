/** B2: the calls of a command fail, once or from there on, or are swallowed: never "done" without its being stored. */
import { type Case, type CaseName, caseNames, prepareStage, type Stage } from "./cases.ts";
import { findPoints, play, type Trial } from "./points.ts";
import { type Chooser, createChooser, inLanes, percentiles, type RigReport } from "./rig.ts";
import { type Fault, isCache, isChange, type Point } from "./strace.ts";

export interface ErrorSize {
  readonly seed: number;
  /** So many trials of each command; without it, all. */
  readonly perCase?: number;
  readonly cases?: readonly CaseName[];
  readonly lanes?: number;
}

const failing = new Set([
  ...["openat", "open", "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "renameat2"],
  ...["link", "linkat", "mkdir", "mkdirat", "unlink", "unlinkat"],
]);
const anywhere = ["EIO", "EMFILE", "EACCES", "EINTR"];
const whenChanging = ["ENOSPC", "EDQUOT", ...anywhere];
/** A full disk stays full and a refusal stays one; an interruption is over. */
const staying = new Set(["EIO", "EACCES"]);
const stayingWhenChanging = new Set(["ENOSPC", "EDQUOT", ...staying]);

/** Fails calls of the commands, one run each. */
export function failAtPoints(size: ErrorSize): Promise<RigReport> {
  return playAll("B2 errors at system calls", size, (points) => {
    const failed = points.filter(({ call }) => failing.has(call));
    return failed.flatMap((point) => errorFaults(point).map((fault) => ({ point, fault })));
  });
}

/** Swallows writes to what is not the index, which may be lost: the disk says that they are done. */
export function loseWrites(size: ErrorSize): Promise<RigReport> {
  return playAll("B2 lost writes", size, (points) =>
    points
      .filter((point) => /^p?write/.test(point.call) && point.result > 0 && !isCache(point))
      .map((point) => ({ point, fault: { kind: "lost" } })),
  );
}

function errorFaults(point: Point): Fault[] {
  const errnos = isChange(point) ? whenChanging : anywhere;
  return [
    ...errnos.map((errno): Fault => ({ kind: "error", errno, stays: false })),
    ...errnos.filter((errno) => canStay(point, errno)).map((errno): Fault => ({ kind: "error", errno, stays: true })),
  ];
}

/** What is said to the person goes through `write` too and must get through; on a full disk, files can still be opened. */
function canStay({ call }: Point, errno: string): boolean {
  if (call === "write") return false;
  return (call.startsWith("open") ? staying : stayingWhenChanging).has(errno);
}

type Planned = Pick<Trial, "point" | "fault">;

async function playAll(
  rig: string,
  { seed, perCase, cases = caseNames, lanes = 2 }: ErrorSize,
  plan: (points: readonly Point[]) => readonly Planned[],
): Promise<RigReport> {
  using stage = await prepareStage(cases);
  const chooser = createChooser(seed);
  const trials: Trial[] = [];
  for (const subject of stage.cases) trials.push(...(await choose(stage, subject, plan, chooser, perCase)));
  const problems: string[] = [];
  const waits: number[] = [];
  const counts = { succeeded: 0, refused: 0, before: 0, after: 0, between: 0 };
  await inLanes(lanes, trials, async (trial) => {
    const { outcome, hasSucceeded, nextMs, problems: found } = await play(stage, trial);
    counts[outcome]++;
    counts[hasSucceeded ? "succeeded" : "refused"]++;
    waits.push(nextMs);
    problems.push(...found);
  });
  const { p99, max } = percentiles(waits);
  return { rig, seed, figures: { runs: trials.length, ...counts, "next writer p99 ms": p99, "max ms": max }, problems };
}

async function choose(
  stage: Stage,
  subject: Case,
  plan: (points: readonly Point[]) => readonly Planned[],
  chooser: Chooser,
  perCase: number | undefined,
): Promise<Trial[]> {
  const planned = plan(await findPoints(stage, subject));
  const chosen = perCase === undefined ? planned : chooser.sample(planned, perCase);
  return chosen.map((trial) => ({ subject, ...trial }));
}
