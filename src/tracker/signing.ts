/** Whether what is written here is signed, and with which key: the settings of this program over those of git. */
import type { Actor } from "../core/commit.ts";
import { TrackerError } from "../core/errors.ts";
import { toLine } from "../core/text.ts";
import type { SigningSettings } from "../signing/settings.ts";
import type { Signer } from "../signing/signer.ts";
import type { Tracker } from "./tracker.ts";

/**
 * What signs this actor's changes; undefined where the settings don't ask for it. Throws `not-permitted` or `unavailable` where they do
 * and it can't be done.
 */
export async function signerFor(tracker: Tracker, actor: Actor): Promise<Signer | undefined> {
  if (!(await isWanted(tracker, actor))) return undefined;
  const { openSigner } = await import("../signing/signer.ts");
  return openSigner(await signingSettings(tracker, actor));
}

async function isWanted(tracker: Tracker, actor: Actor): Promise<boolean> {
  const { signingSign, signingRequire } = tracker.config;
  if (signingSign !== "auto") return signingSign === "always";
  if (signingRequire === "yes") return true;
  const { isTrue } = await import("../store/gitconfig.ts");
  if (!isTrue((await readSetting(tracker, "commit.gpgsign")) ?? "false")) return false;
  // Git was told so by the person, with the person's key. Whoever acts as somebody else has none of theirs.
  const own = await ownAddress(tracker);
  return own === undefined || own === actor.email;
}

/** Nobody has asked for signatures in settings that can't be read, as far as can be known. */
async function readSetting({ store, warn }: Tracker, key: string): Promise<string | undefined> {
  try {
    return await store.gitConfig(key);
  } catch (error) {
    if (!(error instanceof TrackerError)) throw error;
    warn(`${error.message}; nothing is signed`);
    return undefined;
  }
}

/** The person's own address, whoever they act as now. */
export async function ownAddress({ store, programs }: Tracker): Promise<string | undefined> {
  return (
    programs.env.GIT_AUTHOR_EMAIL ||
    (await store.gitConfig("author.email")) ||
    (await store.gitConfig("user.email")) ||
    undefined
  );
}

/** The settings for signing as this actor; without one, for verifying. */
export async function signingSettings(tracker: Tracker, actor: Actor | undefined): Promise<SigningSettings> {
  const { store, config, programs } = tracker;
  const git = async (key: string) => (await store.gitConfig(key)) || undefined;
  const key = config.signingKey ?? (await git("user.signingkey"));
  const given = config.signingFormat === "auto" ? await git("gpg.format") : config.signingFormat;
  const { isLiteralKey } = await import("../signing/ssh-key.ts");
  return {
    format: given ?? (key !== undefined && isLiteralKey(key) ? "ssh" : "openpgp"),
    key,
    signer: actor === undefined ? "" : `${toLine(actor.name)} <${actor.email}>`,
    sshProgram: await git("gpg.ssh.program"),
    openPgpProgram: (await git("gpg.openpgp.program")) ?? (await git("gpg.program")) ?? "gpg",
    defaultKeyCommand: await git("gpg.ssh.defaultkeycommand"),
    minTrustLevel: (await git("gpg.mintrustlevel"))?.toLowerCase(),
    ...programs,
  };
}
