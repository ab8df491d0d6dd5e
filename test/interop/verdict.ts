/**
 * The verdict on a broken repository that `doctor --repair` has seen: what was acked can be read, or the doctor has said what is lost,
 * and would exit 6. There is no third way.
 */
import type { Oid } from "../../src/core/commit.ts";
import { TrackerError } from "../../src/core/errors.ts";
import { type Diagnosis, diagnose, type Finding } from "../../src/tracker/doctor.ts";
import { listIssues, parse, showIssues } from "../../src/tracker/read.ts";
import { addComment, readAttachment } from "../../src/tracker/talk.ts";
import type { Tracker } from "../../src/tracker/tracker.ts";
import type { TestRepository } from "../support/repository.ts";
import { trackerAt } from "../support/tracker.ts";
import type { Corrupted } from "./corruptions.ts";
import type { Acked, Ledger } from "./ledger.ts";

export interface Verdict {
  readonly outcome: "whole" | "named";
  /** Broken promises, a sentence each. */
  readonly problems: readonly string[];
}

/** Repairs, and compares what is left with what was acked. */
export async function judge(ledger: Ledger, corrupted: Corrupted): Promise<Verdict> {
  const { place, kind } = corrupted;
  const problems = new Set<string>();
  const problem = (text: string) => problems.add(`${kind}, seed ${corrupted.seed}, ${corrupted.what}: ${text}`);
  const told = await visit(place, problem, (tracker) => diagnose(tracker, "repair"));
  const findings = told instanceof TrackerError ? refusedWith(told, problem) : (told?.findings ?? []);
  const lost = new Set<Oid>();
  const looked = await visit(place, problem, async (tracker) => {
    for (const issue of ledger.issues) {
      const missing = await findMissing(tracker, issue, corrupted);
      if (missing === "") continue;
      lost.add(issue.id);
      checkNamed(issue, missing, findings, problem);
    }
    return "all";
  });
  if (looked !== "all") problem(`the issues could not even be looked at: ${looked}`);
  const whole = ledger.issues.filter(({ id }) => !lost.has(id));
  await visit(place, problem, (tracker) => checkOthers(tracker, whole, kind, problem));
  await checkStable(place, findings, problem);
  return { outcome: lost.size > 0 ? "named" : "whole", problems: [...problems] };
}

type Problem = (text: string) => void;

/** Opens the repository anew. Undefined, or a refusal: what was to be done could not be done. */
async function visit<T>(
  repository: TestRepository,
  problem: Problem,
  work: (tracker: Tracker) => Promise<T>,
): Promise<T | TrackerError | undefined> {
  try {
    const tracker = await trackerAt(repository);
    try {
      return await work(tracker);
    } finally {
      tracker.close();
    }
  } catch (error) {
    if (error instanceof TrackerError) return error;
    problem(`it crashed: ${String(error).replaceAll(/\s+/g, " ").slice(-250)}`);
    return undefined;
  }
}

/** A doctor that refuses must at least say where. */
function refusedWith(error: TrackerError, problem: Problem): Finding[] {
  problem(`doctor refused: ${error.message}`);
  return [];
}

/** What can't be read of an issue, in words, with the object that is at fault if there is one; empty if all can be read. */
async function findMissing(tracker: Tracker, issue: Acked, { kind, repository, place }: Corrupted): Promise<string> {
  const tip = await tracker.store.readRef(issue.ref);
  if (tip === undefined) return "its ref";
  for await (const read of tracker.store.readStreams([tip])) {
    if ("broken" in read) return read.broken;
    const found = new Set(read.commits.map(({ oid }) => oid));
    const missing = issue.commits.filter((oid) => !found.has(oid));
    if (missing.length > 0) return `${missing.length} commits`;
  }
  const [shown] = await showIssues(tracker, [issue.id]);
  const state = tracker.index.state(issue.id);
  if (shown === undefined || state === undefined) return "it is not shown";
  if (kind !== "quarantined event" && !Bun.deepEquals(state, issue.state)) return "it looks different";
  for (const { name, oid, size } of issue.state.attachments) {
    const bytes = await readAttachment(tracker, issue.id, name).catch((error: unknown) => error);
    if (!(bytes instanceof Uint8Array) || bytes.length !== size) return `attachment ${oid}`;
  }
  if (issue.files.length === 0 || place !== repository) return ""; // Without git more may be readable than git can read.
  const asked = repository.gitWith(issue.files.join("\n"), "cat-file", "--batch-check");
  return /^[0-9a-f]{40} missing$/m.exec(new TextDecoder().decode(asked))?.[0] ?? "";
}

function checkNamed(issue: Acked, missing: string, findings: readonly Finding[], problem: Problem): void {
  const about = findings.filter((finding) => finding.issue === issue.id && finding.level === "error");
  if (about.length === 0) problem(`${issue.id} has lost something that nobody named: ${missing}`);
  else if (about.every(({ repaired }) => repaired))
    problem(`${issue.id} has lost ${missing}, but that is called repaired`);
  const [object] = /[0-9a-f]{40}/.exec(missing) ?? [];
  if (about.length > 0 && object !== undefined && !about.some(({ what }) => what.includes(object.slice(0, 10)))) {
    problem(`${issue.id}: ${object} is not named: ${about.map(({ what }) => what).join("; ")}`);
  }
}

/** What nothing happened to is listed, and can be written to. */
async function checkOthers(tracker: Tracker, whole: readonly Acked[], kind: string, problem: Problem): Promise<void> {
  const { items } = await listIssues(tracker, await parse(tracker, "sort:created"));
  const listed = new Set(items.map(({ id }) => id));
  for (const { id } of whole) if (!listed.has(id)) problem(`${id} is whole, but not listed`);
  const last = whole.at(-1);
  if (last === undefined || kind === "young lock") return;
  const written = await addComment(tracker, last.id, "Still here").catch((error: unknown) => error);
  if (written instanceof Error) problem(`${last.id} can't be written to: ${written}`);
}

/** Who asks again hears the same, and nothing that is new. */
async function checkStable(place: TestRepository, first: readonly Finding[], problem: Problem): Promise<void> {
  const look = async (): Promise<string[]> => {
    const told = await visit(place, problem, (tracker) => diagnose(tracker, "look"));
    return told === undefined || told instanceof TrackerError ? ["refused"] : errorsOf(told);
  };
  const left = new Set(first.filter(({ repaired }) => !repaired).map(({ what }) => what));
  const again = await look();
  for (const what of again) if (!left.has(what) && what !== "refused") problem(`new at the second look: ${what}`);
  const third = await look();
  if (!Bun.deepEquals(again, third)) problem(`not stable: ${again.join("; ")} | ${third.join("; ")}`);
}

function errorsOf({ findings }: Diagnosis): string[] {
  return findings
    .filter(({ level }) => level === "error")
    .map(({ what }) => what)
    .toSorted();
}
