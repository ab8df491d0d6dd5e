/**
 * One run with a fault at one system call, and the promise after it: what was acknowledged has happened, anything else has happened
 * whole or not at all, and the repository is sound and free.
 */
import type { Case, Stage } from "./cases.ts";
import { tellState } from "./cases.ts";
import { checkNextWriter, checkSoundness } from "./check.ts";
import type { Ended, Place } from "./place.ts";
import { short } from "./rig.ts";
import { readLog } from "./state.ts";
import { type Fault, type Point, startWithFault, watchCalls } from "./strace.ts";

export interface Trial {
  readonly subject: Case;
  readonly point: Point;
  readonly fault: Fault;
}

export interface TrialResult {
  readonly problems: readonly string[];
  readonly outcome: "before" | "after" | "between";
  readonly hasSucceeded: boolean;
  readonly nextMs: number;
}

/** Every call of a command of the stage that touches the repository. */
export async function findPoints(stage: Stage, subject: Case): Promise<readonly Point[]> {
  using place = await stage.copy();
  const { ended, points } = await watchCalls(place, subject.command);
  if (ended.code !== 0) throw new Error(`${subject.name} under strace ends with ${ended.code}: ${short(ended.stderr)}`);
  return points;
}

/** Plays one command with one fault in a copy of its own. */
export async function play(stage: Stage, { subject, point, fault }: Trial): Promise<TrialResult> {
  using place = await stage.copy();
  const ended = await startWithFault(place, subject.command, point, fault).ended;
  const where = `${subject.name}, ${describeFault(fault)} at ${point.call} ${point.n} (${point.detail.slice(0, 90)})`;
  const { problems, ...result } = await lookAfter(place, subject, ended, fault);
  return { ...result, problems: problems.map((problem) => `${where}: ${problem}`) };
}

function describeFault(fault: Fault): string {
  return fault.kind === "error" ? `${fault.errno}${fault.stays ? " for good" : ""}` : fault.kind;
}

async function lookAfter(place: Place, subject: Case, ended: Ended, fault: Fault): Promise<TrialResult> {
  const hasSucceeded = ended.signal === null && ended.code === 0;
  const told = fault.kind === "kill" ? [] : checkWords(ended);
  const next = await checkNextWriter(place);
  try {
    const rows = await readLog(place);
    const state = await tellState(place, rows);
    const outcome = state === subject.after ? "after" : state === subject.before ? "before" : "between";
    const problems = [...told, ...next.problems, ...(await checkSoundness(place, rows))];
    if (outcome === "between") problems.push(`It is neither as before nor as after: ${short(state)}`);
    if (hasSucceeded && state !== subject.after) problems.push("It was acknowledged and is not stored");
    return { problems, outcome, hasSucceeded, nextMs: next.ms };
  } catch (error) {
    const problems = [...told, ...next.problems, `It can't be read: ${short(error)}`];
    return { problems, outcome: "between", hasSucceeded, nextMs: next.ms };
  }
}

/** A command that fails says so in words for people, and in no other way. */
function checkWords({ code, signal, stderr }: Ended): string[] {
  if (signal !== null) return [`It died of ${signal}`];
  if (code === 0) return [];
  if (stderr.trim() === "") return [`It ends with ${code} and says nothing`];
  const hasTrace = /^\s+at .*[:(]|\bpanic\b|Bun v\d|SQLiteError|internal error/im.test(stderr);
  return hasTrace ? [`It shows its insides: ${short(stderr)}`] : [];
}
