/**
 * The history of a rig: what each process asked for, and what it was told. One checker (`check.ts`) holds it against what the repository
 * says in the end.
 */
import { binary } from "../support/binary.ts";
import { type Ended, type Place, type Running, start } from "./place.ts";

/** `unknown`: it was killed, so it may have happened or not. */
export type Outcome = "ok" | "fail" | "unknown";

export interface Entry {
  readonly proc: string;
  readonly op: "new" | "comment";
  /** The text of the event; no other event has it. */
  readonly marker: string;
  readonly outcome: Outcome;
  /** The commit that the command named, or the beginning of its oid. Undefined unless it is `ok`. */
  readonly commit: string | undefined;
  readonly ms: number;
  readonly stderr: string;
}

export interface Request {
  readonly proc: string;
  readonly marker: string;
  /** The issue to comment on; without one, an issue is made. */
  readonly issue: string | undefined;
  readonly flags?: readonly string[];
  /** Another executable than the one under test. */
  readonly program?: string;
}

/** Starts one writing command of a process. `entry` is what becomes of it. */
export async function ask(
  place: Place,
  request: Request,
): Promise<{ readonly running: Running; readonly entry: Promise<Entry> }> {
  const { proc, marker, issue, flags = [], program = await binary() } = request;
  const words = issue === undefined ? ["new", "-q", marker] : ["comment", "-q", issue, marker];
  const env = { GIT_TRACKER_ACTOR: `${proc} <${emailOf(proc)}>` };
  const running = start(place, [program, ...words, ...flags], env);
  return { running, entry: running.ended.then((ended) => entryOf(request, ended)) };
}

/** Asks and waits for the answer. */
export async function askAndWait(place: Place, request: Request): Promise<Entry> {
  return (await ask(place, request)).entry;
}

export function emailOf(proc: string): string {
  return `${proc}@example.com`;
}

function entryOf({ proc, marker, issue }: Request, { code, signal, stdout, stderr, ms }: Ended): Entry {
  const op = issue === undefined ? "new" : "comment";
  const outcome = signal !== null ? "unknown" : code === 0 ? "ok" : "fail";
  const named = op === "new" ? /^([0-9a-f]{40,64})$/m.exec(stdout) : /\bcomment ([0-9a-f]{4,64}) added/.exec(stdout);
  return { proc, op, marker, outcome, commit: outcome === "ok" ? named?.[1] : undefined, ms, stderr };
}
