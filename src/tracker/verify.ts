/** Verbs about signatures: what the changes of issues are signed with, and whether that counts. */
import { join } from "node:path";
import { isoTime } from "../core/apply.ts";
import type { Oid } from "../core/commit.ts";
import { repeatsOf, toldBefore } from "../core/repeats.ts";
import { judge, type Verdict, worst } from "../core/trust.ts";
import type { SignatureSummary } from "../core/view.ts";
import type { HistoryEntry } from "../index/index.ts";
import type { Checked } from "../signing/verifier.ts";
import { refs } from "../store/refs.ts";
import { onFreshIndex } from "./refresh.ts";
import { resolveIds } from "./resolve.ts";
import type { Tracker } from "./tracker.ts";

/** One commit, and what its signature is worth. */
export interface Verified extends Verdict {
  /** Null: it is one of the project's. */
  readonly issue: Oid | null;
  readonly shortId: string;
  readonly title: string;
  readonly commit: Oid;
  readonly at: string;
  readonly author: HistoryEntry["author"];
}

/** Every change of these issues; of none: of all, and then of the project. Throws `corrupt` where the project can't be read. */
export async function verifyAll(tracker: Tracker, ids: readonly string[]): Promise<Verified[]> {
  const issues = await verifyIssues(tracker, ids);
  if (ids.length > 0 || (await tracker.store.readRef(refs.project)) === undefined) return issues;
  const { projectVerdicts } = await import("./project.ts");
  const project = await projectVerdicts(tracker);
  return [
    ...issues,
    ...project.map(({ commit, verdict }): Verified => {
      const { oid, author } = commit;
      return { issue: null, shortId: "project", title: "", commit: oid, at: isoTime(commit), author, ...verdict };
    }),
  ];
}

/** How many issues nothing of counts: they are not among those that are verified. For after `verifyAll`. */
export function countUncounted({ index }: Tracker): number {
  return index.broken().filter(({ refused }) => refused).length;
}

/** Every change of these issues, or of all: newest first, issue by issue. Merges are left out: nobody signs them. */
export async function verifyIssues(tracker: Tracker, ids: readonly string[]): Promise<Verified[]> {
  return await onFreshIndex(tracker, async () => {
    const issues = ids.length > 0 ? await resolveIds(tracker, ids) : [...tracker.index.tips().keys()];
    const histories = issues.map((issue) => ({ issue, entries: tracker.index.history({ issue }) }));
    const verdicts = await judgeAll(
      tracker,
      histories.map(({ entries }) => entries),
    );
    const names = tracker.index.references(issues);
    return histories.flatMap(({ issue, entries }) =>
      entries.flatMap(({ commit, seconds, author }): Verified[] => {
        const verdict = verdicts.get(commit);
        if (verdict === undefined) return [];
        const name = names.get(issue);
        const at = new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
        const shortId = name?.shortId ?? issue.slice(0, 7);
        return [{ issue, shortId, title: name?.title ?? "", commit, at, author, ...verdict }];
      }),
    );
  });
}

/** The verdicts over all changes of the issues, by commit. Reads nothing but the index where nothing is signed. */
export async function verdictsOf(tracker: Tracker, issues: readonly Oid[]): Promise<Map<Oid, Verdict>> {
  return await judgeAll(
    tracker,
    issues.map((issue) => tracker.index.history({ issue })),
  );
}

/** What the signatures of an issue come to: its worst, and how many there are of each. */
export async function signatureOf(tracker: Tracker, issue: Oid): Promise<SignatureSummary> {
  const verdicts = [...(await verdictsOf(tracker, [issue])).values()];
  const { state, key } = worst(verdicts) ?? { state: "unsigned", key: null };
  const counts = { bad: 0, unknown: 0, unsigned: 0, good: 0 };
  for (const verdict of verdicts) counts[verdict.state]++;
  return { state, key, counts };
}

async function judgeAll(tracker: Tracker, histories: readonly (readonly HistoryEntry[])[]): Promise<Map<Oid, Verdict>> {
  const signed = histories.flat().filter((entry) => entry.signed === "signed");
  const checked =
    signed.length === 0
      ? new Map<Oid, Checked>()
      : await checkCommits(
          tracker,
          signed.map(({ commit }) => commit),
        );
  const used = new Set(
    [...checked.values()].flatMap(({ made }) => ("key" in made && made.key !== null ? [made.key] : [])),
  );
  const ring = signed.length === 0 ? [] : await (await import("./keyring.ts")).keyRing(tracker, [...used]);
  const verdicts = new Map<Oid, Verdict>();
  for (const history of histories) {
    const found = history.flatMap((entry) => {
      if (entry.signed === "needless") return [];
      const known = entry.signed === "unsigned" ? notSigned : (checked.get(entry.commit) ?? notRead);
      return [{ ...entry, oid: entry.commit, ...known }];
    });
    const repeats = repeatsOf(found);
    for (const { oid, made, author, seconds } of found) {
      const verdict = judge(made, author, seconds, ring);
      const isRepeat = verdict.state === "good" && repeats.has(oid);
      verdicts.set(oid, isRepeat ? { ...verdict, state: "bad", reason: toldBefore } : verdict);
    }
  }
  return verdicts;
}

const notSigned: Checked = { made: { kind: "unsigned" }, payload: null };
const notRead: Checked = { made: { kind: "unchecked", key: null, reason: "the commit is missing" }, payload: null };

/** So many commits are read and remembered at a time. */
const chunkLength = 500;

/** What the commits' signatures are: from the cache what it knows, the rest checked. */
export async function checkCommits(tracker: Tracker, oids: readonly Oid[]): Promise<Map<Oid, Checked>> {
  const { openCache } = await import("../signing/cache.ts");
  const cache = openCache(join(tracker.store.folder, "signatures"));
  try {
    const found = cache.get(oids);
    const missing = oids.filter((oid) => !found.has(oid));
    if (missing.length === 0) return found;
    const { checkCommit } = await import("../signing/verifier.ts");
    const { signingSettings } = await import("./signing.ts");
    const settings = await signingSettings(tracker, undefined);
    for (let start = 0; start < missing.length; start += chunkLength) {
      const commits = await tracker.store.readCommits(missing.slice(start, start + chunkLength));
      const checked = new Map<Oid, Checked>();
      for (const [i, commit] of commits.entries()) {
        checked.set(commit.oid, checkCommit(commit, tracker.store.hash, settings));
        tracker.progress("Checking signatures", start + i + 1, missing.length);
      }
      for (const [oid, result] of checked) found.set(oid, result);
      cache.put(checked);
    }
    return found;
  } finally {
    cache.close();
  }
}
