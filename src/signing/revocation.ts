/** Git's `gpg.ssh.revocationFile`: public keys, one a line, or one of OpenSSH's lists (PROTOCOL.krl), which ssh-keygen is asked about. */
import { runTool, type SigningSettings, withFiles } from "./settings.ts";
import { fingerprint, type PublicKey, parsePublicKey, publicKeyLine } from "./ssh-key.ts";

/**
 * The names of those keys that the file revokes: of a list of OpenSSH's, among `candidates`, since it can only be asked. Throws
 * `unavailable` where ssh-keygen is needed and isn't there.
 */
export function revokedKeys(file: Uint8Array, candidates: readonly PublicKey[], settings: SigningSettings): string[] {
  const text = new TextDecoder().decode(file);
  if (text.startsWith("SSHKRL")) return candidates.filter((key) => isRevoked(file, key, settings)).map(fingerprint);
  return text.split("\n").flatMap((line) => {
    const key = parsePublicKey(line.trim());
    return key === undefined ? [] : [fingerprint(key)];
  });
}

/** Who can't be sure of the answer is told that the key is revoked, as ssh-keygen itself does. */
function isRevoked(list: Uint8Array, key: PublicKey, settings: SigningSettings): boolean {
  return withFiles({ list, key: `${publicKeyLine(key)}\n` }, (file) => {
    const args = ["-Q", "-f", file("list"), file("key")];
    return runTool(settings, "ssh-keygen", args, { msMax: queryMsMax }).exitCode !== 0;
  });
}

const queryMsMax = 10_000;
