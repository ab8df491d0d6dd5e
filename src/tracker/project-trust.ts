/**
 * What a signature in the project's stream is worth. Trust begins with whom the person trusts in this clone, and goes on to whoever
 * these have added, in stream order; so a stream can't vouch for itself.
 */
import type { Oid } from "../core/commit.ts";
import type { Member } from "../core/project.ts";
import type { Judge, ProjectCommit } from "../core/project-fold.ts";
import { joinRepeats, repeatsOf, toldBefore } from "../core/repeats.ts";
import { judge, type Verdict } from "../core/trust.ts";
import { anchors, withMembers } from "./keyring.ts";
import { isRequiredAt } from "./policy.ts";
import type { Tracker } from "./tracker.ts";
import { checkCommits } from "./verify.ts";

/** A stream as it is to be folded, and who judges its commits. */
export interface Judged {
  readonly commits: readonly ProjectCommit[];
  /** Undefined: nobody has signed, and nobody had to. */
  readonly judge: Judge | undefined;
  /** What has been judged by now, by commit. */
  readonly verdicts: ReadonlyMap<Oid, Verdict>;
}

/** What the signatures of this stream are worth. */
export async function judgeStream(tracker: Tracker, commits: readonly ProjectCommit[]): Promise<Judged> {
  const checked = await checkCommits(
    tracker,
    commits.filter(({ signed }) => signed).map(({ oid }) => oid),
  );
  const used = [...checked.values()].flatMap(({ made }) => ("key" in made && made.key !== null ? [made.key] : []));
  const trusted = await anchors(tracker, used);
  const seen: { members: readonly Member[]; ring: ReturnType<typeof withMembers> } = { members: [], ring: trusted };
  const repeats = repeatsOf([...checked].map(([oid, known]) => ({ oid, ...known })));
  const verdicts = new Map<Oid, Verdict>();
  const judgeOne: Judge = (commit, members) => {
    const made = checked.get(commit.oid)?.made ?? { kind: "unsigned" };
    const verdictBy = (ring: typeof trusted) => judge(made, commit.author, commit.time.seconds, ring);
    if (seen.members !== members()) Object.assign(seen, { members: members(), ring: withMembers(trusted, members()) });
    const alone = verdictBy(seen.ring);
    const isRepeat = alone.state === "good" && repeats.has(commit.oid);
    const verdict: Verdict = isRepeat ? { ...alone, state: "bad", reason: toldBefore } : alone;
    verdicts.set(commit.oid, verdict);
    const isRequired = isRequiredAt(tracker.config, commit.time.seconds);
    return {
      refused:
        isRepeat || (isRequired && verdict.state !== "good") ? (verdict.reason ?? "it is not signed") : undefined,
      proven: verdict.state === "good",
      founder: !isRequired || (verdict.state === "good" && verdictBy(trusted).state === "good"),
    };
  };
  return { commits: joinRepeats(commits, repeats), judge: judgeOne, verdicts };
}
