/**
 * The checker of all rigs: holds a history against what the repository says afterwards. Every acknowledged event is there once, under
 * its name and in its author's order; the objects are sound, the index tells what git tells, and the next writer has its turn.
 */

import { binary } from "../support/binary.ts";
import type { Entry } from "./history.ts";
import { emailOf } from "./history.ts";
import { attempt, gitIn, type Place, start } from "./place.ts";
import { short } from "./rig.ts";
import { bystander, type Listed, type Row, readJson, readLog, strayLocks } from "./state.ts";

export interface Verdict {
  readonly problems: readonly string[];
  readonly acked: number;
  /** Acknowledged events that can be read. */
  readonly kept: number;
  /** How long the next ordinary writer took. */
  readonly nextMs: number;
}

/** Does not throw: what can't be asked is a problem. */
export async function check(place: Place, history: readonly Entry[]): Promise<Verdict> {
  const acked = history.filter(({ outcome }) => outcome === "ok").length;
  const next = await checkNextWriter(place);
  try {
    const rows = await readLog(place);
    const events = checkEvents(rows, history);
    const problems = [...next.problems, ...events.problems, ...(await checkSoundness(place, rows))];
    return { problems, acked, kept: events.kept, nextMs: next.ms };
  } catch (error) {
    return { problems: [...next.problems, `It can't be read: ${short(error)}`], acked, kept: 0, nextMs: next.ms };
  }
}

/** The next ordinary command that writes to every issue there is (at most ten) succeeds, and does not speak of waiting. */
export async function checkNextWriter(
  place: Place,
): Promise<{ readonly problems: readonly string[]; readonly ms: number }> {
  const listed = await attempt(place, "list", "--all", "--format", "ids", "--limit", "10");
  if (listed.code !== 0) return { problems: [`The issues can't be listed: ${short(listed.stderr)}`], ms: 0 };
  const ids = listed.stdout.split("\n").filter((line) => line !== "");
  const words = ids.length === 0 ? ["new", "-q", "Next"] : ["label", "add", ...ids, "-l", `next-${Bun.randomUUIDv7()}`];
  const env = { GIT_TRACKER_ACTOR: `Bystander <${bystander}>` };
  const { code, stderr, ms } = await start(place, [await binary(), ...words], env).ended;
  if (code !== 0) return { problems: [`The next writer ends with ${code}: ${short(stderr)}`], ms };
  const isBlocked = /\bwait|block|another git-tracker|in the way/i.test(stderr);
  return { problems: isBlocked ? [`The next writer was blocked: ${short(stderr)}`] : [], ms };
}

function checkEvents(
  rows: readonly Row[],
  history: readonly Entry[],
): { readonly problems: readonly string[]; readonly kept: number } {
  const problems: string[] = [];
  const byMarker = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.unread.length > 0) problems.push(`The commit ${row.commit} has events that can't be read`);
    for (const marker of markersOf(row)) byMarker.set(marker, [...(byMarker.get(marker) ?? []), row]);
  }
  if (new Set(rows.map(({ commit }) => commit)).size !== rows.length) problems.push("A commit is told twice");

  let kept = 0;
  for (const entry of history) {
    const { marker, outcome, commit, proc } = entry;
    const [row, ...others] = byMarker.get(marker) ?? [];
    if (others.length > 0) problems.push(`"${marker}" is there ${others.length + 1} times`);
    if (row === undefined) {
      if (outcome === "ok") problems.push(`"${marker}" was acknowledged as ${commit} and is not there`);
      continue;
    }
    if (row.author.email !== emailOf(proc)) problems.push(`"${marker}" has the author ${row.author.email}`);
    if (outcome !== "ok") continue;
    if (commit === undefined) problems.push(`"${marker}" was acknowledged without a name that is understood`);
    else if (!row.commit.startsWith(commit))
      problems.push(`"${marker}" was acknowledged as ${commit}, is ${row.commit}`);
    else kept++;
  }
  return { problems: [...problems, ...strangers(byMarker, history), ...checkOrder(rows, history)], kept };
}

function markersOf(row: Row): string[] {
  return row.events.flatMap(({ type, title, body }) => {
    const text = type === "issue-created" ? title : type === "comment-added" ? body : undefined;
    return typeof text === "string" ? [text] : [];
  });
}

/** Events in the name of one of the processes that none of them asked for. */
function strangers(byMarker: ReadonlyMap<string, readonly Row[]>, history: readonly Entry[]): string[] {
  const asked = new Set(history.map(({ marker }) => marker));
  const emails = new Set(history.map(({ proc }) => emailOf(proc)));
  return [...byMarker]
    .filter(([marker, rows]) => !asked.has(marker) && rows.some(({ author }) => emails.has(author.email)))
    .map(([marker]) => `"${marker}" is there and nobody asked for it`);
}

/** In each issue, what one process wrote stands in the order in which it asked. */
function checkOrder(rows: readonly Row[], history: readonly Entry[]): string[] {
  const asked = new Map(history.map(({ marker, proc }, at) => [marker, { at, proc }]));
  const last = new Map<string, number>();
  const problems: string[] = [];
  for (const row of rows.toReversed()) {
    for (const marker of markersOf(row)) {
      const entry = asked.get(marker);
      if (entry === undefined) continue;
      const lane = `${row.issue} ${entry.proc}`;
      if ((last.get(lane) ?? -1) > entry.at) problems.push(`"${marker}" stands behind a later one of ${entry.proc}`);
      last.set(lane, entry.at);
    }
  }
  return problems;
}

/** Objects, index and locks, whatever the events are. `rows` is the log as the index tells it now. */
export async function checkSoundness(place: Place, rows: readonly Row[]): Promise<string[]> {
  const problems: string[] = [];
  const complaints = fsckComplaints(place);
  if (complaints.length > 0) problems.push(`fsck: ${short(complaints.join(" | "))}`);
  const inGit = countCommits(place);
  if (inGit !== rows.length) problems.push(`git holds ${inGit} commits, the log tells ${rows.length}`);

  const { findings } = await readFindings(place);
  problems.push(...findings.filter(isWrong).map(({ what }) => `doctor: ${what}`));
  const before = { listed: await readJson<Listed>(place, "list", "--all"), rows };
  const { code, stderr } = await attempt(place, "reindex");
  if (code !== 0) problems.push(`reindex ends with ${code}: ${short(stderr)}`);
  const after = { listed: await readJson<Listed>(place, "list", "--all"), rows: await readLog(place) };
  if (!Bun.deepEquals(before, after)) problems.push("The index was not what a new one is");
  problems.push(...strayLocks(place).map((name) => `A lock is left over: ${name}`));
  return problems;
}

export interface Finding {
  readonly level: "error" | "warning" | "note";
  readonly what: string;
  readonly repaired: boolean;
}

/** What has come back by itself is no longer wrong. */
export function isWrong({ level, repaired }: Finding): boolean {
  return level !== "note" && !repaired;
}

/** Runs doctor, whose exit code says whether there are errors. */
export async function readFindings(
  place: Place,
  ...flags: readonly string[]
): Promise<{ readonly code: number; readonly findings: readonly Finding[] }> {
  const { code, stdout, stderr } = await attempt(place, "doctor", ...flags, "--json");
  if (stdout === "") throw new Error(`doctor ends with ${code}: ${stderr}`);
  const { findings } = JSON.parse(stdout.split("\n")[0] ?? "");
  return { code, findings };
}

/** What git's own check of all objects says. */
function fsckComplaints(place: Place): string[] {
  const command = ["git", "fsck", "--strict", "--no-dangling", "--no-progress"];
  const { stdout, stderr } = Bun.spawnSync(command, { cwd: place.cwd, env: place.env });
  return `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !line.startsWith("notice: "));
}

function countCommits(place: Place): number {
  const tips = gitIn(place, "for-each-ref", "--format=%(objectname)", "refs/git-tracker/issues/").trim();
  if (tips === "") return 0;
  const args = ["git", "rev-list", "--count", "--stdin"];
  const { stdout } = Bun.spawnSync(args, { cwd: place.cwd, env: place.env, stdin: Buffer.from(tips) });
  return Number(stdout.toString());
}
