/**
 * Whom a signature speaks for. A sound signature says only that somebody had a key; the key ring says whose key that is and when it
 * counts. A signature is good if its key was valid, at the commit's time, for the commit's author: git alone checks neither.
 */
import type { Actor } from "./commit.ts";

/** What a commit's signature is, whoever is trusted. */
export type Made =
  | { readonly kind: "unsigned" }
  /** This key made it over exactly these bytes. `key`: `SHA256:…` of an SSH key, or an OpenPGP fingerprint. */
  | { readonly kind: "sound"; readonly key: string }
  | { readonly kind: "broken"; readonly reason: string }
  /** It can't be checked here: its key is not known, or it is of a kind that nobody here reads. */
  | { readonly kind: "unchecked"; readonly key: string | null; readonly reason: string };

/** Somebody vouches for a key. */
export interface KeyEntry {
  readonly key: string;
  /** The addresses that it may sign for, as patterns with `*` and `?`; after a `!` those that it may not. */
  readonly principals: readonly string[];
  /** In seconds since 1970, both inclusive. */
  readonly validAfter?: number | undefined;
  readonly validBefore?: number | undefined;
  /** Never valid: whoever has the key can give its signatures any date. */
  readonly revoked?: boolean | undefined;
  /** Who vouches for it, in a few words. */
  readonly source: string;
}

/** From the worst to the best. */
export const signatureStates = ["bad", "unknown", "unsigned", "good"] as const;
export type SignatureState = (typeof signatureStates)[number];

export interface Verdict {
  readonly state: SignatureState;
  readonly key: string | null;
  /** The addresses that the key is known for. */
  readonly signer: string | null;
  /** Why it is not good; ends a sentence. */
  readonly reason: string | null;
}

const unvouched = "nobody here vouches for the key";

/** What makes events count that don't for this reason; undefined: nothing that is to be done here. */
export function remedyOf(reason: string): string | undefined {
  return reason === unvouched ? "If you know the author's key: git tracker key trust KEYFILE EMAIL" : undefined;
}

/** The verdict over a commit of `author` at `seconds` since 1970. */
export function judge(made: Made, author: Pick<Actor, "email">, seconds: number, ring: readonly KeyEntry[]): Verdict {
  if (made.kind === "unsigned") return { state: "unsigned", key: null, signer: null, reason: "it is not signed" };
  if (made.kind === "broken") return { state: "bad", key: null, signer: null, reason: made.reason };
  const known = ring.filter(({ key }) => key === made.key);
  const signer = known.length === 0 ? null : [...new Set(known.flatMap(({ principals }) => principals))].join(",");
  const found = { key: made.key, signer };
  const revoked = known.find((entry) => entry.revoked === true);
  if (revoked !== undefined) return { ...found, state: "bad", reason: `the key is revoked (${revoked.source})` };
  if (made.kind === "unchecked") return { ...found, state: "unknown", reason: made.reason };
  const own = known.filter(({ principals }) => matchesAny(principals, author.email));
  if (known.length === 0) return { ...found, state: "unknown", reason: unvouched };
  if (own.length === 0)
    return { ...found, state: "bad", reason: `the key belongs to ${signer}, not to ${author.email}` };
  const valid = own.find(
    ({ validAfter = 0, validBefore = seconds }) => validAfter <= seconds && seconds <= validBefore,
  );
  if (valid !== undefined) return { ...found, state: "good", reason: null };
  const late = own.some(({ validBefore = seconds }) => validBefore < seconds);
  return {
    ...found,
    state: "bad",
    reason: `the key was ${late ? "not valid any more" : "not valid yet"} at that time`,
  };
}

/** The worst of the verdicts; undefined of none. */
export function worst<V extends Pick<Verdict, "state">>(verdicts: readonly V[]): V | undefined {
  for (const state of signatureStates) {
    const found = verdicts.find((verdict) => verdict.state === state);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The address as a pattern that matches nothing else; none if it can't be one. */
export function onlyAddress(email: string): readonly string[] {
  return email === "" || /[*?!,"\s]/.test(email) ? [] : [email];
}

/** As ssh-keygen matches principals, but without regard to case: a match with one that begins with `!` outdoes all others. */
export function matchesAny(patterns: readonly string[], email: string): boolean {
  const matching = patterns.filter((pattern) => matches(pattern.replace(/^!/, ""), email));
  return matching.length > 0 && !matching.some((pattern) => pattern.startsWith("!"));
}

/** In time that grows with the product of both lengths at most, whatever the pattern. */
function matches(pattern: string, text: string): boolean {
  const [glob, value] = [pattern.toLowerCase(), text.toLowerCase()];
  let star = -1;
  let resume = 0;
  let at = 0;
  for (let i = 0; i < value.length; ) {
    if (glob[at] === "*") {
      star = at++;
      resume = i;
    } else if (at < glob.length && (glob[at] === "?" || glob[at] === value[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (glob[at] === "*") at++;
  return at === glob.length;
}
