/**
 * What a signature in the project's stream is worth. Trust begins with whom the person trusts in this clone, and goes on to whoever
 * these have added, in stream order; so a stream can't vouch for itself.
 */
import type { Member } from "../core/project.ts";
import type { Judge, ProjectCommit } from "../core/project-fold.ts";
import { judge } from "../core/trust.ts";
import { anchors, withMembers } from "./keyring.ts";
import { isRequiredAt } from "./policy.ts";
import type { Tracker } from "./tracker.ts";
import { checkCommits } from "./verify.ts";

/** Judges commits of this stream. */
export async function judgeOf(tracker: Tracker, commits: readonly ProjectCommit[]): Promise<Judge> {
  const checked = await checkCommits(
    tracker,
    commits.filter(({ signed }) => signed).map(({ oid }) => oid),
  );
  const used = [...checked.values()].flatMap(({ made }) => ("key" in made && made.key !== null ? [made.key] : []));
  const trusted = await anchors(tracker, used);
  const seen: { members: readonly Member[]; ring: ReturnType<typeof withMembers> } = { members: [], ring: trusted };
  return (commit, members) => {
    const made = checked.get(commit.oid)?.made ?? { kind: "unsigned" };
    const verdictBy = (ring: typeof trusted) => judge(made, commit.author, commit.time.seconds, ring);
    if (seen.members !== members()) Object.assign(seen, { members: members(), ring: withMembers(trusted, members()) });
    const verdict = verdictBy(seen.ring);
    const isRequired = isRequiredAt(tracker.config, commit.time.seconds);
    return {
      refused: isRequired && verdict.state !== "good" ? (verdict.reason ?? "it is not signed well") : undefined,
      proven: verdict.state === "good",
      founder: !isRequired || (verdict.state === "good" && verdictBy(trusted).state === "good"),
    };
  };
}
