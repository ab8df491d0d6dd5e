/** The policy where signatures are required: an event counts if its author surely wrote it. */
import { join } from "node:path";
import type { Member } from "../core/project.ts";
import { judge, type KeyEntry } from "../core/trust.ts";
import { openCache } from "../signing/cache.ts";
import { openPgpKeys } from "../signing/openpgp.ts";
import { type Checked, checkCommit } from "../signing/verifier.ts";
import type { RawCommit } from "../store/store.ts";
import { anchors, withMembers } from "./keyring.ts";
import { isRequiredAt, type Policy, policyKey } from "./policy.ts";
import { signingSettings } from "./signing.ts";
import type { Tracker } from "./tracker.ts";

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
  const madeOf = (raw: RawCommit) => {
    const known = cache.get([raw.oid]).get(raw.oid) ?? fresh.get(raw.oid);
    if (known !== undefined) return known.made;
    const checked = checkCommit(raw, store.hash, settings);
    fresh.set(raw.oid, checked);
    if (fresh.size >= chunkLength) remember();
    return checked.made;
  };
  return {
    key: policyKey([config.signingSince, ring]),
    refusalOf: ({ raw, commit: { author, time, events, signed } }) => {
      if (events.length === 0 || !isRequiredAt(config, time.seconds)) return undefined;
      const made = signed ? madeOf(raw) : ({ kind: "unsigned" } as const);
      const key = "key" in made ? made.key : null;
      const verdict = judge(made, author, time.seconds, key === null ? ring : ringFor(key));
      return verdict.state === "good" ? undefined : (verdict.reason ?? "its signature does not count");
    },
    close: () => {
      remember();
      cache.close();
    },
  };
}
