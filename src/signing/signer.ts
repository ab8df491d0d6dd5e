/** Signing commits as git's settings say: with SSH or OpenPGP. */
import { TrackerError } from "../core/errors.ts";
import { visible } from "../core/text.ts";
import { openPgpSigner } from "./openpgp.ts";
import type { SigningSettings } from "./settings.ts";
import { openSshSigner } from "./ssh-signer.ts";

export interface Signer {
  /** The key's name, where it can be told without signing. */
  readonly key: string | undefined;
  /** True if a program signs: it may ask somebody for a passphrase or a touch, and wait for them. */
  readonly asks: boolean;
  /** The armored signature. Throws `unavailable` if the key can't be used now. */
  sign(payload: Uint8Array): string;
}

/** Throws `not-permitted` or `unavailable`, and says what to do, where nothing can be signed. */
export function openSigner(settings: SigningSettings): Signer {
  switch (settings.format) {
    case "ssh":
      return openSshSigner(settings);
    case "openpgp":
      return openPgpSigner(settings);
    default:
      throw new TrackerError(
        "not-permitted",
        settings.format === "x509"
          ? "git-tracker can't sign with X.509 certificates"
          : `git's gpg.format is ${visible(settings.format)}, which nobody knows`,
        "Sign with SSH or OpenPGP: git tracker config set signing.format ssh --user",
      );
  }
}
