import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePrivateKey } from "../../src/signing/ssh-key.ts";
import { sshSigner } from "../../src/signing/sshsig.ts";
import { checkCommit } from "../../src/signing/verifier.ts";
import { encodeCommit, nameObject } from "../../src/store/objects.ts";
import { ada, emptyTree } from "../support/events.ts";
import { writeFixedKey } from "../support/keys.ts";

const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = {
  format: "ssh",
  key: undefined,
  signer: "",
  sshProgram: undefined,
  openPgpProgram: "no-such-program",
  defaultKeyCommand: undefined,
  minTrustLevel: undefined,
  folder,
  env: {},
};
const plain = { tree: emptyTree, parents: [], author: ada, time: { seconds: 5, zone: "+0000" }, message: "Hello\n" };

function stored(signature?: string) {
  return nameObject("sha1", encodeCommit(signature === undefined ? plain : { ...plain, signature }));
}

test("a signature is one of the commit whose bytes are really those of its name", () => {
  const key = writeFixedKey(folder, "ada");
  const privateKey = parsePrivateKey(readFileSync(key.path, "utf8"));
  const commit = stored(privateKey && sshSigner(privateKey)?.(encodeCommit(plain).bytes));
  expect(checkCommit(commit, "sha1", settings).made).toEqual({ kind: "sound", key: key.fingerprint });
  expect(checkCommit({ ...commit, oid: stored().oid }, "sha1", settings).made).toEqual({
    kind: "broken",
    reason: "what is stored under its name is something else",
  });
});

test("what can't be checked here is neither sound nor broken", () => {
  const kinds = ["PGP SIGNATURE", "SIGNED MESSAGE"].map(
    (name) => `-----BEGIN ${name}-----\n\nAAAA\n-----END ${name}-----\n`,
  );
  for (const armor of kinds) expect(checkCommit(stored(armor), "sha1", settings).made.kind).toBe("unchecked");
  expect(checkCommit(stored(), "sha1", settings)).toEqual({ made: { kind: "unsigned" }, payload: null });
});
