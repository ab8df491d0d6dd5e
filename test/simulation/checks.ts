/**
 * What must hold once the net has healed and all are at rest: replicas have the same refs and the same states, nothing that was
 * acknowledged is missing, and states are what the model says; and the laws that merge and fold must obey.
 */
import type { Commit, Oid } from "../../src/core/commit.ts";
import type { Issue } from "../../src/core/issue.ts";
import { mergeCommit } from "../../src/core/merge.ts";
import { decodeCommit } from "../../src/core/message.ts";
import { inStreamOrder } from "../../src/core/order.ts";
import { refs } from "../../src/store/refs.ts";
import type { History } from "./history.ts";
import { expectedState } from "./model.ts";
import { fold, type Replica, reachable, stateOf } from "./replica.ts";
import { Broken, hasSeen } from "./world.ts";

/** Throws `Broken` if any promise is. */
export async function checkHistory(history: History): Promise<void> {
  const { world, replicas, issues, chance } = history;
  for (const issue of issues) {
    const tip = sameTip(history, issue);
    const top = world.fact(tip);
    for (const { acked } of replicas) {
      for (const ack of acked) {
        if (ack.issue === issue && !hasSeen(top, world.fact(ack.oid))) throw new Broken(`acked ${ack.oid} is lost`);
      }
    }
    const states: Issue[] = [];
    let commits: Commit[] = [];
    for (const replica of replicas) {
      commits = await readAll(history, replica, tip);
      states.push(fold(world, issue, tip, commits));
      same("the state kept between commands, and a fresh fold", await stateOf(world, replica, issue), states.at(-1));
    }
    const [state] = states;
    if (state === undefined) return;
    for (const other of states) same("two replicas", state, other);
    same("two replicas' conflicts", state.conflicts, states.at(-1)?.conflicts);
    same("another order of arrival", state, fold(world, issue, tip, chance.shuffled(commits)));
    checkRead(history, commits);
    same("the model", expectedState(world, issue, tip), withoutReasons(state));
    checkPrefix(history, issue, commits, state);
    checkOrderOfMerges(history, issue, commits, state);
  }
}

function sameTip({ replicas }: History, issue: Oid): Oid {
  const tips = new Set(replicas.map(({ store }) => store.refs.get(refs.issue(issue))));
  const [tip] = tips;
  if (tips.size !== 1 || tip === undefined) throw new Broken("replicas have different refs");
  return tip;
}

/** Everything from the store, as the verbs read it. */
async function readAll({ world }: History, replica: Replica, tip: Oid): Promise<Commit[]> {
  for await (const read of replica.store.readStreams([tip])) {
    if ("broken" in read) throw new Broken(`a stream can't be read: ${read.broken}`);
    return read.commits.map(({ oid, bytes }) => world.decode(oid, bytes));
  }
  throw new Broken("a stream is not there");
}

/** Everything that was meant was read: events with all they say, and what isn't understood as it stands. */
function checkRead({ world }: History, commits: readonly Commit[]): void {
  for (const { oid, events, unread } of commits) {
    const { drafts, unread: kept } = world.fact(oid);
    if (!Bun.deepEquals(events.map(plain), drafts.map(plain))) {
      throw new Broken(`${JSON.stringify(drafts)} was read as ${JSON.stringify(events)}`);
    }
    const found = unread.map(({ type, fields, reason }) => ({ type, fields, broken: reason !== "unknown" }));
    if (!Bun.deepEquals(found, kept)) throw new Broken(`${JSON.stringify(kept)} was kept as ${JSON.stringify(found)}`);
  }
}

/** A value without what is absent, empty or there by default. */
function plain(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined && each !== "" && !Bun.deepEquals(each, [])),
  );
}

function withoutReasons(state: Issue): Record<string, unknown> {
  return { ...state, quarantined: state.quarantined.map(({ reason: _, ...rest }) => rest) };
}

/** What somebody saw earlier stays: no event is un-reported, none changes its place, and a conflict ends only by a later write. */
function checkPrefix({ world, chance }: History, issue: Oid, commits: readonly Commit[], state: Issue): void {
  const earlier = world.fact(chance.pick(commits).oid);
  const prefix = commits.filter(({ oid }) => hasSeen(earlier, world.fact(oid)));
  const then = fold(world, issue, earlier.oid, prefix);
  const known = new Set(prefix.map(({ oid }) => oid));
  const places = inStreamOrder(commits).filter(({ oid }) => known.has(oid));
  same(
    "the order of what was there, later",
    inStreamOrder(prefix).map(({ oid }) => oid),
    places.map(({ oid }) => oid),
  );
  const lost = then.comments.find(({ id }) => !state.comments.some((comment) => comment.id === id));
  if (lost !== undefined) throw new Broken("a comment is gone");
  if (then.quarantined.some((each) => !state.quarantined.some(({ commit }) => commit === each.commit))) {
    throw new Broken("a broken record is no longer reported");
  }
  const later = commits.some(({ oid, events }) => !known.has(oid) && events.length > 0);
  if (!later) same("the conflicts of a state under which nothing was written", then.conflicts, state.conflicts);
}

/** Associative, idempotent, and the same whoever is called first: the tips merged in any order fold to the same state. */
function checkOrderOfMerges(history: History, issue: Oid, commits: readonly Commit[], state: Issue): void {
  const { world, chance, replicas } = history;
  const [any] = replicas;
  if (any === undefined) return;
  const ends = commits.filter(({ oid, events, unread }) => {
    const fact = world.fact(oid);
    const isEnd = !commits.some((other) => {
      const later = world.fact(other.oid);
      return later !== fact && later.drafts.length + later.unread.length > 0 && hasSeen(later, fact);
    });
    return isEnd && events.length + unread.length > 0;
  });
  const joined = ends.length === 0 ? [] : new Set(ends.flatMap(({ oid }) => reachable(world, any, [oid])));
  const all = [...joined];
  const merge = (a: Commit, b: Commit): Commit => {
    const content = mergeCommit(chance.of(0.5) ? [a, b] : [b, a], any.store.emptyTree);
    const merged = decodeCommit(any.store.nameCommit(content), content, "unsigned");
    all.push(merged);
    return merged;
  };
  let round = chance.shuffled(ends);
  while (round.length > 1) {
    const [a, b, ...rest] = round;
    if (a === undefined || b === undefined) break;
    round = chance.shuffled([merge(a, b), ...rest]);
  }
  const [top] = round;
  if (top === undefined) return;
  same("other merges of the same", timeless(fold(world, issue, top.oid, all)), timeless(state));
  if (mergeCommit([top, top], any.store.emptyTree).parents.length !== 1) throw new Broken("merge(a, a) is not a");
}

/** A state without what says which merge commit is its tip. */
function timeless({ revision: _, generation: __, ...state }: Issue) {
  return state;
}

function same(what: string, expected: unknown, actual: unknown): void {
  if (Bun.deepEquals(expected, actual, true)) return;
  throw new Broken(`${what}: ${difference(expected, actual)}`);
}

/** The fields that differ. */
function difference(expected: unknown, actual: unknown): string {
  if (!isRecord(expected) || !isRecord(actual)) return `${JSON.stringify(expected)} is not ${JSON.stringify(actual)}`;
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...keys]
    .filter((key) => !Bun.deepEquals(expected[key], actual[key], true))
    .map((key) => `${key} is ${JSON.stringify(actual[key])}, not ${JSON.stringify(expected[key])}`)
    .join("; ");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
