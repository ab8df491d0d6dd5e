/**
 * The policy: whose events count. Those of viewers don't, nor, where the setting `signing.require` says so, those that are not signed
 * well. It is asked when streams are folded, never when they are stored or sent: what doesn't count stays in the history, is told of, and
 * counts as soon as the policy lets it.
 */
import type { Config } from "../config/schema.ts";
import type { Commit, Oid } from "../core/commit.ts";
import { type Member, memberOf, roleAt } from "../core/project.ts";
import type { Repeats } from "../core/repeats.ts";
import { refs } from "../store/refs.ts";
import type { RawCommit } from "../store/store.ts";
import type { Tracker } from "./tracker.ts";

/** A commit of a stream, as it is stored and as it reads. */
export interface Submitted {
  readonly raw: RawCommit;
  readonly commit: Commit;
}

/** What a policy makes of a stream. */
export interface Judged {
  /** Why the events of a commit don't count. */
  readonly refusals: ReadonlyMap<Oid, string>;
  readonly repeats: Repeats;
}

export interface Policy {
  /** What one policy makes of streams, another may not: two of the same key make the same. Empty: everything counts. */
  readonly key: string;
  /** Judges the commits of one stream. */
  judge(stream: readonly Submitted[]): Judged;
  close(): void;
}

const allCount: Judged = { refusals: new Map(), repeats: new Map() };

export const anyPolicy: Policy = { key: "", judge: () => allCount, close: () => undefined };

/** Everything counts until the project can be read: that may be so without any ref moving, and so it is asked again each time. */
const unsurePolicy: Policy = { ...anyPolicy, key: "unsure" };

/** The policy that the settings and the project's stream make now. */
export async function readPolicy(tracker: Tracker): Promise<Policy> {
  const isStrict = tracker.config.signingRequire === "yes";
  const tip = await tracker.store.readRef(refs.project);
  if (!isStrict && tip === undefined) return anyPolicy;
  const { readProject } = await import("./project.ts");
  const { members, revision } = await readProject(tracker);
  const viewers = members.filter(({ roles }) => roles.some(({ role }) => role === "viewer"));
  if (isStrict) return withRoles(viewers, await (await import("./signed-policy.ts")).signedPolicy(tracker, members));
  if (viewers.length > 0) return withRoles(viewers, anyPolicy);
  return revision === tip ? anyPolicy : unsurePolicy;
}

/** True if an event of that time (in seconds since 1970) counts only if it is signed. */
export function isRequiredAt({ signingRequire, signingSince }: Config, seconds: number): boolean {
  return signingRequire === "yes" && (signingSince === null || seconds >= Date.parse(signingSince) / 1000);
}

/** A hash of what a policy depends on. */
export function policyKey(said: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(said)).digest("hex").slice(0, 16);
}

function withRoles(viewers: readonly Member[], policy: Policy): Policy {
  const said = viewers.map(({ emails, roles }) => [emails, roles.map(({ since, role }) => [since, role])]);
  return {
    ...policy,
    key: policyKey([said, policy.key]),
    judge: (stream) => {
      const judged = policy.judge(stream);
      const refusals = new Map(judged.refusals);
      for (const { commit } of stream) {
        const { oid, author, time, events } = commit;
        const member = events.length === 0 ? undefined : memberOf({ members: viewers }, author.email);
        const role = member === undefined ? undefined : roleAt(member, time.seconds);
        if (role === "viewer") refusals.set(oid, `${author.email} was a viewer`);
      }
      return { ...judged, refusals };
    },
  };
}
