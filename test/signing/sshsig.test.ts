import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { fingerprint, parsePrivateKey, parsePublicKey, publicKeyLine } from "../../src/signing/ssh-key.ts";
import { checkSshSignature, respelled, sshSigner } from "../../src/signing/sshsig.ts";
import { type KeyFiles, keygenSign, makeKey, missing } from "../support/keys.ts";

const absent = missing("ssh-keygen");
const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bytes = (text: string) => new TextEncoder().encode(text);

function signerOf(key: KeyFiles) {
  const parsed = parsePrivateKey(readFileSync(key.path, "utf8"));
  const sign = parsed && sshSigner(parsed);
  if (sign === undefined) throw new Error("The key can't be used");
  return sign;
}

describe.skipIf(absent !== undefined)(`beside ssh-keygen${absent === undefined ? "" : ` (${absent})`}`, () => {
  test("signatures are the same, byte for byte", () => {
    const key = makeKey(folder, "ada");
    const sign = signerOf(key);
    for (const payload of ["", "tree\n", "x".repeat(100_000), "\0ü\r\n"]) {
      expect(sign(bytes(payload))).toBe(keygenSign(key.path, payload));
      expect(checkSshSignature(sign(bytes(payload)), bytes(payload))).toEqual({ kind: "sound", key: key.fingerprint });
      expect(checkSshSignature(sign(bytes(payload)), bytes(`${payload} `))).toMatchObject({ kind: "broken" });
    }
  });

  test.each([
    { type: "ed25519" },
    { type: "rsa", bits: 2048 },
    { type: "rsa", bits: 3072 },
    { type: "ecdsa", bits: 256 },
    { type: "ecdsa", bits: 384 },
    { type: "ecdsa", bits: 521 },
  ] as const)("signatures of %j keys are sound, and over nothing else", (options) => {
    const key = makeKey(folder, `${options.type}${"bits" in options ? options.bits : ""}`, options);
    // ECDSA's numbers are short now and then, and must be padded.
    for (let i = 0; i < 20; i++) {
      const payload = bytes(`payload ${i}`);
      const armor = keygenSign(key.path, payload);
      expect(checkSshSignature(armor, payload)).toEqual({ kind: "sound", key: key.fingerprint });
      expect(checkSshSignature(armor, bytes("another"))).toMatchObject({ kind: "broken" });
    }
  });

  test("a signature for another purpose is none", () => {
    const key = makeKey(folder, "purpose");
    expect(checkSshSignature(keygenSign(key.path, "x", "file"), bytes("x"))).toEqual({
      kind: "broken",
      reason: "the signature was made for another purpose",
    });
  });

  test("what a program spells in its own way is spelled as ssh-keygen does it", () => {
    const armor = keygenSign(makeKey(folder, "spelled").path, "payload");
    const oneLine = armor.replaceAll(/(?<!-)\n(?!-)/g, "");
    expect(oneLine).not.toBe(armor);
    for (const text of [armor, oneLine, armor.trimEnd(), armor.replaceAll("\n", "\r\n"), `\n${armor}\n`])
      expect(respelled(text)).toBe(armor);
    for (const text of ["", "nothing", armor.slice(0, -9), armor.replace("U1NI", "U1N!")])
      expect(respelled(text)).toBe(text);
  });

  test("of a key with a passphrase only the public half can be read", () => {
    const key = makeKey(folder, "locked", { passphrase: "open sesame" });
    const parsed = parsePrivateKey(readFileSync(key.path, "utf8"));
    expect(parsed && fingerprint(parsed.publicKey)).toBe(key.fingerprint);
    expect(parsed && sshSigner(parsed)).toBeUndefined();
  });

  test("public keys are read as they are written, and nothing else is", () => {
    const { line } = makeKey(folder, "public");
    for (const text of [line, `${line} a comment`, `key::${line}`]) {
      const key = parsePublicKey(text);
      expect(key && publicKeyLine(key)).toBe(line);
    }
    for (const text of [
      "",
      line.slice(0, -4),
      `${line}!`,
      line.replace("ed25519", "rsa"),
      `\n${line}`,
      ` ${line}`,
      `${line}=`,
    ])
      expect(parsePublicKey(text)).toBeUndefined();
  });

  test("whatever is changed of a signature or a key, nothing passes and nothing throws", () => {
    const key = makeKey(folder, "mutated");
    const payload = bytes("payload");
    const armors = [
      signerOf(key)(payload),
      keygenSign(makeKey(folder, "m2", { type: "ecdsa", bits: 256 }).path, payload),
    ];
    const blobs = armors.map((armor) => Buffer.from(armor.split("\n").slice(1, -2).join(""), "base64"));
    const asArmor = (blob: Uint8Array) => {
      const body = Buffer.from(blob)
        .toString("base64")
        .replace(/.{70}(?=.)/g, "$&\n");
      return ["-----BEGIN SSH SIGNATURE-----", body, "-----END SSH SIGNATURE-----", ""].join("\n");
    };
    for (const blob of blobs) expect(checkSshSignature(asArmor(blob), payload).kind).toBe("sound");
    fc.assert(
      fc.property(fc.constantFrom(...blobs), fc.nat(), fc.integer({ min: 1, max: 255 }), (blob, at, bits) => {
        const changed = Uint8Array.from(blob);
        changed[at % blob.length] = (changed[at % blob.length] ?? 0) ^ bits;
        expect(checkSshSignature(asArmor(changed), payload).kind).not.toBe("sound");
      }),
      { numRuns: 2000 },
    );
    for (const blob of blobs) {
      for (let length = 0; length < blob.length; length++)
        expect(checkSshSignature(asArmor(blob.subarray(0, length)), payload).kind).toBe("broken");
      expect(checkSshSignature(asArmor(Buffer.concat([blob, Buffer.of(0)])), payload).kind).toBe("broken");
    }
    const file = readFileSync(key.path, "utf8");
    const inner = Buffer.from(file.split("\n").slice(1, -2).join(""), "base64");
    fc.assert(
      fc.property(fc.nat(inner.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const changed = Uint8Array.from(inner);
        changed[at] = (changed[at] ?? 0) ^ bits;
        const text = Buffer.from(changed).toString("base64");
        const parsed = parsePrivateKey(
          `-----BEGIN OPENSSH PRIVATE KEY-----\n${text}\n-----END OPENSSH PRIVATE KEY-----\n`,
        );
        const made = parsed && sshSigner(parsed)?.(payload);
        if (made !== undefined && checkSshSignature(made, payload).kind === "sound") expect(made).toBe(armors[0] ?? "");
      }),
    );
  });
});

test("armor that is none", () => {
  const begin = "-----BEGIN SSH SIGNATURE-----";
  const end = "-----END SSH SIGNATURE-----";
  for (const armor of [
    "",
    begin,
    `${begin}\n${end}\n`,
    `${begin}\nU1NIU0lH\n${end}\n`,
    `${begin}\n!\n${end}`,
    `${begin}\r\nU1NI\r\n${end}`,
  ])
    expect(checkSshSignature(armor, bytes(""))).toMatchObject({ kind: "broken" });
});
