import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge } from "../../src/core/trust.ts";
import { parseAllowedSigners } from "../../src/signing/allowed-signers.ts";
import { fingerprint, parsePublicKey } from "../../src/signing/ssh-key.ts";
import { keygenSign, makeKey, missing, writeSigners } from "../support/keys.ts";

const absent = missing("ssh-keygen");
const folder = mkdtempSync(join(tmpdir(), "git-tracker-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 10 January 2026, noon in Greenwich, and how ssh-keygen is told so. */
const noon = Date.UTC(2026, 0, 10, 12) / 1000;
const verifyTime = "20260110120000Z";
/** The local clock of a zone two hours east. */
const fromLocal = (utc: number) => utc - 7200;

describe.skipIf(absent !== undefined)(
  `a line counts if it does for ssh-keygen${absent === undefined ? "" : ` (${absent})`}`,
  () => {
    const signature = join(folder, "signature");
    let key: string;
    let other: string;
    beforeAll(() => {
      const ada = makeKey(folder, "ada");
      key = ada.line;
      other = makeKey(folder, "ben").line;
      writeFileSync(signature, keygenSign(ada.path, "payload"));
    });

    test.each<[line: string, counts: boolean]>([
      ["ada@example.com KEY", true],
      ["ada@example.com KEY a comment", true],
      ["  ada@example.com \t KEY", true],
      ["ben@example.com KEY", false],
      ["ben@example.com,ada@example.com KEY", true],
      ['"ben@example.com,ada@example.com" KEY', true],
      ["*@example.com KEY", true],
      ["*@example.org KEY", false],
      ["*,!ada@example.com KEY", false],
      ["a?a@example.com KEY", true],
      ["ada@example.com OTHER", false],
      ["# ada@example.com KEY", false],
      ["ada@example.com", false],
      ["KEY", false],
      ['ada@example.com namespaces="git" KEY', true],
      ['ada@example.com namespaces="file,git" KEY', true],
      ['ada@example.com namespaces="g*" KEY', true],
      ['ada@example.com namespaces="file" KEY', false],
      ['ada@example.com namespaces="*,!git" KEY', false],
      ["ada@example.com cert-authority KEY", false],
      ["ada@example.com nonsense KEY", false],
      ["ada@example.com namespaces KEY", false],
      ['ada@example.com valid-after="20260110Z" KEY', true],
      ['ada@example.com valid-after="20260111Z" KEY', false],
      ['ada@example.com valid-before="20260111Z" KEY', true],
      ['ada@example.com valid-before="20260110Z" KEY', false],
      ['ada@example.com valid-after="20260101Z",valid-before="20260201Z" KEY', true],
      ['ada@example.com NAMESPACES="git",Valid-After="202601101159Z" KEY', true],
      ['ada@example.com valid-after="20260110115959Z",namespaces="git" KEY', true],
      ['ada@example.com valid-after="20260110120000Z" KEY', true],
      ['ada@example.com valid-after="20260110120001Z" KEY', false],
      ['ada@example.com valid-before="20260110120000Z" KEY', true],
      ['ada@example.com valid-before="20260110115959Z" KEY', false],
      ['ada@example.com valid-after="202601101400" KEY', true],
      ['ada@example.com valid-after="202601101401" KEY', false],
      ['ada@example.com valid-before="202601101400" KEY', true],
      ['ada@example.com valid-before="202601101359" KEY', false],
      ['ada@example.com valid-after="2026" KEY', false],
      ['ada@example.com valid-after="20260230Z" KEY', false],
      ['ada@example.com valid-after="" KEY', false],
      ['ada@example.com namespaces="git KEY', false],
      ["ada@example.com ssh-ed25519 AAAA", false],
      ['ada@example.com valid-before="20200101Z" KEY\nada@example.com KEY', true],
      ["nonsense\n\n# no\nada@example.com KEY\r", true],
    ])("%j", (template, counts) => {
      const text = template.replaceAll("KEY", key).replaceAll("OTHER", other);
      const file = writeSigners(folder, text);
      const entries = parseAllowedSigners(`${text}\n`, "test", fromLocal).map(({ entry }) => entry);
      const made = { kind: "sound", key: nameOf(key) } as const;
      expect(judge(made, { email: "ada@example.com" }, noon, entries).state === "good").toBe(counts);
      const keygen = Bun.spawnSync(
        [
          "ssh-keygen",
          "-Y",
          "verify",
          "-f",
          file,
          "-I",
          "ada@example.com",
          "-n",
          "git",
          "-s",
          signature,
          "-O",
          `verify-time=${verifyTime}`,
        ],
        { stdin: Buffer.from("payload"), env: { PATH: process.env.PATH, TZ: "EET-2" } },
      );
      // It stops at a line that it can't read; we go on with the next.
      if (!template.includes("\n") && !template.includes("20260230")) expect(keygen.exitCode === 0).toBe(counts);
    });
  },
);

function nameOf(line: string): string {
  const key = parsePublicKey(line);
  return key === undefined ? "" : fingerprint(key);
}
