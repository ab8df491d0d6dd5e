/**
 * Histories of the simulation with the executable itself: clones on a disk, a hub and each other as `file://` remotes, git's own
 * collections and packing in between, commits by hand, syncs that are killed. In the end all of them are the same, to the byte.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../../src/core/commit.ts";
import { parseEvent } from "../../src/core/event.ts";
import { encodeMessage } from "../../src/core/message.ts";
import { subjectOf } from "../../src/core/subject.ts";
import { attempt as attemptIn, type Ended, gitIn, makePlace, type Place, start } from "../faults/place.ts";
import { inMs, type RigReport } from "../faults/rig.ts";
import { binary } from "../support/binary.ts";
import { type Chance, seededChance } from "./chance.ts";
import { type ChangeType, families, makeChange, type Seen } from "./changes.ts";
import { makeForeign } from "./foreign.ts";
import { attachedFile, commandFor } from "./real-changes.ts";

interface Clone {
  readonly name: string;
  readonly place: Place;
}

interface Making {
  readonly chance: Chance;
  readonly hub: Place;
  readonly clones: readonly Clone[];
  readonly issues: Oid[];
  readonly types: readonly ChangeType[];
  /** Every tip that anybody was told of. */
  readonly acked: Set<Oid>;
  readonly counts: Record<string, number>;
  readonly problems: string[];
}

const people = ["Ada <ada@example.com>", "Ben <ben@example.com>", "Cyn <cyn@example.com>"] as const;
const changeTypes = [...families.values()].flat();

/** Plays one history to its end. The same seed draws the same steps; what the machine makes of them is up to it. */
export async function playReal(seed: number): Promise<RigReport> {
  const chance = seededChance(seed);
  await using stack = new AsyncDisposableStack();
  const hub = stack.use(makePlace());
  const clones = people.slice(0, 2 + chance.int(2)).map((person, at): Clone => {
    const made = stack.use(makePlace());
    return { name: `clone${at}`, place: { ...made, env: { ...made.env, ...environment(person) } } };
  });
  for (const { place } of clones) {
    gitIn(place, "remote", "add", "hub", `file://${hub.cwd}`);
    for (const other of clones)
      if (other.place !== place) gitIn(place, "remote", "add", other.name, `file://${other.place.cwd}`);
    writeFileSync(join(place.cwd, attachedFile), place.env.GIT_TRACKER_ACTOR ?? "");
  }
  const types = Array.from({ length: 2 + chance.int(5) }, () => chance.pick(changeTypes));
  const making: Making = { chance, hub, clones, issues: [], types, acked: new Set(), counts: {}, problems: [] };
  await begin(making);
  for (let steps = 8 + chance.int(16); steps > 0; steps--) await takeStep(making);
  await comeToRest(making);
  await checkEnd(making);
  return { rig: "C4 real repositories", seed, figures: making.counts, problems: making.problems };
}

function environment(person: string): Record<string, string> {
  return { GIT_TRACKER_ACTOR: person, GIT_TRACKER_DURABILITY: "fast", GIT_TRACKER_SYNC_REMOTE: "hub" };
}

async function begin(making: Making): Promise<void> {
  const { chance, clones, issues } = making;
  const { place } = chance.pick(clones);
  for (const title of ["One", "Two"]) issues.push((await must(making, place, "new", "-q", title)).trim());
  await must(making, place, "sync");
  for (const clone of clones) if (chance.of(0.8)) await must(making, clone.place, "sync");
}

async function takeStep(making: Making): Promise<void> {
  const { chance, clones } = making;
  const { place } = chance.pick(clones);
  const kind = chance.pick(["change", "change", "change", "change", "change", "sync", "sync", "chore", "odd"] as const);
  if (kind === "sync") await syncSomehow(making, place);
  else if (kind === "chore") await doChore(making);
  else if (kind === "odd")
    await chance.pick([rewindHub, forget, syncTogether, killSync, syncDuringChore])(making, place);
  else await change(making, place);
}

async function change(making: Making, place: Place): Promise<void> {
  const { chance, issues } = making;
  const id = chance.pick(issues);
  const shown = await attempt(place, "show", id, "--json", "--comments");
  if (shown.code !== 0) return; // It is not here yet.
  const seen: Seen = JSON.parse(shown.stdout).item;
  for (let changes = 1 + chance.int(3); changes > 0; changes--) await changeOnce(making, place, id, seen);
}

async function changeOnce(making: Making, place: Place, id: Oid, seen: Seen): Promise<void> {
  const { chance, issues, types } = making;
  if (chance.of(0.1)) return await writeByHand(making, place, id, makeForeign(chance).message);
  if (chance.of(0.1)) return await answered(making, "undo", await attempt(place, "undo"), place);
  const draft = makeChange(chance, chance.pick(types), seen);
  const side = ["resolve", id, chance.pick(["--ours", "--theirs"])];
  const words = seen.conflicts.length > 0 && chance.of(0.3) ? side : commandFor(draft, id, issues);
  if (words !== undefined) return await answered(making, words[0] ?? "", await attempt(place, ...words), place);
  const event = parseEvent(draft);
  if (typeof event !== "string") await writeByHand(making, place, id, encodeMessage(subjectOf([event]), [event]));
}

/** A commit as any other program may write it, by a clock that may be years off. */
async function writeByHand(making: Making, place: Place, id: Oid, message: string): Promise<void> {
  count(making, "by hand");
  const ref = `refs/git-tracker/issues/${id}`;
  const tip = gitIn(place, "rev-parse", ref).trim();
  const seconds = Math.floor(1_800_000_000 + (making.chance.int(20_001) - 10_000) * 31_557);
  const dated = {
    ...place,
    env: { ...place.env, GIT_AUTHOR_DATE: `@${seconds} +0130`, GIT_COMMITTER_DATE: `@${seconds} +0130` },
  };
  const tree = gitIn(place, "hash-object", "-t", "tree", "-w", "/dev/null").trim();
  const oid = gitIn(dated, "commit-tree", tree, "-p", tip, "-m", message).trim();
  gitIn(place, "update-ref", ref, oid, tip);
  making.acked.add(oid);
}

const directions = ["sync", "sync", "pull", "push"] as const;

async function syncSomehow(making: Making, place: Place): Promise<void> {
  const { chance, clones } = making;
  const peers = clones.filter((other) => other.place !== place).map(({ name }) => name);
  const remote = chance.of(0.7) ? "hub" : chance.pick(peers);
  const direction = chance.pick(directions);
  const flags = chance.of(0.1) ? ["--dry-run"] : [];
  await answered(
    making,
    remote === "hub" ? direction : `${direction} with a peer`,
    await attempt(place, direction, remote, ...flags),
    place,
  );
}

const chores = [
  ["pack-refs", "--all"],
  ["gc", "--quiet", "--prune=now"],
  ["gc", "--quiet", "--auto"],
  ["repack", "-a", "-d", "-q"],
  ["prune-packed", "-q"],
  ["reflog", "expire", "--expire=now", "--all"],
] as const;

async function doChore(making: Making): Promise<void> {
  const { chance, clones, hub } = making;
  const place = chance.of(0.3) ? hub : chance.pick(clones).place;
  count(making, "git's chores");
  gitIn(place, ...chance.pick(chores));
}

/** Somebody sets the hub back, or takes an issue out of it. */
async function rewindHub(making: Making): Promise<void> {
  const { chance, hub, issues } = making;
  const ref = `refs/git-tracker/issues/${chance.pick(issues)}`;
  const listed = gitIn(
    hub,
    "rev-list",
    "--topo-order",
    "--ignore-missing",
    "--glob=refs/git-tracker/none",
    ...tipsOf(hub, ref),
  );
  const older = chance.pick(
    listed
      .split("\n")
      .filter((line) => line !== "")
      .concat(""),
  );
  if (tipsOf(hub, ref).length === 0) return;
  count(making, "rewound");
  gitIn(hub, "update-ref", ...(older === "" ? ["-d", ref] : [ref, older]));
}

function tipsOf(place: Place, ref: string): string[] {
  return gitIn(place, "for-each-ref", "--format=%(objectname)", ref)
    .split("\n")
    .filter((line) => line !== "");
}

/** One purges what another has all of. */
async function forget(making: Making, place: Place): Promise<void> {
  const id = making.chance.pick(making.issues);
  const ref = `refs/git-tracker/issues/${id}`;
  const [tip] = tipsOf(place, ref);
  if (tip === undefined) return;
  const isElsewhere = making.clones.some(
    (other) => other.place !== place && tipsOf(other.place, ref).some((there) => reaches(other.place, there, tip)),
  );
  if (!isElsewhere) return;
  await answered(making, "purge", await attempt(place, "purge", id, "--yes"), place);
}

function reaches(place: Place, tip: Oid, wanted: Oid): boolean {
  return gitIn(place, "rev-list", tip).includes(wanted);
}

async function syncTogether(making: Making): Promise<void> {
  const some = making.chance.shuffled(making.clones).slice(0, 2);
  const ended = await Promise.all(some.map(({ place }) => attempt(place, "sync")));
  for (const each of ended) await answered(making, "sync together", each);
}

async function killSync(making: Making, place: Place): Promise<void> {
  count(making, "killed");
  const running = start(place, [await binary(), making.chance.pick(directions)]);
  await Promise.race([inMs(making.chance.int(150)), running.ended]);
  running.signal("SIGKILL");
  await running.ended;
}

async function syncDuringChore(making: Making, place: Place): Promise<void> {
  const { chance, hub } = making;
  const syncing = attempt(place, "sync");
  const chore = start(chance.of(0.5) ? place : hub, ["git", ...chance.pick(chores)]).ended;
  await answered(making, "sync during a chore", await syncing);
  await chore;
}

/** All sync with the hub until nothing is new: once so that it has everything, once so that all have. */
async function comeToRest(making: Making): Promise<void> {
  const { chance, clones } = making;
  for (const { place } of chance.shuffled(clones)) await must(making, place, "sync");
  for (const { place } of chance.shuffled(clones)) await must(making, place, "sync");
  for (const { name, place } of clones) {
    const said = await must(making, place, "sync");
    if (!said.includes("nothing new")) making.problems.push(`${name} is not at rest: ${said}`);
  }
}

async function checkEnd({ hub, clones, acked, counts, problems }: Making): Promise<void> {
  const refs = (place: Place) => gitIn(place, "for-each-ref", "refs/git-tracker/issues");
  const tips = refs(hub);
  const listings = new Set<string>();
  for (const { name, place } of clones) {
    if (refs(place) !== tips) problems.push(`${name} has other refs than the hub`);
    const ids = tips.split("\n").flatMap((line) => line.split("issues/")[1] ?? []);
    const shown = await attempt(place, "show", ...ids, "--json", "--comments");
    const listed = await attempt(place, "list", "--all", "--limit", "100", "--json");
    if (shown.code + listed.code !== 0)
      problems.push(`${name} can't show what it has: ${shown.stderr}${listed.stderr}`);
    listings.add(shown.stdout + listed.stdout);
  }
  if (listings.size !== 1) problems.push("the clones show different things");
  for (const place of [hub, ...clones.map(({ place }) => place)]) {
    const complaints = gitIn(place, "fsck", "--strict", "--no-dangling", "--no-progress").replace(
      /^notice: .*\n/gm,
      "",
    );
    if (complaints !== "") problems.push(`git finds: ${complaints}`);
  }
  const kept = new Set(gitIn(hub, "rev-list", "--glob=refs/git-tracker/issues/*").split("\n"));
  const lost = [...acked].filter((oid) => !kept.has(oid));
  if (lost.length > 0) problems.push(`${lost.length} of ${acked.size} commits are lost: ${lost[0]}`);
  counts.commits = kept.size - 1;
  counts.acked = acked.size;
}

function attempt(place: Place, ...args: readonly string[]): Promise<Ended> {
  return attemptIn(place, ...args);
}

async function must(making: Making, place: Place, ...args: readonly string[]): Promise<string> {
  const ended = await attempt(place, ...args);
  if (ended.code !== 0) making.problems.push(`${args[0]} was refused: ${ended.stderr}${ended.stdout}`);
  acknowledge(making, place);
  return ended.stdout;
}

/** Counts what was done. What is refused is refused with a reason; anything else is a problem. */
async function answered(making: Making, what: string, ended: Ended, place?: Place): Promise<void> {
  count(making, ended.code === 0 ? what : "refused");
  if (ended.code === 1 || ended.code === 6 || ended.signal !== null)
    making.problems.push(`${what}: ${ended.code}: ${ended.stderr}`);
  if (place !== undefined) acknowledge(making, place);
}

/** What is at a clone's refs now was told to be stored. */
function acknowledge({ acked }: Making, place: Place): void {
  for (const tip of tipsOf(place, "refs/git-tracker/issues")) acked.add(tip);
}

function count({ counts }: Making, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
