/** The policy where signatures are required: an event counts if its author surely wrote it. */
import { join } from "node:path";
import type { Commit } from "../core/commit.ts";
import type { Member } from "../core/project.ts";
import { repeatsOf, toldBefore } from "../core/repeats.ts";
import { judge, type KeyEntry, type Made } from "../core/trust.ts";
import { openCache } from "../signing/cache.ts";
import { openPgpKeys } from "../signing/openpgp.ts";
import { type Checked, checkCommit, notSigned } from "../signing/verifier.ts";
import type { RawCommit } from "../store/store.ts";
import { anchors, withMembers } from "./keyring.ts";
import { isRequiredAt, type Policy, policyKey } from "./policy.ts";
import { signingSettings } from "./signing.ts";
import type { Tracker } from "./tracker.ts";

/** Bump when the same settings and members make something else of a stream. */
const rules = 2;

/** So many results are remembered at a time. */
const chunkLength = 500;

export async function signedPolicy(tracker: Tracker, members: readonly Member[]): Promise<Policy> {
  const { store, config } = tracker;
  const settings = await signingSettings(tracker, undefined);
  const trusted = await anchors(tracker, []);
  const ring = withMembers(trusted, members);
  const asked = new Map<string, readonly KeyEntry[]>();
  const ringFor = (key: string): readonly KeyEntry[] => {
    if (key.startsWith("SHA256:")) return ring;
    const known = asked.get(key) ?? withMembers([...trusted, ...openPgpKeys([key], settings)], members);
    asked.set(key, known);
    return known;
  };
  const cache = openCache(join(store.folder, "signatures"));
  const fresh = new Map<string, Checked>();
  const remember = () => {
    if (fresh.size > 0) cache.put(fresh);
    fresh.clear();
  };
  const check = (raw: RawCommit) => {
    const known = cache.get([raw.oid]).get(raw.oid) ?? fresh.get(raw.oid);
    if (known !== undefined) return known;
    const checked = checkCommit(raw, store.hash, settings);
    fresh.set(raw.oid, checked);
    if (fresh.size >= chunkLength) remember();
    return checked;
  };
  const refusalOf = (made: Made, { author, time }: Commit): string | undefined => {
    const key = "key" in made ? made.key : null;
    const { state, reason } = judge(made, author, time.seconds, key === null ? ring : ringFor(key));
    return state === "good" ? undefined : (reason ?? "its signature does not count");
  };
  return {
    key: policyKey([rules, config.signingSince, ring]),
    judge: (stream) => {
      const asked = stream
        .filter(({ commit }) => commit.events.length > 0 && isRequiredAt(config, commit.time.seconds))
        .map(({ raw, commit }) => ({ commit, oid: commit.oid, ...(commit.signed ? check(raw) : notSigned) }));
      const repeats = repeatsOf(asked);
      const refusals = asked.flatMap(({ commit, oid, made }) => {
        const reason = refusalOf(made, commit) ?? (repeats.has(oid) ? toldBefore : undefined);
        return reason === undefined ? [] : [[oid, reason] as const];
      });
      return { refusals: new Map(refusals), repeats };
    },
    close: () => {
      remember();
      cache.close();
    },
  };
}
