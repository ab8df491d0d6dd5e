/** What commits' signatures are: sound or not, and by which key. Whether anybody trusts that key is another question (core/trust.ts). */
import { TrackerError } from "../core/errors.ts";
import type { Made } from "../core/trust.ts";
import { type Hash, nameObject, oidLength } from "../store/objects.ts";
import { takeSignature } from "../store/signature.ts";
import type { RawCommit } from "../store/store.ts";
import { checkOpenPgpSignature, isOpenPgpSignature } from "./openpgp.ts";
import type { SigningSettings } from "./settings.ts";
import { checkSshSignature, isSshSignature } from "./sshsig.ts";

export interface Checked {
  readonly made: Made;
  /** The hash of what was signed: two commits that have it in common are the same event told twice. */
  readonly payload: string | null;
}

/** What there is to say of a commit without a signature. */
export const notSigned: Checked = { made: { kind: "unsigned" }, payload: null };

/** Checks a commit's signature. Never throws, whatever the commit is; where a program is missing nothing can be said. */
export function checkCommit({ oid, bytes }: RawCommit, hash: Hash, settings: SigningSettings): Checked {
  // A verdict counts for an oid, so it must be about the bytes of that name.
  if (nameObject(hash, { type: "commit", bytes }).oid !== oid)
    return { made: { kind: "broken", reason: "what is stored under its name is something else" }, payload: null };
  const taken = takeSignature(bytes, oidLength(hash));
  if (taken.kind === "unsigned") return notSigned;
  if (taken.kind === "unclear") return { made: { kind: "broken", reason: `it ${taken.reason}` }, payload: null };
  const payload = new Bun.CryptoHasher("sha256").update(taken.payload).digest("hex");
  return { made: checkArmor(taken.signature, taken.payload, settings), payload };
}

function checkArmor(armor: string, payload: Uint8Array, settings: SigningSettings): Made {
  if (isSshSignature(armor)) return checkSshSignature(armor, payload);
  if (isOpenPgpSignature(armor)) return checkByProgram(() => checkOpenPgpSignature(armor, payload, settings));
  return { kind: "unchecked", key: null, reason: "signatures of this kind can't be checked" };
}

function checkByProgram(check: () => Made): Made {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    return { kind: "unchecked", key: null, reason: error.message };
  }
}
